/** `<blockspin-zoom>`, as data. */

import { choiceSpec, EVERY_FIGURE, type FigureSpec, flagSpec, numberSpec, type ValuesOf } from '../base/spec.js';
import { CRITICAL_TEMPERATURE } from '../parts/critical.js';

const properties = {
  size: numberSpec({
    default: 4096,
    min: 256,
    max: 16_384,
    step: 256,
    integer: true,
    multipleOf: 256,
    doc: 'Spins per side of the lattice. 8192 takes 12 MB and some seconds to grow, 16384 four times that.',
    label: 'lattice',
  }),
  temperature: numberSpec({
    default: CRITICAL_TEMPERATURE,
    min: 1.5,
    max: 4,
    step: 0.01,
    unit: 'J/k',
    doc: 'Temperature in units of J/k at which the lattice is grown and moves.',
    label: 'temperature',
  }),
  rule: choiceSpec({
    default: 'majority',
    choices: ['majority', 'decimation'],
    names: { majority: 'majority of 2 × 2', decimation: 'first spin of 2 × 2' },
    doc: 'How 2 × 2 spins become one at each level; ties are broken by a coin that belongs to level and block.',
    label: 'rule',
  }),
  zoom: numberSpec({
    default: 0,
    min: 0,
    max: 10,
    step: 0.01,
    doc: 'Magnification as a power of two: at 0 the whole lattice is seen, at 1 a quarter of it.',
    label: 'zoom',
  }),
  x: numberSpec({
    default: 0.5,
    min: 0,
    max: 1,
    step: 0.001,
    doc: 'Middle of the view, in sides of the lattice from the left.',
  }),
  y: numberSpec({
    default: 0.5,
    min: 0,
    max: 1,
    step: 0.001,
    doc: 'Middle of the view, in sides of the lattice from above.',
  }),
  still: flagSpec({
    default: false,
    doc: 'Whether the spins stand still once the lattice is grown.',
    label: 'spins stand still',
  }),
  ...EVERY_FIGURE,
} as const;

export type ZoomValues = ValuesOf<typeof properties>;

export const ZOOM = {
  tag: 'blockspin-zoom',
  className: 'ZoomElement',
  summary:
    'A window into a large lattice in equilibrium: zooming out shows its block spins, level by level, and moving the window shows that there is more of the same.',
  properties,
  events: {
    grown: { doc: 'The lattice has its full size.', detail: '{ size: number }' },
    change: { doc: 'A property was changed, by the reader or by the page.', detail: 'Record<string, unknown>' },
  },
  methods: { 'film(): void': 'Zooms out from the smallest scale to the whole lattice, or ends that.' },
  parts: {
    toolbar: 'buttons',
    control: 'a slider or a list with its label',
    view: 'the canvas',
    error: 'a sentence that says what is wrong',
  },
  bits: 'the spins and the block spins of all levels, a bit each, row by row',
} as const satisfies FigureSpec<typeof properties>;
