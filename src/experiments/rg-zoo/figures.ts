/** The figures of rg-zoo. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { prose } from '../kit/text.js';
import { EXACT, type Outcome, type ZooRow } from './summary.js';

/** Below this an error is drawn as this. */
const LEAST = 1e-5;

export function figures({ rows }: Outcome): Figure[] {
  const order = (quantity: 'thermal' | 'magnetic') => rows.filter((row) => row[quantity] !== null);
  const error = (row: ZooRow, quantity: 'thermal' | 'magnetic') =>
    Math.max(LEAST, Math.abs((row[quantity]?.value ?? Number.NaN) / EXACT[quantity] - 1));
  const all = [...new Set([...order('thermal'), ...order('magnetic')])];
  return [
    lineChart({
      name: 'errors',
      title: 'How far each method is from the exact exponents',
      xLabel: 'method, numbered as in the caption',
      yLabel: 'relative error',
      yScale: 'log',
      series: (['thermal', 'magnetic'] as const).map((quantity) => ({
        label: quantity === 'thermal' ? 'y_T' : 'y_h',
        mark: quantity === 'thermal' ? ('circles' as const) : ('crosses' as const),
        x: order(quantity).map((row) => all.indexOf(row) + 1),
        y: order(quantity).map((row) => error(row, quantity)),
      })),
      caption: prose`Relative errors of y_T and y_h: ${all.map(({ note }, k) => `${k + 1} ${note.title}`).join(', ')}. The
        classical schemes come first, then Monte Carlo, whose errors contain chance, then tensors. Errors below ${LEAST} are
        drawn there.`,
    }),
  ];
}
