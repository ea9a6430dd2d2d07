/** The figures of kernel-weight. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { EXACT, type Outcome, type Parity } from './summary.js';

export function figures({ parameters, rows, likeliest }: Outcome): Figure[] {
  const { side, factor, samples } = parameters;
  const finite = rows.filter(({ weight }) => Number.isFinite(weight));
  const majority = rows[rows.length - 1];
  const last = Math.max(finite[finite.length - 1].weight, likeliest.value);
  const chart = (parity: Parity): Figure => {
    const symbol = parity === 'even' ? 'y_T' : 'y_h';
    const values = rows.flatMap(({ steps }) => steps.flatMap((step) => step[parity].exponent?.value ?? []));
    const [low, high] = [Math.min(...values, EXACT[parity]), Math.max(...values, EXACT[parity])];
    return lineChart({
      name: parity === 'even' ? 'thermal' : 'magnetic',
      title: `${symbol} by the weight of the rule, step by step`,
      xLabel: 'w (the majority at the right end)',
      yLabel: symbol,
      series: [
        ...rows[0].steps.map((_, k) =>
          seriesOf(
            `step ${k + 1}`,
            [...finite, { ...majority, weight: last * 1.15 }],
            ({ weight }) => weight,
            ({ steps }) => steps[k][parity].exponent,
          ),
        ),
        { label: 'exact', x: [finite[0].weight, last * 1.15], y: [EXACT[parity], EXACT[parity]] },
        { label: 'likeliest w', x: [likeliest.value, likeliest.value], y: [low, high] },
      ],
      caption: prose`Leading exponent of the ${parity} operators after each step of the soft rule P(±1) ∝ exp(±wΣs) on blocks
        of ${factor} × ${factor}, L = ${side} at K_c, ${samples.toLocaleString('en')} configurations, the same ones for
        every weight; bands are one standard error. The vertical line is the weight of maximum likelihood of an RBM with
        one hidden unit per block.`,
    });
  };
  return [chart('even'), chart('odd')];
}
