/** `blockspin generate`: configurations from a model, by Gibbs chains. */

import type { ParseArgsConfig } from 'node:util';
import type { TensorOptions } from '../../io/importRbm.js';
import type { Lock } from '../../io/lock.js';
import type { TrainingDataOptions } from '../../io/trainingData.js';
import { SpinData } from '../../ising/data/spinData.js';
import { loadTrainingData, saveSpinData } from '../../node.js';
import type { States } from '../../rbm/model/layers.js';
import { randomRows } from '../../rbm/model/noise.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import { sampleStackAsync } from '../../rbm/stack/beliefNetwork.js';
import { ensembleMean } from '../../stats/ensemble.js';
import { BitRows } from '../../util/bits.js';
import { integer, refuse } from '../../util/check.js';
import { formatEstimate } from '../../util/estimate.js';
import { type Seed, seedOfText, streamKey } from '../../util/random.js';
import { pause } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { DATA_HELP, DATA_OPTIONS, dataOptionsOf } from '../words/dataOptions.js';
import {
  describeModel,
  IMPORT_HELP,
  IMPORT_OPTIONS,
  importOptionsOf,
  loadModel,
  type Model,
} from '../words/modelFile.js';
import { optionalNumber } from '../words/numbers.js';
import { parseWords } from '../words/options.js';
import { makeOutputFile, type OutputFile, outputFileOf } from '../words/outputFile.js';
import { ProgressMeter } from '../words/progress.js';
import { Stopped, stoppable } from '../words/stopping.js';
import { printable, summaryText } from '../words/table.js';

const OPTIONS = {
  ...DATA_OPTIONS,
  ...IMPORT_OPTIONS,
  count: { type: 'string' },
  chains: { type: 'string' },
  'burn-in': { type: 'string' },
  every: { type: 'string' },
  start: { type: 'string' },
  clamp: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  restart: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const GENERATE_HELP = `Configurations from a model by Gibbs sampling: v → h → v in an RBM; in a stack by its top RBM, and then down

Usage
  blockspin generate MODEL --out FILE [options]     FILE ends in .npz, .npy or .bits; bit 1 is unit value 1, or spin +1

Options
  --count N             configurations (default 1000)
  --chains N            independent chains (default: one per configuration)
  --burn-in N           steps v → h → v before the first configuration of each chain (default 1000)
  --every N             steps between two configurations of a chain (default 100)
  --start FILE          initial rows of the chains, repeated if there are too few; read by the options below
                        (default: independent units, 0 and 1 with equal probability)
  --clamp LIST          units that keep their initial values, such as 0,5,7-12; in a stack by Gibbs sweeps over all of its layers,
                        which take much longer
  --seed S              number or text (default 1); one seed, one set of configurations
  --restart             overwrite an existing FILE
  --json                print the result as JSON

MODEL of another program
${IMPORT_HELP}

The rows of --start
${DATA_HELP}`;

interface Asked extends OutputFile {
  model: string;
  told: TensorOptions;
  count: number;
  chains: number;
  burnIn: number;
  every: number;
  start: string | undefined;
  reading: TrainingDataOptions;
  clamp: number[];
  seed: Seed;
  json: boolean;
}

/** Units of all chains times steps between two pauses for the event loop. */
const SLICE_UNITS = 2e6;

/** Runs the command. @throws UsageError for wrong words, before any work */
export async function generateCommand(words: string[]): Promise<void> {
  const asked = parseGenerate(words);
  const model = loadModel(asked.model, asked.told);
  const { visibleLayer } = model.rbm;
  if (!visibleLayer.levels) {
    throw new Error(`${asked.model}: expected visible units of two values, got ${visibleLayer.kind}`);
  }
  if (asked.clamp.some((unit) => unit >= visibleLayer.size)) {
    throw new Error(
      `${asked.model}: expected clamped units below ${visibleLayer.size}, got ${Math.max(...asked.clamp)}`,
    );
  }
  if (model.stack && asked.chains < asked.count) {
    throw new Error(`${asked.model}: a stack gives one configuration per chain, leave --chains out`);
  }
  const start = startOf(asked, visibleLayer.size);
  await makeOutputFile(asked, (lock) => generateFile(model, asked, start, lock));
}

/** Generates, and writes the file whose lock this process holds. */
async function generateFile(model: Model, asked: Asked, start: BitRows, lock: Lock): Promise<void> {
  const meter = new ProgressMeter(process.stderr);
  let rows: BitRows;
  try {
    rows = await stoppable(undefined, (signal) =>
      model.stack ? rowsOfStack(model, asked, start, signal, meter) : rowsOfRbm(model, asked, start, signal, meter),
    );
  } catch (error) {
    if (error instanceof Stopped) process.stderr.write(`${error.reason}; nothing was written\n`);
    throw error;
  } finally {
    meter.end();
  }
  const { count, chains, burnIn, every, seed, clamp } = asked;
  const own = {
    model: asked.model,
    units: model.stack ? model.stack.sizes : [model.rbm.visible, model.rbm.hidden],
    chains,
    burnIn,
    ...(chains < count ? { every } : {}),
    ...(asked.start === undefined ? {} : { start: asked.start }),
    ...(clamp.length > 0 ? { clamp } : {}),
  };
  const provenance = { source: 'blockspin generate', parameters: own, seed, version, wasm: sha256 };
  lock.check();
  saveSpinData(asked.out, new SpinData(count, model.shape, rows.bytes, provenance));
  report(model, rows, own, asked);
  process.stderr.write(`done in ${meter.elapsed()}: ${asked.out}\n`);
}

function parseGenerate(words: string[]): Asked {
  return parseWords(words, OPTIONS, (values, positionals): Asked => {
    if (positionals.length !== 1) {
      throw new RangeError(`expected one model, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}`);
    }
    const output = outputFileOf(values);
    const number = (name: 'count' | 'chains' | 'burn-in' | 'every', otherwise: number, most = 2 ** 30) =>
      integer(name, optionalNumber(name, values[name]) ?? otherwise, 1, most);
    const count = number('count', 1000);
    if (values.clamp !== undefined && values.start === undefined) {
      throw new RangeError('"clamp" expected rows to take the values from (--start)');
    }
    if (values.every !== undefined && values.chains === undefined) {
      throw new RangeError('"every" expected fewer chains than configurations (--chains)');
    }
    return {
      model: positionals[0],
      told: importOptionsOf(values),
      ...output,
      count,
      chains: number('chains', count, count),
      burnIn: number('burn-in', 1000),
      every: number('every', 100),
      start: values.start,
      reading: dataOptionsOf(values),
      clamp: values.clamp === undefined ? [] : unitsOf(values.clamp),
      seed: seedOfText('seed', values.seed ?? '1'),
      json: values.json ?? false,
    };
  });
}

const CLAMP = 'units and rising ranges of them, such as 0,5,7-12';
const MAX_UNITS = 2 ** 24;

/** Units from their text: 0,5,7-9 means 0, 5, 7, 8, 9. */
function unitsOf(text: string): number[] {
  const units = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? refuse('clamp', CLAMP, text);
    const [from, to] = [Number(first), Number(last)];
    if (to < from || to > MAX_UNITS) refuse('clamp', CLAMP, text);
    return Array.from({ length: to - from + 1 }, (_, k) => from + k);
  });
  return [...new Set(units)];
}

/** The initial rows, one per chain. */
function startOf({ start, chains, reading, seed }: Asked, units: number): BitRows {
  if (start === undefined) return randomRows(chains, units, streamKey(seed, 'generate start'));
  const data = loadTrainingData(start, reading);
  if (data.width !== units || data.count === 0) {
    throw new Error(`${start}: expected rows of ${units} units, got ${data.count} of ${data.width}`);
  }
  const rows = new BitRows(chains, units);
  for (let r = 0; r < chains; r++) {
    const from = (r % data.count) * data.stride;
    rows.bytes.set(data.bytes.subarray(from, from + data.stride), r * rows.stride);
  }
  return rows;
}

/** Rows of an RBM: row r is of chain r mod chains, in the order of time. */
async function rowsOfRbm(
  model: Model,
  { count, chains, burnIn, every, clamp, seed }: Asked,
  start: BitRows,
  signal: AbortSignal,
  meter: ProgressMeter,
): Promise<BitRows> {
  const rbm = model.rbm as Rbm<BitRows, States>;
  const rounds = Math.ceil(count / chains);
  const total = burnIn + (rounds - 1) * every;
  const slice = Math.max(1, Math.floor(SLICE_UNITS / (chains * (rbm.visible + rbm.hidden))));
  const rows = new BitRows(count, rbm.visible);
  let states = start;
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    const past = burnIn + round * every;
    // slices start again in each round, so that their number of steps, which fixes the streams, depends on the options
    // only
    while (done < past) {
      signal.throwIfAborted();
      const steps = Math.min(slice, past - done);
      states = rbm.gibbs(states, { steps, clamp, seed: JSON.stringify([seed, 'generate', done]) }).visible;
      done += steps;
      meter.show({ stage: 'generate', done, total, unit: 'steps', overall: done / total });
      await pause();
    }
    const kept = Math.min(chains, count - round * chains);
    rows.bytes.set(states.bytes.subarray(0, kept * states.stride), round * chains * states.stride);
  }
  return rows;
}

async function rowsOfStack(
  { stack }: Model,
  { count, burnIn, start: given, clamp, seed }: Asked,
  start: BitRows,
  signal: AbortSignal,
  meter: ProgressMeter,
): Promise<BitRows> {
  return sampleStackAsync(stack!, {
    count,
    steps: burnIn,
    seed,
    clamp,
    ...(given === undefined ? {} : { start }),
    signal,
    onProgress: (progress) => meter.show({ ...progress, overall: progress.done / progress.total }),
  });
}

function report(model: Model, rows: BitRows, own: Record<string, unknown>, { count, chains, out, json }: Asked): void {
  const free = (model.rbm as Rbm<BitRows, States>).freeEnergy(rows);
  const { mean, error, tau } = count > 1 ? ensembleMean(free, chains) : { mean: free[0], error: null, tau: null };
  const series = chains < count;
  if (json) {
    const freeEnergy = { mean, error, tau: series ? tau : null };
    process.stdout.write(printable(`${JSON.stringify({ file: out, count, ...own, freeEnergy }, null, 2)}\n`));
    return;
  }
  const facts = [
    { label: 'model', value: describeModel(model) },
    { label: 'configurations', value: `${count} of ${chains} chain${chains === 1 ? '' : 's'}` },
    { label: 'mean free energy', value: error === null ? mean.toFixed(4) : formatEstimate({ value: mean, error }) },
    ...(series
      ? [
          {
            label: 'τ of the free energy',
            value: tau === null ? 'too long for these chains' : tau.toFixed(2),
            note: 'in configurations of a chain, 0.5 = independent',
          },
        ]
      : []),
  ];
  const answer =
    'Chains give samples of the model only after a sufficient burn-in: compare with another --burn-in, and with --start of the training data.';
  process.stdout.write(`${summaryText({ facts, tables: [], answer })}\n`);
}
