/** One machine in words, weights and samples. */

import { html, nothing, type TemplateResult } from 'lit';
import { TONES } from './charts.js';
import type { DataReport } from './dataSet.js';
import type { MachineReport, Point } from './machine.js';
import { METHODS } from './methods.js';
import type { TrainingValues } from './spec.js';
import { shownFields } from './tiling.js';

/** Where the worker draws. */
interface Pictures {
  weights: TemplateResult;
  samples: TemplateResult;
}

/** A column with the state of one machine. */
export function machineView(
  machine: MachineReport,
  k: number,
  data: DataReport,
  values: TrainingValues,
  scale: number,
  { weights, samples }: Pictures,
): TemplateResult {
  const { algorithm, message, state } = machine;
  const { name, about } = METHODS[algorithm];
  const fields = shownFields(values.hiddenUnits);
  return html`<section class="machine" part="machine" aria-label="Machine ${k + 1}: ${name}">
    <div class="stack whole">
      <h3><i class="swatch ${TONES[k]}"></i>${name}</h3>
      <p class="small quiet about">${about}</p>
      ${message === null ? nothing : html`<p class="error" role="alert">${sentence(message)}</p>`}
    </div>
    ${
      state === 'refused'
        ? nothing
        : html`<div class="stack">${numbers(machine, data, values)}</div>
          <div class="stack">
            <div class="picture">${weights}<span class="small quiet">weights of ${fields < values.hiddenUnits ? `the first ${fields} of ` : ''}${values.hiddenUnits} hidden units, ${-scale} to ${scale}</span></div>
            <div class="picture">${samples}<span class="small quiet">one free Gibbs chain, newest first</span></div>
          </div>
          <div class="whole">${judgement(machine)}</div>`
    }
  </section>`;
}

/** Decimals of a log-likelihood: two digits of its bracket if log Z is annealed, three where it is exact. */
export function decimalsOf([, , lower, upper]: Point, exact: boolean): number {
  if (exact || !(upper > lower)) return 3;
  return Math.max(0, Math.min(3, 1 - Math.floor(Math.log10(upper - lower))));
}

const sentence = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

function numbers(machine: MachineReport, data: DataReport, values: TrainingValues): TemplateResult {
  const { curve, exact, pseudoLikelihood, others, logLikelihood } = machine;
  const last = curve.at(-1);
  const digits = last ? decimalsOf(last, exact) : 3;
  const bracket = last && !exact ? `annealed, ${last[2].toFixed(digits)} to ${last[3].toFixed(digits)}` : 'exact';
  const rest =
    data.patterns.length === data.different ? 0 : 1 - data.patterns.reduce((sum, { share }) => sum + share, 0);
  const below = logLikelihood === null ? undefined : data.best - logLikelihood;
  return html`<dl class="numbers small">
    <dt>log-likelihood</dt><dd>${last ? html`${last[1].toFixed(digits)} <span class="quiet">${bracket}</span>` : '–'}</dd>
    <dt>below the best</dt><dd>${below === undefined ? '–' : below.toFixed(digits)}</dd>
    <dt>pseudo-likelihood</dt><dd>${pseudoLikelihood === null ? '–' : html`${pseudoLikelihood.toFixed(4)} <span class="quiet">per unit</span>`}</dd>
    <dt>other states</dt><dd>${last ? html`${(100 * others).toFixed(2)} % <span class="quiet">(data ${(100 * rest).toFixed(rest === 0 ? 0 : 2)} %)</span>` : '–'}</dd>
    <dt>state</dt><dd>${stateOf(machine, values)}</dd>
  </dl>`;
}

function stateOf({ state, epoch, learningRate }: MachineReport, { until }: TrainingValues): string {
  switch (state) {
    case 'done':
      return `done, epoch ${epoch}`;
    case 'reached':
      return `within ${until} nats, epoch ${epoch}`;
    case 'diverged':
      return `diverged after epoch ${epoch}`;
    default:
      return learningRate === null ? 'about to learn' : `learning, rate ${learningRate.toPrecision(2)}`;
  }
}

function judgement({ judgement: judged, epoch, state }: MachineReport): TemplateResult | typeof nothing {
  if (judged === null && state === 'diverged' && epoch === 0) return nothing;
  if (judged === null) return html`<p class="small quiet">The package judges it at the end.</p>`;
  const when = judged.epoch === epoch ? '' : ` of epoch ${judged.epoch}`;
  if (judged.doubts.length === 0) {
    return html`<p class="small quiet">The package’s judgement${when}: no doubt, which is no proof.</p>`;
  }
  return html`<div class="small" role="status"><span class="quiet">The package’s judgement${when}:</span>
    <ul class="doubts">${judged.doubts.map((doubt) => html`<li>${forReaders(doubt)}</li>`)}</ul></div>`;
}

/** A doubt of the package in the words of the figure's own controls, for those who write no code. */
export const forReaders = (doubt: string): string =>
  doubt
    .replace(
      "se algorithm 'population' or 'tempering'",
      `se the ${METHODS.population.name} or ${METHODS.tempering.name}`,
    )
    .replace("algorithm 'tempering'", METHODS.tempering.name)
    .replace('by logPartition with more temperatures', 'by annealing through more temperatures')
    .replaceAll('learningRate', 'learning rate');
