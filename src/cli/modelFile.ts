/** Models as files: an RBM, or a stack of them, and the shape of the rows that it was trained on. */

import { importRbm } from '../io/importRbm.js';
import { readFileBytes } from '../io/node.js';
import { decodeNpz } from '../io/npz.js';
import { decodeRbm, RBM_FORMAT } from '../io/rbm.js';
import { decodeSafetensors } from '../io/safetensors.js';
import { decodeStack, STACK_FORMAT } from '../io/stack.js';
import { refuseStranger } from '../io/stranger.js';
import type { AnyRbm } from '../rbm/rbm.js';
import type { Stack } from '../rbm/stack.js';
import { FormatError } from '../util/errors.js';

/** What a model file holds. */
export interface Model {
  /** The RBM, or that at the bottom of a stack. */
  rbm: AnyRbm;
  stack?: Stack;
  /** [rows, columns] of a row of data; [1, units] where the file does not say. */
  shape: readonly [number, number];
  metadata: Readonly<Record<string, string>>;
}

/** @throws FormatError with the path if the file is no RBM and no stack; Error if it cannot be read */
export function loadModel(path: string): Model {
  const bytes = readFileBytes(path);
  refuseStranger(bytes, 'safetensors or npz', path);
  if (isPickle(bytes)) throw new FormatError(`is a Python pickle, which is a program; in Python: ${CONVERT}`, 0, path);
  if (isZip(bytes)) return imported(decodeNpz(bytes, path), path);
  const { metadata, tensors } = decodeSafetensors(bytes, path);
  if (metadata.format === RBM_FORMAT) {
    const rbm = decodeRbm(bytes, path);
    return { rbm, shape: shapeOf(metadata.shape, rbm.visible), metadata };
  }
  if (metadata.format !== STACK_FORMAT) return imported(tensors, path);
  const stack = decodeStack(bytes, path);
  return { rbm: stack.rbms[0] as AnyRbm, stack, shape: stack.shape, metadata };
}

/** What turns a PyTorch file into one that can be read here. */
const CONVERT =
  'import torch; from safetensors.torch import save_file; ' +
  'save_file(torch.load("model.pt", weights_only=True), "model.safetensors")';

/** The RBM of another program. */
function imported(tensors: Parameters<typeof importRbm>[0], path: string): Model {
  try {
    const rbm = importRbm(tensors);
    return { rbm, shape: [1, rbm.visible], metadata: {} };
  } catch (error) {
    throw new FormatError((error as Error).message, 0, path);
  }
}

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** Pickles of protocols 2 to 5, bare or, as PyTorch writes them, the first file of a zip archive. */
function isPickle(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5) return !isSafetensors(bytes);
  if (!isZip(bytes)) return false;
  const length = bytes[26] + 256 * bytes[27];
  return new TextDecoder().decode(bytes.subarray(30, 30 + length)).endsWith('.pkl');
}

/** A header of 640 to 1400 bytes begins like a pickle, but is followed by an object in JSON. */
const isSafetensors = (bytes: Uint8Array) => bytes[8] === 0x7b;

/** The shape in the metadata, if it is one of so many units. */
function shapeOf(text: string | undefined, units: number): [number, number] {
  try {
    const [rows, columns] = JSON.parse(text ?? '') as [number, number];
    if (Number.isInteger(rows) && rows > 0 && rows * columns === units) return [rows, columns];
  } catch {
    // files of others need not have one
  }
  return [1, units];
}

/** Units of each layer, such as 784-500 or 784-500-100, with their kinds where they are not {0,1}. */
export function describeModel({ rbm, stack }: Model): string {
  if (stack) return `stack of ${stack.rbms.length} RBMs, ${stack.sizes.join('-')} units`;
  const { visibleLayer: v, hiddenLayer: h } = rbm;
  const kinds = v.kind === 'bits' && h.kind === 'bits' ? '' : ` (${v.kind}-${h.kind})`;
  return `RBM of ${v.size}-${h.size} units${kinds}`;
}
