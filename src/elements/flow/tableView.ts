/** The table of all methods, and what the chosen row says step by step. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Estimate } from '../../stats/index.js';
import { labelText } from '../parts/controls.js';
import { grouped } from '../parts/grouped.js';
import { type Mark, plot } from '../parts/plot.js';
import type { Table } from '../parts/table.js';
import { filterPicture } from './filterPicture.js';
import { forest } from './forest.js';
import { estimateText, exactCoupling, secondsOf, shippedNumbers, sortedRows, timeText } from './numbers.js';
import { SHIPPED } from './results.js';
import {
  EXACT,
  isRule,
  KIND_NAMES,
  type ReportedRow,
  ROWS,
  type RowId,
  type RowKind,
  RULE_STEPS,
  TRIANGULAR,
} from './rows.js';
import type { FlowValues } from './spec.js';
import type { LiveRow, TableReport } from './tableScene.js';

/** What the view needs of its element. */
export interface TableFigure {
  readonly values: FlowValues;
  readonly width: number;
  readonly running: boolean;
  assign(name: string, value: unknown): void;
  rerun(id: RowId): void;
}

type Sort = FlowValues['sort'];

const HEADS: readonly { sort: Sort; text: string; className?: string }[] = [
  { sort: 'kind', text: 'method' },
  { sort: 'coupling', text: 'K_c', className: 'coupling' },
  { sort: 'thermal', text: 'y_T' },
  { sort: 'magnetic', text: 'y_h' },
  { sort: 'time', text: 'rerun' },
];

export function methodTable(figure: TableFigure, report: TableReport | undefined): TemplateResult {
  const { sort } = figure.values;
  const rows = sortedRows(sort);
  const head = ({ sort: own, text, className = '' }: (typeof HEADS)[number]) =>
    html`<th scope="col" class=${className} aria-sort=${sort === own ? 'ascending' : 'none'}>
      <button class="sort" @click=${() => figure.assign('sort', own)}>${labelText(text)}<span aria-hidden="true" class="arrow">${sort === own ? ' ▾' : ''}</span></button></th>`;
  const rowsOf = (ids: readonly RowId[]) => ids.map((id) => tableRow(figure, id, report?.rows[id]));
  return html`<div class="scroll methods-scroll" tabindex="0" role="region" aria-label="All methods"><table class="methods" part="methods">
    <thead><tr>${head(HEADS[0])}${head(HEADS[1])}${head(HEADS[2])}<th class="wide" aria-hidden="true"></th>${head(HEADS[3])}<th class="wide" aria-hidden="true"></th>${head(HEADS[4])}</tr>
      <tr class="exact-row"><th scope="row">exact</th><td class="coupling">${EXACT.square.toFixed(4)}</td><td>1</td><td class="wide scale">0.9 … 1.1</td><td>1.875</td><td class="wide scale">1.825 … 1.925</td><td></td></tr></thead>
    <tbody>${sort === 'kind' ? KINDS.map((kind) => html`${groupRow(kind)}${rowsOf(rows.filter((id) => ROWS[id].kind === kind))}${reportedOf(kind).map(reportedRow)}`) : html`${rowsOf(rows)}${SHIPPED.reported.map(reportedRow)}`}</tbody>
  </table></div>`;
}

/** The kind of the rows that follow. */
function groupRow(kind: RowKind): TemplateResult {
  return html`<tr class="group"><th scope="rowgroup" colspan="7">${KIND_NAMES[kind]}</th></tr>`;
}

const KINDS = Object.keys(KIND_NAMES) as RowKind[];

const reportedOf = (kind: RowKind): ReportedRow[] => SHIPPED.reported.filter((row) => row.kind === kind);

/** A row that cannot be rerun here; one without exponents says why. */
function reportedRow({ name, what, thermal, magnetic, reason }: ReportedRow): TemplateResult {
  const cells = (['thermal', 'magnetic'] as const).map((quantity) => {
    const shipped = { thermal, magnetic }[quantity];
    const reach = { thermal: 0.1, magnetic: 0.05 }[quantity];
    return html`<td>${estimateText(shipped)}</td><td class="wide">${shipped ? forest({ exact: EXACT[quantity], reach, shipped, live: null }) : nothing}</td>`;
  });
  return html`<tr><th scope="row"><span class="name">${name}</span> <span class="what quiet">${what}${reason === null ? '' : `; not evaluable: ${reason}`}</span></th>
    <td class="coupling">–</td>${cells}<td></td></tr>`;
}

function tableRow(figure: TableFigure, id: RowId, live: LiveRow | undefined): TemplateResult {
  const { name, what } = ROWS[id];
  const chosen = figure.values.row === id;
  const shipped = shippedNumbers(id);
  const cell = (own: Estimate | null | undefined, other: Estimate | null) =>
    own ? html`<span class="live">${estimateText(own)}</span>` : html`${estimateText(other)}`;
  const busy = chosen && live !== undefined && live.done < 1 && live.failure === null && figure.running;
  const time = timeText(secondsOf(id));
  const shownTime = busy ? `${Math.floor(100 * live.done)} %` : html`↻ <span class="time">${time}</span>`;
  return html`<tr class=${chosen ? 'chosen' : ''}>
    <th scope="row"><span class="name">${name}</span> <span class="what quiet">${what}</span></th>
    <td class="coupling">${cell(live?.coupling, shipped.coupling)}${TRIANGULAR.includes(id) && shipped.coupling ? html`<span class="quiet" title="exact on the triangular lattice: ${exactCoupling(id).toFixed(4)}">*</span>` : nothing}</td>
    <td>${cell(live?.thermal, shipped.thermal)}</td>
    <td class="wide">${forest({ exact: EXACT.thermal, reach: 0.1, shipped: shipped.thermal, live: live?.thermal ?? null })}</td>
    <td>${cell(live?.magnetic, shipped.magnetic)}</td>
    <td class="wide">${forest({ exact: EXACT.magnetic, reach: 0.05, shipped: shipped.magnetic, live: live?.magnetic ?? null })}</td>
    <td><button class="small rerun" aria-pressed=${chosen ? 'true' : 'false'} aria-label="Rerun ${name}, about ${time}" @click=${() => figure.rerun(id)}>${shownTime}</button></td>
  </tr>`;
}

/** The chosen row, step by step. */
export function rowDetail(figure: TableFigure, report: TableReport | undefined): TemplateResult {
  const { row } = figure.values;
  const live = report?.rows[row];
  const failure = live?.failure ? html`<p class="error" role="alert" part="error">${live.failure}</p>` : nothing;
  const words = html`<p class="small status">${statusOf(row, live, figure.values)}</p>`;
  if (!isRule(row))
    return html`<div class="stack detail-words"><strong>${ROWS[row].name}</strong>${words}${failure}${agreement(row, live, figure.values)}</div>`;
  const columns = figure.width < 560 ? 1 : figure.width < 800 ? 2 : 3;
  const width = columns === 3 ? (figure.width - 48 - 190) / 2 : columns === 2 ? (figure.width - 24) / 2 : figure.width;
  return html`<div class="detail">
    <div class="stack detail-words"><strong>${ROWS[row].name}</strong>${words}${failure}
      ${live?.filter ? html`${filterPicture(live.filter.side, live.filter.weights)}<span class="small quiet">its filter: a square’s area is a weight, open ones are below zero</span>` : nothing}</div>
    ${byStep(row, live, 'thermal', width)} ${byStep(row, live, 'magnetic', width)}
  </div>`;
}

export function statusOf(row: RowId, live: LiveRow | undefined, { size, samples }: FlowValues): string {
  if (live === undefined) return 'starting';
  if (live.stage === 'training') return `training on 8 × 8 critical spins: epoch ${Math.round(live.done * 50)} of 50`;
  if (live.stage === 'done' && !isRule(row)) return 'done, by the code of the study rg-zoo';
  if (!isRule(row)) return `${live.stage}: ${Math.floor(100 * live.done)} %`;
  return `${grouped(live.count)} of ${grouped(samples)} configurations of ${size} × ${size} at the critical point`;
}

/** What does tell a layer from its null: couplings between neighbours over those of all pairs (couplings-flow). */
export function contrastTable(): TemplateResult {
  const of = (data: string, layer: number) =>
    SHIPPED.contrast.rows.find((row) => row.data === data && row.layer === layer)?.contrast ?? null;
  const text = (estimate: Estimate | null) =>
    estimate === null ? '–' : estimate.error === null ? estimate.value.toFixed(2) : estimateText(estimate);
  const layers = [...new Set(SHIPPED.contrast.rows.filter(({ data }) => data === 'ising').map(({ layer }) => layer))];
  return html`<table class="contrast"><caption class="small quiet">Coupling of neighbouring units over that of all pairs, in a stack trained on 16 × 16 spins</caption>
    <thead><tr><th scope="col">layer</th><th scope="col">Ising</th><th scope="col">shuffled sites</th></tr></thead>
    <tbody>${layers.map((layer) => html`<tr><th scope="row">${layer}</th><td>${text(of('ising', layer))}</td><td>${text(of('shuffled', layer))}</td></tr>`)}</tbody></table>`;
}

/** Whether a rerun of a study gives its shipped numbers. */
function agreement(
  row: RowId,
  live: LiveRow | undefined,
  { size, samples, seed }: FlowValues,
): TemplateResult | typeof nothing {
  if (live?.stage !== 'done' || isRule(row)) return nothing;
  const {
    side,
    samples: theirs,
    seed: own,
  } = SHIPPED.zoo.parameters as { side: number; samples: number; seed: number };
  if (side !== size || samples !== theirs || String(seed) !== String(own)) {
    return html`<p class="small quiet">With other settings than those of the shipped numbers.</p>`;
  }
  const shipped = shippedNumbers(row);
  const same = (['coupling', 'thermal', 'magnetic'] as const).every((quantity) => {
    const [a, b] = [live[quantity], shipped[quantity]];
    return a === null ? b === null : b !== null && Math.abs(a.value - b.value) <= 1e-7 * Math.abs(b.value);
  });
  return html`<p class="small">${same ? 'The same numbers as the shipped ones, to all their digits.' : 'These numbers differ from the shipped ones.'}</p>`;
}

const LABELS = { thermal: 'y_T', magnetic: 'y_h' } as const;
const DOMAINS = { thermal: [0.7, 1.3], magnetic: [1.65, 2.0] } as const;

function byStep(
  row: RowId,
  live: LiveRow | undefined,
  quantity: 'thermal' | 'magnetic',
  width: number,
): TemplateResult {
  if (!isRule(row)) return html``;
  const exact = EXACT[quantity];
  const points = (
    steps: readonly { step: number; thermal: Estimate | null; magnetic: Estimate | null }[],
    shift: number,
  ) =>
    steps.flatMap((own) => {
      const estimate = own[quantity];
      return estimate === null ? [] : [[own.step + shift, estimate.value, estimate.error ?? 0] as const];
    });
  const [old, now] = [points(SHIPPED.rules.rows[row].steps, -0.06), points(live?.steps ?? [], 0.06)];
  const words = now
    .map(([step, value, error]) => `step ${Math.round(step)}: ${estimateText({ value, error })}`)
    .join(', ');
  const marks: Mark[] = [
    { kind: 'line', y: exact, name: `exact ${exact}` },
    { kind: 'trace', points: old.map(([x, y]) => [x, y] as const), tone: 'quiet' },
    { kind: 'dots', points: old, tone: 'quiet', radius: 3 },
    { kind: 'trace', points: now.map(([x, y]) => [x, y] as const) },
    { kind: 'dots', points: now },
  ];
  return plot({
    label: `${LABELS[quantity].replace('_', ' ')} by step of ${ROWS[row].name}; ${words || 'nothing measured yet'}; exact ${exact}.`,
    width,
    height: 210,
    x: {
      label: 'block-spin steps',
      domain: [0.6, RULE_STEPS + 0.9],
      ticks: RULE_STEPS,
      format: (n) => (Number.isInteger(n) ? String(n) : ''),
    },
    y: { label: quantity === 'thermal' ? 'thermal exponent' : 'magnetic exponent', domain: DOMAINS[quantity] },
    marks,
  });
}

/** The tables behind it: the last numbers of all rows, and those of rules by step. */
export function methodTables(report: TableReport | undefined): readonly Table[] {
  const rows = sortedRows('kind').map((id) => {
    const [shipped, live] = [shippedNumbers(id), report?.rows[id]];
    const both = (['coupling', 'thermal', 'magnetic'] as const).flatMap((quantity) => [
      estimateText(shipped[quantity]),
      estimateText(live?.[quantity] ?? null),
    ]);
    return [ROWS[id].name, KIND_NAMES[ROWS[id].kind], ...both];
  });
  for (const { name, kind, thermal, magnetic, reason } of SHIPPED.reported) {
    const none = reason === null ? '–' : `not evaluable: ${reason}`;
    const texts = [thermal, magnetic].flatMap((own) => [own === null ? none : estimateText(own), '–']);
    rows.push([name, KIND_NAMES[kind], '–', '–', ...texts]);
  }
  const head = ['method', 'kind', 'K_c', 'K_c, here', 'y_T', 'y_T, here', 'y_h', 'y_h, here'];
  const steps = sortedRows('kind')
    .filter(isRule)
    .flatMap((id) =>
      SHIPPED.rules.rows[id].steps.map(({ step, thermal, magnetic, truncation }, k) => {
        const live = report?.rows[id]?.steps[k];
        const digits = (value: number | null | undefined) =>
          value === null || value === undefined ? '–' : value.toFixed(4);
        return [
          ROWS[id].name,
          String(step),
          estimateText(thermal),
          estimateText(live?.thermal ?? null),
          digits(live?.truncation.thermal ?? truncation.thermal),
          estimateText(magnetic),
          estimateText(live?.magnetic ?? null),
          digits(live?.truncation.magnetic ?? truncation.magnetic),
        ];
      }),
    );
  const stepHead = ['rule', 'step', 'y_T', 'y_T, here', 'truncation of y_T', 'y_h', 'y_h, here', 'truncation of y_h'];
  return [
    { title: 'All methods: shipped, and rerun here', head, rows },
    { title: 'Blocking rules by step', head: stepHead, rows: steps },
  ];
}
