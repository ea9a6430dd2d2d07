/** `<blockspin-map>`: the exact map between the renormalization group and RBMs. */

import { html, nothing, type TemplateResult } from 'lit';
import { defineFigure, Figure } from '../figure/figure.js';
import { type Controlled, choice, list, slider } from '../parts/controls.js';
import type { Elsewhere } from '../parts/leave.js';
import type { Table } from '../parts/table.js';
import { energiesPlot, tauPlot, trainingPlot } from './charts.js';
import type { MapCheck } from './check.js';
import { formula } from './formula.js';
import type { LatticeName } from './lattices.js';
import { network, overOf } from './network.js';
import { numberList, stepsText, workText } from './numbers.js';
import { aboutText, isShown, PRESETS, type Preset } from './presets.js';
import { programOf } from './program.js';
import type { MapReport } from './scene.js';
import { MAP, type MapValues } from './spec.js';
import { statementPanel, statementsOf, statementWords } from './statements.js';
import { styles } from './style.js';
import { tablesOf } from './tables.js';
import { textOfWeights, weightsOf } from './weights.js';
import { WeightTable } from './weightTable.js';

const HIDDEN = [1, 2, 3, 4, 5, 6, 8];
const ZERO = [{ value: 0, name: '' }];
/** Steps that one press of the button trains. */
const STEPS = 300;
/** The ends of the slider of the constant; any other can be set. */
const SHIFT = 20;

/** The exact map for a small system: `<blockspin-map lattice="ring-6" coupling="0.5" hidden-spins="3">`. */
export class MapElement extends Figure<typeof MAP.properties, MapReport> {
  static override styles = [...Figure.styles, styles];
  protected readonly scene = 'map';
  #computing = false;
  #refused = '';
  #taken = 0;

  readonly #table = new WeightTable(
    (k, weight) => this.#edit(k, weight),
    (text) => {
      this.#refused = `“${text}” is no number.`;
      this.requestUpdate();
    },
  );

  /** Controls by which another model begins, without what belonged to the last one. */
  readonly #model: Controlled = {
    spec: this.spec,
    values: this.values,
    assign: (name, value) => this.#choose({ weights: '', steps: 0, [name]: value }),
  };

  /** The coupling moves under the weights that there are. */
  readonly #coupling: Controlled = {
    spec: this.spec,
    values: this.values,
    assign: (name, value) => {
      this.#keepWeights();
      this.assign(name, value);
    },
  };

  override connectedCallback(): void {
    super.connectedCallback();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.assign('instant', true);
  }

  protected override received(report: MapReport): void {
    if (report.stale && !this.#computing && this.failure === undefined) {
      this.#computing = true;
      void this.ask('compute').then(() => {
        this.#computing = false;
        // what has changed meanwhile
        if (this.report?.stale) this.received(this.report);
      });
    }
    const { check, training } = report;
    if (check === null || report.stale) return;
    const { deltaF, kl, hiddenGap, exact } = check;
    this.#tell('check', { deltaF, kl, gap: hiddenGap, exact });
    if (training.steps > this.#taken) this.#tell('epoch', { steps: training.steps, kl, deltaF });
    this.#taken = training.steps;
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  // ---- what the reader does

  /** Several properties, one after another. */
  #choose(values: Partial<MapValues>): void {
    this.#refused = '';
    for (const [name, value] of Object.entries(values)) this.assign(name, value);
  }

  /** After training the weights are where they are, and no longer those of a seed. */
  #keepWeights(): void {
    const { report } = this;
    if (report && report.training.steps > 0) this.#own(report.weights, report);
  }

  #edit(k: number, weight: number): void {
    const { report } = this;
    if (!report || report.constant === null) return;
    const weights = [...this.#weights(report)];
    if (weights[k] === weight) return;
    weights[k] = weight;
    this.#own(weights, report);
  }

  /** An RBM with these weights and the present constant. */
  #own(weights: readonly number[], { hidden, constant }: MapReport): void {
    this.#choose({
      ...(this.values.model === 'rbm'
        ? {}
        : { model: 'rbm', hiddenSpins: hidden, shift: (constant as number) - hidden * Math.LN2 }),
      steps: 0,
      weights: textOfWeights(weights),
    });
  }

  /** Those of the property at once, before the worker has told of them. */
  #weights({ weights, lattice, model, sites, hidden, training }: MapReport): readonly number[] {
    const { weights: text, ...present } = this.values;
    const same = present.model === model && present.lattice === lattice && present.hiddenSpins === hidden;
    if (model !== 'rbm' || !same || text === '' || training.steps > 0) return weights;
    try {
      return [...weightsOf(text, sites, hidden)];
    } catch {
      return weights;
    }
  }

  #preset({ values }: Preset): void {
    this.#choose({ weights: '', steps: 0, shift: 0, ...values });
  }

  /** ΔF = 0 for an RBM that is no model of the spins. */
  async #shiftEnergy(): Promise<void> {
    if (this.values.model !== 'rbm') this.#preset(PRESETS[0]);
    await this.matchFreeEnergy();
  }

  /** Adds the constant to the energy that makes ΔF = 0 for the present weights. */
  async matchFreeEnergy(): Promise<void> {
    await this.call('compute');
    const check = this.report?.check;
    if (check) this.assign('shift', this.values.shift - check.deltaF);
  }

  /** Trains by so many more steps. */
  train(steps = STEPS): void {
    const taken = this.report?.training.steps ?? 0;
    if (this.values.steps <= taken) this.assign('steps', taken + steps);
    this.play();
  }

  /** Waits where it is: a link tells of the steps that were taken. */
  override pause(): void {
    super.pause();
    // rejected when the figure is removed
    if (this.report) this.call('taken').then((taken) => this.assign('steps', taken), nowhere);
  }

  override async step(): Promise<void> {
    super.pause();
    this.assign('steps', await this.call('step'));
  }

  /** Back to the first weights. */
  override async reset(): Promise<void> {
    this.assign('steps', 0);
    this.play();
  }

  // ---- what it shows

  override render(): TemplateResult {
    const { report } = this;
    return html`<figure part="figure">
      ${this.problems()} ${report?.problem ? html`<p class="error" role="alert" part="error">${report.problem}.</p>` : nothing}
      ${this.#presets()}
      <p class="about">${report ? formula(aboutText(this.values, report)) : nothing}</p>
      <div class="columns map-columns">
        <div class="stack">${report ? this.#network(report) : nothing} ${this.#controls(report)}</div>
        <div class="stack">${report?.check ? this.#charts(report.check, report) : nothing}</div>
      </div>
      ${report?.check ? this.#statements(report.check) : nothing}
      ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  #presets(): TemplateResult {
    return html`<div class="row" part="presets" role="group" aria-label="Models worth a look">
      ${PRESETS.map((preset) => html`<button aria-pressed=${isShown(preset, this.values)} @click=${() => this.#preset(preset)}>${preset.name}</button>`)}
      <button @click=${() => this.shown(this.#shiftEnergy())}>Shift the energy</button>
      <span class="quiet small">${workText(this.report)}</span>
    </div>`;
  }

  #network(report: MapReport): TemplateResult {
    const { hidden, stale, model } = report;
    // an old check is of other hidden spins
    const check = stale ? null : report.check;
    const lattice = report.lattice as LatticeName;
    return html`${network({ lattice, hidden, weights: this.#weights(report), pairs: check?.pairs ?? null, over: overOf(model, lattice) })}
      <figcaption>Thick lines: large weights; dashed: negative ones. Green: pair couplings of H<sub>RG</sub>(h)${check?.pairs === null ? ', not computed for so many' : ''}.</figcaption>`;
  }

  #controls(report: MapReport | undefined): TemplateResult {
    const { model } = this.values;
    const counted = model === 'rbm' || model === 'independent';
    return html`
      <div class="row halves">${choice(this.#model, 'lattice')}
        ${counted ? list(this.#model, 'hiddenSpins', HIDDEN, String) : html`<div class="control"><span>hidden spins</span><div class="fixed">${report?.hidden ?? ''}</div></div>`}</div>
      ${slider(this.#coupling, 'coupling', ZERO)}
      ${report ? this.#weightsOrWhy(report) : nothing}
      ${this.#constant(report)}`;
  }

  #weightsOrWhy(report: MapReport): TemplateResult | typeof nothing {
    if (report.problem) return nothing;
    if (report.constant !== null) return this.#editor(report);
    return html`<p class="quiet small">This energy is not that of an RBM: it has no weights to drag, and nothing to train.</p>`;
  }

  #editor(report: MapReport): TemplateResult {
    const { training } = report;
    const busy = this.running && training.steps < this.values.steps && !training.over;
    return html`<div class="stack">
      <span class="row"><span class="grow">weights w</span><span class="quiet small">drag, type, or use the arrow keys</span></span>
      ${this.#table.render({ ...report, weights: this.#weights(report) })}
      <p class="error small refused" role="status">${this.#refused}</p>
      <div class="row toolbar" part="toolbar">
        <button class="main" @click=${() => (busy ? this.pause() : this.train())} ?disabled=${training.over}>${busy ? 'Pause' : 'Train'}</button>
        <button @click=${() => this.shown(this.step())} ?disabled=${training.over}>Step</button>
        <button @click=${() => this.reset()} ?disabled=${this.values.steps === 0} title="Back to the first weights">Reset</button>
        <button @click=${() => this.#choose({ model: 'rbm', steps: 0, weights: '', shift: 0, seed: this.values.seed + 1 })} title="Random weights of the next seed">New weights</button>
      </div>
      <p class="quiet small steps">${stepsText(report)}</p>
    </div>`;
  }

  #constant(report: MapReport | undefined): TemplateResult {
    const { shift } = this.values;
    const shown = `${shift.toFixed(2)} kT`;
    return html`<div class="withButton">
      <label class="control" part="control"><span><span>added to E<sub>0</sub></span><span class="value" aria-hidden="true">${shown}</span></span>
        <input type="range" min=${-SHIFT} max=${SHIFT} step="0.01" .value=${String(shift)} aria-valuetext=${shown}
          @input=${(event: Event) => this.assign('shift', Number((event.target as HTMLInputElement).value))}></label>
      <button @click=${() => this.shown(this.matchFreeEnergy())} ?disabled=${!report?.check} title="Adds the constant that makes ΔF zero">Make ΔF = 0</button>
    </div>`;
  }

  #charts(check: MapCheck, report: MapReport): TemplateResult {
    // charts are drawn in pixels, so that their letters are as large everywhere
    const { width } = this;
    const whole = width < 704 ? width : Math.round((width - 24) * (7 / 12));
    const half = width < 480 ? whole : Math.round((whole - 12) / 2);
    return html`<div class="charts">${energiesPlot(check, half)} ${trainingPlot(report.training, half)}</div>
      ${tauPlot(check, whole)} ${numberList(check, this.values)}`;
  }

  #statements(check: MapCheck): TemplateResult {
    return statementPanel(statementsOf(check, this.report?.constant !== null));
  }

  protected override words(): string {
    const { report } = this;
    return report?.check ? statementWords(statementsOf(report.check, report.constant !== null)) : '';
  }

  override tables(): readonly Table[] {
    return this.report?.check ? tablesOf(this.report.check, this.report) : [];
  }

  protected override elsewhere(): Elsewhere {
    return this.report && !this.report.problem ? { program: programOf(this.values, this.report) } : {};
  }
}

const nowhere = () => {};

defineFigure(MAP, MapElement as never);
