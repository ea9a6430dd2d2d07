/**
 * Exact log Z: a sum over all states of one two-valued layer, the units of the other summed one by one. If both layers
 * are two-valued, it is done by the kernels (assembly/rbm/partition.ts); real units are summed by their free energy.
 */

import { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import type { Work } from '../../util/work.js';
import { LEARNING } from '../../wasm/learning.js';
import { Machine, machineForCall } from '../../wasm/machine.js';
import { kernels } from '../../wasm/scalar.js';
import { rewritten } from '../model/convert.js';
import { bitLayer, spinLayer } from '../model/layers.js';
import type { AnyRbm } from '../model/rbm.js';

/** Max units of an enumerated layer. */
export const MAX_ENUMERATED = 30;
/** Max Σ_(low j) |W_ij|: products of five factors e^{±R} and more must not overflow. */
const MAX_RANGE = 100;
/** Max Σ_(low j) |b_j|: above it e^{Σ b t} has no correct digit. */
const MAX_BIAS = 2 ** 40;
/**
 * Approximate number of entries of the table of low states, which is read repeatedly and should fit into the L2 cache.
 */
const TABLE = 2 ** 16;
/** Approximate number of factors per call of the kernel: about 20 ms. */
const CALL = 2 ** 25;

/**
 * The layer with the cheapest enumeration, or the given one.
 * @throws RangeError if no layer is two-valued, or it has more than 30 units
 */
export function enumerable(rbm: AnyRbm, layer?: 'visible' | 'hidden'): 'visible' | 'hidden' {
  const can = { visible: rbm.visibleLayer.levels !== undefined, hidden: rbm.hiddenLayer.levels !== undefined };
  if (layer !== undefined && !can[layer]) refuse('layer', 'a layer of two-valued units', layer);
  if (!can.visible && !can.hidden) {
    throw new RangeError('exact log Z needs a layer of two-valued units; this RBM has none');
  }
  const chosen = layer ?? (can.visible && (!can.hidden || rbm.visible < rbm.hidden) ? 'visible' : 'hidden');
  const units = rbm[chosen];
  if (units > MAX_ENUMERATED) {
    throw new RangeError(`exact log Z expected at most ${MAX_ENUMERATED} units to enumerate, got ${units}`);
  }
  return chosen;
}

/** log Z by enumeration of a layer, see `enumerable`. */
export function enumeration(rbm: AnyRbm, layer: 'visible' | 'hidden'): Work<number> {
  const oriented = layer === 'hidden' ? rbm : rbm.mirror();
  return oriented.visibleLayer.levels ? twoValued(oriented) : real(oriented);
}

/**
 * Two units or more: those with the smallest weights, as many as fit into the table with Σ |W_ij| and Σ |b_j| in range;
 * -1 is a unit without weights.
 */
function lowUnits({ weights, visible, hidden, hiddenLayer }: AnyRbm): { low: number[]; range: number } {
  const largest = Array.from({ length: hidden }, (_, j) => {
    let size = 0;
    for (let i = 0; i < visible; i++) size = Math.max(size, Math.abs(weights[i * hidden + j]));
    return size;
  });
  const order = largest.map((_, j) => j).sort((a, b) => largest[a] - largest[b] || a - b);
  const sums = new Float64Array(visible);
  const low: number[] = [];
  let range = 0;
  let biases = 0;
  for (const j of order) {
    if (biases + Math.abs(hiddenLayer.bias[j]) > MAX_BIAS) continue;
    if (low.length >= 2 && (2 * low.length >= hidden || visible * 2 ** (low.length + 1) > TABLE)) break;
    const next = sums.map((sum, i) => sum + Math.abs(weights[i * hidden + j]));
    const reach = next.reduce((most, sum) => Math.max(most, sum), 0);
    if (reach > MAX_RANGE) break;
    sums.set(next);
    range = reach;
    biases += Math.abs(hiddenLayer.bias[j]);
    low.push(j);
  }
  while (low.length < 2) low.push(-1);
  return { low, range };
}

/** Enumerates the hidden layer; both layers are two-valued. */
function* twoValued(given: AnyRbm): Work<number> {
  const inBits = rewritten(given, bitLayer);
  const inSpins = rewritten(inBits.rbm.mirror(), spinLayer);
  const constant = inBits.constant + inSpins.constant;
  // back so that rows are visible units, {0,1}, and columns hidden ones, ±1
  const oriented = inSpins.rbm.mirror();
  const { weights, visible, hidden, visibleLayer, hiddenLayer } = oriented;
  const { low, range } = lowUnits(oriented);
  const high = Array.from({ length: hidden }, (_, j) => j).filter((j) => !low.includes(j));
  const states = 2 ** low.length;
  const units = Math.ceil(visible / 2) * 2;
  const stretch = Math.floor(600 / (range + Math.LN2));
  const total = 2 ** high.length;
  const slice = Math.max(1, Math.min(total, Math.floor(CALL / (states * units))));
  const regions = {
    table: states * units * 8,
    linear: states * 16,
    weights: high.length * units * 8,
    bias: units * 8,
    fields: high.length * 8,
    scratch: 17 * units * 8 + 320,
    sums: 16,
  };
  // without a pause before its end it is one call
  const machine = slice === total ? machineForCall(LEARNING, regions) : new Machine(LEARNING, regions);
  const { exp, log, partitionStates } = machine.kernels;
  const { at } = machine;

  const table = machine.f64('table').fill(1);
  const linear = machine.f64('linear');
  for (let state = 0; state < states; state++) {
    const spins = low.map((_, k) => ((state >> k) & 1 ? 1 : -1));
    for (let i = 0; i < visible; i++) {
      const sum = low.reduce((sum, j, k) => (j < 0 ? sum : sum + spins[k] * weights[i * hidden + j]), 0);
      table[state * units + i] = exp(sum);
    }
    const field = low.reduce((sum, j, k) => (j < 0 ? sum : sum + spins[k] * hiddenLayer.bias[j]), 0);
    const exponent = Math.round(field / Math.LN2);
    linear.set([exp(field - exponent * Math.LN2), exponent], 2 * state);
  }
  high.forEach((j, k) => {
    const row = machine.f64('weights').subarray(k * units);
    for (let i = 0; i < visible; i++) row[i] = weights[i * hidden + j];
  });
  machine.f64('bias').fill(-Infinity).set(visibleLayer.bias);
  machine.f64('fields').set(high.map((j) => hiddenLayer.bias[j]));

  let sums = machine.f64('sums');
  for (let first = 0; first < total; first += slice) {
    const count = Math.min(slice, total - first);
    // biome-ignore format: one call
    partitionStates(at.table, at.linear, states, units, stretch, at.weights, at.bias, at.fields, high.length, first, count, at.scratch, at.sums);
    sums = machine.f64('sums').slice();
    yield { stage: 'log Z', done: (first + count) * states, total: total * states, unit: 'states' };
  }
  const [reference, sum] = sums;
  const doubled = low.filter((j) => j < 0).length;
  return reference + log(sum) - doubled * Math.LN2 - constant;
}

/** Enumerates the two-valued hidden layer by its free energy, a thousand states at a time. */
function* real(rbm: AnyRbm): Work<number> {
  const { exp, log } = kernels();
  const mirror = rbm.mirror();
  const units = rbm.hidden;
  const total = 2 ** units;
  const slice = Math.min(total, 1024);
  let reference = -Infinity;
  let sum = 0;
  const rows = new BitRows(slice, units);
  for (let first = 0; first < total; first += slice) {
    for (let r = 0; r < slice; r++) {
      for (let byte = 0; byte < rows.stride; byte++) rows.bytes[r * rows.stride + byte] = (first + r) >>> (8 * byte);
    }
    const logs = mirror.freeEnergy(rows).map((energy) => -energy);
    const most = logs.reduce((a, b) => Math.max(a, b), reference);
    sum = sum === 0 ? 0 : sum * exp(reference - most);
    reference = most;
    let part = 0;
    for (const x of logs) part += exp(x - reference);
    sum += part;
    yield { stage: 'log Z', done: first + slice, total, unit: 'states' };
  }
  return reference + log(sum);
}
