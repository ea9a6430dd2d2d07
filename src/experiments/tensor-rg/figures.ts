/** The figures of tensor-rg. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { EXACT_DIMENSIONS, type StepResult } from './result.js';
import { epsilon, sigma, type TensorRgSummary } from './summary.js';

export function figures({ parameters, critical, phases }: TensorRgSummary): Figure[] {
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
      series: [
        ...critical.map((own) =>
          seriesOf(
            own.name,
            own.steps.filter((step) => step.step >= 3 && Math.abs(of(step) - exact) < 0.4 * exact),
            x,
            of,
          ),
        ),
        { label: 'exact', x: [3, steps], y: [exact, exact] },
      ],
      caption: prose`${yLabel} of the Ising model at K_c from the transfer matrix of one tensor, against the number of steps.
        First the lattice shows, then there is a plateau, and then the tensors leave the fixed point, because correlations
        around small loops are never removed; values further off than 40 % are not drawn.`,
    });
  const [trg] = critical;
  const states = EXACT_DIMENSIONS.slice(1);
  return [
    drift('sigma', 'The plateau of Δ_σ, and its end', 'Δ_σ', 1 / 8, sigma),
    drift('epsilon', 'The plateau of Δ_ε, and its end', 'Δ_ε', 1, epsilon),
    lineChart({
      name: 'spectrum',
      title: 'The conformal tower in one tensor',
      xLabel: 'step (2^step sites per tensor)',
      yLabel: 'Δ',
      series: [
        ...states.map((_, k) =>
          seriesOf(
            `state ${k + 1}`,
            trg.steps.filter(
              ({ step, dimensions }) =>
                step >= 3 && step <= 16 && dimensions[k + 1] && dimensions[k + 1].dimension < 2.6,
            ),
            x,
            ({ dimensions }) => dimensions[k + 1].dimension,
            { mark: 'circles' },
          ),
        ),
        ...[...new Set(states)].map((exact) => ({
          label: `exact ${exact === 0.125 ? '1/8' : exact === 1.125 ? '9/8' : exact}`,
          x: [3, 16],
          y: [exact, exact],
        })),
      ],
      caption: prose`The lowest ${states.length} scaling dimensions above the identity by ${trg.name}: 1/8 (σ), 1 (ε), 9/8
        twice, 2 four times. Lines are exact.`,
    }),
    lineChart({
      name: 'free-energy',
      title: 'The free energy gains a digit every few steps, up to the truncation',
      xLabel: 'step (2^step sites per tensor)',
      yLabel: '|relative error of ln Z/N|',
      yScale: 'log',
      series: critical.map((own) =>
        seriesOf(
          own.name,
          own.steps.filter(({ step, freeEnergyError }) => step >= 1 && freeEnergyError !== 0),
          x,
          ({ freeEnergyError }) => Math.abs(freeEnergyError),
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
      series: [
        ...phases.map(({ point, steps: own }) => seriesOf(point.key, own, x, ({ x1 }) => x1)),
        seriesOf(
          'at K_c',
          trg.steps.filter(({ step }) => step <= 12),
          x,
          ({ x1 }) => x1,
        ),
      ],
      caption: prose`Gu and Wen's X₁ at K_c ± ${parameters.offset} (bond-weighted TRG) and at K_c (${trg.name}, as long as it
        is near the fixed point): one phase below, two above, and at K_c a number of the critical theory.`,
    }),
  ];
}
