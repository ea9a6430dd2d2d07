/** Controls: data without the effect in question, treated in the same way as the data themselves. */

import { SpinData } from '../../ising/data/spinData.js';

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

/** The configurations with permuted sites: the new site i is the old site order[i]. */
export function reorderSites(data: SpinData, order: readonly number[]): SpinData {
  const { count, shape, stride } = data;
  const bytes = new Uint8Array(data.bytes.length);
  for (let r = 0; r < count; r++) {
    order.forEach((site, i) => {
      bytes[r * stride + (i >> 3)] |= data.bit(r, site) << (i & 7);
    });
  }
  return new SpinData(count, shape, bytes, { source: `${data.provenance.source}, sites in a random order` });
}
