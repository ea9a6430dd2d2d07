// The SIMD vocabulary of the kernels: what a vector of four floats or of 128 bits can do, named once.

/** Bits 1, 2, 4, 8 in lanes 0..3: the weight of each lane in a nibble. */
// @ts-ignore: decorator
@inline export function nibbleWeights(): v128 {
  return i32x4(1, 2, 4, 8);
}

/** Lanes 0..3 of a mask as bits 0..3 of a number. */
// @ts-ignore: decorator
@inline export function nibble(mask: v128): u32 {
  return <u32>i32x4.bitmask(mask);
}

/** (lane 0 + lane 1) + (lane 2 + lane 3). */
// @ts-ignore: decorator
@inline export function sumLanes(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Rotate each 32-bit lane left. */
// @ts-ignore: decorator
@inline export function rotateLeft(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/** Rotate 128 bits by one byte. */
// @ts-ignore: decorator
@inline export function rotateBytes(x: v128): v128 {
  return i8x16.shuffle(x, x, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
}

/** Rotate 128 bits by one byte the other way. */
// @ts-ignore: decorator
@inline export function rotateBytesBack(x: v128): v128 {
  return i8x16.shuffle(x, x, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
}

/** Rotate 128 bits by five bytes. */
// @ts-ignore: decorator
@inline export function rotateFiveBytes(x: v128): v128 {
  return i8x16.shuffle(x, x, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4);
}

/** Rotate each byte by one bit. */
// @ts-ignore: decorator
@inline export function rotateBits(x: v128): v128 {
  return v128.or(i8x16.shl(x, 1), i8x16.shr_u(x, 7));
}

/** Rotate each byte by one bit the other way. */
// @ts-ignore: decorator
@inline export function rotateBitsBack(x: v128): v128 {
  return v128.or(i8x16.shr_u(x, 1), i8x16.shl(x, 7));
}

/** Lanes (a0, b0, a1, b1): with highPairs, two steps of a 4×4 transpose. */
// @ts-ignore: decorator
@inline export function lowPairs(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 0, 4, 1, 5);
}

/** Lanes (a2, b2, a3, b3). */
// @ts-ignore: decorator
@inline export function highPairs(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 2, 6, 3, 7);
}
