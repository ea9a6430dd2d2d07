/** An RBM as a safetensors file. */

import { decodeOwnSafetensors, encodeSafetensors, inspectSafetensors, type Tensor } from '../formats/safetensors.js';
import { type Floats, LAYERS, type Layer, type LayerKind, type States } from '../rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../rbm/model/rbm.js';
import type { BitRows } from '../util/bits.js';
import { instanceOf, objectWith, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';

/** The value of `format` in the metadata. */
export const RBM_FORMAT = 'blockspin-rbm-1';

const RESERVED = ['format', 'visible', 'hidden'];

/**
 * An RBM as the bytes of a safetensors file: the tensors `weights` [visible, hidden], float32; `visibleBias` and
 * `hiddenBias`, float32 or float64 as in the layers; `visiblePrecision` and `hiddenPrecision`, float32, of real units;
 * and in the metadata the kinds of units, `visible` and `hidden`. Equal RBMs give equal bytes.
 * @param metadata further texts to keep in the file, such as the options of the training; `decodeSafetensors` reads
 *   them
 * @throws TypeError if `rbm` is not an Rbm or a text not a string; RangeError for metadata called format, visible or
 *   hidden, which the file needs
 * @example
 * const { rbm } = await trainRbm(new BitRows(8, 4), { hidden: 2, epochs: 1, outcome: false, threads: 1 });
 * const bytes = encodeRbm(rbm, { data: 'eight rows of zeros' });
 * decodeRbm(bytes).hidden; // 2
 */
export function encodeRbm(rbm: AnyRbm, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  objectWith('metadata', metadata, [], 'texts by name');
  for (const name of Object.keys(metadata)) {
    if (RESERVED.includes(name)) refuse('metadata', `names other than ${RESERVED.join(', ')}`, name);
  }
  const { visibleLayer, hiddenLayer, weights } = rbm;
  const tensors: Record<string, Tensor> = { weights: { shape: [rbm.visible, rbm.hidden], data: weights } };
  for (const [side, { size, bias, precision }] of [
    ['visible', visibleLayer],
    ['hidden', hiddenLayer],
  ] as const) {
    tensors[`${side}Bias`] = { shape: [size], data: bias };
    if (precision) tensors[`${side}Precision`] = { shape: [size], data: precision };
  }
  const kinds = { format: RBM_FORMAT, visible: visibleLayer.kind, hidden: hiddenLayer.kind };
  return encodeSafetensors({ metadata: { ...kinds, ...metadata }, tensors });
}

/**
 * The RBM of the bytes of a safetensors file by `encodeRbm`, equal in every bit. Its type is that of an RBM with
 * two-valued units unless the caller names another (`decodeRbm<States, States>`); functions that need two-valued units
 * check them.
 * @param path named in errors
 * @throws FormatError if the file is not one that `encodeRbm` could have written
 * @example
 * const { rbm } = await trainRbm(new BitRows(8, 4), { hidden: 2, epochs: 1, outcome: false, threads: 1 });
 * decodeRbm(encodeRbm(rbm)).visible; // 4
 */
export function decodeRbm<V extends States = BitRows, H extends States = BitRows>(
  bytes: Uint8Array,
  path?: string,
): Rbm<V, H> {
  const fail = (reason: string): never => {
    throw new FormatError(reason, 8, path);
  };
  if (inspectSafetensors(bytes, path).metadata.format !== RBM_FORMAT) {
    fail(`expected format ${RBM_FORMAT}; RBMs of other programs are read by rbmFromTensors`);
  }
  const { metadata, tensors } = decodeOwnSafetensors(bytes, path);
  const taken = new Set<string>();
  const floats = (name: string, dimensions: number, wide: boolean): Floats => {
    taken.add(name);
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    const { data, shape } = tensor ?? {};
    const right = data instanceof Float32Array || (wide && data instanceof Float64Array);
    if (!right || shape?.length !== dimensions) {
      return fail(`expected "${name}", a float tensor of ${dimensions} dimension${dimensions === 1 ? '' : 's'}`);
    }
    return data;
  };
  const layer = (side: 'visible' | 'hidden'): Layer => {
    const kind = metadata[side] as LayerKind;
    if (!Object.hasOwn(LAYERS, kind)) fail(`expected "${side}", one of ${Object.keys(LAYERS).join(', ')}`);
    const bias = floats(`${side}Bias`, 1, true);
    if (kind === 'bits' || kind === 'spins') return LAYERS[kind](bias);
    return LAYERS[kind](bias, floats(`${side}Precision`, 1, false) as Float32Array);
  };
  try {
    const weights = floats('weights', 2, false) as Float32Array;
    const rbm = new Rbm<States, States>({ visibleLayer: layer('visible'), hiddenLayer: layer('hidden'), weights });
    const [rows, columns] = tensors.weights.shape;
    if (rows !== rbm.visible || columns !== rbm.hidden) {
      fail(`expected weights of shape [${rbm.visible}, ${rbm.hidden}], got [${rows}, ${columns}]`);
    }
    const more = Object.keys(tensors).find((name) => !taken.has(name));
    if (more !== undefined) fail(`tensor ${JSON.stringify(more)} belongs to no RBM of these units`);
    return rbm as unknown as Rbm<V, H>;
  } catch (error) {
    if (error instanceof FormatError) throw error;
    return fail((error as Error).message);
  }
}
