/** `<blockspin-spins>`, as data. */

import { choiceSpec, EVERY_FIGURE, type FigureSpec, numberSpec, type ValuesOf } from '../base/spec.js';
import { CRITICAL_TEMPERATURE } from '../parts/critical.js';

const properties = {
  size: numberSpec({
    default: 1024,
    min: 64,
    max: 4096,
    step: 32,
    integer: true,
    multipleOf: 32,
    doc: 'Spins per side of the periodic square lattice.',
    label: 'lattice',
  }),
  temperature: numberSpec({
    default: CRITICAL_TEMPERATURE,
    min: 0.5,
    max: 10,
    step: 0.01,
    unit: 'J/k',
    doc: 'Temperature T in units of J/k; the critical one is 2.2692. It may change while the lattice runs.',
    label: 'temperature',
  }),
  field: numberSpec({
    default: 0,
    min: -1,
    max: 1,
    step: 0.01,
    unit: 'J',
    doc: 'Magnetic field in units of J: H = -J Σ s s′ - field Σ s. It may change while the lattice runs.',
    label: 'field',
  }),
  method: choiceSpec({
    default: 'metropolis',
    choices: ['metropolis', 'heatBath', 'wolff'],
    names: { metropolis: 'Metropolis', heatBath: 'heat bath', wolff: 'Wolff clusters' },
    doc: 'How spins are updated: one by one, or by clusters of equal spins that are flipped as a whole, without a field only. As many clusters as flip about all spins count as a sweep.',
    label: 'update',
  }),
  start: choiceSpec({
    default: 'grown',
    choices: ['grown', 'random', 'up', 'file'],
    names: { grown: 'equilibrium, grown', random: 'disorder (T = ∞)', up: 'all up (T = 0)', file: 'your own file' },
    doc: 'Spins at the beginning: a lattice in equilibrium at this temperature, grown from a small one by doubling; independent coin tosses; all up; or the first configuration of a file that the reader gives.',
    label: 'begin with',
  }),
  ...EVERY_FIGURE,
} as const;

export type SpinsValues = ValuesOf<typeof properties>;

export const SPINS = {
  tag: 'blockspin-spins',
  className: 'SpinsElement',
  summary:
    'A live Ising model on a periodic square lattice, with energy and magnetisation on the exact curves and error bars that know the autocorrelation.',
  properties,
  events: {
    sample: {
      doc: 'About ten times per second while it runs.',
      detail: '{ sweeps: number; energy: number; magnetisation: number }',
    },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  methods: {
    'configuration(): Promise<{ shape: [number, number]; bytes: Uint8Array }>':
      'The present spins, one bit each: the first arguments of new SpinData(1, shape, bytes, …).',
    'load(file: File): Promise<void>':
      'Begins with the first configuration of a file (npz, npy, IDX): a square lattice whose side is a multiple of 32.',
  },
  parts: {
    toolbar: 'buttons',
    control: 'a slider or a list with its label',
    lattice: 'the canvas of spins',
    plot: 'a chart',
    table: 'the table behind a chart',
    error: 'a sentence that says what is wrong',
  },
  bits: 'the spins, a bit each, row by row',
} as const satisfies FigureSpec<typeof properties>;
