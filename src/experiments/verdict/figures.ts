/** The figures of verdict. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { fieldsPanel } from '../../viz/panels/fieldsPanel.js';
import { drawn, seriesOf } from '../kit/charts.js';
import { prose } from '../kit/text.js';
import { CELLS, SOURCES } from './cells.js';
import { layersOf, type Outcome } from './summary.js';

/** Groups that the charts by layer show, beside the majority blocks. */
const SHOWN = ['ising', 'gaussian', 'coins', 'discs', 'permuted'] as const;

export function figures(outcome: Outcome): Figure[] {
  const { parameters, groups, controls, curve, filters, references, fields } = outcome;
  const { side, coupling } = parameters;
  const usual = references.find(({ point }) => point.size === 'usual')!;
  const stacks = [
    ...SHOWN.flatMap((source) => groups.filter((one) => one.cell === 'paper' && one.source === source)),
    ...controls.filter(({ control }) => control === 'majority' || control === 'irregular'),
  ].map(({ label, layers }) => ({ label, layers: layersOf(layers) }));
  const byLayer = (name: 'area' | 'spacing' | 'magnetisation' | 'energy' | 'far' | 'effective') =>
    drawn(stacks.map(({ label, layers }) => seriesOf(label, layers, 'layer', (layer) => layer[name])));
  const panels = (['ising', 'gaussian'] as const).flatMap((source) =>
    (fields[source] ?? []).flatMap((layer, k, all): Figure[] => {
      if (k > 0 && k < all.length - 1) return [];
      return [
        fieldsPanel({
          name: `fields-${source}-${k + 1}`,
          title: `Layer ${k + 1}: ${SOURCES[source].label}`,
          fields: Float32Array.from(layer, (value) => value / 127),
          shape: [side, side],
          caption: prose`Receptive fields of the first units of layer ${k + 1} of one run, each divided by its largest |r|;
            ${CELLS.paper.label}, K = ${coupling}.`,
        }),
      ];
    }),
  );
  const rules = (parity: 'even' | 'odd') => ({
    curve: seriesOf(
      'soft rule of weight w',
      curve.weights,
      ({ weight }) => 1 / weight,
      ({ exponents }) => exponents[parity],
    ),
    majority: seriesOf(
      'majority, w → ∞',
      usual.exponents.slice(0, 1),
      () => 0,
      (step) => step[parity],
      { mark: 'circles' },
    ),
    // a filter has the place of the soft rule of its total weight per site of a block
    filters: (['tied', 'tied critical'] as const).flatMap((cell) =>
      (['ising', 'gaussian'] as const).map((source) =>
        seriesOf(
          `${CELLS[cell].label}, ${SOURCES[source].label}`,
          filters.filter(({ point }) => point.cell === cell && point.source === source),
          ({ filter }) => 1 / weightOf(filter, parameters),
          ({ exponents }) => exponents[0][parity],
          { mark: 'crosses' },
        ),
      ),
    ),
  });
  const exponents = (['even', 'odd'] as const).map((parity) => {
    const { curve: soft, majority, filters: own } = rules(parity);
    const symbol = parity === 'even' ? 'y_T' : 'y_h';
    return lineChart({
      name: `exponents-${parity}`,
      title: `${symbol} of the first step, by the weight of the rule`,
      series: drawn([soft, majority, ...own]),
      xLabel: '1/w',
      yLabel: symbol,
      caption: prose`One step of ${side}² at K_c. Exact: ${parity === 'even' ? 1 : 1.875}. A trained filter stands at its
        total weight per site of a block, |Σw|/b²; it is no soft rule, since it sees spins of other blocks as well.`,
    });
  });
  return [
    lineChart({
      name: 'area',
      title: 'Area of receptive fields',
      series: byLayer('area'),
      xLabel: 'layer',
      yLabel: 'sites',
      yScale: 'log',
      caption: prose`Participation areas, medians over the units, means over the runs. Block spins of b = 2 have 4, 16, 64;
        a field of noise has a third of the lattice, ${Math.round(side ** 2 / 3)}.`,
    }),
    ...(byLayer('spacing').length > 0
      ? [
          lineChart({
            name: 'spacing',
            title: 'Distance of neighbouring units',
            series: byLayer('spacing'),
            xLabel: 'layer',
            yLabel: 'sites',
            yScale: 'log',
            caption: 'Distance from the four nearest compact units, median. Block spins have b, b², b³.',
          }),
        ]
      : []),
    ...panels,
    ...exponents,
    ...(['magnetisation', 'energy'] as const).map((name) =>
      lineChart({
        name: `long-waves-${name}`,
        title: `What the layers hold of the long waves of the ${name}`,
        series: byLayer(name),
        xLabel: 'layer',
        yLabel: 'R²',
        caption: prose`Share of the variance of the longest waves at K_c that can be told from the states of a layer, ${
          name === 'magnetisation' ? 'linearly' : 'by products of pairs'
        }, on configurations that were not learned from.`,
      }),
    ),
    lineChart({
      name: 'far-information',
      title: 'What a unit tells of far spins',
      series: byLayer('far'),
      xLabel: 'layer',
      yLabel: 'bits',
      caption: prose`Mutual information of a unit with the magnetisation outside of half the lattice about it, at K_c, means over
        the units. A unit whose field is as large as the lattice sees the spins that it tells of.`,
    }),
    lineChart({
      name: 'couplings',
      title: 'Flow of the coupling along the layers',
      series: byLayer('effective'),
      xLabel: 'layer',
      yLabel: 'effective K',
      caption: prose`K of a square lattice with the same total coupling per spin as the states of the layer have at K_c, by
        pseudo-likelihood with one coupling per shell of distances; critical at 0.4407 for nearest neighbours alone.`,
    }),
  ];
}

/** Σw per site of a block, in ±1 units. */
const weightOf = ({ weights }: { weights: Float64Array }, { side, hidden }: Outcome['parameters']): number =>
  (weights.reduce((total, w) => total + w, 0) * hidden[0]) / side ** 2;
