/** The points of verdict: a trained stack and its exam, a positive control, a single tied filter, or what all are compared with. */

import { longWaveShare } from '../../fields/longWaves.js';
import { fieldsOf } from '../../fields/places.js';
import { decodeStackState, encodeStackState } from '../../io/trainingState.js';
import { SpinData } from '../../ising/data/spinData.js';
import { isingPseudoLikelihood } from '../../ising/measure/observables.js';
import { energySeries } from '../../ising/measure/series.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { Stack, type StackState, trainStack } from '../../rbm/stack/stack.js';
import { trainRbm } from '../../rbm/training/trainRbm.js';
import { type Filter, filterRule, tiedFilterOf } from '../../rg/blocking/filter.js';
import { majorityRule, softRule } from '../../rg/blocking/rule.js';
import type { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import { sampleMean } from '../../util/estimate.js';
import { inShare, type Progress, sharesOf } from '../../util/work.js';
import { generator, shuffled } from '../../wasm/draws.js';
import { integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';
import { BLOCK_STACK_NAMES, BLOCK_STACKS, type BlockStackName, blockStack } from './blockStacks.js';
import { CELL_NAMES, CELLS, type CellName, SOURCES, type SourceName, sourcesOf } from './cells.js';
import { configurationsOf, examine, exponentsOf, farOfGrid, flowOf, MIN_SIDE, referenceOf } from './exam.js';

export const PARAMETERS = {
  side: integer('side L of the periodic L×L lattice', 40, 8, 256),
  coupling: number('K = J/kT of the paper’s cell; critical at 0.4407', 0.408, 0.05, 2),
  samples: integer('configurations to train on', 20_000, 200, 10_000_000),
  hidden: integers('hidden units of each layer, squares, from the data upwards', [400, 100, 25]),
  epochs: integer('passes over the data for each layer of the paper’s cell', 200, 1),
  l1: number('L1 penalty per weight', 2e-4, 0, 10),
  runs: integer('runs, each with data of its own, of the paper’s cell and of each of its nulls', 10, 2, 1000),
  otherRuns: integer('runs of the other cells, of their null, and of each positive control; 0 for none', 5, 0, 1000),
  largeRuns: integer('runs of the cell of 8/5 the side, and of its null; 0 for none', 3, 0, 1000),
  measured: integer('configurations at K_c for shares and correlations', 2000, 200, 100_000),
  configurations: integer('configurations at K_c for exponents', 12_800, 640, 10_000_000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** Weights of the soft rule, for the curve on which layers are placed. */
const CURVE = [0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3];
/** Enlarged cells have this many times the side. */
const ENLARGED = 8 / 5;
/** Fields that are kept for the figures. */
const SHOWN = 25;

/** Side and hidden units of a cell. */
export function sizesOf(cell: CellName, { side, hidden }: Pick<Values, 'side' | 'hidden'>) {
  const scale = CELLS[cell].enlarged ? ENLARGED : 1;
  return { side: Math.round(side * scale), hidden: hidden.map((units) => Math.round(units * scale * scale)) };
}

const numbered = (count: number) => Array.from({ length: count }, (_, run) => run);

export function points(parameters: Values) {
  const { runs, otherRuns, largeRuns, side, hidden } = parameters;
  const runsOf = (cell: CellName) => (CELLS[cell].allNulls ? runs : CELLS[cell].enlarged ? largeRuns : otherRuns);
  const cells = CELL_NAMES.filter((cell) => runsOf(cell) > 0);
  if (hidden[0] < MIN_SIDE ** 2) refuse('hidden[0]', `at least ${MIN_SIDE ** 2} units, for exponents`, hidden[0]);
  let below = side;
  for (const units of hidden) {
    const grid = Math.sqrt(units);
    if (!Number.isInteger(grid) || below % grid !== 0 || grid >= below) {
      refuse('hidden', `squares of divisors: sides ${below}, then a divisor of it, and so on`, hidden.join());
    }
    below = grid;
  }
  if (largeRuns > 0 && hidden.some((units) => Math.sqrt(units) % 5 !== 0)) {
    refuse('largeRuns', '0 unless all sides are multiples of 5', largeRuns);
  }
  const sizes = [...new Set(cells.map((cell) => (CELLS[cell].enlarged ? ('large' as const) : ('usual' as const))))];
  return [
    ...sizes.map((size) => ({ key: `majority, ${size} lattice`, kind: 'reference' as const, size })),
    { key: 'curve of soft rules', kind: 'curve' as const },
    ...(otherRuns === 0 ? [] : BLOCK_STACK_NAMES).flatMap((control) =>
      numbered(otherRuns).map((run) => ({ key: `${control} ${run}`, kind: 'blocks' as const, control, run })),
    ),
    ...cells.flatMap((cell) =>
      sourcesOf(cell).flatMap((source) =>
        numbered(SOURCES[source].l1 === undefined ? runsOf(cell) : otherRuns).map((run) => ({
          key: `${cell}, ${source} ${run}`,
          kind: 'trained' as const,
          cell,
          source,
          run,
        })),
      ),
    ),
  ];
}
export type Point = ReturnType<typeof points>[number];
type OfKind<Kind extends Point['kind']> = Extract<Point, { kind: Kind }>;

const EXAM = ['side', 'hidden', 'measured', 'configurations', 'seed'] as const;
export const reads = ({ kind }: Point): readonly (keyof Values & string)[] =>
  kind === 'trained' ? [...EXAM, 'coupling', 'samples', 'epochs', 'l1'] : EXAM;

export async function run(point: Point, parameters: Values, context: Context) {
  if (point.kind === 'reference') return reference(point, parameters, context);
  if (point.kind === 'curve') return curve(point, parameters, context);
  if (point.kind === 'blocks') return blocks(point, parameters, context);
  return CELLS[point.cell].tied ? tied(point, parameters, context) : trained(point, parameters, context);
}
export type Result = Awaited<ReturnType<typeof run>>;
export type Trained = Awaited<ReturnType<typeof trained>>;
export type Tied = Awaited<ReturnType<typeof tied>>;
export type Blocks = Awaited<ReturnType<typeof blocks>>;
export type Reference = Awaited<ReturnType<typeof reference>>;
export type Curve = Awaited<ReturnType<typeof curve>>;

const examOptions = ({ measured, configurations, seed }: Values) => ({ measured, samples: configurations, seed });

async function reference(point: OfKind<'reference'>, parameters: Values, context: Context) {
  const { side, hidden } = sizesOf(point.size === 'large' ? 'large' : 'paper', parameters);
  return { point, ...(await referenceOf(side, hidden, examOptions(parameters), staged(context, point.key))) };
}

async function curve(point: OfKind<'curve'>, parameters: Values, context: Context) {
  const { side, hidden } = parameters;
  const factor = side / Math.sqrt(hidden[0]);
  const weights = [];
  for (const weight of CURVE) {
    const work = staged(context, `soft rule, w = ${weight}`);
    const [exponents] = await exponentsOf(side, [softRule({ factor, weight })], examOptions(parameters), work);
    weights.push({ weight, exponents });
  }
  return { point, weights };
}

async function blocks(point: OfKind<'blocks'>, parameters: Values, context: Context) {
  const { side, hidden, seed } = parameters;
  const own = JSON.stringify([seed, 'blocks', point.control, point.run]);
  const stack = blockStack(side, hidden, BLOCK_STACKS[point.control as BlockStackName], own);
  return { point, layers: await examine(stack, examOptions(parameters), staged(context, point.key)) };
}

/** Data of a run and held-out ones. */
async function dataOf(point: OfKind<'trained'>, parameters: Values, context: Context) {
  const cell = CELLS[point.cell];
  const { side } = sizesOf(point.cell, parameters);
  const coupling = cell.coupling(parameters.coupling);
  // data and training of a run are seeded together: seeds alone would be no replicates
  const seed = JSON.stringify([parameters.seed, 'run', point.cell, point.source, point.run]);
  const data = await SOURCES[point.source as SourceName].sample(
    { side, coupling, count: parameters.samples, seed },
    context,
  );
  return { data, coupling, side, seed };
}

async function trained(point: OfKind<'trained'>, parameters: Values, context: Context) {
  const cell = CELLS[point.cell];
  const source = SOURCES[point.source as SourceName];
  const { identity = {}, checkpoint } = context;
  const saved = checkpoint?.load();
  const resume = saved && decodeStackState(saved, identity, checkpoint?.name);
  const { data, coupling, side, seed } = await dataOf(point, parameters, staged(context, point.key));
  const { hidden } = sizesOf(point.cell, parameters);
  const epochs = Math.max(1, Math.round(parameters.epochs * cell.epochs));
  // by the multiplications: the exam takes about as long as 40 epochs of the first layer
  const sizes = [side * side, ...hidden];
  const costs = [...hidden.map((units, k) => epochs * sizes[k] * units), 40 * sizes[0] * sizes[1]];
  const shares = sharesOf(costs).map((share) => staged(inShare(context, share), point.key));
  let state = (): StackState => resume ?? { finished: [] };
  const offer = (now = false) => checkpoint?.save(() => encodeStackState(state(), identity), now);
  offer();
  const { stack, doubts } = await trainStack(data, {
    ...cell.training,
    hidden,
    epochs,
    l1: parameters.l1 * (source.l1 ?? 1),
    seed,
    threads: context.threads,
    outcome: point.cell === 'equilibrium',
    signal: context.signal,
    resume,
    onProgress: (progress: Progress) =>
      shares[Number(progress.stage.slice('layer '.length)) - 1].onProgress?.(progress),
    onEpoch: (_layer, _record, current) => {
      state = current;
      offer();
    },
  });
  offer(true);
  const options = examOptions(parameters);
  const work = shares[shares.length - 1];
  const layers = await examine(stack, options, work);
  const first = stack.rbms[0];
  const rows = data.slice(0, Math.min(500, data.count));
  const { visible } = first.gibbs(rows, { steps: GIBBS, seed });
  return {
    point,
    layers,
    /** Of the first RBM on its own data, per spin; of the Ising model of the data, if they are its. */
    pseudoLikelihood: {
      rbm: pseudoLikelihood(first, rows, { units: Math.min(16, data.width) }).mean,
      ising: ofModel(point.source) ? isingPseudoLikelihood(rows, coupling) : null,
    },
    /** Energy per site after Gibbs steps of the first RBM from its data, and of the data. */
    energy: { rbm: energyOf(visible, side), data: energyOf(rows, side) },
    doubts,
    /** The stack with the weights of each layer in a random order, of the paper's own cell. */
    permuted:
      point.cell === 'paper' && point.source === 'ising' ? await examine(permuted(stack, seed), options, work) : null,
    fields: point.run === 0 && point.cell === 'paper' ? stack.rbms.map((_, k) => shownFields(stack, k + 1)) : null,
  };
}

/** One filter at every second site: its exponents as a rule, those of a majority step after it, and what its units tell. */
async function tied(point: OfKind<'trained'>, parameters: Values, context: Context) {
  const { data, side, seed } = await dataOf(point, parameters, staged(context, point.key));
  const [units] = parameters.hidden;
  const stride = side / Math.sqrt(units);
  const shape = [side, side];
  const { rbm } = await trainRbm(data, {
    ...CELLS[point.cell].training,
    tied: { shape, stride },
    hidden: units,
    epochs: Math.max(1, Math.round(parameters.epochs * CELLS[point.cell].epochs)),
    l1: parameters.l1 * (SOURCES[point.source].l1 ?? 1),
    seed,
    threads: context.threads,
    outcome: false,
    ...staged(inShare(context, [0, 0.8]), point.key),
  });
  const filter = symmetric(tiedFilterOf(rbm as Rbm, { shape, stride }));
  const rule = filterRule({ weights: filter.weights, size: filter.size, origin: filter.origin, stride });
  const options = examOptions(parameters);
  // a second step by majority, where it fits: the filter itself spans the lattice, and is too large for the next one
  const next = Math.sqrt(units) / stride;
  const rules = [rule, ...(next >= MIN_SIDE && Number.isInteger(next) ? [majorityRule({ factor: stride })] : [])];
  const exponents = await exponentsOf(side, rules, options, staged(inShare(context, [0.8, 1]), point.key));
  const measured = await configurationsOf(side, options, context);
  const blocks = rule.apply(measured, { seed });
  return {
    point,
    exponents,
    kept: longWaveShare(measured, blocks),
    far: farOfGrid(measured, blocks),
    flow: flowOf(blocks),
    filter,
  };
}

/** A filter of bits as one of ±1 spins with a positive sum and a threshold of zero; `threshold` is what it had. */
function symmetric({ weights, size, origin, bias }: Required<Filter>) {
  const sum = Array.from(weights).reduce((total, w) => total + w, 0);
  const sign = sum < 0 ? -1 : 1;
  return {
    weights: Float64Array.from(weights, (w) => (sign * w) / 4),
    threshold: (sign * (bias + sum / 2)) / 2,
    ...{ size: [size].flat(), origin: [...origin] },
  };
}

/** Steps of the first RBM from its data, of which the energy is measured. */
const GIBBS = 300;

/** Whether data are Ising configurations at the coupling of the cell. */
const ofModel = (source: SourceName): boolean => !['gaussian', 'coins', 'cold', 'discs'].includes(source);

/** Energy per site of the nearest-neighbour model, whatever the rows were sampled from. */
const energyOf = (rows: BitRows, side: number): number =>
  sampleMean(energySeries(new SpinData(rows.count, [side, side], rows.bytes, { source: 'verdict' }))).mean;

/** The same weights and biases, in a random order in each layer. */
function permuted(stack: Stack, seed: string): Stack {
  const below = generator(seed, 'permuted weights');
  return new Stack(
    stack.rbms.map(
      ({ visible, hidden, weights, visibleBias, hiddenBias }) =>
        new Rbm({ visible, hidden, weights: Float32Array.from(shuffled(weights, below)), visibleBias, hiddenBias }),
    ),
    stack.shape,
  );
}

/** The first fields of a layer, as integers up to 127 in modulus. */
function shownFields(stack: Stack, layer: number): Int8Array {
  const fields = fieldsOf(stack, layer).slice(0, SHOWN);
  const sites = stack.sizes[0];
  const out = new Int8Array(fields.length * sites);
  fields.forEach((field, k) => {
    const largest = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    out.set(
      Int8Array.from(field, (value) => Math.round((127 * value) / largest)),
      k * sites,
    );
  });
  return out;
}
