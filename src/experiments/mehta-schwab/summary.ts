/** What the mehta-schwab experiment found: numbers, words and the panels of the paper's Fig. 3. */

import { type Locality, locality } from '../../fields/locality.js';
import { encodeSpinData } from '../../io/spinData.js';
import { encodeStack } from '../../io/stack.js';
import type { SpinData } from '../../ising/data/spinData.js';
import type { Stack } from '../../rbm/stack/stack.js';
import type { Estimate, Mean } from '../../util/estimate.js';
import { sha256, version } from '../../wasm/binary.js';
import type { Summary } from '../kit/experiment.js';
import type { MehtaSchwabParameters, MehtaSchwabResult } from './result.js';

/** The receptive fields of one layer, as a set. */
interface FieldStatistics {
  layer: number;
  units: number;
  /** Sites a unit if they divided the lattice among them: the area of a block spin. */
  block: number;
  /** Medians over the units whose field is not zero; null if all are. */
  area: number | null;
  radius: number | null;
  /** Estimate<number> of the units with a radius below L/4; a field without a place has 0.41 L. */
  compact: number;
  /** Units whose field is zero everywhere. */
  dead: number;
  zeroWeights: number;
}

/** How much of the held-out spins survives the way up to a layer and down again. */
interface Reconstruction {
  layer: number;
  units: number;
  /** Fraction of sites whose reconstructed sign is right, and its standard error over configurations. */
  agreement: number;
  agreementError: number;
  /** The same for as many block spins by majority (ties read as +1), where squares of that size tile the lattice. */
  blockSpins: number | null;
  blockSpinsError: number | null;
}

export interface MehtaSchwabSummary extends Summary {
  parameters: MehtaSchwabParameters;
  result: MehtaSchwabResult;
  localities: (Locality | null)[][];
  reconstruction: Reconstruction[];
}

export function summarise(parameters: MehtaSchwabParameters, result: MehtaSchwabResult): MehtaSchwabSummary {
  const { data, heldOut, stack, history } = result;
  const layers = stack.rbms.map((_, k) => k + 1);
  const localities = layers.map((layer) => localitiesOf(stack, layer));
  const fields = layers.map((layer) => fieldStatistics(stack, layer, localities[layer - 1]));
  const reconstruction = layers.map((layer) => reconstructionAt(stack, layer, heldOut));
  const magnetisation = signOfMagnetisation(heldOut);
  const sampling = data.provenance.sampling;
  const numbers = {
    sampling,
    exactEnergy: result.exactEnergy,
    heldOut: { samples: heldOut.count, pseudoLikelihood: result.pseudoLikelihood },
    fields,
    reconstruction,
    signOfMagnetisation: magnetisation.value,
    signOfMagnetisationError: magnetisation.error,
    history,
  };
  const energy = sampling?.energy;
  return {
    parameters,
    result,
    localities,
    reconstruction,
    numbers,
    answer: answer(fields, reconstruction, magnetisation, parameters.side),
    facts: [
      {
        label: 'Configurations',
        value: data.count.toLocaleString('en'),
        note: `of ${parameters.side} × ${parameters.side} spins`,
      },
      { label: 'Coupling', value: `K = ${parameters.coupling}`, note: 'critical at 0.4407' },
      {
        label: 'Energy a site',
        value: energy ? `${energy.mean.toFixed(4)} ± ${energy.error.toFixed(4)}` : 'too few samples',
        note: `exact ${result.exactEnergy.toFixed(4)} (Kaufman)`,
      },
      {
        label: 'Effective samples',
        value: sampling?.effectiveSamples
          ? Math.round(sampling.effectiveSamples).toLocaleString('en')
          : 'too few samples',
        note: sampling && `${sampling.interval} cluster updates apart`,
      },
      { label: 'Stack', value: stack.sizes.join('-'), note: `${parameters.epochs} epochs a layer, CD-1` },
      {
        label: 'Pseudo-likelihood a spin',
        value: `${result.pseudoLikelihood.rbm.mean.toFixed(4)} ± ${result.pseudoLikelihood.rbm.error.toFixed(4)}`,
        note:
          `first RBM, held-out data; independent units have ${result.pseudoLikelihood.independent.toFixed(4)}, the Ising model itself ` +
          `${result.pseudoLikelihood.ising.toFixed(4)}`,
      },
    ],
    tables: [
      fieldTable(fields, parameters.side),
      reconstructionTable(reconstruction, magnetisation),
      firstLayerTable(result, parameters),
    ],
    files: {
      'data.npz': encodeSpinData(data),
      'weights.safetensors': encodeStack(stack, { parameters: JSON.stringify(parameters), version, wasm: sha256 }),
    },
  };
}

function localitiesOf(stack: Stack, layer: number): (Locality | null)[] {
  const sites = stack.sizes[0];
  const fields = stack.receptiveFields(layer);
  return Array.from({ length: stack.sizes[layer] }, (_, unit) =>
    locality(fields.subarray(unit * sites, (unit + 1) * sites), stack.shape),
  );
}

function fieldStatistics(stack: Stack, layer: number, localities: (Locality | null)[]): FieldStatistics {
  const alive = localities.filter((place) => place !== null);
  const { weights } = stack.rbms[layer - 1];
  return {
    layer,
    units: localities.length,
    block: stack.sizes[0] / localities.length,
    area: median(alive.map(({ area }) => area)),
    radius: median(alive.map(({ radius }) => radius)),
    compact: alive.filter(({ radius }) => radius < stack.shape[0] / 4).length / localities.length,
    dead: localities.length - alive.length,
    zeroWeights: weights.reduce((count, w) => count + (w === 0 ? 1 : 0), 0) / weights.length,
  };
}

function reconstructionAt(stack: Stack, layer: number, data: SpinData): Reconstruction {
  const probabilities = stack.reconstruct(data, layer);
  const units = stack.sizes[layer];
  const side = Math.sqrt(data.width / units);
  const tiles = data.shape.every((length) => Number.isInteger(side) && length % side === 0);
  const own = agreementOf(data, (row) => {
    let right = 0;
    for (let site = 0; site < data.width; site++) {
      if (probabilities[row * data.width + site] >= 0.5 === (data.bit(row, site) === 1)) right++;
    }
    return right;
  });
  const blocks = tiles ? blockSpinAgreement(data, side) : null;
  return {
    layer,
    units,
    agreement: own.value,
    agreementError: own.error,
    blockSpins: blocks?.value ?? null,
    blockSpinsError: blocks?.error ?? null,
  };
}

/** Mean share of the sites of a configuration that are right, and its standard error over configurations. @param right how many are in a row */
function agreementOf(data: SpinData, right: (row: number) => number): Estimate<number> {
  const shares = Array.from({ length: data.count }, (_, row) => right(row) / data.width);
  const value = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const squares = shares.reduce((sum, share) => sum + (share - value) ** 2, 0);
  return { value, error: Math.sqrt(squares / Math.max(1, shares.length - 1) / shares.length) };
}

/** Agreement of the data with the majority of each side×side block, ties read as +1. */
function blockSpinAgreement(data: SpinData, side: number): Estimate<number> {
  const [rows, columns] = data.shape;
  return agreementOf(data, (row) => {
    let right = 0;
    for (let y = 0; y < rows; y += side) {
      for (let x = 0; x < columns; x += side) {
        let up = 0;
        for (let k = 0; k < side * side; k++)
          up += data.bit(row, (y + Math.floor(k / side)) * columns + x + (k % side));
        right += Math.max(up, side * side - up);
      }
    }
    return right;
  });
}

/** Agreement of the data with one number per configuration: the sign of its magnetisation. */
function signOfMagnetisation(data: SpinData): Estimate<number> {
  return agreementOf(data, (row) => {
    const up = data.row(row).reduce((sum, bit) => sum + bit, 0);
    return Math.max(up, data.width - up);
  });
}

function median(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;

/** With its standard error. */
const percentOf = ({ value, error }: Estimate<number>) => `${(100 * value).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;

/** Of so many units, each compact or not; the error is that of as many independent ones. */
const compactOf = ({ compact, units }: FieldStatistics) =>
  percentOf({ value: compact, error: Math.sqrt((compact * (1 - compact)) / units) });

const blocksOf = ({ blockSpins, blockSpinsError }: Reconstruction) =>
  blockSpins === null || blockSpinsError === null ? '–' : percentOf({ value: blockSpins, error: blockSpinsError });

function answer(
  fields: FieldStatistics[],
  reconstruction: Reconstruction[],
  magnetisation: Estimate<number>,
  side: number,
): string {
  const first = fields[0];
  const top = fields[fields.length - 1];
  const last = reconstruction[reconstruction.length - 1];
  const found =
    top.compact >= 0.8
      ? 'In the top layer, as far as a picture can tell, it looks so.'
      : top.compact >= 0.3
        ? 'Only in part, as far as a picture can tell.'
        : 'Not in this run.';
  const paragraphs = [
    `${found} Of the ${top.units} units of the top layer ${compactOf(top)} have a receptive field that is one compact patch of the lattice ` +
      `(rms radius below a quarter of the side, ${side / 4} sites; a field without a place would have ${(0.408 * side).toFixed(1)}). ` +
      `In the first layer it is ${compactOf(first)} of ${first.units}. What compact patches there are were found by the training: nothing in an ` +
      `RBM knows which spins are neighbours.`,
    `A block spin of ordinary real-space RG divides the lattice among the units: ${fields.map(({ block }) => formatBlock(block)).join(', ')} sites a unit in ` +
      `these layers. The fields found carry ${fields.map(({ area }) => (area === null ? 'none' : Math.round(area))).join(', ')} sites (median participation ` +
      `area). ${growthOfAreas(fields)}The ${last.units} top numbers give back ` +
      `${percentOf({ value: last.agreement, error: last.agreementError })} of the held-out spins` +
      (last.blockSpins === null ? '' : `; ${last.units} majority block spins give ${blocksOf(last)}`) +
      `; the sign of the magnetisation alone gives ${percentOf(magnetisation)}.`,
    'What this does not show: one size and one temperature, no couplings, no flow and no exponent, and no null control. An L1 penalty favours sparse ' +
      'fields by itself, and localised filters appear on many smooth data sets. The panels are the evidence of the paper, reproduced; they are not a proof ' +
      'that the network performs the renormalization group.',
  ];
  return paragraphs.join('\n\n');
}

/** How the area of a field changes from layer to layer, beside what blocks would do. */
function growthOfAreas(fields: FieldStatistics[]): string {
  if (fields.length < 2) return '';
  const factors = (values: (number | null)[]) =>
    values.slice(1).map((value, k) => {
      const below = values[k];
      return value === null || below === null ? '–' : (value / below).toPrecision(2);
    });
  const blocks = factors(fields.map(({ block }) => block)).join(' and ');
  const found = factors(fields.map(({ area }) => area)).join(' and ');
  return `Layer by layer blocks would grow by factors of ${blocks}; these fields change by ${found}. `;
}

const formatBlock = (sites: number) => (Number.isInteger(sites) ? String(sites) : sites.toFixed(1));

function fieldTable(fields: FieldStatistics[], side: number): Summary['tables'][number] {
  return {
    title: 'Receptive fields',
    columns: [
      'Layer',
      'Units',
      'Sites of a block',
      'Median area (sites)',
      'Median radius (sites)',
      'Compact',
      'Zero weights',
      'Dead units',
    ],
    rows: fields.map((field) => [
      field.layer,
      field.units,
      formatBlock(field.block),
      field.area?.toFixed(0) ?? '–',
      field.radius?.toFixed(1) ?? '–',
      compactOf(field),
      percent(field.zeroWeights),
      field.dead,
    ]),
    note:
      `Area: participation ratio (Σr²)²/Σr⁴; uncorrelated noise would have ${Math.round(side ** 2 / 3)}. Radius: rms distance from the circular mean, ` +
      `weighted by r²; a field without a place has ${(0.408 * side).toFixed(1)}. Compact: radius below ${side / 4}, with the error of as many independent units.`,
  };
}

function reconstructionTable(
  reconstruction: Reconstruction[],
  magnetisation: Estimate<number>,
): Summary['tables'][number] {
  return {
    title: 'Held-out spins given back',
    columns: ['From', 'Numbers', 'Reconstruction', 'Majority block spins'],
    rows: [
      ...reconstruction.map((one) => [
        `layer ${one.layer}`,
        one.units,
        percentOf({ value: one.agreement, error: one.agreementError }),
        blocksOf(one),
      ]),
      ['sign of the magnetisation', 1, percentOf(magnetisation), '–'],
    ],
    note:
      'Fraction of sites whose sign agrees, with its standard error over configurations, which were not trained on; the way up and down by means (real numbers in [0, 1], so a unit ' +
      'carries more than the one bit of a block spin). Chance is 50 %.',
  };
}

/** Where the paper's training leaves the first RBM, beside what equal work by the package's default reaches. */
function firstLayerTable(
  { pseudoLikelihood, stack }: MehtaSchwabResult,
  parameters: MehtaSchwabParameters,
): Summary['tables'][number] {
  const { rbm, rival, ising, independent } = pseudoLikelihood;
  const learned = (value: number) => percent((value - independent) / (ising - independent));
  const line = (name: string, { mean, error }: Mean<number>) => [
    name,
    `${mean.toFixed(4)} ± ${error.toFixed(4)}`,
    ising > independent ? learned(mean) : '–',
  ];
  return {
    title: 'How good is the first RBM?',
    columns: ['Model of the spins', 'Pseudo-log-likelihood per spin', 'Of the way to the Ising model'],
    rows: [
      ['independent spins', independent.toFixed(4), '0 %'],
      line(`CD-1 as in the paper, ${parameters.epochs} epochs`, rbm),
      line(`the package's default training, ${rival.epochs} epochs`, rival),
      ['the Ising model', ising.toFixed(4), '100 %'],
    ],
    note:
      `On held-out configurations. Both RBMs are ${stack.sizes[0]}-${stack.sizes[1]} and took the same number of products of configurations with W. The stack above is ` +
      `that of the paper's training; the other RBM serves this table alone. A pseudo-likelihood is a proxy: its maximum is at the true parameters.`,
  };
}
