/**
 * Panel D: a tree of receptive fields. The chosen top unit, the units of the layer below with the largest weights to
 * it, the same for one of these, down to the first layer.
 */

import { finite, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { hex, NEGATIVE, POSITIVE } from '../frame/colour.js';
import { type Figure, figure, figureName, MARGIN } from '../frame/figure.js';
import { coordinate, element, escapeText } from '../frame/markup.js';
import { COLOUR_BAR_HEIGHT, colourBar, type Limit, symmetricLimit } from '../frame/scale.js';
import { formatNumber, HAIRLINE, INK, SOFT_INK, textLine } from '../frame/text.js';
import { fieldImage, imageElement } from './image.js';

/** A unit of the layer below. */
export interface GrowthInput {
  /** index of the unit in its layer, from 0 */
  unit: number;
  /** weight from this unit to the unit above it */
  weight: number;
  field: Float32Array;
}

/** One level of the tree. */
export interface GrowthLayer {
  unit: number;
  field: Float32Array;
  /**
   * the strongest units of the layer below, strongest first; may be empty for a unit of the first layer, since its
   * inputs are spins
   */
  inputs: GrowthInput[];
}

/** Options of `growthPanel`. */
export interface GrowthOptions {
  /** [rows, columns] */
  shape: [number, number];
  /** the chosen top unit first; every later entry is one of the inputs of the entry before it */
  layers: GrowthLayer[];
  name?: string;
  title?: string;
  caption?: string;
}

interface Tile {
  unit: number;
  field: Float32Array;
  weight?: number;
}

/** A row of the drawing: the units of one layer. */
interface Level {
  layer: number;
  tiles: Tile[];
  /** index of the tile whose inputs are the next level */
  followed?: number;
  limit: Limit;
}

const WIDTH = 800;
const LABELS = 112;

function checkedLevels(options: GrowthOptions): Level[] {
  const sites = integer('shape[0]', options.shape[0]) * integer('shape[1]', options.shape[1]);
  const { layers } = options;
  if (!Array.isArray(layers) || layers.length === 0) refuse('layers', 'at least one layer', layers);
  const rows: { tiles: Tile[]; followed?: number }[] = [];
  const check = (name: string, tile: Tile) => {
    integer(`${name}.unit`, tile.unit, 0);
    lengthOf(`${name}.field`, tile.field, sites);
  };
  layers.forEach((layer, k) => {
    check(`layers[${k}]`, layer);
    if (k === 0) rows.push({ tiles: [{ unit: layer.unit, field: layer.field }] });
    const above = rows[rows.length - 1];
    const followed = above.tiles.findIndex((tile) => tile.unit === layer.unit);
    if (followed < 0) refuse(`layers[${k}].unit`, `one of the inputs of layers[${k - 1}]`, layer.unit);
    if (!layer.field.every((value, i) => Object.is(value, above.tiles[followed].field[i]))) {
      refuse(`layers[${k}].field`, `the field of the same unit in layers[${k - 1}].inputs`, 'another');
    }
    if (layer.inputs.length === 0) {
      if (k < layers.length - 1 || k === 0) refuse(`layers[${k}].inputs`, 'at least one unit', layer.inputs);
      return;
    }
    if (layer.inputs.length > 8) refuse(`layers[${k}].inputs`, 'at most 8 units', layer.inputs.length);
    layer.inputs.forEach((input, i) => {
      check(`layers[${k}].inputs[${i}]`, input);
      finite(`layers[${k}].inputs[${i}].weight`, input.weight);
    });
    above.followed = followed;
    rows.push({ tiles: layer.inputs });
  });
  return rows.map(({ tiles, followed }, k) => {
    const name = k === 0 ? 'layers[0].field' : `layers[${k - 1}].inputs.field`;
    const all = new Float32Array(tiles.length * sites);
    for (let i = 0; i < tiles.length; i++) all.set(tiles[i].field, i * sites);
    return { layer: rows.length - k, tiles, followed, limit: symmetricLimit(name, all, 1) };
  });
}

/**
 * A signed weight with the decimals of the largest weight of its layer, so that the numbers of a row are comparable.
 */
function weightText(weight: number, heaviest: number): string {
  const decimals = (heaviest < 1 ? 1 : 2) - Math.floor(Math.log10(heaviest));
  if (heaviest === 0 || decimals > 5 || decimals < -3) return formatNumber(weight, 2, true);
  const size = Math.abs(weight).toFixed(Math.max(0, decimals));
  return Number(size) === 0 ? size : `${weight < 0 ? '−' : '+'}${size}`;
}

/**
 * A tree from the top unit down. The colour of a line is the sign of a weight, its width the size; the unit whose
 * inputs are shown below is framed. Every layer has its own symmetric scale, since fields grow along the stack.
 * @throws RangeError for no layers, fields that do not fit the shape, values or weights that are not finite, or an
 *   entry that is not an input of the one before
 */
export function growthPanel(options: GrowthOptions): Figure {
  knownOptions('growthPanel', options, ['shape', 'layers', 'name', 'title', 'caption']);
  const name = figureName(options.name ?? 'panel-d');
  const [rows, columns] = options.shape;
  const levels = checkedLevels(options);
  const most = Math.max(...levels.map((level) => level.tiles.length));
  const gap = 20;
  const room = WIDTH - 2 * MARGIN - LABELS;
  // One size for all fields; a multiple of half a pixel per site, so that all sites are equal squares.
  const fit = Math.min(120 / Math.max(rows, columns), (room - (most - 1) * gap) / most / columns);
  const site = Math.max(0.5, Math.floor(fit * 2) / 2);
  const tile = { width: columns * site, height: rows * site };
  const pixels = Math.max(1, Math.ceil(2 * site));
  const pitch = tile.height + 96;
  const centre = MARGIN + LABELS + room / 2;
  // Narrow tiles still leave room for the words above and below them.
  const stride = Math.max(tile.width + gap, 78);
  const left = (level: Level, k: number) => centre + (k - (level.tiles.length - 1) / 2) * stride - tile.width / 2;

  const wires: string[] = [];
  const drawn: string[] = [];
  const frames: string[] = [];
  levels.forEach((level, row) => {
    const y = row * pitch;
    drawn.push(
      textLine(MARGIN, y + tile.height / 2 - 3, `Layer ${level.layer}`, { size: 13, bold: true }),
      textLine(MARGIN, y + tile.height / 2 + 14, `scale ±${formatNumber(level.limit.limit, 3)}`, { fill: SOFT_INK }),
    );
    const above = levels[row - 1];
    const heaviest = Math.max(...level.tiles.map((each) => Math.abs(each.weight ?? 0)));
    level.tiles.forEach((each, k) => {
      const x = left(level, k);
      const middle = x + tile.width / 2;
      const weight = each.weight;
      const about =
        weight === undefined ? `unit ${each.unit}` : `unit ${each.unit}, weight ${formatNumber(weight, 3, true)}`;
      drawn.push(
        element(
          'g',
          { class: 'field' },
          element('title', {}, escapeText(`layer ${level.layer}, ${about}`)),
          imageElement(
            fieldImage(each.field, [rows, columns], pixels, { limit: level.limit.limit }),
            x,
            y,
            tile.width,
            tile.height,
          ),
        ),
        textLine(middle, y + tile.height + 16, `unit ${each.unit}`, { size: 11, fill: SOFT_INK, anchor: 'middle' }),
      );
      frames.push(
        element('rect', {
          x,
          y,
          width: tile.width,
          height: tile.height,
          fill: 'none',
          stroke: k === level.followed ? INK : HAIRLINE,
          'stroke-width': k === level.followed ? 1.5 : 0.75,
        }),
      );
      if (weight === undefined || above === undefined) return;
      const colour = weight === 0 ? SOFT_INK : hex(weight < 0 ? NEGATIVE : POSITIVE);
      const from = left(above, above.followed as number) + tile.width / 2;
      const start = y - pitch + tile.height + 24;
      const end = y - 22;
      const bend = (start + end) / 2;
      wires.push(
        element('path', {
          class: 'wire',
          d: `M${coordinate(from)} ${coordinate(start)}C${coordinate(from)} ${coordinate(bend)} ${coordinate(middle)} ${coordinate(bend)} ${coordinate(middle)} ${coordinate(end)}`,
          fill: 'none',
          stroke: colour,
          'stroke-opacity': 0.75,
          'stroke-width': heaviest === 0 ? 0.6 : 0.6 + 3 * (Math.abs(weight) / heaviest),
          'stroke-linecap': 'round',
        }),
        textLine(middle, y - 7, weightText(weight, heaviest), {
          size: 11,
          bold: true,
          fill: colour,
          anchor: 'middle',
        }),
      );
    });
  });

  const foot = levels.length * pitch - 96 + 22;
  const bar = { x: Math.min(...levels.map((level) => left(level, 0))), y: foot + 28, width: 240 };
  const limits = levels.map((level) => `±${formatNumber(level.limit.limit, 3)} in layer ${level.layer}`);
  const caption = [
    options.caption,
    `A unit of layer ${levels[0].layer} and, under it, the units of the layer below with the largest |weight| to it; the framed one is taken apart in turn. Numbers and line widths give the weight of each unit in the one above, red positive and blue negative. Every layer has its own scale, ending at the largest |r| of the fields shown, rounded up: ${limits.join(', ')}.`,
  ]
    .filter((part) => part)
    .join(' ');
  return figure(
    { name, title: options.title ?? 'A block spin growing along the layers', caption },
    {
      width: WIDTH,
      height: bar.y + COLOUR_BAR_HEIGHT + 20,
      body: [
        element('g', { class: 'wires' }, ...wires),
        ...drawn,
        ...frames,
        colourBar({
          id: `${name}-scale`,
          ...bar,
          label: 'receptive field r, each layer on its own scale',
          ticks: ['− limit', '', '0', '', '+ limit'],
        }),
      ].join(''),
    },
  );
}
