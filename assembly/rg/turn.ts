// Rows of bits turned into planes and back: a plane is one vector per site, with the bit of row r in lane r.

/** Bytes of 128 vectors. */
export const TILE: usize = 2048;

// @ts-ignore: decorator
@inline function lowBytes(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline function highBytes(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** Two of the four interleavings that turn 16 × 16 bytes: vectors x_a, x_(a+4), x_(a+8), x_(a+12) to 4a … 4a + 3, `step` and `apart` bytes apart. */
// @ts-ignore: decorator
@inline function interleave(from: usize, step: usize, to: usize, apart: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + 4 * step);
  const x2 = v128.load(from + 8 * step);
  const x3 = v128.load(from + 12 * step);
  const y0 = lowBytes(x0, x2);
  const y1 = highBytes(x0, x2);
  const y2 = lowBytes(x1, x3);
  const y3 = highBytes(x1, x3);
  v128.store(to, lowBytes(y0, y2));
  v128.store(to + apart, highBytes(y0, y2));
  v128.store(to + 2 * apart, lowBytes(y1, y3));
  v128.store(to + 3 * apart, highBytes(y1, y3));
}

/** Turns 128 × 128 bits: bit c of vector r at `from` becomes bit r of vector c at `to`; spare: 2048 bytes. */
export function turn(from: usize, spare: usize, to: usize): void {
  // bytes: of the 16 vectors i, 8 + i, 16 + i, …, byte c of each goes to vector 8c + i, so that bit i of its byte m will be that of row 8m + i
  for (let i: usize = 0; i < 128; i += 16) {
    for (let a: usize = 0; a < 64; a += 16) interleave(from + i + (a << 3), 128, spare + (a << 2), 16);
    for (let a: usize = 0; a < 64; a += 16) interleave(spare + a, 16, to + i + (a << 5), 128);
  }
  // bits: 8 × 8 in each byte of eight vectors, by swaps of halves, quarters and eighths (Hacker's Delight, section 7-3)
  const halves = i8x16.splat(0x0f);
  const quarters = i8x16.splat(0x33);
  const eighths = i8x16.splat(0x55);
  const end = to + TILE;
  for (; to < end; to += 128) {
    let v0 = v128.load(to);
    let v1 = v128.load(to, 16);
    let v2 = v128.load(to, 32);
    let v3 = v128.load(to, 48);
    let v4 = v128.load(to, 64);
    let v5 = v128.load(to, 80);
    let v6 = v128.load(to, 96);
    let v7 = v128.load(to, 112);
    let t = v128.and(v128.xor(i64x2.shr_u(v0, 4), v4), halves);
    v4 = v128.xor(v4, t);
    v0 = v128.xor(v0, i64x2.shl(t, 4));
    t = v128.and(v128.xor(i64x2.shr_u(v1, 4), v5), halves);
    v5 = v128.xor(v5, t);
    v1 = v128.xor(v1, i64x2.shl(t, 4));
    t = v128.and(v128.xor(i64x2.shr_u(v2, 4), v6), halves);
    v6 = v128.xor(v6, t);
    v2 = v128.xor(v2, i64x2.shl(t, 4));
    t = v128.and(v128.xor(i64x2.shr_u(v3, 4), v7), halves);
    v7 = v128.xor(v7, t);
    v3 = v128.xor(v3, i64x2.shl(t, 4));

    t = v128.and(v128.xor(i64x2.shr_u(v0, 2), v2), quarters);
    v2 = v128.xor(v2, t);
    v0 = v128.xor(v0, i64x2.shl(t, 2));
    t = v128.and(v128.xor(i64x2.shr_u(v1, 2), v3), quarters);
    v3 = v128.xor(v3, t);
    v1 = v128.xor(v1, i64x2.shl(t, 2));
    t = v128.and(v128.xor(i64x2.shr_u(v4, 2), v6), quarters);
    v6 = v128.xor(v6, t);
    v4 = v128.xor(v4, i64x2.shl(t, 2));
    t = v128.and(v128.xor(i64x2.shr_u(v5, 2), v7), quarters);
    v7 = v128.xor(v7, t);
    v5 = v128.xor(v5, i64x2.shl(t, 2));

    t = v128.and(v128.xor(i64x2.shr_u(v0, 1), v1), eighths);
    v128.store(to, v128.xor(v0, i64x2.shl(t, 1)));
    v128.store(to, v128.xor(v1, t), 16);
    t = v128.and(v128.xor(i64x2.shr_u(v2, 1), v3), eighths);
    v128.store(to, v128.xor(v2, i64x2.shl(t, 1)), 32);
    v128.store(to, v128.xor(v3, t), 48);
    t = v128.and(v128.xor(i64x2.shr_u(v4, 1), v5), eighths);
    v128.store(to, v128.xor(v4, i64x2.shl(t, 1)), 64);
    v128.store(to, v128.xor(v5, t), 80);
    t = v128.and(v128.xor(i64x2.shr_u(v6, 1), v7), eighths);
    v128.store(to, v128.xor(v6, i64x2.shl(t, 1)), 96);
    v128.store(to, v128.xor(v7, t), 112);
  }
}

/**
 * The planes of sites `from`, from + 1, … of `count` rows of `bits`, `stride` bytes apart, which are put into lanes lane, lane + 1, …; the others are
 * zero. Sites come in tiles of 128, so that up to 32 bytes past the last row are read, and forgotten. `from` is a multiple of 8.
 * tile, spare: 2048 bytes each
 */
export function rowsToPlanes(
  bits: usize, stride: usize, count: u32, lane: u32, from: usize, sites: usize, tile: usize, spare: usize, planes: usize,
): void {
  const first = tile + ((<usize>lane) << 4);
  const end = first + ((<usize>count) << 4);
  memory.fill(tile, 0, TILE);
  for (let byte = from >> 3; byte << 3 < from + sites; byte += 16) {
    let row = bits + byte;
    for (let at = first; at < end; at += 16) {
      v128.store(at, v128.load(row));
      row += stride;
    }
    turn(tile, spare, planes);
    planes += TILE;
  }
}
