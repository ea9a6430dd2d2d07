/** N(mean, 1) given that it is not negative, one after another (assembly/rbm/rectified.ts). */

import { exp, log } from './math.js';
import type { Stream } from './streams.js';

/** An open uniform number from 32 bits. */
const inside = (bits: number) => (bits + 0.5) / 2 ** 32;

export function rectifiedNormals(stream: Stream, means: Float64Array): Float32Array {
  return Float32Array.from(means, (mean) => {
    // each four of numbers makes two attempts, of which the first that succeeds is taken
    for (;;) {
      const [a, b, c, d] = stream.next();
      const attempts = [
        [a, b],
        [c, d],
      ].map(([first, second]) =>
        mean > -0.4
          ? normalAbove(mean, inside(first), inside(second))
          : exponential(mean, inside(first), inside(second)),
      );
      const x = attempts.find((attempt) => attempt !== undefined);
      if (x !== undefined) return x;
    }
  });
}

/** The first of two normals, by the polar method, that makes mean + normal >= 0. */
function normalAbove(mean: number, first: number, second: number): number | undefined {
  const a = 2 * first - 1;
  const b = 2 * second - 1;
  const square = a * a + b * b;
  if (square >= 1) return undefined;
  const factor = Math.sqrt((-2 * log(square)) / square);
  return [a, b].map((side) => mean + side * factor).find((x) => x >= 0);
}

/** An exponential number, if it is accepted. */
function exponential(mean: number, first: number, second: number): number | undefined {
  const rate = 0.5 * (Math.sqrt(mean * mean + 4) - mean);
  const x = -log(first) / rate;
  const from = x - mean - rate;
  return second < exp(-0.5 * from * from) ? x : undefined;
}
