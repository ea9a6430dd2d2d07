/**
 * Minimum of a smooth function of many parameters by its gradient: the limited-memory method of Broyden, Fletcher,
 * Goldfarb & Shanno (Nocedal & Wright, Numerical Optimization, 2006, algorithm 7.4) with a bisecting search for the
 * weak Wolfe conditions (Lewis & Overton 2013). Plain arithmetic in a fixed order: if the function has the same bits on
 * every engine, so has the minimum.
 */

/** A point of the descent. */
export interface Iterate {
  /** 0 for the start. */
  iteration: number;
  /** A fresh array. */
  at: Float64Array;
  value: number;
  /** Largest |∂f/∂x|. */
  gradient: number;
  /** Evaluations of f so far. */
  evaluations: number;
}

/** Options of `descent`. */
export interface DescentOptions {
  /** The descent ends when no |∂f/∂x| is larger. */
  tolerance: number;
  /** Number of last steps whose curvature is used. Default 30. */
  memory?: number;
}

/** Halvings and doublings of one search. */
const SEARCH = 60;

/**
 * The points of the descent: the start first, each later point lower than the one before. It ends at the tolerance, or
 * where no step decreases f, within its rounding.
 * @param f returns the value and writes the gradient into the second argument
 */
export function* descent(
  f: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  { tolerance, memory = 30 }: DescentOptions,
): Generator<Iterate, void> {
  const n = start.length;
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(n);
  let value = f(x, gradient);
  let evaluations = 1;
  const steps: Curvature[] = [];
  for (let iteration = 0; ; iteration++) {
    yield { iteration, at: x.slice(), value, gradient: largest(gradient), evaluations };
    if (!(largest(gradient) > tolerance)) return;
    const direction = quasiNewton(gradient, steps);
    const slope = dot(direction, gradient);
    if (!(slope < 0)) return;
    // the weak Wolfe conditions: a sufficient decrease, and a flatter slope
    let low = 0;
    let high = Infinity;
    let t = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
    let next = x;
    let nextGradient: Float64Array = new Float64Array(n);
    let nextValue = Infinity;
    for (let trial = 0; trial < SEARCH; trial++) {
      next = x.map((value, k) => value + t * direction[k]);
      nextValue = f(next, nextGradient);
      evaluations++;
      if (!(nextValue <= value + 1e-4 * t * slope)) high = t;
      else if (dot(nextGradient, direction) < 0.9 * slope) low = t;
      else break;
      t = high < Infinity ? (low + high) / 2 : 2 * low;
    }
    if (!(nextValue < value)) return;
    const step = next.map((value, k) => value - x[k]);
    const change = nextGradient.map((value, k) => value - gradient[k]);
    const curvature = dot(step, change);
    if (curvature > 0) {
      steps.push({ step, change, curvature });
      if (steps.length > memory) steps.shift();
    }
    x = next;
    value = nextValue;
    [gradient, nextGradient] = [nextGradient, gradient];
  }
}

interface Curvature {
  step: Float64Array;
  change: Float64Array;
  /** step·change > 0. */
  curvature: number;
}

/** -H·gradient, H the inverse Hessian that the steps suggest: the two-loop recursion. */
function quasiNewton(gradient: Float64Array, steps: readonly Curvature[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const factors = new Float64Array(steps.length);
  for (let k = steps.length - 1; k >= 0; k--) {
    const { step, change, curvature } = steps[k];
    factors[k] = dot(step, direction) / curvature;
    for (let i = 0; i < direction.length; i++) direction[i] -= factors[k] * change[i];
  }
  const last = steps[steps.length - 1];
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  steps.forEach(({ step, change, curvature }, k) => {
    const beta = dot(change, direction) / curvature;
    for (let i = 0; i < direction.length; i++) direction[i] += (factors[k] - beta) * step[i];
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function largest(x: Float64Array): number {
  return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
