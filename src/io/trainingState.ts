/** The state of a training run as a checkpoint. */

import type { Tensor } from '../formats/safetensors.js';
import type { EpochRecord, Parameters, TrainingState, Weights } from '../rbm/engines/state.js';
import type { StackState } from '../rbm/stack/stack.js';
import { objectWith } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

const WEIGHTS = ['weights', 'visibleBias', 'hiddenBias'] as const;
/** Arrays that every state has, and those that some states have. */
const ALWAYS = [...WEIGHTS, 'velocity', 'visibleVelocity', 'hiddenVelocity'] as const;
const SOMETIMES = [
  'square',
  'visibleSquare',
  'hiddenSquare',
  'hiddenOffset',
  'precision',
  'precisionVelocity',
  'precisionSquare',
  'chains',
  'chainLogWeights',
  'chainFreeEnergies',
  'pace',
  'chainValues',
  'pastWeights',
  'pastVisibleBias',
  'pastHiddenBias',
] as const;

/** Arrays of other types than float32. */
const KINDS: Partial<Record<string, typeof Uint8Array | typeof Float64Array>> = {
  chains: Uint8Array,
  chainLogWeights: Float64Array,
  chainFreeEnergies: Float64Array,
};

/** The part of a state that is JSON. */
export interface TrainingProgress {
  epoch: number;
  history: EpochRecord[];
  best?: { epoch: number; score: number };
}

/** The tensors of a state, under names that begin with `prefix`, and the rest. */
export function fromTrainingState(
  state: TrainingState,
  prefix = '',
): { tensors: Record<string, Tensor>; progress: TrainingProgress } {
  const tensors: Record<string, Tensor> = {};
  const { epoch, history, best } = state;
  for (const name of [...ALWAYS, ...SOMETIMES]) {
    const data = state[name];
    if (data) tensors[prefix + name] = { shape: shapeOf(name, data.length, state), data };
  }
  if (best) {
    for (const name of [...WEIGHTS, 'precision'] as const) {
      const data = best[name];
      if (data) tensors[`${prefix}best.${name}`] = { shape: shapeOf(name, data.length, state), data };
    }
  }
  return { tensors, progress: { epoch, history, ...(best ? { best: { epoch: best.epoch, score: best.score } } : {}) } };
}

function shapeOf(name: string, length: number, { visibleBias, hiddenBias }: Weights): number[] {
  if (name === 'chains') {
    const stride = Math.ceil(visibleBias.length / 8);
    return [length / stride, stride];
  }
  if (name === 'chainValues') return [length / visibleBias.length, visibleBias.length];
  if (name.startsWith('past')) {
    const each =
      name === 'pastWeights'
        ? [visibleBias.length, hiddenBias.length]
        : [name === 'pastVisibleBias' ? visibleBias.length : hiddenBias.length];
    return [length / each.reduce((product, side) => product * side, 1), ...each];
  }
  const matrix = name === 'weights' || name === 'velocity' || name === 'square';
  return matrix ? [visibleBias.length, hiddenBias.length] : [length];
}

/**
 * The part of a state that is JSON, checked.
 * @throws FormatError that says what is missing or of another kind
 */
function checkedProgress(value: unknown, path?: string): TrainingProgress {
  const { epoch, history, best } = record(value);
  if (!isCount(epoch))
    throw new FormatError('progress expected "epoch", an integer >= 0, in a training state', 8, path);
  checkHistory(history, path);
  if (best !== undefined && !(isCount(record(best).epoch) && Number.isFinite(record(best).score))) {
    throw new FormatError('progress expected "best", an epoch and its score', 8, path);
  }
  return value as TrainingProgress;
}

function checkHistory(history: unknown, path?: string): void {
  if (Array.isArray(history) && history.every((entry) => isCount(record(entry).epoch))) return;
  throw new FormatError('progress expected "history", a list of epochs', 8, path);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The fields of a value; none if it is not an object. */
function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

/**
 * The inverse of `fromTrainingState`.
 * @throws FormatError if a tensor is missing, or of another kind
 */
export function toTrainingState(
  { tensors, progress }: { tensors: Readonly<Record<string, Tensor>>; progress: TrainingProgress },
  prefix = '',
  path?: string,
): TrainingState {
  const read = (name: string, kind: typeof Float32Array | typeof Float64Array | typeof Uint8Array) => {
    const data = Object.hasOwn(tensors, prefix + name) ? tensors[prefix + name].data : undefined;
    if (!(data instanceof kind)) {
      throw new FormatError(`has ${data ? data.constructor.name : 'no tensor'} as "${prefix + name}"`, 8, path);
    }
    return data as never;
  };
  const state = { epoch: progress.epoch, history: progress.history } as TrainingState;
  for (const name of ALWAYS) state[name] = read(name, Float32Array);
  for (const name of SOMETIMES) {
    if (!Object.hasOwn(tensors, prefix + name)) continue;
    state[name as keyof Parameters] = read(name, KINDS[name] ?? Float32Array);
  }
  if (progress.best) {
    const [weights, visibleBias, hiddenBias] = WEIGHTS.map((name) => read(`best.${name}`, Float32Array));
    state.best = { ...progress.best, weights, visibleBias, hiddenBias };
    if (state.precision) state.best.precision = read('best.precision', Float32Array);
  }
  return state;
}

/**
 * The state of a run of `trainRbm` or `Training` as the bytes of a checkpoint: its arrays are tensors (`weights`
 * [visible, hidden], `chains` as rows of bits, `best.weights`, …); epoch, history and the best score are progress.
 * Equal states give equal bytes.
 * @param identity what must be equal to continue: options, data, version (see `encodeCheckpoint`)
 * @throws TypeError if `state` is not such a state; TypeError or RangeError for the identity, as `encodeCheckpoint`
 */
export function encodeTrainingState(
  state: TrainingState,
  identity: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  objectWith('state', state, ['epoch', 'history', 'weights', 'visibleBias', 'hiddenBias'], 'state of a training');
  const { tensors, progress } = fromTrainingState(state);
  return encodeCheckpoint({ identity, progress: { ...progress }, tensors });
}

/**
 * The state in the bytes of a checkpoint, in fresh memory; `Training.start` checks that it fits its options.
 * @param identity of the run to be continued
 * @param path named in errors
 * @throws FormatError or CheckpointMismatchError as `decodeCheckpoint`
 */
export function decodeTrainingState(
  bytes: Uint8Array,
  identity: Readonly<Record<string, string>>,
  path?: string,
): TrainingState {
  const { tensors, progress } = decodeCheckpoint(bytes, identity, path);
  return toTrainingState({ tensors, progress: checkedProgress(progress, path) }, '', path);
}

/**
 * The state of a run of `trainStack` as the bytes of a checkpoint. Equal states give equal bytes.
 * @param identity what must be equal to continue: options, data, version (see `encodeCheckpoint`)
 * @throws TypeError if `state` is not such a state; TypeError or RangeError for the identity, as `encodeCheckpoint`
 */
export function encodeStackState(
  state: StackState,
  identity: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const { finished, current } = objectWith('state', state, ['finished'], 'state of a stack, as passed to onEpoch');
  const tensors: Record<string, Tensor> = {};
  finished.forEach(({ parameters }, k) => {
    for (const name of WEIGHTS) {
      tensors[`finished${k}.${name}`] = { shape: [parameters[name].length], data: parameters[name] };
    }
  });
  const working = current && fromTrainingState(current, 'current.');
  const progress = {
    finished: finished.map(({ parameters: { visible, hidden }, history }) => ({ visible, hidden, history })),
    current: working ? working.progress : null,
  };
  return encodeCheckpoint({
    identity,
    progress: progress as unknown as Record<string, unknown>,
    tensors: { ...tensors, ...working?.tensors },
  });
}

/**
 * The state in the bytes of a checkpoint of a stack, in fresh memory.
 * @param identity of the run to be continued
 * @param path named in errors
 * @throws FormatError or CheckpointMismatchError as `decodeCheckpoint`
 */
export function decodeStackState(
  bytes: Uint8Array,
  identity: Readonly<Record<string, string>>,
  path?: string,
): StackState {
  const { progress, tensors } = decodeCheckpoint(bytes, identity, path);
  const floats = (name: string, length: number): Float32Array => {
    const data = Object.hasOwn(tensors, name) ? tensors[name].data : undefined;
    if (data instanceof Float32Array && data.length === length) return data;
    throw new FormatError(`expected "${name}", a float32 tensor of ${length} entries`, 8, path);
  };
  const { finished, current } = progress as unknown as {
    finished: { visible: number; hidden: number; history: EpochRecord[] }[];
    current: TrainingProgress | null;
  };
  if (
    !Array.isArray(finished) ||
    !finished.every((layer) => isCount(record(layer).visible) && isCount(record(layer).hidden))
  ) {
    throw new FormatError(
      'is a checkpoint, but not that of a stack: progress expected "finished", a list of layers',
      8,
      path,
    );
  }
  for (const { history } of finished) checkHistory(history, path);
  return {
    finished: finished.map(({ visible, hidden, history }, k) => ({
      parameters: {
        visible,
        hidden,
        weights: floats(`finished${k}.weights`, visible * hidden),
        visibleBias: floats(`finished${k}.visibleBias`, visible),
        hiddenBias: floats(`finished${k}.hiddenBias`, hidden),
      },
      history,
    })),
    current: current
      ? toTrainingState({ tensors, progress: checkedProgress(current, path) }, 'current.', path)
      : undefined,
  };
}
