/** The figures of variational-rbm. */

import { meanOf } from '../../stats/sample.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { drawn, seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { EXACT, type Outcome } from './summary.js';

export function figures({ sides, comparisons, couplings, eigenvalues, parameters }: Outcome): Figure[] {
  const [first] = sides;
  const descents = sides.flatMap(({ side, runs }) => {
    const steps = runs[0].steps.map((step, k) => ({
      sweeps: Math.log10(step.sweeps),
      above: meanOf(runs.map((run) => run.steps[k].above)).value,
      noise: meanOf(runs.map((run) => run.steps[k].noise)).value,
    }));
    return [
      seriesOf(`above the least, L = ${side}`, steps, 'sweeps', 'above'),
      seriesOf(`noise, L = ${side}`, steps, 'sweeps', 'noise', { mark: 'crosses' }),
    ];
  });
  const decays = sides.flatMap(({ side }) =>
    (['row', 'diagonal'] as const).map((direction) =>
      seriesOf(
        `L = ${side}, along a ${direction}`,
        couplings.flatMap((one) => {
          const [y, x] = one.vector ?? [];
          const fits = one.side === side && x !== undefined && (direction === 'row' ? y === 0 : y === x);
          // beyond the reach of a filter K' is zero
          return fits && one.coupling.value !== 0
            ? [{ distance: Math.hypot(y, x), size: Math.abs(one.coupling.value) }]
            : [];
        }),
        'distance',
        'size',
      ),
    ),
  );
  return [
    lineChart({
      name: 'omega',
      title: 'Ω of the RBM less that of lists of operators',
      series: sides.map(({ side }) =>
        seriesOf(
          `L = ${side}`,
          comparisons.filter((one) => one.side === side),
          'count',
          'perBlock',
        ),
      ),
      xLabel: 'operators of the list',
      yLabel: 'nats per block spin',
      caption:
        'Below zero the RBM is nearer to the renormalised Hamiltonian. Means over the runs with their standard errors.',
    }),
    lineChart({
      name: 'descent',
      title: 'How far above the least Ω of its family',
      series: descents,
      xLabel: 'log₁₀ of the sweeps of each walker',
      yLabel: 'nats',
      yScale: 'log',
      caption: prose`½ gᵀA⁻¹g of the RBM before each step, mean over ${first.runs.length} runs, and the noise that
        ${parameters.filters * parameters.size ** 2} weights have with as many samples.`,
    }),
    lineChart({
      name: 'couplings',
      title: 'Pair couplings of the RBM against distance',
      series: drawn(decays),
      xLabel: 'distance in block spacings',
      yLabel: '|K′|',
      yScale: 'log',
      caption: 'By quadrature. A filter reaches as far as it is wide; farther pairs have no coupling.',
    }),
    ...(['even', 'odd'] as const).map((parity) =>
      lineChart({
        name: `eigenvalue-${parity}`,
        title: parity === 'even' ? 'λ_e with the bias' : 'λ_o with the bias',
        series: [
          ...[...new Set(eigenvalues.map(({ name }) => name))].map((name) =>
            seriesOf(
              name,
              eigenvalues.filter((one) => one.name === name),
              'side',
              parity,
            ),
          ),
          { label: 'fixed point', x: sides.map(({ side }) => side), y: sides.map(() => EXACT[parity]) },
        ],
        xLabel: 'L',
        yLabel: parity === 'even' ? 'λ_e' : 'λ_o',
        caption: 'Of T at the Hamiltonian of the fine spins, means over the runs.',
      }),
    ),
  ];
}
