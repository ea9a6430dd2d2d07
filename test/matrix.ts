/** What is left to `npm run matrix`: cases that take what a case of every run takes at another size, coupling or seed, and the long forms of long work. */

/** Whether this is `npm run matrix` (scripts/test.ts sets it; bundles for pages have it as a constant). */
export const MATRIX: boolean = process.env.BLOCKSPIN_MATRIX === '1';

/** The cases of every run, followed in the matrix by the others. */
export function cases<const A, const B>(everyRun: readonly A[], others: readonly B[]): (A | B)[] {
  return MATRIX ? [...everyRun, ...others] : [...everyRun];
}
