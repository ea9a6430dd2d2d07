// The layout of every float matrix in the RBM kernels, and the product of a binary matrix with a float one.
//
// A panel matrix [inputs, outputs] is cut into panels of 20 columns; each panel is row-major [inputs, 20], 80 bytes a row, so that whatever is read
// together lies together. Inputs and outputs are padded with zeros to multiples of 20.
//
// Binary inputs come as an index: for each row of bits and each group of 4 bits, the u16 80·nibble. The 16 possible sums of the 4 weight rows of a
// group are built once (11 additions of a panel row), and then every binary row costs one load-and-add a group instead of four multiply-adds
// ("the method of four Russians"). 20 groups are 25.6 kB of tables: they stay in the L1 cache while all rows pass by.
//
//   index    u16 [rows, groups]        one entry 0, 80, …, 1200
//   tables   f32 [20][16][20]          scratch, 25600 bytes
//   panel    f32 [4·groups, 20]        read
//   out      f32 [rows, 20]            added to; the order of additions is that of the groups

/** Columns of a panel, bytes of one of its rows. */
export const PANEL: u32 = 20;
export const ROW: usize = 80;
/** An index entry is this times a nibble: the byte offset of its sum in a table. */
export const ENTRY: u32 = 80;
/** Bytes of the 16 sums of a group. */
const TABLE: usize = 16 * ROW;
/** Groups whose tables share the L1 cache, and bytes of those tables. */
const BLOCK: u32 = 20;
export const TABLES: usize = 25600;

/** The 16 sums of one group: entry n is the sum of the rows whose bits are set in n, lowest bit first. */
// @ts-ignore: decorator
@inline function buildTable(rows: usize, table: usize): void {
  for (let column: usize = 0; column < ROW; column += 16) {
    const at = table + column;
    const w0 = v128.load(rows + column);
    const w1 = v128.load(rows + column, ROW);
    const w2 = v128.load(rows + column, 2 * ROW);
    const w3 = v128.load(rows + column, 3 * ROW);
    const w01 = f32x4.add(w0, w1);
    const w02 = f32x4.add(w0, w2);
    const w12 = f32x4.add(w1, w2);
    const w012 = f32x4.add(w01, w2);
    v128.store(at, f32x4.splat(0));
    v128.store(at, w0, ROW);
    v128.store(at, w1, 2 * ROW);
    v128.store(at, w01, 3 * ROW);
    v128.store(at, w2, 4 * ROW);
    v128.store(at, w02, 5 * ROW);
    v128.store(at, w12, 6 * ROW);
    v128.store(at, w012, 7 * ROW);
    v128.store(at, w3, 8 * ROW);
    v128.store(at, f32x4.add(w0, w3), 9 * ROW);
    v128.store(at, f32x4.add(w1, w3), 10 * ROW);
    v128.store(at, f32x4.add(w01, w3), 11 * ROW);
    v128.store(at, f32x4.add(w2, w3), 12 * ROW);
    v128.store(at, f32x4.add(w02, w3), 13 * ROW);
    v128.store(at, f32x4.add(w12, w3), 14 * ROW);
    v128.store(at, f32x4.add(w012, w3), 15 * ROW);
  }
}

/**
 * A pass over the rows: out += the sums of `count` groups. Each two groups have a branch of their own: in one long block V8 moves all loads to the front,
 * more than there are registers; a loop has addresses to count and looks for interrupts at every turn (9 % of the time).
 */
// @ts-ignore: decorator
@inline function addPass(entry: usize, stride: usize, count: u32, tables: usize, out: usize, end: usize): void {
  const last = (<usize>(count - 1)) << 1;
  const odd = tables + <usize>(count - 1) * TABLE;
  do {
    let sum0 = v128.load(out);
    let sum1 = v128.load(out, 16);
    let sum2 = v128.load(out, 32);
    let sum3 = v128.load(out, 48);
    let sum4 = v128.load(out, 64);
    let one: usize;
    let two: usize;
    if (count > 1) {
      one = tables + <usize>load<u16>(entry);
      two = tables + <usize>load<u16>(entry, 2);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one)), v128.load(two, TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 16)), v128.load(two, TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 32)), v128.load(two, TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 48)), v128.load(two, TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 64)), v128.load(two, TABLE + 64));
    }
    if (count > 3) {
      one = tables + <usize>load<u16>(entry, 4);
      two = tables + <usize>load<u16>(entry, 6);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 2 * TABLE)), v128.load(two, 3 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 2 * TABLE + 16)), v128.load(two, 3 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 2 * TABLE + 32)), v128.load(two, 3 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 2 * TABLE + 48)), v128.load(two, 3 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 2 * TABLE + 64)), v128.load(two, 3 * TABLE + 64));
    }
    if (count > 5) {
      one = tables + <usize>load<u16>(entry, 8);
      two = tables + <usize>load<u16>(entry, 10);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 4 * TABLE)), v128.load(two, 5 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 4 * TABLE + 16)), v128.load(two, 5 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 4 * TABLE + 32)), v128.load(two, 5 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 4 * TABLE + 48)), v128.load(two, 5 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 4 * TABLE + 64)), v128.load(two, 5 * TABLE + 64));
    }
    if (count > 7) {
      one = tables + <usize>load<u16>(entry, 12);
      two = tables + <usize>load<u16>(entry, 14);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 6 * TABLE)), v128.load(two, 7 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 6 * TABLE + 16)), v128.load(two, 7 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 6 * TABLE + 32)), v128.load(two, 7 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 6 * TABLE + 48)), v128.load(two, 7 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 6 * TABLE + 64)), v128.load(two, 7 * TABLE + 64));
    }
    if (count > 9) {
      one = tables + <usize>load<u16>(entry, 16);
      two = tables + <usize>load<u16>(entry, 18);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 8 * TABLE)), v128.load(two, 9 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 8 * TABLE + 16)), v128.load(two, 9 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 8 * TABLE + 32)), v128.load(two, 9 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 8 * TABLE + 48)), v128.load(two, 9 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 8 * TABLE + 64)), v128.load(two, 9 * TABLE + 64));
    }
    if (count > 11) {
      one = tables + <usize>load<u16>(entry, 20);
      two = tables + <usize>load<u16>(entry, 22);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 10 * TABLE)), v128.load(two, 11 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 10 * TABLE + 16)), v128.load(two, 11 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 10 * TABLE + 32)), v128.load(two, 11 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 10 * TABLE + 48)), v128.load(two, 11 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 10 * TABLE + 64)), v128.load(two, 11 * TABLE + 64));
    }
    if (count > 13) {
      one = tables + <usize>load<u16>(entry, 24);
      two = tables + <usize>load<u16>(entry, 26);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 12 * TABLE)), v128.load(two, 13 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 12 * TABLE + 16)), v128.load(two, 13 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 12 * TABLE + 32)), v128.load(two, 13 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 12 * TABLE + 48)), v128.load(two, 13 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 12 * TABLE + 64)), v128.load(two, 13 * TABLE + 64));
    }
    if (count > 15) {
      one = tables + <usize>load<u16>(entry, 28);
      two = tables + <usize>load<u16>(entry, 30);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 14 * TABLE)), v128.load(two, 15 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 14 * TABLE + 16)), v128.load(two, 15 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 14 * TABLE + 32)), v128.load(two, 15 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 14 * TABLE + 48)), v128.load(two, 15 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 14 * TABLE + 64)), v128.load(two, 15 * TABLE + 64));
    }
    if (count > 17) {
      one = tables + <usize>load<u16>(entry, 32);
      two = tables + <usize>load<u16>(entry, 34);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 16 * TABLE)), v128.load(two, 17 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 16 * TABLE + 16)), v128.load(two, 17 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 16 * TABLE + 32)), v128.load(two, 17 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 16 * TABLE + 48)), v128.load(two, 17 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 16 * TABLE + 64)), v128.load(two, 17 * TABLE + 64));
    }
    if (count > 19) {
      one = tables + <usize>load<u16>(entry, 36);
      two = tables + <usize>load<u16>(entry, 38);
      sum0 = f32x4.add(f32x4.add(sum0, v128.load(one, 18 * TABLE)), v128.load(two, 19 * TABLE));
      sum1 = f32x4.add(f32x4.add(sum1, v128.load(one, 18 * TABLE + 16)), v128.load(two, 19 * TABLE + 16));
      sum2 = f32x4.add(f32x4.add(sum2, v128.load(one, 18 * TABLE + 32)), v128.load(two, 19 * TABLE + 32));
      sum3 = f32x4.add(f32x4.add(sum3, v128.load(one, 18 * TABLE + 48)), v128.load(two, 19 * TABLE + 48));
      sum4 = f32x4.add(f32x4.add(sum4, v128.load(one, 18 * TABLE + 64)), v128.load(two, 19 * TABLE + 64));
    }
    if (count & 1) {
      one = odd + <usize>load<u16>(entry + last);
      sum0 = f32x4.add(sum0, v128.load(one));
      sum1 = f32x4.add(sum1, v128.load(one, 16));
      sum2 = f32x4.add(sum2, v128.load(one, 32));
      sum3 = f32x4.add(sum3, v128.load(one, 48));
      sum4 = f32x4.add(sum4, v128.load(one, 64));
    }
    v128.store(out, sum0);
    v128.store(out, sum1, 16);
    v128.store(out, sum2, 32);
    v128.store(out, sum3, 48);
    v128.store(out, sum4, 64);
    entry += stride;
    out += ROW;
  } while (out < end);
}

/** out += bits × panel, for one panel of columns; `entries` u16 lie between the starts of two rows of the index. At least one row. */
export function product(index: usize, entries: u32, rows: u32, groups: u32, panel: usize, tables: usize, out: usize): void {
  const stride = (<usize>entries) << 1;
  const end = out + <usize>rows * ROW;
  for (let first: u32 = 0; first < groups; first += BLOCK) {
    const count = min(BLOCK, groups - first);
    for (let g: u32 = 0; g < count; g++) buildTable(panel + <usize>(first + g) * (4 * ROW), tables + <usize>g * TABLE);
    addPass(index + ((<usize>first) << 1), stride, count, tables, out, end);
  }
}

/** Every row of a panel becomes `values` (20 floats); with values = 0, zero. */
export function fillRows(panel: usize, rows: u32, values: usize): void {
  const end = panel + <usize>rows * ROW;
  for (let column: usize = 0; column < ROW; column += 16) {
    const value = values ? v128.load(values + column) : f32x4.splat(0);
    for (let at = panel + column; at < end; at += ROW) v128.store(at, value);
  }
}
