/** `blockspin measure`: observables with error bars, of files, or of sampled models, with exact values. */

import type { ParseArgsConfig } from 'node:util';
import { figures } from '../../experiments/thermodynamics/figures.js';
import { summarise } from '../../experiments/thermodynamics/summary.js';
import type { SpinDecodeOptions } from '../../io/spinData.js';
import { hamiltonianOfData } from '../../ising/data/provenance.js';
import { planeOf, type SpinData } from '../../ising/data/spinData.js';
import { measurePoint, type PointResult } from '../../ising/measure/modelPoint.js';
import { hamiltonianOfModel, type UniformModel } from '../../ising/models/uniform.js';
import { methodFor, SAMPLER_METHODS, type SamplerOptions, samplerFor } from '../../ising/samplers/sampler.js';
import { loadSpinData } from '../../node.js';
import { integer, oneOf } from '../../util/check.js';
import { type Seed, seedOfText } from '../../util/random.js';
import type { Progress, WorkOptions } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { limitOf } from '../words/dataOptions.js';
import { writeFigures } from '../words/figures.js';
import { checkRowsMemory } from '../words/memory.js';
import { numberOf, optionalNumber } from '../words/numbers.js';
import { parseWords } from '../words/options.js';
import { OutputFolder } from '../words/outputFolder.js';
import { ProgressMeter } from '../words/progress.js';
import { stoppable } from '../words/stopping.js';
import { printable, summaryText } from '../words/table.js';
import {
  energyUnitOf,
  MODEL_HELP,
  MODEL_OPTIONS,
  type ModelValues,
  modelsOf,
  modelsOfShapes,
} from '../words/uniformModels.js';

const OPTIONS = {
  ...MODEL_OPTIONS,
  count: { type: 'string' },
  seed: { type: 'string' },
  method: { type: 'string' },
  threads: { type: 'string' },
  array: { type: 'string' },
  limit: { type: 'string' },
  out: { type: 'string' },
  restart: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const MEASURE_HELP = `Energy, specific heat, magnetisation, susceptibility, Binder's cumulant and correlation length, each with its error bar, and the
exact value if it is known

Usage
  blockspin measure FILE... [options]                        of files: .npz, .npy or .bits, of this package or from elsewhere
  blockspin measure --size LIST --coupling LIST [options]    of models, sampled without saving the spins (see blockspin sample)

Models; for a file only if it does not record its model (rows must be in the order of sampling), and the size only for flat rows
${MODEL_HELP}

Options
  --count N             configurations of each model (default 4000)
  --method METHOD       ${SAMPLER_METHODS.join(', ')} (default auto)
  --seed S              number or text (default 1)
  --threads N           threads for sampling
  --array NAME          name of the array in an .npz file from elsewhere
  --limit BYTES         max size of a .bits file, or of a decompressed file (default 2^30)
  --out DIR             folder for a figure of each quantity (SVG and PNG) and result.json
  --restart             overwrite the result in that folder
  --json                print all numbers as JSON in place of the table`;

/** Runs the command. @throws UsageError for wrong words, before any work */
export async function measureCommand(words: string[]): Promise<void> {
  const asked = parseMeasure(words);
  const { out, restart, json } = asked;
  const folder = out === undefined ? undefined : OutputFolder.open(out, { resume: false, restart }, ['result.json']);
  try {
    const summary = summarise(await measureAll(asked));
    const made = {
      version,
      kernels: sha256,
      ...(asked.files.length > 0 ? { files: asked.files } : { seed: asked.seed }),
    };
    const numbers = `${JSON.stringify({ ...made, ...summary.numbers }, null, 2)}\n`;
    if (folder) {
      folder.removeResults();
      await writeFigures((name, content) => folder.write(name, content), figures(summary));
      folder.write('result.json', numbers);
    }
    process.stdout.write(json ? printable(numbers) : `${summaryText(summary)}\n`);
  } finally {
    folder?.close();
  }
}

async function measureAll(asked: Asked): Promise<PointResult[]> {
  const { files, models } = asked;
  const meter = new ProgressMeter(process.stderr);
  try {
    return await stoppable(undefined, async (signal) => {
      if (files.length > 0) return files.map((file) => measureFile(file, asked));
      const measured: PointResult[] = [];
      for (const [k, model] of models.entries()) {
        const onProgress = (progress: Progress) => meter.show({ ...progress, overall: k / models.length });
        measured.push(await measureModel(model, asked, { signal, onProgress }));
      }
      return measured;
    });
  } finally {
    meter.end();
  }
}

interface Asked {
  files: string[];
  /** Models to sample; none for files. */
  models: UniformModel[];
  /** The model of the files, if it was given. */
  told: ModelValues | undefined;
  count: number;
  seed: Seed;
  method: SamplerOptions['method'];
  threads: number | undefined;
  array: string | undefined;
  limit: number;
  out: string | undefined;
  restart: boolean;
  json: boolean;
  units: 'J' | 'kT';
}

function parseMeasure(words: string[]): Asked {
  return parseWords(words, OPTIONS, (values, files): Asked => {
    const { lattice, boundary, size, coupling, temperature, antiferromagnet, field, seed = '1', threads } = values;
    const model = { lattice, boundary, size, coupling, temperature, antiferromagnet, field };
    const told = files.length > 0 && (coupling !== undefined || temperature !== undefined);
    // for files the size may be known later: until then any size serves to check the others
    const models =
      told && size === undefined ? modelsOfShapes(model, [[4]]) : told || files.length === 0 ? modelsOf(model) : [];
    if (told && models.length > 1) {
      throw new RangeError('one --size and one --coupling for files, not a list');
    }
    const count = integer('count', optionalNumber('count', values.count) ?? 4000, 200);
    const method = oneOf('method', values.method ?? 'auto', SAMPLER_METHODS);
    const sampled = files.length === 0 ? models : [];
    for (const { shape } of sampled) {
      checkRowsMemory(count, Math.ceil(shape.reduce((product, side) => product * side, 1) / 8));
    }
    for (const each of sampled) methodFor(hamiltonianOfModel(each), { method }); // throws if the method is not applicable
    return {
      files,
      models: sampled,
      told: told ? model : undefined,
      count,
      seed: seedOfText('seed', seed),
      method,
      threads: threads === undefined ? undefined : integer('threads', numberOf('threads', threads), 1, 64),
      array: values.array,
      limit: limitOf(values.limit),
      out: values.out,
      restart: values.restart ?? false,
      json: values.json ?? false,
      units: energyUnitOf(values),
    };
  });
}

/**
 * The measurements of a file.
 * @throws FormatError, or Error with the path if the model of the configurations is unknown
 */
function measureFile(path: string, { told, array, limit, units }: Asked): PointResult {
  const sized = told?.size === undefined ? undefined : modelsOf(told)[0];
  const data = loadData(path, { limit, array, ...(sized && { shape: planeOf(sized.shape) }) });
  return named(path, () => {
    const model = sized ?? (told && modelsOfShapes(told, [sidesOfData(data)])[0]);
    const hamiltonian = model ? hamiltonianOfModel(model) : hamiltonianOfData(data);
    if (hamiltonian === null) {
      throw new Error(
        'it does not record its model: give --coupling or --temperature, and --lattice, --boundary or --field if they differ from a periodic square lattice without a field',
      );
    }
    return measurePoint(data, hamiltonian, units);
  });
}

/**
 * The data of a file.
 * @throws FormatError or Error as `loadSpinData`, with advice on flat rows in terms of the command line
 */
function loadData(path: string, options: SpinDecodeOptions): SpinData {
  try {
    return loadSpinData(path, options);
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes('give "shape"')) throw error;
    throw new Error(message.replace(/give "shape".*/, 'give --size, and --coupling or --temperature'), {
      cause: error,
    });
  }
}

/** Sides of one configuration, as in the array of the file. */
function sidesOfData({ shape, provenance }: SpinData): readonly number[] {
  const sides = provenance.parameters?.shape;
  return Array.isArray(sides) ? sides : shape;
}

/** Adds the path to errors of a file. */
function named<T>(path: string, measured: () => T): T {
  try {
    return measured();
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function measureModel(model: UniformModel, asked: Asked, options: WorkOptions): Promise<PointResult> {
  const hamiltonian = hamiltonianOfModel(model);
  const { method, threads, count, units } = asked;
  const seed = JSON.stringify([asked.seed, 'measure', model]);
  const data = await samplerFor(hamiltonian, { method, threads, seed }).sampleAsync(count, options);
  return measurePoint(data, hamiltonian, units);
}
