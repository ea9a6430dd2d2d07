/** `<blockspin-quiz>`, as data. */

import { EVERY_FIGURE, type FigureSpec, numberSpec, type ValuesOf } from '../base/spec.js';

const properties = {
  distance: numberSpec({
    default: 4,
    min: 1,
    max: 20,
    step: 0.5,
    unit: '%',
    doc: 'How far from the critical temperature the lattices are that are not critical, in percent of it.',
    label: 'distance from T_c',
  }),
  steps: numberSpec({
    default: 2,
    min: 1,
    max: 3,
    step: 1,
    integer: true,
    doc: 'Block-spin steps by the majority rule of the picture that is made smaller.',
    label: 'block-spin steps',
  }),
  ...EVERY_FIGURE,
} as const;

export type QuizValues = ValuesOf<typeof properties>;

/** Spins per side of each picture. */
export const QUIZ_WINDOW = 96;

export const QUIZ = {
  tag: 'blockspin-quiz',
  className: 'QuizElement',
  summary:
    'Two pictures, one of spins and one of block spins: which is which? At the critical temperature nobody can tell for long.',
  properties,
  events: {
    answer: {
      doc: 'The reader has chosen.',
      detail: "{ right: boolean; temperature: 'below' | 'at' | 'above' }",
    },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  parts: {
    control: 'a slider with its label',
    left: 'the first picture',
    right: 'the second picture',
    error: 'a sentence that says what is wrong',
  },
  bits: 'the spins and block spins of this question, a bit each, row by row',
} as const satisfies FigureSpec<typeof properties>;
