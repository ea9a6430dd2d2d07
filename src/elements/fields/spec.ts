/** `<blockspin-fields>`, as data. */

import {
  choiceSpec,
  EVERY_FIGURE,
  type FigureSpec,
  flagSpec,
  numberSpec,
  textSpec,
  type ValuesOf,
} from '../base/spec.js';

const properties = {
  live: flagSpec({
    default: false,
    doc: 'Whether it trains in the page. Otherwise it shows the results that come with it, of a run with the default settings.',
  }),
  size: numberSpec({
    default: 40,
    min: 4,
    max: 128,
    step: 1,
    integer: true,
    doc: 'Spins per side of the periodic square lattice.',
    label: 'lattice',
  }),
  coupling: numberSpec({
    default: 0.408,
    min: 0,
    max: 1,
    step: 0.001,
    doc: 'Coupling K = J/kT of the spins; critical at 0.4407.',
    label: 'coupling K',
  }),
  samples: numberSpec({
    default: 20_000,
    min: 200,
    max: 1_000_000,
    step: 100,
    integer: true,
    doc: 'Independent configurations to train on.',
    label: 'samples',
  }),
  network: textSpec({
    default: '400-100-25',
    doc: 'Hidden units of each layer, from the spins upwards.',
    label: 'hidden units',
  }),
  epochs: numberSpec({
    default: 200,
    min: 1,
    max: 100_000,
    step: 1,
    integer: true,
    doc: 'Passes over the data, for each layer.',
    label: 'epochs per layer',
  }),
  rate: numberSpec({
    default: 0.1,
    min: 0.0001,
    max: 1000,
    step: 0.0001,
    doc: 'Learning rate.',
    label: 'learning rate',
  }),
  l1: numberSpec({
    default: 0.0002,
    min: 0,
    max: 1,
    step: 0.0001,
    doc: 'L1 penalty per weight.',
    label: 'L1 penalty',
  }),
  control: choiceSpec({
    default: 'gaussian',
    choices: ['gaussian', 'shuffled'],
    names: { gaussian: 'Gaussian field, cut at 0', shuffled: 'the spins, sites shuffled' },
    doc: 'The null that is trained on the same footing: signs of a Gaussian field with the same two-point function, or the same spins with their sites in a fixed random order.',
    label: 'control',
  }),
  restored: flagSpec({
    default: false,
    doc: 'Whether the shuffled sites of the control are put back where they were, for the pictures and the numbers.',
    label: 'put the shuffled sites back',
  }),
  layer: numberSpec({
    default: 3,
    min: 1,
    max: 8,
    step: 1,
    integer: true,
    doc: 'Layer whose receptive fields are shown; while it trains, the highest one that there is, if it is lower.',
    label: 'layer',
  }),
  side: choiceSpec({
    default: 'spins',
    choices: ['spins', 'control'],
    doc: 'Whose unit is enlarged.',
  }),
  unit: numberSpec({
    default: 3,
    min: 0,
    max: 9999,
    step: 1,
    integer: true,
    doc: 'Number of the unit that is enlarged.',
    label: 'unit',
  }),
  ...EVERY_FIGURE,
} as const;

export type FieldsValues = ValuesOf<typeof properties>;

/** The two stacks: on the spins, and on their control. */
export const SIDES = ['spins', 'control'] as const;
export type Side = (typeof SIDES)[number];

/** Fields that are shown of a layer with more. */
export const MAX_FIELDS = 100;

/** Configurations that are shown. */
export const SHOWN = 6;

/** Gibbs steps in the top RBM before a configuration of a stack's own is made. */
export const STEPS = 1000;

/** Names of the properties that decide the run; the others decide what of it is shown. */
export const SETTINGS = ['size', 'coupling', 'samples', 'network', 'epochs', 'rate', 'l1', 'control', 'seed'] as const;

export const FIELDS = {
  tag: 'blockspin-fields',
  className: 'FieldsElement',
  summary:
    'A stack of restricted Boltzmann machines trained on Ising configurations, and beside it the same stack trained on a control: receptive fields of each layer, reconstructions, samples, and what of them the control shows too.',
  properties,
  events: {
    epoch: {
      doc: 'While it trains, after epochs of both stacks; some ten times per second at most.',
      detail: '{ layer: number; epoch: number; pseudoLikelihood: Record<string, number> }',
    },
    done: {
      doc: 'When nothing is left to do: trained to the end, or the results that come with it are shown. The hashes are SHA-256 of the stacks as safetensors files.',
      detail: '{ hash: Record<string, string | null>; source: string }',
    },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  methods: {
    'stack(side: string): Promise<Uint8Array>':
      'The stack on the spins or on the control, as a safetensors file; that of the shipped results has rounded weights.',
  },
  parts: {
    toolbar: 'buttons',
    control: 'a control with its label',
    tabs: 'buttons of the layers',
    'fields-spins': 'receptive fields of the stack on the spins',
    'fields-control': 'receptive fields of the stack on the control',
    place: 'the enlarged field, where it is',
    centred: 'the enlarged field, shifted to its centre',
    plot: 'a chart',
    table: 'the tables behind the charts',
    error: 'a sentence that says what is wrong',
  },
} as const satisfies FigureSpec<typeof properties>;
