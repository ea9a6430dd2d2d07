/** `<blockspin-map>`, as data. */

import {
  choiceSpec,
  EVERY_FIGURE,
  type FigureSpec,
  flagSpec,
  numberSpec,
  textSpec,
  type ValuesOf,
} from '../base/spec.js';
import { LATTICE_NAMES, LATTICES, type LatticeName } from './lattices.js';

export const MODELS = ['rbm', 'bonds', 'copies', 'wrongMarginal', 'independent'] as const;
export type ModelName = (typeof MODELS)[number];

/** Deviation of random weights. */
export const SCALE = 0.5;
/** Weight with which a hidden spin of the model of copies follows its site. */
export const COPY = 6;
/** Coupling of the chain of independent hidden spins. */
export const APART = 0.7;
/** Field on the first site that makes the marginal wrong. */
export const FIELD = 0.5;

const properties = {
  lattice: choiceSpec({
    default: 'ring-6',
    choices: LATTICE_NAMES,
    names: Object.fromEntries(LATTICE_NAMES.map((name) => [name, LATTICES[name].name])) as Record<LatticeName, string>,
    doc: 'The periodic lattice of the visible spins.',
    label: 'lattice',
  }),
  coupling: numberSpec({
    default: 0.5,
    min: -2,
    max: 2,
    step: 0.01,
    doc: 'K = J/kT of every bond of the lattice.',
    label: 'coupling K',
  }),
  model: choiceSpec({
    default: 'rbm',
    choices: MODELS,
    names: {
      rbm: 'an RBM',
      bonds: 'a hidden spin per bond',
      copies: 'copies of a sublattice',
      wrongMarginal: 'the wrong marginal',
      independent: 'independent hidden spins',
    },
    doc: 'The energy E(v,h): an RBM, one with a hidden spin per bond (exact), one whose hidden spins copy one sublattice (decimation), or one of two counterexamples.',
    label: 'model',
  }),
  // `hidden` is an attribute of every element: it would not be shown
  hiddenSpins: numberSpec({
    default: 3,
    min: 1,
    max: 20,
    step: 1,
    integer: true,
    doc: 'Hidden spins of an RBM and of the model of independent ones; the other models say how many they have.',
    label: 'hidden spins',
  }),
  weights: textSpec({
    default: '',
    doc: 'Weights of the RBM in units of kT, row by row [visible, hidden], with spaces between them; empty: normal random numbers of deviation 0.5 from the seed, with two decimals.',
    label: 'weights',
  }),
  shift: numberSpec({
    default: 0,
    min: -1000,
    max: 1000,
    step: 0.01,
    unit: 'kT',
    doc: 'Added to the constant E₀ of the energy, in units of kT. E₀ is ln 2 per hidden spin for an RBM, so that a spin without weights changes nothing; the other models have their own.',
    label: 'constant added to the energy',
  }),
  steps: numberSpec({
    default: 0,
    min: 0,
    max: 100_000,
    step: 1,
    integer: true,
    doc: 'Steps of exact training (L-BFGS on KL) that it takes from its first weights; fewer if it converges.',
    label: 'steps of training',
  }),
  instant: flagSpec({
    default: false,
    doc: 'Whether training goes as fast as it can, in place of a pace that can be watched. So it is where the reader prefers reduced motion.',
    linked: false,
  }),
  ...EVERY_FIGURE,
} as const;

export type MapValues = ValuesOf<typeof properties>;

export const MAP = {
  tag: 'blockspin-map',
  className: 'MapElement',
  summary:
    'The exact map between the variational renormalization group and RBMs, for a system small enough to sum: which statements hold for any weights, and which only for some.',
  properties,
  events: {
    check: {
      doc: 'The map was computed for the present weights.',
      detail: '{ deltaF: number; kl: number; gap: number; exact: boolean }',
    },
    epoch: {
      doc: 'Training has gone on, about ten times per second.',
      detail: '{ steps: number; kl: number; deltaF: number }',
    },
    done: { doc: 'All steps of training are taken; at once if there are none.', detail: 'unknown' },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  methods: {
    'matchFreeEnergy(): Promise<void>': 'Adds the constant to the energy that makes ΔF = 0 for the present weights.',
    'train(steps?: number): void': 'Trains by so many more steps, 300 if nothing else is said.',
  },
  parts: {
    toolbar: 'buttons',
    control: 'a slider or a list with its label',
    presets: 'buttons of models worth a look',
    network: 'the drawing of the two layers',
    weights: 'the table of weights that can be edited',
    plot: 'a chart',
    statements: 'the three groups of statements',
    table: 'the table behind a chart',
    error: 'a sentence that says what is wrong',
  },
  bits: 'the weights and the constant of the RBM, in double precision',
} as const satisfies FigureSpec<typeof properties>;
