/** The lattices of `<blockspin-map>`: small enough to sum over all states of their spins. */

export const LATTICES = {
  'ring-4': { name: 'ring of 4', shape: [4] },
  'ring-6': { name: 'ring of 6', shape: [6] },
  'ring-8': { name: 'ring of 8', shape: [8] },
  '2x2': { name: '2 × 2 torus', shape: [2, 2] },
  '2x3': { name: '2 × 3 torus', shape: [2, 3] },
  '3x3': { name: '3 × 3 torus', shape: [3, 3] },
} as const satisfies Record<string, { name: string; shape: readonly number[] }>;

export type LatticeName = keyof typeof LATTICES;

export const LATTICE_NAMES = Object.keys(LATTICES) as LatticeName[];

/** Number of its spins. */
export const sitesOf = (lattice: LatticeName): number =>
  LATTICES[lattice].shape.reduce((product: number, side) => product * side, 1);

/** The lattice as a program writes it. */
export const lattice = (name: LatticeName): string => {
  const { shape } = LATTICES[name];
  return `${shape.length === 1 ? 'chain' : 'square'}(${shape.join(', ')})`;
};
