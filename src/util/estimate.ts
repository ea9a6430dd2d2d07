/** Measured numbers with their errors, and how they are written. */

import { objectWith, refuse } from './check.js';

/**
 * A measured number with its standard error (one standard deviation). By default the error may be null, where the data
 * do not determine it.
 */
export interface Estimate<E extends number | null = number | null> {
  value: number;
  error: E;
}

/** A mean with its standard error, as `Estimate`. */
export interface Mean<E extends number | null = number | null> {
  mean: number;
  error: E;
}

/**
 * An estimate in the notation of papers: 0.7834(12) is 0.7834 ± 0.0012, 15.3(1.2) is 15.3 ± 1.2; the error has two
 * digits. Six digits of the value alone where no error is known, and a dash for null.
 * @throws TypeError unless it is null or has a number `value` or `mean`, and an `error`
 */
export function formatEstimate(estimate: Estimate | Mean | null): string {
  if (estimate === null) return '–';
  const { error } = objectWith('estimate', estimate, ['error'], 'estimate { value, error }');
  const value = 'mean' in estimate ? estimate.mean : estimate.value;
  if (typeof value !== 'number') refuse('estimate', 'estimate { value, error } or { mean, error }', estimate, 'type');
  if (error === null || !(error > 0 && error < Infinity)) return value.toPrecision(6);
  // rounded first: 0.0996 is 0.10, with two decimals
  const rounded = Number(error.toPrecision(2));
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(rounded)));
  if (decimals > 12) return value.toPrecision(12);
  const digits = decimals === 1 && rounded >= 1 ? rounded.toFixed(1) : (rounded * 10 ** decimals).toFixed(0);
  return `${value.toFixed(decimals)}(${digits})`;
}

/** b - a of two independent means; its error is NaN where one of theirs is unknown. */
export const difference = (a: Mean, b: Mean): Estimate<number> => ({
  value: b.mean - a.mean,
  error: Math.hypot(a.error ?? Number.NaN, b.error ?? Number.NaN),
});

/**
 * Mean of independent values with its standard error s/√n, s² = Σ(x - mean)²/(n - 1); Infinity for one value.
 * @throws TypeError if not an array; RangeError for no value
 */
export function sampleMean(values: ArrayLike<number>): Mean<number> {
  const n = objectWith('values', values, ['length'], 'array of numbers').length;
  if (n === 0) throw new RangeError('"values" expected at least one number, got none');
  let sum = 0;
  for (let k = 0; k < n; k++) sum += values[k];
  const mean = sum / n;
  let squares = 0;
  for (let k = 0; k < n; k++) squares += (values[k] - mean) ** 2;
  return { mean, error: n === 1 ? Infinity : Math.sqrt(squares / (n - 1) / n) };
}
