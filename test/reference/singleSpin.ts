/** Single-spin updates of any Hamiltonian as assembly/ising/singleSpin.ts does them, on plain lists of interactions. Spins are 0 (down) and 1 (up). */

import { exp } from './math.js';
import { below, type Four, type Stream } from './streams.js';

export interface Term {
  sites: readonly number[];
  coupling: number;
}

export interface Updates {
  metropolis: boolean;
  anyOrder: boolean;
}

const sign = (bit: number) => (bit ? 1 : -1);

/** K Π s over the sites of a term, without site `but`. */
function product({ sites, coupling }: Term, spins: Uint8Array, but = -1): number {
  return sites.reduce((all, site) => (site === but ? all : all * sign(spins[site])), coupling);
}

/** h = Σ K Π s over the other sites of the terms that contain `site`, in their order. */
export function localField(terms: readonly Term[], spins: Uint8Array, site: number): number {
  return terms.reduce((sum, term) => (term.sites.includes(site) ? sum + product(term, spins, site) : sum), 0);
}

/** The 53 leading bits of the 64-bit number whose low half is the first of the four, as a number in [0, 1). */
export function uniform53([low, high]: Four): number {
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}

/** The spin after one update in the field scale·field. */
function updated(spin: number, field: number, scale: number, u: number, metropolis: boolean): number {
  if (metropolis) return u < exp(-2 * scale * sign(spin) * field) ? 1 - spin : spin;
  // against its field with probability x/(1 + x)
  const x = exp(-2 * scale * Math.abs(field));
  const along = field > 0 ? 1 : 0;
  return u * (1 + x) < x ? 1 - along : along;
}

/** `sweeps` sweeps for scale·H, in place; returns the number of spins turned. One four of random numbers an update. */
export function singleSpin(
  spins: Uint8Array,
  terms: readonly Term[],
  { metropolis, anyOrder }: Updates,
  stream: Pick<Stream, 'next'>,
  sweeps: number,
  scale = 1,
): number {
  const around = Array.from(spins, (_, site) => terms.filter(({ sites }) => sites.includes(site)));
  let turned = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let step = 0; step < spins.length; step++) {
      const four = stream.next();
      const site = anyOrder ? below(spins.length, four[2]) : step;
      const field = localField(around[site], spins, site);
      const next = updated(spins[site], field, scale, uniform53(four), metropolis);
      if (next !== spins[site]) turned++;
      spins[site] = next;
    }
  }
  return turned;
}

/** Σ K Π s over terms, in their order. */
export function termSum(terms: readonly Term[], spins: Uint8Array): number {
  return terms.reduce((sum, term) => sum + product(term, spins), 0);
}

/** Turns all spins together if the leading bit of the next random number is set. */
export function turnAll(spins: Uint8Array, stream: Pick<Stream, 'next'>): void {
  if (stream.next()[0] >>> 31) spins.set(spins.map((spin) => 1 - spin));
}
