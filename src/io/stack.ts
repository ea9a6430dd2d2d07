/** A stack of RBMs as a safetensors file. */

import { strictJson } from '../formats/json.js';
import { decodeOwnSafetensors, encodeSafetensors, type Tensor } from '../formats/safetensors.js';
import { Rbm } from '../rbm/model/rbm.js';
import { Stack } from '../rbm/stack/stack.js';
import { instanceOf } from '../util/check.js';
import { FormatError } from '../util/errors.js';

/** The value of `format` in the metadata. */
export const STACK_FORMAT = 'blockspin-stack-1';

/**
 * A stack of RBMs as the bytes of a safetensors file: for each layer l = 1, 2, … the tensors `layerl.weights`
 * [visible, hidden], `layerl.visibleBias` and `layerl.hiddenBias`, float32; and the shape of the data in the metadata.
 * @param metadata further texts to keep in the file, such as the parameters of the training
 * @throws TypeError if `stack` is not a Stack; RangeError if a layer is not of {0,1} units (`toBits` converts ±1 units)
 * @example
 * const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(64);
 * const { stack } = await trainStack(data, { hidden: [4, 2], epochs: 1, threads: 1 });
 * decodeStack(encodeStack(stack)).rbms.length; // 2
 */
export function encodeStack(stack: Stack, metadata: Record<string, string> = {}): Uint8Array {
  instanceOf('stack', stack, Stack, 'Stack');
  const tensors: Record<string, Tensor> = {};
  stack.rbms.forEach((rbm, k) => {
    for (const { kind } of [rbm.visibleLayer, rbm.hiddenLayer]) {
      if (kind !== 'bits') throw new RangeError(`"stack.rbms[${k}]" expected layers of bits, got ${kind}`);
    }
    tensors[`layer${k + 1}.weights`] = { shape: [rbm.visible, rbm.hidden], data: rbm.weights };
    tensors[`layer${k + 1}.visibleBias`] = { shape: [rbm.visible], data: rbm.visibleBias };
    tensors[`layer${k + 1}.hiddenBias`] = { shape: [rbm.hidden], data: rbm.hiddenBias };
  });
  return encodeSafetensors({
    metadata: { ...metadata, format: STACK_FORMAT, units: '{0,1}', shape: JSON.stringify(stack.shape) },
    tensors,
  });
}

/**
 * The stack of the bytes of a safetensors file by `encodeStack`, equal in every bit.
 * @param path named in errors
 * @throws FormatError if the file is not one that `encodeStack` could have written
 * @example
 * const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(64);
 * const { stack } = await trainStack(data, { hidden: [4], epochs: 1, threads: 1 });
 * decodeStack(encodeStack(stack)).shape; // [4, 4]
 */
export function decodeStack(bytes: Uint8Array, path?: string): Stack {
  const { metadata, tensors } = decodeOwnSafetensors(bytes, path);
  const fail = (reason: string): never => {
    throw new FormatError(reason, 8, path);
  };
  if (metadata.format !== STACK_FORMAT) fail(`expected format ${STACK_FORMAT}`);
  const taken = new Set<string>();
  const floats = (name: string, dimensions: number): { shape: readonly number[]; data: Float32Array } => {
    taken.add(name);
    const { shape, data } = Object.hasOwn(tensors, name) ? tensors[name] : {};
    if (!(data instanceof Float32Array) || shape?.length !== dimensions) {
      return fail(`expected "${name}", a float32 tensor of ${dimensions} dimension${dimensions === 1 ? '' : 's'}`);
    }
    return { shape, data };
  };
  try {
    const rbms: Rbm[] = [];
    for (let l = 1; l === 1 || Object.hasOwn(tensors, `layer${l}.weights`); l++) {
      const { shape, data: weights } = floats(`layer${l}.weights`, 2);
      const visibleBias = floats(`layer${l}.visibleBias`, 1).data;
      const hiddenBias = floats(`layer${l}.hiddenBias`, 1).data;
      rbms.push(new Rbm({ visible: shape[0], hidden: shape[1], weights, visibleBias, hiddenBias }));
    }
    const more = Object.keys(tensors).find((name) => !taken.has(name));
    if (more !== undefined) fail(`tensor ${JSON.stringify(more)} belongs to no stack of ${rbms.length} layers`);
    return new Stack(rbms, sidesOf(metadata.shape, path));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    return fail((error as Error).message);
  }
}

/** [rows, columns] from their JSON. */
function sidesOf(text: string | undefined, path?: string): [number, number] {
  const sides = text === undefined ? undefined : strictJson(text, 8, path, 'shape');
  if (!Array.isArray(sides) || sides.length !== 2 || !sides.every((side) => Number.isSafeInteger(side) && side > 0)) {
    throw new FormatError(`expected "shape", two integers > 0, got ${text?.slice(0, 60) ?? 'nothing'}`, 8, path);
  }
  return [sides[0], sides[1]];
}
