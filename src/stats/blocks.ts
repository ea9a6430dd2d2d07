/** The number of blocks for a jackknife of correlated series. */

import { integratedAutocorrelation } from './series.js';

/** Least length of a block in τ_int: the remaining correlation between blocks makes error² too small by about 1/20. */
export const MIN_BLOCK_IN_TAU = 20;

/** With as many blocks the error is known to 7%; more improve it little. */
export const MAX_BLOCKS = 100;

/** With as few blocks the error is known to 27%; fewer are not accepted. */
export const MIN_BLOCKS = 8;

/**
 * min(100, ⌊n/(20 τ)⌋) blocks for n entries, τ ≥ ½ their largest τ_int.
 * @throws RangeError if that is less than 8: the series is shorter than 160 τ, too short for an error bar from blocks
 */
export function blocksFor(name: string, n: number, tau: number): number {
  const slowest = Math.max(0.5, tau);
  const blocks = Math.min(MAX_BLOCKS, Math.floor(n / (MIN_BLOCK_IN_TAU * slowest)));
  if (blocks < MIN_BLOCKS) {
    const least = Math.ceil(MIN_BLOCKS * MIN_BLOCK_IN_TAU * slowest);
    throw new RangeError(
      `"${name}" expected at least ${least} entries (160 τ) for jackknife blocks, got ${n} with τ about ${slowest.toPrecision(3)}`,
    );
  }
  return blocks;
}

/**
 * `blocksFor` several series measured together, by the slowest of them.
 * @throws as `integratedAutocorrelation` for a series that is too short for its τ, and as `blocksFor`
 */
export function blocksOf(name: string, series: readonly ArrayLike<number>[]): number {
  const tau = Math.max(...series.map((entries) => integratedAutocorrelation(entries).tau));
  return blocksFor(name, series[0].length, tau);
}
