/** Sampling straight to the disk, for sets larger than memory and for work that may be interrupted: for Node. */

import type { SamplingReport } from '../ising/data/samplingReport.js';
import { mergeReports } from '../ising/data/samplingReport.js';
import type { Provenance, SpinData } from '../ising/data/spinData.js';
import type { SamplerState } from '../ising/samplers/chainSampler.js';
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

/** Anything that draws configurations, each call going on from the one before: `Ising`, `SingleSpin`, … */
export interface SpinSource {
  sample(count: number): SpinData;
  sampleAsync?(count: number, options?: WorkOptions): Promise<SpinData>;
  /** Where the size of a configuration shows, if it does. */
  readonly lattice?: { readonly sites: number };
  readonly hamiltonian?: { readonly sites: number };
  /** What `resume` needs; all samplers of Markov chains have it. */
  readonly identity?: string;
  state?(): SamplerState;
  restore?(state: SamplerState): unknown;
}

export interface SampleToFileOptions extends WorkOptions {
  /** Configurations in memory at a time, at most. Default: 16,384, or as many as 64 MiB hold, but at least 128. */
  batch?: number;
  /**
   * Keeps what is there when the work fails or is stopped (`path.partial`, and `path.state`, where the sampler stands
   * after each batch), and goes on from it when called again with a new sampler of the same options and the same count
   * and batch: the file is then the same, bit for bit. With a larger count the rows are the same; the sampling report
   * is put together from other batches. A partial file without a state cannot be gone on with and is begun anew.
   * Default false.
   */
  resume?: boolean;
}

/** A batch as the report of the set needs it. */
interface Batch {
  count: number;
  report: SamplingReport | undefined;
}

/** A file that has been begun. */
interface Begun {
  writer: SpinFileWriter;
  /** The provenance without the sampling report. */
  common: Provenance;
  batches: Batch[];
}

/**
 * Draws `count` configurations and writes them to a .bits file, in batches of nearly equal size. The rows are those of
 * one `sample(count)`, bit for bit; the sampling report in the provenance is put together from those of the batches
 * (see `mergeReports`), and names their number. The file appears when it is whole; if the work fails or is stopped,
 * nothing is left, or, with `resume`, what the next call needs. While it is at work, `path.lock` keeps others away.
 * @returns the provenance, as it stands in the file
 * @throws as the sampler does; Error if the file cannot be written, or another process writes it; the signal's reason;
 *   with `resume`, CheckpointMismatchError if what is there was begun by another sampler, RangeError if it was begun
 *   with a larger count or another batch
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

/** The lock of a file that is sampled. */
export function lockName(path: string): string {
  return `${path}.lock`;
}

/** Where the sampler of a file stood after its last batch. */
export function stateName(path: string): string {
  return `${path}.state`;
}

function checkSource(sampler: SpinSource, count: number): void {
  if (typeof sampler?.sample !== 'function') refuse('sampler', 'object with sample(count)', sampler, 'type');
  integer('count', count);
}

/**
 * As `sampleToFile`, for the holder of the file's lock; with `resume`, `path.state` stays beside the whole file, and
 * says that it is this one.
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

/** The file with its first batch, whose provenance is that of all. */
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
    // the first call's pilot run has a count of its own
    onProgress: (step) => onProgress?.(step.stage === 'sample' ? { ...step, ...whole, done: done + step.done } : step),
  });
}

function usualBatch({ lattice, hamiltonian }: SpinSource): number {
  const sites = lattice?.sites ?? hamiltonian?.sites ?? 2 ** 15;
  return Math.min(2 ** 14, Math.max(128, Math.floor(2 ** 29 / sites)));
}

/** @throws Error if the sampler calls this batch another set than the first, or the file is no longer ours */
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

/** What `path.state` says beside the sampler's own state. */
interface Notes extends Omit<Begun, 'writer'> {
  count: number;
  batch: number;
  rows: number;
  shape: readonly [number, number];
}

/** `path.state`: where the sampler stands after the rows that are safely in `path.partial`. */
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
   * What stands in the state file. @throws RangeError if it was begun with a larger count or another batch, and as
   * `decodeSamplerState`
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
   * The provenance of the whole file, if it was completed and only what comes after that was not done: its name, the
   * end of the state.
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
   * The file that was begun, and the sampler brought to where it was then; undefined where there is none, and nothing
   * is left of what cannot be gone on with.
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
