/** What the decimation-1d experiment found: numbers, words and figures. */

import { decimate } from '../../exact/chain.js';
import { type DecimationLevel, decimationStack, visibleCouplings } from '../../rg/blocking/decimation.js';
import type { Summary } from '../kit/experiment.js';
import type {
  Decimation1dFlow,
  Decimation1dParameters,
  Decimation1dResult,
  Decimation1dTraining,
  UnitStatistics,
  Variant,
} from './result.js';

/** One point of the flow: coupling by recursion and by the RBM stack, and by Monte Carlo where rings were decimated. */
interface FlowPoint {
  level: number;
  recursion: number;
  /** Read off the weights of the RBM whose visible marginal this ring is; of the finest, whose weights would lie one level further down, none. */
  stack: number | null;
  monteCarlo: { mean: number; error: number; sigmas: number } | null;
}

/** The units of one layer of all stacks of one kind. */
export interface LayerSummary {
  variant: Variant;
  layer: number;
  units: number;
  /** Medians over units. */
  area: number;
  radius: number;
  shuffledRadius: number;
  copy: number;
  pair: number;
  shuffledPair: number;
  /** Of the best template: overlap and number of sites. */
  best: number;
  width: number;
  /** Means over stacks. */
  unevenness: number;
  correlation: number;
  correlationError: number;
  /** tanh K^(layer), what decimation would leave between neighbours of an infinite ring. */
  decimated: number;
  dead: number;
}

export interface Decimation1dSummary extends Summary {
  parameters: Decimation1dParameters;
  points: FlowPoint[];
  layers: LayerSummary[];
  trainings: Decimation1dTraining[];
}

/** Levels below the data that the figure shows. */
const FINER = 2;

export const NAMES: Record<Variant, string> = { l1: 'with L1', plain: 'without L1', coins: 'coin tosses' };

export function summarise(parameters: Decimation1dParameters, results: Decimation1dResult[]): Decimation1dSummary {
  const flow = results.find((result): result is Decimation1dFlow => result.point.kind === 'flow') as Decimation1dFlow;
  const trainings = results.filter((result): result is Decimation1dTraining => result.point.kind === 'train');
  const points = flowPoints(flow, parameters);
  const layers = parameters.hidden.flatMap((_, k) =>
    (['l1', 'plain', 'coins'] as const).map((variant) =>
      layerSummary(
        variant,
        k + 1,
        trainings.filter(({ point }) => point.variant === variant),
        parameters.coupling,
      ),
    ),
  );
  const likelihoods = trainings.map(({ point, pseudoLikelihood }) => ({
    variant: point.variant,
    run: point.run,
    ...pseudoLikelihood,
  }));
  const worst = Math.max(...points.map(({ monteCarlo }) => Math.abs(monteCarlo?.sigmas ?? 0)));
  const apart = Math.max(...points.map(({ stack, recursion }) => (stack === null ? 0 : Math.abs(stack - recursion))));
  const own = likelihoods.filter(({ variant }) => variant === 'l1');
  const first = layers.find(({ variant, layer }) => variant === 'l1' && layer === 1) as LayerSummary;
  return {
    parameters,
    points,
    layers,
    trainings,
    numbers: {
      flow: points,
      measured: flow.levels,
      layers,
      pseudoLikelihood: likelihoods,
    },
    answer: answer(points, layers, parameters, worst, apart),
    facts: [
      {
        label: 'Flow',
        value: `K = ${parameters.coupling} → ${points[points.length - 1].recursion.toPrecision(4)}`,
        note: `${parameters.steps} decimations, tanh K′ = tanh² K`,
      },
      {
        label: 'RBM stack',
        value: `within ${apart === 0 ? '1e-16' : apart.toExponential(0)}`,
        note: 'couplings read off the weights, against the recursion',
      },
      {
        label: 'Monte Carlo',
        value: `worst |z| ${worst.toFixed(1)}`,
        note: `of ${parameters.steps + 1} couplings of decimated rings, first ${parameters.flowSites} spins`,
      },
      {
        label: 'Trained stacks',
        value: [parameters.sites, ...parameters.hidden].join('-'),
        note: `${parameters.seeds} of each kind, ${parameters.epochs} epochs a layer, CD-1`,
      },
      {
        label: 'Pseudo-likelihood a spin',
        value: mean(own.map(({ rbm }) => rbm.mean)).toFixed(4),
        note: `first RBM, held-out data; the ring itself has ${mean(own.map(({ ring }) => ring)).toFixed(4)}`,
      },
      {
        label: 'First layer',
        value: `${first.width} sites wide`,
        note: `overlap ${first.best.toFixed(2)}; with one site ${first.copy.toFixed(2)}, with two ${first.pair.toFixed(2)} (medians)`,
      },
    ],
    tables: [flowTable(points), layerTable(layers, parameters.sites)],
    files: {},
  };
}

function flowPoints({ levels }: Decimation1dFlow, { coupling, steps }: Decimation1dParameters): FlowPoint[] {
  // the couplings do not depend on the size: the smallest ring that can be halved so often, with enough spins left for single bonds
  const stack = decimationStack({ sites: 2 ** (steps + 3), coupling, coarser: steps, finer: FINER });
  return stack.map((level, k) => {
    const measured = levels.find((one) => one.level === level.level)?.coupling;
    const below: DecimationLevel | undefined = stack[k - 1];
    const recursion = level.level >= 0 ? decimate(coupling, 2 ** level.level) : level.coupling;
    return {
      level: level.level,
      recursion,
      stack: below ? mean([...visibleCouplings(below)]) : null,
      monteCarlo: measured ? { ...measured, sigmas: (measured.mean - recursion) / measured.error } : null,
    };
  });
}

function layerSummary(
  variant: Variant,
  layer: number,
  trainings: Decimation1dTraining[],
  coupling: number,
): LayerSummary {
  const found = trainings.map(({ layers }) => layers[layer - 1]);
  const alive = found.flatMap(({ units }) => units).filter(({ locality }) => locality !== null);
  const middle = (of: (unit: UnitStatistics) => number) => median(alive.map(of));
  return {
    variant,
    layer,
    units: found[0].units.length,
    area: middle(({ locality }) => locality?.area ?? 0),
    radius: middle(({ locality }) => locality?.radius ?? 0),
    shuffledRadius: middle(({ shuffled }) => shuffled.radius),
    copy: middle(({ overlaps }) => overlaps[0]),
    pair: middle(({ overlaps }) => overlaps[1]),
    shuffledPair: middle(({ shuffled }) => shuffled.pair),
    best: middle(({ overlaps }) => Math.max(...overlaps)),
    width: middle(({ width }) => width),
    unevenness: mean(found.map(({ unevenness }) => unevenness)),
    correlation: mean(found.map(({ correlation }) => correlation.mean)),
    // of the mean of stacks, from what each knows of itself
    correlationError: Math.hypot(...found.map(({ correlation }) => correlation.error)) / found.length,
    decimated: Math.tanh(decimate(variant === 'coins' ? 0 : coupling, 2 ** layer)),
    dead: found.reduce((sum, { units }) => sum + units.filter(({ locality }) => locality === null).length, 0),
  };
}

export function median(values: number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function answer(
  points: FlowPoint[],
  layers: LayerSummary[],
  { hidden, sites }: Decimation1dParameters,
  worst: number,
  apart: number,
): string {
  const of = (variant: Variant, layer: number) =>
    layers.find((one) => one.variant === variant && one.layer === layer) as LayerSummary;
  const first = of('l1', 1);
  const plain = of('plain', 1);
  const coins = of('coins', 1);
  const isCopy = (one: LayerSummary) => one.width === 1 && one.copy > 0.9;
  const isPair = (one: LayerSummary) => one.width === 2 && one.pair > 0.9;
  const isBlock = (one: LayerSummary) => one.best > 1.5 * one.shuffledPair && one.radius < 0.5 * one.shuffledRadius;
  const even = first.unevenness < 0.3;
  const copies = (isCopy(first) || isPair(first)) && even;
  const verdict = copies
    ? `In the first layer training finds ${isCopy(first) ? 'copies of single spins' : 'pairs of neighbours'}, evenly spaced: decimation ` +
      `in all but name.`
    : isBlock(first)
      ? 'Training does not find decimation. What it finds in the first layer is local, and wider: blocks.'
      : 'Training does not find decimation. In the first layer it does not even find what is local.';
  const text = (one: LayerSummary) =>
    `a median of ${one.area.toFixed(1)} sites (participation), best likened to ${one.width} equal neighbours (overlap ` +
    `${one.best.toFixed(2)}; one site ` +
    `${one.copy.toFixed(2)}, two ${one.pair.toFixed(2)}, two of shuffled sites ${one.shuffledPair.toFixed(2)})`;
  const upper = hidden
    .slice(1)
    .map((units, k) => {
      const one = of('l1', k + 2);
      const share = Number((sites / units).toFixed(1));
      const measure = `area ${one.area.toFixed(1)}, width ${one.width}, unevenness ${one.unevenness.toFixed(2)}`;
      const neighbours = `neighbours ${one.correlation.toFixed(3)} against ${one.decimated.toFixed(3)}`;
      return `layer ${k + 2} (${units} units, one for ${share} sites): ${measure}, ${neighbours}`;
    })
    .join('; ');
  return [
    `Exact: the stack of RBMs whose weights are the couplings J^(n) of the decimated rings has the recursion tanh K′ = tanh² K in its ` +
      `weights (read off, to ` +
      `${apart === 0 ? 'the last digit' : apart.toExponential(0)}), and rings decimated by Monte Carlo have these couplings within ` +
      `their errors (worst |z| ${worst.toFixed(1)} of ${points.filter(({ monteCarlo }) => monteCarlo).length}). ` +
      `Mind which spins are hidden there: those that are summed over. An RBM whose visible units are all ${sites} spins of the ring is ` +
      `exact with one hidden unit a bond, ` +
      `${sites} of them, and these have the coupling of the data again: nothing is coarse-grained. With ${hidden[0]} hidden units ` +
      `training has to choose.`,
    `${verdict} With the L1 penalty its fields have ${text(first)}; without it ${text(plain)}; on coin tosses, where there is nothing ` +
      `to find, ${text(coins)}. ` +
      `Along the ring the centres are spaced with an unevenness of ${first.unevenness.toFixed(2)} (0 = evenly, as decimation has it; ` +
      `about 1 = at random). Neighbouring hidden units ` +
      `have a correlation of ${first.correlation.toFixed(3)} ± ${first.correlationError.toFixed(3)}, decimated spins would have ` +
      `${first.decimated.toFixed(3)}.` +
      (upper === '' ? '' : ` Higher up, with L1: ${upper}.`),
    'What this does not show: that no training would. CD-1 with this rate and penalty on these sizes is one procedure, the stacks are ' +
      'greedy, and nothing in its objective asks for ' +
      'a coarse-graining: an RBM is trained to give back the distribution of its data, and every hidden layer that does so is as good ' +
      'to it as decimation.',
  ].join('\n\n');
}

function flowTable(points: FlowPoint[]): Summary['tables'][number] {
  return {
    title: 'The coupling along the levels',
    columns: ['Level', 'Recursion', 'RBM stack', 'Monte Carlo', 'Off by (σ)'],
    rows: points.map(({ level, recursion, stack, monteCarlo }) => [
      level === 0 ? '0 (data)' : String(level).replace('-', '−'),
      recursion.toFixed(10),
      stack === null ? '–' : stack.toFixed(10),
      monteCarlo ? `${monteCarlo.mean.toFixed(5)} ± ${monteCarlo.error.toFixed(5)}` : '–',
      monteCarlo ? monteCarlo.sigmas.toFixed(1) : '–',
    ]),
    note:
      'Recursion: artanh(tanh K)^(2^n) for coarser rings, ½ arcosh e^{2K} for each finer one. RBM stack: from the weights of the RBM ' +
      'one level below, whose visible units are this ring. ' +
      'Monte Carlo: from ⟨s s′⟩ of the ring that was decimated; the levels are of the same configurations.',
  };
}

function layerTable(layers: LayerSummary[], sites: number): Summary['tables'][number] {
  return {
    title: 'Fields of trained stacks',
    columns: [
      'Layer',
      'Trained',
      'Units',
      'Sites a unit',
      'Area (sites)',
      'Radius',
      'Radius, sites shuffled',
      'One site',
      'Two sites',
      'Two, shuffled',
      'Best',
      'Its width',
      'Unevenness',
      'Neighbours',
      'Decimated',
      'Dead',
    ],
    rows: layers.map((one) => [
      String(one.layer),
      NAMES[one.variant],
      one.units,
      Number((sites / one.units).toFixed(1)),
      one.area.toFixed(1),
      one.radius.toFixed(1),
      one.shuffledRadius.toFixed(1),
      one.copy.toFixed(2),
      one.pair.toFixed(2),
      one.shuffledPair.toFixed(2),
      one.best.toFixed(2),
      one.width,
      one.unevenness.toFixed(2),
      `${one.correlation.toFixed(3)} ± ${one.correlationError.toFixed(3)}`,
      one.decimated.toFixed(3),
      one.dead,
    ]),
    note:
      'Medians over the units of all stacks of a kind. One site, two sites, best: overlap |cos| of a field with 1, 2, or its best ' +
      'number of equal neighbours; 1 is exact. Shuffled: the same ' +
      'fields with the sites in a random order, which keeps the weights and forgets who is whose neighbour. Unevenness: standard ' +
      'deviation of the distances between successive centres over their ' +
      'mean. Neighbours: correlation coefficient of successive hidden units, signed by their fields, on held-out data. Decimated: the ' +
      'same of decimated spins, tanh K of the ring of that level.',
  };
}
