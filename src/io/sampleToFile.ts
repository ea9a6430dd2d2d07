/** Sampling straight to the disk, for sets larger than memory: for Node. */

import type { SamplingReport } from '../ising/sampling.js';
import type { Provenance, SpinData } from '../ising/spinData.js';
import { integer, refuse } from '../util/check.js';
import type { WorkOptions } from '../util/work.js';
import { mergeReports } from './samplingReport.js';
import { checkCreatable, createSpinFile, type SpinFileWriter } from './spinFileWriter.js';

/** Anything that draws configurations, each call going on from the one before: `Ising`, `SingleSpin`, … */
export interface Sampler {
  sample(count: number): SpinData;
  sampleAsync?(count: number, options?: WorkOptions): Promise<SpinData>;
  /** Where the size of a configuration shows, if it does. */
  readonly lattice?: { readonly sites: number };
  readonly hamiltonian?: { readonly sites: number };
}

export interface SampleToFileOptions extends WorkOptions {
  /** Configurations in memory at a time, at most. Default: 16,384, or as many as 64 MiB hold, but at least 128. */
  batch?: number;
}

/**
 * Draws `count` configurations and writes them to a .bits file, in batches of nearly equal size. The rows are those of one `sample(count)`, bit for bit; the
 * sampling report in the provenance is put together from those of the batches (see `mergeReports`), and names their number. The file appears when it is
 * whole; if the work fails or is stopped, nothing is left.
 * @returns the provenance, as it stands in the file
 * @throws as the sampler does; Error if the file cannot be written; the signal's reason
 */
export async function sampleToFile(
  sampler: Sampler,
  count: number,
  path: string,
  options: SampleToFileOptions = {},
): Promise<Provenance> {
  if (typeof sampler?.sample !== 'function') refuse('sampler', 'object with sample(count)', sampler, 'type');
  integer('count', count);
  const { signal, onProgress } = options;
  const batch = integer('batch', options.batch ?? usualBatch(sampler));
  checkCreatable(path);
  const draw = async (rows: number, done: number): Promise<SpinData> => {
    signal?.throwIfAborted();
    const total = { done, total: count, unit: 'samples' };
    if (!sampler.sampleAsync) {
      onProgress?.({ stage: 'sample', ...total });
      return sampler.sample(rows);
    }
    return sampler.sampleAsync(rows, {
      signal,
      // the first call's pilot run has a count of its own
      onProgress: (step) =>
        onProgress?.(step.stage === 'sample' ? { ...step, ...total, done: done + step.done } : step),
    });
  };

  const next = (done: number) => draw(Math.ceil((count - done) / Math.ceil((count - done) / batch)), done);
  const first = await next(0);
  const { sampling: _, ...common } = first.provenance;
  const reports: { count: number; report: SamplingReport | undefined }[] = [];
  const writer = createSpinFile(path, { shape: first.shape, provenance: common });
  try {
    take(writer, first, common, reports);
    while (writer.count < count) {
      take(writer, await next(writer.count), common, reports);
    }
    signal?.throwIfAborted();
    const provenance = withReport(common, reports);
    writer.close(provenance);
    return provenance;
  } catch (error) {
    writer.discard();
    throw error;
  }
}

function usualBatch({ lattice, hamiltonian }: Sampler): number {
  const sites = lattice?.sites ?? hamiltonian?.sites ?? 2 ** 15;
  return Math.min(2 ** 14, Math.max(128, Math.floor(2 ** 29 / sites)));
}

/** @throws Error if the sampler calls this batch another set than the first */
function take(
  writer: SpinFileWriter,
  data: SpinData,
  common: Provenance,
  reports: { count: number; report: SamplingReport | undefined }[],
): void {
  const { sampling, ...others } = data.provenance;
  if (JSON.stringify(others) !== JSON.stringify(common)) {
    throw new Error('"sampler" expected to give data of one provenance, got others in a later batch');
  }
  writer.append(data);
  reports.push({ count: data.count, report: sampling });
}

function withReport(
  common: Provenance,
  reports: readonly { count: number; report: SamplingReport | undefined }[],
): Provenance {
  const batches = reports.filter((one): one is { count: number; report: SamplingReport } => one.report !== undefined);
  return batches.length === reports.length ? { ...common, sampling: mergeReports(batches) } : common;
}
