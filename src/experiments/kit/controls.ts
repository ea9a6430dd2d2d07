/** Controls: data without the effect in question, treated in the same way as the data themselves. */

/** A control. */
export interface Control {
  /** Its name in tables and figures. */
  readonly label: string;
  /** Coupling of the sampled model, for data at coupling K. */
  readonly coupling: (K: number) => number;
  /** Whether the sites are permuted at random, in the same way for all configurations. */
  readonly shuffled: boolean;
}

/** The data themselves. */
export const unaltered = (label: string): Control => ({ label, coupling: (K) => K, shuffled: false });

/** The data with permuted sites: an RBM has no geometry, so it learns equally well. */
export const SHUFFLED_SITES: Control = { label: 'sites shuffled', coupling: (K) => K, shuffled: true };

/** K = 0: independent spins, so that all structure is noise of the training. */
export const COIN_TOSSES: Control = { label: 'coin tosses', coupling: () => 0, shuffled: false };

/** The same model at another coupling, such as one that is not critical. */
export const otherCoupling = (coupling: number): Control => ({
  label: `K = ${coupling}`,
  coupling: () => coupling,
  shuffled: false,
});
