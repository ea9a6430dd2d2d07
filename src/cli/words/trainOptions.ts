/** The words of `blockspin train`: options, help, and what they ask for. */

import type { ParseArgsConfig } from 'node:util';
import type { TrainingDataOptions } from '../../io/trainingData.js';
import { checkTrainingOptions, isReal } from '../../rbm/engines/checkedOptions.js';
import type { LayeredTrainingOptions, Schedule, TrainingOptions } from '../../rbm/engines/options.js';
import { LAYER_KINDS, type LayerKind } from '../../rbm/model/layers.js';
import type { StackOptions } from '../../rbm/stack/stack.js';
import { integer, oneOf, positive, positiveIntegers, refuse } from '../../util/check.js';
import { seedOfText } from '../../util/random.js';
import { DATA_HELP, DATA_OPTIONS, dataOptionsOf } from './dataOptions.js';
import { numberOf, numbersOf, optionalNumber } from './numbers.js';
import { parseWords } from './options.js';

const OPTIONS = {
  ...DATA_OPTIONS,
  hidden: { type: 'string' },
  epochs: { type: 'string' },
  passes: { type: 'string' },
  algorithm: { type: 'string' },
  steps: { type: 'string' },
  chains: { type: 'string' },
  replicas: { type: 'string' },
  uncentred: { type: 'boolean' },
  optimiser: { type: 'string' },
  'learning-rate': { type: 'string' },
  schedule: { type: 'string' },
  momentum: { type: 'string' },
  l1: { type: 'string' },
  l2: { type: 'string' },
  'max-norm': { type: 'string' },
  sparsity: { type: 'string' },
  'batch-size': { type: 'string' },
  'initial-deviation': { type: 'string' },
  precision: { type: 'string' },
  units: { type: 'string' },
  validation: { type: 'string' },
  patience: { type: 'string' },
  feed: { type: 'string' },
  monitor: { type: 'string' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'boolean' },
  restart: { type: 'boolean' },
  json: { type: 'boolean' },
  'stop-after': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const TRAIN_HELP = `A restricted Boltzmann machine from data by maximum likelihood, with an estimate of the gradient

Usage
  blockspin train DATA --hidden N[,N...] [options]     one number: an RBM; several: a stack, from the data upwards

Data: .npz, .npy, .bits or IDX (MNIST), each also gzipped; rows of 0 and 1 or of ±1, or grey levels; or real numbers (--units). IDX images have a default threshold at half the range
${DATA_HELP}
  --validation FILE     held-out rows: the epoch with their best pseudo-likelihood is kept (RBM only)
  --patience N          stop after N epochs without a better one

Training
  --epochs N            passes over the data, or --passes N of them each (default: 10,000 updates, but at least ten passes)
  --algorithm A         population (default): persistent chains with weights that follow the model; cd: contrastive divergence (the default with
                        fixed16); pcd: persistent chains only; tempering: chains on a ladder of temperatures; trajectory: on a ladder of past models;
                        exact: all states of a layer of at most 20 units
  --steps N             Gibbs steps per minibatch, the k of CD-k and PCD-k (default 1)
  --chains N            persistent chains (default: the batch size, at least 100; for a population twice that)
  --replicas N          temperatures (default 10), or models of a trajectory (default 20)
  --uncentred           plain steps; the default is centred steps, in v - ⟨v⟩ and h - ⟨h⟩
  --optimiser O         momentum (default), nesterov, adam
  --learning-rate X     default 0.02, for adam 0.001; for a population 0.05 up to 5000 weights, 0.01 above, up to twice
                        that for few updates;
                        a list has one per epoch
  --schedule S          linear (default, to 0), constant, inverse:N or exponential:N (halved after N epochs)
  --momentum X          default 0.5; for a population and for adam 0.9
  --l1 X, --l2 X        penalties X·Σ|W| and (X/2)·ΣW² (default 0)
  --max-norm X          max norm of the weights of a hidden unit
  --sparsity Q:X        penalty (X/2)·Σ(q - Q)² on the mean activations of hidden units
  --batch-size N        rows per minibatch (default 100)
  --initial-deviation X standard deviation of the initial weights (default 0.01)
  --precision P         number format of products: float32; fixed16: 16 bits, for populations, cd and pcd with momentum and no penalty but l1, in about two
                        thirds of the time; auto (default): at present float32. log.csv and the summary name it
  --units U             bits: {0,1} (default), or spins: ±1, of both layers; the conversion is exact. gaussian or relu: real visible units, trained on
                        the numbers of an .npz, .npy or IDX file (relu: none below 0), with hidden units of {0,1}; by population, cd or pcd,
                        without --validation and --sparsity (all but bits: RBM only)
  --feed F              data of the upper layers of a stack: samples (default), or probabilities of the hidden units below; slower
  --monitor N           every N epochs also singular values of W, hidden units without information and, with --validation, the free-energy gap; for
                        layers of more than 500 units this takes seconds each time (default: never)
  --seed S              number or text (default 1)
  --threads N           default: the number of cores, or fewer for small minibatches; the result does not depend on it

Output
  --out DIR             folder for model.safetensors, log.csv, result.json and figures (default out/train); log.csv grows with the checkpoint, at most
                        15 s behind
  --resume              continue from the checkpoint in that folder, or start if there is none; the files are the same to the byte.
                        After a divergence: with a smaller --learning-rate, from the last good epoch
  --restart             discard the checkpoint in that folder, or overwrite a finished result
  --stop-after MINUTES  stop with a checkpoint after this time
  --json                print result.json on stdout in place of the summary`;

/** What a training is asked for. */
export interface Asked {
  file: string;
  reading: TrainingDataOptions;
  hidden: number[];
  /** Options of the engine, without `hidden`. */
  options: Omit<LayeredTrainingOptions, 'hidden' | 'validation' | 'monitor'>;
  /** Kind of the visible units. */
  kind: LayerKind;
  feed: StackOptions['feed'];
  /** Number of epochs between two measurements. */
  monitor: number | undefined;
  validation: string | undefined;
  out: string;
  resume: boolean;
  restart: boolean;
  json: boolean;
  stopAfter: number | undefined;
}

/** What the words ask for. @throws UsageError for wrong words */
export function parseTrain(words: string[]): Asked {
  return parseWords(words, OPTIONS, (values, positionals): Asked => {
    if (positionals.length !== 1) {
      throw new RangeError(`expected one data file, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}`);
    }
    if (values.hidden === undefined)
      throw new RangeError('"hidden" expected a number of units, or a list, got nothing');
    if (values.resume && values.restart) throw new RangeError('--resume and --restart exclude each other');
    const hidden = positiveIntegers('hidden', numbersOf('hidden', values.hidden, ','));
    const rateText = values['learning-rate'];
    const rates = rateText === undefined ? undefined : numbersOf('learning-rate', rateText, ',');
    const kind = oneOf('units', values.units ?? 'bits', LAYER_KINDS);
    const given = {
      epochs: optionalNumber('epochs', values.epochs),
      passes: optionalNumber('passes', values.passes),
      algorithm: values.algorithm as TrainingOptions['algorithm'],
      steps: optionalNumber('steps', values.steps),
      chains: optionalNumber('chains', values.chains),
      replicas: optionalNumber('replicas', values.replicas),
      centred: values.uncentred ? false : undefined,
      optimiser: values.optimiser as TrainingOptions['optimiser'],
      learningRate: rates?.length === 1 ? rates[0] : rates,
      schedule: values.schedule === undefined ? undefined : scheduleOf(values.schedule),
      momentum: optionalNumber('momentum', values.momentum),
      l1: optionalNumber('l1', values.l1),
      l2: optionalNumber('l2', values.l2),
      maxNorm: optionalNumber('max-norm', values['max-norm']),
      sparsity: values.sparsity === undefined ? undefined : sparsityOf(values.sparsity),
      batchSize: optionalNumber('batch-size', values['batch-size']),
      initialDeviation: optionalNumber('initial-deviation', values['initial-deviation']),
      precision: values.precision as TrainingOptions['precision'],
      units: values.units === undefined ? undefined : unitsOf(kind),
      patience: optionalNumber('patience', values.patience),
      seed: seedOfText('seed', values.seed ?? '1'),
      threads: optionalNumber('threads', values.threads),
    };
    if (given.epochs !== undefined) integer('epochs', given.epochs);
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { validation } = values;
    const feed = values.feed as StackOptions['feed'];
    if (feed !== undefined) {
      oneOf('feed', feed, ['samples', 'probabilities']);
      if (hidden.length === 1) throw new RangeError('"feed" expected several numbers of hidden units');
    }
    for (const [k, units] of hidden.entries()) {
      // the rows are read later: a function is passed in their place
      const own = { ...(options as typeof given), hidden: units, ...(validation && { validation: () => 0 }) };
      checkTrainingOptions(own, { real: feed === 'probabilities' && k > 0 });
    }
    if (isReal(kind) && validation !== undefined) {
      const advice = 'blockspin evaluate gives the likelihood of held-out rows';
      throw new RangeError(`"validation" expected units of two values, got ${kind}; ${advice}`);
    }
    if (hidden.length > 1) {
      const alone = (['units', 'patience'] as const).find((name) => options[name] !== undefined);
      if (alone ?? validation) throw new RangeError(`"${alone ?? 'validation'}" expected one number of hidden units`);
    }
    const stopAfter = optionalNumber('stop-after', values['stop-after']);
    const monitor = optionalNumber('monitor', values.monitor);
    if (monitor !== undefined) integer('monitor', monitor);
    if (given.threads !== undefined) integer('threads', given.threads, 1, 64);
    return {
      file: positionals[0],
      reading: dataOptionsOf(values),
      hidden,
      options: options as typeof given,
      kind,
      feed,
      monitor,
      validation,
      out: values.out ?? 'out/train',
      resume: values.resume ?? false,
      restart: values.restart ?? false,
      json: values.json ?? false,
      stopAfter: stopAfter === undefined ? undefined : positive('stop-after', stopAfter),
    };
  });
}

/** The same two-valued units in both layers; hidden units of {0,1} for real visible units. */
function unitsOf(kind: LayerKind): LayeredTrainingOptions['units'] {
  return kind === 'bits' || kind === 'spins' ? kind : { visible: kind, hidden: 'bits' };
}

/** The schedule from its text: linear, constant, inverse:N, exponential:N; others are an error of the engine. */
function scheduleOf(text: string): Schedule {
  const [name, epochs, ...more] = text.split(':');
  if (more.length > 0) refuse('schedule', 'linear, constant, inverse:N or exponential:N', text);
  return (epochs === undefined ? name : { [name]: numberOf('schedule', epochs) }) as Schedule;
}

/** The sparsity from its text: 0.1:0.5 is a target of 0.1 and a cost of 0.5. */
function sparsityOf(text: string): { target: number; cost: number } {
  const parts = text.split(':');
  if (parts.length !== 2) refuse('sparsity', 'target:cost, such as 0.1:0.5', text);
  const [target, cost] = numbersOf('sparsity', text, ':');
  return { target, cost };
}
