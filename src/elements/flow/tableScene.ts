/** A row of the table of methods, rerun in the worker. */

import { resultOf } from '../../experiments/rg-zoo/methods.js';
import type { Ising } from '../../ising/index.js';
import type { Filter } from '../../rg/index.js';
import type { Estimate } from '../../stats/index.js';
import type { Scene } from '../base/scene.js';
import { trainLayer } from './layer.js';
import { EPOCHS, POSITIVE } from './nulls.js';
import { isRule, type RowId, type RuleId, type StudiedId } from './rows.js';
import { BATCH, needsLayer, nullOf, RuleRun, ruleOf, type StepExponents, sampler } from './ruleRun.js';
import type { FlowValues } from './spec.js';

/** A row as it was rerun here. */
export interface LiveRow {
  coupling: Estimate | null;
  /** Exponents of the last step. */
  thermal: Estimate | null;
  magnetic: Estimate | null;
  /** By step, of blocking rules. */
  steps: StepExponents[];
  /** Configurations so far, of blocking rules. */
  count: number;
  /** Share of the work that is done, 0 to 1, and what is being done. */
  done: number;
  stage: string;
  /** Weights of a layer, [side, side]. */
  filter: { side: number; weights: number[] } | null;
  failure: string | null;
}

export interface TableReport {
  view: 'table';
  rows: Partial<Record<RowId, LiveRow>>;
}

const fresh = (): LiveRow => ({
  coupling: null,
  thermal: null,
  magnetic: null,
  steps: [],
  count: 0,
  done: 0,
  stage: '',
  filter: null,
  failure: null,
});

/** Weights as they are drawn. */
function shown({ weights }: Filter): { side: number; weights: number[] } {
  return { side: Math.sqrt(weights.length), weights: Array.from(weights) };
}

/** Parameters of the study that the page does not change. */
const SWEEPS = 20_000;
const BOND = 16;

export class TableScene implements Scene<FlowValues, TableReport> {
  #values: FlowValues;
  readonly #rows: Partial<Record<RowId, LiveRow>> = {};
  readonly #layers = new Map<string, Filter>();
  #ising: Ising | undefined;
  #run: RuleRun | undefined;
  /** Work that makes its own pauses. */
  #job: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(values: FlowValues) {
    this.#values = values;
    this.#begin();
  }

  readonly calls = {
    reset: () => this.#begin(),
    step: async () => {
      if (this.#job) await this.#job;
      else this.#batch();
      this.#run?.update(true);
      this.#note();
    },
  };

  set(values: FlowValues, changed: ReadonlySet<string>): void {
    this.#values = values;
    if (changed.has('seed') || changed.has('size'))
      for (const id of Object.keys(this.#rows)) delete this.#rows[id as RowId];
    if (['seed', 'size', 'row'].some((name) => changed.has(name))) this.#begin();
  }

  async advance(milliseconds: number): Promise<boolean> {
    if (this.#job) {
      await Promise.race([this.#job, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
      return this.#job !== undefined || this.#run !== undefined;
    }
    const end = performance.now() + milliseconds;
    while (this.#left && performance.now() < end) this.#batch();
    this.#run?.update(!this.#left);
    this.#note();
    return this.#left;
  }

  draw(): void {}

  /** Stops what makes its own pauses. */
  end(): void {
    this.#stop.abort();
  }

  report(): TableReport {
    return { view: 'table', rows: structuredClone(this.#rows) };
  }

  get #left(): boolean {
    return this.#run !== undefined && this.#run.count < this.#values.samples;
  }

  get #row(): LiveRow {
    return this.#rows[this.#values.row] as LiveRow;
  }

  #begin(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { row } = this.#values;
    this.#rows[row] = fresh();
    this.#run = undefined;
    this.#ising = undefined;
    const job = isRule(row) ? (needsLayer(row) ? this.#train(row) : undefined) : this.#study(row);
    if (isRule(row) && job === undefined) this.#measure(row);
    this.#follow(job);
  }

  /** Keeps the job until it ends; what stops it is no failure. */
  #follow(job: Promise<void> | undefined): void {
    const { signal } = this.#stop;
    const own = this.#row;
    this.#job = job
      ?.catch((error: Error) => {
        if (!signal.aborted) own.failure = error.message;
      })
      .then(() => {
        if (!signal.aborted) this.#job = undefined;
      });
  }

  /** Trains the layer of this seed, or takes it from before, and begins to measure. */
  async #train(id: RuleId): Promise<void> {
    const { seed } = this.#values;
    const { signal } = this.#stop;
    const data = id === 'sites' ? 'shuffled' : 'lattice';
    const key = `${data} ${seed}`;
    const own = this.#row;
    own.stage = 'training';
    const known = this.#layers.get(key);
    const filter =
      known ??
      (await trainLayer(
        data,
        seed,
        (epoch, so) => {
          own.done = epoch / EPOCHS;
          own.filter = shown(so);
        },
        signal,
      ));
    signal.throwIfAborted();
    this.#layers.set(key, filter);
    own.filter = shown(nullOf(id as 'layer', filter));
    this.#measure(id, filter);
  }

  #measure(id: RuleId, filter?: Filter): void {
    const { size, seed } = this.#values;
    this.#ising = sampler(size, seed);
    this.#run = new RuleRun(ruleOf(id, filter), seed);
    this.#row.stage = 'measuring';
    if (id === 'positive') this.#row.filter = shown({ weights: POSITIVE, size: 4 });
  }

  #batch(): void {
    if (this.#ising && this.#run)
      this.#run.add(this.#ising.sample(Math.min(BATCH, this.#values.samples - this.#run.count)));
  }

  /** Writes the run into its row. */
  #note(): void {
    const [run, own] = [this.#run, this.#row];
    if (run === undefined) return;
    const last = run.steps.at(-1);
    own.steps = run.steps;
    own.count = run.count;
    own.done = Math.min(1, run.count / this.#values.samples);
    own.thermal = last?.thermal ?? null;
    own.magnetic = last?.magnetic ?? null;
    own.failure = run.failure;
    if (!this.#left) own.stage = 'done';
  }

  /** A method of the study rg-zoo, by the study's own code. */
  async #study(id: StudiedId): Promise<void> {
    const { size, samples, seed } = this.#values;
    const { signal } = this.#stop;
    const own = this.#row;
    own.stage = 'running';
    const parameters = { side: size, samples, sweeps: SWEEPS, bond: BOND, seed };
    const { criticalCoupling, thermal, magnetic } = await resultOf(id, parameters, {
      signal,
      threads: 1,
      onProgress: ({ done, total, stage }) => {
        own.done = done / total;
        own.stage = stage;
      },
    });
    Object.assign(own, { coupling: criticalCoupling, thermal, magnetic, done: 1, stage: 'done' });
  }
}
