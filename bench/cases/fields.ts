/** Receptive fields of a stack, and where they lie, against the definitions. */

import { type Locality, locality, Rbm, Stack } from '../../src/all.js';
import type { Entry } from '../harness.js';
import { close } from './agree.js';
import { type Body, entry } from './entry.js';
import { Uniform } from './uniform.js';

/** Weights uniform in (-0.1, 0.1). */
export function fieldStack(side: number, hidden: readonly number[]): Stack {
  const random = new Uniform(1);
  const floats = (n: number) => Float32Array.from({ length: n }, () => 0.2 * (random.next() - 0.5));
  const sizes = [side ** 2, ...hidden];
  const rbms = hidden.map((units, k) => {
    const visible = sizes[k];
    const weights = floats(visible * units);
    return new Rbm({ visible, hidden: units, weights, visibleBias: floats(visible), hiddenBias: floats(units) });
  });
  return new Stack(rbms, [side, side]);
}

/** W¹·W²·… ·Wˡ, layer after layer, as [units, visible]. */
function layerByLayer({ rbms }: Stack): Float32Array {
  const { visible } = rbms[0];
  let rows = Array.from({ length: visible }, (_, i) =>
    Float64Array.from(rbms[0].weights.subarray(i * rbms[0].hidden, (i + 1) * rbms[0].hidden)),
  );
  for (const { hidden, weights } of rbms.slice(1)) {
    rows = rows.map((row) => {
      const next = new Float64Array(hidden);
      row.forEach((r, j) => {
        for (let k = 0; k < hidden; k++) next[k] += r * weights[j * hidden + k];
      });
      return next;
    });
  }
  const units = rbms.at(-1)!.hidden;
  return Float32Array.from({ length: units * visible }, (_, n) => rows[n % visible][Math.floor(n / visible)]);
}

/** The same, unit by unit of the topmost layer: a column of Wˡ, multiplied from the left by what is below it. */
function unitByUnit({ rbms }: Stack): Float32Array {
  const { visible } = rbms[0];
  const top = rbms.at(-1)!;
  const result = new Float32Array(top.hidden * visible);
  for (let k = 0; k < top.hidden; k++) {
    let field = Float64Array.from({ length: top.visible }, (_, j) => top.weights[j * top.hidden + k]);
    for (const below of rbms.slice(0, -1).reverse()) {
      const next = new Float64Array(below.visible);
      for (let i = 0; i < below.visible; i++) {
        for (let j = 0; j < below.hidden; j++) next[i] += below.weights[i * below.hidden + j] * field[j];
      }
      field = next;
    }
    result.set(field, k * visible);
  }
  return result;
}

export const FIELDS = { side: 40, hidden: [400, 100, 25] } as const;
export const FIELDS_NAME = 'receptive fields of the 25 units of 1600-400-100-25';

function fieldsCase(side: number, hidden: readonly number[]): Body {
  const stack = fieldStack(side, hidden);
  const ours = () => stack.receptiveFields(hidden.length);
  return {
    unit: 'fields',
    work: hidden.at(-1)!,
    contenders: [
      { name: 'Stack.receptiveFields', run: () => void ours() },
      { name: 'plain TypeScript, layer after layer', run: () => void layerByLayer(stack) },
      { name: 'plain TypeScript, unit after unit', run: () => void unitByUnit(stack) },
    ],
    check: () => {
      const fields = ours();
      const largest = fields.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // all sums are float64, rounded to float32 once
      close('layer after layer', fields, layerByLayer(stack), 1e-7 * largest);
      return `fields ${close('unit after unit', fields, unitByUnit(stack), 1e-7 * largest)} of both products`;
    },
  };
}

/**
 * Weights, circular mean, and the distance to the nearest of nine images: the definitions of src/fields/locality.ts,
 * one after the other.
 */
function plainLocality(field: Float32Array, rows: number, columns: number): Locality {
  const total = field.reduce((sum, r) => sum + r * r, 0);
  const sites = Array.from(field, (r, i) => ({ weight: (r * r) / total, y: Math.floor(i / columns), x: i % columns }));
  const mean = (place: (site: { y: number; x: number }) => number, length: number) => {
    let [real, imaginary] = [0, 0];
    for (const site of sites) {
      const angle = (2 * Math.PI * place(site)) / length;
      real += site.weight * Math.cos(angle);
      imaginary += site.weight * Math.sin(angle);
    }
    const place0 = (Math.atan2(imaginary, real) / (2 * Math.PI)) * length;
    return place0 < 0 ? place0 + length : place0;
  };
  const centre: [number, number] = [mean(({ y }) => y, rows), mean(({ x }) => x, columns)];
  const images = [-1, 0, 1];
  let spread = 0;
  let squares = 0;
  for (const { weight, y, x } of sites) {
    const dy = Math.min(...images.map((n) => (y - centre[0] + n * rows) ** 2));
    const dx = Math.min(...images.map((n) => (x - centre[1] + n * columns) ** 2));
    spread += weight * (dy + dx);
    squares += weight ** 2;
  }
  return { area: 1 / squares, centre, radius: Math.sqrt(spread) };
}

function localityCase(side: number, units: number): Body {
  const fields = fieldStack(side, [units]).receptiveFields(1);
  const each = Array.from({ length: units }, (_, k) => fields.subarray(k * side ** 2, (k + 1) * side ** 2));
  const share = 1 / 4;
  return {
    unit: 'fields',
    work: units,
    contenders: [
      { name: 'locality', run: () => each.forEach((field) => void locality(field, [side, side])) },
      {
        name: 'plain TypeScript',
        run: () => each.slice(0, units * share).forEach((field) => void plainLocality(field, side, side)),
        share,
      },
    ],
    check: () => {
      const numbers = ({ area, centre, radius }: Locality) => [area, ...centre, radius];
      const ours = each.flatMap((field) => numbers(locality(field, [side, side])!));
      const plain = each.flatMap((field) => numbers(plainLocality(field, side, side)));
      return `areas, centres and radii ${close('localities', ours, plain, 1e-9 * side ** 2)} of the plain ones`;
    },
  };
}

export function fieldEntries(): Entry[] {
  const group = 'Receptive fields';
  return [
    entry({ name: FIELDS_NAME, group }, (short) =>
      short ? fieldsCase(6, [16, 9, 4]) : fieldsCase(FIELDS.side, FIELDS.hidden),
    ),
    entry({ name: 'places and sizes of 400 fields of 40×40', group }, (short) =>
      short ? localityCase(6, 8) : localityCase(40, 400),
    ),
  ];
}
