/**
 * A layer of an RBM that is trained just now, as a blocking rule, and its nulls: rules that have seen no lattice, or learned
 * nothing.
 */

import { criticalCoupling } from '../../exact/index.js';
import { Ising, SpinData, square } from '../../ising/index.js';
import { trainRbm } from '../../rbm/index.js';
import type { Filter } from '../../rg/index.js';
import { EPOCHS, ORDER, ROWS, SIDE } from './nulls.js';

/** What the layer learns from: the lattice, or the same configurations with their sites in a fixed order at random. */
export type LayerData = 'lattice' | 'shuffled';

/** The critical configurations of SIDE × SIDE spins from which a layer learns. */
export function trainingData(data: LayerData, seed: number): SpinData {
  const spins = new Ising({ lattice: square(SIDE), coupling: criticalCoupling, seed }).sample(ROWS);
  return data === 'lattice' ? spins : reordered(spins);
}

/** The configurations with new sites: site i is the old site ORDER[i]. */
function reordered({ count, shape, stride, ...data }: SpinData): SpinData {
  const bytes = new Uint8Array(count * stride);
  const old = new SpinData(count, shape, data.bytes, data.provenance);
  for (let row = 0; row < count; row++) {
    ORDER.forEach((site, i) => {
      bytes[row * stride + (i >> 3)] |= old.bit(row, site) << (i & 7);
    });
  }
  return new SpinData(count, shape, bytes, { source: 'spins at shuffled sites' });
}

/**
 * One filter of SIDE × SIDE weights, shared by a hidden unit at every site: trained in the default way on `trainingData`.
 * @param onEpoch is given the filter so far
 */
export async function trainLayer(
  data: LayerData,
  seed: number,
  onEpoch: (epoch: number, filter: Filter) => void | Promise<void> = () => {},
  signal?: AbortSignal,
): Promise<Filter> {
  const { rbm } = await trainRbm<SpinData, SpinData>(trainingData(data, seed), {
    hidden: SIDE * SIDE,
    tied: [SIDE, SIDE],
    units: { visible: 'spins', hidden: 'spins' },
    epochs: EPOCHS,
    outcome: false,
    threads: 1,
    seed,
    onEpoch: ({ epoch }, state) => onEpoch(epoch, centredFilter(state().weights)),
    ...(signal && { signal }),
  });
  return centredFilter(rbm.weights);
}

/**
 * The filter of tied weights [sites, units] around its strongest weight, and turned over if its weights sum to less than
 * zero: both are symmetries of the lattice, but a rule has one sign and one place. Its bias is left out, since up and
 * down are alike.
 */
export function centredFilter(tied: ArrayLike<number>): Filter {
  const sites = SIDE * SIDE;
  const field = Array.from({ length: sites }, (_, site) => tied[site * sites]);
  const peak = field.reduce((best, w, site) => (Math.abs(w) > Math.abs(field[best]) ? site : best), 0);
  const sign = field.reduce((sum, w) => sum + w, 0) < 0 ? -1 : 1;
  const [row, column] = [Math.floor(peak / SIDE) + SIDE / 2, (peak % SIDE) + SIDE / 2];
  const weights = field.map((_, k) => {
    const [y, x] = [Math.floor(k / SIDE) + row, k + column];
    return sign * field[(y % SIDE) * SIDE + (x % SIDE)];
  });
  return { weights, size: SIDE, origin: [-SIDE / 2, -SIDE / 2] };
}
