/** Models as files: an RBM, or a stack of them, and the shape of the rows that it was trained on. */

import { readFileBytes } from '../io/node.js';
import { decodeRbm, RBM_FORMAT } from '../io/rbm.js';
import { decodeSafetensors } from '../io/safetensors.js';
import { decodeStack } from '../io/stack.js';
import type { AnyRbm } from '../rbm/rbm.js';
import type { Stack } from '../rbm/stack.js';

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
  const { metadata } = decodeSafetensors(bytes, path);
  if (metadata.format !== RBM_FORMAT) {
    const stack = decodeStack(bytes, path);
    return { rbm: stack.rbms[0] as AnyRbm, stack, shape: stack.shape, metadata };
  }
  const rbm = decodeRbm(bytes, path);
  return { rbm, shape: shapeOf(metadata.shape, rbm.visible), metadata };
}

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
