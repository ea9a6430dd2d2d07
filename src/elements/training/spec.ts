/** `<blockspin-training>`, as data. */

import { choiceSpec, EVERY_FIGURE, type FigureSpec, numberSpec, textSpec, type ValuesOf } from '../base/spec.js';
import { METHOD_NAMES, METHODS, type MethodName } from './methods.js';
import { DRAWN } from './patterns.js';

const methodNames = Object.fromEntries(METHOD_NAMES.map((name) => [name, METHODS[name].name])) as Record<
  MethodName,
  string
>;

const other = (fallback: MethodName | 'none', label: string) =>
  choiceSpec<MethodName | 'none'>({
    default: fallback,
    choices: [...METHOD_NAMES, 'none'],
    names: { ...methodNames, none: '–' },
    doc: 'Another machine on the same data, with the same seed and number of hidden units.',
    label,
  });

const properties = {
  data: choiceSpec({
    default: 'drawn',
    choices: ['drawn', 'bars', 'bars3', 'bar', 'shifter', 'digits', 'ising', 'file'],
    names: {
      drawn: 'drawings',
      bars: 'bars and stripes 4×4',
      bars3: 'bars and stripes 3×3',
      bar: 'a bar on a ring of 9',
      shifter: 'labelled shifter',
      digits: 'ten digits, nine places',
      ising: 'Ising spins',
      file: 'your own file',
    },
    doc: 'What the machines learn: a set of patterns, configurations of the Ising model, drawings, or a file that the reader gives.',
    label: 'data',
  }),
  patterns: textSpec({
    default: DRAWN,
    doc: 'With data "drawn": pictures of 0 and 1, lines separated by "-", pictures by spaces, "*3" for three times as many rows, such as 010-111-010*3 111-101-111.',
  }),
  size: numberSpec({
    default: 6,
    min: 2,
    max: 64,
    step: 1,
    integer: true,
    doc: 'With data "ising": spins per side of the periodic square lattice, of which 2000 configurations are sampled.',
    label: 'lattice',
  }),
  temperature: numberSpec({
    default: 2,
    min: 0.5,
    max: 10,
    step: 0.01,
    unit: 'J/k',
    doc: 'With data "ising": temperature T in units of J/k; the critical one is 2.2692.',
    label: 'temperature',
  }),
  // `hidden` is an attribute of every element: it would not be shown
  hiddenUnits: numberSpec({
    default: 8,
    min: 1,
    max: 1024,
    step: 1,
    integer: true,
    doc: 'Hidden units of each machine.',
    label: 'hidden units',
  }),
  algorithm: choiceSpec<MethodName>({
    default: 'population',
    choices: METHOD_NAMES,
    names: methodNames,
    doc: 'How the first machine is trained: where the samples of the model come from.',
    label: 'first machine',
  }),
  second: other('cd', 'second machine'),
  third: other('pcd', 'third machine'),
  rate: numberSpec({
    default: 0,
    min: 0,
    max: 100,
    step: 0.001,
    doc: 'Learning rate of all machines; 0: of each its own, the default of the package or the one that was best for it in the study of the defaults.',
    label: 'rate',
  }),
  updates: numberSpec({
    default: 10_000,
    min: 1,
    max: 1e9,
    step: 1,
    integer: true,
    doc: 'Length of a training in updates, as near as whole passes over the data come to it.',
    label: 'length',
  }),
  epochs: numberSpec({
    default: 100,
    min: 1,
    max: 1000,
    step: 1,
    integer: true,
    doc: 'Epochs into which a training is divided, each with a point of the curves; an epoch is the smallest step.',
    label: 'epochs',
  }),
  until: numberSpec({
    default: 0,
    min: 0,
    max: 1000,
    step: 0.001,
    unit: 'nats',
    doc: 'A machine stops when its log-likelihood per row is within this distance of the best possible; 0: only at the end.',
    label: 'stop',
  }),
  speed: numberSpec({
    default: 10,
    min: 0,
    max: 1000,
    step: 0.1,
    doc: 'Epochs per second; 0: as fast as it goes.',
    label: 'speed',
  }),
  ...EVERY_FIGURE,
} as const;

export type TrainingValues = ValuesOf<typeof properties>;

export const TRAINING = {
  tag: 'blockspin-training',
  className: 'TrainingElement',
  summary:
    'Up to three restricted Boltzmann machines that learn the same data side by side, with exact likelihoods, the probability of each pattern, weights and samples.',
  properties,
  events: {
    epoch: {
      doc: 'About ten times per second while it runs.',
      detail: '{ epoch: number; machines: { algorithm: string; logLikelihood: number | null }[] }',
    },
    done: {
      doc: 'All machines have come to their end.',
      detail: '{ epoch: number; machines: { algorithm: string; logLikelihood: number | null }[] }',
    },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  methods: {
    "rbm(machine?: number): Promise<import('blockspin/rbm').Rbm>": 'The present RBM of a machine, 0 to 2.',
    'judge(): Promise<void>': 'Has the package judge the present machines; the judgement is shown.',
    'load(file: File): Promise<void>': 'Takes rows of bits from a file (npz, npy, IDX) as the data.',
  },
  parts: {
    toolbar: 'buttons',
    control: 'a slider or a list with its label',
    editor: 'the grid on which patterns are drawn',
    patterns: 'the patterns with their shares and probabilities',
    machine: 'one machine',
    'weights-1': 'weights of the first machine (also -2 and -3)',
    'samples-1': 'samples of the first machine (also -2 and -3)',
    plot: 'a chart',
    table: 'the table behind a chart',
    error: 'a sentence that says what is wrong',
  },
  bits: 'weights, visible and hidden biases of each machine, in single precision',
} as const satisfies FigureSpec<typeof properties>;
