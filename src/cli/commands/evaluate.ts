/** `blockspin evaluate`: measures of how well a model describes data. */

import type { ParseArgsConfig } from 'node:util';
import type { Summary } from '../../experiments/kit/experiment.js';
import type { TensorOptions } from '../../io/importRbm.js';
import type { TrainingDataOptions } from '../../io/trainingData.js';
import { SpinData } from '../../ising/data/spinData.js';
import { equilibriumCheck, hiddenUnits } from '../../rbm/diagnosis/hiddenUnits.js';
import { type Outcome, trainingOutcomeAsync } from '../../rbm/diagnosis/outcome.js';
import { singularValues } from '../../rbm/diagnosis/singularValues.js';
import {
  freeEnergyGap,
  logLikelihood,
  pseudoLikelihood,
  unexplainedVariance,
} from '../../rbm/likelihood/likelihood.js';
import { type LogPartition, logPartitionAsync, type PartitionMethod } from '../../rbm/likelihood/partition.js';
import type { States } from '../../rbm/model/layers.js';
import type { AnyRbm, Rbm } from '../../rbm/model/rbm.js';
import { stackBound } from '../../rbm/stack/beliefNetwork.js';
import {
  type LatticeLogPartition,
  type LatticePartitionMethod,
  latticeLogPartitionAsync,
} from '../../rg/tensor/latticeLogPartition.js';
import { BitRows } from '../../util/bits.js';
import { integer, oneOf } from '../../util/check.js';
import { formatEstimate } from '../../util/estimate.js';
import { type Seed, seedOfText } from '../../util/random.js';
import { RealRows } from '../../util/reals.js';
import type { Progress } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { DATA_HELP, DATA_OPTIONS, dataOptionsOf, loadRows, statesOf } from '../words/dataOptions.js';
import {
  describeModel,
  IMPORT_HELP,
  IMPORT_OPTIONS,
  importOptionsOf,
  loadModel,
  type Model,
} from '../words/modelFile.js';
import { numberOf } from '../words/numbers.js';
import { parseWords } from '../words/options.js';
import { ProgressMeter } from '../words/progress.js';
import { stoppable } from '../words/stopping.js';
import { besideIndependent, doubtsText, printable, summaryText } from '../words/table.js';

const OPTIONS = {
  ...DATA_OPTIONS,
  ...IMPORT_OPTIONS,
  training: { type: 'string' },
  partition: { type: 'string' },
  chains: { type: 'string' },
  temperatures: { type: 'string' },
  bond: { type: 'string' },
  units: { type: 'string' },
  samples: { type: 'string' },
  equilibrium: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

const METHODS = ['auto', 'exact', 'tensor', 'annealing'] as const satisfies readonly LatticePartitionMethod[];

/** The help of the command. */
export const EVALUATE_HELP = `log Z and likelihood of data compared with that of independent units; pseudo-likelihood; gap; doubts

Usage
  blockspin evaluate MODEL DATA [options]     MODEL: model.safetensors of blockspin train, saveRbm or saveStack; or an RBM of {0,1} units of
                                              another program, arrays as safetensors or npz (for a PyTorch .pt file the error message explains the conversion)

Data: as for blockspin train; real numbers for real visible units
${DATA_HELP}

MODEL of another program
${IMPORT_HELP}

Options
  --training FILE       training data of the model: the free-energy gap is that of DATA minus that of FILE
  --partition METHOD    exact: enumerate a layer of at most 30 units; tensor: contract the lattice, for an RBM whose hidden units each see sites of one
                        2×2 plaquette of its rows; annealing: from independent units to the model and back; auto (default): exact up to about ten
                        seconds of work, tensor where the RBM is of that kind, else annealing
  --chains N            chains of annealing (default 256)
  --temperatures N      temperatures of annealing (default 1000); use more if log Z is doubtful
  --bond N              largest dimension of a leg of a tensor, 1 to 32 (default 16)
  --units N             units of the pseudo-likelihood: all, or a number of random ones per row (default all if that is quick, else 16); for real visible units
                        the share of unexplained variance is given in its place
  --samples N           samples of the hidden layers per row for the bound of a stack (default 10)
  --equilibrium N       also: whether chains from random starts and from DATA agree after N steps, and which hidden units carry no information (an
                        RBM only, of two-valued visible units)
  --seed S              number or text (default 1)
  --json                print all numbers as JSON in place of the table`;

interface Asked {
  model: string;
  told: TensorOptions;
  file: string;
  training: string | undefined;
  reading: TrainingDataOptions;
  method: LatticePartitionMethod;
  chains: number | undefined;
  temperatures: number | undefined;
  bond: number | undefined;
  units: number | 'all' | undefined;
  samples: number;
  equilibrium: number | undefined;
  seed: Seed;
  json: boolean;
}

/** Runs the command. @throws UsageError for wrong words, before any work */
export async function evaluateCommand(words: string[]): Promise<void> {
  const asked = parseEvaluate(words);
  const model = loadModel(asked.model, asked.told);
  const { visibleLayer } = model.rbm;
  const option = (['units', 'equilibrium'] as const).find((name) => asked[name] !== undefined);
  if (!visibleLayer.levels && option) {
    throw new Error(`${asked.model}: expected visible units of two values for --${option}, got ${visibleLayer.kind}`);
  }
  if (model.stack && asked.equilibrium !== undefined) {
    throw new Error(`${asked.model}: expected one RBM for --equilibrium, got a stack`);
  }
  if (model.stack && asked.method === 'tensor') {
    throw new Error(`${asked.model}: expected one RBM for --partition tensor, got a stack`);
  }
  const read = (path: string): BitRows | RealRows => {
    const data = loadRows(path, asked.reading, visibleLayer.kind).rows;
    if (data.width !== visibleLayer.size || data.count === 0) {
      throw new Error(
        `${path}: expected rows of ${visibleLayer.size} units, as ${asked.model} has, got ${data.count} of ${data.width}`,
      );
    }
    return data;
  };
  const data = read(asked.file);
  const training = asked.training === undefined ? undefined : read(asked.training);
  // files of other programs, and of RBMs without data, have no shape
  const shape = model.shape[0] === 1 && data instanceof SpinData ? data.shape : model.shape;
  const meter = new ProgressMeter(process.stderr);
  let partition: LatticeLogPartition;
  let outcome: Outcome | undefined;
  try {
    const watched = (signal: AbortSignal) => ({
      signal,
      onProgress: (progress: Progress) => meter.show({ ...progress, overall: progress.done / progress.total }),
    });
    partition = await stoppable(undefined, (signal) => {
      const top = model.stack ? (model.stack.rbms[model.stack.rbms.length - 1] as AnyRbm) : model.rbm;
      const { method, chains, temperatures, bond, seed } = asked;
      const options = {
        ...(chains && { chains }),
        ...(temperatures && { temperatures }),
        seed,
        ...watched(signal),
      };
      // the data of a stack's top RBM are other rows, and its visible units no lattice
      if (model.stack) return logPartitionAsync(top, { ...options, method: method as PartitionMethod });
      const lattice = { shape, method, ...(bond && { bond }) };
      return latticeLogPartitionAsync(top, { ...options, ...lattice, data: statesOf(data) });
    });
    if (!model.stack) {
      outcome = await stoppable(undefined, (signal) =>
        trainingOutcomeAsync(model.rbm, data, {
          partition,
          seed: asked.seed,
          ...watched(signal),
        }),
      );
    }
  } finally {
    meter.end();
  }
  if (!Number.isFinite(partition.estimate)) {
    throw new Error(`${asked.model}: the RBM has no distribution: its weights between real units are too large`);
  }
  const summary = evaluation({ ...model, shape }, data, training, partition, outcome, asked);
  process.stdout.write(
    asked.json ? printable(`${JSON.stringify(summary.numbers, null, 2)}\n`) : `${summaryText(summary)}\n`,
  );
}

function parseEvaluate(words: string[]): Asked {
  return parseWords(words, OPTIONS, (values, positionals): Asked => {
    if (positionals.length !== 2) {
      const got = positionals.length === 0 ? 'none' : positionals.join(' ');
      throw new RangeError(`expected a model and a data file, got ${got}`);
    }
    const count = (name: 'chains' | 'temperatures' | 'samples' | 'equilibrium', low: number) =>
      values[name] === undefined ? undefined : integer(name, numberOf(name, values[name]), low, 1e6);
    const { units, bond } = values;
    return {
      model: positionals[0],
      told: importOptionsOf(values),
      file: positionals[1],
      training: values.training,
      reading: dataOptionsOf(values),
      method: oneOf('partition', values.partition ?? 'auto', METHODS),
      chains: count('chains', 2),
      temperatures: count('temperatures', 1),
      bond: bond === undefined ? undefined : integer('bond', numberOf('bond', bond), 1, 32),
      units: units === undefined || units === 'all' ? units : integer('units', numberOf('units', units)),
      samples: count('samples', 1) ?? 10,
      equilibrium: count('equilibrium', 2),
      seed: seedOfText('seed', values.seed ?? '1'),
      json: values.json ?? false,
    };
  });
}

/** Max products for the pseudo-likelihood of all units, a few seconds. */
const QUICK = 2e8;

function evaluation(
  model: Model,
  data: BitRows | RealRows,
  training: BitRows | RealRows | undefined,
  partition: LatticeLogPartition,
  outcome: Outcome | undefined,
  asked: Asked,
): Pick<Summary, 'answer' | 'facts' | 'tables'> & { numbers: Record<string, unknown> } {
  const { stack, rbm } = model;
  const bits = data instanceof BitRows ? data : undefined;
  const states = statesOf(data);
  const { method, lower, estimate, upper, error, effectiveSize, doubt, tensors, withoutTensors } = partition;
  const quick = data.count * rbm.visible * rbm.hidden <= QUICK;
  const units = asked.units ?? (quick ? 'all' : Math.min(16, rbm.visible));
  const pseudo = bits && pseudoLikelihood(rbm as Rbm<BitRows, States>, bits, { units, seed: asked.seed });
  const left = data instanceof RealRows ? unexplainedVariance(rbm, data.values) : undefined;
  const gap = training && freeEnergyGap(rbm, statesOf(training), states);
  const likelihood = stack ? undefined : logLikelihood(rbm, states, partition);
  const bound =
    stack &&
    bits &&
    stackBound(stack, bits, {
      partition: partition as LogPartition<BitRows>,
      samples: asked.samples,
      seed: asked.seed,
    });
  const check =
    asked.equilibrium === undefined || !bits
      ? undefined
      : diagnosis(rbm as Rbm<BitRows, States>, bits, asked.equilibrium, asked.seed);
  // tensors that truncate nothing are exact, too
  const exact = error === 0 && method !== 'annealing';
  const show = (value: number, of: number) => formatEstimate({ value, error: Number.isFinite(of) ? of : 0 });
  const between = (of: { lower: number; upper: number }) => `between ${of.lower.toFixed(4)} and ${of.upper.toFixed(4)}`;
  const which = units === 'all' ? 'all units, exactly' : `${units} random units per row`;
  const facts = [
    { label: 'model', value: describeModel(model) },
    { label: 'data', value: `${data.count} rows` },
    {
      label: stack ? 'log Z of the top RBM' : 'log Z',
      value: exact ? estimate.toFixed(6) : show(estimate, error),
      note: noteOf(partition, model.shape),
    },
    ...(likelihood
      ? [
          {
            label: 'log-likelihood per row',
            value: show(likelihood.mean, likelihood.error),
            note: `${exact ? '' : `${between(likelihood)} by log Z alone; `}${besideIndependent(likelihood)}`,
          },
        ]
      : []),
    ...(bound
      ? [
          {
            label: 'variational bound per row',
            value: show(bound.mean, bound.error),
            note: `the log-likelihood is larger${exact ? '' : `; ${between(bound)} by log Z alone`}`,
          },
          { label: `by ${asked.samples} samples together`, value: show(bound.weighted, bound.weightedError) },
        ]
      : []),
    ...(pseudo
      ? [
          {
            label: `pseudo-log-likelihood per unit${stack ? ', layer 1' : ''}`,
            value: show(pseudo.mean, pseudo.error),
            note: `${which}; ${show(pseudo.total, pseudo.totalError)} per row; a proxy; ${besideIndependent(pseudo)}`,
          },
        ]
      : []),
    ...(left === undefined
      ? []
      : [{ label: 'variance unexplained', value: `${(100 * left).toFixed(1)} %`, note: 'by v → ⟨h⟩ → ⟨v⟩' }]),
    ...(gap
      ? [
          {
            label: `free-energy gap${stack ? ', layer 1' : ''}`,
            value: show(gap.gap, gap.error),
            note: 'these rows minus the training rows: 0 without overfitting',
          },
        ]
      : []),
    ...(check?.facts ?? []),
  ];
  return {
    answer: [
      'All in nats. Errors are those of the rows as a sample of a larger population.',
      ...doubtsText(outcome?.doubts),
    ].join('\n\n'),
    facts,
    tables: [],
    numbers: {
      ...{ version, kernels: sha256, seed: asked.seed },
      model: { file: asked.model, units: stack ? stack.sizes : [rbm.visible, rbm.hidden] },
      data: { file: asked.file, rows: data.count, training: asked.training ?? null },
      logPartition: {
        method,
        lower,
        estimate,
        upper,
        error,
        effectiveSize: Number.isFinite(effectiveSize) ? effectiveSize : null,
        doubt: doubt ?? null,
        ...(tensors && { tensors }),
        ...(withoutTensors && { withoutTensors }),
      },
      logLikelihood: likelihood ?? null,
      stackBound: bound ?? null,
      pseudoLikelihood: pseudo ? { ...pseudo, units } : null,
      ...(left === undefined ? {} : { unexplained: left }),
      freeEnergyGap: gap ?? null,
      doubts: outcome?.doubts ?? null,
      modes: outcome?.modes ?? null,
      ...check?.numbers,
    },
  };
}

/** How log Z was found, and what its error means. */
function noteOf(partition: LatticeLogPartition, [rows, columns]: readonly [number, number]): string {
  const { method, lower, upper, effectiveSize, doubt, tensors } = partition;
  if (method === 'exact') return 'exact';
  const between = `between ${lower.toFixed(4)} and ${upper.toFixed(4)}`;
  if (!tensors) {
    return `by annealing, ${between}; ${effectiveSize.toFixed(0)} effective chains at least${doubt ? `: doubtful, ${doubt}` : ''}`;
  }
  const contracted = `by tensors of dimension ${tensors.bond} on ${rows} × ${columns}`;
  if (tensors.change === 0) return `${contracted}: exact, nothing was cut off`;
  return `${contracted}, ${between} by what smaller dimensions change, no bound`;
}

const VERDICTS = {
  equilibrated: 'have the same means as those from the data',
  drifting: 'still drift: samples depend on the number of steps',
  apart: 'are stationary, but with other means than those from the data',
  stuck: 'have the same means, but those from the data are still where they began',
};
/** Max entries of W for singular values in a few seconds. */
const QUICK_MATRIX = 3e5;

/** Equilibrium of chains, and states of the hidden units. */
function diagnosis(rbm: Rbm<BitRows, States>, data: BitRows, steps: number, seed: Seed) {
  const check = equilibriumCheck(rbm, data, { steps, seed });
  const units = rbm.hiddenLayer.levels ? hiddenUnits(rbm as Rbm, data) : undefined;
  const small = rbm.weights.length <= QUICK_MATRIX;
  const singular = small ? [...singularValues(rbm.weights, rbm.visible, rbm.hidden)] : undefined;
  const counts = (['alive', 'off', 'on', 'constant'] as const).map((state) => {
    return `${units?.filter((unit) => unit.state === state).length} ${state}`;
  });
  const facts = [
    {
      label: 'chains from random starts',
      value: VERDICTS[check.verdict],
      note: `${check.verdict}: after ${steps} steps the largest |z| is ${check.largest.toFixed(1)}`,
    },
    ...(units ? [{ label: 'hidden units', value: counts.join(', ') }] : []),
    ...(singular
      ? [
          {
            label: 'singular values of W',
            value: `${singular
              .slice(0, 5)
              .map((s) => s.toPrecision(3))
              .join(', ')}${singular.length > 5 ? ', …' : ''}`,
          },
        ]
      : []),
  ];
  return { facts, numbers: { equilibrium: check, hiddenUnits: units ?? null, singularValues: singular ?? null } };
}
