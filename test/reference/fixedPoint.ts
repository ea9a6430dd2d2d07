/**
 * CD-1 in 16-bit fixed point on plain row-major arrays, equal bit for bit to assembly/rbm/fixedTraining.ts: the weights that products read are integers
 * round(2^s·w), s of the unit they lead to; sums saturate in 16 bits; probabilities are multiples of 2^-16, and in the gradient are rounded at random.
 */

import type { Model, Settings } from './contrastiveDivergence.js';
import { type Stream, streams } from './streams.js';
import { roundUp } from './units.js';
import { updateBias } from './update.js';

const { fround, min, max, abs } = Math;

/** Units of a panel, bits of a group, inputs of a pass. */
export const COLUMNS = 40;
const BITS = 5;
const PASS = 40;

export const saturate = (x: number) => min(max(x, -32768), 32767);
const sum16 = (a: number, b: number) => saturate(a + b);

/** Scales s: of the hidden units, and of the visible ones. */
interface Scales {
  hidden: number[];
  visible: number[];
}

/** The largest s <= 12 for which sums up to `pass` in a pass, and up to `all` in all, stay below 30000 in units of 2^-s and 2^(3 - s). */
export function scaleFor(pass: number, all: number): number {
  const ratio = fround(30000 / max(pass, fround(all * 0.125), fround(1e-30)));
  let s = -200;
  while (s < 12 && 2 ** (s + 1) <= ratio) s++;
  return s;
}

/** Weights above 0 and those below it, each with what it gains by `growth` steps of its velocity. */
function reach(w: number, v: number, growth: number): [up: number, down: number] {
  const gain = fround(growth * abs(v));
  return [fround(max(w, 0) + gain), fround(gain - min(w, 0))];
}

export function chooseScales({ visible, hidden, weights, velocity }: Model, growth: number): Scales {
  const at = (i: number, j: number) => reach(weights[i * hidden + j], velocity[i * hidden + j], growth);
  const ofHidden = Array.from({ length: hidden }, (_, j) => {
    let [above, below, most] = [0, 0, 0];
    for (let first = 0; first < visible; first += PASS) {
      let [up, down] = [0, 0];
      for (let i = first; i < min(first + PASS, visible); i++) {
        const [a, b] = at(i, j);
        up = fround(up + a);
        down = fround(down + b);
      }
      above = fround(above + up);
      below = fround(below + down);
      most = max(most, up, down);
    }
    return scaleFor(most, max(above, below));
  });
  const ofVisible = Array.from({ length: visible }, (_, i) => {
    let [above, below, most] = [0, 0, 0];
    for (let first = 0; first < hidden; first += COLUMNS) {
      // four sums side by side, then one
      const up = [0, 0, 0, 0];
      const down = [0, 0, 0, 0];
      for (let j = first; j < min(first + COLUMNS, hidden); j++) {
        const [a, b] = at(i, j);
        up[(j - first) & 3] = fround(up[(j - first) & 3] + a);
        down[(j - first) & 3] = fround(down[(j - first) & 3] + b);
      }
      const [u, d] = [up, down].map((x) => fround(fround(x[0] + x[1]) + fround(x[2] + x[3])));
      above = fround(above + u);
      below = fround(below + d);
      most = max(most, u, d);
    }
    return scaleFor(most, max(above, below));
  });
  return { hidden: ofHidden, visible: ofVisible };
}

/** round(2^s·w), ties to even: what adding 1.5·2^(23 - s) in f32 leaves. */
export function roundTo(w: number, s: number): number {
  const magic = 1.5 * 2 ** (23 - s);
  return saturate((fround(w + magic) - magic) * 2 ** s);
}

/**
 * start + 2^-shift·(bits × weights) in saturating 16 bits, [rows, outputs]: of each five inputs the first three are summed, then the last two, then both;
 * the sum of each forty inputs is rounded, half up.
 * @param bits [rows, inputs], entries 0 or 1
 * @param weights [inputs, outputs], integers
 */
export function fixedProduct(
  bits: Uint8Array,
  weights: Int16Array,
  rows: number,
  inputs: number,
  outputs: number,
  shift: number,
  start = new Int16Array(rows * outputs),
): Int16Array {
  const result = start.slice();
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < outputs; j++) {
      const term = (i: number) => (i < inputs && bits[r * inputs + i] ? weights[i * outputs + j] : 0);
      for (let first = 0; first < inputs; first += PASS) {
        let sum = (1 << shift) >> 1;
        for (let i = first; i < min(first + PASS, inputs); i += BITS) {
          const three = sum16(sum16(term(i), term(i + 1)), term(i + 2));
          sum = sum16(sum, sum16(three, sum16(term(i + 3), term(i + 4))));
        }
        result[r * outputs + j] = sum16(result[r * outputs + j], sum >> shift);
      }
    }
  }
  return result;
}

const POWERS = [0.693121815, 0.240247448, 0.0559178603, 0.0095701017].map(fround);
const scratch = new DataView(new ArrayBuffer(4));

/** 2^16·σ(input·2^(3 - s) + bias) - 2^15, to the nearest, in 16 bits. */
export function probability(input: number, s: number, bias: number): number {
  const factor = fround(fround(-Math.LOG2E) * 2 ** (3 - s));
  const whole = fround(fround(input * factor) + fround(bias * fround(-Math.LOG2E)));
  const t = max(min(whole, 126), -126);
  const k = fround(fround(t + 12582912) - 12582912);
  const f = fround(t - k);
  let sum = fround(fround(POWERS[3] * f) + POWERS[2]);
  sum = fround(fround(sum * f) + POWERS[1]);
  sum = fround(fround(sum * f) + POWERS[0]);
  sum = fround(fround(sum * f) + 1);
  // 2^k by the exponent's bits, which 2^-126·0.7 does not have: then it is something else far below 1
  scratch.setFloat32(0, sum);
  scratch.setInt32(0, scratch.getInt32(0) + (k << 23));
  const p = fround(65536 / fround(1 + scratch.getFloat32(0)));
  return saturate(fround(p + 12582912) - 12582912 - 32768);
}

/** P in multiples of 2^(shift - 15), rounded by the low bits of a random number. */
export const roundAtRandom = (p: number, random: number, shift: number) =>
  (((p + 32768) >> 1) + (random & ((1 << shift) - 1))) >> shift;

/** The 16-bit numbers of a block of five rows: [row][unit of the panel], signed. */
function draws(stream: Stream): Int16Array {
  return new Int16Array(stream.fill(BITS * 5).buffer);
}

/** Calls `each` for every unit of every row with its random number, in the order in which the kernel draws. */
function overPanels(
  rows: number,
  units: number,
  random: Stream[],
  each: (place: number, random: number) => void,
): void {
  random.forEach((stream, panel) => {
    for (let first = 0; first < rows; first += BITS) {
      const numbers = draws(stream);
      for (let r = first; r < min(first + BITS, rows); r++) {
        for (let j = panel * COLUMNS; j < min((panel + 1) * COLUMNS, units); j++) {
          each(r * units + j, numbers[(r - first) * COLUMNS + (j % COLUMNS)]);
        }
      }
    }
  });
}

export interface FixedStreams {
  hidden: Stream[];
  visible: Stream[];
}

/** The streams of an epoch: one for every 40 units. */
export function fixedStreams(model: Model, hiddenKey: bigint, visibleKey: bigint): FixedStreams {
  return {
    hidden: streams(hiddenKey, Math.ceil(model.hidden / COLUMNS)),
    visible: streams(visibleKey, Math.ceil(model.visible / COLUMNS)),
  };
}

/** One pass over the data; arguments as of contrastiveDivergence.ts. Calls `seen` with the scales whenever they are chosen. */
export function fixedEpoch(
  model: Model,
  data: Uint8Array,
  order: Uint32Array,
  settings: Settings,
  random: FixedStreams,
  seen: (scales: Scales) => void = () => {},
): void {
  let scales: Scales = { hidden: [], visible: [] };
  for (let b = 0; b * settings.batch < order.length; b++) {
    const chosen = order.subarray(b * settings.batch, (b + 1) * settings.batch);
    const v = new Uint8Array(chosen.length * model.visible);
    chosen.forEach((row, r) => {
      v.set(data.subarray(row * model.visible, (row + 1) * model.visible), r * model.visible);
    });
    if ([0, 1, 2, 4, 8].includes(b) || b % 16 === 0) {
      scales = chooseScales(model, b < 2 ? 1 : min(b, 16));
      seen(scales);
    }
    minibatch(model, v, chosen.length, settings, random, scales);
  }
}

function minibatch(
  model: Model,
  v: Uint8Array,
  rows: number,
  settings: Settings,
  random: FixedStreams,
  scales: Scales,
): void {
  const { visible, hidden, weights, velocity } = model;
  const forward = Int16Array.from(weights, (w, k) => roundTo(w, scales.hidden[k % hidden]));
  const mirror = new Int16Array(weights.length);
  weights.forEach((w, k) => {
    const [i, j] = [Math.floor(k / hidden), k % hidden];
    mirror[j * visible + i] = roundTo(w, scales.visible[i]);
  });
  let shift = 0;
  while (2 ** shift <= rows) shift++;

  const up = (bits: Uint8Array) => {
    const inputs = fixedProduct(bits, forward, rows, visible, hidden, 3);
    return inputs.map((x, k) => probability(x, scales.hidden[k % hidden], model.hiddenBias[k % hidden]));
  };
  // P⁺ above -P⁻, rows padded to fives
  const padded = roundUp(rows, BITS);
  const means = new Int16Array(2 * padded * hidden);
  const h = new Uint8Array(rows * hidden);
  const plus = up(v);
  overPanels(rows, hidden, random.hidden, (k, u) => {
    h[k] = plus[k] > u ? 1 : 0;
    means[k] = roundAtRandom(plus[k], u, shift);
  });
  const fantasy = new Uint8Array(rows * visible);
  const down = fixedProduct(h, mirror, rows, hidden, visible, 3);
  overPanels(rows, visible, random.visible, (k, u) => {
    fantasy[k] = probability(down[k], scales.visible[k % visible], model.visibleBias[k % visible]) > u ? 1 : 0;
  });
  const minus = up(fantasy);
  overPanels(rows, hidden, random.hidden, (k, u) => {
    means[padded * hidden + k] = -roundAtRandom(minus[k], u, shift);
  });

  const bits = new Uint8Array(visible * 2 * padded);
  for (let i = 0; i < visible; i++) {
    for (let r = 0; r < rows; r++) {
      bits[i * 2 * padded + r] = v[r * visible + i];
      bits[i * 2 * padded + padded + r] = fantasy[r * visible + i];
    }
  }
  const gradient = fixedProduct(bits, means, visible, 2 * padded, hidden, 0);

  const unit = 2 ** (shift - 15);
  const rate = fround(fround(settings.rate) / rows);
  const momentum = fround(settings.momentum);
  const lambda = fround(settings.lambda);
  gradient.forEach((g, k) => {
    velocity[k] = fround(fround(momentum * velocity[k]) + fround(fround(rate * unit) * g));
    const x = fround(weights[k] + velocity[k]);
    weights[k] = x - min(max(x, -lambda), lambda);
  });
  const sums = new Float32Array(hidden);
  for (let r = 0; r < 2 * padded; r++) for (let j = 0; j < hidden; j++) sums[j] += means[r * hidden + j];
  updateBias(
    sums.map((sum) => sum * unit),
    new Float32Array(hidden),
    model.hiddenVelocity,
    model.hiddenBias,
    rate,
    momentum,
  );
  const [seen, dreamt] = [v, fantasy].map((of) => {
    const counts = new Float32Array(visible);
    of.forEach((bit, k) => {
      counts[k % visible] += bit;
    });
    return counts;
  });
  updateBias(seen, dreamt, model.visibleVelocity, model.visibleBias, rate, momentum);
}
