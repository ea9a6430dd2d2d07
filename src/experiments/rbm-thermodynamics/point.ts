/**
 * One RBM of the experiment `rbm-thermodynamics`: its training on configurations of one lattice at one temperature, and
 * the energy, specific heat, magnetisation and susceptibility of its own configurations.
 */

import { SpinData } from '../../ising/data/spinData.js';
import { exactAnswer } from '../../ising/measure/exactAnswer.js';
import { energySeries, magnetisationSeries } from '../../ising/measure/series.js';
import { connectedSusceptibility, specificHeat } from '../../ising/measure/thermodynamics.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { Ising } from '../../ising/samplers/ising.js';
import { logPartitionAsync } from '../../rbm/likelihood/partition.js';
import { Noise } from '../../rbm/model/noise.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import { meanEstimate } from '../../stats/estimate.js';
import { jackknife } from '../../stats/jackknife.js';
import { BitRows } from '../../util/bits.js';
import type { Estimate } from '../../util/estimate.js';
import { type Seed, streamKey } from '../../util/random.js';
import { pause } from '../../util/work.js';
import type { Context } from '../kit/experiment.js';
import { QUANTITIES } from '../thermodynamics/quantities.js';
import { allStates, normalised, rowsOf, SUMMED, SUMMED_LAYER, statesOf } from './states.js';
import { type RbmThermodynamicsPoint, type Tell, trained } from './training.js';

/** The observables: e in units of J and C in units of k, per site; ⟨|m|⟩; χ' = N(⟨m²⟩ - ⟨|m|⟩²) in units of 1/kT. */
export const OBSERVABLES = ['energy', 'specificHeat', 'absoluteMagnetisation', 'connectedSusceptibility'] as const;
export type Observable = (typeof OBSERVABLES)[number];

type Observed = Record<Observable, Estimate<number>>;

export interface RbmThermodynamicsResult {
  point: RbmThermodynamicsPoint;
  /** Averages of the RBM; errors are 0 for sums over all states. */
  model: Observed;
  /** Averages of the training data. */
  data: Observed;
  /** Averages of the same number of fresh configurations; null if all values are known exactly. */
  fresh: Observed | null;
  /** Exact averages of the Ising model, if known. */
  exact: Record<Observable, number | null>;
  /** A text about the training of the RBM. */
  training: string;
  /** The method of its averages. */
  drawn: Summed | Drawn | Chained;
  /** KL(P‖p) of Boltzmann's P in nats of the whole lattice; its error is that of configurations and of log Z. */
  divergence: Estimate<number>;
}

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

export async function runPoint(point: RbmThermodynamicsPoint, context: Context): Promise<RbmThermodynamicsResult> {
  const { size, temperature, samples, seed, hidden } = point;
  const lattice = square(size);
  const coupling = 1 / temperature;
  const hamiltonian = isingHamiltonian({ lattice, coupling });
  const source = new Ising({ lattice, coupling, seed });
  // without pauses: a million configurations of 4×4 take less than a second
  const data = source.sample(samples);
  const { rbm, training } = await trained(data, hamiltonian, point, { ...context, tell: stagesOf(point, context) });
  const exact = exactValues(hamiltonian, temperature);
  const common = { point, data: measured(data, coupling), exact, training };
  if (lattice.sites <= SUMMED) {
    return { ...common, ...summed(rbm, hamiltonian, temperature), fresh: null, drawn: { method: 'states' } };
  }
  const fresh = source.sample(samples);
  const own =
    hidden <= SUMMED_LAYER ? drawnIndependently(rbm, data, point) : await drawnByChains(rbm, data, point, context);
  const divergence = await sampledDivergence(rbm, fresh, hamiltonian, point, context);
  const known = Object.values(exact).every((value) => value !== null);
  return { ...common, ...own, fresh: known ? null : measured(fresh, coupling), divergence };
}

/** Progress of a stage as a share of the point. */
function stagesOf({ size, temperature, hidden }: RbmThermodynamicsPoint, { onProgress }: Context): Tell {
  return (stage, from, to) => (progress) => {
    const share = progress.stage === 'burn-in' || progress.stage === 'pilot' ? 0 : progress.done / progress.total;
    const name = `L = ${size}, T = ${temperature}, ${hidden} hidden: ${stage}`;
    onProgress?.({ ...progress, stage: name, overall: from + (to - from) * Math.min(1, share) });
  };
}

/** Mean energy and |m|, and their fluctuations, of configurations in the order of time. */
function measured(data: SpinData, coupling: number): Observed {
  const energies = energySeries(data);
  const magnetisations = magnetisationSeries(data);
  const mean = (series: Float64Array) => {
    const { mean: value, error } = meanEstimate(series);
    return { value, error: error ?? 0 };
  };
  const fluctuation = (found: { corrected: number; error: number } | null) => ({
    value: found?.corrected ?? 0,
    error: found?.error ?? 0,
  });
  return {
    energy: mean(energies),
    specificHeat: fluctuation(specificHeat(energies, data.width, coupling)),
    absoluteMagnetisation: mean(magnetisations.map(Math.abs)),
    connectedSusceptibility: fluctuation(connectedSusceptibility(magnetisations, data.width)),
  };
}

/** Exact values of the Ising model, e in units of J. */
export function exactValues(hamiltonian: Hamiltonian, temperature: number): Record<Observable, number | null> {
  const answer = exactAnswer(hamiltonian);
  const known = (name: Observable) => answer && QUANTITIES[name].known(answer, hamiltonian.sites);
  const values = Object.fromEntries(OBSERVABLES.map((name) => [name, known(name)])) as Record<
    Observable,
    number | null
  >;
  return { ...values, energy: values.energy === null ? null : values.energy * temperature };
}

/** Averages over p(v) = e^{-F(v)}/Z by the sum over all states, and KL(P‖p) with Boltzmann's P(v) = e^{-H(v)}/Z. */
export function summed(
  rbm: Rbm,
  hamiltonian: Hamiltonian,
  temperature: number,
): { model: Observed; divergence: Estimate<number> } {
  const { sites } = hamiltonian;
  const { rows, energies: total } = statesOf(hamiltonian);
  const energies = total.map((energy) => energy / sites);
  const magnetisations = magnetisationSeries(rows).map(Math.abs);
  const model = normalised(rbm.freeEnergy(rows));
  const target = normalised(total);
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

/** Configurations sampled from p(h) and then from p(v|h). */
export function drawnIndependently(
  rbm: Rbm,
  data: SpinData,
  { seed, hidden, temperature }: RbmThermodynamicsPoint,
): { model: Observed; drawn: Drawn } {
  const states = allStates(hidden);
  const { p } = normalised(rbm.mirror().freeEnergy(states));
  for (let s = 1; s < p.length; s++) p[s] += p[s - 1];
  const chosen = new BitRows(DRAWS, hidden);
  const own = JSON.stringify([seed, hidden, 'draw']);
  new Noise(streamKey(own, 'hidden states')).uniform(DRAWS).forEach((x, r) => {
    // the first state with a cumulated probability above x times the total
    let [low, high] = [0, p.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (p[middle] > x * p[p.length - 1]) high = middle;
      else low = middle + 1;
    }
    chosen.bytes.set(states.bytes.subarray(low * states.stride, (low + 1) * states.stride), r * states.stride);
  });
  const { bytes } = rbm.sampleVisible(chosen, own);
  const model = measured(new SpinData(DRAWS, data.shape, bytes, { source: 'an RBM' }), 1 / temperature);
  return { model, drawn: { method: 'hidden layer', count: DRAWS } };
}

const CHAINS = 2000;
const BURN_IN = 1000;
const TAKEN = 60;
const SPACING = 10;
/** Groups of chains: the jackknife's blocks. Chains are independent, so no correlation in time enters the error. */
const GROUPS = 100;

/** Averages over block Gibbs chains, with the error of a jackknife over whole chains. */
export async function drawnByChains(
  rbm: Rbm,
  data: SpinData,
  { seed, temperature, hidden, size }: RbmThermodynamicsPoint,
  { signal, onProgress }: Context,
): Promise<{ model: Observed; drawn: Chained }> {
  const own = (what: string | number) => JSON.stringify([seed, hidden, what]);
  const tell = stagesOf({ size, temperature, hidden } as RbmThermodynamicsPoint, { onProgress })('draw', 0.8, 0.95);
  const sites = data.width;
  let states: BitRows = startingStates(data, own('coin tosses'));
  const calls = BURN_IN / SPACING;
  const energies = new Float64Array(CHAINS * TAKEN);
  const magnetisations = new Float64Array(CHAINS * TAKEN);
  for (let call = 0; call < calls + TAKEN; call++) {
    signal?.throwIfAborted();
    states = rbm.gibbs(states, { steps: SPACING, seed: own(call) }).visible;
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
    tell({ stage: '', done: call + 1, total: calls + TAKEN, unit: 'draws' });
    await pause();
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

/** Fresh configurations on which KL(P‖p) is averaged. */
const HELD_OUT = 10_000;

/** KL(P‖p), the mean of log P - log p over fresh configurations; log Z of the RBM summed or annealed. */
async function sampledDivergence(
  rbm: Rbm,
  fresh: SpinData,
  hamiltonian: Hamiltonian,
  { seed, hidden }: RbmThermodynamicsPoint,
  { signal }: Context,
): Promise<Estimate<number>> {
  const rows = rowsOf(fresh, HELD_OUT);
  const given = exactAnswer(hamiltonian)?.logPartition as number;
  const own = JSON.stringify([seed, hidden, 'log Z']);
  const { estimate, error } = await logPartitionAsync(rbm, { data: rows, seed: own, signal });
  const energies = hamiltonian.energy(new SpinData(rows.count, fresh.shape, rows.bytes, { source: 'fresh' }));
  const gaps = rbm.freeEnergy(rows).map((free, r) => free + estimate - energies[r] - given);
  const { mean, error: spread } = meanEstimate(gaps);
  return { value: mean, error: Math.hypot(spread ?? 0, error) };
}
