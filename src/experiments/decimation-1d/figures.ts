/** The figures of decimation-1d. */

import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { gridPanel } from '../../viz/panels/grid.js';
import type { Decimation1dParameters, Decimation1dTraining, Variant } from './result.js';
import { type Decimation1dSummary, type LayerSummary, median, NAMES } from './summary.js';

export function figures({ parameters, points, layers, trainings }: Decimation1dSummary): Figure[] {
  const stack = points.filter(({ stack }) => stack !== null);
  const measured = points.filter(({ monteCarlo }) => monteCarlo !== null);
  return [
    lineChart({
      name: 'flow',
      title: 'Decimation takes every ring to infinite temperature',
      xLabel: 'level n (0: the data)',
      yLabel: 'coupling of the ring',
      series: [
        {
          label: 'recursion',
          x: points.map(({ level }) => level),
          y: points.map(({ recursion }) => recursion),
        },
        {
          label: 'RBM weights',
          mark: 'circles',
          x: stack.map(({ level }) => level),
          y: stack.map((one) => one.stack as number),
        },
        {
          label: 'Monte Carlo',
          mark: 'crosses',
          x: measured.map(({ level }) => level),
          y: measured.map(({ monteCarlo }) => monteCarlo?.mean as number),
          error: measured.map(({ monteCarlo }) => monteCarlo?.error as number),
        },
      ],
      caption:
        `The ring of level n + 1 is what is left when every other spin of that of level n is summed over. The line is the recursion ` +
        `tanh K′ = tanh² K, circles are couplings read off the weights of the RBM of ` +
        `each level, crosses are measured on ${parameters.flowSamples.toLocaleString('en')} rings of ${parameters.flowSites} spins at K ` +
        `= ${parameters.coupling} of which every other spin was dropped, with standard errors ` +
        `(smaller than the crosses). Negative levels are finer rings that decimate to the data: the stack can be read in both directions.`,
    }),
    ...parameters.hidden.map((units, k) => fieldsFigure(parameters, trainings, k + 1, units)),
    lineChart({
      name: 'templates',
      title: 'What a first-layer unit looks like most',
      xLabel: 'equal neighbours in the template',
      yLabel: 'median overlap with the best place of the template',
      series: [
        ...(['l1', 'plain', 'coins'] as const).map((variant) => {
          const overlaps = trainings
            .filter(({ point }) => point.variant === variant)
            .flatMap((training) => training.layers[0].units.map((unit) => unit.overlaps));
          const widths = overlaps[0].map((_, k) => k + 1);
          return {
            label: NAMES[variant],
            x: widths,
            y: widths.map((width) => median(overlaps.map((unit) => unit[width - 1]))),
          };
        }),
      ],
      caption:
        `Overlap |cos| of the fields of the first layer with k neighbouring sites of equal weight, at the place where it is largest; ` +
        `medians over the units of ${parameters.seeds} ` +
        `${parameters.seeds === 1 ? 'stack' : 'stacks'} of each kind. A copy of one spin (decimation) would have 1 at k = 1, a unit of ` +
        `a bond (the exact RBM) at k = 2, and then fall as 1/√k and √(2/k). ` +
        `Two sites of the same fields in a random order have ` +
        `${(layers.find(({ variant, layer }) => variant === 'l1' && layer === 1) as LayerSummary).shuffledPair.toFixed(2)}.`,
    }),
  ];
}

/** Weights of a layer beside what decimation would have. */
function fieldsFigure(
  { sites, hidden, seeds }: Decimation1dParameters,
  trainings: Decimation1dTraining[],
  layer: number,
  units: number,
): Figure {
  const template = new Float32Array(units * sites);
  for (let k = 0; k < units; k++) template[k * sites + Math.floor((k * sites) / units)] = 1;
  const shown = Math.min(3, seeds);
  const of = (variant: Variant, run: number) =>
    (trainings.find(({ point }) => point.variant === variant && point.run === run) as Decimation1dTraining).layers[
      layer - 1
    ].fields;
  return gridPanel({
    name: `fields-${layer}`,
    title: `What ${units} units of layer ${layer} see of the ring`,
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
    rows: Array.from({ length: shown }, (_, run) => ({
      label: `seed ${run + 1}`,
      notes: run === 0 ? [`${[sites, ...hidden].join('-')}`, 'rows: units', 'columns: sites'] : [],
      cells: [template, of('l1', run), of('plain', run), of('coins', run)],
    })),
    caption:
      `Each picture has a row for each of the ${units} units and a column for each of the ${sites} sites of the ring: the effective ` +
      `receptive field of the unit, divided by its largest |r|, its sign ` +
      `turned so that its sum is positive, units in the order of their centres. Decimation would be one site a unit, ${sites / units} ` +
      `sites apart; blocks are bands along the diagonal, as wide as a ` +
      `block. On coin tosses there is nothing to find: what is seen there is the noise of training, and columns that all units share.`,
  });
}
