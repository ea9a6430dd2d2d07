/** How a lattice in equilibrium is made, by its side; known to the element as well as to its worker. */

/**
 * Side up to which a lattice is made by clusters alone. Every lattice has a WebAssembly memory, for each of which
 * browsers reserve gigabytes of addresses, so few doublings are better than many.
 */
const BY_CLUSTERS = 1024;
/** The same where the lattice is doubled afterwards. */
const SEEDLING = 512;

/** The lattice from which one of this side is grown by doubling. */
export function seedlingOf(side: number): number {
  let small = side;
  while (small % 64 === 0 && small > SEEDLING) small /= 2;
  return small;
}

/** Whether a lattice in equilibrium is grown by doubling rather than made by clusters. */
export const isDoubled = (side: number): boolean => side > BY_CLUSTERS;
