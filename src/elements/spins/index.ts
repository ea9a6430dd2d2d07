/** `<blockspin-spins>`: a live Ising model. */

import { html, nothing, type TemplateResult } from 'lit';
import { onsagerEnergy, onsagerMagnetisation } from '../../exact/index.js';
import { formatEstimate } from '../../stats/index.js';
import type { Value } from '../base/spec.js';
import { defineFigure, Figure } from '../figure/figure.js';
import { choice, list, slider } from '../parts/controls.js';
import { CRITICAL_TEMPERATURE } from '../parts/critical.js';
import { dropStyles, FileDrop } from '../parts/fileDrop.js';
import { grouped, roughly } from '../parts/grouped.js';
import { latticeProgram, programOf, sweepLine } from '../parts/latticeProgram.js';
import type { Elsewhere } from '../parts/leave.js';
import { clustersPerSweep } from '../parts/memory.js';
import { type Mark, plot } from '../parts/plot.js';
import type { LiveMean } from '../parts/series.js';
import type { Table } from '../parts/table.js';
import type { SpinsReport } from './scene.js';
import { SPINS } from './spec.js';
import { styles } from './style.js';

/** Where the columns of the style sheet change, in pixels. */
const WIDE = 704;
const NARROW = 416;
const SIZES = [64, 128, 256, 512, 1024, 2048, 4096];
const T_C = [{ value: CRITICAL_TEMPERATURE, name: 'critical' }];
const ZERO = [{ value: 0, name: '' }];

/** Temperatures of the exact curves, denser at T_c. */
const TEMPERATURES = Array.from({ length: 381 }, (_, k) => 0.5 + k / 40)
  .flatMap((T) => (Math.abs(T - CRITICAL_TEMPERATURE) < 0.03 ? [T, (T + CRITICAL_TEMPERATURE) / 2] : [T]))
  .sort((a, b) => a - b);
const EXACT_ENERGY = TEMPERATURES.map((T) => [T, onsagerEnergy(1 / T)] as const);
const EXACT_MAGNETISATION = TEMPERATURES.map((T) => [T, onsagerMagnetisation(1 / T)] as const);

/** A live Ising model: `<blockspin-spins size="1024" temperature="2.27">`. */
export class SpinsElement extends Figure<typeof SPINS.properties, SpinsReport | undefined> {
  static override styles = [...Figure.styles, dropStyles, styles];
  protected readonly scene = 'spins';
  readonly #drop = new FileDrop(this, 'configurations', async (file) => {
    const side = await this.call('load', file);
    this.assign('size', side);
    this.assign('start', 'file');
  });

  /** The reader's file is in the worker. */
  protected override get lasting(): boolean {
    return this.values.start === 'file';
  }

  /** Begins with the first configuration of a file. */
  load(file: File): Promise<void> {
    return this.#drop.load(file);
  }

  protected override changed(values: Readonly<Record<string, Value>>): void {
    if ('start' in values) this.#drop.forget();
    super.changed(values);
  }

  protected override received(report: SpinsReport | undefined): void {
    if (!this.running || report === undefined) return;
    const { sweeps, energy, magnetisation } = report;
    this.dispatchEvent(
      new CustomEvent('sample', { detail: { sweeps, energy, magnetisation }, bubbles: true, composed: true }),
    );
  }

  override render(): TemplateResult {
    const { size, temperature, start } = this.values;
    return html`<figure part="figure" @dragover=${this.#drop.over} @dragleave=${this.#drop.left} @drop=${this.#drop.dropped}>
      ${this.problems()}
      <div class="columns spins-columns">
        <div class="stack">
          ${this.#lattice()}
          ${this.toolbar(html`<span class="grow"></span><span class="small quiet">${this.#speed()}</span>`)}
        </div>
        <div class="stack">
          ${slider(this, 'temperature', T_C)} ${slider(this, 'field', ZERO)}
          <div class="row thirds">${list(this, 'size', SIZES, (L) => `${L} × ${L}`)} ${choice(this, 'method')} ${choice(this, 'start')}</div>
          ${start === 'file' || this.#drop.told ? this.#drop.render(this.report?.file) : nothing}
          ${this.#numbers()} ${this.#curves(size, temperature)} ${this.#trace()}
        </div>
      </div>
      ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  #lattice(): TemplateResult {
    const { size, temperature } = this.values;
    const m = this.report?.magnetisation;
    const words = `Lattice of ${size} × ${size} spins at temperature ${temperature.toFixed(2)}${m === undefined ? '' : `; ${Math.round(50 * (1 + m))} % of them are up`}.`;
    return this.sceneCanvas('lattice', words);
  }

  protected override words(): string {
    const { report } = this;
    if (report === undefined) return '';
    const { energy, magnetisation } = report.means ?? {};
    const e = energy ? formatEstimate(energy) : `${report.energy.toFixed(2)} at present`;
    const m = magnetisation ? formatEstimate(magnetisation) : `${Math.abs(report.magnetisation).toFixed(2)} at present`;
    return `Temperature ${this.values.temperature.toFixed(2)}: energy per spin ${e}, magnetisation ${m}.`;
  }

  #speed(): string {
    const { report } = this;
    if (report === undefined) return '';
    const sweeps = `sweep ${grouped(report.sweeps)}`;
    const clusters = this.#clusters;
    if (clusters === undefined) return `${sweeps} · ${report.speed.toFixed(1)} spins/ns`;
    return `${sweeps} · of ${clusters === 1 ? 'one cluster' : `${grouped(clusters)} clusters`}`;
  }

  /** Clusters that count as a sweep; undefined where spins are updated one by one. */
  get #clusters(): number | undefined {
    const { method, size, temperature } = this.values;
    return method === 'wolff' ? clustersPerSweep(size, 1 / temperature) : undefined;
  }

  #numbers(): TemplateResult {
    const { report } = this;
    const { field } = this.values;
    const exact = this.present?.exact;
    const status =
      report === undefined
        ? this.values.start === 'file'
          ? 'waiting for a file'
          : 'starting'
        : report.since < report.relaxation
          ? relaxing(report.since, report.relaxation)
          : report.means === null
            ? `in equilibrium; error bars ${after(report.needed)}`
            : `in equilibrium; τ = ${report.means.magnetisation.tau?.toPrecision(2) ?? '0'} sweeps`;
    const shown = (now: number | undefined, mean: LiveMean | undefined, unit = '') =>
      mean
        ? `${formatEstimate(mean)}${unit}`
        : now === undefined
          ? '–'
          : html`<span class="quiet">${now.toFixed(4)}${unit} at present</span>`;
    const means = report?.means ?? undefined;
    return html`<dl class="numbers">
      <dt>${field === 0 ? 'energy per spin' : 'energy of bonds per spin'}</dt><dd>${shown(report?.energy, means?.energy, ' J')}${exact === undefined ? '' : html`<span class="quiet">, exact ${exact.toFixed(4)}</span>`}</dd>
      <dt>|magnetisation|</dt><dd>${shown(report && Math.abs(report.magnetisation), means?.magnetisation)}</dd>
      <dt>state</dt><dd>${status}</dd>
    </dl>`;
  }

  /** Width of what stands beside the lattice, or below it. */
  get #half(): number {
    return this.width < WIDE ? this.width : this.width / 2 - 12;
  }

  #curves(size: number, temperature: number): TemplateResult {
    const { report } = this;
    const e = report?.means?.energy ?? (report && { value: report.energy, error: null });
    const m = report?.means?.magnetisation ?? (report && { value: Math.abs(report.magnetisation), error: null });
    const dot = (mean: typeof e): Mark[] =>
      mean
        ? [
            {
              kind: 'dots',
              points: [[temperature, mean.value, mean.error ?? 0]],
              tone: report?.means ? undefined : 'quiet',
            },
          ]
        : [];
    const line: Mark = { kind: 'line', x: CRITICAL_TEMPERATURE, name: 'T_c' };
    const domain = [Math.min(1, temperature), Math.max(5, temperature)] as const;
    const x = { label: 'temperature (J/k)', domain };
    const width = this.#half / (this.width < NARROW ? 1 : 2) - 6;
    return html`<div class="charts">
      ${plot({ label: `Energy per spin against temperature; now ${e?.value.toFixed(3) ?? 'unknown'} at ${temperature.toFixed(2)}.`, width, height: 190, x, y: { label: 'energy per spin (J)', domain: [-2, 0] }, marks: [line, { kind: 'curve', points: EXACT_ENERGY }, ...dot(e)] })}
      ${plot({ label: `Magnetisation against temperature; now ${m?.value.toFixed(3) ?? 'unknown'} at ${temperature.toFixed(2)}.`, width, height: 190, x, y: { label: '|magnetisation|', domain: [0, 1] }, marks: [line, { kind: 'curve', points: EXACT_MAGNETISATION }, ...dot(m)] })}
    </div>
    <figcaption>Grey curves: Onsager and Yang, infinite lattice, no field. A grey dot is the present configuration, a coloured one a mean with its error${size < 256 ? '; a lattice this small is rounded near T_c' : ''}.</figcaption>`;
  }

  #trace(): TemplateResult | string {
    const { report } = this;
    if (report === undefined || report.magnetisations.length < 2) return '';
    const trace = report.magnetisations;
    const [first, last] = [trace[0][0], trace[trace.length - 1][0]];
    const start = last - report.since + report.relaxation;
    return plot({
      label: `Magnetisation from sweep ${first} to ${last}.`,
      width: this.#half,
      height: 130,
      x: { label: 'sweep', domain: [first, Math.max(last, first + 1)] },
      y: { label: 'magnetisation', domain: [-1, 1], ticks: 3 },
      marks: [
        { kind: 'trace', points: trace },
        ...(start > first && start < last ? [{ kind: 'line', x: start, name: 'averages begin' } as const] : []),
      ],
    });
  }

  override tables(): readonly Table[] {
    const { energies = [], magnetisations = [] } = this.report ?? {};
    const rows = energies.map(
      ([sweep, e], k) => [String(sweep), e.toFixed(6), magnetisations[k][1].toFixed(6)] as const,
    );
    return [
      { title: 'Energy and magnetisation against time', head: ['sweep', 'energy per spin (J)', 'magnetisation'], rows },
    ];
  }

  protected override elsewhere(): Elsewhere {
    const { size, temperature, field, method, start, seed } = this.values;
    const { imports, lines } = latticeProgram({
      ...{ size, start, seed, coupling: `1 / ${temperature}` },
      ...(field !== 0 && { field: `${field} / ${temperature}` }),
      ...(method !== 'metropolis' && { method }),
      ...(start === 'file' && { file: { name: this.report?.file ?? 'spins.npz', greys: this.#drop.greys } }),
    });
    const moved = this.report && this.report.since !== this.report.sweeps;
    return {
      program: programOf(imports, [
        ...lines,
        ...(moved ? ['// temperature or field were moved on the way: this is a run at their present values'] : []),
        ...sweepLine(this.report?.sweeps ?? 0, this.#clusters),
        'console.log(lattice.measure());',
      ]),
    };
  }

  /** The present spins: one bit each, row by row, bit k mod 8 of byte ⌊k/8⌋, 1 for up. */
  configuration(): Promise<{ shape: [rows: number, columns: number]; bytes: Uint8Array }> {
    return this.call('configuration') as Promise<{ shape: [number, number]; bytes: Uint8Array }>;
  }
}

/** When the run is long enough against the memory of the lattice. */
function after(sweeps: number): string {
  if (sweeps > 1e9) return 'would need more than a billion sweeps';
  return `after about ${roughly(sweeps)} sweeps`;
}

/** How long a lattice still has to forget its beginning. */
function relaxing(since: number, relaxation: number): string {
  if (relaxation > 1e9) return 'relaxing: that would need more than a billion sweeps';
  const percent = Math.floor((100 * since) / relaxation);
  return `relaxing: ${percent} % of about ${roughly(relaxation)} sweeps`;
}

defineFigure(SPINS, SpinsElement as never);
