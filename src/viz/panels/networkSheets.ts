/**
 * Panel A: the network as a stack of sheets, one cell per unit, with two interpretations: block spins on the left,
 * layers of hidden units on the right.
 */

import { integer, knownOptions, lengthOf, positiveIntegers, refuse } from '../../util/check.js';
import { type Colour, hex, NEGATIVE, SPIN_DOWN, SPIN_UP, spinColour } from '../frame/colour.js';
import { type Figure, figure, MARGIN } from '../frame/figure.js';
import { coordinate, element, polygon, strokes } from '../frame/markup.js';
import { formatNumber, HAIRLINE, SOFT_INK, superscript, textLine, textWidth } from '../frame/text.js';
import { fieldImage, imageElement } from './image.js';

/** Options of `architecturePanel`. */
export interface ArchitectureOptions {
  /** the lattice of visible spins, [rows, columns] */
  shape: [number, number];
  /** units per layer, visible first, such as [1600, 400, 100, 25] */
  layers: number[];
  /** a configuration to draw on the lowest sheet, [rows, columns] row-major, 0 or 1 */
  spins?: Uint8Array;
  name?: string;
  title?: string;
  caption?: string;
}

/** Arrangement of the units of a layer on the lattice. */
export interface Grid {
  rows: number;
  columns: number;
  /** block of spins per unit, [rows, columns]; undefined if the units do not tile the lattice by equal rectangles */
  block?: [number, number];
}

/**
 * The arrangement of `units` over a lattice: equal blocks as close to square as possible, or, if there are no equal
 * blocks, a grid whose last row may be short.
 */
export function gridOf(units: number, [rows, columns]: readonly [number, number]): Grid {
  let best: Grid | undefined;
  let bestElongation = Number.POSITIVE_INFINITY;
  for (let r = 1; r <= Math.min(units, rows); r++) {
    const c = units / r;
    if (rows % r !== 0 || !Number.isInteger(c) || columns % c !== 0) continue;
    const block: [number, number] = [rows / r, columns / c];
    const elongation = Math.max(block[0] / block[1], block[1] / block[0]);
    if (elongation < bestElongation) {
      best = { rows: r, columns: c, block };
      bestElongation = elongation;
    }
  }
  if (best !== undefined) return best;
  const c = Math.max(1, Math.min(units, Math.round(Math.sqrt((units * columns) / rows))));
  return { rows: Math.ceil(units / c), columns: c };
}

/** A sheet in the drawing: (u, v) in [0, 1]², u to the right, v towards the reader. */
interface Sheet extends Grid {
  units: number;
  width: number;
  depth: number;
  top: number;
  centre: number;
}

/** Sideways shift of the far edge, as a fraction of the sheet's width. */
const SHEAR = 0.3;
const FORESHORTENING = 0.37;
const WIDTH = 820;
const CENTRE = WIDTH / 2;

function place(sheet: Sheet, u: number, v: number): [number, number] {
  return [sheet.centre + sheet.width * (u - 0.5 - SHEAR * (v - 0.5)), sheet.top + sheet.depth * v];
}

/** Corners of the cells from (row, column) on. */
function cells(sheet: Sheet, row: number, column: number, rows: number, columns: number): [number, number][] {
  const u = [column / sheet.columns, (column + columns) / sheet.columns];
  const v = [row / sheet.rows, (row + rows) / sheet.rows];
  return [place(sheet, u[0], v[0]), place(sheet, u[1], v[0]), place(sheet, u[1], v[1]), place(sheet, u[0], v[1])];
}

/** Outline of the units, with a step where the last row is short. */
function outline(sheet: Sheet): [number, number][] {
  const last = sheet.units - (sheet.rows - 1) * sheet.columns;
  const v = (sheet.rows - 1) / sheet.rows;
  const u = last / sheet.columns;
  if (u === 1) return cells(sheet, 0, 0, sheet.rows, sheet.columns);
  return [
    place(sheet, 0, 0),
    place(sheet, 1, 0),
    place(sheet, 1, v),
    place(sheet, u, v),
    place(sheet, u, 1),
    place(sheet, 0, 1),
  ];
}

/** Lines between the units; none if they would be closer than two pixels. */
function grid(sheet: Sheet): string {
  const last = sheet.units - (sheet.rows - 1) * sheet.columns;
  const segments: [number, number, number, number][] = [];
  if (sheet.width / sheet.columns >= 2) {
    for (let c = 1; c < sheet.columns; c++) {
      const foot = c <= last ? 1 : (sheet.rows - 1) / sheet.rows;
      segments.push([...place(sheet, c / sheet.columns, 0), ...place(sheet, c / sheet.columns, foot)]);
    }
  }
  if (sheet.depth / sheet.rows >= 2) {
    for (let r = 1; r < sheet.rows; r++) {
      segments.push([...place(sheet, 0, r / sheet.rows), ...place(sheet, 1, r / sheet.rows)]);
    }
  }
  return strokes(segments);
}

/** The configuration on the sheet. */
function spinsOn(sheet: Sheet, spins: Uint8Array): string {
  const scale = Math.max(1, Math.round(480 / sheet.columns));
  const pixels = fieldImage(spins, [sheet.rows, sheet.columns], scale, { colour: (spin): Colour => spinColour(spin) });
  const [x, y] = place(sheet, 0, 0);
  const matrix = [sheet.width, 0, -SHEAR * sheet.width, sheet.depth, x, y].map(coordinate).join(' ');
  return element('g', { transform: `matrix(${matrix})` }, imageElement(pixels, 0, 0, 1, 1));
}

/**
 * How two neighbouring layers are related when every unit of the upper covers an equal block of the lower: [rows,
 * columns] of that block.
 */
function blockBetween(lower: Grid, upper: Grid): [number, number] | undefined {
  if (lower.block === undefined || upper.block === undefined) return undefined;
  const rows = lower.rows / upper.rows;
  const columns = lower.columns / upper.columns;
  return Number.isInteger(rows) && Number.isInteger(columns) && rows * columns > 1 ? [rows, columns] : undefined;
}

const times = ([rows, columns]: readonly [number, number]) => `${rows} × ${columns}`;

/**
 * The architecture of a stack of RBMs. The sheets become smaller upwards; every unit is connected to every unit of the
 * next layer. If the unit counts allow blocks of equal size, one unit of the top and the block under it are marked on
 * every sheet.
 * @throws RangeError if layers[0] is not rows·columns, if there are fewer than two layers, or if `spins` does not fit
 */
export function architecturePanel(options: ArchitectureOptions): Figure {
  knownOptions('architecturePanel', options, ['shape', 'layers', 'spins', 'name', 'title', 'caption']);
  const [rows, columns] = [integer('shape[0]', options.shape[0]), integer('shape[1]', options.shape[1])];
  const shape: [number, number] = [rows, columns];
  const layers = positiveIntegers('layers', options.layers);
  if (layers.length < 2) refuse('layers', 'at least two layers', layers);
  if (layers[0] !== rows * columns)
    refuse('layers[0]', `${rows}·${columns} = ${rows * columns} visible units`, layers[0]);
  if (options.spins) {
    lengthOf('spins', options.spins, rows * columns);
    options.spins.forEach((spin, k) => {
      if (spin > 1) refuse(`spins[${k}]`, '0 or 1', spin);
    });
  }

  const depth = layers.length;
  const gap = 52;
  const largest = 232;
  const grids = layers.map((units, l): Grid => (l === 0 ? { rows, columns, block: [1, 1] } : gridOf(units, shape)));
  // The aspect ratio of the lattice is bounded, so that a chain is a strip and not a line.
  const aspect = Math.max(0.25, Math.min(1.5, rows / columns));
  const sheets: Sheet[] = [];
  let top = 46;
  for (let l = depth - 1; l >= 0; l--) {
    const width = largest * Math.min(1, Math.max(0.34, (layers[l] / layers[0]) ** 0.17));
    const sheetDepth = width * FORESHORTENING * aspect;
    sheets[l] = { ...grids[l], units: layers[l], width, depth: sheetDepth, top, centre: CENTRE };
    top += sheetDepth + gap;
  }
  const foot = top - gap;

  const left: string[] = [];
  const right: string[] = [];
  const drawn: string[] = [];
  const edge = WIDTH - MARGIN;

  for (const [x, anchor, words] of [
    [MARGIN, 'start', 'Renormalization group'],
    [edge, 'end', 'Deep belief network'],
  ] as const) {
    left.push(textLine(x, 12, words, { size: 13, bold: true, fill: hex(NEGATIVE), anchor }));
  }

  // The marked block: one top unit near the middle, and the units under it.
  const blocks = sheets.slice(1).map((sheet, l) => blockBetween(sheets[l], sheet));
  const marks: ([row: number, column: number, rows: number, columns: number] | undefined)[] = sheets.map(
    () => undefined,
  );
  const crown = sheets[depth - 1];
  if (blocks[depth - 2] !== undefined) {
    marks[depth - 1] = [Math.floor(crown.rows / 2), Math.floor(crown.columns / 2), 1, 1];
    for (let l = depth - 2; l >= 0; l--) {
      const above = marks[l + 1];
      const block = blocks[l];
      if (above === undefined || block === undefined) break;
      marks[l] = [above[0] * block[0], above[1] * block[1], above[2] * block[0], above[3] * block[1]];
    }
  }

  const accent = hex(NEGATIVE);
  for (let l = 0; l < depth; l++) {
    const sheet = sheets[l];
    const corners = outline(sheet);
    drawn.push(element('path', { class: 'sheet', d: polygon(corners), fill: l === 0 ? hex(SPIN_DOWN) : '#f4f6f8' }));
    if (l === 0 && options.spins) drawn.push(spinsOn(sheet, options.spins));
    else {
      const d = grid(sheet);
      const thin = sheet.width / sheet.columns < 5 ? 0.4 : 0.7;
      if (d !== '') drawn.push(element('path', { d, fill: 'none', stroke: '#b6bec8', 'stroke-width': thin }));
    }
    drawn.push(element('path', { d: polygon(corners), fill: 'none', stroke: hex(SPIN_UP), 'stroke-width': 0.9 }));
    const mark = marks[l];
    if (mark !== undefined) {
      const base = cells(sheet, ...mark);
      const upper = marks[l + 1];
      if (upper !== undefined) {
        const crownCells = cells(sheets[l + 1], ...upper);
        // Only the part of the prism between the sheets is filled: its near face and its right face are enough to show
        // the solid.
        drawn.push(
          element('path', {
            class: 'block',
            d: `${polygon([base[3], base[2], crownCells[2], crownCells[3]])}${polygon([base[2], base[1], crownCells[1], crownCells[2]])}`,
            fill: accent,
            'fill-opacity': 0.1,
          }),
          element('path', {
            d: strokes(base.map((corner, k) => [...corner, ...crownCells[k]])),
            fill: 'none',
            stroke: accent,
            'stroke-width': 0.9,
            'stroke-opacity': 0.55,
          }),
        );
      }
      drawn.push(
        element('path', {
          d: polygon(base),
          fill: accent,
          'fill-opacity': l === depth - 1 ? 0.85 : l === 0 ? 0.42 : 0.35,
          stroke: accent,
          'stroke-width': 1.4,
        }),
      );
    }
  }

  const leader: [number, number, number, number][] = [];
  for (let l = 0; l < depth; l++) {
    const sheet = sheets[l];
    const middle = sheet.top + sheet.depth / 2;
    const half = sheet.width / 2;
    const perUnit = layers[0] / layers[l];
    const leftHead =
      l === 0
        ? `${times(shape)} spins`
        : sheet.block
          ? `${times([sheet.rows, sheet.columns])} block spins`
          : `${layers[l]} coarse variables`;
    const leftNote =
      l === 0
        ? 'one per lattice site'
        : sheet.block
          ? `one per ${times(sheet.block)} = ${perUnit} spins`
          : `one per ${formatNumber(perUnit, 3)} spins`;
    left.push(
      textLine(MARGIN, middle - 3, leftHead, { size: 13, bold: true }),
      textLine(MARGIN, middle + 14, leftNote, { fill: SOFT_INK }),
    );
    const rightHead = l === 0 ? `v · ${layers[0]} visible units` : `h${superscript(l)} · ${layers[l]} hidden units`;
    const rightNote = l === 0 ? 'binary, one per spin' : `r${superscript(l)}: one field per unit`;
    right.push(
      textLine(edge, middle - 3, rightHead, { size: 13, bold: true, anchor: 'end' }),
      textLine(edge, middle + 14, rightNote, { fill: SOFT_INK, anchor: 'end' }),
    );
    const reach = (head: string, note: string) => Math.max(textWidth(head, 13, true), textWidth(note, 12)) + 14;
    leader.push(
      [MARGIN + reach(leftHead, leftNote), middle, CENTRE - half - 12, middle],
      [CENTRE + half + 12, middle, edge - reach(rightHead, rightNote), middle],
    );
    if (l === depth - 1) continue;
    // Between two sheets: the step up, in both interpretations.
    const between = (sheet.top + sheets[l + 1].top + sheets[l + 1].depth) / 2 + 4;
    const block = blocks[l];
    const ratio = layers[l] / layers[l + 1];
    const step = block ? `↑ blocks of ${times(block)}` : `↑ ${formatNumber(ratio, 3)} to one`;
    left.push(textLine(MARGIN, between, step, { size: 11, fill: accent }));
    right.push(
      textLine(edge, between, `W${superscript(l + 1)} · ${times([layers[l], layers[l + 1]])} weights ↑`, {
        size: 11,
        fill: accent,
        anchor: 'end',
      }),
    );
  }

  const name = options.name ?? 'panel-a';
  const marked = marks[0] !== undefined;
  const caption = [
    options.caption,
    `The stack ${layers.join('-')} read in two ways. Left, as a renormalization group: each layer holds fewer variables, and each variable of the top stands for ${formatNumber(layers[0] / layers[depth - 1], 3)} spins.${marked ? ' One top variable and the block of equal share under it are marked in blue.' : ''} Right, as a deep belief network: a restricted Boltzmann machine for every pair of layers, each unit joined to all units of the next; the network is not told which spins are neighbours, so blocks are what training may or may not find.`,
  ]
    .filter((part) => part)
    .join(' ');
  return figure(
    { name, title: options.title ?? 'One stack, two readings', caption },
    {
      width: WIDTH,
      height: foot + 36,
      body: [
        element('path', { d: strokes(leader), stroke: HAIRLINE, 'stroke-width': 1 }),
        element('g', { class: 'stack' }, ...drawn),
        element('g', { class: 'reading' }, ...left),
        element('g', { class: 'reading' }, ...right),
      ].join(''),
    },
  );
}
