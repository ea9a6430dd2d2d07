/** The settings of a run, as controls. */

import { html, nothing, type TemplateResult } from 'lit';
import { type Controlled, list, slider } from '../parts/controls.js';
import { grouped } from '../parts/grouped.js';

/** Runs that are worth a button: name → what differs from the paper's. */
const PRESETS: readonly { name: string; values: Readonly<Record<string, number | string>> }[] = [
  { name: 'the paper', values: {} },
  { name: '30 epochs', values: { epochs: 30 } },
  { name: 'small: 20 × 20, 5000 samples', values: { size: 20, samples: 5000, network: '100-25', epochs: 50 } },
];

interface SettingsFigure extends Controlled {
  readonly renderRoot: ParentNode | undefined;
  requestUpdate(): void;
}

/** A box with the settings, closed at first; made when it is opened. */
export function settingsFields(figure: SettingsFigure): TemplateResult {
  const open = figure.renderRoot?.querySelector<HTMLDetailsElement>('details.settings')?.open ?? false;
  return html`<details class="settings" @toggle=${() => figure.requestUpdate()}><summary class="small">Settings of the training</summary>
    ${open ? content(figure) : nothing}</details>`;
}

function content(figure: SettingsFigure): TemplateResult {
  const { properties } = figure.spec;
  const usual = (name: string) => properties[name].default;
  const chosen = (values: Readonly<Record<string, unknown>>) =>
    ['size', 'coupling', 'samples', 'network', 'epochs', 'rate', 'l1'].every(
      (name) => figure.values[name] === (values[name] ?? usual(name)),
    );
  const choose = (values: Readonly<Record<string, unknown>>) => {
    for (const name of ['size', 'coupling', 'samples', 'network', 'epochs', 'rate', 'l1']) {
      figure.assign(name, values[name] ?? usual(name));
    }
  };
  return html`<div class="stack padded">
    <div class="row" role="group" aria-label="Presets">${PRESETS.map(
      ({ name, values }) =>
        html`<button class="small" aria-pressed=${chosen(values) ? 'true' : 'false'} @click=${() => choose(values)}>${name}</button>`,
    )}</div>
    <div class="row quarters">
      ${list(figure, 'size', [16, 20, 32, 40, 64], (L) => `${L} × ${L}`)}
      ${list(figure, 'samples', [1000, 5000, 20_000, 100_000], grouped)}
      ${list(figure, 'epochs', [5, 30, 200], grouped)}
      ${text(figure, 'network')}
      ${list(figure, 'rate', [0.01, 0.03, 0.1, 0.3], String)}
      ${list(figure, 'l1', [0, 0.0001, 0.0002, 0.001], String)}
      ${list(figure, 'seed', [1, 2, 3, 4, 5], String)}
    </div>
    ${slider(figure, 'coupling', [{ value: 0.4407, name: 'critical' }])}
    ${chosen({}) ? nothing : html`<p class="small quiet note">These are not the settings of the shipped results.</p>`}
  </div>`;
}

/** A text. */
function text(figure: SettingsFigure, name: string): TemplateResult {
  const { label = name } = figure.spec.properties[name];
  return html`<label class="control" part="control"><span>${label}</span><input type="text" .value=${figure.values[name] as string}
    @change=${(event: Event) => figure.assign(name, (event.target as HTMLInputElement).value)}></label>`;
}
