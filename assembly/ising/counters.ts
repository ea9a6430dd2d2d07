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
