/** `<blockspin-fields>`: the experiment of Mehta and Schwab, beside its null. */

import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { defineFigure, Figure } from '../figure/figure.js';
import { choice, toggle } from '../parts/controls.js';
import type { Elsewhere } from '../parts/leave.js';
import type { Table } from '../parts/table.js';
import { compactOf, evidenceTable, fieldTables, radiiPlot, trainingPlot } from './evidence.js';
import { montageOf, rowOf } from './montage.js';
import { overlay, room } from './overlay.js';
import { programOf } from './program.js';
import type { FieldsReport } from './scene.js';
import { settingsFields } from './settings.js';
import { FIELDS, SHOWN, SIDES, type Side, STEPS } from './spec.js';
import { styles } from './style.js';
import { comparisonOf, costOf, nameOf, stateOf } from './words.js';

/** Where the columns of the style sheet change, in pixels. */
const WIDE = 704;

/** The experiment: `<blockspin-fields control="shuffled">`. */
export class FieldsElement extends Figure<typeof FIELDS.properties, FieldsReport> {
  static override styles = [...Figure.styles, styles];
  protected readonly scene = 'fields';
  protected override get lasting(): boolean {
    return true;
  }
  #asked = false;
  #missing = '';
  #epoch = '';
  #told = '';

  protected override received(report: FieldsReport): void {
    if (report.wanted) void this.#giveResults();
    const { progress } = report;
    if (progress === null || progress.epochs === 0) return;
    const epoch = `${progress.layer} ${progress.epoch}`;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    const last = (side: Side) => report.sides[side]?.history[progress.layer - 1]?.[progress.epoch - 1];
    const pseudoLikelihood = Object.fromEntries(SIDES.map((side) => [side, last(side)]));
    const detail = { layer: progress.layer, epoch: progress.epoch, pseudoLikelihood };
    this.dispatchEvent(new CustomEvent('epoch', { detail, bubbles: true, composed: true }));
  }

  /** Of a run, or of the results that are shown; not again after each look at them. */
  protected override outcome(): unknown {
    const { hash, source } = this.report ?? {};
    const news = JSON.stringify([hash, source]);
    if (!hash?.spins || news === this.#told) return undefined;
    this.#told = news;
    return { hash, source };
  }

  /** Fetches the file of results and gives it to the scene. */
  async #giveResults(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    this.#missing = '';
    try {
      // kept literal, so that bundlers find the file
      const response = await fetch(new URL('./experiment.bin', import.meta.url));
      if (!response.ok) throw new Error(`the server answers ${response.status}`);
      await this.call('results', new Uint8Array(await response.arrayBuffer()));
      this.resume(); // it may have come to its end without them
    } catch (error) {
      if (!this.isConnected) return;
      this.#missing = `The results that come with this figure could not be loaded (${(error as Error).message}): train it here instead.`;
      this.requestUpdate();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asked = false; // another worker needs them again
  }

  /** The stack on the spins or on the control, as a safetensors file; that of the shipped results has rounded weights. */
  stack(side: Side): Promise<Uint8Array> {
    return this.call('stack', side) as Promise<Uint8Array>;
  }

  override render(): TemplateResult {
    const { report, values } = this;
    const half = this.width < WIDE ? this.width : this.width / 2 - 12;
    return html`<figure part="figure">
      ${this.problems()} ${this.#missing === '' || values.live ? nothing : html`<p class="error" part="error">${this.#missing}</p>`}
      ${this.#runBar()}
      <div class="row between">${this.#tabs()}<div class="row">${choice(this, 'control')}${values.control === 'shuffled' ? toggle(this, 'restored') : nothing}</div></div>
      <div class="columns halves">${SIDES.map((side) => this.#fields(side))}</div>
      <p class="small quiet note">Blue is negative, red positive, each layer on its own scale; the sign of a unit is arbitrary, and so is its number. Choose a field to enlarge it.</p>
      <div class="columns halves">
        <div class="stack">${this.#enlarged()} ${trainingPlot(report, values.epochs, half)}</div>
        <div class="stack">${evidenceTable(report, values)}
          ${radiiPlot(report, values, half)}
          <p class="small quiet note"><span class="key"></span> spins <span class="key second"></span> control. A field is called compact if its radius is below a quarter of the side L; one that is spread over the lattice has 0.41 L (“no place”).</p></div>
      </div>
      <div class="columns halves">${SIDES.map((side) => this.#pairs(side))}</div>
      <div class="columns halves">${SIDES.map((side) => this.#own(side))}</div>
      ${settingsFields(this)}
      ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  /** What is shown, and what makes it anew. */
  #runBar(): TemplateResult {
    const { report, values } = this;
    const { live, epochs } = values;
    if (!live) {
      const shipped = report?.source === 'shipped';
      const words = shipped
        ? html`Results that came with the page: ${epochs} epochs per layer, seed ${values.seed}, SHA-256 ${report.hash.spins?.slice(0, 12)}…`
        : report === undefined || (report.wanted && this.#missing === '')
          ? 'Loading the results.'
          : 'Nothing is trained yet at these settings.';
      return html`<div class="row toolbar" part="toolbar"><button class="main" @click=${() => this.#train()}>Train it here</button>
        <span class="small quiet grow">${words}<br>${costOf(values)}</span></div>`;
    }
    const progress = report?.progress;
    const state = progress ? stateOf(progress, epochs) : 'Starting';
    const threads = progress && progress.threads > 1 ? `, up to ${progress.threads} threads` : '';
    const hash = report?.hash.spins ? html`; SHA-256 ${report.hash.spins.slice(0, 12)}…` : nothing;
    return html`${this.toolbar(
      html`<progress class="grow" max="1" .value=${progress?.done ?? 0} aria-label="Share of the training that is done"></progress>
        <button class="small" @click=${() => this.assign('live', false)}>${report?.known ? 'Back to the shipped results' : 'Stop'}</button>`,
    )}
    <p class="small quiet note">${state}${threads}${hash}. <strong>${report ? comparisonOf(report) : ''}</strong></p>`;
  }

  #train(): void {
    this.assign('paused', false);
    this.assign('live', true);
  }

  get #units(): number[] {
    return this.values.network.split(/[-,]/).map((text) => Math.max(1, Number.parseInt(text, 10) || 1));
  }

  /** The layer that is shown. */
  get #layer(): number {
    return Math.min(this.report?.layer ?? this.values.layer, this.#units.length);
  }

  #tabs(): TemplateResult {
    const there = this.report?.sides.spins?.layers ?? 0;
    return html`<div class="row tabs" part="tabs" role="group" aria-label="Layer">
      ${this.#units.map(
        (
          units,
          k,
        ) => html`<button aria-pressed=${this.#layer === k + 1 ? 'true' : 'false'} ?disabled=${there > 0 && k + 1 > there}
          @click=${() => this.assign('layer', k + 1)}>Layer ${k + 1}<span class="small units"> ${units} units</span></button>`,
      )}</div>`;
  }

  #fields(side: Side): TemplateResult {
    const { report, values } = this;
    const { size } = values;
    const units = this.#units[this.#layer - 1];
    const montage = montageOf(units, [size, size]);
    const one = report?.sides[side];
    const name = nameOf(side, values);
    const which = montage.shown < units ? `first ${montage.shown} of ${units} units` : `all ${units} units`;
    const count = one ? `${compactOf(one, size)} of ${units} compact` : '';
    const label = `Receptive fields of layer ${this.#layer}, ${which}. ${name}. ${count}.`;
    const chosen = report?.unit?.side === side ? report.unit.number : undefined;
    const nameOfUnit = (unit: number) => {
      const radius = one?.places.radii[unit];
      return `Unit ${unit + 1}${radius === undefined || Number.isNaN(radius) ? '' : `: radius ${radius.toFixed(1)} sites`}`;
    };
    const choose = (unit: number) => {
      this.assign('side', side);
      this.assign('unit', unit);
    };
    return html`<div class="stack">
      <div class="title"><strong class=${side}>${name}</strong><span class="small quiet">${which}${count === '' ? nothing : html`; ${count}`}</span></div>
      <div class="picture">${this.sceneCanvas(`fields-${side}`, label, 'tiles')}
        ${guard([one?.places, chosen, units, size], () => overlay({ montage, label, name: nameOfUnit, chosen, choose }))}</div>
    </div>`;
  }

  #enlarged(): TemplateResult {
    const unit = this.report?.unit;
    const { size } = this.values;
    const place = unit?.place;
    const where = place
      ? `centre at row ${place.centre[0].toFixed(1)}, column ${place.centre[1].toFixed(1)}; radius ${place.radius.toFixed(1)} sites`
      : 'no place';
    const number = (value: number | undefined, decimals: number) =>
      value === undefined ? '–' : value.toFixed(decimals);
    return html`<strong>${unit ? `Unit ${unit.number + 1} of layer ${this.#layer}, ${unit.side === 'spins' ? 'spins' : 'control'}` : 'A unit'}</strong>
      <div class="pair">
        <div>${this.sceneCanvas('place', `The field on the torus: ${where}.`, 'tiles square')}<p class="small quiet note">On the torus, edges joined</p></div>
        <div>${this.sceneCanvas('centred', 'The same field, shifted so that its centre is in the middle.', 'tiles square')}<p class="small quiet note">Shifted to its centre</p></div>
      </div>
      <dl class="numbers small">
        <dt>radius (dashed circle)</dt><dd>${number(place?.radius, 1)} sites <span class="quiet">(a quarter of the side: ${size / 4})</span></dd>
        <dt>area it takes part in</dt><dd>${number(place?.area, 0)} sites <span class="quiet">(noise would have ${Math.round(size ** 2 / 3)})</span></dd>
        <dt>centre (row, column)</dt><dd>${number(place?.centre[0], 1)}, ${number(place?.centre[1], 1)}</dd>
        <dt>largest |r|</dt><dd>${unit ? unit.largest.toPrecision(3) : '–'}</dd>
      </dl>`;
  }

  #pairs(side: Side): TemplateResult {
    const { size } = this.values;
    const units = this.#units[this.#layer - 1];
    const name = side === 'spins' ? 'Spins' : 'Control';
    return html`<div class="stack">
      <strong class=${side}>${name}: what ${units} numbers remember</strong>
      <div class="picture">${this.sceneCanvas(`pairs-${side}`, `${SHOWN} held-out configurations above, below each what comes back from the ${units} means of layer ${this.#layer}.`, 'tiles')}${room(rowOf(SHOWN, 2, [size, size]))}</div>
      <p class="small quiet note">Above: configurations on which it was not trained. Below: what comes back from layer ${this.#layer}.</p>
    </div>`;
  }

  #own(side: Side): TemplateResult {
    const { size } = this.values;
    const name = side === 'spins' ? 'Spins' : 'Control';
    return html`<div class="stack">
      <strong class=${side}>${name}: what the stack generates</strong>
      <div class="picture">${this.sceneCanvas(`own-${side}`, `${SHOWN} configurations that the stack generates from its top layer.`, 'tiles')}${room(rowOf(SHOWN, 1, [size, size]))}</div>
      <p class="small quiet note">Configurations of its own: ${STEPS} Gibbs steps in the top layer, then down by samples.${
        side === 'spins'
          ? html` <button class="link" @click=${() => this.#generateOthers()}>Generate others</button>`
          : nothing
      }</p>
    </div>`;
  }

  async #generateOthers(): Promise<void> {
    await this.ask('others');
    this.resume();
  }

  protected override words(): string {
    const { report, values } = this;
    if (report === undefined) return '';
    const { progress } = report;
    const counts = SIDES.flatMap((side) => {
      const one = report.sides[side];
      return one
        ? [`${nameOf(side, values)}: ${compactOf(one, values.size)} of ${one.places.radii.length} fields compact.`]
        : [];
    });
    const state = progress ? `${stateOf(progress, values.epochs)}.` : '';
    return [state, `Layer ${report.layer}.`, ...counts, comparisonOf(report)].join(' ').trim();
  }

  override tables(): readonly Table[] {
    return fieldTables(this.report, this.values);
  }

  protected override elsewhere(): Elsewhere {
    const file = (side: Side) => ({
      label: `Safetensors: ${side}${this.report?.source === 'shipped' ? ' (rounded)' : ''}`,
      name: `blockspin-fields-${side}.safetensors`,
      make: async () => new Blob([(await this.stack(side)) as Uint8Array<ArrayBuffer>]),
    });
    const { size, coupling, samples, network, epochs, rate, l1, seed } = this.values;
    return {
      program: programOf(this.values),
      command: `npx blockspin run mehta-schwab --side ${size} --coupling ${coupling} --samples ${samples} --hidden ${network.replaceAll('-', ',')} --epochs ${epochs} --learning-rate ${rate} --l1 ${l1} --precision fixed16 --seed ${seed}`,
      files: this.report?.sides.spins ? SIDES.map(file) : [],
    };
  }
}

defineFigure(FIELDS, FieldsElement as never);
