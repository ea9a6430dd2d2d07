/** How long a lattice remembers under single-spin updates and under clusters; orders of magnitude. */

import { criticalCoupling, onsagerCorrelationLength, onsagerMagnetisation } from '../../exact/index.js';

/** Dynamic exponent of single-spin updates in two dimensions (Nightingale & Blöte 1996: 2.1665). */
const Z = 2.17;

/**
 * Sweeps over which a lattice of `size` × `size` in equilibrium remembers: 20 + 5 min(ξ, L)^z, with ξ the correlation
 * length of the infinite lattice, or that of the field, |h|^(-8/15), if this is shorter.
 */
export function memorySweeps(size: number, coupling: number, field: number): number {
  const thermal = Math.max(1, onsagerCorrelationLength(coupling, 'row'));
  const magnetic = field === 0 ? Infinity : Math.max(1, Math.abs(field) ** (-8 / 15));
  return Math.ceil(20 + 5 * Math.min(size, thermal, magnetic) ** Z);
}

/** Sweeps until domains that grow as √t have the size of the lattice, below T_c without a field; 0 elsewhere. */
export function coarseningSweeps(size: number, coupling: number, field: number): number {
  return coupling > criticalCoupling && field === 0 ? size ** 2 : 0;
}

/** ξ on a lattice of this side: from 1 to the side. */
const lengthOn = (size: number, coupling: number): number =>
  Math.min(size, Math.max(1, onsagerCorrelationLength(coupling, 'row')));

/**
 * Wolff clusters that count as a sweep: N/(N m² + ξ^{7/4}), so that a sweep flips 0.7 to 3 times the number of sites
 * (64² to 512², T = 1.5 to 5), whatever the temperature.
 */
export function clustersPerSweep(size: number, coupling: number): number {
  const sites = size ** 2;
  const cluster = sites * onsagerMagnetisation(coupling) ** 2 + lengthOn(size, coupling) ** (7 / 4);
  return Math.max(1, Math.round(sites / cluster));
}

/** Sweeps of clusters over which a lattice in equilibrium remembers: 20 + 5 min(ξ, L)^¼; τ is at most 4.5 for 512². */
export const clusterMemorySweeps = (size: number, coupling: number): number =>
  Math.ceil(20 + 5 * lengthOn(size, coupling) ** 0.25);

/**
 * Sweeps of clusters until disorder is forgotten: clusters are small in it, and 0.07 (T/T_c)³ per site are needed below
 * T_c, at most 0.1 above; twice that. From equilibrium at another coupling above T_c fewer by its correlation length, from
 * T_c or below it none (measured at 128² to 512²: 0.065 per site from disorder, 0.025, 0.006 and 0.002 from T = 3.5, 2.5
 * and 2.35).
 * @param from the coupling of which something may be left; 0 for spins at random
 */
export function disorderSweeps(size: number, coupling: number, from = 0): number {
  if (from >= Math.min(coupling, criticalCoupling * (1 - 1e-9))) return 0;
  const factor = Math.min(1, criticalCoupling / coupling) ** 3 / (from > 0 ? lengthOn(size, from) : 1);
  return Math.ceil((0.2 * factor * size ** 2) / clustersPerSweep(size, coupling));
}
