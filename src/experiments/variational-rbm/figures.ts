/** The figures of variational-rbm. */

import { meanOf } from '../../stats/sample.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { drawn, seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { EXACT, type Outcome } from './summary.js';

/** Least Σ K² that is drawn. */
const LEAST = 1e-12;

export function figures({ sides, comparisons, couplings, orders, exponents, parameters }: Outcome): Figure[] {
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
    [2, 4].map((spins) =>
      seriesOf(
        `L = ${side}, ${spins === 2 ? 'pairs' : 'four spins, the largest'}`,
        largestByDiameter(couplings.filter((one) => one.side === side && one.spins === spins)),
        'diameter',
        'size',
        spins === 2 ? {} : { mark: 'crosses' },
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
      title: 'Couplings of the RBM against distance',
      series: drawn(decays),
      xLabel: 'largest distance of two spins of a product, in block spacings',
      yLabel: '|K′|',
      yScale: 'log',
      caption: 'The largest coupling of each distance, mean over the runs. A filter reaches as far as it is wide.',
    }),
    lineChart({
      name: 'orders',
      title: 'Couplings of the RBM against the number of spins',
      series: sides.map(({ side }) =>
        seriesOf(
          `L = ${side}`,
          orders.filter((one) => one.side === side && one.variance.value > LEAST),
          'spins',
          'variance',
        ),
      ),
      xLabel: 'spins of a product',
      yLabel: 'Σ K′² per block spin',
      yScale: 'log',
      caption: 'Over all products of the RBM, which no list has. Half of it is Ω in nats, to second order.',
    }),
    ...(['even', 'odd'] as const).map((parity) => {
      const name = parity === 'even' ? 'y_T' : 'y_h';
      return lineChart({
        name: `exponent-${parity}`,
        title: `${name} with the bias`,
        series: [
          ...[...new Set(exponents.map((one) => one.name))].map((bias) =>
            seriesOf(
              bias,
              exponents.filter((one) => one.name === bias),
              'side',
              parity,
            ),
          ),
          { label: 'fixed point', x: sides.map(({ side }) => side), y: sides.map(() => EXACT[parity]) },
        ],
        xLabel: 'L',
        yLabel: name,
        caption: 'ln λ/ln b of T at the Hamiltonian of the fine spins, means over the runs.',
      });
    }),
  ];
}

/** The largest |K| of each diameter. */
function largestByDiameter(all: Outcome['couplings']) {
  const sizes = new Map<number, number>();
  for (const { diameter, coupling } of all) {
    sizes.set(diameter, Math.max(sizes.get(diameter) ?? 0, Math.abs(coupling.value)));
  }
  return [...sizes].map(([diameter, size]) => ({ diameter, size })).sort((a, b) => a.diameter - b.diameter);
}
