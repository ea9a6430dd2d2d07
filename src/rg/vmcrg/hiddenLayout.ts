/** Where the hidden units of a bias stand. */

/** Where hidden units stand and which parameters are their weights; the memory layout is in assembly/rg/biasedRbm.ts. */
export interface HiddenLayout {
  /** Groups of `width` units, a multiple of 8. */
  groups: number;
  width: number;
  /** Groups that see each block spin, [blocks, seen]. */
  seen: number;
  windows: Uint32Array;
  /** Parameter of each weight, [seen, width], or [blocks, seen, width] where `tied` is false; -1 of a unit that fills up. */
  weightOf: Int32Array;
  tied: boolean;
  /** Parameter of the bias of each unit of a group, [width]; -1 for none. */
  biasOf: Int32Array;
  /** Of each unit of a group: the parameters of its weights. */
  unitWeights: readonly (readonly number[])[];
  /** Rows and columns of the filters, and of the lattice; none of dense units. */
  filter?: { size: readonly [number, number]; lattice: readonly [number, number] };
}
