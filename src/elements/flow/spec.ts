/** `<blockspin-flow>`, as data. */

import { criticalCoupling } from '../../exact/index.js';
import { choiceSpec, EVERY_FIGURE, type FigureSpec, numberSpec, type ValuesOf } from '../base/spec.js';
import { ROW_IDS } from './rows.js';

const METHODS = ['trg', 'weighted', 'hotrg', 'loop'] as const;
export type TensorMethod = (typeof METHODS)[number];
export const METHOD_NAMES: Readonly<Record<TensorMethod, string>> = {
  trg: 'TRG',
  weighted: 'bond-weighted TRG',
  hotrg: 'HOTRG',
  loop: 'loop-TNR',
};

const bondSpec = (name: string, usual: number, label: string) =>
  numberSpec({
    default: usual,
    min: 2,
    max: 32,
    step: 1,
    integer: true,
    doc: `χ of the ${name} tensor method: how many singular values a bond keeps. Time grows as χ⁶.`,
    label,
  });

const properties = {
  view: choiceSpec({
    default: 'table',
    choices: ['table', 'flow', 'couplings', 'spectrum'],
    doc: 'What it shows: the table of all methods, exponents of blocking rules flowing step by step, couplings of block spins and of trained layers step by step, or scaling dimensions of tensors.',
    label: 'view',
  }),
  row: choiceSpec({
    default: 'layer',
    choices: ROW_IDS,
    doc: 'The row of the table that is rerun.',
    label: 'row',
  }),
  sort: choiceSpec({
    default: 'kind',
    choices: ['kind', 'coupling', 'thermal', 'magnetic', 'time'],
    names: { kind: 'kind', coupling: 'error of K_c', thermal: 'error of y_T', magnetic: 'error of y_h', time: 'time' },
    doc: 'How the rows of the table are sorted: by kind, by the distance of K_c, y_T or y_h from the exact value, or by time.',
    label: 'sort by',
  }),
  size: numberSpec({
    default: 64,
    min: 32,
    max: 256,
    step: 32,
    integer: true,
    multipleOf: 32,
    doc: 'Spins per side of the lattices on which blocking rules are measured.',
    label: 'lattice',
  }),
  samples: numberSpec({
    default: 25_600,
    min: 1280,
    max: 10_000_000,
    step: 1280,
    integer: true,
    multipleOf: 1280,
    doc: 'Configurations after which a rerun ends.',
    label: 'until',
  }),
  coupling: numberSpec({
    default: criticalCoupling,
    min: 0.3,
    max: 0.6,
    step: 0.001,
    doc: 'Coupling K of the tensors, and of the spins whose block spins are fitted; critical at 0.4407.',
    label: 'coupling K',
  }),
  method: choiceSpec({
    default: 'trg',
    choices: METHODS,
    names: METHOD_NAMES,
    doc: 'The first tensor method.',
    label: 'method',
  }),
  bond: bondSpec('first', 16, 'χ'),
  other: choiceSpec({
    default: 'loop',
    choices: METHODS,
    names: METHOD_NAMES,
    doc: 'The second tensor method.',
    label: 'beside it',
  }),
  otherBond: bondSpec('second', 8, 'χ'),
  steps: numberSpec({
    default: 24,
    min: 4,
    max: 60,
    step: 1,
    integer: true,
    doc: 'Steps of the tensors; each doubles the number of sites per tensor.',
    label: 'steps',
  }),
  ...EVERY_FIGURE,
} as const;

export type FlowValues = ValuesOf<typeof properties>;

export const FLOW = {
  tag: 'blockspin-flow',
  className: 'FlowElement',
  summary:
    'Critical exponents of the Ising model by block spins, by trained layers and their nulls, by classical schemes and by tensors: a table of which every row can be rerun, their flow step by step, the couplings of block spins, or the scaling dimensions of tensors.',
  properties,
  events: {
    sample: {
      doc: 'Whenever new numbers are there; exponents by step, or the last step of each tensor method.',
      detail: 'Record<string, unknown>',
    },
    done: { doc: 'The run has come to its end, with its last report.', detail: 'Record<string, unknown>' },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  parts: {
    toolbar: 'buttons',
    control: 'a slider or a list with its label',
    methods: 'the table of methods',
    filter: 'the weights of a layer',
    plot: 'a chart',
    table: 'the table behind the charts',
    error: 'a sentence that says what is wrong',
  },
} as const satisfies FigureSpec<typeof properties>;
