// Training in 16-bit fixed point: the layout of its matrices, and the product of a binary matrix with one of them. Beside panel.ts, which does the same in
// float32, a vector holds eight numbers instead of four.
//
// A panel matrix [inputs, outputs] is cut into panels of 40 columns of i16; each panel is row-major [inputs, 40], 80 bytes a row. Inputs and outputs are
// padded with zeros to multiples of 40. Every column has a scale of its own, 2^s (fixed16Scale.ts): weights are multiples of 2^-s, inputs of units of 2^(3 - s).
//
// Binary inputs come as an index: for each 40 bits of a row 8 groups of 5 bits, each as the u16 80·number. The 32 possible sums of the 5 weight rows of a
// group are built once, and then every binary row costs one load-and-add a group. The tables of 8 groups take 20 kB: with what passes by they stay in the L1 cache.
//
//   index    u16 [groups/8][rows, 8]   entries 0, 80, …, 2480; what one pass reads lies together
//   tables   i16 [8][32][40]           scratch, 20480 bytes
//   panel    i16 [5·groups, 40]        read
//   out      i16 [rows, 40]            written
//
// All additions saturate: what leaves the range stays at its end and never wraps.

/** Columns of a panel, bytes of one of its rows. */
export const COLUMNS: u32 = 40;
export const LINE: usize = 80;
/** Bytes of 40 floats, and of the scales of 40 units (fixed16Scale.ts). */
export const FORTY: usize = 160;
export const SCALES: usize = 480;
/** Bits of a group, and what an index entry is for each of its numbers. */
export const BITS: u32 = 5;
export const STEP: u32 = 80;
/** Groups of a pass, bytes of their entries, and of their tables. */
export const GROUPS: u32 = 8;
export const ENTRIES: usize = 16;
export const FIXED_TABLES: usize = 20480;
/** Bytes of the 32 sums of a group. */
const SUMS: usize = 32 * LINE;

/** The 32 sums of one group: entry n is the sum of the rows whose bits are set in n. */
// @ts-ignore: decorator
@inline function buildSums(rows: usize, table: usize): void {
  for (let column: usize = 0; column < LINE; column += 16) {
    const at = table + column;
    const w0 = v128.load(rows + column);
    const w1 = v128.load(rows + column, LINE);
    const w2 = v128.load(rows + column, 2 * LINE);
    v128.store(at, i16x8.splat(0));
    v128.store(at, w0, LINE);
    v128.store(at, w1, 2 * LINE);
    v128.store(at, w2, 4 * LINE);
    const w01 = i16x8.add_sat_s(w0, w1);
    const w02 = i16x8.add_sat_s(w0, w2);
    const w12 = i16x8.add_sat_s(w1, w2);
    const w012 = i16x8.add_sat_s(w01, w2);
    v128.store(at, w01, 3 * LINE);
    v128.store(at, w02, 5 * LINE);
    v128.store(at, w12, 6 * LINE);
    v128.store(at, w012, 7 * LINE);
    // the other three quarters are these eight and one number more
    const w3 = v128.load(rows + column, 3 * LINE);
    const w4 = v128.load(rows + column, 4 * LINE);
    addEight(at, 8 * LINE, w3, w0, w1, w01, w2, w02, w12, w012);
    addEight(at, 16 * LINE, w4, w0, w1, w01, w2, w02, w12, w012);
    addEight(at, 24 * LINE, i16x8.add_sat_s(w3, w4), w0, w1, w01, w2, w02, w12, w012);
  }
}

// @ts-ignore: decorator
@inline function addEight(at: usize, offset: usize, w: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128): void {
  at += offset;
  v128.store(at, w);
  v128.store(at, i16x8.add_sat_s(a, w), LINE);
  v128.store(at, i16x8.add_sat_s(b, w), 2 * LINE);
  v128.store(at, i16x8.add_sat_s(c, w), 3 * LINE);
  v128.store(at, i16x8.add_sat_s(d, w), 4 * LINE);
  v128.store(at, i16x8.add_sat_s(e, w), 5 * LINE);
  v128.store(at, i16x8.add_sat_s(f, w), 6 * LINE);
  v128.store(at, i16x8.add_sat_s(g, w), 7 * LINE);
}

/**
 * A pass over the rows: the sums of `count` groups, in `out` alone if `fresh`. Each two groups have a branch of their own: in one long block V8 moves all loads
 * to the front, more than there are registers; a loop has addresses to count and looks for interrupts at every turn (5 % of the time).
 */
// @ts-ignore: decorator
@inline function sumPass(entry: usize, count: u32, tables: usize, out: usize, end: usize, shift: i32, fresh: bool): void {
  const half = i16x8.splat(<i16>((<i32>1 << shift) >> 1));
  do {
    let sum0 = half;
    let sum1 = half;
    let sum2 = half;
    let sum3 = half;
    let sum4 = half;
    let one = tables + <usize>load<u16>(entry);
    let two = tables + <usize>load<u16>(entry, 2);
    sum0 = i16x8.add_sat_s(i16x8.add_sat_s(sum0, v128.load(one)), v128.load(two, SUMS));
    sum1 = i16x8.add_sat_s(i16x8.add_sat_s(sum1, v128.load(one, 16)), v128.load(two, SUMS + 16));
    sum2 = i16x8.add_sat_s(i16x8.add_sat_s(sum2, v128.load(one, 32)), v128.load(two, SUMS + 32));
    sum3 = i16x8.add_sat_s(i16x8.add_sat_s(sum3, v128.load(one, 48)), v128.load(two, SUMS + 48));
    sum4 = i16x8.add_sat_s(i16x8.add_sat_s(sum4, v128.load(one, 64)), v128.load(two, SUMS + 64));
    if (count > 2) {
      one = tables + <usize>load<u16>(entry, 4);
      two = tables + <usize>load<u16>(entry, 6);
      sum0 = i16x8.add_sat_s(i16x8.add_sat_s(sum0, v128.load(one, 2 * SUMS)), v128.load(two, 3 * SUMS));
      sum1 = i16x8.add_sat_s(i16x8.add_sat_s(sum1, v128.load(one, 2 * SUMS + 16)), v128.load(two, 3 * SUMS + 16));
      sum2 = i16x8.add_sat_s(i16x8.add_sat_s(sum2, v128.load(one, 2 * SUMS + 32)), v128.load(two, 3 * SUMS + 32));
      sum3 = i16x8.add_sat_s(i16x8.add_sat_s(sum3, v128.load(one, 2 * SUMS + 48)), v128.load(two, 3 * SUMS + 48));
      sum4 = i16x8.add_sat_s(i16x8.add_sat_s(sum4, v128.load(one, 2 * SUMS + 64)), v128.load(two, 3 * SUMS + 64));
    }
    if (count > 4) {
      one = tables + <usize>load<u16>(entry, 8);
      two = tables + <usize>load<u16>(entry, 10);
      sum0 = i16x8.add_sat_s(i16x8.add_sat_s(sum0, v128.load(one, 4 * SUMS)), v128.load(two, 5 * SUMS));
      sum1 = i16x8.add_sat_s(i16x8.add_sat_s(sum1, v128.load(one, 4 * SUMS + 16)), v128.load(two, 5 * SUMS + 16));
      sum2 = i16x8.add_sat_s(i16x8.add_sat_s(sum2, v128.load(one, 4 * SUMS + 32)), v128.load(two, 5 * SUMS + 32));
      sum3 = i16x8.add_sat_s(i16x8.add_sat_s(sum3, v128.load(one, 4 * SUMS + 48)), v128.load(two, 5 * SUMS + 48));
      sum4 = i16x8.add_sat_s(i16x8.add_sat_s(sum4, v128.load(one, 4 * SUMS + 64)), v128.load(two, 5 * SUMS + 64));
    }
    if (count > 6) {
      one = tables + <usize>load<u16>(entry, 12);
      two = tables + <usize>load<u16>(entry, 14);
      sum0 = i16x8.add_sat_s(i16x8.add_sat_s(sum0, v128.load(one, 6 * SUMS)), v128.load(two, 7 * SUMS));
      sum1 = i16x8.add_sat_s(i16x8.add_sat_s(sum1, v128.load(one, 6 * SUMS + 16)), v128.load(two, 7 * SUMS + 16));
      sum2 = i16x8.add_sat_s(i16x8.add_sat_s(sum2, v128.load(one, 6 * SUMS + 32)), v128.load(two, 7 * SUMS + 32));
      sum3 = i16x8.add_sat_s(i16x8.add_sat_s(sum3, v128.load(one, 6 * SUMS + 48)), v128.load(two, 7 * SUMS + 48));
      sum4 = i16x8.add_sat_s(i16x8.add_sat_s(sum4, v128.load(one, 6 * SUMS + 64)), v128.load(two, 7 * SUMS + 64));
    }
    if (fresh) {
      v128.store(out, i16x8.shr_s(sum0, shift));
      v128.store(out, i16x8.shr_s(sum1, shift), 16);
      v128.store(out, i16x8.shr_s(sum2, shift), 32);
      v128.store(out, i16x8.shr_s(sum3, shift), 48);
      v128.store(out, i16x8.shr_s(sum4, shift), 64);
    } else {
      v128.store(out, i16x8.add_sat_s(v128.load(out), i16x8.shr_s(sum0, shift)));
      v128.store(out, i16x8.add_sat_s(v128.load(out, 16), i16x8.shr_s(sum1, shift)), 16);
      v128.store(out, i16x8.add_sat_s(v128.load(out, 32), i16x8.shr_s(sum2, shift)), 32);
      v128.store(out, i16x8.add_sat_s(v128.load(out, 48), i16x8.shr_s(sum3, shift)), 48);
      v128.store(out, i16x8.add_sat_s(v128.load(out, 64), i16x8.shr_s(sum4, shift)), 64);
    }
    entry += ENTRIES;
    out += LINE;
  } while (out < end);
}

/**
 * out ← 2^-shift·(bits × panel), the sum of every eight groups being rounded to the nearest (half up).
 * @param block bytes from a row's entries of eight groups to its next ones
 * @param rows at least 1
 * @param groups even, at least 2
 */
export function fixedProduct(index: usize, block: usize, rows: u32, groups: u32, panel: usize, tables: usize, out: usize, shift: i32): void {
  const end = out + <usize>rows * LINE;
  for (let first: u32 = 0; first < groups; first += GROUPS) {
    const count = min(GROUPS, groups - first);
    for (let g: u32 = 0; g < count; g++) buildSums(panel + <usize>(first + g) * (<usize>BITS * LINE), tables + <usize>g * SUMS);
    if (first == 0) sumPass(index, count, tables, out, end, shift, true);
    else sumPass(index, count, tables, out, end, shift, false);
    index += block;
  }
}
