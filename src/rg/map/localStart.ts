/** Initial weights of an RBM on a lattice whose hidden units begin local. */

import { neighbours, type SquareLattice } from '../../ising/models/lattice.js';
import { Noise } from '../../rbm/model/noise.js';
import { type Seed, streamKey } from '../../util/random.js';
import { SpinRbm } from './spinRbm.js';

/** Initial weights of ±1 units: to a site, to its four neighbours, and the max of the noise. */
const [TO_SITE, TO_NEIGHBOUR, NOISE] = [0.8, 0.3, 0.15];

/**
 * Each hidden unit starts with weights to a site and its neighbours, the sites in turn, for as many hidden units as
 * there are sites or more: otherwise most of the training is spent until hidden units become local. Training can undo
 * it. The contribution of a unit to the couplings is proportional to w², so units that share a site have smaller
 * weights.
 */
export function localStart(lattice: SquareLattice, hidden: number, seed: Seed): SpinRbm {
  const { sites } = lattice;
  const around = neighbours(lattice);
  const noise = new Noise(streamKey(seed, 'weights of a local start')).uniform(sites * hidden);
  const weights = Float64Array.from(noise, (x) => NOISE * (2 * x - 1));
  const share = 1 / Math.sqrt(hidden / sites);
  for (let j = 0; j < hidden; j++) {
    const site = j % sites;
    weights[site * hidden + j] += share * TO_SITE;
    for (const i of around.subarray(4 * site, 4 * site + 4)) weights[i * hidden + j] += share * TO_NEIGHBOUR;
  }
  return new SpinRbm({ visible: sites, hidden, weights });
}

/** Initial weights of a hidden unit to the sites of its block, and to all others. */
const [INSIDE, OUTSIDE] = [0.5, 0.1];

/** One hidden spin per block, with weights to its own sites and small ones to all others. */
export function blockStart(blocks: readonly (readonly number[])[]): SpinRbm {
  const [visible, hidden] = [blocks.flat().length, blocks.length];
  const weights = new Float64Array(visible * hidden).fill(OUTSIDE);
  blocks.forEach((sites, block) => {
    for (const site of sites) weights[site * hidden + block] = INSIDE;
  });
  return new SpinRbm({ visible, hidden, weights });
}
