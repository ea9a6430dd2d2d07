/** A figure for each quantity, with exact curves if they are known. */

import { curvesOf } from '../../ising/measure/crossings.js';
import { exactAnswer } from '../../ising/measure/exactAnswer.js';
import { type PointResult, unitsOf } from '../../ising/measure/modelPoint.js';
import { exactOf, NAMES, QUANTITIES, type QuantityName } from '../../ising/measure/quantities.js';
import { hamiltonianOfModel } from '../../ising/models/uniform.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { evenly, seriesOf } from '../kit/charts.js';
import type { Outcome } from './summary.js';

/** Points of an exact curve. */
const CURVE = 101;

export function figures({ results }: Outcome): Figure[] {
  const known = new Map(curvesOf(results, 'energy').map(({ size, results: own }) => [size, exactCurve(own)]));
  return NAMES.flatMap((name) => {
    const series = curvesOf(results, name)
      .filter(({ points }) => points.length > 1)
      .map(({ size, points }) => {
        const exact = known.get(size)?.[name];
        return seriesOf(`L = ${size}`, points, 'coupling', (point) => point, { exact });
      });
    if (series.length === 0) return [];
    const { title, axis } = QUANTITIES[name];
    return lineChart({
      name: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      title,
      series,
      xLabel: 'coupling K = J/kT',
      yLabel: name === 'energy' ? `energy per site, in units of ${unitsOf(results)}` : axis,
      caption: series.some(({ exact }) => exact !== undefined)
        ? 'Points: measured, with one standard error. Curves behind points: exact for each size.'
        : 'Measured; the bands are one standard error each side. No exact value is known at these sizes.',
    });
  });
}

/** The exact values between the first and the last coupling of a size, by quantity, if they are known. */
function exactCurve(own: readonly PointResult[]): Partial<Record<QuantityName, Series['exact']>> {
  const [{ model, sites }] = own;
  if (model === null || own.some(({ exact }) => exact === null)) return {};
  const couplings = own.map((result) => result.model?.coupling ?? 0);
  const x = evenly(couplings, CURVE);
  const inKt = unitsOf(own) === 'kT';
  const answers = x.map((coupling) => exactOf(exactAnswer(hamiltonianOfModel({ ...model, coupling })), sites));
  const known = NAMES.filter((name) => answers.every((answer) => answer?.[name] !== undefined));
  const y = (name: QuantityName, k: number) =>
    (answers[k]?.[name] as number) / (name === 'energy' && !inKt ? Math.abs(x[k]) : 1);
  return Object.fromEntries(known.map((name) => [name, { x, y: x.map((_, k) => y(name, k)) }]));
}
