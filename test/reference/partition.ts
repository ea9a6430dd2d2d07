/**
 * Part of a partition function by enumeration, in float64 and in the kernels' order (assembly/rbm/partition.ts): Σ over states t of some units, each ±1,
 * of e^{b·t} Π_i (1 + e^{x_i + l_i}).
 */

import { exp, log } from './math.js';

export interface PartitionInput {
  /** A_i = e^{l_i} of each low state, [states, units]. */
  table: Float64Array;
  /** Mantissa and exponent of e^{b·t} of each low state. */
  linear: [mantissa: number, exponent: number][];
  units: number;
  /** Pairs of factors between two looks at the exponent. */
  stretch: number;
  /** W of the high units, [high, units]. */
  weights: Float64Array;
  bias: Float64Array;
  fields: Float64Array;
}

/** Sum = Σ·e^R; empty if Σ is 0. */
export type LogSum = [reference: number, sum: number];

/** A positive number as mantissa in [1, 2) and exponent. */
function split(x: number): [number, number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const exponent = ((view.getUint32(0) >>> 20) & 0x7ff) - 1023;
  view.setUint32(0, (view.getUint32(0) & 0xfffff) | 0x3ff00000);
  return [view.getFloat64(0), exponent];
}

const expOf = (x: number) => (x < -708 ? 0 : exp(x));

/** High states number first .. first + count - 1 of the Gray code. */
export function partitionStates(input: PartitionInput, first: number, count: number, sums: LogSum): LogSum {
  const { table, linear, units, stretch, weights, bias, fields } = input;
  const spins: number[] = Array.from(fields, (_, j) => (((first ^ (first >> 1)) >> j) & 1 ? 1 : -1));
  const x = bias.slice();
  let field = 0;
  spins.forEach((spin, j) => {
    field += spin * fields[j];
    for (let i = 0; i < units; i++) x[i] += spin * weights[j * units + i];
  });
  let [reference, sum] = sums;
  for (let g = first; g < first + count; g++) {
    // even and odd units are summed, and multiplied, apart from each other
    const shift = [0, 0];
    const p = x.map((value) => (value > 0 ? expOf(-Math.abs(value)) : 1));
    const q = x.map((value) => (value > 0 ? 1 : expOf(-Math.abs(value))));
    x.forEach((value, i) => {
      if (value > 0) shift[i % 2] += value;
    });
    const constant = shift[0] + shift[1] + field;

    let total = 0;
    let exponent = 0;
    linear.forEach(([ownMantissa, ownExponent], state) => {
      const mantissa = [1, 1];
      let power = ownExponent;
      for (let start = 0; start < units; start += 2 * stretch) {
        const end = Math.min(units, start + 2 * stretch);
        for (let i = start; i < end; i++) mantissa[i % 2] *= p[i] + q[i] * table[state * units + i];
        mantissa.forEach((m, lane) => {
          const [rest, e] = split(m);
          mantissa[lane] = rest;
          power += e;
        });
      }
      const weight = mantissa[0] * mantissa[1] * ownMantissa;
      const above = power - exponent;
      if (total > 0 && above <= 0) {
        if (above > -1000) total += weight * 2 ** above;
      } else {
        total = (total > 0 && above < 1000 ? total * 2 ** -above : 0) + weight;
        exponent = power;
      }
    });

    const value = log(total) + exponent * Math.LN2 + constant;
    if (sum > 0 && value <= reference) sum += exp(value - reference);
    else {
      sum = (sum > 0 ? sum * exp(reference - value) : 0) + 1;
      reference = value;
    }

    let j = 0;
    while (j < spins.length && ((g + 1) >> j) % 2 === 0) j++;
    if (j < spins.length) {
      spins[j] = -spins[j];
      field += 2 * spins[j] * fields[j];
      for (let i = 0; i < units; i++) x[i] += 2 * spins[j] * weights[j * units + i];
    }
  }
  return [reference, sum];
}
