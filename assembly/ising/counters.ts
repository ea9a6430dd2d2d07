// 128 counters side by side, one for each bit of a vector: bit p of all of them is the vector number p of an array, so that adding a bit to every counter
// is a carry that runs up the array as far as some counter still carries, two vectors on the average.

/** Vectors of a counter array: 30 bits count the 2^29 bonds of 2^28 sites. */
export const PLANES: u32 = 30;

/** The carry of a + b + c; their sum is a ^ b ^ c. */
// @ts-ignore: decorator
@inline export function carryOf(a: v128, b: v128, c: v128): v128 {
  const odd = v128.xor(a, b);
  return v128.or(v128.and(a, b), v128.and(c, odd));
}

/** Adds carry·2^plane to the counters at `planes`. */
// @ts-ignore: decorator
@inline export function addBits(planes: usize, plane: usize, carry: v128): void {
  let at = planes + (plane << 4);
  while (v128.any_true(carry)) {
    const sum = v128.load(at);
    v128.store(at, v128.xor(sum, carry));
    carry = v128.and(sum, carry);
    at += 16;
  }
}

/**
 * Adds a bit to the counters with few carries: carries of one weight wait at `waiting`, v128 [PLANES], until there are two, so that the next plane gets half
 * as many, and so on. `full` tells the planes where one waits; returns it anew. Reading the counters takes `settle` first.
 */
// @ts-ignore: decorator
@inline export function addLater(planes: usize, waiting: usize, full: u32, plane: u32, carry: v128): u32 {
  while ((full >> plane) & 1) {
    full ^= 1 << plane;
    const at = (<usize>plane) << 4;
    const sum = v128.load(planes + at);
    const other = v128.load(waiting + at);
    v128.store(planes + at, v128.xor(v128.xor(sum, other), carry));
    carry = carryOf(sum, other, carry);
    plane++;
  }
  v128.store(waiting + ((<usize>plane) << 4), carry);
  return full | (1 << plane);
}

/** Adds what waits to the counters. */
export function settle(planes: usize, waiting: usize, full: u32): void {
  for (let plane: u32 = 0; plane < PLANES; plane++) {
    if ((full >> plane) & 1) addBits(planes, plane, v128.load(waiting + ((<usize>plane) << 4)));
  }
}

/** sums[r] = offset + weight·counter r, i32 [128]. */
export function readCounters(planes: usize, sums: usize, offset: i32, weight: i32): void {
  let used = PLANES;
  while (used > 0 && !v128.any_true(v128.load(planes + ((<usize>(used - 1)) << 4)))) used--;
  for (let replica: usize = 0; replica < 128; replica++) {
    let count: i32 = 0;
    for (let plane: u32 = 0; plane < used; plane++) {
      const byte = <u32>load<u8>(planes + ((<usize>plane) << 4) + (replica >> 3));
      count |= <i32>((byte >> <u32>(replica & 7)) & 1) << plane;
    }
    store<i32>(sums + (replica << 2), offset + weight * count);
  }
}
