/**
 * Minimum of a function of a few parameters without derivatives: the simplex of Nelder & Mead, Comput. J. 7, 308
 * (1965), with the usual factors 1, 2, ½, ½, restarted at its result until that is no improvement, since a simplex can
 * collapse before it converges. For two or three parameters and functions with kinks, such as the quality of a data
 * collapse. Deterministic.
 */

/** The least value found. */
export interface Minimum {
  at: Float64Array;
  value: number;
  /** False if the limit of evaluations was reached, or the search diverged. */
  converged: boolean;
}

/** Largest distance of a minimum from the start, in steps. */
const MAX_DISTANCE = 1e6;

/**
 * The minimum of f by the simplex of Nelder & Mead.
 * @param f may return Infinity where it is not defined, but not at `start`
 * @param start parameters to begin with
 * @param steps edges of the first simplex, one per parameter, not 0; also the scale of the precision
 * @param precision length of the simplex's edges, relative to the steps, at which the search ends. Default 1e-6
 */
export function minimise(
  f: (parameters: Float64Array) => number,
  start: ArrayLike<number>,
  steps: ArrayLike<number>,
  precision = 1e-6,
): Minimum {
  let best = descend(f, Float64Array.from(start), steps, precision);
  for (let round = 0; round < 8; round++) {
    const again = descend(f, best.at, steps, precision);
    const moved = again.at.reduce((most, x, k) => Math.max(most, Math.abs((x - best.at[k]) / steps[k])), 0);
    const before = best;
    if (again.value <= best.value) best = again;
    if (moved < 100 * precision || !(again.value < before.value)) return best;
  }
  return { ...best, converged: false };
}

type Vertex = { at: Float64Array; value: number };

function descend(
  f: (parameters: Float64Array) => number,
  start: Float64Array,
  steps: ArrayLike<number>,
  precision: number,
): Minimum {
  const n = start.length;
  const vertex = (at: Float64Array): Vertex => ({ at, value: f(at) });
  const moved = (k: number): Vertex => vertex(start.map((x, i) => (i === k ? x + steps[k] : x)));
  const simplex = [vertex(start.slice()), ...Array.from({ length: n }, (_, k) => moved(k))];
  for (let round = 0; round < 400 * n; round++) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0], simplex[n]];
    const size = simplex.reduce(
      (most, { at }) => at.reduce((m, x, k) => Math.max(m, Math.abs((x - best.at[k]) / steps[k])), most),
      0,
    );
    const far = best.at.some((x, k) => !(Math.abs((x - start[k]) / steps[k]) < MAX_DISTANCE));
    if (far) return { ...best, converged: false };
    if (size < precision) return { ...best, converged: true };
    // centre of all points but the worst; `along` goes through it, away from the worst
    const centre = start.map((_, k) => simplex.slice(0, n).reduce((sum, { at }) => sum + at[k], 0) / n);
    const along = (factor: number): Vertex => vertex(centre.map((c, k) => c + factor * (c - worst.at[k])));
    const reflected = along(1);
    if (reflected.value < best.value) {
      const expanded = along(2);
      simplex[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[n - 1].value) {
      simplex[n] = reflected;
    } else {
      const contracted = along(reflected.value < worst.value ? 0.5 : -0.5);
      if (contracted.value < Math.min(worst.value, reflected.value)) simplex[n] = contracted;
      else for (let v = 1; v <= n; v++) simplex[v] = vertex(simplex[v].at.map((x, k) => (x + best.at[k]) / 2));
    }
  }
  simplex.sort((a, b) => a.value - b.value);
  return { ...simplex[0], converged: false };
}
