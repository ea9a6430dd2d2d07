/**
 * Finite strips at any coupling: the sum over all rows' states in logarithms, each with mean and variance of -H and
 * mean of Σ s, as `cumulants.ts` does for single numbers. No weight underflows and the heat capacity is a sum of
 * squares, so the results are accurate for a strongly coupled ferromagnet, a frustrated antiferromagnet and a strong
 * field; the error of energies is relative to K, while at weak coupling they are of order K² (`stripSeries.ts`).
 */

import { rowOrbits, type StripBonds, type StripDerivatives } from './stripBonds.js';

/**
 * For each state of a row, the sum over all rows before: ln of the weights, mean and variance of -H, mean of Σ s; and
 * the reference that all of them are relative to.
 */
class Sums {
  readonly logs: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
  readonly spins: Float64Array;
  readonly reference = { log: 0, mean: 0, spins: 0 };

  constructor(readonly size: number) {
    this.logs = new Float64Array(size);
    this.means = new Float64Array(size);
    this.variances = new Float64Array(size);
    this.spins = new Float64Array(size);
  }

  /** Times e^{exponent}. */
  add(s: number, exponent: number): void {
    this.logs[s] += exponent;
    this.means[s] += exponent;
  }

  /** [[e^K, e^-K], [e^-K, e^K]] on one spin. */
  mix(bit: number, coupling: number): void {
    const { logs, means, variances, spins, size } = this;
    for (let high = 0; high < size; high += 2 * bit) {
      for (let s = high; s < high + bit; s++) {
        const t = s + bit;
        const up = logs[s];
        const down = logs[t];
        if (up === -Infinity && down === -Infinity) continue;
        const m = means[s];
        const n = means[t];
        const v = variances[s];
        const w = variances[t];
        const f = spins[s];
        const g = spins[t];
        // the new up spin follows the old up spin with weight e^{K + up}, or the old down spin with e^{-K + down}; vice
        // versa for the new down spin
        for (let k = 0, sign = coupling; k < 2; k++, sign = -coupling) {
          const apart = up - down + 2 * sign;
          const ratio = Math.exp(-Math.abs(apart));
          const share = ratio / (1 + ratio);
          const between = n - m - 2 * sign;
          const to = k === 0 ? s : t;
          if (apart >= 0) {
            logs[to] = up + sign + Math.log1p(ratio);
            means[to] = m + sign + share * between;
            variances[to] = (v + ratio * w + share * between * between) / (1 + ratio);
            spins[to] = f + share * (g - f);
          } else {
            logs[to] = down - sign + Math.log1p(ratio);
            means[to] = n - sign - share * between;
            variances[to] = (w + ratio * v + share * between * between) / (1 + ratio);
            spins[to] = g + share * (f - g);
          }
        }
      }
    }
  }

  /** Entry s becomes entry t of x. */
  set(s: number, x: Sums, t: number): void {
    this.logs[s] = x.logs[t];
    this.means[s] = x.means[t];
    this.variances[s] = x.variances[t];
    this.spins[s] = x.spins[t];
  }

  /** Adds entry t of x to entry s. */
  addEntry(s: number, x: Sums, t: number): void {
    const { logs, means, variances, spins } = this;
    // biome-ignore format: one number of each in a line
    this.#sum(s, logs[s], means[s], variances[s], spins[s], x.logs[t], x.means[t], x.variances[t], x.spins[t]);
  }

  /** Entry s becomes the sum of two, each given by its log, mean, variance and spins. */
  #sum(s: number, a: number, m: number, v: number, f: number, b: number, n: number, w: number, g: number): void {
    const first = a >= b;
    const ratio = Math.exp(first ? b - a : a - b);
    // the larger one, if the other is negligible or both are zero
    const share = ratio > 0 ? ratio / (1 + ratio) : 0;
    const apart = share > 0 ? n - m : 0;
    this.logs[s] = (first ? a : b) + (share > 0 ? Math.log1p(ratio) : 0);
    this.means[s] = first ? m + share * apart : n - share * apart;
    const [larger, smaller] = first ? [v, w] : [w, v];
    this.variances[s] = share > 0 ? (larger + ratio * smaller + share * apart * apart) / (1 + ratio) : larger;
    this.spins[s] = first ? f + share * (g - f) : g + share * (f - g);
  }

  /** Moves the numbers of the largest entry into the reference, so that the entries of a long strip stay accurate. */
  normalise(): void {
    const { logs, means, spins, reference, size } = this;
    let top = 0;
    for (let s = 1; s < size; s++) if (logs[s] > logs[top]) top = s;
    const [log, mean, spin] = [logs[top], means[top], spins[top]];
    reference.log += log;
    reference.mean += mean;
    reference.spins += spin;
    for (let s = 0; s < size; s++) {
      logs[s] -= log;
      means[s] -= mean;
      spins[s] -= spin;
    }
  }

  /** The sum over all states, or entry `at`, as derivatives. */
  total(at?: number): StripDerivatives {
    const { reference, logs, means, variances, spins } = this;
    for (let s = 1; at === undefined && s < this.size; s++) this.addEntry(0, this, s);
    const s = at ?? 0;
    return {
      log: reference.log + logs[s],
      first: reference.mean + means[s],
      second: variances[s],
      field: reference.spins + spins[s],
    };
  }
}

/** Σ over all rows of V (W V)^{length - 1}. */
export function openSum(bonds: StripBonds, length: number): StripDerivatives {
  const row = new RowSums(bonds);
  const sums = new Sums(row.size);
  row.within(sums);
  for (let k = 1; k < length; k++) {
    row.between(sums);
    row.within(sums);
  }
  return sums.total();
}

/** Tr (W V)^length, orbit by orbit: rows related by a symmetry have the same diagonal entry. */
export function trace(bonds: StripBonds, length: number): StripDerivatives {
  const row = new RowSums(bonds);
  const orbits = rowOrbits(bonds, bonds.field === 0);
  const all = new Sums(orbits.length);
  orbits.forEach(({ state, count }, k) => {
    const sums = new Sums(row.size);
    sums.logs.fill(-Infinity)[state] = Math.log(count);
    for (let step = 0; step < length; step++) {
      row.within(sums);
      row.between(sums);
    }
    const { log, first, second, field } = sums.total(state);
    all.logs[k] = log;
    all.means[k] = first;
    all.variances[k] = second;
    all.spins[k] = field;
  });
  all.normalise();
  return all.total();
}

/** One row, and the bonds to the next. Bit i of a state is 1 if spin i is down. */
class RowSums {
  readonly size: number;
  /** -H of a row by itself, and Σ s. */
  readonly #exponents: Float64Array;
  readonly #moments: Float64Array;

  constructor(readonly bonds: StripBonds) {
    const { width, across, field, ring } = bonds;
    this.size = 2 ** width;
    this.#moments = new Float64Array(this.size);
    this.#exponents = Float64Array.from({ length: this.size }, (_, s) => {
      const spin = (i: number): number => 1 - 2 * ((s >>> i) & 1);
      let pairs = 0;
      let total = 0;
      for (let i = 0; i < width; i++) total += spin(i);
      for (let i = 0; i < (ring ? width : width - 1); i++) pairs += spin(i) * spin((i + 1) % width);
      this.#moments[s] = total;
      return across * pairs + field * total;
    });
  }

  /** V. */
  within(sums: Sums): void {
    for (let s = 0; s < this.size; s++) {
      sums.add(s, this.#exponents[s]);
      sums.spins[s] += this.#moments[s];
    }
    sums.normalise();
  }

  /**
   * W, site by site. A diagonal bond needs the old spin of a site whose new spin has been added; for the periodic bond
   * it is kept in a copy.
   */
  between(sums: Sums): void {
    const { width, along, diagonal, ring } = this.bonds;
    const copied = diagonal !== 0 && ring;
    const x = copied ? doubleStates(sums) : sums;
    for (let i = width - 1; i >= 0; i--) {
      x.mix(1 << i, along);
      const j = i > 0 ? i - 1 : copied ? width : -1;
      if (diagonal === 0 || j < 0) continue;
      for (let s = 0; s < x.size; s++) x.add(s, ((s >>> i) ^ (s >>> j)) & 1 ? -diagonal : diagonal);
    }
    if (copied) sumHighestBit(x, sums);
  }
}

/** On twice as many states, whose new highest bit must equal the old one. */
function doubleStates(sums: Sums): Sums {
  const x = new Sums(2 * sums.size);
  const half = sums.size / 2;
  x.logs.fill(-Infinity);
  for (const name of ['logs', 'means', 'variances', 'spins'] as const) {
    x[name].set(sums[name].subarray(0, half), 0);
    x[name].set(sums[name].subarray(half), sums.size + half);
  }
  return x;
}

/** Sums over the highest bit. */
function sumHighestBit(x: Sums, out: Sums): void {
  const { size } = out;
  for (let s = 0; s < size; s++) {
    out.set(s, x, s);
    out.addEntry(s, x, s + size);
  }
}
