/** `<blockspin-flow>`: is it the renormalization group? */

import { html, nothing, type TemplateResult } from 'lit';
import { criticalCoupling } from '../../exact/index.js';
import { later } from '../base/frames.js';
import { defineFigure, Figure } from '../figure/figure.js';
import { choice, list, slider } from '../parts/controls.js';
import { grouped } from '../parts/grouped.js';
import type { Elsewhere } from '../parts/leave.js';
import type { Table } from '../parts/table.js';
import { couplingPlane, couplingsStatus, couplingsTables, couplingsWords } from './couplingsView.js';
import { exponentPlane, planeNotes, planeStatus, planeTables } from './planeView.js';
import { elsewhereOf } from './programs.js';
import { SHIPPED } from './results.js';
import { ROWS, type RowId } from './rows.js';
import type { FlowReport } from './scene.js';
import { FLOW } from './spec.js';
import { phaseCharts, spectrumChart, spectrumNumbers, spectrumTables, spectrumWords } from './spectrumView.js';
import { styles } from './style.js';
import { contrastTable, methodTable, methodTables, rowDetail, statusOf, type TableFigure } from './tableView.js';

/** Where two charts stand below each other, in pixels. */
const NARROW = 560;

const SAMPLES = [12_800, 25_600, 128_000, 512_000, 1_280_000];
const SIZES = [32, 64, 128];
const K_C = [{ value: criticalCoupling, name: 'critical' }];

/** Methods and rules of renormalization beside each other: `<blockspin-flow view="spectrum">`. */
export class FlowElement extends Figure<typeof FLOW.properties, FlowReport> {
  static override styles = [...Figure.styles, styles];
  protected readonly scene = 'flow';

  protected override received(report: FlowReport): void {
    if (this.running) this.dispatchEvent(new CustomEvent('sample', { detail: report, bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    return html`<figure part="figure">
      ${this.problems()} ${this.#view()} ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  /** The report, if it is one of the present view. */
  #of<V extends FlowReport['view']>(view: V): Extract<FlowReport, { view: V }> | undefined {
    return this.report?.view === view ? (this.report as Extract<FlowReport, { view: V }>) : undefined;
  }

  #view(): TemplateResult {
    switch (this.values.view) {
      case 'table':
        return this.#table();
      case 'flow':
        return this.#flow();
      case 'couplings':
        return this.#couplings();
      case 'spectrum':
        return this.#spectrum();
    }
  }

  /** Chooses a row, or begins it anew. */
  rerun(id: RowId): void {
    if (this.values.row === id) void this.shown(this.reset());
    else this.assign('row', id);
    this.play();
  }

  #sampling(): TemplateResult {
    return html`${list(this, 'size', SIZES, (L) => `${L} × ${L}`)} ${list(this, 'samples', SAMPLES, (n) => `${grouped(n)} configurations`)}`;
  }

  #table(): TemplateResult {
    const report = this.#of('table');
    const { seeds, samples, size } = SHIPPED.rules;
    return html`${methodTable(this as unknown as TableFigure, report)}
      <figcaption><span class="legend"><span class="key old">shipped</span><span class="key">measured here, now</span></span>
        Bars are 2σ and statistical only. Blocking rules: third step of ${size} × ${size}, mean of ${seeds} seeds of ${grouped(samples)} configurations, truncation up to 0.1 in <i>y</i><sub>T</sub> (table below); the others: ${SHIPPED.zoo.command}.
        * triangular lattice, exact <i>K</i><sub>c</sub> = 0.2747. For second-order cumulants textbooks quote <i>K</i><sub>c</sub> = 0.2514 and <i>y</i><sub>T</sub> = 1.053; the published recursion, whose coefficients an enumeration of clusters confirms, gives the numbers here. An arrow points to a value outside. Times are those of one core of ours.</figcaption>
      ${this.toolbar(html`<span class="grow"></span>`, this.#sampling())}
      ${later(() => [rowDetail(this as unknown as TableFigure, report), contrastTable()])}`;
  }

  #flow(): TemplateResult {
    const report = this.#of('flow');
    return html`${exponentPlane(report, this.width)}
      <figcaption><span class="legend"><span class="key">block spins</span><span class="key second">a layer trained here</span><span class="key third">nulls</span><span class="key old">shipped, until there is more</span></span>
        Each line is one rule: its first, second and third step from small dots to the large one, with 1σ bars. ${planeNotes(report)}</figcaption>
      ${this.toolbar(html`<span class="small quiet grow">${planeStatus(report, this.values.samples)}</span>`, this.#sampling())}`;
  }

  #couplings(): TemplateResult {
    const report = this.#of('couplings');
    const { samples } = this.values;
    return html`<div class="settings few">${slider(this, 'coupling', K_C)} ${list(this, 'size', [32, 64], (L) => `${L} × ${L}`)} ${list(this, 'samples', [1280, 6400, 25_600, 128_000], (n) => `${grouped(n)} configurations`)}</div>
      ${couplingPlane(report, this.width)}
      <figcaption><span class="legend"><span class="key">block spins, measured here</span><span class="key old">shipped</span><span class="key second">layers of a trained stack</span><span class="key third">its null</span></span>
        Each line begins with spins of one <i>K</i> and goes on to their block spins, majorities of 2 × 2, or to the next hidden layers; the last dot is the largest, bars are 1σ. Fitted by pseudo-likelihood with couplings to third neighbours; the others, and those of more than two spins, are left out.</figcaption>
      ${this.toolbar(html`<span class="small quiet grow">${couplingsStatus(report, samples)}</span>`)}`;
  }

  #spectrum(): TemplateResult {
    const report = this.#of('spectrum');
    const { coupling, steps } = this.values;
    const half = this.width < NARROW ? this.width : (this.width - 24) / 2;
    return html`<div class="settings">${slider(this, 'coupling', K_C)} ${choice(this, 'method')} ${list(this, 'bond', [8, 12, 16, 24], String)} ${choice(this, 'other')} ${list(this, 'otherBond', [4, 6, 8, 10], String)} ${list(this, 'steps', [12, 24, 32, 40], String)}</div>
      <div class="pair">${spectrumChart(report?.runs[0], steps, coupling, half)}${spectrumChart(report?.runs[1], steps, coupling, half)}</div>
      <figcaption><span class="legend"><span class="key">odd under a flip of all spins</span><span class="key second">even</span></span>
        Exact at the critical point: the identity 0, the spin σ, the energy ε; at 9/8 the first descendants of σ; at 2 the stress tensor and descendants of ε.</figcaption>
      ${report ? html`<div class="pair">${phaseCharts(report, steps, coupling, half)}</div><figcaption><span class="legend"><span class="key">first method</span><span class="key second">second</span></span></figcaption>${spectrumNumbers(report, coupling)}` : nothing}
      ${this.toolbar()}`;
  }

  protected override words(): string {
    const { view, row, samples } = this.values;
    switch (view) {
      case 'table':
        return `${ROWS[row].name}: ${statusOf(row, this.#of('table')?.rows[row], this.values)}.`;
      case 'flow':
        return `${planeStatus(this.#of('flow'), samples)}.`;
      case 'couplings':
        return couplingsWords(this.#of('couplings'));
      case 'spectrum':
        return spectrumWords(this.#of('spectrum'));
    }
  }

  override tables(): readonly Table[] {
    switch (this.values.view) {
      case 'table':
        return methodTables(this.#of('table'));
      case 'flow':
        return planeTables(this.#of('flow'));
      case 'couplings':
        return couplingsTables(this.#of('couplings'));
      case 'spectrum':
        return spectrumTables(this.#of('spectrum'));
    }
  }

  protected override elsewhere(): Elsewhere {
    return elsewhereOf(this.values);
  }
}

defineFigure(FLOW, FlowElement as never);
