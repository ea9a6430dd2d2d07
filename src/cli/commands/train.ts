/** `blockspin train`: an RBM, or a stack of RBMs, from a file of rows of bits, grey levels or real numbers. */

import { join } from 'node:path';
import { fnv1a64 } from '../../io/checkpoint.js';
import { encodeRbm } from '../../io/rbm.js';
import { encodeStack } from '../../io/stack.js';
import {
  decodeStackState,
  decodeTrainingState,
  encodeStackState,
  encodeTrainingState,
} from '../../io/trainingState.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { loadTrainingData } from '../../node.js';
import type { MonitorOptions } from '../../rbm/diagnosis/monitor.js';
import type { Outcome } from '../../rbm/diagnosis/outcome.js';
import type { TrainingOptions } from '../../rbm/engines/options.js';
import type { EpochRecord, TrainingState } from '../../rbm/engines/state.js';
import type { AnyRbm } from '../../rbm/model/rbm.js';
import { type StackState, trainStack } from '../../rbm/stack/stack.js';
import { trainRbm } from '../../rbm/training/trainRbm.js';
import type { Progress } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { bytesOf, type LoadedRows, loadRows } from '../words/dataOptions.js';
import { writeFigures } from '../words/figures.js';
import { UsageError } from '../words/options.js';
import { OutputFolder } from '../words/outputFolder.js';
import { ProgressMeter } from '../words/progress.js';
import { stoppable } from '../words/stopping.js';
import { printable, summaryText } from '../words/table.js';
import { adviceAfter, identityAfter, identityThere } from '../words/trainingCheckpoint.js';
import { type Asked, parseTrain } from '../words/trainOptions.js';
import { figuresOf, logText, PROXY, type Trained, trainedSummary } from '../words/trainSummary.js';

/** Runs the command. @throws UsageError for wrong words, before any work */
export async function trainCommand(words: string[]): Promise<void> {
  const asked = parseTrain(words);
  const data = loadRows(asked.file, asked.reading, asked.kind);
  const { count, width } = data.rows;
  if (count < 2) throw new Error(`${asked.file}: expected at least 2 rows, got ${count}`);
  const heldOut = asked.validation === undefined ? undefined : loadTrainingData(asked.validation, asked.reading);
  if (heldOut && heldOut.width !== width) {
    throw new Error(`${asked.validation}: expected rows of ${width} units, got ${heldOut.width}`);
  }
  checkWeights(asked, width);
  const folder = OutputFolder.open(asked.out, asked, ['result.json', 'model.safetensors']);
  try {
    await trainIn(folder, asked, data, heldOut);
  } finally {
    folder.close();
  }
}

async function trainIn(folder: OutputFolder, asked: Asked, data: LoadedRows, heldOut?: SpinData): Promise<void> {
  const { checkpoint } = folder;
  const meter = new ProgressMeter(process.stderr);
  try {
    const trained = await stoppable(asked.stopAfter, (signal) =>
      asked.hidden.length === 1
        ? trainOne(data, heldOut, asked, folder, signal, meter)
        : trainAll(data.rows as SpinData, asked, folder, signal, meter),
    );
    meter.end();
    process.stderr.write('model, log and figures …\n');
    const summary = trainedSummary(data.rows, heldOut, trained, told(asked, data));
    const numbers = `${JSON.stringify(summary.numbers, null, 2)}\n`;
    folder.removeResults();
    folder.write('model.safetensors', modelBytes(trained, data, asked));
    writeLog(folder, trained.history);
    await writeFigures((name, content) => folder.write(name, content), figuresOf(trained, data, deviationOf(asked)));
    folder.write('result.json', numbers);
    checkpoint.remove();
    process.stdout.write(asked.json ? printable(numbers) : `${summaryText(summary)}\n`);
    process.stderr.write(`done in ${meter.elapsed()}: ${join(asked.out, 'model.safetensors')}\n`);
  } catch (error) {
    meter.end();
    const advice = adviceAfter(error, checkpoint, asked.options.learningRate);
    if (advice) process.stderr.write(`${advice}\n`);
    throw error;
  }
}

/** @throws UsageError for layers with more weights than WebAssembly can address */
function checkWeights({ hidden }: Asked, visible: number): void {
  hidden.forEach((units, k) => {
    const below = k === 0 ? visible : hidden[k - 1];
    const gibibytes = (4 * below * units) / 2 ** 30;
    if (gibibytes < 4) return;
    throw new UsageError(
      `"hidden" expected less than 4 GiB of weights, got ${below} x ${units} of them: ${Math.round(gibibytes)} GiB`,
    );
  });
}

/** The options that define the result. */
function chosen({ hidden, options, feed, monitor }: Asked): Record<string, unknown> {
  const { threads: _, ...others } = options;
  return { hidden, ...others, ...(feed && { feed }), ...(monitor && { monitor }) };
}

/** Command, data and options that define the result. */
function told(asked: Asked, { rows, shape }: LoadedRows): Record<string, unknown> {
  const { file, validation } = asked;
  return {
    command: 'train',
    version,
    kernels: sha256,
    data: { file, rows: rows.count, units: rows.width, shape, fnv1a64: fnv1a64(bytesOf(rows)) },
    ...(validation === undefined ? {} : { validation }),
    options: chosen(asked),
  };
}

/**
 * The identity of the run, with which a checkpoint must agree; the learning rate is separate, since it may change after
 * a divergence.
 */
function identityOf(asked: Asked, { rows, shape }: LoadedRows, heldOut?: SpinData): Record<string, string> {
  return {
    command: 'train',
    version,
    kernels: sha256,
    data: `${rows.count} rows of ${shape.join('x')}, ${fnv1a64(bytesOf(rows))}`,
    validation: heldOut ? `${heldOut.count} rows, ${fnv1a64(heldOut.bytes)}` : 'none',
    options: JSON.stringify({ ...chosen(asked), learningRate: undefined }),
    learningRate: JSON.stringify(asked.options.learningRate ?? 'default'),
  };
}

/** Max number of singular values per epoch. */
const MAX_VALUES = 100;

/** The optional measurements. */
function monitorOf({ monitor }: Asked, heldOut?: SpinData): { monitor?: MonitorOptions } {
  if (monitor === undefined) return {};
  return { monitor: { every: monitor, singularValues: MAX_VALUES, hiddenUnits: true, ...(heldOut && { heldOut }) } };
}

/**
 * Writes the log from the state of the checkpoint, after it: if the run is stopped in between, --resume writes the log
 * again.
 */
function writeLog(folder: OutputFolder, history: readonly EpochRecord[][]): void {
  folder.write('log.csv', logText(history));
}

const figuresOfRecord = (record: EpochRecord | undefined) =>
  record && {
    ...(record.pseudoLikelihood === undefined ? {} : { [PROXY]: record.pseudoLikelihood }),
    ...(record.independent === undefined ? {} : { 'of independent units': record.independent }),
    ...(record.unexplained === undefined ? {} : { unexplained: record.unexplained }),
    ...(record.validation === undefined ? {} : { 'held out': record.validation }),
    rate: record.learningRate,
  };

/** The standard deviation of the weights at the start. */
const deviationOf = ({ options }: Asked) => options.initialDeviation ?? 0.01;

async function trainOne(
  data: LoadedRows,
  heldOut: SpinData | undefined,
  asked: Asked,
  folder: OutputFolder,
  signal: AbortSignal,
  meter: ProgressMeter,
): Promise<Trained> {
  const { checkpoint } = folder;
  const identity = identityOf(asked, data, heldOut);
  const saved = checkpoint.load();
  const resume = saved && decodeTrainingState(saved, identityThere(saved, identity, checkpoint.name), checkpoint.name);
  let state: (() => TrainingState) | undefined = resume && (() => resume);
  let record = resume?.history.at(-1);
  if (resume) writeLog(folder, [resume.history]);
  const save = (now: boolean, own = identity) => {
    if (!state || !checkpoint.save(() => encodeTrainingState(state!(), own), now)) return;
    writeLog(folder, [state().history]);
  };
  try {
    const { rbm, history, best, outcome } = await trainRbm(data.rows, {
      ...asked.options,
      ...monitorOf(asked, heldOut),
      hidden: asked.hidden[0],
      ...(heldOut && { validation: heldOut }),
      ...(resume && { resume }),
      signal,
      onProgress: (progress) =>
        meter.show({ ...progress, overall: progress.done / progress.total, figures: figuresOfRecord(record) }),
      onEpoch: (latest, current) => {
        record = latest;
        state = current;
        save(false);
      },
    });
    save(true); // so that the training is saved if a later step fails
    return { rbm, history: [history], best, outcome: outcome as Outcome };
  } catch (error) {
    save(true, identityAfter(error, identity));
    throw error;
  }
}

async function trainAll(
  data: SpinData,
  asked: Asked,
  folder: OutputFolder,
  signal: AbortSignal,
  meter: ProgressMeter,
): Promise<Trained> {
  const { checkpoint } = folder;
  const identity = identityOf(asked, { rows: data, shape: data.shape });
  const saved = checkpoint.load();
  const resume = saved && decodeStackState(saved, identityThere(saved, identity, checkpoint.name), checkpoint.name);
  let state: (() => StackState) | undefined = resume && (() => resume);
  let record = resume?.current?.history.at(-1);
  const historyOf = ({ finished, current }: StackState) => [
    ...finished.map(({ history }) => history),
    ...(current ? [current.history] : []),
  ];
  if (resume) writeLog(folder, historyOf(resume));
  const save = (now: boolean, own = identity) => {
    if (!state || !checkpoint.save(() => encodeStackState(state!(), own), now)) return;
    writeLog(folder, historyOf(state()));
  };
  // shares of the run, by the multiplications in them
  const costs = asked.hidden.map((units, k) => units * (k === 0 ? data.width : asked.hidden[k - 1]));
  const total = costs.reduce((sum, cost) => sum + cost);
  const overall = ({ stage, done, total: epochs }: Progress) => {
    const layer = Number(stage.slice('layer '.length));
    const before = costs.slice(0, layer - 1).reduce((sum, cost) => sum + cost, 0);
    return (before + (costs[layer - 1] * done) / epochs) / total;
  };
  try {
    const { stack, history, outcomes, doubts } = await trainStack(data, {
      ...(asked.options as Omit<TrainingOptions, 'hidden'>),
      ...monitorOf(asked),
      ...(asked.feed && { feed: asked.feed }),
      hidden: asked.hidden,
      ...(resume && { resume }),
      signal,
      onProgress: (progress) =>
        meter.show({ ...progress, overall: overall(progress), figures: figuresOfRecord(record) }),
      onEpoch: (_layer, latest, current) => {
        record = latest;
        state = current;
        save(false);
      },
    });
    save(true);
    return { rbm: stack.rbms[0] as AnyRbm, stack, history, outcome: { ...outcomes[0], doubts } };
  } catch (error) {
    save(true, identityAfter(error, identity));
    throw error;
  }
}

function modelBytes({ rbm, stack }: Trained, { shape }: LoadedRows, asked: Asked): Uint8Array {
  const metadata = { trained: JSON.stringify(chosen(asked)), package: `blockspin ${version}` };
  return stack ? encodeStack(stack, metadata) : encodeRbm(rbm, { ...metadata, shape: JSON.stringify(shape) });
}
