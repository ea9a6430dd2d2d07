/** The summary of the block-spins experiment. */

import { criticalCoupling } from '../../exact/onsager.js';
import { type BlockObservable, type BlockObservables, OBSERVABLE_NAMES } from '../../rg/blocking/observables.js';
import { matchCurves } from '../../rg/mcrg/curveMatching.js';
import { difference, type Estimate, type Mean } from '../../util/estimate.js';
import { ofKind } from '../kit/rows.js';
import { tableOf } from '../kit/tables.js';
import { counted, fact, paragraphs, prose, shortNumber, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { type Film, type Flow, OFFSETS, type Values } from './points.js';

const statistic = 'change of ⟨s s′⟩ of neighbours in the last step, in standard errors';
/** At the lowest and at the highest of the couplings. */
const PARTING: Record<-4 | 4, Criterion> = {
  [-4]: { claim: 'below K_c block spins become less ordered', statistic, atMost: -3, control: 'at K_c' },
  4: { claim: 'above K_c block spins become more ordered', statistic, atLeast: 3, control: 'at K_c' },
};

export const of = ({ observables }: BlockObservables, name: BlockObservable): Mean => observables[name] as Mean;

export const flowAt = (flows: Flow[], offset: number): Flow =>
  flows.find(({ point }) => point.offset === offset) as Flow;

/** ⟨s s′⟩ of neighbours after n steps, less that after n - 1. */
export const changeAt = ({ levels }: Flow, n: number) =>
  difference(of(levels[n - 1], 'nearest'), of(levels[n], 'nearest'));

/** K_c, or K_c and an offset. */
export const couplingLabel = ({ point: { offset } }: Flow, spacing: number): string =>
  offset === 0 ? 'K_c' : `K_c ${offset > 0 ? '+' : '−'} ${shortNumber(Math.abs(offset) * spacing, 3)}`;

const scoreOf = ({ mean, error }: Mean, exact: number): number | null => (error ? (mean - exact) / error : null);

export function summarise(parameters: Values, results: (Flow | Film)[]) {
  const flows = ofKind(results, 'flow');
  const films = ofKind(results, 'film');
  const { steps, final, factor, spacing } = parameters;
  const matchings = (['nearest', 'magnetisation2'] as const).flatMap((observable) =>
    Array.from({ length: steps }, (_, n) => {
      const [small, large] = [n, n + 1].map((step) => flows.map(({ levels }) => of(levels[step], observable)));
      const { crossing, ...match } = matchCurves(OFFSETS, small, large, factor);
      return { steps: [n, n + 1], observable, coupling: crossing && couplingAt(crossing, spacing), ...match };
    }),
  );
  const last = matchings[steps - 1];
  const scores = flows.flatMap(({ levels, largest, exact }) => [
    scoreOf(of(levels[0], 'nearest'), exact.smallest),
    scoreOf(of(largest[0], 'nearest'), exact.largest),
  ]);
  const worst = Math.max(...scores.map((score) => Math.abs(score ?? 0)));
  const parting = (offset: number) => {
    const { value, error } = changeAt(flowAt(flows, offset), steps);
    return value / error;
  };
  const verdicts = ([-4, 4] as const).map((offset) => judge(PARTING[offset], parting(offset), parting(0)));
  const critical = flowAt(flows, 0);
  const columns = critical.levels.map((_, n) => ({ title: `${counted(n, 'step')}, from ${final * factor ** n}²`, n }));
  return {
    parameters,
    flows,
    films,
    matchings,
    verdicts,
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
      scoresOfStepZero: scores,
    },
    answer: paragraphs(
      prose`${verdictText(verdicts)} Every number is of a lattice of ${final} × ${final} block spins, left by n steps from
        one of side ${final}·${factor}^n, so that nothing but the flow tells them apart. At K_c the first step takes the
        Hamiltonian from nearest neighbours only to that of block spins.`,
      prose`Where two successive lattices agree is an estimate of K_c, for no other coupling is mapped on itself. Deviations
        of the first pairs by more than their errors are due to irrelevant operators, and decrease along the steps. The slopes of the same curves give y_T.`,
      prose`What this does not show: which operators the block Hamiltonian has, and their eigenvalues (that is the Monte
        Carlo renormalization group proper). The curves are cubics through ${flows.length} couplings; their errors do
        not include higher powers, and the table gives χ².`,
    ),
    facts: [
      fact(
        'K_c by matching',
        last.coupling ?? 'no crossing',
        `nearest neighbours after ${steps - 1} and ${steps} steps; exact ${criticalCoupling.toFixed(5)}`,
      ),
      fact('y_T by matching', last.exponent ?? 'not available', 'from the slopes of the same curves; exact 1'),
      fact('Before any step', `worst |z| ${worst.toFixed(1)}`, `of ${scores.length} energies against Kaufman's`),
    ],
    tables: [
      tableOf('⟨s s′⟩ of neighbours along the steps', flows, [
        { title: 'K', of: (flow) => couplingLabel(flow, spacing) },
        ...columns.map(({ title, n }) => ({ title, of: ({ levels }: Flow) => of(levels[n], 'nearest') })),
        { title: 'Last step', of: (flow) => changeAt(flow, steps) },
      ]),
      tableOf(
        `Observables of ${final} × ${final} block spins at K_c`,
        Object.keys(critical.levels[0].observables) as BlockObservable[],
        [
          { title: 'Observable', of: (name) => OBSERVABLE_NAMES[name] },
          ...columns.map(({ title, n }) => ({ title, of: (name: BlockObservable) => of(critical.levels[n], name) })),
        ],
        `Means with standard errors. Before any step Kaufman's exact value of the first row of neighbours is ${critical.exact.smallest.toFixed(5)}.`,
      ),
      tableOf(
        'The largest lattice along its steps, at K_c',
        critical.largest,
        [
          { title: 'Side', of: ({ shape }) => shape[0] },
          { title: 'Nearest neighbours', of: (level) => of(level, 'nearest') },
        ],
        `Exact on the lattice itself: ${critical.exact.largest.toFixed(5)}.`,
      ),
      tableOf(
        'Matching of two lattices',
        matchings,
        [
          { title: 'Observable', of: ({ observable }) => OBSERVABLE_NAMES[observable] },
          { title: 'Steps', of: ({ steps: [n, m] }) => `${m} against ${n}` },
          { title: 'K_c', of: ({ coupling }) => coupling },
          { title: 'Off by (σ)', of: ({ coupling }) => coupling?.sigmas.toFixed(1) ?? null },
          { title: 'y_T', of: ({ exponent }) => exponent },
          { title: 'χ²', of: ({ chiSquare }) => chiSquare?.toFixed(1) ?? null },
          { title: 'Degrees of freedom', of: ({ freedom }) => freedom },
        ],
        `Exact: K_c = ${criticalCoupling.toFixed(6)}, y_T = 1. Estimates in successive rows share a lattice and so are correlated.`,
      ),
    ],
  };
}

/** K_c at a crossing, and its distance from the exact one in standard errors. */
function couplingAt(crossing: Estimate<number>, spacing: number) {
  const [off, error] = [spacing * crossing.value, spacing * crossing.error];
  return { value: criticalCoupling + off, error, sigmas: off / error };
}

export type Outcome = ReturnType<typeof summarise>;
