/** The figures of variational-rbm. */

import { meanOf } from '../../stats/sample.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { drawn, seriesOf } from '../kit/charts.js';
import { counted, prose } from '../kit/text.js';
import type { Result, Values } from './points.js';
import { EXACT, type Outcome } from './summary.js';

/** Least Σ K² that is drawn. */
const LEAST = 1e-12;

export function figures({ sides, comparisons, couplings, orders, exponents, parameters }: Outcome): Figure[] {
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
    ...sides.map(({ side, runs }) => descentFigure(side, runs, parameters)),
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

/** Ω above the least of its family against the sweeps, for the RBM and the lists. */
function descentFigure(side: number, runs: readonly Result[], { filters, size, operators }: Values): Figure {
  const weights = filters * size ** 2;
  const series = [
    { label: `RBM, ${weights} weights`, of: (run: Result) => run.steps, before: (run: Result) => run.start.sweeps },
    ...operators.map((count, k) => ({
      label: `${count} operators`,
      of: (run: Result) => run.lists[k].samples,
      before: () => 0,
    })),
  ].map(({ label, of, before }) => {
    // an unconverged last sample of a list is taken again, in some runs
    const samples = Array.from({ length: Math.min(...runs.map((run) => of(run).length)) }, (_, k) => ({
      sweeps: Math.log10(meanOf(runs.map((run) => before(run) + of(run)[k].sweeps)).value),
      above: meanOf(runs.map((run) => of(run)[k].above)).value,
      noise: meanOf(runs.map((run) => of(run)[k].noise)).value,
    }));
    return { label, samples };
  });
  return lineChart({
    name: `descent-${side}`,
    title: `How far above the least Ω of its family, L = ${side}`,
    series: [
      ...series.map(({ label, samples }) => seriesOf(label, samples, 'sweeps', 'above')),
      ...series
        .slice(0, 1)
        .map(({ samples }) => seriesOf('noise of the RBM', samples, 'sweeps', 'noise', { mark: 'crosses' })),
    ],
    xLabel: 'log₁₀ of the sweeps of each walker',
    yLabel: 'nats',
    yScale: 'log',
    caption: prose`½ gᵀA⁻¹g before each Newton step, mean over ${counted(runs.length, 'run')}, noise included; crosses: what noise alone
      gives the RBM. The sweeps of the list from which the RBM starts count as its own. The least values of the families are not the
      same: which bias is nearer in the end is in the first figure.`,
  });
}

/** The largest |K| of each diameter. */
function largestByDiameter(all: Outcome['couplings']) {
  const sizes = new Map<number, number>();
  for (const { diameter, coupling } of all) {
    sizes.set(diameter, Math.max(sizes.get(diameter) ?? 0, Math.abs(coupling.value)));
  }
  return [...sizes].map(([diameter, size]) => ({ diameter, size })).sort((a, b) => a.diameter - b.diameter);
}
