/** `blockspin measure`: observables with error bars, of files, or of models sampled for the purpose; exact values beside them. */

import { join } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { figures } from '../experiments/thermodynamics/figures.js';
import {
  hamiltonianOfModel,
  measurePoint,
  type PointResult,
  type UniformModel,
} from '../experiments/thermodynamics/point.js';
import { summarise } from '../experiments/thermodynamics/summary.js';
import { ensureWritableFolder, writeFileAtomic } from '../io/node.js';
import { hamiltonianOfData } from '../ising/provenance.js';
import { SAMPLER_METHODS, type SamplerOptions, sampler } from '../ising/sampler.js';
import { planeOf } from '../ising/spinData.js';
import { loadSpinData } from '../node.js';
import { integer, oneOf } from '../util/check.js';
import { type Seed, seedOfText } from '../util/random.js';
import type { Progress, WorkOptions } from '../util/work.js';
import { writeFigures } from './figures.js';
import { checkRowsMemory } from './memory.js';
import { numberOf, optionalNumber } from './numbers.js';
import { parseWords } from './options.js';
import { ProgressMeter } from './progress.js';
import { stoppable } from './stopping.js';
import { printable, summaryText } from './table.js';
import { energyUnitOf, MODEL_HELP, MODEL_OPTIONS, modelsOf } from './uniformModels.js';

const OPTIONS = {
  ...MODEL_OPTIONS,
  count: { type: 'string' },
  seed: { type: 'string' },
  method: { type: 'string' },
  threads: { type: 'string' },
  array: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export const MEASURE_HELP = `Energy, specific heat, magnetisation, susceptibility, Binder's cumulant and correlation length, each with its error bar, beside the
exact value where one is known

Usage
  blockspin measure FILE... [options]                        of files: .npz, .npy or .bits, of this package or made elsewhere
  blockspin measure --size LIST --coupling LIST [options]    of models, sampled for the purpose (kept nowhere; see blockspin sample)

Models; for a file only where it does not tell itself (rows must be in the order in which they were sampled)
${MODEL_HELP}

Options
  --count N             configurations of each model (default 4000)
  --method METHOD       ${SAMPLER_METHODS.join(', ')} (default auto)
  --seed S              number or text (default 1)
  --threads N           threads to sample with
  --array NAME          which array of an .npz file made elsewhere
  --out DIR             folder for a figure of each quantity (SVG and PNG) and result.json
  --json                print every number as JSON in place of the table`;

/** @throws UsageError for wrong words, before any work */
export async function measureCommand(words: string[]): Promise<void> {
  const { files, models, asked } = parseMeasure(words);
  if (asked.out !== undefined) ensureWritableFolder(asked.out);
  const meter = new ProgressMeter(process.stderr);
  let results: PointResult[];
  try {
    results = await stoppable(undefined, async (signal) => {
      if (files.length > 0) return files.map((file) => measureFile(file, models[0], asked));
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
  const summary = summarise(results);
  const numbers = `${JSON.stringify(summary.numbers, null, 2)}\n`;
  if (asked.out !== undefined) {
    const { out } = asked;
    const write = (name: string, content: Uint8Array | string) => writeFileAtomic(join(out, name), content);
    await writeFigures(write, figures(summary));
    write('result.json', numbers);
  }
  process.stdout.write(asked.json ? printable(numbers) : `${summaryText(summary)}\n`);
}

/** What was asked for, beside files and models. */
interface Asked {
  count: number;
  seed: Seed;
  method: SamplerOptions['method'];
  threads: number | undefined;
  array: string | undefined;
  out: string | undefined;
  json: boolean;
  units: 'J' | 'kT';
}

function parseMeasure(words: string[]): { files: string[]; models: UniformModel[]; asked: Asked } {
  return parseWords(words, OPTIONS, (values, files) => {
    const told = values.coupling !== undefined || values.temperature !== undefined;
    if (files.length > 0 && told && values.size === undefined) {
      throw new RangeError('"size" is needed beside a coupling, since a file made elsewhere has no lattice');
    }
    const models = files.length === 0 || told ? modelsOf(values) : [];
    if (files.length > 0 && models.length > 1) {
      throw new RangeError('one --size and one --coupling tell what the files are, not a list');
    }
    const { seed = '1', threads } = values;
    const count = integer('count', optionalNumber('count', values.count) ?? 4000, 200);
    for (const { shape } of files.length === 0 ? models : []) {
      checkRowsMemory(count, Math.ceil(shape.reduce((product, side) => product * side, 1) / 8));
    }
    const method = oneOf('method', values.method ?? 'auto', SAMPLER_METHODS);
    if (files.length === 0) for (const model of models) sampler(hamiltonianOfModel(model), { method }); // refuses what it does not take
    return {
      files,
      models,
      asked: {
        count,
        seed: seedOfText('seed', seed),
        method,
        threads: threads === undefined ? undefined : integer('threads', numberOf('threads', threads), 1, 64),
        array: values.array,
        out: values.out,
        json: values.json ?? false,
        units: energyUnitOf(values),
      },
    };
  });
}

/** @throws FormatError, or Error with the path where nothing tells what the configurations were sampled from */
function measureFile(path: string, model: UniformModel | undefined, { array, units }: Asked): PointResult {
  const shape = model && planeOf(model.shape);
  const data = loadSpinData(path, { limit: Number.MAX_SAFE_INTEGER, ...(array && { array }), ...(shape && { shape }) });
  const hamiltonian = model ? hamiltonianOfModel(model) : hamiltonianOfData(data);
  if (hamiltonian === null) {
    throw new Error(`${path} does not tell what it was sampled from: give --lattice, --size and --coupling`);
  }
  return named(path, () => measurePoint(data, hamiltonian, units));
}

/** Errors of a file begin with its path. */
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
  const data = await sampler(hamiltonian, { method, threads, seed }).sampleAsync(count, options);
  return measurePoint(data, hamiltonian, units);
}
