/** Into how many blocks a jackknife may divide correlated series. */

import { integratedAutocorrelation } from './series.js';

/**
 * Blocks are this many τ_int long at least: what correlation is left between them makes error² too small by about 1/20.
 */
export const shortestBlockInTau = 20;

/** More blocks than this buy little: the error is known to 7%. */
export const mostBlocks = 100;

/** Fewer blocks than this say too little about their variance: the error is known to 27%. */
export const fewestBlocks = 8;

/**
 * min(100, ⌊n/(20 τ)⌋) blocks for n entries, τ ≥ ½ their largest τ_int.
 * @throws RangeError if that is less than 8: the series is shorter than 160 τ, and no error bar from blocks could be
 *   trusted
 */
export function blocksFor(name: string, n: number, tau: number): number {
  const slowest = Math.max(0.5, tau);
  const blocks = Math.min(mostBlocks, Math.floor(n / (shortestBlockInTau * slowest)));
  if (blocks < fewestBlocks) {
    const least = Math.ceil(fewestBlocks * shortestBlockInTau * slowest);
    throw new RangeError(
      `"${name}" expected at least ${least} entries (160 τ) for jackknife blocks, got ${n} with τ about ${slowest.toPrecision(3)}`,
    );
  }
  return blocks;
}

/**
 * The same for several series measured together, by the slowest of them.
 * @throws as `integratedAutocorrelation` for a series that is too short for its τ, and as `blocksFor`
 */
export function blocksOf(name: string, series: readonly ArrayLike<number>[]): number {
  const tau = Math.max(...series.map((entries) => integratedAutocorrelation(entries).tau));
  return blocksFor(name, series[0].length, tau);
}
