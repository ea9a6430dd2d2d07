// The partition function of an RBM by enumeration of one layer, in spins t_j = ±1, where the units of the other, {0,1}, are summed one by one:
//   Z = Σ_t e^{b·t} Π_i (1 + e^{x_i + l_i}),  x_i = c_i + Σ_(high j) W_ij t_j,  l_i = Σ_(low j) W_ij t_j.
//
// The enumerated units are cut in two. All states of the low ones have the factors A_i = e^{l_i} in a table; the high ones go through a Gray code, one
// addition a unit and step, and give s_i = max(x_i, 0), p_i = e^{-s_i}, q_i = e^{x_i - s_i}, so that
//   1 + e^{x_i + l_i} = e^{s_i} (p_i + q_i A_i):
// no exp and no log a state, and max(p_i, q_i) = 1. With |l_i| <= R a factor lies between e^{-R} and 2e^R, so `stretch` factors are multiplied before the
// exponent is taken out of the product. Exponents are integers: a state's weight may be e^{±10^6}. High states are taken eight at a time, so that four
// rows of the table stay in the L1 cache while they meet all eight.
//
//   table      f64 [states, units]      A, states = 2^low >= 4
//   linear     f64 [states, 2]          e^{Σ_(low j) b_j t_j} = mantissa · 2^exponent
//   weights    f64 [high, units]        W_ij of the high units
//   bias       f64 [units]              c; units even, a padded one has c = -∞ and A = 1
//   fields     f64 [high]               b_j
//   scratch    f64 [17, units], 320 bytes: x; p and q of eight high states; their Σ, exponent and e^{Σ s + Σ b t}; four states
//   sums       f64 [2]                  largest log weight R of a high state so far, Σ e^{log weight - R}; Σ = 0 if there was none
//
// Cost a state and pair of units: two multiplications, an addition and a load.

import { exp, expPair, log } from '../math';

const LN2: f64 = 0.6931471805599453;

/** 2^k for k in [-1022, 1023]. */
// @ts-ignore: decorator
@inline function power2(k: i64): f64 {
  return reinterpret<f64>((k + 1023) << 52);
}

/** The exponents of two positive normal doubles. */
// @ts-ignore: decorator
@inline function exponents(x: v128): v128 {
  return i64x2.sub(i64x2.shr_u(x, 52), i64x2.splat(1023));
}

/** Two positive normal doubles without their exponents, in [1, 2). */
// @ts-ignore: decorator
@inline function mantissas(x: v128): v128 {
  return v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
}

/** sums += e^value. */
// @ts-ignore: decorator
@inline function addLog(sums: usize, value: f64): void {
  const reference = load<f64>(sums);
  const sum = load<f64>(sums, 8);
  if (sum > 0 && value <= reference) {
    store<f64>(sums, sum + exp(value - reference), 8);
  } else {
    store<f64>(sums, (sum > 0 ? sum * exp(reference - value) : 0) + 1.0, 8);
    store<f64>(sums, value);
  }
}

/** x += factor · row. */
// @ts-ignore: decorator
@inline function addRow(x: usize, row: usize, factor: f64, line: usize): void {
  for (let at: usize = 0; at < line; at += 16) {
    v128.store(x + at, f64x2.add(v128.load(x + at), f64x2.mul(f64x2.splat(factor), v128.load(row + at))));
  }
}

/** p and q of the inputs x, at `pair` and `pair + line`; Σ s. */
function splitInputs(x: usize, pair: usize, line: usize): f64 {
  let shift = f64x2.splat(0);
  const one = f64x2.splat(1.0);
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < line; at += 16) {
    const value = v128.load(x + at);
    const small = expPair(f64x2.neg(f64x2.abs(value)));
    const positive = f64x2.gt(value, zero);
    shift = f64x2.add(shift, v128.and(value, positive));
    v128.store(pair + at, v128.bitselect(small, one, positive));
    v128.store(pair + line + at, v128.bitselect(one, small, positive));
  }
  return f64x2.extract_lane(shift, 0) + f64x2.extract_lane(shift, 1);
}

/** Π_i (p_i + q_i A_i) of four rows of the table: mantissas at `four`, f64 [4][2], and exponents behind them, i64 [4][2], to be multiplied and added. */
function fourProducts(pair: usize, rows: usize, line: usize, stretch: u32, four: usize): void {
  let e0 = i64x2.splat(0);
  let e1 = e0;
  let e2 = e0;
  let e3 = e0;
  let m0 = f64x2.splat(1.0);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  const length = (<usize>stretch) << 4;
  const last = pair + line;
  let other = rows + 2 * line;
  do {
    const end = min(last, pair + length);
    do {
      const a = v128.load(pair);
      const b = v128.load(pair + line);
      m0 = f64x2.mul(m0, f64x2.add(a, f64x2.mul(b, v128.load(rows))));
      m1 = f64x2.mul(m1, f64x2.add(a, f64x2.mul(b, v128.load(rows + line))));
      m2 = f64x2.mul(m2, f64x2.add(a, f64x2.mul(b, v128.load(other))));
      m3 = f64x2.mul(m3, f64x2.add(a, f64x2.mul(b, v128.load(other + line))));
      rows += 16;
      other += 16;
      pair += 16;
    } while (pair < end);
    e0 = i64x2.add(e0, exponents(m0));
    e1 = i64x2.add(e1, exponents(m1));
    e2 = i64x2.add(e2, exponents(m2));
    e3 = i64x2.add(e3, exponents(m3));
    m0 = mantissas(m0);
    m1 = mantissas(m1);
    m2 = mantissas(m2);
    m3 = mantissas(m3);
  } while (pair < last);
  v128.store(four, m0);
  v128.store(four, m1, 16);
  v128.store(four, m2, 32);
  v128.store(four, m3, 48);
  v128.store(four, e0, 64);
  v128.store(four, e1, 80);
  v128.store(four, e2, 96);
  v128.store(four, e3, 112);
}

/** Adds the weights of four states to the Σ · 2^exponent of a high state (f64, i64). */
// @ts-ignore: decorator
@inline function addFour(four: usize, linear: usize, total: usize): void {
  let sum = load<f64>(total);
  let reference = load<i64>(total, 8);
  for (let k: usize = 0; k < 64; k += 16) {
    const mantissa = load<f64>(four + k) * load<f64>(four + k, 8) * load<f64>(linear + k);
    const exponent = load<i64>(four + k, 64) + load<i64>(four + k, 72) + <i64>load<f64>(linear + k, 8);
    const above = exponent - reference;
    if (sum > 0 && above <= 0) {
      if (above > -1000) sum += mantissa * power2(above);
    } else {
      sum = (sum > 0 && above < 1000 ? sum * power2(-above) : 0) + mantissa;
      reference = exponent;
    }
  }
  store<f64>(total, sum);
  store<i64>(total, reference, 8);
}

/** High states number first .. first + count - 1 of the Gray code, each with all low states. */
export function partitionStates(
  table: usize, linear: usize, states: u32, units: u32, stretch: u32, weights: usize, bias: usize, fields: usize, high: u32,
  first: u32, count: u32, scratch: usize, sums: usize,
): void {
  const line = (<usize>units) << 3;
  const x = scratch;
  const pairs = scratch + line;
  const totals = scratch + 17 * line;
  const four = totals + 192;
  let gray = first ^ (first >> 1);
  let field: f64 = 0;
  memory.copy(x, bias, line);
  for (let j: u32 = 0; j < high; j++) {
    const sign: f64 = (gray >> j) & 1 ? 1.0 : -1.0;
    field += sign * load<f64>(fields + ((<usize>j) << 3));
    addRow(x, weights + <usize>j * line, sign, line);
  }

  for (let start: u32 = 0; start < count; start += 8) {
    const batch = min(<u32>8, count - start);
    for (let g: u32 = 0; g < batch; g++) {
      const total = totals + <usize>g * 24;
      store<f64>(total, 0);
      store<i64>(total, 0, 8);
      store<f64>(total, splitInputs(x, pairs + <usize>(2 * g) * line, line) + field, 16);
      // to the next state of the code, if there is one
      const j = ctz(first + start + g + 1);
      if (j < high) {
        gray ^= 1 << j;
        const step: f64 = (gray >> j) & 1 ? 2.0 : -2.0;
        field += step * load<f64>(fields + ((<usize>j) << 3));
        addRow(x, weights + <usize>j * line, step, line);
      }
    }
    for (let state: u32 = 0; state < states; state += 4) {
      const rows = table + <usize>state * line;
      const own = linear + ((<usize>state) << 4);
      for (let g: u32 = 0; g < batch; g++) {
        fourProducts(pairs + <usize>(2 * g) * line, rows, line, stretch, four);
        addFour(four, own, totals + <usize>g * 24);
      }
    }
    for (let g: u32 = 0; g < batch; g++) {
      const total = totals + <usize>g * 24;
      addLog(sums, log(load<f64>(total)) + <f64>load<i64>(total, 8) * LN2 + load<f64>(total, 16));
    }
  }
}
