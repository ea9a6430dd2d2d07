/** The base class of all elements. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { firstTurn, later } from '../base/frames.js';
import { PAUSE, PLAY, RESET, STEP } from '../base/icons.js';
import { labelOf, onLabels } from '../base/labels.js';
import { Link, type Listener } from '../base/link.js';
import { currentPalette, onSchemeChange } from '../base/palette.js';
import { figuresAllowed, joinShare, leaveShare, onFiguresPaused, type Share } from '../base/share.js';
import { isOwn, type PropertySpecs, type Value } from '../base/spec.js';
import { theme } from '../base/theme.js';
import { forgetWorker, keepWorker } from '../base/workers.js';
import { type Elsewhere, leaveMenu } from '../parts/leave.js';
import { type Table, tableOf } from '../parts/table.js';
import { DeclaredElement } from './declared.js';

export { define as defineFigure } from './declared.js';

/** Milliseconds between two times that a running figure says what it shows. */
const SPOKEN_MS = 20_000;

/**
 * A figure that lives: an element with a simulation in a worker of its own.
 *
 * It does no work before it can be seen, waits while it cannot, and ends its worker when it is removed. Its properties
 * are the physics, declared in its `spec`.
 */
export abstract class Figure<S extends PropertySpecs = PropertySpecs, R = unknown> extends DeclaredElement<S> {
  static override styles = theme;

  /** Name of its scene in the worker. */
  protected abstract readonly scene: string;
  /** The last report of the scene. */
  report: R | undefined;
  /** Why the figure cannot go on. */
  protected failure: string | undefined;
  /** Whether nothing is left to do. */
  protected ended = false;

  /** Its width in CSS pixels, in steps of 8: charts are drawn at their own size, so that letters are as large as in the text. */
  protected width = 720;

  /** Canvases that were given to a worker. */
  readonly #canvases = new WeakSet<HTMLCanvasElement>();
  #link: Link | undefined;
  #seen = false;
  #running = false;
  /** How often its worker was told new values, and of which time the last report is. */
  #told = 0;
  #shown = 0;
  #observer: IntersectionObserver | undefined;
  #ends: (() => void)[] = [];

  // ---- running

  /** Lets it run; without effect while it cannot be seen. */
  play(): void {
    this.assign('paused', false);
  }

  /** Lets it wait. */
  pause(): void {
    this.assign('paused', true);
  }

  /** Makes the smallest step that the figure has, and waits after it. */
  async step(): Promise<void> {
    this.pause();
    await this.call('step');
  }

  /** Begins anew, from the seed. */
  async reset(): Promise<void> {
    this.ended = false;
    this.failure = undefined;
    await this.call('reset');
    this.#follow();
  }

  /**
   * SHA-256, in hexadecimal digits, of what its seed fixes to the bit (the `bits` of its spec), as it is now; null where
   * the page has no SHA-256 because it is not served by https.
   * @throws Error if there is nothing to hash: of `<blockspin-fields>` the event `done` has the hash of each stack, and
   *   numbers of `<blockspin-flow>` are the same only up to rounding
   */
  hash(): Promise<string | null> {
    return this.call('hash') as Promise<string | null>;
  }

  /**
   * Asks the scene, which is started if need be.
   * @throws Error with its sentence, or if the figure was removed
   */
  call(method: string, argument?: unknown): Promise<unknown> {
    this.flush();
    return this.#started().call(method, argument);
  }

  /**
   * As `call`, for buttons: a refusal becomes the sentence that the figure shows; that the figure was removed meanwhile
   * is no news.
   */
  protected async ask(method: string, argument?: unknown): Promise<unknown> {
    return this.shown(this.call(method, argument));
  }

  /** Work whose refusal becomes the sentence that the figure shows; undefined then. */
  protected async shown<T>(work: Promise<T>): Promise<T | undefined> {
    const own = this.#link;
    try {
      return await work;
    } catch (error) {
      if (this.#link !== own || own === undefined) return undefined;
      this.failure = (error as Error).message;
      this.#follow();
      this.requestUpdate();
      return undefined;
    }
  }

  /** Lets a figure that had come to its end work again, after a call that gave it something to do. */
  protected resume(): void {
    this.ended = false;
    this.#follow();
  }

  /** The last report, unless it is of other values than the present ones: those are being prepared. */
  protected get present(): R | undefined {
    return this.#shown === this.#told ? this.report : undefined;
  }

  /** Whether its scene is being prepared. */
  protected get preparing(): boolean {
    return this.failure === undefined && this.present === undefined;
  }

  /** Whether it works at present. */
  get running(): boolean {
    return this.#running;
  }

  // ---- life

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new IntersectionObserver(
      (entries) => {
        // where the page was busy there are several, the oldest first
        this.#seen = entries[entries.length - 1].isIntersecting;
        this.#follow();
      },
      { rootMargin: '100px' },
    );
    this.#observer.observe(this);
    const sizes = new ResizeObserver(([{ contentRect }]) => {
      const width = Math.round(contentRect.width / 8) * 8;
      if (width === 0 || width === this.width) return;
      this.width = width;
      this.style.removeProperty('--_room');
      this.requestUpdate();
    });
    sizes.observe(this);
    const follow = () => this.#follow();
    document.addEventListener('visibilitychange', follow);
    this.#ends = [
      () => this.#observer?.disconnect(),
      () => sizes.disconnect(),
      () => document.removeEventListener('visibilitychange', follow),
      onFiguresPaused(follow),
      onLabels(() => this.requestUpdate()),
      onSchemeChange(() => this.#link?.send({ type: 'palette', palette: currentPalette(this) })),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#seen = false;
    this.#follow();
    // moved within the page, it is connected again at once
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  /** Whether what it did must not be lost while it is out of sight. */
  protected get lasting(): boolean {
    return false;
  }

  #end(): void {
    forgetWorker(this);
    this.#link?.close();
    // what is around it does not move
    const { height = 0 } = this.#inner?.getBoundingClientRect() ?? {};
    if (height > 0 && this.report !== undefined) this.style.setProperty('--_room', `${Math.round(height)}px`);
    this.#link = undefined;
    this.report = undefined;
    this.ended = false;
    this.failure = undefined;
    this.workers++;
    this.requestUpdate(); // canvases for the next worker
  }

  /** Counts the workers it has had: a canvas that a worker had cannot be given to another. */
  protected workers = 0;

  /** Runs or waits, as property, visibility and page say. */
  #follow(): void {
    const visible = this.#seen && this.isConnected && document.visibilityState !== 'hidden';
    const run = visible && figuresAllowed() && !this.values.paused && !this.ended && this.failure === undefined;
    if (visible) {
      this.#started();
      keepWorker(
        this,
        () => this.#seen || this.lasting,
        () => this.#end(),
      );
    }
    const { lowPower } = this.values as { lowPower: boolean };
    if (run) joinShare(this, lowPower, this.#tellShare);
    else leaveShare(this);
    if (run === this.#running) return;
    this.#running = run;
    this.#link?.send({ type: 'run', on: run });
    this.requestUpdate();
  }

  readonly #tellShare = (share: Share): void => this.#link?.send({ type: 'share', ...share });

  #started(): Link {
    if (this.#link) return this.#link;
    const listener: Listener = {
      report: (report, turn) => {
        this.report = report as R;
        this.#shown = turn;
        this.received(this.report);
        this.requestUpdate();
      },
      ended: () => {
        this.ended = true;
        this.#follow();
        const detail = this.outcome();
        if (detail !== undefined)
          this.dispatchEvent(new CustomEvent('done', { detail, bubbles: true, composed: true }));
      },
      failed: (message) => {
        this.failure = message;
        this.#follow();
        this.requestUpdate();
      },
    };
    this.#link = new Link(listener);
    this.#told = 0;
    this.#shown = 0;
    const values = { ...this.values } as Record<string, Value>;
    this.#link.send({ type: 'scene', scene: this.scene, values, palette: currentPalette(this) });
    this.#giveCanvases();
    return this.#link;
  }

  protected override assigned(name: string): void {
    if (isOwn(name)) this.#follow();
  }

  protected override changed(values: Readonly<Record<string, Value>>): void {
    this.ended = false;
    this.failure = undefined;
    if (this.#link) this.#link.send({ type: 'set', values, turn: ++this.#told });
    this.requestUpdate();
    this.#follow();
  }

  /** Every canvas with the attribute `data-scene` is drawn by the scene, under that name. */
  #giveCanvases(): void {
    if (!this.#link) return;
    for (const canvas of this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas[data-scene]')) {
      if (this.#canvases.has(canvas)) continue;
      this.#canvases.add(canvas);
      const offscreen = canvas.transferControlToOffscreen();
      this.#link.send({ type: 'canvas', name: canvas.dataset.scene!, canvas: offscreen }, [offscreen]);
    }
  }

  protected override async scheduleUpdate(): Promise<void> {
    if (!this.hasUpdated) await firstTurn();
    super.scheduleUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // while it has nothing to show it takes the room that it will need: its own of before, or what the page says
    this.#inner?.classList.toggle('empty', this.report === undefined);
    this.#giveCanvases();
  }

  /** All that it shows. */
  get #inner(): Element | null {
    return this.hasUpdated ? this.renderRoot.querySelector('figure') : null;
  }

  /** A subclass looks at each report here, and tells of it by events. */
  protected received(_report: R): void {}

  /** The detail of the event `done` when nothing is left to do; undefined where that is no news. */
  protected outcome(): unknown {
    return this.report;
  }

  // ---- what figures show in common

  /** Buttons to run, wait, step and begin anew; and what else a figure puts beside them. */
  protected toolbar(...more: unknown[]): TemplateResult {
    const { paused } = this.values as { paused: boolean };
    const main = labelOf(paused ? 'Play' : 'Pause');
    const [step, reset] = [labelOf('Step'), labelOf('Reset')];
    return html`<div class="row toolbar" part="toolbar">
      <button class="icon main" @click=${() => (paused ? this.play() : this.pause())} ?disabled=${this.ended}
        aria-label=${main} title=${main}>${paused ? PLAY : PAUSE}</button>
      <button class="icon" @click=${() => this.shown(this.step())} aria-label=${step} title=${step} ?disabled=${this.ended}>${STEP}</button>
      <button class="icon" @click=${() => this.shown(this.reset())} aria-label=${reset} title=${labelOf('Begin anew, from the seed')}>${RESET}</button>
      ${more}
    </div>`;
  }

  /** What is wrong, as sentences; nothing if all is well. */
  protected problems(): TemplateResult | typeof nothing {
    const all = [...this.wrongAttributes, ...(this.failure === undefined ? [] : [this.failure])];
    if (all.length === 0) return nothing;
    return html`${all.map((text) => html`<p class="error" role="alert" part="error">${text}</p>`)}`;
  }

  /** A canvas that the scene draws on; another one for each worker, since a canvas that was given away stays so. */
  protected sceneCanvas(name: string, label: string, className = 'spins'): TemplateResult {
    return html`${keyed(this.workers, html`<canvas class=${className} part=${name} data-scene=${name} role="img" aria-label=${label}></canvas>`)}`;
  }

  /** What it shows at present, in a sentence or two, for those who hear it. */
  protected words(): string {
    return '';
  }

  #spoken = { words: '', at: Number.NEGATIVE_INFINITY };

  /** The words as a live region: at once where it waits, now and then while it runs. */
  #liveRegion(): TemplateResult {
    const now = performance.now();
    if (!this.#running || now - this.#spoken.at > SPOKEN_MS) this.#spoken = { words: this.words(), at: now };
    return html`<p class="hidden" role="status">${this.#spoken.words}</p>`;
  }

  /** Whether there are numbers behind its pictures. */
  protected readonly hasTables: boolean = true;

  /** The numbers behind the charts: what the tables and the CSV file show. */
  tables(): readonly Table[] {
    return [];
  }

  /** How the same is done without the page: a program and, if there is one, a command. */
  protected elsewhere(): Elsewhere {
    return {};
  }

  /** The numbers behind the charts, and the menu of all that leaves the figure; made when they are opened. */
  protected foot(): TemplateResult {
    const open = (name: string) => this.renderRoot?.querySelector<HTMLDetailsElement>(`details.${name}`)?.open ?? false;
    const toggled = () => this.requestUpdate();
    return html`${this.#liveRegion()}<div class="foot">
      ${
        this.hasTables
          ? html`<details class="tables" part="table" @toggle=${toggled}><summary class="small">${labelOf('The numbers as a table')}</summary>
        ${open('tables') ? later(() => this.tables().map(tableOf)) : nothing}</details>`
          : nothing
      }
      <details class="leave" part="menu" @toggle=${toggled}><summary class="small">${labelOf('Take it with you: code, pictures, numbers')}</summary>
        ${open('leave') ? leaveMenu(this, this.elsewhere()) : nothing}</details>
    </div>`;
  }
}
