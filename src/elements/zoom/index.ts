/** `<blockspin-zoom>`: into a critical lattice and out again. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { defineFigure, Figure } from '../figure/figure.js';
import { choice, list, slider, toggle } from '../parts/controls.js';
import { CRITICAL_TEMPERATURE } from '../parts/critical.js';
import { grouped } from '../parts/grouped.js';
import { seedlingOf } from '../parts/growthPlan.js';
import { programOf } from '../parts/latticeProgram.js';
import type { Elsewhere } from '../parts/leave.js';
import { PanAndZoom } from './gestures.js';
import type { ZoomReport } from './scene.js';
import { ZOOM } from './spec.js';
import { styles } from './style.js';

/** Pixels of the canvas along a side at most: what can be drawn in some milliseconds. */
const MAX_PIXELS = 1200;
/** Powers of two per second of the film, and per step where motion is to be reduced. */
const FILM_SPEED = 0.6;

/** A window into a large lattice: `<blockspin-zoom size="4096">`. */
export class ZoomElement extends Figure<typeof ZOOM.properties, ZoomReport> {
  static override styles = [...Figure.styles, styles];
  protected readonly scene = 'zoom';
  protected override readonly hasTables = false;
  /** Nothing is ended: spins that stand still can be looked at. */
  protected override outcome(): undefined {}

  #pixels = '';
  #film: number | undefined;
  #gestures: PanAndZoom | undefined;

  protected override received({ grown, side }: ZoomReport): void {
    if (!grown || this.#told === side) return;
    this.#told = side;
    this.dispatchEvent(new CustomEvent('grown', { detail: { size: side }, bubbles: true, composed: true }));
  }
  #told = 0;

  /** Zooms out from the smallest scale to the whole lattice, or ends that. */
  film(): void {
    if (this.#film !== undefined) {
      this.#endFilm();
      return;
    }
    if (this.values.zoom < 0.5) this.assign('zoom', this.#deepest);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let last = performance.now();
    const next = (now: number) => {
      const step = calm ? 1 : (FILM_SPEED * (now - last)) / 1000;
      last = now;
      const zoom = Math.max(0, this.values.zoom - step);
      this.assign('zoom', zoom);
      if (zoom === 0) this.#endFilm();
      else this.#film = calm ? window.setTimeout(() => next(0), 1200) : requestAnimationFrame(next);
    };
    this.#film = requestAnimationFrame(next);
  }

  #endFilm(): void {
    if (this.#film === undefined) return;
    cancelAnimationFrame(this.#film);
    clearTimeout(this.#film);
    this.#film = undefined;
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    this.#endFilm();
    super.disconnectedCallback();
  }

  /** The zoom at which a spin is some ten pixels wide. */
  get #deepest(): number {
    return Math.min(10, Math.log2(this.values.size / 64));
  }

  override render(): TemplateResult {
    return html`<figure part="figure">
      ${this.problems()}
      <div class="columns zoom-columns">
        <div class="frame" tabindex="0" role="group" aria-label="View of the lattice: arrows move it, plus and minus change its scale"
          @wheel=${this.#on('wheel')} @pointerdown=${this.#on('down')} @pointermove=${this.#on('move')}
          @pointerup=${this.#on('up')} @pointercancel=${this.#on('up')} @keydown=${this.#on('key')} @dblclick=${this.#on('double')}>
          ${this.sceneCanvas('view', this.#words(), 'view')}
          <span class="scale" aria-hidden="true">${this.#scale()}</span>
        </div>
        <div class="stack">
          ${slider(this, 'zoom')}
          <div class="row"><button class="main" @click=${() => this.film()}>${this.#film === undefined ? 'Zoom out as a film' : 'Stop the film'}</button>
            <button @click=${() => this.#look(0.5, 0.5, 0)}>Whole lattice</button></div>
          ${this.#status()}
          ${this.toolbar()}
          ${slider(this, 'temperature', [{ value: CRITICAL_TEMPERATURE, name: 'critical' }])}
          <div class="row">${list(this, 'size', [1024, 2048, 4096, 8192], (L) => `${L} × ${L}`)} ${choice(this, 'rule')}</div>
          ${toggle(this, 'still')}
        </div>
      </div>
      ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  #on(kind: 'wheel' | 'down' | 'move' | 'up' | 'key' | 'double') {
    return (event: Event) => {
      this.#gestures ??= new PanAndZoom({
        get: () => this.values,
        look: (x, y, zoom) => this.#look(x, y, zoom),
        deepest: () => this.#deepest,
      });
      if (kind !== 'move') this.#endFilm();
      this.#gestures[kind](event as never);
    };
  }

  /** Moves the view; one message per frame at most. */
  #look(x: number, y: number, zoom: number): void {
    const wrapped = (place: number) => place - Math.floor(place);
    this.assign('x', wrapped(x));
    this.assign('y', wrapped(y));
    this.assign('zoom', Math.max(0, Math.min(this.#deepest, zoom)));
  }

  #words(): string {
    const { report } = this;
    if (report === undefined) return 'A lattice that is being grown.';
    const across = report.side / 2 ** this.values.zoom;
    const what = report.level === 0 ? 'spins' : `block spins of ${2 ** report.level} × ${2 ** report.level}`;
    return `${Math.round(across)} spins across, shown as ${what}.`;
  }

  #scale(): TemplateResult | typeof nothing {
    const { report } = this;
    if (report === undefined) return nothing;
    const across = report.side / 2 ** this.values.zoom;
    return html`${grouped(across)} spins across · ${report.level === 0 ? 'single spins' : html`blocks of ${2 ** report.level} × ${2 ** report.level}`}`;
  }

  #status(): TemplateResult {
    const { report } = this;
    const { size } = this.values;
    const text =
      report === undefined
        ? 'starting'
        : report.grown
          ? `${report.side} × ${report.side} spins, ${grouped(report.sweeps)} sweeps since it was grown`
          : `growing: ${report.side} × ${report.side} of ${size} × ${size}, ${report.sweeps} sweeps left at this size`;
    return html`<p class="small quiet status">${text}</p>`;
  }

  protected override words(): string {
    const { report } = this;
    if (report === undefined) return '';
    return report.grown ? this.#words() : `Growing: ${report.side} spins per side so far.`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>('canvas.view');
    if (canvas === null || !this.report) return;
    const side = canvas.clientWidth * devicePixelRatio;
    const scale = Math.min(1, MAX_PIXELS / Math.max(1, side));
    const size = {
      width: Math.round(canvas.clientWidth * devicePixelRatio * scale),
      height: Math.round(canvas.clientHeight * devicePixelRatio * scale),
    };
    const key = `${this.workers} ${size.width} ${size.height}`;
    if (key === this.#pixels || size.width === 0) return;
    this.#pixels = key;
    void this.ask('resize', size);
  }

  protected override elsewhere(): Elsewhere {
    const { size, temperature, seed, rule } = this.values;
    const name = rule === 'majority' ? 'majorityRule' : 'decimationRule';
    const imports = { 'blockspin/ising': ['growLattice'], 'blockspin/rg': [name] };
    return {
      program: programOf(imports, [
        'let level;',
        `for await (const { spins, done, sweeps } of growLattice({ size: ${size}, from: ${seedlingOf(size)}, coupling: 1 / ${temperature}, seed: ${seed} })) {`,
        '  if (done === sweeps) level = spins.configurations();',
        '}',
        'while (level.shape[0] >= 32) {',
        `  level = ${name}({ factor: 2 }).apply(level, { seed: ${seed} }); // each level is half as wide`,
        '}',
        'console.log(level.shape);',
      ]),
      command: `npx blockspin sample --size 512 --temperature ${temperature} --count 1 --out critical`,
    };
  }
}

defineFigure(ZOOM, ZoomElement as never);
