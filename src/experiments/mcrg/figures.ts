/** The figures of mcrg. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { type Outcome, ruleName } from './summary.js';

export function figures({ parameters, known, steps }: Outcome): Figure[] {
  const { runs, samples, lattice, side } = parameters;
  const common = prose`Majority rule (${ruleName(parameters)}) on the ${lattice} lattice of side ${side} at K_c; means over
    ${runs} runs of ${samples.toLocaleString('en')} configurations, bands are one standard error.`;
  const byOperators = (parity: 'even' | 'odd', exact: number): Figure =>
    lineChart({
      name: parity === 'even' ? 'thermal' : 'magnetic',
      title: `${parity === 'even' ? 'y_T' : 'y_h'} by the number of operators, step by step`,
      xLabel: `number of ${parity} operators`,
      yLabel: parity === 'even' ? 'y_T' : 'y_h',
      series: [
        ...steps.map((own) =>
          seriesOf(
            `step ${own.step}`,
            own[parity].byOperators.map((estimate, m) => ({ estimate, m })),
            ({ m }) => m + 1,
            ({ estimate }) => estimate,
          ),
        ),
        {
          label: known.source === 'conformal bootstrap' ? 'bootstrap' : 'exact',
          x: [1, steps[0][parity].operators.length],
          y: [exact, exact],
        },
      ],
      caption: prose`Leading exponent of the ${parity} operators when the first 1, 2, … of them are kept (${steps[0][
        parity
      ].operators
        .slice(0, 4)
        .join(', ')}, …). ${
        parity === 'even'
          ? 'With one operator the exponent is too small; with more it settles, and step by step it comes to the known value, until the lattice is too small.'
          : 'The scale is fine: what is left between the steps is the way to the fixed point and the truncation, many standard errors wide.'
      } ${common}`,
    });
  return [byOperators('even', known.thermal), byOperators('odd', known.magnetic)];
}
