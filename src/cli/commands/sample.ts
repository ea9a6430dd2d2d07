/** `blockspin sample`: configurations of Ising models, one file for each size and coupling. */

import { join } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { CheckpointMismatchError } from '../../io/checkpoint.js';
import { ensureWritableFolder } from '../../io/disk.js';
import type { Provenance } from '../../ising/data/spinData.js';
import { exactAnswer } from '../../ising/measure/exactAnswer.js';
import { hamiltonianOfModel, type UniformModel } from '../../ising/models/uniform.js';
import { methodFor, SAMPLER_METHODS, type SamplerOptions } from '../../ising/samplers/sampler.js';
import { integer, oneOf, positive } from '../../util/check.js';
import { FormatError } from '../../util/errors.js';
import { formatEstimate, type Mean } from '../../util/estimate.js';
import { type Seed, seedOfText } from '../../util/random.js';
import type { Progress } from '../../util/work.js';
import { checkRowsMemory } from '../words/memory.js';
import { optionalNumber } from '../words/numbers.js';
import { parseWords, UsageError } from '../words/options.js';
import { ProgressMeter } from '../words/progress.js';
import { SampleFile } from '../words/sampleFiles.js';
import { Stopped, stoppable } from '../words/stopping.js';
import { printable, tableText } from '../words/table.js';
import { energyUnitOf, MODEL_HELP, MODEL_OPTIONS, modelsOf } from '../words/uniformModels.js';

const FORMATS = ['npz', 'npy', 'bits'] as const;

const OPTIONS = {
  ...MODEL_OPTIONS,
  count: { type: 'string' },
  seed: { type: 'string' },
  method: { type: 'string' },
  chains: { type: 'string' },
  independence: { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
  format: { type: 'string' },
  resume: { type: 'boolean' },
  restart: { type: 'boolean' },
  json: { type: 'boolean' },
  'stop-after': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const SAMPLE_HELP = `Independent configurations of Ising models, with measured spacing and effective sample size

Usage
  blockspin sample --size LIST --coupling LIST | --temperature LIST [options]

Models
${MODEL_HELP}

Sampling
  --count N             configurations of each model (default 10000)
  --method METHOD       ${SAMPLER_METHODS.join(', ')}
                        (default auto: the fastest that is applicable; the table names it)
  --chains N            independent chains (default 1, or the number that the method updates together)
  --independence X      distance of two samples of a chain in units of τ_int (default 5)
  --seed S              number or text (default 1), of which each model has a seed of its own: files are independent
  --threads N           at most one per chain; the spins do not depend on it

Output
  --out DIR             folder for the files, such as square-40-K0.44.npz (default out/samples)
  --format F            npz: bits, shape and provenance, for NumPy and this package (default); npy: ±1 as int8, with a .npy.json
                        with their provenance; bits: sets of any size
  --resume              keep existing files and continue the unfinished one; the bytes are the same.
                        A larger --count gives longer files with the same first rows
  --restart             overwrite all files
  --stop-after MINUTES  stop with a checkpoint after this time
  --json                print the result as JSON`;

/** Runs the command. @throws UsageError for wrong words, before any work */
export async function sampleCommand(words: string[]): Promise<void> {
  const { models, count, options, out, format, resume, restart, json, stopAfter, units } = parseSample(words);
  const names = models.map((model) => join(out, `${nameOf(model)}.${format}`));
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice) throw new UsageError(`two models would be written to ${twice}`);
  ensureWritableFolder(out);
  const meter = new ProgressMeter(process.stderr);
  const rows: Row[] = [];
  const files: SampleFile[] = [];
  try {
    for (const [k, model] of models.entries()) {
      const seed = seedOf(options.seed ?? 1, model);
      files.push(new SampleFile(names[k], model, { count, options: { ...options, seed } }));
    }
    for (const file of files) file.prepare({ resume, restart });
    await stoppable(stopAfter, async (signal) => {
      for (const [k, file] of files.entries()) {
        const onProgress = progressOf(file.model, k, files.length, meter);
        rows.push(rowOf(file.model, file.path, await file.make({ signal, onProgress })));
      }
    });
    meter.end();
  } catch (error) {
    meter.end();
    const refused = [UsageError, FormatError, CheckpointMismatchError].some((kind) => error instanceof kind);
    if (!refused && files.length === models.length) {
      const reason = error instanceof Stopped ? `${error.reason}; ` : '';
      process.stderr.write(
        `${reason}all samples so far are kept in ${out}\ncontinue with the same command and --resume\n`,
      );
    }
    throw error;
  } finally {
    for (const file of files) file.release();
  }
  process.stdout.write(
    json ? printable(`${JSON.stringify(rows, null, 2)}\n`) : `${tableText(tableOf(rows, count, units))}\n`,
  );
  process.stderr.write(`done in ${meter.elapsed()}: ${out}\n`);
}

/** The seed of a model: by one seed alike models would move alike, and their files would not be independent. */
export const seedOf = (seed: Seed, model: UniformModel): string => JSON.stringify([seed, 'sample', model]);

function parseSample(words: string[]) {
  return parseWords(words, OPTIONS, (values, positionals) => {
    if (positionals.length > 0) throw new RangeError(`unexpected word ${JSON.stringify(positionals[0])}`);
    if (values.resume && values.restart) throw new RangeError('--resume and --restart exclude each other');
    if (/\.(npz|npy|bits)$/.test(values.out ?? '')) {
      throw new RangeError(`--out expected a folder, with files named after their models, got ${values.out}`);
    }
    const number = (name: 'chains' | 'independence' | 'threads' | 'stop-after' | 'count') =>
      optionalNumber(name, values[name]);
    const optional = <T>(value: number | undefined, check: (value: number) => T) =>
      value === undefined ? undefined : check(value);
    const { seed = '1' } = values;
    const options: SamplerOptions = {
      method: oneOf('method', values.method ?? 'auto', SAMPLER_METHODS),
      seed: seedOfText('seed', seed),
      chains: optional(number('chains'), (value) => integer('chains', value)),
      independence: optional(number('independence'), (value) => positive('independence', value)),
      threads: optional(number('threads'), (value) => integer('threads', value, 1, 64)),
    };
    const models = modelsOf(values);
    const count = integer('count', number('count') ?? 10_000);
    const format = oneOf('format', values.format ?? 'npz', FORMATS);
    // .bits files are written in batches
    if (format !== 'bits') for (const { shape } of models) checkRowsMemory(count, bytesOfRow(shape, format));
    for (const model of models) methodFor(hamiltonianOfModel(model), options); // throws if the method is not applicable
    return {
      models,
      count,
      options,
      out: values.out ?? 'out/samples',
      format,
      resume: values.resume ?? false,
      restart: values.restart ?? false,
      json: values.json ?? false,
      units: energyUnitOf(values),
      stopAfter: optional(number('stop-after'), (value) => positive('stop-after', value)),
    };
  });
}

/** Bytes per configuration during the conversion: its bits, and a byte per spin for NumPy. */
function bytesOfRow(shape: readonly number[], format: (typeof FORMATS)[number]): number {
  const sites = shape.reduce((product, side) => product * side, 1);
  return Math.ceil(sites / 8) + (format === 'npy' ? sites : 0);
}

/** The name of a model's file: square-40-K0.44, chain-64-open-K1-B0.1, square-16x24-K0.3 */
function nameOf({ lattice, boundary, shape, coupling, field }: UniformModel): string {
  const size = shape.every((side) => side === shape[0]) ? shape[0] : shape.join('x');
  const parts = [lattice, size, ...(boundary === 'open' ? ['open'] : []), `K${Number(coupling.toPrecision(10))}`];
  return [...parts, ...(field === 0 ? [] : [`B${field}`])].join('-');
}

/** Shows the progress of model number k of `of`. */
function progressOf(model: UniformModel, k: number, of: number, meter: ProgressMeter) {
  return (progress: Progress): void => {
    const share = progress.stage === 'sample' ? progress.done / progress.total : 0;
    meter.show({ ...progress, stage: `${nameOf(model)} ${progress.stage}`, overall: (k + share) / of });
  };
}

interface Row {
  model: UniformModel;
  file: string;
  provenance: Provenance;
  exactEnergy: number | null;
}

function rowOf(model: UniformModel, file: string, provenance: Provenance): Row {
  const hamiltonian = hamiltonianOfModel(model);
  return { model, file, provenance, exactEnergy: exactAnswer(hamiltonian)?.energy ?? null };
}

/** The table of the samples. @param units J if models were given by their temperature (|J| of an antiferromagnet) */
function tableOf(rows: readonly Row[], count: number, units: 'J' | 'kT') {
  const antiferromagnet = rows.some(({ model }) => model.coupling < 0);
  const unit = units === 'J' && antiferromagnet ? '|J|' : units;
  return {
    title: `${count} configurations each`,
    columns: ['file', 'K', 'T', 'method', 'τ', 'effective', `energy/${unit}`, 'exact', '⟨|m|⟩'],
    rows: rows.map(({ model, file, provenance, exactEnergy }) => {
      const { coupling } = model;
      const sampling = provenance.sampling;
      const { energy, absoluteMagnetisation: m, tauEnergy, tauMagnetisation } = sampling ?? {};
      const shown = units === 'J' ? 1 / Math.abs(coupling) : 1;
      const factor = shown * (sampling?.energyUnit === 'J' ? coupling : 1);
      const number = (found: Mean<number> | null | undefined, factor = 1) =>
        formatEstimate(found ? { value: factor * found.mean, error: Math.abs(factor) * found.error } : null);
      return [
        file,
        String(Number(coupling.toPrecision(6))),
        coupling === 0 ? '∞' : String(Number((1 / Math.abs(coupling)).toPrecision(6))),
        sampling?.method ?? '–',
        tauEnergy == null || tauMagnetisation == null ? '–' : Math.max(tauEnergy, tauMagnetisation).toFixed(2),
        sampling?.effectiveSamples == null ? '–' : String(Math.round(sampling.effectiveSamples)),
        number(energy, factor),
        exactEnergy === null ? '–' : (shown * exactEnergy).toFixed(6),
        number(m),
      ];
    }),
    note: `T in units of ${antiferromagnet ? '|J|/k, J < 0 where K < 0' : 'J/k'}; τ in units of the distance of two samples of a chain, 0.5 = independent; an error in parentheses counts the last digits.`,
  };
}
