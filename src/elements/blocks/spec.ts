/** `<blockspin-blocks>`, as data. */

import { choiceSpec, EVERY_FIGURE, type FigureSpec, numberSpec, type ValuesOf } from '../base/spec.js';

const properties = {
  size: numberSpec({
    default: 1024,
    min: 256,
    max: 4096,
    step: 256,
    integer: true,
    multipleOf: 256,
    doc: 'Spins per side of each of the three lattices.',
    label: 'lattice',
  }),
  distance: numberSpec({
    default: 2,
    min: 0.5,
    max: 20,
    step: 0.5,
    unit: '%',
    doc: 'How far the first and the last lattice are below and above the critical temperature, in percent of it.',
    label: 'distance from T_c',
  }),
  rule: choiceSpec({
    default: 'majority',
    choices: ['majority', 'decimation', 'soft'],
    names: {
      majority: 'majority of the block',
      decimation: 'keep one spin of the block',
      soft: 'soft vote (Kadanoff)',
    },
    doc: 'How a block of 2 × 2 spins becomes one: its majority (ties by a coin), its first spin, or ±1 with probability ∝ exp(±w Σ s).',
    label: 'rule',
  }),
  weight: numberSpec({
    default: 0.8,
    min: 0.1,
    max: 3,
    step: 0.05,
    doc: 'Weight w of the soft vote.',
    label: 'weight w',
  }),
  ...EVERY_FIGURE,
} as const;

export type BlocksValues = ValuesOf<typeof properties>;

/** Block-spin steps that are shown. */
export const STEPS = 4;
/** Spins per side of each picture. */
export const WINDOW = 64;
/** The three lattices, coldest first. */
export const LATTICES = ['below', 'at', 'above'] as const;
export type LatticeName = (typeof LATTICES)[number];

export const BLOCKS = {
  tag: 'blockspin-blocks',
  className: 'BlocksElement',
  summary:
    'Three live lattices, below, at and above the critical temperature, and the block spins of each after one to four steps, with the coupling that each seems to have.',
  properties,
  events: {
    sample: {
      doc: 'About ten times per second while it runs; apparent couplings by lattice and number of steps.',
      detail: '{ sweeps: number; couplings: Record<string, number[]> }',
    },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  parts: {
    toolbar: 'buttons',
    control: 'a slider or a list with its label',
    plot: 'the chart of couplings',
    table: 'the table behind the chart',
    error: 'a sentence that says what is wrong',
  },
  bits: 'the spins and block spins of the three lattices, a bit each, row by row',
} as const satisfies FigureSpec<typeof properties>;

/** Name of a picture: its lattice and the number of steps. */
export const pictureName = (lattice: LatticeName, step: number): string => `${lattice}-${step}`;
