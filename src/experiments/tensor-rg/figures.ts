/** The figures of tensor-rg. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { drawn, seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { EXACT_DIMENSIONS, type StepResult } from './points.js';
import { epsilon, type Outcome, sigma } from './summary.js';

/** Steps from the third on, up to the first one that is 40 % off. */
function plateau(steps: readonly StepResult[], of: (step: StepResult) => number, exact: number, every: number) {
  const wanted = steps.filter(({ step }) => step >= 3 && step % every === 0);
  const end = wanted.findIndex((step) => !(Math.abs(of(step) - exact) < 0.4 * exact));
  return end < 0 ? wanted : wanted.slice(0, end);
}

export function figures({ parameters, critical, phases }: Outcome): Figure[] {
  const { steps } = parameters;
  const x = ({ step }: StepResult) => step;
  const drift = (
    name: string,
    title: string,
    yLabel: string,
    exact: number,
    of: (step: StepResult) => number,
  ): Figure =>
    lineChart({
      name,
      title,
      xLabel: 'step (2^step sites per tensor)',
      yLabel,
      series: drawn([
        ...critical.map((own) =>
          seriesOf(own.name, plateau(own.steps, of, exact, own.method === 'hotrg' ? 2 : 1), x, of),
        ),
        { label: 'exact', x: [3, steps], y: [exact, exact] },
      ]),
      caption: prose`${yLabel} of the Ising model at K_c from the transfer matrix of one tensor, against the number of steps.
        First the lattice shows, then there is a plateau, and then the tensors leave the fixed point, because correlations
        around small loops are never removed (but by loop-TNR), or because truncation has moved K_c a little; curves end where they are 40 % off. Of HOTRG every second step is
        drawn, when both sides have been doubled.`,
    });
  const [trg] = critical;
  const lastPair = Math.max(...trg.steps.flatMap(({ step, pair }) => (pair === null ? [] : [step])));
  return [
    drift('sigma', 'The plateau of Δ_σ, and its end', 'Δ_σ', 1 / 8, sigma),
    drift('epsilon', 'The plateau of Δ_ε, and its end', 'Δ_ε', 1, epsilon),
    lineChart({
      name: 'spectrum',
      title: 'The conformal tower in two tensors',
      xLabel: 'step (2^step sites per tensor)',
      yLabel: 'Δ',
      series: drawn([
        ...[0, 1].map((spin) =>
          seriesOf(
            `spin ${spin === 0 ? '0 or ±2' : '±1'}`,
            trg.steps.flatMap(({ step, pair }) =>
              (pair ?? [])
                .slice(1)
                .filter((state) => state.spin === spin)
                .map((state) => ({ step, ...state })),
            ),
            ({ step }) => step,
            ({ dimension }) => dimension,
            { mark: spin === 0 ? 'circles' : 'crosses' },
          ),
        ),
        ...[...new Set(EXACT_DIMENSIONS.slice(1))].map((exact) => ({
          label: { 0.125: 'σ: 1/8', 1: 'ε: 1', 1.125: '∂σ: 9/8, twice', 2: '∂ε, T: 2, four times' }[exact] as string,
          x: [3, lastPair],
          y: [exact, exact],
        })),
      ]),
      caption: prose`The lowest scaling dimensions above the identity by ${trg.name}, from the transfer matrix of two tensors
        side by side with the ring turned by one of them, so that the phases of its eigenvalues are the conformal spins
        modulo 2. Lines are exact: σ, ε, their derivatives with spin ±1, and the stress tensor with spin ±2.`,
    }),
    lineChart({
      name: 'free-energy',
      title: 'The free energy gains a digit every few steps, up to the truncation',
      xLabel: 'step (2^step sites per tensor)',
      yLabel: '|relative error of ln Z/N|',
      yScale: 'log',
      series: drawn(
        critical.map((own) =>
          seriesOf(
            own.name,
            own.steps.filter(({ step, freeEnergyError }) => step >= 1 && freeEnergyError !== 0),
            x,
            ({ freeEnergyError }) => Math.abs(freeEnergyError),
          ),
        ),
      ),
      caption: prose`ln Z/N of the torus that one tensor is, less that of the infinite lattice at K_c: first the finite size,
        which falls as 1/2^step, then what truncation costs.`,
    }),
    lineChart({
      name: 'phases',
      title: 'X₁ counts the phases',
      xLabel: 'step (2^step sites per tensor)',
      yLabel: 'X₁',
      series: drawn([
        ...phases.map(({ point, steps: own }) => seriesOf(point.key, own, x, ({ x1 }) => x1)),
        seriesOf(
          'at K_c',
          trg.steps.filter(({ step }) => step <= 12),
          x,
          ({ x1 }) => x1,
        ),
      ]),
      caption: prose`Gu and Wen's X₁ at K_c ± ${parameters.offset} (bond-weighted TRG) and at K_c (${trg.name}, as long as it
        is near the fixed point): one phase below, two above, and at K_c a number of the critical theory.`,
    }),
  ];
}
