/** Both stacks of `<blockspin-fields>` in its worker: shown as they came, or trained here. */

import type { Locality } from '../../fields/index.js';
import { encodeStack } from '../../io/index.js';
import { contextOf } from '../base/context.js';
import type { Scene, Stage } from '../base/scene.js';
import { Exhibit, type SideReport } from './exhibit.js';
import { heldOutData, type Settings, settingsOf } from './experiment.js';
import { MEASURED } from './measurements.js';
import { areOf, decodeResults, type Result, type Results } from './results.js';
import { type Progress, Run } from './run.js';
import { type FieldsValues, SETTINGS, SIDES, type Side } from './spec.js';

/** Where the results that are shown come from: nothing yet, the file of results, or training in this page. */
export type Source = 'none' | 'shipped' | 'live';

export interface FieldsReport {
  source: Source;
  /** Whether the file of results is still to be given to the scene. */
  wanted: boolean;
  /** Whether the settings are those of the file of results. */
  known: boolean;
  /** The layer that is shown. */
  layer: number;
  progress: Progress | null;
  sides: Record<Side, SideReport | null>;
  unit: { side: Side; number: number; place: Locality | null; largest: number } | null;
  /** SHA-256 of both stacks. */
  hash: Record<Side, string | null>;
}

type Task = (signal: AbortSignal) => Promise<void>;

class FieldsScene implements Scene<FieldsValues, FieldsReport> {
  #values: FieldsValues;
  #settings!: Settings;
  /** Why the settings cannot be used. */
  #wrong: Error | undefined;
  #results: Results | undefined;
  #source: Source = 'none';
  #run: Run | undefined;
  #exhibits: Record<Side, Exhibit> | undefined;
  /** Counts the sets of configurations that the stacks have made. */
  #own = 0;
  #stopping = new AbortController();
  /** What is being done, and why it failed. */
  #job: Promise<void> | undefined;
  #error: Error | undefined;
  /** Counts what changes pictures. */
  #version = 0;
  readonly #drawn = new WeakMap<OffscreenCanvas, string>();

  readonly calls = {
    /** An epoch of both stacks. */
    step: async () => {
      const run = this.#run;
      const before = run?.progress.epochs;
      while (run && run === this.#run && !run.ended && run.progress.epochs === before) await this.advance(1000);
    },
    reset: () => this.#begin(),
    /** The bytes of the file of results. */
    results: async (bytes: Uint8Array) => {
      this.#results = await decodeResults(bytes);
      if (this.#source === 'none') this.#show();
    },
    /** Other configurations of the stacks' own. */
    others: () => {
      this.#own++;
      for (const side of SIDES) this.#exhibits?.[side].forgetOwn();
    },
    /** A stack as a safetensors file. */
    stack: async (side: Side) => {
      const view = this.#exhibits?.[side].view;
      if (view === undefined) throw new Error('there is no stack yet: train it first');
      return encodeStack(view.stack);
    },
  };

  constructor(values: FieldsValues) {
    this.#values = values;
    this.#begin();
  }

  set(values: FieldsValues, changed: ReadonlySet<string>): void {
    this.#values = values;
    if (changed.has('live') || SETTINGS.some((name) => changed.has(name))) this.#begin();
    else if (changed.has('restored')) this.#exhibits?.control.restore(values.restored);
    this.#version++;
  }

  async advance(milliseconds: number): Promise<boolean> {
    if (this.#wrong) throw this.#wrong;
    this.#job ??= this.#start();
    if (this.#job === undefined) return false;
    await Promise.race([this.#job, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
    const error = this.#error;
    this.#error = undefined;
    if (error) throw error;
    return true;
  }

  /** Begins with what is to be done next, if there is anything. */
  #start(): Promise<void> | undefined {
    const task = this.#next();
    if (task === undefined) return undefined;
    const { signal } = this.#stopping;
    const job: Promise<void> = task(signal)
      .catch((error: Error) => {
        if (!signal.aborted) this.#error = error;
      })
      .finally(() => {
        if (this.#job === job) this.#job = undefined;
        this.#version++;
      });
    return job;
  }

  /** Training, then what is measured of the layer that is shown, then configurations of the stacks' own. */
  #next(): Task | undefined {
    const run = this.#run;
    if (run && !run.ended) return () => this.#train(run);
    const shown = Object.values(this.#exhibits ?? {}).filter(({ view }) => view !== undefined);
    if (shown.length === 0) return undefined;
    if (shown.some(({ heldOut }) => heldOut === undefined)) return this.#holdOut;
    const layer = this.#layer;
    const unmeasured = shown.find((exhibit) => !exhibit.isMeasured(layer));
    if (unmeasured) return () => unmeasured.measure(layer);
    const silent = shown.find(({ hasOwn }) => !hasOwn);
    return silent && ((signal) => silent.generate(this.#own, signal));
  }

  readonly #holdOut: Task = async (signal) => {
    const data = await heldOutData(this.#settings, MEASURED, signal);
    signal.throwIfAborted();
    for (const side of SIDES) {
      if (this.#exhibits) this.#exhibits[side].heldOut = data[side].slice(0, MEASURED);
    }
  };

  async #train(run: Run): Promise<void> {
    await run.advance();
    const hashes = run.ended ? await run.hashes() : undefined;
    if (run !== this.#run || this.#exhibits === undefined) return;
    for (const side of SIDES) {
      const exhibit = this.#exhibits[side];
      const { stack, history } = run.course(side) ?? {};
      if (hashes) exhibit.hashes = hashes[side];
      if (stack === undefined || stack === exhibit.view?.stack) continue;
      exhibit.show(stack);
      exhibit.history = history ?? [];
    }
  }

  #begin(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    this.#run?.close();
    this.#run = undefined;
    this.#job = undefined;
    this.#error = undefined;
    this.#own = 0;
    this.#exhibits = undefined;
    this.#source = 'none';
    this.#version++;
    this.#wrong = undefined;
    try {
      this.#settings = settingsOf(this.#values);
    } catch (error) {
      this.#wrong = error as Error;
      return;
    }
    const { restored, live } = this.#values;
    const exhibit = (side: Side) => new Exhibit(side, this.#settings, restored);
    this.#exhibits = { spins: exhibit('spins'), control: exhibit('control') };
    if (live) {
      this.#source = 'live';
      this.#run = new Run(this.#settings, this.#stopping.signal);
    } else this.#show();
  }

  /** Shows the results of the file, if they are of these settings. */
  #show(): void {
    if (!this.#known) return;
    for (const side of SIDES) {
      const result = this.#resultOf(side);
      if (result) this.#exhibits?.[side].take(result);
    }
    this.#source = 'shipped';
    this.#version++;
  }

  /** Whether the settings are those of the file of results. */
  get #known(): boolean {
    return this.#results !== undefined && !this.#wrong && areOf(this.#results, this.#settings);
  }

  #resultOf(side: Side): Result | undefined {
    return this.#known ? this.#results?.stacks.get(side === 'spins' ? 'spins' : this.#settings.control) : undefined;
  }

  /** The layer that is shown: there may not be as many yet. */
  get #layer(): number {
    const layers = SIDES.map((side) => this.#exhibits?.[side].view?.layers ?? 1);
    return Math.min(this.#values.layer, ...layers);
  }

  draw({ canvases, palette }: Stage): void {
    const { side: chosen, unit } = this.#values;
    const key = `${this.#version} ${JSON.stringify(palette)}`;
    for (const [name, canvas] of canvases) {
      if (this.#drawn.get(canvas) === key) continue;
      this.#drawn.set(canvas, key);
      contextOf(canvas)?.clearRect(0, 0, canvas.width, canvas.height);
      const [what, side = chosen] = name.split('-') as [string, Side?];
      this.#exhibits?.[side].draw(canvas, what, this.#layer, unit, palette);
    }
  }

  report(): FieldsReport {
    const layer = this.#layer;
    const of = (side: Side) => this.#exhibits?.[side].report(layer, this.#resultOf(side)?.hashes) ?? null;
    const sides = { spins: of('spins'), control: of('control') };
    const { side, unit } = this.#values;
    const { number = 0, field, place = null } = this.#exhibits?.[side].unit(layer, unit) ?? {};
    const largest = field?.reduce((most, value) => Math.max(most, Math.abs(value)), 0) ?? 0;
    return {
      source: this.#source,
      wanted: this.#results === undefined,
      known: this.#known,
      layer,
      progress: this.#run?.progress ?? null,
      sides,
      unit: field ? { side, number, place, largest } : null,
      hash: { spins: sides.spins?.hash ?? null, control: sides.control?.hash ?? null },
    };
  }
}

export const fieldsScene = (values: FieldsValues): FieldsScene => new FieldsScene(values);
