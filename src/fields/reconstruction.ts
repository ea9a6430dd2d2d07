/** How many spins of a configuration are given back by the numbers of a layer, by block spins, or by one sign. */

import type { SpinData } from '../ising/data/spinData.js';
import type { Stack } from '../rbm/stack/stack.js';
import { type Mean, sampleMean } from '../util/estimate.js';

/**
 * Reconstruction of held-out spins from a layer: the fraction of sites with the right sign; and the same for an equal
 * number of block spins by majority (ties count as +1), if squares of that size tile the lattice.
 */
export function reconstructionAt(stack: Stack, layer: number, data: SpinData) {
  const probabilities = stack.reconstruct(data, layer);
  const units = stack.sizes[layer];
  const side = Math.sqrt(data.width / units);
  const tiles = data.shape.every((length) => Number.isInteger(side) && length % side === 0);
  const own = agreementOf(data, (row) =>
    data.row(row).reduce((right, bit, i) => right + +(probabilities[row * data.width + i] >= 0.5 === (bit === 1)), 0),
  );
  const blocks = tiles ? blockSpinAgreement(data, side) : null;
  return {
    layer,
    units,
    agreement: own.mean,
    agreementError: own.error,
    blockSpins: blocks?.mean ?? null,
    blockSpinsError: blocks?.error ?? null,
  };
}

/** Mean share of the sites of a configuration with the right sign. @param right the number of right sites of a row */
const agreementOf = (data: SpinData, right: (row: number) => number): Mean<number> =>
  sampleMean(Array.from({ length: data.count }, (_, row) => right(row) / data.width));

/** Agreement of the data with the majority of each side×side block, ties count as +1. */
function blockSpinAgreement(data: SpinData, side: number): Mean<number> {
  const [rows, columns] = data.shape;
  return agreementOf(data, (row) => {
    let right = 0;
    for (let y = 0; y < rows; y += side) {
      for (let x = 0; x < columns; x += side) {
        let up = 0;
        for (let k = 0; k < side * side; k++)
          up += data.bit(row, (y + Math.floor(k / side)) * columns + x + (k % side));
        right += Math.max(up, side * side - up);
      }
    }
    return right;
  });
}

/** The first configurations beside what the top of a stack makes of them. */
export function reconstructions(stack: Stack, data: SpinData, most: number) {
  const probabilities = stack.reconstruct(data);
  return Array.from({ length: Math.min(most, data.count) }, (_, row) => {
    const spins = data.row(row);
    const reconstruction = probabilities.slice(row * data.width, (row + 1) * data.width);
    const right = spins.filter((bit, site) => reconstruction[site] >= 0.5 === (bit === 1)).length;
    return { spins, reconstruction, agreement: right / data.width };
  });
}

/** Agreement of the data with one number per configuration: the sign of its magnetisation. */
export const signOfMagnetisation = (data: SpinData): Mean<number> =>
  agreementOf(data, (row) => {
    const up = data.row(row).reduce((sum, bit) => sum + bit, 0);
    return Math.max(up, data.width - up);
  });
