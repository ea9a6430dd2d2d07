/** Where the units of a layer are: at the centres of their receptive fields on the torus of the data. */

import type { Stack } from '../rbm/stack/stack.js';
import { type Locality, locality } from './locality.js';

/** The places of the units of a layer. */
export interface UnitPlaces {
  /** Sides of the torus. */
  shape: readonly [rows: number, columns: number];
  /** √(sites/units): the distance of neighbours for units on a square lattice, in lattice spacings. */
  spacing: number;
  /** [row, column] of the centre of each receptive field, in lattice spacings; null for a field of zeros. */
  centres: ([number, number] | null)[];
  /** ±1: the sign of the sum of each field, since the overall sign of a unit is arbitrary. */
  signs: number[];
  /** Whether the field of a unit is compact: has a radius below L/4; a uniform field has 0.41 L. */
  narrow: boolean[];
  /** Share of such units. */
  compact: number;
  /** Median radius, in lattice spacings. */
  radius: number;
}

/** The receptive fields of a layer of a stack, [sites of the data] per unit; views, not copies. */
export function fieldsOf(stack: Stack, layer: number): Float32Array[] {
  const sites = stack.sizes[0];
  const all = stack.receptiveFields(layer);
  return Array.from({ length: stack.sizes[layer] }, (_, unit) => all.subarray(unit * sites, (unit + 1) * sites));
}

/** The sign of the sum of a field. */
export const signOf = (field: Float32Array): number => (field.reduce((sum, value) => sum + value, 0) < 0 ? -1 : 1);

/** Whether a field is one patch of the lattice: its rms radius is below a quarter of the smaller side. */
export const isCompact = (place: Locality | null, shape: readonly number[]): boolean =>
  place !== null && place.radius < Math.min(...shape) / 4;

/** The sites of a lattice, as units at their own positions. */
export function placeSites([rows, columns]: UnitPlaces['shape']): UnitPlaces {
  const units = rows * columns;
  return {
    shape: [rows, columns],
    spacing: 1,
    centres: Array.from({ length: units }, (_, i) => [Math.floor(i / columns), i % columns]),
    signs: new Array(units).fill(1),
    narrow: new Array(units).fill(true),
    compact: 1,
    radius: 0,
  };
}

/**
 * The units of a layer at the centres of their fields.
 * @param fields a receptive field per unit, [rows·columns] each
 */
export function placeUnits(fields: readonly Float32Array[], shape: UnitPlaces['shape']): UnitPlaces {
  const units = fields.length;
  const places = fields.map((field) => locality(field, shape));
  const radii = places.flatMap((place) => (place ? [place.radius] : [])).sort((a, b) => a - b);
  const narrow = places.map((place) => isCompact(place, shape));
  return {
    shape,
    spacing: Math.sqrt((shape[0] * shape[1]) / units),
    centres: places.map((place) => place?.centre ?? null),
    signs: fields.map(signOf),
    narrow,
    compact: narrow.filter((is) => is).length / units,
    radius: radii[radii.length >> 1] ?? 0,
  };
}
