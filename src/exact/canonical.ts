/**
 * The canonical ensemble of a system whose density of states is known: Z(K) = Σ_E g(E) e^{-KE}, one sum for every
 * coupling K. The counts may exceed the largest double (a 32×32 torus has levels of 10³⁰⁶ states), so the weights are
 * computed from their logarithms.
 */

import { finite, refuse } from '../util/check.js';

/** Averages over P(E) = g(E) e^{-KE}/Z. */
export interface CanonicalAnswer {
  /** ln Z. */
  logPartition: number;
  /** ⟨E⟩ of the whole system, in the units of the levels. */
  energy: number;
  /** K² (⟨E²⟩ - ⟨E⟩²) of the whole system: its heat capacity in units of k. */
  heatCapacity: number;
  /** Energy → P(E), in the order of the levels; probabilities below 1e-308 are 0. */
  histogram: Map<number, number>;
}

/**
 * Averages and the energy histogram at coupling K, from `torusDensityOfStates` or `densityOfStates`. Relative error of
 * ln Z about 1e-15, of the heat capacity about 1e-16 times the largest |ln g(E)|, 1e-13 for 32×32; the error of the
 * energy is as large in units of the largest |E|, so at weak coupling, where ⟨E⟩ is a small difference of levels, its
 * relative error is larger.
 * @param states energy → number of states, each number > 0
 * @param coupling K, the inverse temperature in the units of the levels; any finite number
 * @throws TypeError for a wrong kind of argument, RangeError for no level, an energy or coupling that is not finite, a
 *   count that is not > 0
 */
export function canonicalEnsemble(states: ReadonlyMap<number, number | bigint>, coupling: number): CanonicalAnswer {
  if (!(states instanceof Map)) refuse('states', 'Map of energies to numbers of states', states, 'type');
  if (states.size === 0) refuse('states', 'at least one level', states);
  finite('coupling', coupling);
  const energies = Float64Array.from(states.keys(), (energy) => finite('states', energy));
  const logs = Float64Array.from(states.values(), (count, k) => logCount(count) - coupling * energies[k]);
  let top = 0;
  logs.forEach((log, k) => {
    if (log > logs[top]) top = k;
  });
  const weights = logs.map((log) => Math.exp(log - logs[top]));
  const sum = (f: (excess: number) => number): number =>
    weights.reduce((total, weight, k) => (weight === 0 ? total : total + weight * f(energies[k] - energies[top])), 0);
  const z = sum(() => 1);
  const excess = sum((e) => e) / z;
  return {
    logPartition: logs[top] + Math.log(z),
    energy: energies[top] + excess,
    heatCapacity: sum((e) => (coupling * (e - excess)) ** 2) / z,
    histogram: new Map(Array.from(energies, (energy, k) => [energy, weights[k] / z])),
  };
}

/** ln g, from the leading 53 bits of a large integer. */
function logCount(count: number | bigint): number {
  if (typeof count !== 'number' && typeof count !== 'bigint') refuse('states', 'numbers of states', count, 'type');
  if (!(count > 0 && count < Number.POSITIVE_INFINITY)) refuse('states', 'numbers of states > 0', count);
  if (typeof count === 'number') return Math.log(count);
  const bits = 4 * count.toString(16).length;
  const shift = Math.max(0, bits - 64);
  return Math.log(Number(count >> BigInt(shift))) + shift * Math.LN2;
}
