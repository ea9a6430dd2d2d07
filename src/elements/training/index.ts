/** `<blockspin-training>`: machines that learn side by side. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Rbm, RbmParameters } from '../../rbm/index.js';
import type { Value } from '../base/spec.js';
import { defineFigure, Figure } from '../figure/figure.js';
import { choice, list, slider } from '../parts/controls.js';
import { CRITICAL_TEMPERATURE } from '../parts/critical.js';
import { dropStyles, FileDrop } from '../parts/fileDrop.js';
import { grouped } from '../parts/grouped.js';
import type { Elsewhere } from '../parts/leave.js';
import { type Montage, sizeOf } from '../parts/montage.js';
import type { Table } from '../parts/table.js';
import { distancePlot, likelihoodPlot, TONES } from './charts.js';
import type { DataReport } from './dataSet.js';
import { PatternEditor } from './editor.js';
import { decimalsOf, machineView } from './machineView.js';
import { METHODS } from './methods.js';
import { patternList } from './patternList.js';
import { PRESETS } from './presets.js';
import { commandOf, passesOf, programOf, updatesPerEpoch } from './program.js';
import type { TrainingReport } from './scene.js';
import { TRAINING } from './spec.js';
import { styles } from './style.js';
import { pictureMontage, tileShape, weightMontage } from './tiling.js';

const T_C = [{ value: CRITICAL_TEMPERATURE, name: 'critical' }];
const HIDDEN = [1, 2, 4, 8, 12, 16, 20, 32, 64, 128];
const SIZES = [4, 6, 8, 12, 16];
const RATES = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];
const LENGTHS = [300, 1000, 3000, 10_000, 30_000, 100_000, 1_000_000];
const EPOCHS = [25, 50, 100, 200, 500];
const STOPS = [0, 1, 0.3, 0.1, 0.03, 0.01];
const SPEEDS = [1, 3, 10, 30, 0];
/** Pixels below which charts are drawn for a narrow figure. */
const NARROW = 480;
const NAMES = ['one', 'one', 'two', 'three'];

/** Machines that learn side by side: `<blockspin-training data="bars" hidden-units="16" second="cd">`. */
export class TrainingElement extends Figure<typeof TRAINING.properties, TrainingReport> {
  static override styles = [...Figure.styles, dropStyles, styles];
  protected readonly scene = 'training';
  protected override get lasting(): boolean {
    return true;
  }
  readonly #editor = new PatternEditor(this);
  readonly #drop = new FileDrop(this, 'rows of bits', async (file) => {
    await this.call('load', file);
    this.assign('data', 'file');
  });
  #data: DataReport | undefined;
  #resizing: ResizeObserver | undefined;
  #judging = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizing = new ResizeObserver(() => this.requestUpdate());
    this.#resizing.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizing?.disconnect();
  }

  protected override received(report: TrainingReport): void {
    if (report.data) this.#data = report.data;
    if (!this.running) return;
    const machines = report.machines.map(({ algorithm, logLikelihood }) => ({ algorithm, logLikelihood }));
    const detail = { epoch: report.epoch, machines };
    this.dispatchEvent(new CustomEvent('epoch', { detail, bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    const { data } = this.values;
    return html`<figure part="figure" @dragover=${this.#drop.over} @dragleave=${this.#drop.left} @drop=${this.#drop.dropped}>
      ${this.problems()} ${this.#controls()}
      ${data === 'drawn' ? this.#editor.render() : nothing}
      ${data === 'file' || this.#drop.told ? this.#drop.render(this.#data?.file) : nothing}
      ${this.toolbar(
        html`<button @click=${() => this.shown(this.judge())} ?disabled=${this.#judging || !this.report?.epoch}
          title="What trainRbm would say at its end: about a second per machine">${this.#judging ? 'Judging …' : 'Judge now'}</button>
        <button @click=${() => this.ask('sample')} ?disabled=${!this.report?.epoch} title="Five more Gibbs steps of each free chain">Sample</button>
        <span class="grow"></span><span class="small quiet">${this.#progress()}</span>`,
      )}
      ${this.#figures()} ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  #controls(): TemplateResult {
    const { data } = this.values;
    const nats = (value: number) => (value === 0 ? 'at the last epoch' : `${value} nats from the best`);
    return html`<div class="row presets" role="group" aria-label="Presets"><span class="small quiet">Try</span>${PRESETS.map(
      ({ name, state }) => html`<button class="small" @click=${() => this.#preset(state)}>${name}</button>`,
    )}</div>
    <div class="controls">
      ${choice(this, 'data')}
      ${data === 'ising' ? html`${list(this, 'size', SIZES, (L) => `${L} × ${L}`)} ${slider(this, 'temperature', T_C)}` : nothing}
      ${list(this, 'hiddenUnits', HIDDEN, String)} ${choice(this, 'algorithm')} ${choice(this, 'second')} ${choice(this, 'third')}
      ${list(this, 'rate', RATES, (rate) => (rate === 0 ? 'each its own' : String(rate)))}
      ${list(this, 'updates', LENGTHS, (updates) => `${grouped(updates)} updates`)}
      ${list(this, 'epochs', EPOCHS, (epochs) => `${epochs} epochs`)} ${list(this, 'until', STOPS, nats)}
      ${list(this, 'speed', SPEEDS, (speed) => (speed === 0 ? 'as fast as it goes' : `${speed} epochs per second`))}
    </div>`;
  }

  #preset(state: Readonly<Record<string, Value>>): void {
    const { seed } = this.values;
    this.state = { ...state, ...(seed === TRAINING.properties.seed.default ? {} : { seed }) };
    this.play();
  }

  #progress(): string {
    const { report, values } = this;
    const data = this.#data;
    if (report === undefined || data === undefined) return values.data === 'file' ? 'waiting for a file' : 'starting';
    const learning = report.machines.filter(({ state }) => state === 'learning');
    const each = grouped(updatesPerEpoch(data.rows, passesOf(values, data.rows)));
    const pace = learning.reduce((sum, machine) => sum + machine.pace, 0);
    const rest = ((values.epochs - report.epoch) * Math.max(pace, values.speed > 0 ? 1000 / values.speed : 0)) / 1000;
    const left = learning.length === 0 || pace === 0 ? '' : ` · ${durationOf(rest)} to go`;
    return `epoch ${report.epoch} of ${values.epochs}, ${each} updates each${left}`;
  }

  #figures(): TemplateResult | typeof nothing {
    const data = this.#data;
    const { report, values } = this;
    if (values.data === 'file' && data?.file === undefined) return nothing;
    if (data === undefined || report === undefined) {
      return this.failure === undefined ? html`<div class="waiting"></div>` : nothing;
    }
    const { machines, scales } = report;
    const tones = TONES.map(String);
    const room = this.offsetWidth < NARROW ? 'narrow' : 'wide';
    return html`<div class="curves">${likelihoodPlot(data, machines, values.epochs, room)} ${distancePlot(data, machines, values.epochs, room)}</div>
      <div class="stack">
        <div class="legend small quiet"><span><i class="swatch data"></i>share of the data</span>${machines.map(
          ({ algorithm }, k) =>
            html`<span><i class="swatch ${tones[k]}"></i>probability under ${METHODS[algorithm].short}</span>`,
        )}</div>
        ${patternList(data, machines, tones)}
        <p class="small quiet note">${this.#about(data)}</p>
      </div>
      <div class="machines ${NAMES[machines.length]}">${machines.map((machine, k) =>
        machineView(machine, k, data, values, scales[k], {
          weights: this.sceneCanvas(`weights-${k + 1}`, weightWords(k, values.hiddenUnits, scales[k]), 'tiles'),
          samples: this.sceneCanvas(`samples-${k + 1}`, `States of a free Gibbs chain of machine ${k + 1}.`, 'tiles'),
        }),
      )}</div>`;
  }

  #about({ rows, width, different, patterns, measured, file }: DataReport): string {
    const what = file === undefined ? '' : `${file}: `;
    const some = patterns.length < different ? `, of which the ${patterns.length} most frequent are shown` : '';
    const first = measured < rows ? `; likelihoods are those of the first ${grouped(measured)} rows` : '';
    return `${what}${grouped(rows)} rows of ${width} bits, ${grouped(different)} different${some}${first}. The bars of all other states together have a scale of their own, 0 to 100 %.`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('data')) this.#drop.forget();
    const data = this.#data;
    if (data === undefined) return;
    const shape = tileShape(data.shape);
    const montages: [string, Montage][] = [
      ['weights', weightMontage(shape, this.values.hiddenUnits)],
      ['samples', pictureMontage(shape)],
    ];
    for (const canvas of this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas.tiles')) {
      const found = montages.find(([name]) => canvas.dataset.scene?.startsWith(name));
      if (found === undefined) continue;
      // a canvas of a worker takes its size only when it is drawn; the page must not jump then
      const { width, height } = sizeOf(found[1]);
      canvas.style.setProperty('aspect-ratio', `${width} / ${height}`);
    }
  }

  override tables(): readonly Table[] {
    const { machines = [] } = this.report ?? {};
    const names = machines.map(({ algorithm }, k) => `${METHODS[algorithm].short} (machine ${k + 1})`);
    const epochs = [...new Set(machines.flatMap(({ curve }) => curve.map(([epoch]) => epoch)))].sort((a, b) => a - b);
    const curves = machines.map(
      ({ curve, exact }) =>
        new Map(curve.map((point) => [point[0], point[1].toFixed(exact ? 5 : decimalsOf(point, false))])),
    );
    const percent = (p: number | undefined) => (p === undefined ? '' : (100 * p).toFixed(4));
    const patterns = (this.#data?.patterns ?? []).map(({ bits, share }, r) => [
      bits.join(''),
      percent(share),
      ...machines.map(({ probabilities }) => percent(probabilities[r])),
    ]);
    return [
      {
        title: 'Mean log-likelihood per row, in nats',
        head: ['epoch', ...names],
        rows: epochs.map((epoch) => [String(epoch), ...curves.map((curve) => curve.get(epoch) ?? '')]),
      },
      { title: 'Patterns: share of the data and probability, in %', head: ['bits', 'data', ...names], rows: patterns },
    ];
  }

  protected override elsewhere(): Elsewhere {
    const data = this.#data;
    const numbered = (this.report?.machines ?? []).map((machine, k) => ({ ...machine, k }));
    const machines = numbered.filter(({ state }) => state !== 'refused');
    if (data === undefined || machines.length === 0) return {};
    const known = { ...data, greys: this.#drop.greys };
    return {
      program: programOf(this.values, machines, known),
      command: commandOf(this.values, machines, known),
      files: machines.flatMap(({ algorithm, k }) =>
        (['safetensors', 'sklearn'] as const).map((format) => ({
          label: `${METHODS[algorithm].short}: ${format === 'sklearn' ? 'npz (scikit-learn)' : format}`,
          name: `blockspin-training-${k + 1}.${format === 'sklearn' ? 'npz' : format}`,
          make: async () => new Blob([(await this.call('encoded', { machine: k, format })) as Uint8Array<ArrayBuffer>]),
        })),
      ),
    };
  }

  protected override words(): string {
    const { epoch, machines } = this.report ?? { epoch: 0, machines: [] };
    const likelihoods = machines.flatMap(({ algorithm, curve, exact }) => {
      const last = curve.at(-1);
      return last ? [`${METHODS[algorithm].short} ${last[1].toFixed(decimalsOf(last, exact))}`] : [];
    });
    return likelihoods.length === 0 ? '' : `Epoch ${epoch}; log-likelihood per row: ${likelihoods.join(', ')} nats.`;
  }

  /** The present RBM of a machine, 0 to 2. */
  async rbm(machine = 0): Promise<Rbm> {
    const parameters = (await this.call('rbm', machine)) as RbmParameters;
    const { Rbm } = await import('../../rbm/index.js');
    return new Rbm(parameters);
  }

  /** Has the package judge the present machines; the judgement is shown. */
  async judge(): Promise<void> {
    this.#judging = true;
    this.requestUpdate();
    try {
      await this.call('judge');
    } finally {
      this.#judging = false;
      this.requestUpdate();
    }
  }

  /** Takes rows of bits from a file as the data. */
  load(file: File): Promise<void> {
    return this.#drop.load(file);
  }
}

const weightWords = (k: number, hidden: number, scale: number): string =>
  `Weights of the ${hidden} hidden units of machine ${k + 1}, from blue for ${-scale} to red for ${scale}.`;

function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

defineFigure(TRAINING, TrainingElement as never);
