/** The figures of mehta-schwab. */

import type { Locality } from '../../fields/locality.js';
import type { SpinData } from '../../ising/data/spinData.js';
import type { Stack } from '../../rbm/stack/stack.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import {
  architecturePanel,
  fieldsPanel,
  type GrowthLayer,
  growthPanel,
  reconstructionsPanel,
} from '../../viz/panels.js';
import { type MehtaSchwabSummary, percent } from './summary.js';

/** Inputs shown for each unit in panel D. */
const INPUTS = 5;
/** Configurations shown in panel E. */
const SHOWN = 3;

export function figures({ parameters, result, localities, reconstruction }: MehtaSchwabSummary): Figure[] {
  const { stack, heldOut, history } = result;
  const shape: [number, number] = [...stack.shape];
  const depth = stack.rbms.length;
  const middle = Math.max(1, depth - 1);
  const montage = (name: string, layer: number): Figure => {
    const { units, fields } = first100(stack.receptiveFields(layer), stack.sizes[layer], stack.sizes[0]);
    return fieldsPanel({
      name,
      title: `Receptive fields of ${layer === depth ? 'the top layer' : `layer ${layer}`}`,
      fields,
      shape,
      caption:
        `What ${units === stack.sizes[layer] ? `the ${units}` : `the first ${units} of ${stack.sizes[layer]}`} units of layer ${layer} see of the ` +
        `${shape[0]} × ${shape[1]} spins: r = ${Array.from({ length: layer }, (_, k) => `W${'¹²³⁴⁵⁶⁷⁸⁹'[k] ?? `^${k + 1}`}`).join(' ')}. The lattice is a ` +
        `torus: patches go on across the edges. The sign of a field is arbitrary.`,
    });
  };
  return [
    architecturePanel({ shape, layers: stack.sizes, spins: heldOut.row(0) }),
    montage('panel-b', middle),
    montage('panel-c', depth),
    // with one layer there is nothing to grow from
    ...(depth > 1 ? [growthPanel({ shape, layers: growth(stack, mostCompact(localities[depth - 1])) })] : []),
    reconstructionsPanel({ shape, samples: shownSamples(stack, heldOut), bottleneck: stack.sizes[depth] }),
    lineChart({
      name: 'training',
      title: 'Training',
      series: history.map((records, k) => ({
        label: `layer ${k + 1}`,
        x: records.map(({ epoch }) => epoch),
        y: records.map(({ pseudoLikelihood }) => pseudoLikelihood as number),
        error: records.map(({ pseudoLikelihoodError }) => pseudoLikelihoodError as number),
      })),
      xLabel: 'epoch',
      yLabel: 'pseudo-log-likelihood a unit',
      caption:
        'Mean log p(v_i | all other v) of 500 rows of each layer’s own training data, with standard errors: a proxy for the likelihood, not the likelihood. ' +
        `Layers see different data and cannot be compared. The Ising model itself has ${result.pseudoLikelihood.ising.toFixed(4)} on the spins at ` +
        `K = ${parameters.coupling}; coin tosses have -0.6931. From all ${reconstruction[0].units} units of layer 1 ` +
        `${percent(reconstruction[0].agreement)} of held-out spins come back.`,
    }),
  ];
}

function first100(fields: Float32Array, units: number, sites: number): { units: number; fields: Float32Array } {
  const shown = Math.min(100, units);
  return { units: shown, fields: fields.slice(0, shown * sites) };
}

/** The unit with the smallest radius. */
function mostCompact(localities: (Locality | null)[]): number {
  let best = 0;
  localities.forEach((place, unit) => {
    if (place && place.radius < (localities[best]?.radius ?? Infinity)) best = unit;
  });
  return best;
}

/** A top unit, its strongest inputs, the strongest of them taken apart in turn, down to the first layer. */
function growth(stack: Stack, top: number): GrowthLayer[] {
  const sites = stack.sizes[0];
  const levels: GrowthLayer[] = [];
  let unit = top;
  for (let layer = stack.rbms.length; layer >= 1; layer--) {
    const field = stack.receptiveFields(layer).slice(unit * sites, (unit + 1) * sites);
    if (layer === 1) {
      levels.push({ unit, field, inputs: [] });
      break;
    }
    const { weights, visible, hidden } = stack.rbms[layer - 1];
    const below = stack.receptiveFields(layer - 1);
    const inputs = Array.from({ length: visible }, (_, i) => ({ unit: i, weight: weights[i * hidden + unit] }))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.unit - b.unit)
      .slice(0, INPUTS)
      .map((input) => ({ ...input, field: below.slice(input.unit * sites, (input.unit + 1) * sites) }));
    levels.push({ unit, field, inputs });
    unit = inputs[0].unit;
  }
  return levels;
}

function shownSamples(stack: Stack, data: SpinData) {
  const probabilities = stack.reconstruct(data);
  return Array.from({ length: Math.min(SHOWN, data.count) }, (_, row) => {
    const spins = data.row(row);
    const reconstruction = probabilities.slice(row * data.width, (row + 1) * data.width);
    let right = 0;
    spins.forEach((bit, site) => {
      if (reconstruction[site] >= 0.5 === (bit === 1)) right++;
    });
    return { spins, reconstruction, agreement: right / data.width };
  });
}
