/** The summary of the block-spins experiment. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { BlockObservable } from '../../rg/blocking/observables.js';
import type { Mean } from '../../util/estimate.js';
import { ofKind } from '../kit/statistics.js';
import { tableOf } from '../kit/tables.js';
import { counted, fact, paragraphs, prose, shortNumber, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { difference, matchingOf, of } from './matching.js';
import type { BlockSpinsParameters, BlockSpinsResult, FlowResult } from './result.js';

const statistic = 'change of ⟨s s′⟩ of neighbours in the last step, in standard errors';
/** At the lowest and at the highest of the couplings. */
const PARTING: Record<-4 | 4, Criterion> = {
  [-4]: { claim: 'below K_c block spins become less ordered', statistic, atMost: -3, control: 'at K_c' },
  4: { claim: 'above K_c block spins become more ordered', statistic, atLeast: 3, control: 'at K_c' },
};

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

export const flowAt = (flows: FlowResult[], offset: number): FlowResult =>
  flows.find(({ point }) => point.offset === offset) as FlowResult;

/** K_c, or K_c and an offset. */
export const couplingLabel = ({ point: { offset } }: FlowResult, spacing: number): string =>
  offset === 0 ? 'K_c' : `K_c ${offset > 0 ? '+' : '−'} ${shortNumber(Math.abs(offset) * spacing, 3)}`;

const scoreOf = ({ mean, error }: Mean, exact: number): number | null => (error ? (mean - exact) / error : null);

export function summarise(parameters: BlockSpinsParameters, results: BlockSpinsResult[]) {
  const flows = ofKind(results, 'flow');
  const films = ofKind(results, 'film');
  const { steps, final, factor, spacing } = parameters;
  const matchings = (['nearest', 'magnetisation2'] as const).flatMap((observable) =>
    Array.from({ length: steps }, (_, n) => matchingOf(flows, observable, n, parameters)),
  );
  const last = matchings[steps - 1];
  const scores = flows.flatMap(({ levels, largest, exact }) => [
    scoreOf(of(levels[0], 'nearest'), exact.smallest),
    scoreOf(of(largest[0], 'nearest'), exact.largest),
  ]);
  const worst = Math.max(...scores.map((score) => Math.abs(score ?? 0)));
  const lastStep = ({ levels }: FlowResult) =>
    difference(of(levels[steps - 1], 'nearest'), of(levels[steps], 'nearest'));
  const parting = (offset: number) => {
    const { value, error } = lastStep(flowAt(flows, offset));
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
        ...columns.map(({ title, n }) => ({ title, of: ({ levels }: FlowResult) => of(levels[n], 'nearest') })),
        { title: 'Last step', of: lastStep },
      ]),
      tableOf(
        `Observables of ${final} × ${final} block spins at K_c`,
        Object.keys(critical.levels[0].observables) as BlockObservable[],
        [
          { title: 'Observable', of: (name) => NAMES[name] },
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
          { title: 'Observable', of: ({ observable }) => NAMES[observable] },
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

export type BlockSpinsSummary = ReturnType<typeof summarise>;
