/** What the block-spins experiment found: numbers, words and figures. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { BlockObservable, BlockObservables } from '../../rg/blocking/observables.js';
import { solveSymmetric } from '../../stats/cholesky.js';
import { type Estimate, formatEstimate, type Mean } from '../../util/estimate.js';
import type { Summary } from '../kit/experiment.js';
import {
  type BlockSpinsParameters,
  type BlockSpinsResult,
  type FilmResult,
  type FlowResult,
  OFFSETS,
} from './result.js';

/** An estimate of K_c from one pair of lattices. */
interface Matching {
  /** Steps on the smaller and on the larger lattice of the pair. */
  steps: [number, number];
  observable: BlockObservable;
  /** Where the two agree, and how far that is from the exact K_c in standard errors; null where the curves do not cross. */
  coupling: { value: number; error: number; sigmas: number } | null;
  /** ln(ratio of slopes)/ln b, the thermal exponent y_T (exactly 1); null where the slopes have not one sign. */
  exponent: Estimate<number> | null;
  /** χ² of the cubic through the differences, and its degrees of freedom. */
  chiSquare: number | null;
  freedom: number;
}

export interface BlockSpinsSummary extends Summary {
  parameters: BlockSpinsParameters;
  flows: FlowResult[];
  films: FilmResult[];
  matchings: Matching[];
}

export const NAMES: Record<BlockObservable, string> = {
  absoluteMagnetisation: '⟨|m|⟩',
  magnetisation2: '⟨m²⟩',
  magnetisation4: '⟨m⁴⟩',
  nearest: 'nearest neighbours',
  nextNearest: 'next-nearest (1,1)',
  thirdNearest: 'third (0,2)',
  plaquette: 'plaquette',
  diamond: 'diamond',
};

export const of = ({ observables }: BlockObservables, name: BlockObservable): Mean => observables[name] as Mean;

/** An error of 0 has no weight to give: no spread was seen. */
const errorOf = ({ error }: Mean): number => error ?? Number.NaN;

export function summarise(parameters: BlockSpinsParameters, results: BlockSpinsResult[]): BlockSpinsSummary {
  const flows = results.filter((result): result is FlowResult => result.point.kind === 'flow');
  const films = results.filter((result): result is FilmResult => result.point.kind === 'film');
  const { steps, final, factor, samples } = parameters;
  const side = final * factor ** steps;
  const matchings = (['nearest', 'magnetisation2'] as const).flatMap((observable) =>
    Array.from({ length: steps }, (_, n) => matchingOf(flows, observable, n, parameters)),
  );
  const checks = flows.flatMap(({ levels, largest, exact }) => [
    scoreOf(of(levels[0], 'nearest'), exact.smallest),
    scoreOf(of(largest[0], 'nearest'), exact.largest),
  ]);
  const worst = Math.max(...checks.map((score) => Math.abs(score ?? 0)));
  const last = matchings.filter(({ observable }) => observable === 'nearest')[steps - 1];
  return {
    parameters,
    flows,
    films,
    matchings,
    numbers: {
      criticalCoupling,
      flows: flows.map(({ point, levels, largest, exact }) => ({
        coupling: point.coupling,
        exactNearest: exact,
        sameFinalSize: levels,
        largestLattice: largest,
      })),
      films: films.map(({ point, magnetisations }) => ({ coupling: point.coupling, magnetisations })),
      matchings,
      scoresOfStepZero: checks,
    },
    answer: answer(flows, matchings, parameters),
    facts: [
      {
        label: 'Lattices',
        value: `${final}² to ${side}²`,
        note: `all end at ${final} × ${final} block spins, b = ${factor}`,
      },
      {
        label: 'Configurations',
        value: samples.toLocaleString('en'),
        note: 'of each lattice at each coupling, independent',
      },
      {
        label: 'K_c by matching',
        value: last.coupling ? formatEstimate(last.coupling) : 'no crossing',
        note: `nearest neighbours, ${steps} steps against ${steps - 1}; exact ${criticalCoupling.toFixed(5)}`,
      },
      {
        label: 'y_T by matching',
        value: last.exponent ? formatEstimate(last.exponent) : 'not to be had',
        note: 'from the slopes of the same curves; exact 1',
      },
      {
        label: 'Before any step',
        value: `worst |z| ${worst.toFixed(1)}`,
        note: `of ${checks.length} energies against Kaufman's`,
      },
    ],
    tables: [stepsTable(flows, parameters), matchingTable(matchings)],
    files: {},
  };
}

function scoreOf({ mean, error }: Mean, exact: number): number | null {
  return error === null || error === 0 ? null : (mean - exact) / error;
}

/** The lattice of n + 1 steps against that of n: at a fixed point of the RG both have the same block spins. */
function matchingOf(
  flows: FlowResult[],
  observable: BlockObservable,
  n: number,
  { factor, spacing }: BlockSpinsParameters,
): Matching {
  const x = flows.map(({ point }) => point.offset);
  const curve = (step: number) => flows.map(({ levels }) => of(levels[step], observable));
  const [small, large] = [curve(n), curve(n + 1)];
  const difference = cubic(
    x,
    large.map(({ mean }, k) => mean - small[k].mean),
    large.map((one, k) => Math.hypot(errorOf(one), errorOf(small[k]))),
  );
  const [slow, fast] = [small, large].map((ones) =>
    cubic(
      x,
      ones.map(({ mean }) => mean),
      ones.map(errorOf),
    ),
  );
  return {
    steps: [n, n + 1],
    observable,
    coupling: difference && crossingOf(difference, spacing),
    exponent: slow && fast && exponentOf(slow, fast, factor),
    chiSquare: difference?.chiSquare ?? null,
    freedom: x.length - 4,
  };
}

/** y = Σ c_k x^k, k = 0 … 3, by weighted least squares. */
interface Cubic {
  c: Float64Array;
  /** Row-major [4, 4]. */
  covariance: Float64Array;
  chiSquare: number;
}

/** Null where a point has no error, and so no weight. */
function cubic(x: number[], y: number[], errors: number[]): Cubic | null {
  if (!errors.every((error) => error > 0)) return null;
  const [normal, right] = [new Float64Array(16), new Float64Array(4)];
  x.forEach((at, i) => {
    for (let j = 0; j < 4; j++) {
      right[j] += (at ** j * y[i]) / errors[i] ** 2;
      for (let k = 0; k < 4; k++) normal[4 * j + k] += at ** (j + k) / errors[i] ** 2;
    }
  });
  const c = solveSymmetric(normal, right).solution;
  const covariance = new Float64Array(16);
  for (let k = 0; k < 4; k++) {
    covariance.set(
      solveSymmetric(
        normal,
        Float64Array.from({ length: 4 }, (_, j) => (j === k ? 1 : 0)),
      ).solution,
      4 * k,
    );
  }
  const chiSquare = x.reduce((sum, at, i) => sum + ((y[i] - cubicAt(c, at)) / errors[i]) ** 2, 0);
  return { c, covariance, chiSquare };
}

const cubicAt = (c: Float64Array, x: number) => c[0] + x * (c[1] + x * (c[2] + x * c[3]));

/** The root between the couplings, with the error that the coefficients give it; null where there is none, or no clear slope. */
function crossingOf({ c, covariance }: Cubic, spacing: number): Matching['coupling'] {
  const [first, last] = [OFFSETS[0], OFFSETS[OFFSETS.length - 1]];
  let [low, high] = [first, last];
  if (!(cubicAt(c, low) < 0 && cubicAt(c, high) > 0)) return null;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (cubicAt(c, middle) < 0) low = middle;
    else high = middle;
  }
  const root = (low + high) / 2;
  let variance = 0;
  for (let j = 0; j < 4; j++) for (let k = 0; k < 4; k++) variance += root ** (j + k) * covariance[4 * j + k];
  const error = (spacing * Math.sqrt(variance)) / Math.abs(c[1] + root * (2 * c[2] + 3 * root * c[3]));
  // where the curves part so slowly that the error reaches the end of the couplings, the root says nothing
  if (!(error < (spacing * (last - first)) / 4)) return null;
  return { value: criticalCoupling + spacing * root, error, sigmas: (spacing * root) / error };
}

/** From the slopes at K_c: d⟨…⟩/dK after n + 1 steps is b^{y_T} times that after n. */
function exponentOf(slow: Cubic, fast: Cubic, factor: number): Matching['exponent'] {
  const ratio = fast.c[1] / slow.c[1];
  if (!(ratio > 0)) return null;
  const relative = ({ c, covariance }: Cubic) => Math.sqrt(covariance[5]) / c[1];
  const error = Math.hypot(relative(slow), relative(fast)) / Math.log(factor);
  return { value: Math.log(ratio) / Math.log(factor), error };
}

const observed = (one: Mean) => formatEstimate(one);

function answer(flows: FlowResult[], matchings: Matching[], { final, steps, factor }: BlockSpinsParameters): string {
  const at = (offset: number) => flows.find(({ point }) => point.offset === offset) as FlowResult;
  const value = (offset: number, n: number) => of(at(offset).levels[n], 'nearest').mean.toFixed(3);
  const lastStep = (offset: number) => {
    const [before, after] = [steps - 1, steps].map((n) => of(at(offset).levels[n], 'nearest'));
    return { mean: after.mean - before.mean, error: Math.hypot(errorOf(before), errorOf(after)) || 0 };
  };
  const [fall, still, rise] = [-4, 0, 4].map(lastStep);
  const parted = fall.mean < -3 * fall.error && rise.mean > 3 * rise.error;
  const nearest = matchings.filter(({ observable }) => observable === 'nearest');
  const found = (which: Matching[]) =>
    which
      .map(({ steps: [n, m], coupling }) =>
        coupling
          ? `${n} and ${m} steps: ${formatEstimate(coupling)} ` +
            `(${coupling.sigmas >= 0 ? '+' : '−'}${Math.abs(coupling.sigmas).toFixed(1)}σ)`
          : `${n} and ${m} steps: no crossing`,
      )
      .join('; ');
  const exponents = nearest.map(({ exponent }) => (exponent ? formatEstimate(exponent) : '–')).join(', ');
  return [
    `${parted ? 'They flow away from each other, and stay put in between.' : 'In this run no clear parting of the flows is seen.'} ` +
      `Every number here is of a lattice of ` +
      `${final} × ${final} block spins, left by n steps from one of side ${final}·${factor}^n, so that nothing but the flow tells them ` +
      `apart. The correlation of ` +
      `neighbouring block spins goes from ${value(-4, 0)} to ${value(-4, steps)} in ${steps} ${steps === 1 ? 'step' : 'steps'} at the ` +
      `lowest of the couplings, from ${value(4, 0)} to ` +
      `${value(4, steps)} at the highest. At K_c it goes from ${value(0, 0)} to ${value(0, 1)} in the first step, which takes the ` +
      `Hamiltonian from nearest neighbours only to where ` +
      `the block spins live; the last step changes it by ${formatEstimate(still)}, that of the outer couplings by ` +
      `${fall.mean.toFixed(3)} and ${rise.mean.toFixed(3)}.`,
    `Where two successive lattices agree is an estimate of K_c, for no other coupling is mapped on itself. Nearest neighbours, ` +
      `${found(nearest)}. The exact value is ` +
      `${criticalCoupling.toFixed(5)}; what the first pairs are off by, if it is more than their errors, is the irrelevant operators' ` +
      `doing, and it dies out along the steps. ` +
      `The slopes of the same curves give y_T = ${exponents} (exact 1).`,
    `What this does not show: which operators the block Hamiltonian has, and their eigenvalues (that is the Monte Carlo renormalization ` +
      `group proper). The curves ` +
      `are cubics through ${flows.length} couplings; their errors know nothing of higher powers, and the table gives χ².`,
  ].join('\n\n');
}

function stepsTable(flows: FlowResult[], { final, steps, factor }: BlockSpinsParameters): Summary['tables'][number] {
  const critical = flows.find(({ point }) => point.offset === 0) as FlowResult;
  const names = Object.keys(critical.levels[0].observables) as BlockObservable[];
  return {
    title: `Observables of ${final} × ${final} block spins at K_c`,
    columns: [
      'Observable',
      ...critical.levels.map((_, n) => `${n} ${n === 1 ? 'step' : 'steps'}, from ${final * factor ** n}²`),
    ],
    rows: names.map((name) => [NAMES[name], ...critical.levels.map((level) => observed(of(level, name)))]),
    note:
      `Means with standard errors. Before any step Kaufman's exact value of the first row of neighbours is ${critical.exact.smallest.toFixed(5)}. ` +
      `On the largest lattice itself it is ${critical.exact.largest.toFixed(5)}, measured ` +
      `${observed(of(critical.largest[0], 'nearest'))}; along its ${steps} steps the ` +
      `neighbours have ${critical.largest
        .slice(1)
        .map((level) => observed(of(level, 'nearest')))
        .join(', ')}.`,
  };
}

function matchingTable(matchings: Matching[]): Summary['tables'][number] {
  return {
    title: 'Matching of two lattices',
    columns: ['Observable', 'Steps', 'K_c', 'Off by (σ)', 'y_T', 'χ²', 'Degrees of freedom'],
    rows: matchings.map(({ observable, steps, coupling, exponent, chiSquare, freedom }) => [
      NAMES[observable],
      `${steps[1]} against ${steps[0]}`,
      coupling ? formatEstimate(coupling) : '–',
      coupling ? coupling.sigmas.toFixed(1) : '–',
      exponent ? formatEstimate(exponent) : '–',
      chiSquare?.toFixed(1) ?? '–',
      freedom,
    ]),
    note: `Exact: K_c = ${criticalCoupling.toFixed(6)}, y_T = 1. Estimates in successive rows share a lattice and so are correlated.`,
  };
}
