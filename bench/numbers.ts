/** Medians, quartiles, exponents, and rates in words. */

import { weightedLine } from '../src/stats/fit.js';

export type Quartiles = [low: number, median: number, high: number];

/** Lower quartile, median and upper quartile, linear between the order statistics. @throws RangeError for no values */
export function quartiles(values: readonly number[]): Quartiles {
  if (values.length === 0) throw new RangeError('"values" expected at least one number, got none');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = (sorted.length - 1) * share;
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.ceil(place)] - sorted[low]) * (place - low);
  };
  return [at(0.25), at(0.5), at(0.75)];
}

/** Rates of one contender over a series: rate ∝ x^-exponent. */
export interface Fit {
  series: string;
  contender: string;
  exponent: number;
  /** Standard error from the scatter of the points about the line; absent for two points, which have none. */
  error?: number;
  points: number;
  /** The least and the greatest x. */
  from: number;
  to: number;
}

/** A point of a series: series, contender, x, and units per second. */
export interface SeriesPoint {
  series: string;
  contender: string;
  x: number;
  rate: number;
}

/**
 * Least squares of ln rate on ln x for every contender that a series has at two different x or more, in order of
 * appearance.
 */
export function exponents(points: readonly SeriesPoint[]): Fit[] {
  const lines = new Map<string, SeriesPoint[]>();
  for (const point of points) {
    const key = JSON.stringify([point.series, point.contender]);
    lines.set(key, [...(lines.get(key) ?? []), point]);
  }
  return [...lines.values()].flatMap((line): Fit[] => {
    const x = line.map((point) => Math.log(point.x));
    const y = line.map(({ rate }) => Math.log(rate));
    const n = line.length;
    const { slope, squares, centre, height } = weightedLine(x, y, new Float64Array(n).fill(1));
    if (!(squares > 0)) return [];
    const scatter = y.reduce((sum, each, k) => sum + (each - height - slope * (x[k] - centre)) ** 2, 0);
    const { series, contender } = line[0];
    const all = line.map((point) => point.x);
    const [from, to] = [Math.min(...all), Math.max(...all)];
    const error = n > 2 ? { error: Math.sqrt(scatter / (n - 2) / squares) } : {};
    return [{ series, contender, exponent: slope === 0 ? 0 : -slope, ...error, points: n, from, to }];
  });
}

/** Three significant digits, without an exponent: 0.0123, 4.56, 78.9, 1234. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const plain = Number(value.toPrecision(3));
  if (plain >= 1000) return plain.toFixed(0);
  const text = value.toPrecision(3);
  return text.includes('e') ? String(plain) : text;
}

/** From which rate on what is said, and by what it is divided. */
const TIMES = [
  [1e9, 1e9, '', 'ns'],
  [1e6, 1e6, 'M ', 's'],
  [1e4, 1e3, 'k ', 's'],
  [1, 1, '', 's'],
  [1 / 60, 1 / 60, '', 'min'],
  [0, 1 / 3600, '', 'h'],
] as const;

/**
 * A rate as text: `13.8 updates/ns`, `131 k samples/s`, `45.2 epochs/min`.
 * @param rate units per second
 * @param like a rate whose unit of time this one shares; without a unit only the number is given
 */
export function perTime(rate: number, unit: string, like = rate): string {
  const [, by, letter, time] = TIMES.find(([from]) => like >= from) ?? TIMES[TIMES.length - 1];
  return unit === '' ? digits(rate / by) : `${digits(rate / by)} ${letter}${unit}/${time}`;
}

/** `-0.97 ± 0.02`: an exponent with its error to two digits. */
export function withError({ exponent, error }: Fit): string {
  const sign = exponent < 0 ? '−' : '';
  if (error === undefined) return `${sign}${Math.abs(exponent).toFixed(2)} (two points)`;
  const places = Math.max(2, Math.min(4, 1 - Math.floor(Math.log10(error || 1))));
  return `${sign}${Math.abs(exponent).toFixed(places)} ± ${error.toFixed(places)}`;
}
