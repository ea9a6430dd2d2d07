/** Model files: an RBM, or a stack of RBMs, with the shape of their rows of data. */

import type { ParseArgsConfig } from 'node:util';
import { decodeNpz } from '../../formats/npz.js';
import { decodeSafetensors } from '../../formats/safetensors.js';
import { readFileBytes } from '../../io/disk.js';
import { rbmFromTensors, type TensorOptions } from '../../io/importRbm.js';
import { decodeRbm, RBM_FORMAT } from '../../io/rbm.js';
import { decodeStack, STACK_FORMAT } from '../../io/stack.js';
import { isZip, refuseStranger } from '../../io/stranger.js';
import { LAYER_KINDS } from '../../rbm/model/layers.js';
import type { AnyRbm } from '../../rbm/model/rbm.js';
import type { Stack } from '../../rbm/stack/stack.js';
import { oneOf } from '../../util/check.js';
import { FormatError } from '../../util/errors.js';
import { flagOf } from './options.js';

/** The content of a model file. */
export interface Model {
  /** The RBM, or the lowest one of a stack. */
  rbm: AnyRbm;
  stack?: Stack;
  /** [rows, columns] of a row of data; [1, units] if the file does not have it. */
  shape: readonly [number, number];
  metadata: Readonly<Record<string, string>>;
}

/** The options for an RBM of another program. */
export const IMPORT_OPTIONS = {
  weights: { type: 'string' },
  'visible-bias': { type: 'string' },
  'hidden-bias': { type: 'string' },
  rows: { type: 'string' },
  visible: { type: 'string' },
  hidden: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Their help. */
export const IMPORT_HELP = `  --weights NAME        name of the array of weights, if it is not a usual one; also --visible-bias NAME and --hidden-bias NAME
  --rows SIDE           visible or hidden: the units of the rows of a square array of weights
  --visible KIND        of its units: bits (default), spins, gaussian, relu; also --hidden KIND`;

/** @throws RangeError for an unknown side or kind */
export function importOptionsOf(values: Partial<Record<keyof typeof IMPORT_OPTIONS, string>>): TensorOptions {
  const { weights, rows, visible, hidden } = values;
  const options = {
    weights,
    visibleBias: values['visible-bias'],
    hiddenBias: values['hidden-bias'],
    rows: rows === undefined ? undefined : oneOf('rows', rows, ['visible', 'hidden']),
    visible: visible === undefined ? undefined : oneOf('visible', visible, LAYER_KINDS),
    hidden: hidden === undefined ? undefined : oneOf('hidden', hidden, LAYER_KINDS),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * The model of a file.
 * @param told options for an RBM of another program
 * @throws FormatError with the path if the file is neither an RBM nor a stack, or for options if it is a model of this
 *   package; Error if it cannot be read
 */
export function loadModel(path: string, told: TensorOptions = {}): Model {
  const bytes = readFileBytes(path);
  if (isPickle(bytes)) throw new FormatError(`is a Python pickle, which is a program; in Python: ${CONVERT}`, 0, path);
  refuseStranger(bytes, 'safetensors or npz', path);
  if (isZip(bytes)) return imported(decodeNpz(bytes, path, { limit: MAX_BYTES }), told, path);
  const { metadata, tensors } = decodeSafetensors(bytes, path);
  const own = metadata.format === RBM_FORMAT || metadata.format === STACK_FORMAT;
  const [option] = Object.keys(told);
  if (own && option !== undefined) {
    throw new FormatError(`is a model of this package, which needs no --${flagOf(option)}`, 0, path);
  }
  if (metadata.format === RBM_FORMAT) {
    const rbm = decodeRbm(bytes, path);
    return { rbm, shape: shapeOf(metadata.shape, rbm.visible), metadata };
  }
  if (metadata.format !== STACK_FORMAT) return imported(tensors, told, path);
  const stack = decodeStack(bytes, path);
  return { rbm: stack.rbms[0] as AnyRbm, stack, shape: stack.shape, metadata };
}

/** Python code that converts a PyTorch file. */
const CONVERT =
  'import torch; from safetensors.torch import save_file; ' +
  'save_file(torch.load("model.pt", weights_only=True), "model.safetensors")';

/** Max size of the decompressed arrays of an npz file: a model of 16,000 by 16,000 units. */
const MAX_BYTES = 2 ** 30;

/** The RBM of another program. @throws FormatError that names the option for information that is not in the arrays */
function imported(tensors: Parameters<typeof rbmFromTensors>[0], told: TensorOptions, path: string): Model {
  try {
    const rbm = rbmFromTensors(tensors, told);
    return { rbm, shape: [1, rbm.visible], metadata: {} };
  } catch (error) {
    const { message } = error as Error;
    const part = /^"(weights|visibleBias|hiddenBias|rows)" expected/.exec(message)?.[1];
    const advice = part === undefined ? '' : `; give it by --${flagOf(part)} ${part === 'rows' ? 'SIDE' : 'NAME'}`;
    throw new FormatError(`${message}${advice}`, 0, path);
  }
}

/** Pickles of protocols 2 to 5, bare or, as PyTorch writes them, the first file of a zip archive. */
function isPickle(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5) return !isSafetensors(bytes);
  if (!isZip(bytes)) return false;
  const length = bytes[26] + 256 * bytes[27];
  return new TextDecoder().decode(bytes.subarray(30, 30 + length)).endsWith('.pkl');
}

/** A header of 640 to 1400 bytes starts like a pickle, but is followed by an object in JSON. */
const isSafetensors = (bytes: Uint8Array) => bytes[8] === 0x7b;

/** The shape in the metadata, if it has this number of units. */
function shapeOf(text: string | undefined, units: number): [number, number] {
  try {
    const [rows, columns] = JSON.parse(text ?? '') as [number, number];
    if (Number.isInteger(rows) && rows > 0 && rows * columns === units) return [rows, columns];
  } catch {
    // files of other programs may have none
  }
  return [1, units];
}

/** Units of each layer, such as 784-500 or 784-500-100, with their kinds if they are not {0,1}. */
export function describeModel({ rbm, stack }: Model): string {
  if (stack) return `stack of ${stack.rbms.length} RBMs, ${stack.sizes.join('-')} units`;
  const { visibleLayer: v, hiddenLayer: h } = rbm;
  const kinds = v.kind === 'bits' && h.kind === 'bits' ? '' : ` (${v.kind}-${h.kind})`;
  return `RBM of ${v.size}-${h.size} units${kinds}`;
}
