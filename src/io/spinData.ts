/**
 * Spin configurations as an .npz file: `bits` (u8 [count, ceil(sites/8)], least significant bit first), `shape` and `provenance` (JSON). In NumPy:
 *   f = np.load('data.npz'); x = np.unpackbits(f['bits'], axis=1, count=f['shape'].prod(), bitorder='little'); spins = 2 * x.astype('i1') - 1
 */

import { type Provenance, SpinData } from '../ising/spinData.js';
import { FormatError } from '../util/errors.js';
import { decodeNpz, encodeNpz } from './npz.js';

export function encodeSpinData(data: SpinData): Uint8Array {
  return encodeNpz({
    bits: { shape: [data.count, data.stride], data: data.bytes },
    shape: { shape: [2], data: Int32Array.from(data.shape) },
    provenance: JSON.stringify(data.provenance),
  });
}

/** @throws FormatError if the file is not one that `encodeSpinData` could have written */
export function decodeSpinData(bytes: Uint8Array, path?: string): SpinData {
  const { bits, shape, provenance } = decodeNpz(bytes, path);
  if (typeof bits !== 'object' || !(bits.data instanceof Uint8Array) || bits.shape.length !== 2) {
    throw new FormatError('expected "bits", a uint8 array of two dimensions', 0, path);
  }
  if (typeof shape !== 'object' || shape.data.length !== 2) {
    throw new FormatError('expected "shape", two integers', 0, path);
  }
  if (typeof provenance !== 'string') throw new FormatError('expected "provenance", a text', 0, path);
  try {
    const [rows, columns] = Array.from(shape.data as ArrayLike<number | bigint>, Number);
    return new SpinData(bits.shape[0], [rows, columns], bits.data, JSON.parse(provenance) as Provenance);
  } catch (error) {
    throw new FormatError((error as Error).message, 0, path);
  }
}
