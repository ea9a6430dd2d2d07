/**
 * One RBM of the experiment `rbm-thermodynamics`: trained on configurations of one lattice at one temperature, then asked for the energy, the specific heat, the
 * magnetisation and the susceptibility of the configurations that it makes itself.
 */

import { criticalCoupling } from '../exact/onsager.js';
import { exactAnswer } from '../ising/exactAnswer.js';
import type { Hamiltonian } from '../ising/hamiltonian.js';
import { Ising } from '../ising/ising.js';
import { neighbours, square } from '../ising/lattice.js';
import { ising } from '../ising/models.js';
import { energySeries, hamiltonianSeries, magnetisationSeries } from '../ising/series.js';
import { SpinData } from '../ising/spinData.js';
import { connectedSusceptibility, specificHeat } from '../ising/thermodynamics.js';
import { toBits } from '../rbm/convert.js';
import { spinLayer } from '../rbm/layers.js';
import { Noise } from '../rbm/noise.js';
import { logPartitionAsync } from '../rbm/partition.js';
import { Rbm } from '../rbm/rbm.js';
import { trainRbm } from '../rbm/training.js';
import { type MaximumLikelihood, maximiseLikelihoodAsync } from '../rg/maximumLikelihood.js';
import { SpinRbm } from '../rg/spinRbm.js';
import { meanEstimate } from '../stats/estimate.js';
import { jackknife } from '../stats/jackknife.js';
import { BitRows } from '../util/bits.js';
import { type Seed, streamKey } from '../util/random.js';
import { pause } from '../util/work.js';
import { kernels } from '../wasm/scalar.js';
import type { Context } from './contract.js';
import type { Measured } from './quantities.js';

/** What is compared: e in units of J and C in units of k, per site; ⟨|m|⟩; χ' = N(⟨m²⟩ - ⟨|m|⟩²) in units of 1/kT. */
export const OBSERVABLES = ['energy', 'specificHeat', 'absoluteMagnetisation', 'connectedSusceptibility'] as const;
export type Observable = (typeof OBSERVABLES)[number];

export interface RbmThermodynamicsPoint {
  size: number;
  temperature: number;
  hidden: number;
  /** What the RBM is trained on: configurations, or Boltzmann's P(v) itself, whose maximum of the likelihood is the nearest that so many hidden units can be. */
  target: 'configurations' | 'boltzmann';
  samples: number;
  /** Most steps of the quasi-Newton descent, where a layer can be summed. */
  iterations: number;
  /** Starts of an RBM of few hidden units. */
  restarts: number;
  /** Passes over the data, where no layer can be summed. */
  epochs: number;
  /** Of the configurations: the same for all numbers of hidden units. */
  seed: string;
}

/** How far the RBM's distribution is from Boltzmann's, in nats of the whole lattice. */
export interface Divergence {
  /** KL(P‖p) = ⟨log P - log p⟩ over P. */
  value: number;
  /** Standard error, of fresh configurations and of log Z where it is annealed; 0 where all states were summed. */
  error: number;
}

export interface RbmThermodynamicsResult {
  point: RbmThermodynamicsPoint;
  /** Of the RBM; errors are 0 where all states were summed. */
  model: Record<Observable, Measured>;
  /** Of the training data. */
  data: Record<Observable, Measured>;
  /** Of as many fresh configurations; null where all values are known exactly. */
  fresh: Record<Observable, Measured> | null;
  /** Of the Ising model, where known. */
  exact: Record<Observable, number | null>;
  /** How the RBM was trained, in words. */
  training: string;
  /** How its averages were had. */
  drawn: Summed | Drawn | Chained;
  divergence: Divergence;
}

/** Averages as sums over all states of the spins: no error. */
export interface Summed {
  method: 'states';
}

/** Independent configurations: h of p(h), known by a sum over all states of the hidden layer, and v of p(v|h). */
export interface Drawn {
  method: 'hidden layer';
  count: number;
}

/** Chains of which half began at training rows, and half at coin tosses. */
export interface Chained {
  method: 'chains';
  chains: number;
  burnIn: number;
  /** Configurations taken of each chain, and Gibbs steps between them. */
  taken: number;
  spacing: number;
  /** (from the one half - from the other)/error: within 3 or so if the chains have forgotten where they began. */
  forgotten: { energy: number; absoluteMagnetisation: number };
}

/** Up to so many spins the RBM's averages are sums over all states. */
const SUMMED = 16;
/** A layer of at most so many units is summed: to train, and to draw from. */
const SUMMED_LAYER = 16;
/** RBMs of up to so many hidden units have maxima that differ: several starts. */
const FEW = 8;

export async function runPoint(point: RbmThermodynamicsPoint, context: Context): Promise<RbmThermodynamicsResult> {
  const { size, temperature, samples, seed } = point;
  const lattice = square(size);
  const coupling = 1 / temperature;
  const hamiltonian = ising({ lattice, coupling });
  const source = new Ising({ lattice, coupling, seed });
  const tell = stagesOf(point, context);
  // without pauses: a million configurations of 4×4 take less than a second
  const data = source.sample(samples);
  const { rbm, training } = await trained(data, hamiltonian, point, { ...context, tell });
  const exact = exactValues(hamiltonian, temperature);
  const known = OBSERVABLES.every((name) => exact[name] !== null);
  const common = { point, data: measured(data, coupling), exact, training };
  if (lattice.sites <= SUMMED) {
    const { model, divergence } = summed(rbm, hamiltonian, temperature);
    return { ...common, model, fresh: null, drawn: { method: 'states' }, divergence };
  }
  const fresh = source.sample(samples);
  const { model, drawn } =
    point.hidden <= SUMMED_LAYER
      ? drawnIndependently(rbm, data, point)
      : await drawnByChains(rbm, data, point, context);
  const divergence = await sampledDivergence(rbm, fresh, hamiltonian, point, context);
  return { ...common, model, fresh: known ? null : measured(fresh, coupling), drawn, divergence };
}

type Tell = (stage: string, from: number, to: number) => NonNullable<Context['onProgress']>;

/** Progress of a stage as a share of the point. */
function stagesOf({ size, temperature, hidden }: RbmThermodynamicsPoint, { onProgress }: Context): Tell {
  return (stage, from, to) => (progress) => {
    const share = progress.stage === 'burn-in' || progress.stage === 'pilot' ? 0 : progress.done / progress.total;
    const name = `L = ${size}, T = ${temperature}, ${hidden} hidden: ${stage}`;
    onProgress?.({ ...progress, stage: name, overall: from + (to - from) * Math.min(1, share) });
  };
}

/** Mean energy and |m|, and their fluctuations, of configurations in the order of time. */
function measured(data: SpinData, coupling: number): Record<Observable, Measured> {
  const energies = energySeries(data);
  const magnetisations = magnetisationSeries(data);
  const mean = (series: Float64Array) => {
    const { mean: value, error } = meanEstimate(series);
    return { value, error: error ?? 0 };
  };
  const c = specificHeat(energies, data.width, coupling);
  const chi = connectedSusceptibility(magnetisations, data.width);
  return {
    energy: mean(energies),
    specificHeat: { value: c?.corrected ?? 0, error: c?.error ?? 0 },
    absoluteMagnetisation: mean(magnetisations.map(Math.abs)),
    connectedSusceptibility: { value: chi?.corrected ?? 0, error: chi?.error ?? 0 },
  };
}

/** What is known of the Ising model, e in units of J. */
export function exactValues(hamiltonian: Hamiltonian, temperature: number): Record<Observable, number | null> {
  const answer = exactAnswer(hamiltonian);
  const m1 = answer?.absoluteMagnetisation ?? null;
  const m2 = answer?.magnetisation2 ?? null;
  return {
    energy: answer && answer.energy * temperature,
    specificHeat: answer?.specificHeat ?? null,
    absoluteMagnetisation: m1,
    connectedSusceptibility: m1 === null || m2 === null ? null : hamiltonian.sites * (m2 - m1 * m1),
  };
}

// -------------------------------------------------------------------------------------------------------------------------------------- training

type TrainingContext = Context & { tell: Tell };

/** By the exact gradient where a layer can be summed, else by persistent chains. */
function trained(data: SpinData, hamiltonian: Hamiltonian, point: RbmThermodynamicsPoint, context: TrainingContext) {
  if (Math.min(data.width, point.hidden) > SUMMED_LAYER) return trainedByChains(data, point, context);
  const target = point.target === 'boltzmann' ? boltzmann(hamiltonian) : distinctRows(rowsOf(data, rowsTaken(data)));
  return trainedExactly(target, point, context);
}

/** Rows that the exact gradient sums over: where all 2^16 states fit, more rows cost nothing. */
const rowsTaken = ({ width, count }: SpinData) => (width <= SUMMED ? count : Math.min(count, 60_000));

/** Rows, each with its weight. */
interface Weighted {
  rows: BitRows;
  weights: ArrayLike<number>;
}

/** No component of the gradient is larger at the end, unless the steps run out. */
const TOLERANCE = 3e-4;

/** The maximum of the likelihood by quasi-Newton steps; of few hidden units the highest of several. */
async function trainedExactly(
  { rows, weights }: Weighted,
  point: RbmThermodynamicsPoint,
  { signal, tell }: TrainingContext,
): Promise<Trained> {
  const { hidden, iterations, seed } = point;
  const local = hidden >= rows.width;
  const starts = hidden <= FEW ? point.restarts : 1;
  let best: MaximumLikelihood | undefined;
  for (let k = 0; k < starts; k++) {
    const found = await maximiseLikelihoodAsync(rows, {
      hidden,
      weights,
      iterations,
      tolerance: TOLERANCE,
      start: local ? localStart(point) : undefined,
      seed: JSON.stringify([seed, hidden, k]),
      signal,
      onProgress: tell('train', (0.8 * k) / starts, (0.8 * (k + 1)) / starts),
    });
    if (best === undefined || found.logLikelihood > best.logLikelihood) best = found;
  }
  const from = starts > 1 ? `, the best of ${starts} random starts` : local ? LOCAL : '';
  const training = `L-BFGS on the exact likelihood, at most ${iterations} steps${from}`;
  return { rbm: bitsOf((best as MaximumLikelihood).rbm), training };
}

interface Trained {
  rbm: Rbm;
  training: string;
}

const LEARNING_RATE = 0.1;
/** A coupling this far above the critical one keeps chains of a small lattice on one side. */
const ORDERED = 1.05 * criticalCoupling;

/**
 * Persistent chains, many, since their noise is that of the likelihood at the end. At first one Gibbs step an update, and a rate that falls to zero; then ten steps
 * and a small rate, since chains that lag behind the weights leave the lattice as a whole too ordered or too disordered, which costs hardly any likelihood.
 *
 * Below T_c a chain cannot pass from up to down, so nothing balances the two, and chains that are stuck between them drive the weights away (8×8, 64 units, T = 1.5: KL
 * 76 ± 17 nats). There fewer chains are tempered, each a ladder of ten inverse temperatures (KL 0.03 to 0.08, three seeds); at T_c the many plain ones end nearer.
 */
async function trainedByChains(
  data: SpinData,
  point: RbmThermodynamicsPoint,
  { threads, signal, tell }: TrainingContext,
): Promise<Trained> {
  const { hidden, epochs, seed } = point;
  const local = hidden >= data.width;
  const ordered = 1 / point.temperature > ORDERED;
  const common = { hidden, algorithm: ordered ? 'tempering' : 'pcd', threads, signal } as const;
  const first = await trainRbm(data, {
    ...common,
    chains: ordered ? 200 : 1000,
    batchSize: 500,
    epochs,
    // constant for the first half, then linear
    learningRate: Array.from(
      { length: epochs },
      (_, e) => LEARNING_RATE * Math.min(1, (2 * (epochs - e)) / (epochs + 1)),
    ),
    initial: local ? bitsOf(localStart(point)) : undefined,
    seed: JSON.stringify([seed, hidden]),
    onProgress: tell('train', 0, 0.5),
  });
  const { rbm } = await trainRbm(data, {
    ...common,
    chains: ordered ? 300 : 2000,
    batchSize: 2000,
    steps: ordered ? 4 : 10,
    epochs: Math.ceil(epochs / 4),
    learningRate: LEARNING_RATE / 5,
    initial: first.rbm,
    seed: JSON.stringify([seed, hidden, 'slowly']),
    onProgress: tell('train slowly', 0.5, 0.8),
  });
  const slow = Math.ceil(epochs / 4);
  const how = ordered
    ? `PCD-1, 200 chains of 10 temperatures, ${epochs} epochs; then PCD-4, 300 chains, ${slow} epochs`
    : `PCD-1, 1000 chains, ${epochs} epochs; then PCD-10, 2000 chains, ${slow} epochs`;
  return { rbm, training: how + (local ? LOCAL : '') };
}

/** How it is told. */
const LOCAL = '; each hidden unit began with weights to one site and its neighbours';
/** Weights of a start, of ±1 units; all of them differ by up to the last. */
const [TO_SITE, TO_NEIGHBOUR, NOISE] = [0.8, 0.3, 0.15];

/**
 * Where there is a hidden unit for every site, each begins with weights to a site and its four neighbours, the sites in turn: that hidden units become local takes
 * training longer than all that follows. It is free to undo it. What a unit adds to the couplings goes as w², so units that share a site have smaller weights.
 */
function localStart({ size, hidden, seed }: RbmThermodynamicsPoint): SpinRbm {
  const lattice = square(size);
  const { sites } = lattice;
  const around = neighbours(lattice);
  const own = JSON.stringify([seed, hidden, 'start']);
  const noise = new Noise(streamKey(own, 'weights of a local start')).uniform(sites * hidden);
  const weights = Float64Array.from(noise, (x) => NOISE * (2 * x - 1));
  const share = 1 / Math.sqrt(hidden / sites);
  for (let j = 0; j < hidden; j++) {
    const site = j % sites;
    weights[site * hidden + j] += share * TO_SITE;
    for (const i of around.subarray(4 * site, 4 * site + 4)) weights[i * hidden + j] += share * TO_NEIGHBOUR;
  }
  return new SpinRbm({ visible: sites, hidden, weights });
}

/** The same RBM in {0,1} units and single precision. */
function bitsOf({ weights, visibleBias, hiddenBias }: SpinRbm): Rbm {
  const spins = new Rbm({
    visibleLayer: spinLayer(visibleBias),
    hiddenLayer: spinLayer(hiddenBias),
    weights: Float32Array.from(weights),
  });
  return toBits(spins).rbm as Rbm;
}

/** All states with Boltzmann's P(v). */
function boltzmann(hamiltonian: Hamiltonian): Weighted {
  const { rows, energies } = statesOf(hamiltonian);
  return { rows, weights: normalised(energies).p };
}

/** The first rows. */
function rowsOf(data: BitRows, most: number): BitRows {
  const count = Math.min(most, data.count);
  return new BitRows(count, data.width, data.bytes.slice(0, count * data.stride));
}

/** Every configuration once, and how often it was there. */
export function distinctRows(data: BitRows): { rows: BitRows; weights: number[] } {
  const places = new Map<string, number>();
  const weights: number[] = [];
  const kept: number[] = [];
  for (let r = 0; r < data.count; r++) {
    const key = String.fromCharCode(...data.bytes.subarray(r * data.stride, (r + 1) * data.stride));
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, kept.length);
      kept.push(r);
      weights.push(1);
    } else weights[place]++;
  }
  const rows = new BitRows(kept.length, data.width);
  kept.forEach((r, k) => {
    rows.bytes.set(data.bytes.subarray(r * data.stride, (r + 1) * data.stride), k * data.stride);
  });
  return { rows, weights };
}

// -------------------------------------------------------------------------------------------------------------------------------- sums over all states

/** All 2^width states: unit i of state s is bit i of s. */
function allStates(width: number): BitRows {
  const rows = new BitRows(2 ** width, width);
  for (let s = 0; s < rows.count; s++) {
    for (let byte = 0; byte < rows.stride; byte++) rows.bytes[s * rows.stride + byte] = s >>> (8 * byte);
  }
  return rows;
}

/** All states and their energies, in units of kT. */
function statesOf(hamiltonian: Hamiltonian): { rows: SpinData; energies: Float64Array } {
  const { sites, shape } = hamiltonian;
  const { bytes, count } = allStates(sites);
  const rows = new SpinData(count, [shape[0], shape[1]], bytes, { source: 'all states' });
  return { rows, energies: hamiltonianSeries(rows, hamiltonian).map((energy) => sites * energy) };
}

/** Averages over p(v) = e^{-F(v)}/Z by the sum over all states, and KL(P‖p) beside Boltzmann's P(v) = e^{-H(v)}/Z. */
export function summed(
  rbm: Rbm,
  hamiltonian: Hamiltonian,
  temperature: number,
): { model: Record<Observable, Measured>; divergence: Divergence } {
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

/** p and log p from energies in units of kT. */
function normalised(energies: Float64Array): { p: Float64Array; logs: Float64Array } {
  const { exp, log } = kernels();
  const least = energies.reduce((a, b) => Math.min(a, b), Infinity);
  const total = energies.reduce((sum, energy) => sum + exp(least - energy), 0);
  const logs = energies.map((energy) => least - energy - log(total));
  return { p: logs.map((x) => exp(x)), logs };
}

// ------------------------------------------------------------------------------------------------------------------------------- independent draws

/** Configurations that are drawn where p(h) is summed. */
const DRAWS = 400_000;

/** Configurations drawn from p(h) and then from p(v|h). */
export function drawnIndependently(
  rbm: Rbm,
  data: SpinData,
  { seed, hidden, temperature }: RbmThermodynamicsPoint,
): { model: Record<Observable, Measured>; drawn: Drawn } {
  const states = allStates(hidden);
  const { p } = normalised(rbm.mirror().freeEnergy(states));
  for (let s = 1; s < p.length; s++) p[s] += p[s - 1];
  const { shape } = data;
  const count = DRAWS;
  const chosen = new BitRows(count, hidden);
  const own = JSON.stringify([seed, hidden, 'draw']);
  new Noise(streamKey(own, 'hidden states')).uniform(count).forEach((x, r) => {
    // the first state whose cumulated probability is above x·(all of it)
    let [low, high] = [0, p.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (p[middle] > x * p[p.length - 1]) high = middle;
      else low = middle + 1;
    }
    chosen.bytes.set(states.bytes.subarray(low * states.stride, (low + 1) * states.stride), r * states.stride);
  });
  const { bytes } = rbm.sampleVisible(chosen, own);
  const model = measured(new SpinData(count, shape, bytes, { source: 'an RBM' }), 1 / temperature);
  return { model, drawn: { method: 'hidden layer', count } };
}

// -------------------------------------------------------------------------------------------------------------------------------------------- chains

const CHAINS = 2000;
const BURN_IN = 1000;
const TAKEN = 60;
const SPACING = 10;
/** Groups of chains: the jackknife's blocks. Chains are independent, so no correlation in time enters the error. */
const GROUPS = 100;

/** Averages over block Gibbs chains, each configuration counted, with the error of a jackknife over whole chains. */
export async function drawnByChains(
  rbm: Rbm,
  data: SpinData,
  { seed, temperature, hidden, size }: RbmThermodynamicsPoint,
  { signal, onProgress }: Context,
): Promise<{ model: Record<Observable, Measured>; drawn: Chained }> {
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

/** Half of the chains at rows of the data, half at coin tosses. */
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

/** KL(P‖p) as the mean of log P - log p over configurations that were not trained on; log Z of the Ising model exact, that of the RBM summed or annealed. */
async function sampledDivergence(
  rbm: Rbm,
  fresh: SpinData,
  hamiltonian: Hamiltonian,
  { seed, hidden }: RbmThermodynamicsPoint,
  { signal }: Context,
): Promise<Divergence> {
  const rows = rowsOf(fresh, HELD_OUT);
  const given = exactAnswer(hamiltonian)?.logPartition as number;
  const own = JSON.stringify([seed, hidden, 'log Z']);
  const { estimate, error } = await logPartitionAsync(rbm, { data: rows, seed: own, signal });
  const energies = hamiltonian.energy(new SpinData(rows.count, fresh.shape, rows.bytes, { source: 'fresh' }));
  const gaps = rbm.freeEnergy(rows).map((free, r) => free + estimate - energies[r] - given);
  const { mean, error: spread } = meanEstimate(gaps);
  return { value: mean, error: Math.hypot(spread ?? 0, error) };
}
