/** Scaling dimensions of two tensor methods, side by side, and what they say of c and of the phases. */

import { html, nothing, type TemplateResult } from 'lit';
import { criticalCoupling } from '../../exact/index.js';
import { type Mark, plot } from '../parts/plot.js';
import type { Table } from '../parts/table.js';
import { METHOD_NAMES } from './spec.js';
import type { SpectrumReport, SpectrumRun, SpectrumStep } from './spectrumScene.js';

/** Exact scaling dimensions above 0 up to 2, with what is written at them. */
const EXACT = [
  { value: 1 / 8, name: 'σ 1/8', shift: 0.04 },
  { value: 1, name: 'ε 1', shift: -0.12 },
  { value: 9 / 8, name: '9/8 twice', shift: 0.04 },
  { value: 2, name: '2 four times', shift: 0.04 },
];

const TOP = 2.6;

export const sigmaOf = ({ dimensions }: SpectrumStep): number | undefined =>
  dimensions.find(({ charge }) => charge === 1)?.dimension;
export const epsilonOf = ({ dimensions }: SpectrumStep): number | undefined =>
  dimensions.filter(({ charge }) => charge === 0)[1]?.dimension;

const nameOf = ({ method, bond }: SpectrumRun) => `${METHOD_NAMES[method]}, χ = ${bond}`;
/** With n decimals, zero without a sign. */
const digits = (value: number | null | undefined, n = 4) =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(n).replace(/^-(0\.0*)$/, '$1');

/** All dimensions of one method against the step; odd ones in the first colour, even ones in the second. */
export function spectrumChart(
  run: SpectrumRun | undefined,
  steps: number,
  coupling: number,
  width: number,
): TemplateResult {
  const critical = coupling === criticalCoupling;
  // names stand behind the last step
  const end = steps + 0.5 + (steps * 76) / (width - 120);
  const lines: Mark[] = critical
    ? EXACT.flatMap(({ value, name, shift }): Mark[] => [
        { kind: 'line', y: value },
        { kind: 'name', x: end, y: value + shift, text: name, anchor: 'end', tone: 'quiet' },
      ])
    : [];
  const dots = (charge: number) =>
    run?.steps.flatMap(({ step, dimensions }) =>
      dimensions.filter((own) => own.charge === charge).map(({ dimension }) => [step, dimension] as const),
    ) ?? [];
  const last = run?.steps.at(-1);
  const name = run ? nameOf(run) : '';
  return html`<div class="stack">
    <div class="row"><strong>${name}</strong><span class="grow"></span><span class="small quiet">step ${last?.step ?? 0} of ${steps}${run ? html` · ${(run.milliseconds / 1000).toFixed(1)} s` : nothing}</span></div>
    ${plot({
      label: `${critical ? 'Scaling dimensions' : 'Levels of the transfer matrix'} by step of ${name}; at step ${last?.step ?? 0}: spin ${digits(last && sigmaOf(last))}, energy ${digits(last && epsilonOf(last))}${critical ? '; exact 0.125 and 1' : ''}.`,
      width,
      height: 300,
      x: { label: 'step n: a tensor stands for 2ⁿ sites', domain: [0, end] },
      y: {
        label: critical ? 'scaling dimension' : 'level of the transfer matrix',
        domain: [-0.06, TOP],
        format: (value) => String(value),
      },
      marks: [
        ...lines,
        { kind: 'dots', points: dots(0), tone: 'second', radius: 2.6 },
        { kind: 'dots', points: dots(1), radius: 2.6 },
      ],
    })}
    ${run?.failure ? html`<p class="error" role="alert" part="error">${run.failure}</p>` : nothing}
  </div>`;
}

/** Δ_σ, Δ_ε, c and X₁ of the last step of both, in numbers. */
export function spectrumNumbers({ runs }: SpectrumReport, coupling: number): TemplateResult {
  const critical = coupling === criticalCoupling;
  const cells = (of: (step: SpectrumStep) => string) =>
    runs.map(({ steps }) => html`<td>${steps.length > 0 ? of(steps[steps.length - 1]) : '–'}</td>`);
  const exact = (text: string) => (critical ? text : '–');
  const phases = critical ? '–' : coupling < criticalCoupling ? '1' : '2';
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">last step</th>${runs.map((run) => html`<th scope="col">${nameOf(run)}</th>`)}<th scope="col">exact</th></tr></thead>
    <tbody>
      <tr><th scope="row">${critical ? html`Δ<sub>σ</sub>` : 'odd level'}</th>${cells((step) => digits(sigmaOf(step)))}<td>${exact('0.1250')}</td></tr>
      <tr><th scope="row">${critical ? html`Δ<sub>ε</sub>` : 'even level'}</th>${cells((step) => digits(epsilonOf(step)))}<td>${exact('1.0000')}</td></tr>
      <tr><th scope="row">central charge <i>c</i></th>${cells((step) => digits(step.centralCharge))}<td>${critical ? '0.5000' : '0.0000'}</td></tr>
      <tr><th scope="row"><i>X</i><sub>1</sub>: number of phases</th>${cells((step) => digits(step.x1))}<td>${phases}</td></tr>
    </tbody></table></div>${
      critical
        ? nothing
        : html`<figcaption>Away from <i>K</i><sub>c</sub> these levels are no scaling dimensions: they are gaps of the transfer matrix, −ln(λ/λ<sub>0</sub>)/2π, which change with every step.</figcaption>`
    }`;
}

/** c and X₁ against the step. */
export function phaseCharts({ runs }: SpectrumReport, steps: number, coupling: number, width: number): TemplateResult {
  const critical = coupling === criticalCoupling;
  const tones = [undefined, 'second'] as const;
  const series = (of: (step: SpectrumStep) => number | null): Mark[] =>
    runs.flatMap(({ steps: own }, k): Mark[] => {
      const points = own.flatMap((step) => {
        const value = of(step);
        return value === null ? [] : [[step.step, value] as const];
      });
      return [
        { kind: 'trace', points, tone: tones[k] },
        { kind: 'dots', points, tone: tones[k], radius: k === 0 ? 2.6 : 3.4 },
      ];
    });
  const x = { label: 'step', domain: [0, steps + 1] as const };
  const say = (of: (step: SpectrumStep) => number | null) =>
    runs
      .map((run) => `${nameOf(run)} ${digits(run.steps.length > 0 ? of(run.steps[run.steps.length - 1]) : null)}`)
      .join(', ');
  return html`${plot({
    label: `Central charge by step; now ${say((step) => step.centralCharge)}.`,
    width,
    height: 170,
    x,
    y: { label: 'central charge c', domain: [-0.1, 0.8], ticks: 4 },
    marks: [
      { kind: 'line', y: critical ? 0.5 : 0, name: critical ? '½' : '0' },
      ...series((step) => step.centralCharge),
    ],
  })}${plot({
    label: `Number of phases by step; now ${say((step) => step.x1)}.`,
    width,
    height: 170,
    x,
    y: { label: 'X₁: number of phases', domain: [0.8, 2.2], ticks: 4 },
    marks: [{ kind: 'line', y: 1 }, { kind: 'line', y: 2 }, ...series((step) => step.x1)],
  })}`;
}

/** The last step of both, in words. */
export const spectrumWords = (report: SpectrumReport | undefined): string =>
  (report?.runs ?? [])
    .flatMap((run) => {
      const last = run.steps.at(-1);
      return last
        ? [`${nameOf(run)}, step ${last.step}: spin ${digits(sigmaOf(last))}, energy ${digits(epsilonOf(last))}.`]
        : [];
    })
    .join(' ');

export function spectrumTables(report: SpectrumReport | undefined): readonly Table[] {
  return (report?.runs ?? []).map((run) => ({
    title: `${nameOf(run)}, by step`,
    head: ['step', 'ln Z/N', 'c', 'X1', ...Array.from({ length: 9 }, (_, k) => `Δ${k} (charge)`)],
    rows: run.steps.map(({ step, logPartition, centralCharge, x1, dimensions }) => [
      String(step),
      digits(logPartition, 8),
      digits(centralCharge, 5),
      digits(x1, 5),
      ...Array.from({ length: 9 }, (_, k) => {
        const own = dimensions[k];
        return own ? `${digits(own.dimension, 5)} (${own.charge})` : '–';
      }),
    ]),
  }));
}
