/**
 * The two products that an RBM's training consists of, binary × float32: v·W and h·Wᵀ for a minibatch of 100 rows, on
 * panels by tables as the kernels of training do it, against plain loops and against a dense multiplication of floats.
 * Checked bit for bit against the readable twin.
 */

import { padded, toPanels } from '../../src/rbm/model/panels.js';
import { PANEL, TABLES } from '../../src/wasm/kernels.js';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import { Draws } from '../../test/reference/draws.js';
import { product as productTwin } from '../../test/reference/products.js';
import { packRows } from '../../test/reference/units.js';
import type { Entry } from '../harness.js';
import { close, same } from './agree.js';
import { type Body, entry } from './entry.js';

export interface Factors {
  /** Entries 0 or 1, half of them each, [rows, inputs]. */
  bits: Uint8Array;
  /** N(0, …)-like in size, as of a trained RBM: uniform in (-0.2, 0.2), [inputs, outputs]. */
  weights: Float32Array;
}

const ROWS = 100;
export const PRODUCT_ROWS = ROWS;
/** Products of a round, one of which takes some two milliseconds. */
export const PRODUCT_TIMES = 20;

export function factorsOf(inputs: number, outputs: number): Factors {
  const draws = new Draws(inputs);
  return { bits: draws.bits(ROWS * inputs), weights: draws.floats(inputs * outputs, -0.2, 0.2) };
}

/** bits × weights by the kernels, [rows, outputs]: bits are indexed, then one panel of 20 outputs after the other. */
function tables({ bits, weights }: Factors, inputs: number, outputs: number) {
  const groups = padded(inputs) / 4;
  const stride = Math.ceil(inputs / 8);
  const panels = padded(outputs) / PANEL;
  const machine = new Machine(LEARNING, {
    bits: ROWS * stride,
    index: ROWS * groups * 2,
    weights: padded(inputs) * padded(outputs) * 4,
    tables: TABLES,
    out: panels * ROWS * PANEL * 4,
  });
  machine.u8('bits').set(packRows(bits, ROWS, inputs));
  toPanels(weights, inputs, outputs, machine.f32('weights'));
  const { kernels, at } = machine;
  return {
    run() {
      kernels.gather(at.bits, stride, 0, ROWS, at.index, groups, 0, groups, 0, 0, 0);
      for (let panel = 0; panel < panels; panel++) {
        const out = at.out + panel * ROWS * PANEL * 4;
        kernels.fillRows(out, ROWS, 0);
        kernels.product(
          at.index,
          groups,
          ROWS,
          groups,
          at.weights + panel * padded(inputs) * PANEL * 4,
          at.tables,
          out,
        );
      }
    },
    result(): Float32Array {
      const values = machine.f32('out');
      return Float32Array.from({ length: ROWS * outputs }, (_, k) => {
        const [row, j] = [Math.floor(k / outputs), k % outputs];
        return values[(Math.floor(j / PANEL) * ROWS + row) * PANEL + (j % PANEL)];
      });
    },
  };
}

/** Sum of the rows of W whose bit is set. */
function plainSums({ bits, weights }: Factors, inputs: number, outputs: number, out: Float32Array): void {
  out.fill(0);
  for (let r = 0; r < ROWS; r++) {
    for (let i = 0; i < inputs; i++) {
      if (!bits[r * inputs + i]) continue;
      for (let j = 0; j < outputs; j++) out[r * outputs + j] += weights[i * outputs + j];
    }
  }
}

/** The same as a product of matrices of floats, row by row of W so that everything is read in order. */
function dense(floats: Float32Array, weights: Float32Array, inputs: number, outputs: number, out: Float32Array): void {
  out.fill(0);
  for (let r = 0; r < ROWS; r++) {
    for (let i = 0; i < inputs; i++) {
      const x = floats[r * inputs + i];
      for (let j = 0; j < outputs; j++) out[r * outputs + j] += x * weights[i * outputs + j];
    }
  }
}

function productCase(inputs: number, outputs: number): Body {
  const factors = factorsOf(inputs, outputs);
  const ours = tables(factors, inputs, outputs);
  const floats = Float32Array.from(factors.bits);
  const out = new Float32Array(ROWS * outputs);
  const share = 1 / PRODUCT_TIMES;
  const repeat = (work: () => void) => {
    for (let k = 0; k < PRODUCT_TIMES; k++) work();
  };
  return {
    unit: 'multiply-adds',
    work: PRODUCT_TIMES * ROWS * inputs * outputs,
    contenders: [
      { name: 'Wasm, tables of sums', run: () => repeat(() => ours.run()) },
      { name: 'plain TypeScript, rows of W added', run: () => plainSums(factors, inputs, outputs, out), share },
      { name: 'plain TypeScript, dense', run: () => dense(floats, factors.weights, inputs, outputs, out), share },
    ],
    check: () => {
      const { bits, weights } = factors;
      ours.run();
      const result = ours.result();
      // the twin adds in the same order, a number at a time: some rows of it are enough
      const few = 3;
      same(
        'rows',
        result.slice(0, few * outputs),
        productTwin(bits.slice(0, few * inputs), weights, new Float32Array(few * outputs), few, inputs, outputs),
      );
      // the rounding error in float32 of sums of that many numbers of up to 0.2 is smaller
      const tolerance = 1e-5 * Math.sqrt(inputs);
      plainSums(factors, inputs, outputs, out);
      close('plain', result, out, tolerance);
      dense(floats, weights, inputs, outputs, out);
      return `rows equal the twin's; ${close('dense', result, out, tolerance)} of a dense product`;
    },
  };
}

const named = (what: string, inputs: number, outputs: number) => ({
  name: `${what}, ${ROWS} rows of ${inputs} bits × ${inputs}×${outputs} float32`,
  inputs,
  outputs,
});

/** Upwards and downwards in RBMs of two sizes. */
export const PRODUCTS = [
  named('v·W', 784, 500),
  named('h·Wᵀ', 500, 784),
  named('v·W', 1600, 400),
  named('h·Wᵀ', 400, 1600),
];

export function productEntries(): Entry[] {
  return PRODUCTS.map(({ name, inputs, outputs }) =>
    entry({ name, group: 'Products of bits and floats' }, (short) =>
      short ? productCase(61, 43) : productCase(inputs, outputs),
    ),
  );
}
