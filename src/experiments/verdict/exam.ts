/** What is measured of a stack: the form of its fields, and what its layers do as rules of block spins at K_c. */

import { criticalCoupling } from '../../exact/onsager.js';
import { blockMatch } from '../../fields/blockMatch.js';
import { farInformation } from '../../fields/farInformation.js';
import { fieldForm, type LayerForm, layerForm } from '../../fields/form.js';
import { assignToGrid } from '../../fields/grid.js';
import { type LongWaveShare, longWaveShare } from '../../fields/longWaves.js';
import { fieldsOf, isCompact, placeUnits } from '../../fields/places.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { correlationLength } from '../../ising/measure/correlations.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { toSpins } from '../../rbm/model/convert.js';
import { spinLayer } from '../../rbm/model/layers.js';
import { Rbm } from '../../rbm/model/rbm.js';
import type { Stack } from '../../rbm/stack/stack.js';
import { layerRule } from '../../rg/blocking/layers.js';
import { type BlockObservable, blockObservables } from '../../rg/blocking/observables.js';
import { type BlockingRule, majorityRule, productRule } from '../../rg/blocking/rule.js';
import { contrastOf, couplingsByDistance, type Places } from '../../rg/couplings/byDistance.js';
import { couplingOrder } from '../../rg/couplings/order.js';
import { type ShellCouplings, shellCouplings } from '../../rg/couplings/shells.js';
import { spinRbmFromBits } from '../../rg/map/spinRbm.js';
import { MonteCarloRg } from '../../rg/mcrg/monteCarloRg.js';
import { standardOperators } from '../../rg/operators/latticeOperator.js';
import { median } from '../../stats/sample.js';
import type { BitRows } from '../../util/bits.js';
import type { Estimate } from '../../util/estimate.js';
import type { Seed } from '../../util/random.js';
import { finishWithPauses, pause, type WorkOptions } from '../../util/work.js';

/** Fewest sites per side of a level on which the operators fit. */
export const MIN_SIDE = 5;
/** Share of the units that an assignment to the grid must place for a layer to be a rule on a lattice. */
const PLACED = 0.9;
/** Pairs per distance whose couplings are computed, and samples for the orders, of a layer. */
const PAIRS = 15;
const ORDER_SAMPLES = 1000;
/** Polarity of a field from which a unit has a sign: three quarters of Σr² have it. */
const SIGNED = 0.5;

/** Exponents of one step of coarse-graining, from the spins to the units of a layer. */
export interface StepExponents {
  even: Estimate | null;
  odd: Estimate | null;
}

/** Operators of block spins at K_c, their Binder ratio 1 - ⟨m⁴⟩/(3⟨m²⟩²), and ξ over the side; null for an ordered lattice. */
export interface BlockFlow {
  nearest: number;
  nextNearest: number;
  plaquette: number;
  binder: number;
  correlationLength: number | null;
}

/** One layer. */
export interface LayerExam {
  layer: number;
  form: LayerForm;
  /** Share of the units in their own cell of the grid and with a sign, and the rms distance of units from their places. */
  placed: number;
  misfit: number | null;
  /** Of the layer's sampled states; `referenceOf` has it of majority blocks. */
  kept: LongWaveShare;
  /** Median over the units of the correlation with their best majority block. */
  match: number;
  /** Mean over the units of the bits that they tell of far spins, about their best block. */
  far: number;
  /** Couplings of the layer; null where fewer than two units have a centre. */
  couplings: LayerCouplings | null;
  /** Of the step from the spins to this layer; null where it is no rule on a lattice, or has fewer than 5 × 5 units. */
  exponents: StepExponents | null;
  /** Of the layer's units on the grid; null likewise. */
  flow: BlockFlow | null;
}

/** The Hamiltonian of a layer, from its RBM and from its states; null where there are no couplings. */
export interface LayerCouplings {
  /** Of the pair couplings that the RBM induces: ξ of their decay, in distances of neighbours. */
  range: number | null;
  /** Mean |K| of neighbouring pairs over that of all. */
  contrast: number | null;
  /** Mean order of its couplings of an even number of spins, and the share of odd ones. */
  order: number | null;
  oddShare: number | null;
  /** Of the states, by pseudo-likelihood with one K per shell: of neighbours, and ¼ of the total per spin. */
  nearest: number | null;
  effective: number | null;
}

/** What the exam takes. */
export interface ExamOptions {
  /** Configurations at K_c for shares and correlations. */
  measured: number;
  /** Configurations at K_c for exponents. */
  samples: number;
  seed: Seed;
}

/** Even operators of Swendsen, and odd ones. */
const OPERATORS = { even: 7, odd: 4 };

/** Configurations at K_c, the same for all stacks of a side. */
const critical = (side: number, purpose: string, seed: Seed) =>
  new Ising({ lattice: square(side), coupling: criticalCoupling, seed: JSON.stringify([seed, 'exam', purpose]) });

/** Configurations at K_c on which shares and correlations are measured. */
export const configurationsOf = (side: number, { measured, seed }: ExamOptions, { signal }: WorkOptions) =>
  critical(side, 'layers', seed).sampleAsync(measured, { signal });

/**
 * Exponents of the steps of rules on configurations at K_c; null where operators of the coarse spins do not fluctuate, or
 * are combinations of each other.
 */
export async function exponentsOf(
  side: number,
  rule: BlockingRule | readonly BlockingRule[],
  { samples, seed }: ExamOptions,
  work: WorkOptions,
): Promise<StepExponents[]> {
  const rg = new MonteCarloRg({
    rule,
    operators: {
      even: standardOperators('square', 'even').slice(0, OPERATORS.even),
      odd: standardOperators('square', 'odd').slice(0, OPERATORS.odd),
    },
    seed: JSON.stringify([seed, 'rules']),
  });
  await rg.sample(critical(side, 'exponents', seed), samples, work);
  try {
    return rg.report().steps.map(({ even, odd }) => ({ even: even.exponent, odd: odd.exponent }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [rule].flat().map(() => ({ even: null, odd: null }));
  }
}

/** All layers of a stack. */
export async function examine(stack: Stack, options: ExamOptions, work: WorkOptions): Promise<LayerExam[]> {
  const [side] = stack.shape;
  const data = await configurationsOf(side, options, work);
  const layers: LayerExam[] = [];
  let states: BitRows = data;
  for (let layer = 1; layer <= stack.rbms.length; layer++) {
    await pause();
    work.signal?.throwIfAborted();
    states = stack.rbms[layer - 1].sampleHidden(states, JSON.stringify([options.seed, 'states', layer]));
    const fields = fieldsOf(stack, layer);
    const { placed, misfit } = arrangementOf(stack, layer);
    const block = Math.round(side / gridOf(fields.length));
    const { correlations, sites } = blockMatch(data, states, block);
    layers.push({
      layer,
      form: layerForm(fields, stack.shape),
      placed,
      misfit,
      kept: longWaveShare(data, states),
      match: median([...correlations]) as number,
      far: meanFar(data, states, sites, block),
      couplings: await couplingsOf(stack, layer, states, options, work),
      ...(await asRule(stack, layer, placed, data, options, work)),
    });
  }
  return layers;
}

/** Mean bits of units about the spins far from b×b blocks that begin at these sites. */
function meanFar(data: SpinData, states: BitRows, sites: ArrayLike<number>, b: number): number {
  const [, columns] = data.shape;
  const middle = (b - 1) / 2;
  const centres = Array.from(sites, (i) => [Math.floor(i / columns) + middle, (i % columns) + middle] as const);
  const bits = farInformation(data, states, centres);
  return bits.reduce((sum, x) => sum + x, 0) / bits.length;
}

/** The same of block spins on their grid. */
export function farOfGrid(data: SpinData, blocks: SpinData): number {
  const [rows, columns] = blocks.shape;
  const b = data.shape[0] / rows;
  const corner = (k: number) => b * (data.shape[1] * Math.floor(k / columns) + (k % columns));
  return meanFar(
    data,
    blocks,
    Array.from({ length: blocks.width }, (_, k) => corner(k)),
    b,
  );
}

async function couplingsOf(
  stack: Stack,
  layer: number,
  states: BitRows,
  { seed }: ExamOptions,
  { signal }: WorkOptions,
): Promise<LayerCouplings | null> {
  const places = placeUnits(fieldsOf(stack, layer), stack.shape);
  if (places.centres.filter((centre) => centre !== null).length < 2) return null;
  const rbm = spinRbmFromBits(stack.rbms[layer - 1].mirror());
  const stage = `couplings of layer ${layer}`;
  const pairs = couplingsByDistance(rbm, places, { pairs: PAIRS, whole: 0, seed, stage });
  const { bins, range } = await finishWithPauses(pairs, { signal });
  const { even, oddShare } = couplingOrder(rbm, { samples: ORDER_SAMPLES, seed: JSON.stringify([seed, stage]) });
  const sampled = couplingsOfStates(states, places);
  return {
    range,
    contrast: bins.some(({ size }) => size > 0) ? contrastOf(bins) : null,
    order: even?.value ?? null,
    oddShare: oddShare?.value ?? null,
    nearest: sampled?.nearest.value ?? null,
    effective: sampled?.effective.value ?? null,
  };
}

/** Couplings of the shells; null where the states leave one undetermined, as those of units that always agree do. */
export function couplingsOfStates(states: BitRows, places: Places): ShellCouplings | null {
  try {
    return shellCouplings(states, places);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

/** A layer as a step from the spins, where it is a rule on a lattice. */
async function asRule(
  stack: Stack,
  layer: number,
  placed: number,
  data: SpinData,
  options: ExamOptions,
  work: WorkOptions,
): Promise<Pick<LayerExam, 'exponents' | 'flow'>> {
  if (placed < PLACED || gridOf(stack.sizes[layer]) < MIN_SIDE) return { exponents: null, flow: null };
  const rule = ruleOf(stack, layer);
  const [exponents] = await exponentsOf(stack.shape[0], rule, options, work);
  return { exponents, flow: flowOf(rule.apply(data, { seed: options.seed })) };
}

/** Operators of block spins. */
export function flowOf(blocks: SpinData): BlockFlow {
  const { observables } = blockObservables(blocks);
  const length = correlationLength(blocks);
  const of = (name: BlockObservable) => observables[name]?.mean as number;
  return {
    nearest: of('nearest'),
    nextNearest: of('nextNearest'),
    plaquette: of('plaquette'),
    binder: 1 - of('magnetisation4') / (3 * of('magnetisation2') ** 2),
    correlationLength: length === null ? null : length.value / Math.max(...blocks.shape),
  };
}

/** Side of the square of the units of a layer. */
const gridOf = (units: number): number => Math.round(Math.sqrt(units));

/** The units of a layer on the grid: order, signs, share that is placed. */
function arrangementOf(stack: Stack, layer: number) {
  const { shape } = stack;
  const fields = fieldsOf(stack, layer);
  const grid = gridOf(fields.length);
  const sums = fields.map((field) => field.reduce((sum, value) => sum + value, 0));
  const centres = fields.map((field) => {
    const form = fieldForm(field, shape);
    return form && isCompact(form, shape) && form.polarity >= SIGNED ? form.centre : null;
  });
  const { units, placed, misfit } = assignToGrid(centres, shape, [grid, grid]);
  return { units, placed, misfit, signs: units.map((unit) => (sums[unit] < 0 ? -1 : 1)) };
}

/**
 * A layer as a rule from spins to a lattice: all layers up to it, sampled, without thresholds (the sectors of T need the
 * symmetry under a flip of all spins); its own units in the order of the grid, turned so that fields are positive.
 */
function ruleOf(stack: Stack, layer: number): BlockingRule {
  const grid = gridOf(stack.sizes[layer]);
  const { units, signs } = arrangementOf(stack, layer);
  const rbms = stack.rbms.slice(0, layer).map((rbm, k) => {
    const { weights, visible, hidden } = toSpins(rbm).rbm;
    const top = k === layer - 1;
    return new Rbm<BitRows, BitRows>({
      visibleLayer: spinLayer(new Float32Array(visible)),
      hiddenLayer: spinLayer(new Float32Array(hidden)),
      weights: top
        ? weights.map((_, at) => signs[at % hidden] * weights[at - (at % hidden) + units[at % hidden]])
        : weights,
    });
  });
  const rules = rbms.map((rbm, k) => layerRule(rbm, k === layer - 1 ? { shape: [grid, grid] } : {}));
  return productRule(rules);
}

/** Majority blocks as many as the units of each layer, on the same configurations: what a layer is compared with. */
export async function referenceOf(
  side: number,
  hidden: readonly number[],
  options: ExamOptions,
  work: WorkOptions,
): Promise<{ kept: LongWaveShare[]; far: number[]; exponents: StepExponents[]; flow: BlockFlow[] }> {
  const data = await configurationsOf(side, options, work);
  const sides = [side, ...hidden.map(gridOf)];
  const rules = hidden.map((_, k) => majorityRule({ factor: sides[k] / sides[k + 1] }));
  const kept: LongWaveShare[] = [];
  const far: number[] = [];
  const exponents: StepExponents[] = [];
  const flow: BlockFlow[] = [];
  for (let layer = 1; layer <= rules.length; layer++) {
    const rule = productRule(rules.slice(0, layer));
    const blocks = rule.apply(data, { seed: options.seed });
    kept.push(longWaveShare(data, blocks));
    far.push(farOfGrid(data, blocks));
    flow.push(flowOf(blocks));
    if (sides[layer] >= MIN_SIDE) exponents.push(...(await exponentsOf(side, rule, options, work)));
  }
  return { kept, far, exponents, flow };
}
