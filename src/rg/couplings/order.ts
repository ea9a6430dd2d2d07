/** How many spins the couplings of an RBM join: the orders of its Hamiltonian without a list of its terms. */

import { jackknife } from '../../stats/jackknife.js';
import { integer, knownOptions } from '../../util/check.js';
import type { Estimate } from '../../util/estimate.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { generator } from '../../wasm/draws.js';
import { checkRbm } from '../map/operators.js';
import type { SpinRbm } from '../map/spinRbm.js';
import { logTwoCosh } from '../tables/logs.js';

/** The orders of the couplings of a Hamiltonian. */
export interface CouplingOrder {
  /** Σ|S| K_S²/Σ K_S² over the sets of an even number of spins: 2 for pairs alone; null if there are none. */
  even: Estimate<number> | null;
  /** Share of the sets of odd order in Σ K_S², which are none in a Hamiltonian that a flip of all spins leaves as it is. */
  oddShare: Estimate<number> | null;
}

/** Least sum of squares that is not taken as the rounding of none, over the largest energy squared. */
const NONE = 1e-20;

/**
 * The mean order of the couplings that an RBM induces on its visible spins, H_RBM(v) = -Σ_S K_S Π_{i∈S} v_i, without
 * computing any. Over independent fair spins Var H = Σ K_S², and with D_i half the change of H by a flip of spin i
 *   Σ_i ⟨D_i²⟩ = Σ_S |S| K_S²
 * (the total influence of a function of bits), for the even and the odd part of H apart: ½(H(v) ± H(-v)). Both are means
 * over samples of v, with `flips` of the D_i for each; errors by jackknife.
 * @param options samples: number of v, default 2000, at least 40; flips: spins that are flipped per sample, default 8, or
 *   all if there are fewer; seed
 * @throws TypeError if not an RBM of spins, RangeError for options out of range
 * @example
 * // one hidden unit joins many spins: ln 2cosh(w Σv) has all even orders
 * couplingOrder(new SpinRbm({ visible: 4, hidden: 1, weights: [1, 1, 1, 1] }), { seed: 1 }).even; // 2.14(6), exactly 2.114
 */
export function couplingOrder(
  rbm: SpinRbm,
  options: { samples?: number; flips?: number; seed?: Seed } = {},
): CouplingOrder {
  knownOptions('couplingOrder', options, ['samples', 'flips', 'seed']);
  checkRbm(rbm);
  const samples = integer('samples', options.samples ?? 2000, 40, 1e7);
  const { visible, hidden, weights, visibleBias, hiddenBias } = rbm;
  const flips = Math.min(visible, integer('flips', options.flips ?? 8));
  const below = generator(checkSeed('seed', options.seed ?? 0), 'coupling order');
  const spins = new Float64Array(visible);
  const inputs = new Float64Array(hidden);
  const free = (): [even: number, odd: number] => {
    let field = 0;
    for (let i = 0; i < visible; i++) field += visibleBias[i] * spins[i];
    let [up, down] = [0, 0];
    for (let j = 0; j < hidden; j++) {
      up += logTwoCosh(hiddenBias[j] + inputs[j]);
      down += logTwoCosh(hiddenBias[j] - inputs[j]);
    }
    return [(up + down) / 2, field + (up - down) / 2];
  };
  const flip = (i: number) => {
    for (let j = 0; j < hidden; j++) inputs[j] -= 2 * weights[i * hidden + j] * spins[i];
    spins[i] = -spins[i];
  };
  const values = [0, 1].map(() => new Float64Array(samples));
  const influences = [0, 1].map(() => new Float64Array(samples));
  const sites = Array.from({ length: visible }, (_, i) => i);
  for (let r = 0; r < samples; r++) {
    inputs.fill(0);
    for (let i = 0, word = 0; i < visible; i++) {
      word = i % 32 === 0 ? below(2 ** 32) : word >>> 1;
      spins[i] = 2 * (word & 1) - 1;
      for (let j = 0; j < hidden; j++) inputs[j] += weights[i * hidden + j] * spins[i];
    }
    const at = free();
    values.forEach((list, parity) => {
      list[r] = at[parity];
    });
    for (let k = 0; k < flips; k++) {
      // the next of a random order of the spins
      const other = k + below(visible - k);
      [sites[k], sites[other]] = [sites[other], sites[k]];
      flip(sites[k]);
      const flipped = free();
      flip(sites[k]);
      influences.forEach((list, parity) => {
        list[r] += ((visible / flips) * (at[parity] - flipped[parity]) ** 2) / 4;
      });
    }
  }
  const [even, odd] = values.map(squaresOf);
  const largest = values.reduce((most, list) => list.reduce((max, x) => Math.max(max, Math.abs(x)), most), 0);
  const sum = (list: Float64Array) => list.reduce((all, x) => all + x, 0) / samples;
  const none = (total: number) => !(total > NONE * largest ** 2);
  const ratio = (of: readonly Float64Array[], statistic: (means: readonly number[]) => number): Estimate<number> => {
    const { value, error } = jackknife(of, (means) => statistic([...means]));
    return { value, error };
  };
  return {
    even: none(sum(even)) ? null : ratio([influences[0], even], ([influence, total]) => influence / total),
    oddShare: none(sum(even) + sum(odd)) ? null : ratio([even, odd], ([e, o]) => o / (e + o)),
  };
}

/** (x - ⟨x⟩)²·n/(n - 1), whose mean is the variance. */
function squaresOf(values: Float64Array): Float64Array {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  return values.map((x) => ((x - mean) ** 2 * n) / (n - 1));
}
