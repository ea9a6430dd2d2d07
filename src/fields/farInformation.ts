/** How much the units of a layer tell of spins that are far from them. */

import type { SpinData } from '../ising/data/spinData.js';
import { checkSquareData, eachConfiguration } from '../ising/measure/series.js';
import { BitRows } from '../util/bits.js';
import { checkList, instanceOf, refuse } from '../util/check.js';
import { displacement, type Position } from '../util/torus.js';

/** Classes of equal frequency of the far magnetisation. */
const CLASSES = 8;

/**
 * Mutual information of each unit with the magnetisation far from it, in bits: I(h_j; class of M_j), where M_j = Σ s over the
 * sites outside of the square of half the lattice's sides about the unit's centre, in eight classes of equal frequency. A
 * function of the far spins tells no more than they do, so that it is a lower bound of I(h_j; far spins), the real-space mutual
 * information of M. Koch-Janusz & Ringel, Nat. Phys. 14, 578 (2018), with a buffer that is the same for all layers. It does
 * not depend on signs of units.
 *
 * The mean over the rows has the bias of a plug-in estimate, (classes - 1)/(2 N ln 2), subtracted (Miller & Madow): for a unit
 * that tells nothing it is 0 within some 2/(N ln 2) bits, and may be below. A unit whose field reaches into the far square
 * sees what it tells of: compare fields of one size.
 * @param layer two-valued numbers of the same rows
 * @param centres [row, column] of each unit in sites, fractions too
 * @returns [units]
 * @throws TypeError or RangeError for data of another lattice, another number of rows or of centres
 */
export function farInformation(data: SpinData, layer: BitRows, centres: readonly Position[]): Float64Array {
  checkSquareData('data', data);
  instanceOf('layer', layer, BitRows, 'BitRows');
  if (layer.count !== data.count) refuse('layer', `${data.count} rows, as the data`, layer.count);
  checkList('centres', centres, 'list of [row, column]');
  if (centres.length !== layer.width) refuse('centres', `${layer.width}, one per unit`, centres.length);
  const near = centres.map((centre) => sitesNear(centre, data.shape as Position));
  const far = near.map(() => new Int32Array(data.count));
  eachConfiguration(data, (s, row) => {
    const all = s.reduce((sum, spin) => sum + spin, 0);
    near.forEach((sites, j) => {
      let sum = 0;
      for (let k = 0; k < sites.length; k++) sum += s[sites[k]];
      far[j][row] = all - sum;
    });
  });
  return Float64Array.from(far, (values, j) => bitsAbout(classesOf(values), (row) => layer.bit(row, j)));
}

/** Sites of the square of half the sides about a centre. */
function sitesNear(centre: Position, shape: Position): Int32Array {
  const [rows, columns] = shape;
  const sites: number[] = [];
  for (let i = 0; i < rows * columns; i++) {
    const [down, across] = displacement(centre, [Math.floor(i / columns), i % columns], shape);
    if (Math.abs(down) < rows / 4 && Math.abs(across) < columns / 4) sites.push(i);
  }
  return Int32Array.from(sites);
}

/** The class of each value, by quantiles; equal values have the same class. */
function classesOf(values: Int32Array): Uint8Array {
  const sorted = values.slice().sort();
  const bounds = Array.from({ length: CLASSES - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / CLASSES)]);
  return Uint8Array.from(values, (value) => bounds.filter((bound) => value >= bound).length);
}

/** I(bit; class) in bits, less its bias. */
function bitsAbout(classes: Uint8Array, bit: (row: number) => number): number {
  const joint = new Float64Array(2 * CLASSES);
  classes.forEach((c, row) => {
    joint[2 * c + bit(row)]++;
  });
  const rows = classes.length;
  const ofBit = [0, 1].map((value) => joint.reduce((sum, n, at) => sum + (at % 2 === value ? n : 0), 0));
  let bits = 0;
  let occupied = 0;
  for (let c = 0; c < CLASSES; c++) {
    const ofClass = joint[2 * c] + joint[2 * c + 1];
    if (ofClass > 0) occupied++;
    for (const value of [0, 1]) {
      const n = joint[2 * c + value];
      if (n > 0) bits += (n / rows) * Math.log2((n * rows) / (ofClass * ofBit[value]));
    }
  }
  // a unit that never changes has no information, and no bias
  const freedom = ofBit.includes(0) ? 0 : occupied - 1;
  return bits - freedom / (2 * rows * Math.LN2);
}
