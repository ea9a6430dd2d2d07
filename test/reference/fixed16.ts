/**
 * CD-k, PCD-k and populations in 16-bit fixed point on plain row-major arrays, equal bit for bit to assembly/rbm/fixed16Cd1.ts: the weights that products read are integers
 * round(2^s·w), s of the unit they lead to; sums saturate in 16 bits; probabilities are multiples of 2^-16, and in the gradient are rounded at random.
 */

import type { Model, Settings } from './cd1.js';
import { FORTY, type Population, weigh } from './population.js';
import { EVERY, moveChains, movedAtATime, type Proposals } from './proposals.js';
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

/** The scales of all units; velocities that a weight of 2^-60 does not see become 0. */
export function chooseScales({ visible, hidden, weights, velocity }: Model, growth: number): Scales {
  velocity.forEach((v, k) => {
    if (fround(v + 2 ** -60) === 2 ** -60) velocity[k] = 0;
  });
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
 * 2^-shift·(bits × weights) in saturating 16 bits, [rows, outputs]: of each five inputs the first three are summed, then the last two, then both;
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
): Int16Array {
  const result = new Int16Array(rows * outputs);
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

/** 2^16·weight·σ(input·2^(3 - s) + bias) - 2^15, to the nearest, in 16 bits. */
export function probability(input: number, s: number, bias: number, weight = 1): number {
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
  const p = fround(fround(65536 * weight) / fround(1 + scratch.getFloat32(0)));
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

export interface FixedSettings extends Settings {
  /** Gibbs steps a minibatch. */
  steps: number;
  /** Visible units of chains that persist, [chains, visible], changed in place; and their hidden ones, drawn with P⁻. */
  chains?: Uint8Array;
  drawn?: Uint8Array;
  /** The weights of the chains, if they have any, where they may move, and the stream of both. */
  population?: Population;
  proposals?: Proposals;
  swaps?: Stream;
  /** λ, changed in place, and μ, of a centred step. */
  offsets?: { hidden: Float32Array; visible: Float32Array };
}

/** One pass over the data; arguments as of cd1.ts. Calls `seen` with the scales whenever they are chosen. */
export function fixedEpoch(
  model: Model,
  data: Uint8Array,
  order: Uint32Array,
  settings: FixedSettings,
  random: FixedStreams,
  seen: (scales: Scales) => void = () => {},
): void {
  let scales: Scales = { hidden: [], visible: [] };
  settings.drawn = undefined; // the first minibatch draws its own
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
    minibatch(model, v, chosen.length, settings, random, scales, b);
  }
}

/** Inputs of the units as floats, with their biases. */
function asFloats(inputs: Int16Array, scales: number[], bias: Float32Array): Float32Array {
  const units = bias.length;
  const ln2 = fround(-Math.LN2);
  return Float32Array.from(inputs, (x, k) => {
    const factor = fround(fround(-Math.LOG2E) * 2 ** (3 - scales[k % units]));
    return fround(fround(x * factor) * ln2) + bias[k % units];
  });
}

/** Σ_i bit_i·values_i in f64: the sums of groups of five, the lowest bit first, then over the groups in order. */
function bitSum(bit: (i: number) => number, values: ArrayLike<number>): number {
  let sum = 0;
  for (let first = 0; first < values.length; first += BITS) {
    let group = 0;
    for (let i = first; i < min(first + BITS, values.length); i++) if (bit(i)) group += values[i];
    sum += group;
  }
  return sum;
}

/** -F of each row, panel by panel of 40 units: first the hidden ones, with the inputs x, then c·v. */
function minusFree(x: Float32Array, v: Uint8Array, bias: Float32Array, rows: number, hidden: number): number[] {
  const visible = bias.length;
  return Array.from({ length: rows }, (_, r) => {
    let free = 0;
    for (let first = 0; first < hidden; first += COLUMNS) {
      free += FORTY.softplus(x.subarray(r * hidden + first, r * hidden + min(first + COLUMNS, hidden)));
    }
    for (let first = 0; first < visible; first += COLUMNS) {
      free += bitSum((i) => v[r * visible + first + i], bias.subarray(first, first + COLUMNS));
    }
    return free;
  });
}

/** |factor| = 2^k·weight, weight <= 1, k <= shift. */
function splitWeight(factor: number, shift: number): { weight: number; drop: number } {
  let k = 0;
  while (k < shift && 2 ** k <= abs(factor)) k++;
  return { weight: abs(factor) * 2 ** -k, drop: shift - k };
}

function minibatch(
  model: Model,
  v: Uint8Array,
  rows: number,
  settings: FixedSettings,
  random: FixedStreams,
  scales: Scales,
  b: number,
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

  const inputsUp = (bits: Uint8Array, count: number) => fixedProduct(bits, forward, count, visible, hidden, 3);
  const inputsDown = (bits: Uint8Array, count: number) => fixedProduct(bits, mirror, count, hidden, visible, 3);
  const chances = (inputs: Int16Array, weight: number) =>
    inputs.map((x, k) => probability(x, scales.hidden[k % hidden], model.hiddenBias[k % hidden], weight));
  const up = (bits: Uint8Array, count: number, weight: number) => chances(inputsUp(bits, count), weight);
  const floatsUp = (inputs: Int16Array) => asFloats(inputs, scales.hidden, model.hiddenBias);
  const persistent = settings.chains !== undefined;
  const chains = persistent ? (settings.chains as Uint8Array).length / visible : rows;
  const draw = (p: Int16Array, count: number, units: number, streams: Stream[]) => {
    const bits = new Uint8Array(count * units);
    overPanels(count, units, streams, (k, u) => {
      bits[k] = p[k] > u ? 1 : 0;
    });
    return bits;
  };
  const rounded = (p: Int16Array, count: number, drop = (_row: number) => shift) => {
    const means = new Int16Array(count * hidden);
    overPanels(count, hidden, random.hidden, (k, u) => {
      means[k] = roundAtRandom(p[k], u, drop(Math.floor(k / hidden)));
    });
    return means;
  };

  const { population, proposals, swaps } = settings;
  const inputs = inputsUp(v, rows);
  const p = chances(inputs, 1);
  const moved = population && b % EVERY === 0 ? min(movedAtATime(chains), rows, chains) : 0;
  const proposed = draw(p.slice(0, moved * hidden), moved, hidden, random.hidden);
  let plus: Int16Array;
  let h: Uint8Array = new Uint8Array(0);
  if (persistent) plus = rounded(p, rows);
  else {
    // one random number decides the bit and the rounding
    plus = new Int16Array(rows * hidden);
    h = new Uint8Array(rows * hidden);
    overPanels(rows, hidden, random.hidden, (k, u) => {
      h[k] = p[k] > u ? 1 : 0;
      plus[k] = roundAtRandom(p[k], u, shift);
    });
  }
  /** v after the Gibbs steps, the first of them from h if that is known. */
  const gibbs = (start: Uint8Array, first: Uint8Array | undefined) => {
    let states = start;
    for (let s = 0; s < settings.steps; s++) {
      const own = s === 0 && first ? first : draw(up(states, chains, 1), chains, hidden, random.hidden);
      const down = inputsDown(own, chains);
      const q = down.map((x, k) => probability(x, scales.visible[k % visible], model.visibleBias[k % visible]));
      states = draw(q, chains, visible, random.visible);
    }
    return states;
  };
  let fantasy: Uint8Array;
  let minus: Int16Array;
  let factors: Float32Array | undefined; // rows·weight of each chain
  let brake = 1;
  if (population && settings.chains && swaps) {
    // the chains as they are, weighed for the step before; then they move
    fantasy = settings.chains.slice();
    const x = inputsUp(fantasy, chains);
    const free = (own: Int16Array, states: Uint8Array) =>
      minusFree(floatsUp(own), states, model.visibleBias, chains, hidden);
    h = draw(chances(x, 1), chains, hidden, random.hidden);
    const weighed = weigh(population, free(x, fantasy), h, hidden, swaps);
    factors = Float32Array.from(weighed.shares(rows));
    brake = weighed.brake;
    if (proposals && moved > 0) {
      const down = (states: Uint8Array, count: number) =>
        asFloats(inputsDown(states, count), scales.visible, model.visibleBias);
      moveChains(proposals, h, proposed, floatsUp(inputs), model.hiddenBias, visible, down, swaps, FORTY);
    }
    settings.chains.set(gibbs(fantasy, h));
    population.before = free(inputsUp(settings.chains, chains), settings.chains);
    const split = Array.from(factors, (factor) => splitWeight(factor, shift));
    const weightedP = x.map((input, k) => {
      const j = k % hidden;
      return probability(input, scales.hidden[j], model.hiddenBias[j], split[Math.floor(k / hidden)].weight);
    });
    minus = rounded(weightedP, chains, (row) => split[row].drop);
  } else {
    fantasy = persistent ? gibbs(settings.chains as Uint8Array, settings.drawn) : gibbs(v, h);
    if (persistent) {
      (settings.chains as Uint8Array).set(fantasy);
      settings.drawn = draw(up(fantasy, chains, 1), chains, hidden, random.hidden);
    }
    minus = rounded(up(fantasy, chains, fround(rows / chains)), chains);
  }

  // P⁺ above -P⁻, rows padded to fives
  const padded = roundUp(rows, BITS);
  const all = padded + roundUp(chains, BITS);
  const means = new Int16Array(all * hidden);
  means.set(plus);
  means.set(
    minus.map((m) => -m),
    padded * hidden,
  );
  const bits = new Uint8Array(visible * all);
  for (let i = 0; i < visible; i++) {
    for (let r = 0; r < rows; r++) bits[i * all + r] = v[r * visible + i];
    for (let r = 0; r < chains; r++) bits[i * all + padded + r] = fantasy[r * visible + i];
  }
  const gradient = fixedProduct(bits, means, visible, all, hidden, 0);

  const unit = 2 ** (shift - 15);
  // a step too long slows down this one
  const pace = population ? population.pace : 1;
  const rate = fround(fround(settings.rate) * pace);
  const inverse = fround(1 / rows);
  const momentum = fround(fround(settings.momentum) * brake);
  const lambda = fround(fround(settings.lambda) * pace);
  const scale = fround(fround(rate * inverse) * unit);
  const sumsOf = (count: number) => {
    const sums = new Int16Array(hidden);
    for (let r = 0; r < count; r++) for (let j = 0; j < hidden; j++) sums[j] = sum16(sums[j], means[r * hidden + j]);
    return sums;
  };
  // rate times the gradients of the biases
  const db = Float32Array.from(sumsOf(all), (sum) => sum * scale);
  const [seen, dreamt] = [v, fantasy].map((of) => {
    const counts = new Float32Array(visible);
    of.forEach((bit, k) => {
      counts[k % visible] += bit;
    });
    return counts;
  });
  const inverseChains = factors ? inverse : fround(1 / chains);
  if (factors) {
    const minusFactors = factors.map((factor) => -factor);
    for (let i = 0; i < visible; i++) dreamt[i] = -bitSum((m) => fantasy[m * visible + i], minusFactors);
  }
  const dc = seen.map((sum, i) => rate * fround(fround(sum * inverse) - fround(dreamt[i] * inverseChains)));
  const { offsets } = settings;
  if (offsets) {
    const total = fround(unit * inverse);
    sumsOf(padded).forEach((sum, j) => {
      const q = fround(sum * total);
      offsets.hidden[j] += fround(fround(0.01) * fround(q - offsets.hidden[j]));
    });
  }

  const partials = new Float32Array(visible);
  const corrections = new Float32Array(hidden);
  for (let i = 0; i < visible; i++) {
    for (let first = 0; first < hidden; first += COLUMNS) {
      const lanes = [0, 0, 0, 0]; // ΔW λ of a panel, four sums side by side
      for (let j = first; j < min(first + COLUMNS, hidden); j++) {
        const k = i * hidden + j;
        let pull = fround(scale * gradient[k]);
        if (offsets) {
          pull = fround(fround(pull - fround(offsets.visible[i] * db[j])) - fround(offsets.hidden[j] * dc[i]));
        }
        velocity[k] = fround(fround(momentum * velocity[k]) + pull);
        const before = weights[k];
        const x = fround(before + velocity[k]);
        weights[k] = x - min(max(x, -lambda), lambda);
        if (!offsets) continue;
        const change = fround(weights[k] - before);
        lanes[j & 3] = fround(lanes[j & 3] + fround(change * offsets.hidden[j]));
        corrections[j] += fround(offsets.visible[i] * change);
      }
      const low = fround(lanes[0] + lanes[1]);
      partials[i] += fround(low + fround(lanes[2] + lanes[3]));
    }
  }
  updateBias(db, new Float32Array(hidden), model.hiddenVelocity, model.hiddenBias, 1, momentum);
  updateBias(dc, new Float32Array(visible), model.visibleVelocity, model.visibleBias, 1, momentum);
  if (!offsets) return;
  corrections.forEach((correction, j) => {
    model.hiddenBias[j] -= correction;
  });
  partials.forEach((partial, i) => {
    model.visibleBias[i] -= partial;
  });
}
