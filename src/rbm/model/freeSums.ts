/** What two-valued units contribute to free energies, many rows at a time, by the kernel (assembly/rbm/dense.ts). */

import { LEARNING, type LearningMachine } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';

/** Numbers of a round. */
const CHUNK = 2 ** 15;

let kept: { machine: LearningMachine<'inputs' | 'sums'>; size: number } | undefined;

/** A machine for rows of `size` numbers; it is kept, with room for longer rows once these have come. */
function machineFor(size: number): LearningMachine<'inputs' | 'sums'> {
  if (!kept || size > kept.size) {
    const numbers = Math.max(CHUNK, size);
    kept = { machine: new Machine(LEARNING, { inputs: 8 * numbers, sums: 8 * CHUNK }), size: numbers };
  }
  return kept.machine;
}

/**
 * -F of each row of inputs a of units of values low and low + step, Σ_j (low·a_j + softplus(step·a_j)), in float64.
 * @param inputs [rows, size]
 */
export function freeSums(inputs: Float32Array | Float64Array, size: number, low: number, step: number): Float64Array {
  const machine = machineFor(size);
  const { kernels, at } = machine;
  const rows = inputs.length / size;
  const result = new Float64Array(rows);
  const most = Math.max(1, Math.floor(CHUNK / size));
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    machine.f64('inputs').set(inputs.subarray(first * size, (first + count) * size));
    kernels.freeSums(at.inputs, count, size, low, step, at.sums);
    result.set(machine.f64('sums').subarray(0, count), first);
  }
  return result;
}
