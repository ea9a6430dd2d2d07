/**
 * Small systems with interactions of any order by brute force, in Wasm: H = -Σ_S K_S Π_{i∈S} s_i in units of kT, s =
 * ±1, summed over all 2^N states (assembly/ising/enumerate.ts). `enumerate` does the same for fields and pairs, in
 * TypeScript and up to 24 spins.
 */

import { checkList, finite, integer, knownOptions, refuse } from '../util/check.js';
import { ENUMERATE_SCRATCH } from '../wasm/kernels.js';
import { Machine } from '../wasm/machine.js';
import { SAMPLING } from '../wasm/sampling.js';
import { type EnumerateAnswer, MAX_COUPLING } from './enumerate.js';

/** Spins with interactions of any order; a `Hamiltonian` is one. */
export interface NBodyModel {
  /** Number of spins, 1 to 30. */
  sites: number;
  /**
   * Interactions -coupling·Π s over different sites, in units of kT; repeated terms add up, a term without sites is a
   * constant.
   */
  terms: readonly { sites: readonly number[]; coupling: number }[];
}

/** Exact averages of a model with interactions of any order. */
export interface NBodyAnswer extends EnumerateAnswer {
  /** ⟨m⟩, (1/N) Σ s. */
  magnetisation: number;
}

/** Spins per block, and blocks per call: each level of sums has at most 1024 summands. */
const LOW = 10;
const BLOCKS = 1024;

/**
 * All averages by summing over the 2^N states. Weights are relative to the lowest energy so far, so nothing overflows.
 * The error is about 1e-14: relative for ln Z and heat capacity, in units of Σ |K| for the energy (which is of order K²
 * at weak coupling), absolute for the moments of m. Takes about 14 ns per state on one core, independent of the
 * interactions (up to some thousand terms): 15 ms for 20 spins, ¼ s for 24, 15 s for 30. The calling thread is blocked
 * meanwhile.
 * @throws TypeError for a wrong kind; RangeError for more than 30 sites, a site out of range or twice in a term, a
 *   coupling that is not finite, or or Σ |K| above 1e100
 */
export function enumerateTerms(model: NBodyModel): NBodyAnswer {
  knownOptions('enumerateTerms', model, ['sites', 'terms'], 'model');
  const { sites, masks, couplings } = checkNBody(model);
  const low = Math.min(LOW, sites);
  const machine = new Machine(SAMPLING, {
    masks: masks.byteLength,
    couplings: couplings.byteLength,
    scratch: ENUMERATE_SCRATCH,
    part: 64,
    sums: 64,
  });
  const { kernels, at } = machine;
  machine.u32('masks').set(masks);
  machine.f64('couplings').set(couplings);
  const blocks = 2 ** (sites - low);
  for (let first = 0; first < blocks; first += BLOCKS) {
    machine.f64('part').fill(0);
    const count = Math.min(BLOCKS, blocks - first);
    kernels.enumerateStates(at.masks, at.couplings, masks.length, sites, low, first, count, at.scratch, at.part);
    kernels.mergeSums(at.sums, at.part);
  }
  const [reference, z, x, x2, m, m1, m2, m4] = machine.f64('sums');
  return {
    logPartition: reference + kernels.log(z),
    energy: x / z - reference,
    heatCapacity: Math.max(0, x2 / z - (x / z) ** 2),
    magnetisation: m / z / sites,
    meanAbsoluteMagnetisation: m1 / z / sites,
    magnetisation2: m2 / z / sites ** 2,
    magnetisation4: m4 / z / sites ** 4,
  };
}

/**
 * The model with its terms as masks (bit i = site i), checked.
 * @throws as `enumerateTerms`
 */
export function checkNBody(model: NBodyModel): { sites: number; masks: Uint32Array; couplings: Float64Array } {
  if (model === null || typeof model !== 'object') refuse('model', '{ sites, terms }', model, 'type');
  const sites = integer('sites', model.sites, 1, 30);
  const { terms } = model;
  checkList('terms', terms, 'array of { sites, coupling }');
  let size = 0;
  const masks = Uint32Array.from(terms, (term: NBodyModel['terms'][number], t: number) => {
    const name = `terms[${t}]`;
    if (term === null || typeof term !== 'object') refuse(name, '{ sites, coupling }', term, 'type');
    checkList(`${name}.sites`, term.sites, 'array of sites');
    size += Math.abs(finite(`${name}.coupling`, term.coupling));
    let mask = 0;
    term.sites.forEach((site, k) => {
      const bit = 1 << integer(`${name}.sites[${k}]`, site, 0, sites - 1);
      if (mask & bit) refuse(`${name}.sites`, 'different sites', term.sites);
      mask |= bit;
    });
    return mask;
  });
  if (!(size <= MAX_COUPLING)) refuse('terms', 'couplings whose sizes add up to at most 1e100', size);
  return { sites, masks, couplings: Float64Array.from(terms, ({ coupling }) => coupling) };
}
