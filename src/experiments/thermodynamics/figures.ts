/** A figure for each quantity, with exact curves where they are known. */

import { exactAnswer } from '../../ising/measure/exactAnswer.js';
import { hamiltonianOfModel } from '../../ising/models/uniform.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import type { PointResult } from './point.js';
import { exactOf, NAMES, QUANTITIES, type QuantityName } from './quantities.js';
import { curvesOf, type ThermodynamicsSummary, unitsOf } from './summary.js';

/** Points of an exact curve. */
const CURVE = 101;

export function figures({ results }: ThermodynamicsSummary): Figure[] {
  const known = new Map(curvesOf(results, 'energy').map(({ size, results: own }) => [size, exactCurve(own)]));
  return NAMES.flatMap((name) => {
    const { title } = QUANTITIES[name];
    const axis = name === 'energy' ? `energy per site, in units of ${unitsOf(results)}` : QUANTITIES[name].axis;
    const series = curvesOf(results, name).flatMap(({ size, points }): Series[] => {
      if (points.length < 2) return [];
      return [
        {
          label: `L = ${size}`,
          x: points.map(({ coupling }) => coupling),
          y: points.map(({ value }) => value),
          error: points.map(({ error }) => error),
          exact: known.get(size)?.[name],
        },
      ];
    });
    if (series.length === 0) return [];
    const caption = series.some(({ exact }) => exact !== undefined)
      ? 'Points: measured, with one standard error. Curves behind points: exact for each size.'
      : 'Estimate<number>; the bands are one standard error each side. No exact value is known at these sizes.';
    return [lineChart({ name: fileName(name), title, series, xLabel: 'coupling K = J/kT', yLabel: axis, caption })];
  });
}

const fileName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The exact values between the first and the last coupling of a size, by quantity, where they are known. */
function exactCurve(own: readonly PointResult[]): Partial<Record<QuantityName, Series['exact']>> {
  const [{ model, sites }] = own;
  if (model === null || own.some(({ exact }) => exact === null)) return {};
  const couplings = own.map((result) => result.model?.coupling ?? 0);
  const [low, high] = [Math.min(...couplings), Math.max(...couplings)];
  const x = Array.from({ length: CURVE }, (_, k) => low + ((high - low) * k) / (CURVE - 1));
  const inKt = unitsOf(own) === 'kT';
  const answers = x.map((coupling) => exactOf(exactAnswer(hamiltonianOfModel({ ...model, coupling })), sites));
  const known = NAMES.filter((name) => answers.every((answer) => answer?.[name] !== undefined));
  const scaled = (name: QuantityName, k: number): number => {
    const value = answers[k]?.[name] as number;
    return name === 'energy' && !inKt ? value / Math.abs(x[k]) : value;
  };
  return Object.fromEntries(known.map((name) => [name, { x, y: x.map((_, k) => scaled(name, k)) }]));
}
