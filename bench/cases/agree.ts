/**
 * What the checks of cases assert: results that are defined to the last bit are equal, others lie within a stated error
 * of exact values.
 */

type Numbers = Uint8Array | Uint32Array | Float32Array | Float64Array;

/** @throws Error naming the first place where two arrays differ */
export function same(what: string, ours: Numbers, others: Numbers): void {
  if (ours.length !== others.length) throw new Error(`${what}: ${ours.length} numbers, expected ${others.length}`);
  const differ = ours.findIndex((value: number, k: number) => !Object.is(value, others[k]));
  if (differ >= 0) throw new Error(`${what}: number ${differ} is ${ours[differ]}, expected ${others[differ]}`);
}

/** @throws Error unless |ours - theirs| <= tolerance for each number; says how far apart the furthest are */
export function close(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): string {
  if (ours.length !== theirs.length) throw new Error(`${what}: ${ours.length} numbers, expected ${theirs.length}`);
  let furthest = 0;
  for (let k = 0; k < ours.length; k++) {
    const distance = Math.abs(ours[k] - theirs[k]);
    if (!(distance <= tolerance)) throw new Error(`${what}: number ${k} is ${ours[k]}, expected ${theirs[k]}`);
    furthest = Math.max(furthest, distance);
  }
  return `within ${furthest.toExponential(0)}`;
}

/**
 * @param values independent numbers, two or more
 * @throws Error unless their mean is the exact one within five standard errors
 * @returns the deviation in standard errors
 */
export function agree(what: string, values: ArrayLike<number>, exact: number): string {
  const n = values.length;
  let mean = 0;
  for (let k = 0; k < n; k++) mean += values[k] / n;
  let variance = 0;
  for (let k = 0; k < n; k++) variance += (values[k] - mean) ** 2 / (n - 1);
  const error = Math.sqrt(variance / n);
  const score = (mean - exact) / error;
  // written so that NaN, as of fewer than two numbers or of equal ones, is refused
  if (!(Math.abs(score) < 5)) throw new Error(`${what}: mean ${mean} ± ${error}, exact ${exact}`);
  return score.toFixed(1);
}
