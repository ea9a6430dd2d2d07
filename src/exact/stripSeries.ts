/**
 * Strips at weak coupling, in products of spins: e^{K s s'} = cosh K (1 + t s s'), t = tanh K, so that
 *   Z = 2^N Π cosh K · Σ (products of t),
 * the sum over all sets of bonds and fields that meet each spin an even number of times (Kramers & Wannier 1941).
 * Energies of order K² are then not differences of numbers of order K. A vector over the states of a row becomes a
 * vector over the sets of its spins, bit i for spin i: a bond or field within a row exchanges sets, a bond to the next
 * row multiplies the sets with its spin by t. Derivatives are computed alongside.
 */

import { rowOrbits, type StripBonds, type StripDerivatives } from './stripBonds.js';

/** t = tanh K of a bond or field with its derivatives by the factor on H, and by B. */
interface Factor {
  t: number;
  t1: number;
  t2: number;
  tb: number;
}

function factorOf(coupling: number, isField = false): Factor {
  const t = Math.tanh(coupling);
  const slope = 1 - t * t;
  return { t, t1: coupling * slope, t2: -2 * coupling * coupling * t * slope, tb: isField ? slope : 0 };
}

/** Numbers over the sets of a row's spins, with their derivatives by the factor on H (twice) and by B. */
class Sets {
  readonly value: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly field: Float64Array;

  constructor(readonly size: number) {
    this.value = new Float64Array(size);
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
    this.field = new Float64Array(size);
  }

  /** Times 1 + t Π s over the spins of a mask. */
  exchange(mask: number, { t, t1, t2, tb }: Factor): void {
    const { value, first, second, field } = this;
    const low = mask & -mask;
    for (let s = 0; s < this.size; s++) {
      if (s & low) continue;
      const o = s ^ mask;
      const [v, v1, v2, vb] = [value[s], first[s], second[s], field[s]];
      const [w, w1, w2, wb] = [value[o], first[o], second[o], field[o]];
      value[s] += t * w;
      value[o] += t * v;
      first[s] += t * w1 + t1 * w;
      first[o] += t * v1 + t1 * v;
      second[s] += t * w2 + 2 * t1 * w1 + t2 * w;
      second[o] += t * v2 + 2 * t1 * v1 + t2 * v;
      field[s] += t * wb + tb * w;
      field[o] += t * vb + tb * v;
    }
  }

  /** Sets with the spin of a bit, times t. */
  multiply(bit: number, { t, t1, t2 }: Factor): void {
    const { value, first, second, field } = this;
    for (let s = 0; s < this.size; s++) {
      if (!(s & bit)) continue;
      second[s] = t * second[s] + 2 * t1 * first[s] + t2 * value[s];
      first[s] = t * first[s] + t1 * value[s];
      value[s] *= t;
      field[s] *= t;
    }
  }

  /** Divides by the largest value and returns the logarithm of that; -Infinity where there is none. */
  rescale(): number {
    const top = this.value.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
    if (top === 0) return -Infinity;
    for (const numbers of [this.value, this.first, this.second, this.field]) {
      for (let s = 0; s < numbers.length; s++) numbers[s] /= top;
    }
    return Math.log(top);
  }
}

/** A row and the bonds to the next. */
class RowSets {
  readonly size: number;
  readonly #across: Factor;
  readonly #along: Factor;
  readonly #diagonal: Factor;
  readonly #field: Factor;

  constructor(readonly bonds: StripBonds) {
    this.size = 2 ** bonds.width;
    this.#across = factorOf(bonds.across);
    this.#along = factorOf(bonds.along);
    this.#diagonal = factorOf(bonds.diagonal);
    this.#field = factorOf(bonds.field, true);
  }

  within(x: Sets): void {
    const { width, ring, field } = this.bonds;
    for (let i = 0; i < (ring ? width : width - 1); i++) {
      const mask = (1 << i) ^ (1 << ((i + 1) % width));
      x.exchange(mask, this.#across);
    }
    if (field !== 0) for (let i = 0; i < width; i++) x.exchange(1 << i, this.#field);
  }

  /** Site by site; for the periodic diagonal bond the old spin of the first site is kept in a copy. */
  between(x: Sets): Sets {
    const { width, ring, diagonal } = this.bonds;
    const copied = diagonal !== 0 && ring;
    const y = copied ? doubleStates(x) : x;
    for (let i = width - 1; i >= 0; i--) {
      y.multiply(1 << i, this.#along);
      const j = i > 0 ? i - 1 : copied ? width : -1;
      if (diagonal !== 0 && j >= 0) y.exchange((1 << i) | (1 << j), this.#diagonal);
    }
    return copied ? sumHighestBit(y) : y;
  }

  /** The factor in front of the sums over sets, for rows of spins and rows of bonds between them. */
  prefactor(rows: number, between: number): StripDerivatives {
    const { width, ring, across, along, diagonal, field } = this.bonds;
    const beside = ring ? width : width - 1;
    const sum: StripDerivatives = { log: rows * width * Math.LN2, first: 0, second: 0, field: 0 };
    for (const [coupling, count] of [
      [across, rows * beside],
      [along, between * width],
      [diagonal, between * beside],
      [field, rows * width],
    ]) {
      const t = Math.tanh(coupling);
      sum.log += count * Math.log(Math.cosh(coupling));
      sum.first += count * coupling * t;
      sum.second += count * coupling * coupling * (1 - t * t);
    }
    sum.field = rows * width * Math.tanh(field);
    return sum;
  }
}

/** With a copy of the highest spin: a set with both equals the set with neither. */
function doubleStates(x: Sets): Sets {
  const y = new Sets(2 * x.size);
  const top = x.size / 2;
  for (const name of ['value', 'first', 'second', 'field'] as const) {
    for (let s = 0; s < x.size; s++) {
      y[name][s] = x[name][s];
      y[name][s + x.size] = x[name][s ^ top];
    }
  }
  return y;
}

/** Sums over the highest spin: sets with it vanish. */
function sumHighestBit(y: Sets): Sets {
  const x = new Sets(y.size / 2);
  for (const name of ['value', 'first', 'second', 'field'] as const) x[name].set(y[name].subarray(0, x.size));
  return x;
}

/** ln of a sum e^{log}·value and its derivatives, added to those of the factor in front of it. */
function derivatives(
  before: StripDerivatives,
  log: number,
  value: number,
  first: number,
  second: number,
  field: number,
): StripDerivatives {
  const slope = first / value;
  return {
    log: before.log + log + Math.log(value),
    first: before.first + slope,
    second: before.second + (second / value - slope * slope),
    field: before.field + field / value,
  };
}

/** ln Z of a strip with open ends. */
export function openSeries(bonds: StripBonds, length: number): StripDerivatives {
  const row = new RowSets(bonds);
  let x = new Sets(row.size);
  x.value[0] = 1;
  let log = 0;
  row.within(x);
  for (let k = 1; k < length; k++) {
    x = row.between(x);
    row.within(x);
    log += x.rescale();
  }
  return derivatives(row.prefactor(length, length - 1), log, x.value[0], x.first[0], x.second[0], x.field[0]);
}

/** Below this logarithm relative to t², the order of its second derivative, a contribution to a sum is negligible. */
const NOTHING = -60;

/** ln Z of a torus. */
export function traceSeries(bonds: StripBonds, length: number): StripDerivatives {
  const row = new RowSets(bonds);
  const { across, along, diagonal, field: b } = bonds;
  const nothing = NOTHING + 2 * Math.log(Math.max(...[across, along, diagonal, b].map(Math.abs)));
  /** Logarithms of the empty set's run, row by row. */
  const empty: number[] = [];
  let [value, first, second, field] = [0, 0, 0, 0];
  // the empty set is the first, and the largest
  for (const { state, count } of rowOrbits(bonds, false)) {
    let x = new Sets(row.size);
    x.value[state] = count;
    let log = 0;
    for (let k = 0; k < length && !(log - empty[k] < nothing); k++) {
      x = row.between(x);
      row.within(x);
      log += x.rescale();
      if (state === 0) empty.push(log);
    }
    const scale = Math.exp(log - empty[length - 1]);
    if (!(scale > Math.exp(nothing))) continue;
    value += scale * x.value[state];
    first += scale * x.first[state];
    second += scale * x.second[state];
    field += scale * x.field[state];
  }
  return derivatives(row.prefactor(length, length), empty[length - 1], value, first, second, field);
}

/** Rows after which the sums of an infinite strip have long converged at |t| <= 0.1. */
const MAX_ROWS = 400;

/**
 * ln λ per row of an infinite strip: the change of ln Z per row, iterated until it no longer changes.
 * @throws Error if it does not converge
 */
export function rowSeries(bonds: StripBonds): StripDerivatives {
  const row = new RowSets(bonds);
  const before = row.prefactor(1, 1);
  let x = new Sets(row.size);
  x.value[0] = 1;
  let last: StripDerivatives | undefined;
  for (let k = 0; k < MAX_ROWS; k++) {
    x = row.between(x);
    row.within(x);
    const now = derivatives(before, 0, x.value[0], x.first[0], x.second[0], x.field[0]);
    const same = (name: keyof StripDerivatives) => Math.abs(now[name] - last![name]) <= 4e-16 * Math.abs(now[name]);
    if (last && same('log') && same('first') && same('second') && same('field')) return now;
    last = now;
    divide(x);
  }
  throw new Error('the sums of an infinite strip did not converge');
}

/** Divides by the value of the empty set, derivatives included. */
function divide({ value, first, second, field }: Sets): void {
  const [v, a, b, f] = [value[0], first[0] / value[0], second[0] / value[0], field[0] / value[0]];
  for (let s = 0; s < value.length; s++) {
    const x = value[s] / v;
    const x1 = first[s] / v - a * x;
    second[s] = second[s] / v - 2 * a * x1 - b * x;
    first[s] = x1;
    field[s] = field[s] / v - f * x;
    value[s] = x;
  }
}
