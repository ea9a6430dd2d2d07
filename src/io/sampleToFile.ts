/** Sampling to a file, for sets larger than memory and for work that may be interrupted. For Node. */

import type { SamplingReport } from '../ising/data/samplingReport.js';
import { mergeReports } from '../ising/data/samplingReport.js';
import type { Provenance, SpinData } from '../ising/data/spinData.js';
import type { Sampler, SamplerState } from '../ising/samplers/contract.js';
import { checkPath, integer, knownOptions, refuse } from '../util/check.js';
import type { WorkOptions } from '../util/work.js';
import { isPresent, readIfPresent, removeIfPresent, renameFile, writeFileAtomic } from './disk.js';
import { Lock } from './lock.js';
import { decodeSamplerState, encodeSamplerState } from './samplerState.js';
import {
  checkCreatable,
  createSpinFile,
  partialName,
  resumeSpinFile,
  type SpinFileWriter,
  wholeSpinFileHeader,
} from './spinFileWriter.js';

/**
 * Anything that samples configurations, each call continuing the one before: any `Sampler`, or a part of one. `resume`
 * requires identity, state and restore.
 */
export interface SpinSource
  extends Pick<Sampler, 'sample'>,
    Partial<Pick<Sampler, 'sampleAsync' | 'identity' | 'state'>> {
  restore?(state: SamplerState): unknown;
  /** The number of sites, from the lattice or the Hamiltonian, if known. */
  readonly lattice?: { readonly sites: number };
  readonly hamiltonian?: { readonly sites: number };
}

/** Options of `sampleToFile`. */
export interface SampleToFileOptions extends WorkOptions {
  /** Largest number of configurations in memory. Default: 16,384, or as many as fit into 64 MiB, but at least 128. */
  batch?: number;
  /**
   * Keeps the partial result if the work fails or is stopped (`path.partial`, and `path.state`, the state of the
   * sampler after each batch), and continues it when called again with a new sampler of the same options and the same
   * count and batch: the file is then the same, bit for bit. With a larger count the rows are the same; the sampling
   * report is merged from other batches. A partial file without a state is overwritten. Default false.
   */
  resume?: boolean;
}

/** A batch, for the merged report. */
interface Batch {
  count: number;
  report: SamplingReport | undefined;
}

/** An unfinished file. */
interface Begun {
  writer: SpinFileWriter;
  /** The provenance without the sampling report. */
  common: Provenance;
  batches: Batch[];
}

/**
 * Samples `count` configurations and writes them to a .bits file, in batches of nearly equal size. The rows are those
 * of one `sample(count)`, bit for bit; the sampling report in the provenance is merged from those of the batches (see
 * `mergeReports`), and gives their number. The file `path` exists only when it is whole; if the work fails or is
 * stopped, no file remains, except, with `resume`, those that the next call needs. Meanwhile `path.lock` excludes other
 * processes.
 * @returns the provenance in the file
 * @throws TypeError or RangeError for a wrong argument; what the sampler throws; Error if the file cannot be written,
 *   or another process writes it; the signal's reason; with `resume`, CheckpointMismatchError if the partial file is
 *   that of another sampler, RangeError if it was begun with a larger count or another batch
 */
export async function sampleToFile(
  sampler: SpinSource,
  count: number,
  path: string,
  options: SampleToFileOptions = {},
): Promise<Provenance> {
  knownOptions('sampleToFile', options, ['batch', 'resume', 'signal', 'onProgress']);
  checkSource(sampler, count);
  checkPath(path);
  if (options.batch !== undefined) integer('batch', options.batch);
  const lock = Lock.take(lockName(path), path);
  try {
    const provenance = await sampleToOwnFile(sampler, count, path, options, lock);
    if (options.resume) removeIfPresent(stateName(path));
    return provenance;
  } finally {
    lock.release();
  }
}

/** The name of the lock of a file that is sampled. */
export function lockName(path: string): string {
  return `${path}.lock`;
}

/** The name of the file with the sampler's state after the last batch. */
export function stateName(path: string): string {
  return `${path}.state`;
}

function checkSource(sampler: SpinSource, count: number): void {
  if (typeof sampler?.sample !== 'function') refuse('sampler', 'object with sample(count)', sampler, 'type');
  integer('count', count);
}

/**
 * `sampleToFile` for the owner of the file's lock; with `resume`, `path.state` is kept beside the whole file, and
 * identifies it.
 */
export async function sampleToOwnFile(
  sampler: SpinSource,
  count: number,
  path: string,
  options: SampleToFileOptions,
  lock: Lock,
): Promise<Provenance> {
  checkSource(sampler, count);
  const { signal, resume = false } = options;
  const batch = integer('batch', options.batch ?? usualBatch(sampler));
  const state = resume ? new StateFile(sampler, path, { count, batch }, lock) : undefined;
  const next = (done: number) =>
    draw(sampler, Math.ceil((count - done) / Math.ceil((count - done) / batch)), { done, total: count }, options);

  const finished = state?.finished();
  if (finished) return finished;
  const begun = state?.takeUp() ?? (await begin(path, state, lock, () => next(0)));
  const { writer, common, batches } = begun;
  try {
    while (writer.count < count) {
      take(begun, await next(writer.count), lock);
      state?.save(begun);
    }
    signal?.throwIfAborted();
    const provenance = withReport(common, batches);
    lock.check();
    writer.close(provenance);
    return provenance;
  } catch (error) {
    if (state || !lock.isHeld) writer.suspend();
    else writer.discard();
    throw error;
  }
}

/** Begins the file with its first batch, whose provenance is that of all. */
async function begin(
  path: string,
  state: StateFile | undefined,
  lock: Lock,
  first: () => Promise<SpinData>,
): Promise<Begun> {
  checkCreatable(path);
  const data = await first();
  lock.check();
  const { sampling: _, ...common } = data.provenance;
  const begun = { writer: createSpinFile(path, { shape: data.shape, provenance: common }), common, batches: [] };
  try {
    take(begun, data, lock);
    state?.save(begun);
    return begun;
  } catch (error) {
    if (lock.isHeld) begun.writer.discard();
    else begun.writer.suspend();
    throw error;
  }
}

/** The next `rows` configurations, with progress of the whole. */
async function draw(
  sampler: SpinSource,
  rows: number,
  { done, total }: { done: number; total: number },
  { signal, onProgress }: WorkOptions,
): Promise<SpinData> {
  signal?.throwIfAborted();
  const whole = { done, total, unit: 'samples' };
  if (!sampler.sampleAsync) {
    onProgress?.({ stage: 'sample', ...whole });
    return sampler.sample(rows);
  }
  return sampler.sampleAsync(rows, {
    signal,
    // the pilot run of the first call reports its own progress
    onProgress: (step) => onProgress?.(step.stage === 'sample' ? { ...step, ...whole, done: done + step.done } : step),
  });
}

function usualBatch({ lattice, hamiltonian }: SpinSource): number {
  const sites = lattice?.sites ?? hamiltonian?.sites ?? 2 ** 15;
  return Math.min(2 ** 14, Math.max(128, Math.floor(2 ** 29 / sites)));
}

/**
 * Appends a batch.
 * @throws Error if its provenance is not that of the first batch, or the lock is no longer owned
 */
function take({ writer, common, batches }: Begun, data: SpinData, lock: Lock): void {
  lock.check();
  const { sampling, ...others } = data.provenance;
  if (JSON.stringify(others) !== JSON.stringify(common)) {
    throw new Error('"sampler" expected to give data of one provenance, got others in a later batch');
  }
  writer.append(data);
  batches.push({ count: data.count, report: sampling });
}

function withReport(common: Provenance, all: readonly Batch[]): Provenance {
  const batches = all.filter((one): one is { count: number; report: SamplingReport } => one.report !== undefined);
  return batches.length === all.length ? { ...common, sampling: mergeReports(batches) } : common;
}

/** The content of `path.state` beside the sampler's own state. */
interface Notes extends Omit<Begun, 'writer'> {
  count: number;
  batch: number;
  rows: number;
  shape: readonly [number, number];
}

/** `path.state`: the state of the sampler after the rows that are flushed to `path.partial`. */
class StateFile {
  readonly #path: string;
  readonly #sampler: Required<Pick<SpinSource, 'identity' | 'state' | 'restore'>>;

  /** @throws TypeError for a sampler that has no state */
  constructor(
    sampler: SpinSource,
    readonly target: string,
    readonly asked: { count: number; batch: number },
    readonly lock: Lock,
  ) {
    const { identity } = sampler;
    if (identity === undefined || !sampler.state || !sampler.restore) {
      refuse('sampler', 'one with state() and restore(), for "resume"', sampler, 'type');
    }
    this.#sampler = sampler as Required<SpinSource>;
    this.#path = stateName(target);
  }

  save({ writer, common, batches }: Begun): void {
    this.lock.check();
    writer.flush();
    const notes = { ...this.asked, rows: writer.count, shape: writer.shape, common, batches };
    writeFileAtomic(this.#path, encodeSamplerState({ ...this.#sampler.state(), notes }));
  }

  /**
   * The content of the state file.
   * @throws RangeError if it was begun with a larger count or another batch; FormatError or CheckpointMismatchError as
   *   `decodeSamplerState`
   */
  #read(): { state: SamplerState; notes: Notes } | undefined {
    const bytes = readIfPresent(this.#path);
    if (bytes === undefined) return undefined;
    const state = decodeSamplerState(bytes, this.#sampler.identity, this.#path);
    const notes = state.notes as unknown as Notes;
    const { count, batch } = this.asked;
    if (notes.batch !== batch) refuse('batch', `${notes.batch}, as ${this.#path} was begun`, batch);
    if (notes.count > count) refuse('count', `${notes.count} or more, as ${this.#path} was begun`, count);
    return { state, notes };
  }

  /**
   * The provenance of the whole file, if it was completed and only the last steps are missing: renaming it, and
   * removing the state.
   */
  finished(): Provenance | undefined {
    const read = this.#read();
    if (!read) return undefined;
    const partial = partialName(this.target);
    const named = !isPresent(partial);
    const header = wholeSpinFileHeader(named ? this.target : partial);
    if (!header || header.count !== this.asked.count) return undefined;
    const { sampling: _, ...common } = header.provenance;
    const ours = [common, header.shape, header.count];
    const { notes } = read;
    if (JSON.stringify(ours) !== JSON.stringify([notes.common, notes.shape, notes.rows])) return undefined;
    this.lock.check();
    if (!named) renameFile(partial, this.target);
    return header.provenance;
  }

  /**
   * The unfinished file, with the sampler restored to its state then; undefined if there is none. Files that cannot be
   * continued are removed.
   */
  takeUp(): Begun | undefined {
    const read = this.#read();
    const partial = partialName(this.target);
    if (!read || !isPresent(partial) || wholeSpinFileHeader(partial)) {
      this.lock.check();
      removeIfPresent(partial);
      removeIfPresent(this.#path);
      return undefined;
    }
    const { state, notes } = read;
    const { rows, shape, common, batches } = notes;
    const writer = resumeSpinFile(this.target, { shape, provenance: common }, rows);
    try {
      this.#sampler.restore(state);
    } catch (error) {
      writer.suspend();
      throw error;
    }
    return { writer, common, batches };
  }
}
