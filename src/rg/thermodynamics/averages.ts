/**
 * Averages of an RBM whose visible units are the spins of a lattice: by the sum over all states; over independent
 * configurations, p(h) summed; over chains.
 */

import { SpinData } from '../../ising/data/spinData.js';
import { energySeries, magnetisationSeries } from '../../ising/measure/series.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { Noise } from '../../rbm/model/noise.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import { jackknife } from '../../stats/jackknife.js';
import { BitRows } from '../../util/bits.js';
import type { Estimate } from '../../util/estimate.js';
import { type Seed, streamKey } from '../../util/random.js';
import type { Work } from '../../util/work.js';
import { type Observed, observablesOf } from './observables.js';
import { allStates, boltzmannOf, statesOf } from './states.js';

/** Averages as sums over all states of the spins: no error. */
export interface Summed {
  method: 'states';
}

/** Independent configurations: h from p(h), by a sum over all states of the hidden layer, and v from p(v|h). */
export interface Drawn {
  method: 'hidden layer';
  count: number;
}

/** Chains, half of them started at training rows, and half at random rows. */
export interface Chained {
  method: 'chains';
  chains: number;
  burnIn: number;
  /** Configurations per chain, and Gibbs steps between them. */
  taken: number;
  spacing: number;
  /**
   * (mean of one half - mean of the other)/error: within about 3 if the chains do not depend on their initial states.
   */
  forgotten: { energy: number; absoluteMagnetisation: number };
}

/** Averages over p(v) = e^{-F(v)}/Z by the sum over all states, and KL(P‖p) with Boltzmann's P(v) = e^{-H(v)}/Z. */
export function summedAverages(
  rbm: Rbm,
  hamiltonian: Hamiltonian,
  temperature: number,
): { model: Observed; divergence: Estimate<number> } {
  const { sites } = hamiltonian;
  const { rows, energies: total } = statesOf(hamiltonian);
  const energies = total.map((energy) => energy / sites);
  const magnetisations = magnetisationSeries(rows).map(Math.abs);
  const model = boltzmannOf(rbm.freeEnergy(rows));
  const target = boltzmannOf(total);
  const mean = (series: Float64Array) => series.reduce((sum, x, s) => sum + model.p[s] * x, 0);
  const energy = mean(energies);
  const magnetisation = mean(magnetisations);
  const fluctuation = (series: Float64Array, around: number) => sites * mean(series.map((x) => (x - around) ** 2));
  const exactly = (value: number) => ({ value, error: 0 });
  return {
    model: {
      energy: exactly(energy * temperature),
      specificHeat: exactly(fluctuation(energies, energy)),
      absoluteMagnetisation: exactly(magnetisation),
      connectedSusceptibility: exactly(fluctuation(magnetisations, magnetisation)),
    },
    divergence: exactly(target.p.reduce((sum, p, s) => sum + p * (target.logs[s] - model.logs[s]), 0)),
  };
}

/** Number of configurations sampled if p(h) is summed. */
const DRAWS = 400_000;

/** Averages over configurations sampled from p(h) and then from p(v|h). @param shape of the lattice */
export function hiddenLayerAverages(
  rbm: Rbm,
  { shape, temperature, seed }: { shape: SpinData['shape']; temperature: number; seed: Seed },
): { model: Observed; drawn: Drawn } {
  const { hidden } = rbm;
  const states = allStates(hidden);
  const { p } = boltzmannOf(rbm.mirror().freeEnergy(states));
  for (let s = 1; s < p.length; s++) p[s] += p[s - 1];
  const chosen = new BitRows(DRAWS, hidden);
  new Noise(streamKey(seed, 'hidden states')).uniform(DRAWS).forEach((x, r) => {
    // the first state with a cumulated probability above x times the total
    let [low, high] = [0, p.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (p[middle] > x * p[p.length - 1]) high = middle;
      else low = middle + 1;
    }
    chosen.bytes.set(states.bytes.subarray(low * states.stride, (low + 1) * states.stride), r * states.stride);
  });
  const { bytes } = rbm.sampleVisible(chosen, seed);
  const model = observablesOf(new SpinData(DRAWS, shape, bytes, { source: 'an RBM' }), 1 / temperature);
  return { model, drawn: { method: 'hidden layer', count: DRAWS } };
}

const CHAINS = 2000;
const BURN_IN = 1000;
const TAKEN = 60;
const SPACING = 10;
/** Groups of chains: the jackknife's blocks. Chains are independent, so no correlation in time enters the error. */
const GROUPS = 100;

/**
 * Averages over block Gibbs chains, with the error of a jackknife over whole chains.
 * @param data training rows, at which half of the chains start
 * @param seeds a seed per purpose: the random half of the starts, and each call of the sampler
 */
export function* chainAverages(
  rbm: Rbm,
  data: SpinData,
  { temperature, seeds }: { temperature: number; seeds: (purpose: string | number) => Seed },
): Work<{ model: Observed; drawn: Chained }> {
  const sites = data.width;
  let states: BitRows = startingStates(data, seeds('coin tosses'));
  const calls = BURN_IN / SPACING;
  const energies = new Float64Array(CHAINS * TAKEN);
  const magnetisations = new Float64Array(CHAINS * TAKEN);
  for (let call = 0; call < calls + TAKEN; call++) {
    states = rbm.gibbs(states, { steps: SPACING, seed: seeds(call) }).visible;
    const k = call - calls;
    if (k >= 0) {
      const spins = new SpinData(CHAINS, data.shape, states.bytes, { source: 'an RBM' });
      energySeries(spins).forEach((energy, chain) => {
        energies[chain * TAKEN + k] = energy;
      });
      magnetisationSeries(spins).forEach((m, chain) => {
        magnetisations[chain * TAKEN + k] = Math.abs(m);
      });
    }
    yield { stage: 'draw', done: call + 1, total: calls + TAKEN, unit: 'draws' };
  }
  const mean = (series: Float64Array, blocks = GROUPS) => {
    const { value, error } = jackknife([series], ([average]) => average, { blocks });
    return { value, error };
  };
  /** factor·(⟨x²⟩ - ⟨x⟩²) */
  const variance = (series: Float64Array, factor: number) => {
    const shifted = series.map((x) => x - series[0]);
    const squares = shifted.map((x) => x * x);
    const { corrected, error } = jackknife([shifted, squares], ([x, xx]) => factor * (xx - x * x), { blocks: GROUPS });
    return { value: corrected, error };
  };
  const apart = (series: Float64Array) => {
    const half = series.length / 2;
    const [a, b] = [mean(series.subarray(0, half), GROUPS / 2), mean(series.subarray(half), GROUPS / 2)];
    const error = Math.hypot(a.error, b.error);
    return error > 0 ? (a.value - b.value) / error : 0;
  };
  return {
    model: {
      energy: mean(energies),
      specificHeat: variance(energies, sites / temperature ** 2),
      absoluteMagnetisation: mean(magnetisations),
      connectedSusceptibility: variance(magnetisations, sites),
    },
    drawn: {
      method: 'chains',
      chains: CHAINS,
      burnIn: BURN_IN,
      taken: TAKEN,
      spacing: SPACING,
      forgotten: { energy: apart(energies), absoluteMagnetisation: apart(magnetisations) },
    },
  };
}

/** Initial states: half of the chains at rows of the data, half at random rows. */
function startingStates(data: SpinData, seed: Seed): BitRows {
  const { width, stride, count, bytes } = data;
  const states = new BitRows(CHAINS, width);
  const half = CHAINS / 2;
  for (let c = 0; c < half; c++) {
    const row = Math.floor((c * count) / half);
    states.bytes.set(bytes.subarray(row * stride, (row + 1) * stride), c * stride);
  }
  new Noise(streamKey(seed, 'starting states')).uniform(half * width).forEach((x, k) => {
    const i = k % width;
    if (x < 0.5) states.bytes[(half + Math.floor(k / width)) * stride + (i >> 3)] |= 1 << (i & 7);
  });
  return states;
}
