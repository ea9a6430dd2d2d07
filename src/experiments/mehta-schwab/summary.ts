/** The summary of the mehta-schwab experiment. */

import { layerFields, localitiesOf } from '../../fields/layerFields.js';
import { reconstructionAt, signOfMagnetisation } from '../../fields/reconstruction.js';
import { decodeOwnSpinData } from '../../io/spinData.js';
import { decodeStack, encodeStack } from '../../io/stack.js';
import type { Estimate, Mean } from '../../util/estimate.js';
import { sha256, version } from '../../wasm/binary.js';
import { tableOf } from '../kit/tables.js';
import { fact, paragraphs, percent, prose, shortNumber, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import type { Result, Values } from './points.js';
import { studyText } from './verdictFindings.js';

const statistic = 'share of compact units in the top layer';
const CRITERIA: Criterion[] = [
  { claim: 'the top layer looks like block spins, as far as a picture can tell', statistic, atLeast: 0.8 },
  { claim: 'it does so at least in part', statistic, atLeast: 0.3 },
];

export function summarise(parameters: Values, result: Result) {
  const { history, pseudoLikelihood, exactEnergy } = result;
  const [data, heldOut] = [decodeOwnSpinData(result.data), decodeOwnSpinData(result.heldOut)];
  const stack = decodeStack(result.stack);
  const { side, epochs } = parameters;
  const layers = stack.rbms.map((_, k) => k + 1);
  const localities = layers.map((layer) => localitiesOf(stack, layer));
  const fields = layers.map((layer) => layerFields(stack, layer, localities[layer - 1]));
  const reconstruction = layers.map((layer) => reconstructionAt(stack, layer, heldOut));
  const magnetisation = signOfMagnetisation(heldOut);
  const { sampling } = data.provenance;
  const top = fields[fields.length - 1];
  const verdicts = CRITERIA.map((criterion) => judge(criterion, top.compact));
  const { rbm, rival, ising, independent } = pseudoLikelihood;
  const nowhere = (0.408 * side).toFixed(1);
  return {
    parameters,
    result,
    heldOut,
    stack,
    localities,
    reconstruction,
    verdicts,
    numbers: {
      sampling,
      exactEnergy,
      heldOut: { samples: heldOut.count, pseudoLikelihood },
      fields,
      reconstruction,
      signOfMagnetisation: magnetisation.mean,
      signOfMagnetisationError: magnetisation.error,
      history,
    },
    answer: paragraphs(
      prose`${verdictText(verdicts)} A unit is compact if its receptive field is one patch of the lattice: its rms radius is
        below a quarter of the side, ${side / 4} sites; a field without a place would have ${nowhere}. What compact patches
        there are were found by the training: nothing in an RBM knows which spins are neighbours.`,
      prose`A block spin of ordinary real-space RG divides the lattice among the units: the first table has its area beside
        that of the fields, layer by layer, the second the share of the held-out spins that units or block spins of that number
        reconstruct, and the sign of the magnetisation alone.`,
      studyText(),
      prose`What this run does not show: one size and one temperature, no couplings, no flow and no exponent, and no null
        control. An L1 penalty favours sparse fields by itself, and localised filters appear on many smooth data sets. The
        panels are the evidence of the paper, reproduced; they are not a proof that the network performs the
        renormalization group.`,
    ),
    facts: [
      fact('Energy per site', sampling?.energy ?? 'too few samples', `exact ${exactEnergy.toFixed(4)} (Kaufman)`),
      fact(
        'Effective samples',
        sampling?.effectiveSamples ? Math.round(sampling.effectiveSamples).toLocaleString('en') : 'too few samples',
        sampling && `${sampling.interval} cluster updates apart`,
      ),
    ],
    tables: [
      tableOf(
        'Receptive fields',
        fields,
        [
          { title: 'Layer', of: ({ layer }) => layer },
          { title: 'Units', of: ({ units }) => units },
          { title: 'Sites of a block', of: ({ block }) => shortNumber(block, 3) },
          { title: 'Over the layer below', of: ({ layer, block }) => ratio(block, fields[layer - 2]?.block) },
          { title: 'Median area (sites)', of: ({ area }) => area?.toFixed(0) ?? null },
          { title: 'Over the layer below', of: ({ layer, area }) => ratio(area, fields[layer - 2]?.area) },
          { title: 'Median radius (sites)', of: ({ radius }) => radius?.toFixed(1) ?? null },
          {
            title: 'Compact',
            of: ({ compact: value, units }) => percent({ value, error: Math.sqrt((value * (1 - value)) / units) }),
          },
          { title: 'Zero weights', of: ({ zeroWeights }) => percent(zeroWeights) },
          { title: 'Dead units', of: ({ dead }) => dead },
        ],
        prose`Area: participation ratio (Σr²)²/Σr⁴; uncorrelated noise would have ${Math.round(side ** 2 / 3)}. Radius: rms
          distance from the circular mean, weighted by r²; a field without a place has ${nowhere}. Compact: radius below
          ${side / 4}, with the error of as many independent units.`,
      ),
      tableOf(
        'Held-out spins reconstructed',
        [
          ...reconstruction.map((one) => ({ ...one, from: `layer ${one.layer}` })),
          {
            from: 'sign of the magnetisation',
            units: 1,
            agreement: magnetisation.mean,
            agreementError: magnetisation.error,
            blockSpins: null,
            blockSpinsError: null,
          },
        ],
        [
          { title: 'From', of: ({ from }) => from },
          { title: 'Numbers', of: ({ units }) => units },
          { title: 'Reconstruction', of: ({ agreement: value, agreementError: error }) => percent({ value, error }) },
          {
            title: 'Majority block spins',
            of: ({ blockSpins: value, blockSpinsError: error }) => (value === null ? null : percent({ value, error })),
          },
        ],
        prose`Fraction of sites whose sign agrees, with its standard error over configurations, which were not trained on;
          the way up and down by means (real numbers in [0, 1], so a unit carries more than the one bit of a block spin).
          Chance is 50 %.`,
      ),
      // the first RBM by the paper's training, compared with the package's default at equal work
      tableOf<{ name: string } & (Mean | Estimate)>(
        'How good is the first RBM?',
        [
          { name: 'independent spins', value: independent, error: null },
          { name: `CD-1 as in the paper, ${epochs} epochs`, ...rbm },
          { name: `the package's default training, ${rival.epochs} epochs`, ...rival },
          { name: 'the Ising model', value: ising, error: null },
        ],
        [
          { title: 'Model of the spins', of: ({ name }) => name },
          { title: 'Pseudo-log-likelihood per spin', of: (one) => one },
          {
            title: 'Of the way to the Ising model',
            of: (one) =>
              ising > independent
                ? percent((('mean' in one ? one.mean : one.value) - independent) / (ising - independent))
                : null,
          },
        ],
        prose`On held-out configurations. Both RBMs are ${stack.sizes[0]}-${stack.sizes[1]} and took the same number of
          products of configurations with W. The stack above is that of the paper's training; the other RBM serves this
          table alone. A pseudo-likelihood is a proxy: its maximum is at the true parameters.`,
      ),
    ],
    files: {
      'data.npz': result.data,
      'weights.safetensors': encodeStack(stack, { parameters: JSON.stringify(parameters), version, wasm: sha256 }),
    },
  };
}

export type Outcome = ReturnType<typeof summarise>;

/** A quotient, if both numbers exist. */
const ratio = (value: number | null, below: number | null | undefined): string | null =>
  value === null || below === null || below === undefined ? null : (value / below).toPrecision(2);
