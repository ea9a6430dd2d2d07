/** The panels of the paper's Fig. 3, and the training. */

import { growth, mostCompact } from '../../fields/growth.js';
import { reconstructions } from '../../fields/reconstruction.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { fieldsPanel } from '../../viz/panels/fieldsPanel.js';
import { growthPanel } from '../../viz/panels/fieldTree.js';
import { architecturePanel } from '../../viz/panels/networkSheets.js';
import { reconstructionsPanel } from '../../viz/panels/reconstructions.js';
import { seriesOf } from '../kit/charts.js';
import { percent, prose } from '../kit/text.js';
import type { Outcome } from './summary.js';

/** Inputs shown for each unit in panel D. */
const INPUTS = 5;
/** Configurations shown in panel E. */
const SHOWN = 3;
/** Fields shown in panels B and C. */
const MAX_FIELDS = 100;

export function figures(summary: Outcome): Figure[] {
  const { parameters, result, stack, heldOut, localities, reconstruction } = summary;
  const shape: [number, number] = [...stack.shape];
  const depth = stack.rbms.length;
  const montage = (name: string, layer: number): Figure => {
    const units = stack.sizes[layer];
    const which = units > MAX_FIELDS ? `the first ${MAX_FIELDS} of ${units}` : `the ${units}`;
    const product = Array.from({ length: layer }, (_, k) => `W${'¹²³⁴⁵⁶⁷⁸⁹'[k] ?? `^${k + 1}`}`).join(' ');
    return fieldsPanel({
      name,
      title: `Receptive fields of ${layer === depth ? 'the top layer' : `layer ${layer}`}`,
      fields: stack.receptiveFields(layer).slice(0, MAX_FIELDS * stack.sizes[0]),
      shape,
      caption: prose`What ${which} units of layer ${layer} see of the ${shape[0]} × ${shape[1]} spins: r = ${product}. The
        lattice is a torus: patches go on across the edges. The sign of a field is arbitrary.`,
    });
  };
  return [
    architecturePanel({ shape, layers: stack.sizes, spins: heldOut.row(0) }),
    montage('panel-b', Math.max(1, depth - 1)),
    montage('panel-c', depth),
    // with one layer there are no inputs to show
    ...(depth > 1 ? [growthPanel({ shape, layers: growth(stack, mostCompact(localities[depth - 1]), INPUTS) })] : []),
    reconstructionsPanel({ shape, samples: reconstructions(stack, heldOut, SHOWN), bottleneck: stack.sizes[depth] }),
    lineChart({
      name: 'training',
      title: 'Training',
      series: result.history.map((records, k) =>
        seriesOf(`layer ${k + 1}`, records, 'epoch', ({ pseudoLikelihood, pseudoLikelihoodError }) => ({
          value: pseudoLikelihood as number,
          error: pseudoLikelihoodError as number,
        })),
      ),
      xLabel: 'epoch',
      yLabel: 'pseudo-log-likelihood per unit',
      caption: prose`Mean log p(v_i | all other v) of 500 rows of each layer’s own training data, with standard errors: a
        proxy for the likelihood, not the likelihood. Layers see different data and cannot be compared. The Ising model
        itself has ${result.pseudoLikelihood.ising.toFixed(4)} on the spins at K = ${parameters.coupling}; coin tosses have
        -0.6931. From all ${reconstruction[0].units} units of layer 1 ${percent(reconstruction[0].agreement)} of held-out
        spins come back.`,
    }),
  ];
}
