/** Packed configurations in which every spin has become a block of equal spins. */

import { withRoom } from '../../util/check.js';
import { machineForCall } from '../../wasm/machine.js';
import { SAMPLING } from '../../wasm/sampling.js';

/** Approximate bytes of refined rows per call of the kernel. */
const SLICE = 2 ** 20;
/** Bytes that the kernel reads and writes behind its rows. */
const SPARE = 32;

/**
 * Each of `count` packed configurations of `shape` with blocks of b × b equal spins, in a fresh array.
 * @throws RangeError if there is no memory for them
 */
export function refinedRows(
  bytes: Uint8Array,
  count: number,
  [rows, columns]: readonly [number, number],
  b: number,
): Uint8Array {
  const stride = Math.ceil((rows * columns) / 8);
  const fineStride = Math.ceil((rows * columns * b * b) / 8);
  const result = withRoom('factor', b, () => new Uint8Array(count * fineStride));
  // eight rows are whole bytes, before and after
  const most = 8 * Math.max(1, Math.floor(SLICE / (columns * b * b)));
  const slice = Math.min(rows, most);
  const machine = machineForCall(SAMPLING, {
    bits: Math.ceil((slice * columns) / 8) + SPARE,
    row: Math.ceil((columns * b) / 8) + SPARE,
    fine: Math.ceil((slice * columns * b * b) / 8) + SPARE,
  });
  const { kernels, at } = machine;
  for (let r = 0; r < count; r++) {
    for (let from = 0; from < rows; from += slice) {
      const some = Math.min(slice, rows - from);
      const first = r * stride + (from * columns) / 8;
      const end = Math.min((r + 1) * stride, first + Math.ceil((some * columns) / 8));
      machine.u8('bits').set(bytes.subarray(first, end));
      kernels.refineSpins(at.bits, some, columns, b, at.row, at.fine);
      const length = Math.ceil((some * columns * b * b) / 8);
      result.set(machine.u8('fine').subarray(0, length), r * fineStride + (from * columns * b * b) / 8);
    }
  }
  return result;
}
