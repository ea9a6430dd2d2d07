/** What the layer that is trained in the page and its nulls have in common, as numbers: nothing here is computed. */

/** Side of the torus on which a layer is trained; it is also that of its filter. */
export const SIDE = 8;
/** Configurations that it learns from. */
export const ROWS = 4000;
export const EPOCHS = 50;

/** An order of the sites of an 8 × 8 torus at random, drawn once. */
export const ORDER: readonly number[] = [
  30, 39, 17, 56, 34, 55, 4, 60, 10, 29, 50, 6, 1, 12, 0, 3, 46, 38, 22, 47, 23, 61, 19, 18, 45, 24, 26, 43, 57, 42, 25,
  27, 28, 8, 33, 40, 14, 52, 7, 21, 58, 36, 20, 53, 48, 35, 59, 5, 44, 32, 31, 9, 41, 54, 11, 63, 49, 15, 37, 51, 16,
  62, 13, 2,
];

/** Weights of a filter of 4 × 4 sites between 0.05 and 0.75 at random, drawn once. */
export const POSITIVE: readonly number[] = [
  0.51, 0.09, 0.56, 0.08, 0.68, 0.51, 0.17, 0.57, 0.4, 0.61, 0.48, 0.06, 0.19, 0.35, 0.61, 0.11,
];
