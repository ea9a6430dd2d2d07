/**
 * A stack of RBMs as a safetensors file: for each layer l = 1, 2, … the tensors `layerl.weights` [visible, hidden], `layerl.visibleBias` and
 * `layerl.hiddenBias`, float32; and the shape of the data in the metadata.
 */

import { Rbm } from '../rbm/rbm.js';
import { Stack } from '../rbm/stack.js';
import { instanceOf } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { decodeSafetensors, encodeSafetensors, type Tensor } from './safetensors.js';

export const STACK_FORMAT = 'blockspin-stack-1';

/**
 * @param metadata more texts to keep in the file, such as the parameters of the training
 * @throws RangeError if a layer is not of {0,1} units (`toBits` turns spins into them)
 */
export function encodeStack(stack: Stack, metadata: Record<string, string> = {}): Uint8Array {
  instanceOf('stack', stack, Stack);
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

/** @throws FormatError if the file is not one that `encodeStack` could have written */
export function decodeStack(bytes: Uint8Array, path?: string): Stack {
  const { metadata, tensors } = decodeSafetensors(bytes, path);
  if (metadata.format !== STACK_FORMAT) throw new FormatError(`expected format ${STACK_FORMAT}`, 8, path);
  const floats = (name: string): Float32Array => {
    const tensor = tensors[name];
    if (!(tensor?.data instanceof Float32Array)) throw new FormatError(`expected a float32 tensor "${name}"`, 8, path);
    return tensor.data;
  };
  try {
    const [rows, columns] = JSON.parse(metadata.shape) as number[];
    const rbms: Rbm[] = [];
    for (let l = 1; `layer${l}.weights` in tensors; l++) {
      const [visible, hidden] = tensors[`layer${l}.weights`].shape;
      rbms.push(
        new Rbm({
          visible,
          hidden,
          weights: floats(`layer${l}.weights`),
          visibleBias: floats(`layer${l}.visibleBias`),
          hiddenBias: floats(`layer${l}.hiddenBias`),
        }),
      );
    }
    return new Stack(rbms, [rows, columns]);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError((error as Error).message, 8, path);
  }
}
