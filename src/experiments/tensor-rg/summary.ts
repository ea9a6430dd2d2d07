/** The summary of the tensor-rg experiment. */

import { tableOf } from '../kit/tables.js';
import { fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import {
  EXACT_DIMENSIONS,
  METHOD_NAMES,
  METHODS,
  type Method,
  READ_AT,
  type Result,
  type StepResult,
  type Values,
} from './points.js';

/** Largest relative error of ln Z/N at K_c, by method and χ at least. */
const FREE_ENERGY: Record<Method, { atMost: number; bond: number }> = {
  trg: { atMost: 1.2e-6, bond: 24 },
  weighted: { atMost: 1e-7, bond: 24 },
  hotrg: { atMost: 1e-6, bond: 16 },
  loop: { atMost: 2e-6, bond: 8 },
};
const SPECTRUM: Record<'sigma' | 'epsilon' | 'charge', Criterion> = {
  sigma: { claim: `Δ_σ of TRG is 1/8 at step ${READ_AT}`, statistic: '|Δ_σ - 1/8|', atMost: 5e-4 },
  epsilon: { claim: `Δ_ε of TRG is 1 at step ${READ_AT}`, statistic: '|Δ_ε - 1|', atMost: 5e-3 },
  charge: { claim: `c of TRG is 1/2 from steps ${READ_AT - 1} and ${READ_AT}`, statistic: '|c - 1/2|', atMost: 6e-3 },
};
/** Steps at which loop-TNR is read, and what its dimensions may be off by, from a χ on. */
const STAYS = { from: 10, to: 16 };
const LOOP = [
  { bond: 12, sigma: 5e-4, epsilon: 5e-4 },
  { bond: 8, sigma: 1e-3, epsilon: 5e-3 },
];
const DRIFT: Criterion = {
  claim: 'plain TRG has drifted away from the fixed point at its last step',
  statistic: '|Δ_σ - 1/8| there over that at step 8',
  atLeast: 20,
};
const PHASES: Record<'below' | 'above', Criterion> = {
  below: { claim: 'there is one phase below K_c', statistic: '|X₁ - 1| at the last step', atMost: 1e-6 },
  above: { claim: 'there are two phases above K_c', statistic: '|X₁ - 2| at the last step', atMost: 1e-6 },
};

export const sigma = ({ dimensions }: StepResult): number =>
  dimensions.find(({ charge }) => charge === 1)?.dimension ?? Number.NaN;
export const epsilon = ({ dimensions }: StepResult): number =>
  dimensions.filter(({ charge }) => charge === 0)[1]?.dimension ?? Number.NaN;

export function summarise(parameters: Values, results: Result[]) {
  const critical = METHOD_NAMES.map((method) => {
    const { steps } = results.find(({ point }) => point.kind === 'critical' && point.method === method) as Result;
    return { method, name: `${METHODS[method]}, χ = ${parameters[method]}`, steps };
  });
  const phases = results.filter(({ point }) => point.kind === 'phase');
  const [below, above] = phases;
  const lastOf = (steps: readonly StepResult[]) => steps[steps.length - 1];
  const trg = critical[0].steps;
  const verdicts = [
    ...critical
      .filter(({ method }) => parameters[method] >= FREE_ENERGY[method].bond)
      .map(({ method, name, steps }) =>
        judge(
          {
            claim: `ln Z/N of ${name} at K_c is exact to ${FREE_ENERGY[method].atMost.toExponential()}`,
            statistic: 'relative error at the last step',
            atMost: FREE_ENERGY[method].atMost,
          },
          Math.abs(lastOf(steps).freeEnergyError),
        ),
      ),
    ...(parameters.trg >= 24
      ? [
          judge(SPECTRUM.sigma, Math.abs(sigma(trg[READ_AT]) - 1 / 8)),
          judge(SPECTRUM.epsilon, Math.abs(epsilon(trg[READ_AT]) - 1)),
          judge(SPECTRUM.charge, Math.abs((trg[READ_AT].centralCharge ?? Number.NaN) - 1 / 2)),
          judge(DRIFT, Math.abs(sigma(lastOf(trg)) - 1 / 8) / Math.abs(sigma(trg[READ_AT]) - 1 / 8)),
        ]
      : []),
    ...stays(parameters, critical.find(({ method }) => method === 'loop')?.steps ?? []),
    judge(PHASES.below, Math.abs(lastOf(below.steps).x1 - 1)),
    judge(PHASES.above, Math.abs(lastOf(above.steps).x1 - 2)),
  ];
  const shownSteps = [4, 6, 8, 10, 12, 16, 20, 24, 28].filter((step) => step <= parameters.steps);
  const digits = (x: number | null | undefined, n = 4) =>
    x === null || x === undefined || Number.isNaN(x) ? '–' : x.toFixed(n);
  return {
    parameters,
    critical,
    phases,
    verdicts,
    numbers: { critical, phases },
    answer: paragraphs(
      verdictText(verdicts),
      prose`A tensor after s steps stands for 2^s sites. Its transfer matrix has the eigenvalues e^(-2πΔ) of the conformal
        field theory, so that one tensor gives all scaling dimensions, y = 2 - Δ: y_h = ${digits(2 - sigma(trg[READ_AT]))}
        and y_T = ${digits(2 - epsilon(trg[READ_AT]))} at step ${READ_AT} of TRG. Early steps show the lattice. Late ones
        drift: TRG and HOTRG cannot remove correlations around small loops, so that every step counts them again, and
        truncation throws away what matters. Loop-TNR removes them, and its Δ_ε stays; its Δ_σ bends only where the shift of
        K_c that truncation makes, a millionth or so, has grown by a factor of two every two steps. ln Z/N does not suffer,
        since late steps add nothing to it.`,
      prose`X₁ counts the phases: one below K_c, two above, with no order parameter and no size to extrapolate from.`,
      prose`What this does not show: error bars. Nothing here is random; the error is what a larger χ changes.`,
    ),
    facts: [
      ...critical.map(({ name, steps }) =>
        fact(`ln Z/N, ${name}`, lastOf(steps).freeEnergyError.toExponential(1), 'relative error at K_c'),
      ),
      fact('Δ_σ', digits(sigma(trg[READ_AT]), 5), `TRG, step ${READ_AT}; exact 0.125`),
      fact('Δ_ε', digits(epsilon(trg[READ_AT]), 5), `TRG, step ${READ_AT}; exact 1`),
    ],
    tables: [
      tableOf(
        'At K_c, step by step',
        critical.flatMap(({ name, steps }) => shownSteps.map((step) => ({ name, own: steps[step] }))),
        [
          { title: 'Method', of: ({ name }) => name },
          { title: 'Step', of: ({ own }) => own.step },
          { title: 'ln Z/N, relative error', of: ({ own }) => own.freeEnergyError.toExponential(1) },
          { title: 'c', of: ({ own }) => digits(own.centralCharge) },
          { title: 'Δ_σ', of: ({ own }) => digits(sigma(own), 5) },
          { title: 'Δ_ε', of: ({ own }) => digits(epsilon(own), 5) },
          { title: 'X₁', of: ({ own }) => digits(own.x1, 3) },
        ],
        'Exact: c = 1/2, Δ_σ = 1/8, Δ_ε = 1. The free energy is that of the torus of 2^step sites, against that of the infinite lattice. c is from the step and the one before.',
      ),
      tableOf(
        `Spectrum at step ${READ_AT}`,
        EXACT_DIMENSIONS.map((exact, k) => ({ exact, k })),
        [
          { title: 'Exact Δ', of: ({ exact }) => String(exact) },
          ...critical.map(({ name, steps }) => ({
            title: name,
            of: ({ k }: { k: number }) => digits(steps[READ_AT].dimensions[k]?.dimension),
          })),
          { title: 'TRG, two tensors', of: ({ k }) => digits(trg[READ_AT].pair?.[k]?.dimension) },
          { title: 'spin modulo 2', of: ({ k }) => trg[READ_AT].pair?.[k]?.spin.toString() ?? null },
        ],
        'Multiplicities are part of the answer: 9/8 twice, 2 four times.',
      ),
      tableOf(
        'Phases',
        phases,
        [
          { title: 'K', of: ({ point }) => `${point.key}, ${point.coupling.toFixed(5)}` },
          { title: 'ln Z/N, relative error', of: ({ steps }) => lastOf(steps).freeEnergyError.toExponential(1) },
          { title: 'X₁', of: ({ steps }) => digits(lastOf(steps).x1, 6) },
          { title: 'X₂', of: ({ steps }) => digits(lastOf(steps).x2, 6) },
        ],
        `Bond-weighted TRG after ${parameters.steps} steps.`,
      ),
    ],
  };
}

/** Whether loop-TNR is at the fixed point and stays there. */
function stays({ loop }: Values, steps: readonly StepResult[]) {
  const limits = LOOP.find(({ bond }) => loop >= bond);
  if (limits === undefined || steps.length <= STAYS.to) return [];
  const worst = (of: (step: StepResult) => number, exact: number) =>
    Math.max(...[STAYS.from, STAYS.to].map((step) => Math.abs(of(steps[step]) - exact)));
  const at = `at steps ${STAYS.from} and ${STAYS.to}`;
  return [
    judge(
      { claim: `Δ_σ of loop-TNR is 1/8 ${at}`, statistic: 'the larger |Δ_σ - 1/8|', atMost: limits.sigma },
      worst(sigma, 1 / 8),
    ),
    judge(
      { claim: `Δ_ε of loop-TNR is 1 ${at}`, statistic: 'the larger |Δ_ε - 1|', atMost: limits.epsilon },
      worst(epsilon, 1),
    ),
  ];
}

export type Outcome = ReturnType<typeof summarise>;
