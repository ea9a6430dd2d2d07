/** The couplings of configurations as an Ising model with one coupling per shell of distances, by pseudo-likelihood. */

import type { BitRows } from '../../util/bits.js';
import type { Estimate } from '../../util/estimate.js';
import { NEAREST, type Places, pairsByDistance } from './byDistance.js';
import { groupCouplings } from './pseudoLikelihood.js';

/** The shells, by the distance at which they end, in units of the spacing. */
const SHELLS = [
  { name: 'nearest', to: NEAREST },
  { name: 'second', to: 1.75 },
  { name: 'third', to: 2.25 },
] as const;

/** A shell of distances; `rest` has all pairs that are farther apart. */
export type Shell = (typeof SHELLS)[number]['name'] | 'rest';

/** Couplings from configurations: pairs up to 1.25, 1.75 and 2.25 spacings, and all others. */
export interface ShellCouplings {
  shells: { name: Shell; coupling: number; error: number; partners: number }[];
  /** Of the nearest shell. */
  nearest: Estimate<number>;
  /** ¼ Σ K_g·partners: the K of a square lattice with the same total coupling per spin. */
  effective: Estimate<number>;
}

/** Couplings of the shells, from configurations; null if fewer than three units have a centre and vary. */
export function shellCouplings(states: BitRows, places: Places): ShellCouplings | null {
  const means = states.means();
  const sites = places.centres.flatMap((centre, k) => (centre && means[k] > 0 && means[k] < 1 ? [k] : []));
  if (sites.length < 3) return null;
  const among = new Set(sites);
  const pairs = pairsByDistance(places)
    .flat()
    .filter(({ pair }) => pair.every((unit) => among.has(unit)));
  const shells = SHELLS.map(({ name, to }, k) => ({
    name,
    pairs: pairs
      .filter(({ distance }) => distance < to && (k === 0 || distance >= SHELLS[k - 1].to))
      .map(({ pair }) => pair),
  })).filter((shell) => shell.pairs.length > 0);
  const inner = shells.reduce((sum, shell) => sum + shell.pairs.length, 0);
  const rest = inner < pairs.length;
  if (shells.length === 0 || shells[0].name !== 'nearest') return null;
  const { couplings, covariance, partners } = groupCouplings(
    states,
    shells.map((shell) => shell.pairs),
    { signs: places.signs, rest, sites },
  );
  const names: Shell[] = [...shells.map(({ name }) => name), ...(rest ? (['rest'] as const) : [])];
  const at = (g: number, f: number) => covariance[g * couplings.length + f];
  const variance = partners.reduce((sum, p, g) => partners.reduce((all, q, f) => all + p * q * at(g, f), sum), 0);
  return {
    shells: names.map((name, g) => ({
      name,
      coupling: couplings[g],
      error: Math.sqrt(at(g, g)),
      partners: partners[g],
    })),
    nearest: { value: couplings[0], error: Math.sqrt(at(0, 0)) },
    effective: {
      value: couplings.reduce((sum, coupling, g) => sum + coupling * partners[g], 0) / 4,
      error: Math.sqrt(variance) / 4,
    },
  };
}
