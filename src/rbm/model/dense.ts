/**
 * Inputs of one layer from real numbers in the other, bias_j + Σ_i x_i W_ij, in float64, by the kernels
 * (assembly/rbm/dense.ts): for energies and likelihoods, and for RBMs with units that are not two-valued.
 */

import { LEARNING } from '../../wasm/learning.js';
import { RefilledMachine } from '../../wasm/machine.js';
import type { Floats } from './layers.js';

/** Columns of a panel in float64. */
const COLUMNS = 8;
/** Rows per round of kernel calls. */
const CHUNK = 64;

/** A layer's inputs in float64. */
export class Dense {
  readonly #machine;
  readonly #inputs: number;
  readonly #outputs: number;

  /** @param weights row-major [inputs, outputs] */
  constructor(weights: Float32Array, bias: Floats) {
    const outputs = bias.length;
    const inputs = weights.length / outputs;
    this.#inputs = inputs;
    this.#outputs = outputs;
    const panels = Math.ceil(outputs / COLUMNS);
    const panelled = new Float64Array(panels * inputs * COLUMNS);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        panelled[(Math.floor(j / COLUMNS) * inputs + i) * COLUMNS + (j % COLUMNS)] = weights[i * outputs + j];
      }
    }
    this.#machine = new RefilledMachine(
      LEARNING,
      {
        rows: CHUNK * inputs * 4,
        weights: panelled.byteLength,
        bias: panels * COLUMNS * 8,
        out: CHUNK * COLUMNS * 8,
      },
      { weights: panelled, bias: Float64Array.from(bias) },
    );
  }

  /**
   * bias_j + Σ_i x_i W_ij, [rows, outputs] in a fresh array: in float64, summed in the order of the inputs.
   * @throws RangeError if the numbers are not whole rows
   */
  inputs(rows: Float32Array): Float64Array {
    const inputs = this.#inputs;
    const outputs = this.#outputs;
    if (rows.length % inputs) {
      throw new RangeError(`"rows" expected a multiple of ${inputs} numbers, got ${rows.length}`);
    }
    const total = rows.length / inputs;
    const machine = this.#machine.get();
    const { kernels, at } = machine;
    const result = new Float64Array(total * outputs);
    const bias = machine.f64('bias');
    const out = machine.f64('out');
    for (let first = 0; first < total; first += CHUNK) {
      const count = Math.min(CHUNK, total - first);
      machine.f32('rows').set(rows.subarray(first * inputs, (first + count) * inputs));
      for (let column = 0; column < outputs; column += COLUMNS) {
        for (let r = 0; r < count; r++) out.set(bias.subarray(column, column + COLUMNS), r * COLUMNS);
        kernels.denseProduct(at.rows, count, inputs, at.weights + column * inputs * 8, at.out);
        const width = Math.min(COLUMNS, outputs - column);
        for (let r = 0; r < count; r++) {
          result.set(out.subarray(r * COLUMNS, r * COLUMNS + width), (first + r) * outputs + column);
        }
      }
    }
    return result;
  }
}
