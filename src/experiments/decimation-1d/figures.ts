/** The figures of decimation-1d. */

import { median } from '../../stats/sample.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { gridPanel } from '../../viz/panels/grid.js';
import { seriesOf } from '../kit/charts.js';
import { counted, prose } from '../kit/text.js';
import { VARIANT_NAMES, VARIANTS, type Variant } from './points.js';
import type { Outcome } from './summary.js';

export function figures(summary: Outcome): Figure[] {
  const { parameters, points, layers, trainings } = summary;
  const overlaps = (variant: Variant) =>
    trainings
      .filter(({ point }) => point.variant === variant)
      .flatMap((training) => training.layers[0].units.map((unit) => unit.overlaps));
  return [
    lineChart({
      name: 'flow',
      title: 'Decimation takes every ring to infinite temperature',
      xLabel: 'level n (0: the data)',
      yLabel: 'coupling of the ring',
      series: [
        seriesOf('recursion', points, 'level', 'recursion'),
        seriesOf('RBM weights', points, 'level', 'stack', { mark: 'circles' }),
        seriesOf('Monte Carlo', points, 'level', 'monteCarlo', { mark: 'crosses' }),
      ],
      caption: prose`The ring of level n + 1 is what is left when every other spin of that of level n is summed over. The
        line is the recursion tanh K′ = tanh² K, circles are couplings read off the weights of the RBM of each level,
        crosses are measured on ${parameters.flowSamples.toLocaleString('en')} rings of ${parameters.flowSites} spins at K
        = ${parameters.coupling} of which every other spin was dropped, with standard errors (smaller than the crosses).
        Negative levels are finer rings that decimate to the data: the stack can be read in both directions.`,
    }),
    ...parameters.hidden.map((units, k) => fieldsFigure(summary, k, units)),
    lineChart({
      name: 'templates',
      title: 'What a first-layer unit looks like most',
      xLabel: 'equal neighbours in the template',
      yLabel: 'median overlap with the best place of the template',
      series: VARIANT_NAMES.map((variant) => {
        const all = overlaps(variant);
        const middle = all[0].map((_, k) => ({ width: k + 1, overlap: median(all.map((unit) => unit[k])) }));
        return seriesOf(VARIANTS[variant].label, middle, 'width', 'overlap');
      }),
      caption: prose`Overlap |cos| of the fields of the first layer with k neighbouring sites of equal weight, at the place
        where it is largest; medians over the units of ${counted(parameters.seeds, 'stack')} of each kind. A copy of one
        spin (decimation) would have 1 at k = 1, a unit of a bond (the exact RBM) at k = 2, and then fall as 1/√k and
        √(2/k). Two sites of the same fields in a random order have ${layers[0].shuffledPair.toFixed(2)}.`,
    }),
  ];
}

/** Weights of a layer, and those of decimation. */
function fieldsFigure({ parameters, trainings }: Outcome, k: number, units: number): Figure {
  const { sites, hidden, seeds } = parameters;
  const template = new Float32Array(units * sites);
  for (let unit = 0; unit < units; unit++) template[unit * sites + Math.floor((unit * sites) / units)] = 1;
  const of = (variant: Variant, run: number) =>
    trainings.filter(({ point }) => point.variant === variant && point.run === run)[0].layers[k].fields;
  return gridPanel({
    name: `fields-${k + 1}`,
    title: `What ${units} units of layer ${k + 1} see of the ring`,
    shape: [units, sites],
    content: 'field',
    aspect: 0.5,
    label: 'field, each unit by its largest |r|',
    columns: [
      { heading: 'decimation', note: 'what is sought' },
      { heading: 'trained', note: 'with L1' },
      { heading: 'trained', note: 'without L1' },
      { heading: 'coin tosses', note: 'with L1, K = 0' },
    ],
    rows: Array.from({ length: Math.min(3, seeds) }, (_, run) => ({
      label: `seed ${run + 1}`,
      notes: run === 0 ? [`${[sites, ...hidden].join('-')}`, 'rows: units', 'columns: sites'] : [],
      cells: [template, ...VARIANT_NAMES.map((variant) => of(variant, run))],
    })),
    caption: prose`Each picture has a row for each of the ${units} units and a column for each of the ${sites} sites of the
      ring: the effective receptive field of the unit, divided by its largest |r|, its sign turned so that its sum is
      positive, units in the order of their centres. Decimation would be one site per unit, ${sites / units} sites apart;
      blocks are bands along the diagonal, as wide as a block. On coin tosses there is nothing to find: what is seen there
      is the noise of training, and columns that all units share.`,
  });
}
