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

/** out += bits × panel, for one panel of columns; `entries` u16 lie between the starts of two rows of the index. */
export function product(index: usize, entries: u32, rows: u32, groups: u32, panel: usize, tables: usize, out: usize): void {
  const stride = (<usize>entries) << 1;
  for (let first: u32 = 0; first < groups; first += BLOCK) {
    const count = min(BLOCK, groups - first);
    for (let g: u32 = 0; g < count; g++) buildTable(panel + <usize>(first + g) * (4 * ROW), tables + <usize>g * TABLE);
    let entry = index + ((<usize>first) << 1);
    const length = (<usize>count) << 1;
    let at = out;
    const end = out + <usize>rows * ROW;
    do {
      let sum0 = v128.load(at);
      let sum1 = v128.load(at, 16);
      let sum2 = v128.load(at, 32);
      let sum3 = v128.load(at, 48);
      let sum4 = v128.load(at, 64);
      let table = tables;
      let next = entry;
      const stop = entry + length;
      do {
        const row = table + <usize>load<u16>(next);
        sum0 = f32x4.add(sum0, v128.load(row));
        sum1 = f32x4.add(sum1, v128.load(row, 16));
        sum2 = f32x4.add(sum2, v128.load(row, 32));
        sum3 = f32x4.add(sum3, v128.load(row, 48));
        sum4 = f32x4.add(sum4, v128.load(row, 64));
        table += TABLE;
        next += 2;
      } while (next < stop);
      v128.store(at, sum0);
      v128.store(at, sum1, 16);
      v128.store(at, sum2, 32);
      v128.store(at, sum3, 48);
      v128.store(at, sum4, 64);
      entry += stride;
      at += ROW;
    } while (at < end);
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
