/** Sites in another order: data without geometry, as a control. */

import { checkList, instanceOf, integer, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { generator, shuffled } from '../../wasm/draws.js';
import { SpinData } from './spinData.js';

/**
 * The numbers 0 … sites - 1 in a random order, each order with the same probability; from the kernels' generator, so
 * that a seed gives the same order on every engine.
 * @throws TypeError or RangeError if `sites` is not a positive integer or the seed is none
 * @example
 * siteOrder(9).length; // 9
 */
export function siteOrder(sites: number, seed: Seed = 1): number[] {
  integer('sites', sites);
  return shuffled(Array(sites).keys(), generator(checkSeed('seed', seed), 'order of sites'));
}

/**
 * The configurations with their sites in another order, the same for all of them: the new site i is the old site
 * order[i]. Every correlation stays, but distances mean nothing any more: an RBM, which has no geometry, learns equally
 * well.
 * @param order each of the sites once
 * @throws TypeError if the data are not SpinData; RangeError if the order does not have each site once
 * @example
 * const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(8);
 * reorderSites(data, siteOrder(16, 'control')).count; // 8
 */
export function reorderSites(data: SpinData, order: readonly number[]): SpinData {
  const { count, shape, stride, width, provenance } = instanceOf('data', data, SpinData, 'SpinData');
  checkList('order', order, 'array of sites');
  const sites = new Set(order);
  if (
    order.length !== width ||
    sites.size !== width ||
    !order.every((site) => Number.isInteger(site) && site >= 0 && site < width)
  ) {
    refuse('order', `each of the sites 0 to ${width - 1} once`, order);
  }
  const bytes = new Uint8Array(data.bytes.length);
  for (let r = 0; r < count; r++) {
    order.forEach((site, i) => {
      bytes[r * stride + (i >> 3)] |= data.bit(r, site) << (i & 7);
    });
  }
  return new SpinData(count, shape, bytes, { source: `${provenance.source}, sites in a random order` });
}
