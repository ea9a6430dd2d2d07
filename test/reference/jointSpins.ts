/**
 * The exact map by plain loops over all states of both layers, one exponential a pair of states: what src/rg is compared with. Spins are ±1, bit i of a
 * state's number is spin i. Nothing here is imported from the package.
 */

export interface PlainTerm {
  sites: readonly number[];
  coupling: number;
}

/** E(v,h) = E₀ - c·v - b·h - vᵀWh. */
export interface PlainRbm {
  visible: number;
  hidden: number;
  weights: ArrayLike<number>;
  visibleBias: ArrayLike<number>;
  hiddenBias: ArrayLike<number>;
  constant: number;
}

export function spinsOf(state: number, spins: number): number[] {
  return Array.from({ length: spins }, (_, i) => ((state >> i) & 1 ? 1 : -1));
}

export function allSpins(spins: number): number[][] {
  return Array.from({ length: 2 ** spins }, (_, state) => spinsOf(state, spins));
}

/** -Σ K Π s. */
export function plainEnergy(terms: readonly PlainTerm[], spins: readonly number[]): number {
  let energy = 0;
  for (const { sites, coupling } of terms) energy -= sites.reduce((product, i) => product * spins[i], coupling);
  return energy;
}

export function plainRbmEnergy(rbm: PlainRbm, v: readonly number[], h: readonly number[]): number {
  let energy = rbm.constant;
  for (let i = 0; i < rbm.visible; i++) energy -= rbm.visibleBias[i] * v[i];
  for (let j = 0; j < rbm.hidden; j++) energy -= rbm.hiddenBias[j] * h[j];
  for (let i = 0; i < rbm.visible; i++) {
    for (let j = 0; j < rbm.hidden; j++) energy -= v[i] * rbm.weights[i * rbm.hidden + j] * h[j];
  }
  return energy;
}

/** Everything that follows from H and T. */
export function plainStep(
  visible: number,
  hidden: number,
  energy: (v: number[]) => number,
  operator: (v: number[], h: number[]) => number,
) {
  const vs = allSpins(visible);
  const hs = allSpins(hidden);
  const weights = vs.map((v) => Math.exp(-energy(v)));
  const sum = (x: number[]) => x.reduce((a, b) => a + b, 0);
  const z = sum(weights);
  const p = weights.map((w) => w / z);
  const factors = vs.map((v) => hs.map((h) => Math.exp(operator(v, h))));
  const tau = factors.map(sum);
  const hiddenWeights = hs.map((_, t) => sum(weights.map((w, s) => w * factors[s][t])));
  const zHidden = sum(hiddenWeights);
  const marginal = weights.map((w, s) => (w * tau[s]) / zHidden);
  let information = 0;
  weights.forEach((w, s) => {
    factors[s].forEach((f, t) => {
      const joint = (w * f) / zHidden;
      if (joint > 0) information += joint * Math.log(joint / (marginal[s] * (hiddenWeights[t] / zHidden)));
    });
  });
  return {
    hiddenEnergies: hiddenWeights.map((w) => -Math.log(w)),
    visibleFreeEnergy: -Math.log(z),
    hiddenFreeEnergy: -Math.log(zHidden),
    deltaF: Math.log(z / zHidden),
    logTau: tau.map(Math.log),
    meanTau: sum(tau.map((t, s) => p[s] * t)),
    meanLogTau: sum(tau.map((t, s) => p[s] * Math.log(t))),
    kl: sum(p.map((value, s) => value * Math.log(value / marginal[s]))),
    information,
  };
}

/** K_S = 2^{-N} Σ_s f(s) Π_{i∈S} s_i, from its definition. */
export function plainCoupling(values: ArrayLike<number>, spins: number, sites: readonly number[]): number {
  let sum = 0;
  for (let state = 0; state < values.length; state++) {
    const s = spinsOf(state, spins);
    sum += sites.reduce((product, i) => product * s[i], values[state]);
  }
  return sum / values.length;
}
