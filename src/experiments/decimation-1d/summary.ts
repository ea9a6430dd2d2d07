/** The summary of the decimation-1d experiment. */

import { decimate } from '../../exact/chain.js';
import { ringMeans } from '../../fields/ring.js';
import { decimationStack, visibleCouplings } from '../../rg/blocking/decimation.js';
import { meanOf } from '../../stats/sample.js';
import { ofKind } from '../kit/rows.js';
import { tableOf } from '../kit/tables.js';
import { fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { type Flow, type Training, VARIANT_NAMES, VARIANTS, type Values, type Variant } from './points.js';

const control = VARIANTS.coins.label;
const single = 'median overlap with one site, 0 where that is not the best template';
const pair = 'median overlap with two sites, 0 where that is not the best template';
const overlap = 'best overlap over that with two shuffled sites';
const narrowness = 'radius over that with the sites shuffled';
/**
 * Criteria for the first layer of stacks with L1. Decimation means copies or pairs, equally spaced; blocks are local,
 * and wider.
 */
const CRITERIA: Criterion[] = [
  { claim: 'fields of the first layer are copies of single spins', statistic: single, atLeast: 0.9, control },
  { claim: 'they are pairs of neighbours', statistic: pair, atLeast: 0.9, control },
  { claim: 'their centres are evenly spaced', statistic: 'unevenness', atMost: 0.3, control },
  { claim: 'they look like neighbouring sites', statistic: overlap, atLeast: 1.5, control },
  { claim: 'they are narrow', statistic: narrowness, atMost: 0.5, control },
];
/** The statistics of the criteria, in this order. */
const statisticsOf = (one: LayerSummary): number[] => [
  one.width === 1 ? one.copy : 0,
  one.width === 2 ? one.pair : 0,
  one.unevenness,
  one.best / one.shuffledPair,
  one.radius / one.shuffledRadius,
];

/** Number of levels below the data in the figure. */
const FINER = 2;

export function summarise(parameters: Values, results: (Flow | Training)[]) {
  const { sites, hidden, steps, flowSites } = parameters;
  const flow = ofKind(results, 'flow')[0];
  const trainings = ofKind(results, 'train');
  const points = flowPoints(flow, parameters);
  const layers = hidden.flatMap((_, k) =>
    VARIANT_NAMES.map((variant) => layerSummary(variant, k + 1, trainings, parameters.coupling)),
  );
  const pseudoLikelihood = trainings.map(({ point: { variant, run }, pseudoLikelihood }) => ({
    variant,
    run,
    ...pseudoLikelihood,
  }));
  const worst = Math.max(...points.map(({ monteCarlo }) => Math.abs(monteCarlo?.sigmas ?? 0)));
  const apart = Math.max(...points.map(({ stack, recursion }) => (stack === null ? 0 : Math.abs(stack - recursion))));
  const own = pseudoLikelihood.filter(({ variant }) => variant === 'l1');
  const [first, , coins] = layers;
  const [found, without] = [first, coins].map(statisticsOf);
  const verdicts = CRITERIA.map((criterion, k) => judge(criterion, found[k], without[k]));
  const share = ({ units }: LayerSummary) => Number((sites / units).toFixed(1));
  return {
    parameters,
    points,
    layers,
    trainings,
    verdicts,
    numbers: { flow: points, measured: flow.levels, layers, pseudoLikelihood },
    answer: paragraphs(
      prose`Trained, with the L1 penalty: ${verdictText(verdicts)} Decimation would be copies or pairs, evenly spaced, with
        a correlation of neighbouring units as in the column “Decimated”; blocks are local, and wider.`,
      prose`Exact: the stack of RBMs whose weights are the couplings J^(n) of the decimated rings has the recursion tanh K′
        = tanh² K in its weights, and rings decimated by Monte Carlo are compared with it below. Note which spins are
        hidden there: those that are summed over. An RBM whose visible units are all ${sites} spins of the ring is exact
        with one hidden unit per bond, ${sites} of them, and these have the coupling of the data again: nothing is
        coarse-grained. With ${hidden[0]} hidden units training has to choose.`,
      prose`What this does not show: that no training would. CD-1 with this rate and penalty on these sizes is one
        procedure, the stacks are greedy, and nothing in its objective asks for a coarse-graining: an RBM is trained to
        reproduce the distribution of its data, and every hidden layer that does so is as good to it as decimation.`,
    ),
    facts: [
      fact(
        'RBM stack',
        `within ${apart === 0 ? '1e-16' : apart.toExponential(0)}`,
        'couplings read off the weights, against the recursion',
      ),
      fact(
        'Monte Carlo',
        `worst |z| ${worst.toFixed(1)}`,
        `of ${steps + 1} couplings of decimated rings, first ${flowSites} spins`,
      ),
      fact(
        'Pseudo-likelihood per spin',
        meanOf(own.map(({ rbm }) => rbm.mean)).value.toFixed(4),
        `first RBM, held-out data; the ring itself has ${meanOf(own.map(({ ring }) => ring)).value.toFixed(4)}`,
      ),
    ],
    tables: [
      tableOf(
        'The coupling along the levels',
        points,
        [
          { title: 'Level', of: ({ level }) => (level === 0 ? '0 (data)' : String(level).replace('-', '−')) },
          { title: 'Recursion', of: ({ recursion }) => recursion.toFixed(10) },
          { title: 'RBM stack', of: ({ stack }) => stack?.toFixed(10) ?? null },
          { title: 'Monte Carlo', of: ({ monteCarlo }) => monteCarlo },
          { title: 'Off by (σ)', of: ({ monteCarlo }) => monteCarlo?.sigmas?.toFixed(1) ?? null },
        ],
        prose`Recursion: artanh(tanh K)^(2^n) for coarser rings, ½ arcosh e^{2K} for each finer one. RBM stack: from the
          weights of the RBM one level below, whose visible units are this ring. Monte Carlo: from ⟨s s′⟩ of the ring that
          was decimated; the levels are of the same configurations.`,
      ),
      tableOf(
        'Fields of trained stacks',
        layers,
        [
          { title: 'Layer', of: ({ layer }) => String(layer) },
          { title: 'Trained', of: ({ variant }) => VARIANTS[variant].label },
          { title: 'Units', of: ({ units }) => units },
          { title: 'Sites per unit', of: share },
          { title: 'Area (sites)', of: ({ area }) => area.toFixed(1) },
          { title: 'Radius', of: ({ radius }) => radius.toFixed(1) },
          { title: 'Radius, sites shuffled', of: ({ shuffledRadius }) => shuffledRadius.toFixed(1) },
          { title: 'One site', of: ({ copy }) => copy.toFixed(2) },
          { title: 'Two sites', of: ({ pair }) => pair.toFixed(2) },
          { title: 'Two, shuffled', of: ({ shuffledPair }) => shuffledPair.toFixed(2) },
          { title: 'Best', of: ({ best }) => best.toFixed(2) },
          { title: 'Its width', of: ({ width }) => width },
          { title: 'Unevenness', of: ({ unevenness }) => unevenness.toFixed(2) },
          { title: 'Neighbours', of: ({ correlation, correlationError: error }) => ({ value: correlation, error }) },
          { title: 'Decimated', of: ({ decimated }) => decimated.toFixed(3) },
          { title: 'Dead', of: ({ dead }) => dead },
        ],
        prose`Medians over the units of all stacks of a kind. Area: participation ratio. One site, two sites, best: overlap
          |cos| of a field with 1, 2, or its best number of equal neighbours; 1 is exact. Shuffled: the same fields with the
          sites in a random order, which keeps the weights and removes the neighbourhood. Unevenness: standard
          deviation of the distances between successive centres over their mean, 0 evenly spaced, about 1 at random.
          Neighbours: correlation coefficient of successive hidden units, signed by their fields, on held-out data.
          Decimated: the same of decimated spins, tanh K of the ring of that level.`,
      ),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;
type LayerSummary = ReturnType<typeof layerSummary>;

/** The coupling by recursion, by the RBM stack, and by Monte Carlo for decimated rings. */
function flowPoints({ levels }: Flow, { coupling, steps }: Values) {
  // the couplings do not depend on the size: the smallest ring that can be halved that often, such that the last one
  // has single bonds
  const stack = decimationStack({ sites: 2 ** (steps + 3), coupling, coarser: steps, finer: FINER });
  return stack.map((ring, k) => {
    const measured = levels.find(({ level }) => level === ring.level)?.coupling;
    const recursion = ring.level >= 0 ? decimate(coupling, 2 ** ring.level) : ring.coupling;
    return {
      level: ring.level,
      recursion,
      // from the weights of the RBM with this ring as its visible marginal; for the finest ring that would be one level
      // further down
      stack: k > 0 ? meanOf([...visibleCouplings(stack[k - 1])]).value : null,
      monteCarlo: measured
        ? { ...measured, sigmas: measured.error > 0 ? (measured.mean - recursion) / measured.error : null }
        : null,
    };
  });
}

/** One layer of all stacks of one kind. */
function layerSummary(variant: Variant, layer: number, all: Training[], coupling: number) {
  const found = all.filter(({ point }) => point.variant === variant).map(({ layers }) => layers[layer - 1]);
  const { dead, ...means } = ringMeans(found);
  // the correlation of neighbours after decimation of an infinite ring
  const decimated = Math.tanh(decimate(VARIANTS[variant].coupling(coupling), 2 ** layer));
  return { variant, layer, ...means, decimated, dead };
}
