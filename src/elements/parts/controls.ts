/** Controls for the properties of a figure: a slider, a list, a switch. */

import { html, nothing, type TemplateResult } from 'lit';
import { labelOf } from '../base/labels.js';
import type { FigureSpec, PropertySpec } from '../base/spec.js';

/** What a control needs of its figure. */
export interface Controlled {
  readonly spec: FigureSpec;
  readonly values: Readonly<Record<string, unknown>>;
  assign(name: string, value: unknown): void;
}

/** A value that a slider names, and on which it comes to rest. */
export interface SliderMark {
  value: number;
  name: string;
}

/** Decimals of a step: 0.01 has two. */
export function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

/** A label in the language of the page, in which `T_c` has a subscript. */
export function labelText(label: string): TemplateResult {
  const text = labelOf(label);
  const [before, letter, subscript, ...after] = text.split(/\b([A-Za-z])_(\w)/);
  return letter === undefined ? html`${text}` : html`${before}<i>${letter}</i><sub>${subscript}</sub>${after.join('')}`;
}

function specOf<K extends PropertySpec['kind']>(figure: Controlled, name: string, kind: K) {
  const spec = figure.spec.properties[name];
  if (spec?.kind !== kind) throw new TypeError(`"${name}" is no ${kind}`);
  return spec as Extract<PropertySpec, { kind: K }>;
}

/** A slider for a number. */
export function slider(figure: Controlled, name: string, marks: readonly SliderMark[] = []): TemplateResult {
  const { min, max, step, unit, label = name } = specOf(figure, name, 'number');
  const value = figure.values[name] as number;
  const mark = marks.find((one) => one.value === value);
  const shown = `${value.toFixed(decimalsOf(step))}${unit ? ` ${unit}` : ''}`;
  const moved = (to: number) => {
    const rest = marks.find((one) => Math.abs(one.value - to) <= step);
    figure.assign(name, rest?.value ?? Math.min(max, Math.max(min, to)));
  };
  return html`<label class="control" part="control">
    <span><span>${labelText(label)}</span><span class="value" aria-hidden="true">${mark ? html`<span class="quiet">${labelOf(mark.name)}</span> ` : nothing}${shown}</span></span>
    <input type="range" min=${min} max=${max} step=${step} .value=${String(value)} aria-valuetext="${shown}${mark ? `, ${labelOf(mark.name)}` : ''}"
      @input=${(event: Event) => moved(Number((event.target as HTMLInputElement).value))}>
  </label>`;
}

const options = (entries: readonly (readonly [value: string | number, text: string])[], present: unknown) =>
  entries.map(([value, text]) => html`<option value=${value} ?selected=${value === present}>${text}</option>`);

/** A list of the usual values of a number; the present one is among them. */
export function list(
  figure: Controlled,
  name: string,
  usual: readonly number[],
  text: (value: number) => string,
): TemplateResult {
  const { label = name } = specOf(figure, name, 'number');
  const value = figure.values[name] as number;
  const shown = usual.includes(value) ? usual : [...usual, value].sort((a, b) => a - b);
  return html`<label class="control" part="control"><span>${labelText(label)}</span>
    <select @change=${(event: Event) => figure.assign(name, Number((event.target as HTMLSelectElement).value))}>
      ${options(
        shown.map((one) => [one, text(one)] as const),
        value,
      )}
    </select></label>`;
}

/** A list to choose from. */
export function choice(figure: Controlled, name: string): TemplateResult {
  const { choices, names, label = name } = specOf(figure, name, 'choice');
  return html`<label class="control" part="control"><span>${labelText(label)}</span>
    <select @change=${(event: Event) => figure.assign(name, (event.target as HTMLSelectElement).value)}>
      ${options(
        choices.map((one) => [one, labelOf(names?.[one] ?? one)] as const),
        figure.values[name],
      )}
    </select></label>`;
}

/** A switch. */
export function toggle(figure: Controlled, name: string): TemplateResult {
  const { label = name } = specOf(figure, name, 'flag');
  return html`<label class="row" part="control"><input type="checkbox" .checked=${figure.values[name] as boolean}
    @change=${(event: Event) => figure.assign(name, (event.target as HTMLInputElement).checked)}><span>${labelText(label)}</span></label>`;
}
