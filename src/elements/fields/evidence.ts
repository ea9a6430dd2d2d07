/** The numbers of both stacks side by side: what the picture shows, and whether the null shows it too. */

import { html, nothing, type TemplateResult } from 'lit';
import { formatEstimate } from '../../stats/index.js';
import { type Mark, plot } from '../parts/plot.js';
import type { Table } from '../parts/table.js';
import type { SideReport } from './exhibit.js';
import type { FieldsReport } from './scene.js';
import type { FieldsValues } from './spec.js';

/** rms radius of a field without a place, in units of the side: √(1/6). */
const NOWHERE = Math.sqrt(1 / 6);

function median(values: Float64Array): number | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Fields with a radius below a quarter of the side. */
export const compactOf = ({ places }: SideReport, size: number): number =>
  places.radii.filter((radius) => radius < size / 4).length;

const percent = (mean: { mean: number; error: number } | null | undefined): string =>
  mean ? `${formatEstimate({ mean: 100 * mean.mean, error: 100 * mean.error })} %` : '–';

/** The rows of the table: name, spins, control. */
export function evidenceOf(
  report: FieldsReport,
  { size }: FieldsValues,
): [name: string, spins: string, control: string][] {
  const { spins, control } = report.sides;
  const units = spins?.places.radii.length ?? control?.places.radii.length;
  const row = (name: string, of: (side: SideReport) => string): [string, string, string] => [
    name,
    spins ? of(spins) : '–',
    control ? of(control) : '–',
  ];
  const rounded = (value: number | null, decimals: number) => (value === null ? '–' : value.toFixed(decimals));
  const block = units === undefined ? null : size ** 2 / units;
  return [
    row('compact fields', (side) => `${compactOf(side, size)} of ${side.places.radii.length}`),
    row('median radius (sites)', ({ places }) => rounded(median(places.radii), 1)),
    row(`median area (sites${block === null ? '' : `; a block has ${Number(block.toPrecision(3))}`})`, ({ places }) =>
      rounded(median(places.areas), 0),
    ),
    row(`spins that come back from ${units ?? 'these'} numbers`, ({ measured }) => percent(measured?.reconstructed)),
    row('… from as many majority block spins', ({ measured }) => percent(measured?.blocks)),
    row('… from the sign of the magnetisation', ({ measured }) => percent(measured?.sign)),
    row('neighbours: ⟨ss′⟩ of the data', ({ measured }) => (measured ? formatEstimate(measured.neighbours) : '–')),
    row('… of what the stack generates', ({ measured }) =>
      measured?.ownNeighbours ? formatEstimate(measured.ownNeighbours) : '–',
    ),
  ];
}

/** The table in the figure. */
export function evidenceTable(report: FieldsReport | undefined, values: FieldsValues): TemplateResult | typeof nothing {
  if (report === undefined) return nothing;
  const rows = evidenceOf(report, values);
  return html`<table class="evidence" part="evidence"><caption class="small quiet">Layer ${report.layer}, the same numbers of both stacks</caption>
    <thead><tr><th scope="col">number</th><th scope="col" class="first">spins</th><th scope="col" class="other">control</th></tr></thead>
    <tbody>${rows.map(([name, spins, control]) => html`<tr><th scope="row">${name}</th><td>${spins}</td><td>${control}</td></tr>`)}</tbody></table>`;
}

/** Share of the fields with a smaller radius, of both stacks. */
export function radiiPlot(report: FieldsReport | undefined, { size }: FieldsValues, width: number): TemplateResult {
  const { spins = null, control = null } = report?.sides ?? {};
  const largest = 0.55 * size;
  const share = (side: SideReport | null): [number, number][] => {
    if (side === null) return [];
    const radii = side.places.radii.filter((radius) => !Number.isNaN(radius)).sort();
    const points: [number, number][] = [[0, 0]];
    radii.forEach((radius, k) => {
      points.push([Math.min(radius, largest), k / radii.length], [Math.min(radius, largest), (k + 1) / radii.length]);
    });
    points.push([largest, 1]);
    return points;
  };
  const words = (name: string, side: SideReport | null) =>
    side ? `${name}: ${compactOf(side, size)} of ${side.places.radii.length} below a quarter of the side` : '';
  const marks: Mark[] = [
    { kind: 'line', x: size / 4, name: 'L/4' },
    { kind: 'line', x: NOWHERE * size, name: 'no place' },
    { kind: 'trace', points: share(spins) },
    { kind: 'trace', points: share(control), tone: 'second' },
  ];
  return plot({
    label: `Share of the fields whose radius is smaller. ${words('Spins', spins)}; ${words('control', control)}.`,
    width,
    height: 210,
    x: { label: 'rms radius of a field (sites)', domain: [0, 0.55 * size] },
    // room above for the names of the lines
    y: { label: 'share of the fields with a smaller radius', domain: [0, 1.15] },
    marks,
  });
}

/** Pseudo-log-likelihood of the layer that is shown against the epochs. */
export function trainingPlot(report: FieldsReport | undefined, epochs: number, width: number): TemplateResult {
  const layer = report?.layer ?? 1;
  const points = (side: SideReport | null | undefined) =>
    (side?.history[layer - 1] ?? []).map((value, k) => [k + 1, value] as const);
  const [spins, control] = [points(report?.sides.spins), points(report?.sides.control)];
  const values = [...spins, ...control].map(([, value]) => value).filter(Number.isFinite);
  const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [-0.7, -0.4];
  const last = (list: readonly (readonly [number, number])[]) => list[list.length - 1]?.[1].toFixed(3) ?? 'unknown';
  return plot({
    label: `Pseudo-log-likelihood per unit of layer ${layer} against epochs: spins ${last(spins)}, control ${last(control)}.`,
    width,
    height: 170,
    x: { label: 'epoch', domain: [0, Math.max(2, epochs)] },
    y: {
      label: `pseudo-log-likelihood per unit, layer ${layer}`,
      domain: [low - 0.01, Math.max(high, low) + 0.01],
      ticks: 4,
    },
    marks: [
      { kind: 'trace', points: spins },
      { kind: 'trace', points: control, tone: 'second' },
    ],
  });
}

/** The table behind the picture of the fields. */
export function fieldTables(report: FieldsReport | undefined, values: FieldsValues): Table[] {
  if (report === undefined) return [];
  const { spins, control } = report.sides;
  const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2));
  const cells = (side: SideReport | null, unit: number) => [
    number(side?.places.radii[unit]),
    number(side?.places.areas[unit]),
    number(side?.places.rows[unit]),
    number(side?.places.columns[unit]),
  ];
  const units = spins?.places.radii.length ?? 0;
  const head = ['radius', 'area', 'row', 'column'];
  return [
    {
      title: `Layer ${report.layer}: both stacks`,
      head: ['number', 'spins', 'control'],
      rows: evidenceOf(report, values),
    },
    {
      title: `Layer ${report.layer}: every field, in sites`,
      head: ['unit', ...head.map((name) => `spins: ${name}`), ...head.map((name) => `control: ${name}`)],
      rows: Array.from({ length: units }, (_, unit) => [String(unit), ...cells(spins, unit), ...cells(control, unit)]),
    },
  ];
}
