/**
 * PNG files of configurations and of receptive fields: no text and no frame, every site is a square of scale × scale
 * pixels.
 */

import { SpinData } from '../../ising/data/spinData.js';
import { type AnyRbm, Rbm } from '../../rbm/model/rbm.js';
import { Stack } from '../../rbm/stack/stack.js';
import { instanceOf, integer, knownOptions, positive, refuse } from '../../util/check.js';
import { spinColour } from '../frame/colour.js';
import { symmetricLimit } from '../frame/scale.js';
import { encodeImage, fieldImage, type Pixels } from './image.js';

/** Options of `picture`. */
export interface PictureOptions {
  /** Pixels along each side of a site. Default 8. */
  scale?: number;
}

/** Options of `receptiveFieldsPng`. */
export interface ReceptiveFieldsOptions extends PictureOptions {
  /** For a stack: the layer of the units, 1 for the lowest hidden layer. Default the highest. */
  layer?: number;
  /** For an RBM, required: [rows, columns] of its visible units. A stack has its own. */
  shape?: readonly [number, number];
  /** Fields side by side. Default such that the picture is about square. */
  columns?: number;
  /** Value of the ends of the colour scale. Default the 99.9th percentile of the absolute values, rounded up. */
  limit?: number;
}

const SCALE = 8;
const MAX_PIXELS = 2 ** 26;
const QUANTILE = 0.999;

/**
 * One configuration as a PNG of rows·scale by columns·scale pixels, row 0 at the top: dark for spin +1 (bit 1), light
 * for -1. A chain is one row of sites.
 * @param row number of the configuration, 0 to count - 1
 * @returns the bytes of the file
 * @throws TypeError if `data` is not SpinData or an argument of a wrong kind; RangeError for a row that does not exist,
 *   a scale that is not an integer >= 1, or a picture of more than 2^26 pixels
 */
export function picture(data: SpinData, row: number, options: PictureOptions = {}): Uint8Array {
  knownOptions('picture', options, ['scale']);
  instanceOf('data', data, SpinData, 'SpinData');
  integer('row', row, 0, data.count - 1);
  const scale = scaleOf(options, data.shape);
  return encodeImage(fieldImage(data.row(row), data.shape, scale, { colour: spinColour }));
}

/**
 * The receptive fields of hidden units as a PNG, in the order of the units, row by row, with a white line one site wide
 * between them: for an RBM the weights W_ij of unit j at site i, for a stack the effective fields r^l = W¹ ⋯ W^l
 * (`Stack.receptiveFields`). All on one scale: blue negative, pale zero, red positive, values beyond the ends in the
 * colour of the ends.
 * @returns the bytes of the file, (across·(columns + 1) - 1)·scale pixels wide and (down·(rows + 1) - 1)·scale high
 * @throws TypeError if `model` is neither Rbm nor Stack, or for an option of a wrong kind; RangeError for an option out
 *   of range, a `shape` that is not that of the visible units, an option that the model does not have, or a picture of
 *   more than 2^26 pixels
 */
export function receptiveFieldsPng(model: AnyRbm | Stack, options: ReceptiveFieldsOptions = {}): Uint8Array {
  knownOptions('receptiveFieldsPng', options, ['layer', 'shape', 'columns', 'limit', 'scale']);
  const { fields, shape } = fieldsOf(model, options);
  const [rows, columns] = shape;
  const sites = rows * columns;
  const units = fields.length / sites;
  const wide = options.columns ?? Math.ceil(Math.sqrt((units * rows) / columns));
  const across = Math.min(units, integer('columns', wide));
  const down = Math.ceil(units / across);
  const size = [down * (rows + 1) - 1, across * (columns + 1) - 1] as const;
  const scale = scaleOf(options, size);
  const { limit } = symmetricLimit('weights', fields, QUANTILE);
  const colours = { limit: positive('limit', options.limit ?? limit) };
  const [height, width] = [size[0] * scale, size[1] * scale];
  const image: Pixels = { width, height, data: new Uint8Array(4 * width * height).fill(255) };
  for (let unit = 0; unit < units; unit++) {
    const tile = fieldImage(fields.subarray(unit * sites, (unit + 1) * sites), shape, scale, colours);
    const left = (unit % across) * (columns + 1) * scale;
    const top = Math.floor(unit / across) * (rows + 1) * scale;
    for (let y = 0; y < tile.height; y++) {
      const line = tile.data.subarray(4 * y * tile.width, 4 * (y + 1) * tile.width);
      image.data.set(line, 4 * ((top + y) * width + left));
    }
  }
  return encodeImage(image);
}

/** [units, rows·columns], and the [rows, columns] of each. */
function fieldsOf(
  model: AnyRbm | Stack,
  { layer, shape }: ReceptiveFieldsOptions,
): { fields: Float32Array; shape: readonly [number, number] } {
  if (model instanceof Stack) {
    if (shape !== undefined) refuse('shape', 'nothing for a stack, which has its own', shape);
    return { fields: model.receptiveFields(layer ?? model.rbms.length), shape: model.shape };
  }
  if (!(model instanceof Rbm)) refuse('model', 'Rbm or Stack', model, 'type');
  if (layer !== undefined) refuse('layer', 'nothing for an RBM, which has one', layer);
  if (!Array.isArray(shape) || shape.length !== 2)
    refuse('shape', '[rows, columns] of the visible units', shape, 'type');
  const [rows, columns] = [integer('shape[0]', shape[0]), integer('shape[1]', shape[1])];
  if (rows * columns !== model.visible) refuse('shape', `[rows, columns] of ${model.visible} visible units`, shape);
  return { fields: model.mirror().weights, shape: [rows, columns] };
}

function scaleOf({ scale = SCALE }: PictureOptions, [rows, columns]: readonly [number, number]): number {
  integer('scale', scale);
  if (rows * columns * scale ** 2 > MAX_PIXELS) {
    refuse('scale', `picture of at most 2^26 pixels, ${rows}·scale by ${columns}·scale`, scale);
  }
  return scale;
}
