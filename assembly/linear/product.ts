// Products of float64 matrices: both factors are packed into panels of four lines, and tiles of 4×4 sums stay in registers while they run over the terms.
//
//   matrix   f64 or f32, element (line, term) at matrix + line·lineBytes + term·termBytes, so that a transposed matrix is a choice of the two steps
//   panels   f64 [lines/4 rounded up][terms][4]      lines that fill up the last panel are 0
//   out      f64 [rows, columns]                     added to
//   tile     128 bytes                               for the sums of a tile that reaches over the edge
//
// Each element of the result is its sum so far, plus one product after another in the order of the terms, each product and each sum rounded: the order that
// three plain loops have. Blocks do not change it, since a tile goes on with the sums of the block before it.
//
// Blocks: 256 terms of two panels are 16 KB, which a first-level cache holds; a block of 32 panels of the left factor is 256 KB, for the second level.
//
// Cost: a term of a tile is eight multiplications and eight additions of two doubles, and six loads.

const TERMS: u32 = 256;
const ROWS: u32 = 128;

/** Panels of four lines of a float64 matrix. */
export function packPanels(matrix: usize, lines: u32, terms: u32, lineBytes: usize, termBytes: usize, panels: usize): void {
  for (let line: u32 = 0; line < lines; line += 4) {
    const left = lines - line;
    for (let k: u32 = 0, from = matrix; k < terms; k++) {
      store<f64>(panels, load<f64>(from));
      store<f64>(panels, left > 1 ? load<f64>(from + lineBytes) : 0, 8);
      store<f64>(panels, left > 2 ? load<f64>(from + 2 * lineBytes) : 0, 16);
      store<f64>(panels, left > 3 ? load<f64>(from + 3 * lineBytes) : 0, 24);
      panels += 32;
      from += termBytes;
    }
    matrix += 4 * lineBytes;
  }
}

/** The same of a float32 matrix. */
export function packFloatPanels(matrix: usize, lines: u32, terms: u32, lineBytes: usize, termBytes: usize, panels: usize): void {
  for (let line: u32 = 0; line < lines; line += 4) {
    const left = lines - line;
    for (let k: u32 = 0, from = matrix; k < terms; k++) {
      store<f64>(panels, <f64>load<f32>(from));
      store<f64>(panels, left > 1 ? <f64>load<f32>(from + lineBytes) : 0, 8);
      store<f64>(panels, left > 2 ? <f64>load<f32>(from + 2 * lineBytes) : 0, 16);
      store<f64>(panels, left > 3 ? <f64>load<f32>(from + 3 * lineBytes) : 0, 24);
      panels += 32;
      from += termBytes;
    }
    matrix += 4 * lineBytes;
  }
}

/** out += left × right, both packed over the same terms. */
export function multiplyPanels(left: usize, right: usize, rows: u32, columns: u32, terms: u32, out: usize, tile: usize): void {
  const line = (<usize>terms) << 3;
  const stride = (<usize>columns) << 3;
  for (let term: u32 = 0; term < terms; term += TERMS) {
    const count = min(TERMS, terms - term);
    const ahead = (<usize>term) << 5;
    for (let block: u32 = 0; block < rows; block += ROWS) {
      const stop = min(block + ROWS, rows);
      for (let column: u32 = 0; column < columns; column += 4) {
        const b = right + (<usize>column) * line + ahead;
        for (let row = block; row < stop; row += 4) {
          const a = left + (<usize>row) * line + ahead;
          const sums = out + (<usize>row) * stride + ((<usize>column) << 3);
          if (row + 4 <= rows && column + 4 <= columns) addTile(a, b, count, sums, stride);
          else {
            const height = min<u32>(4, rows - row);
            const width = min<u32>(4, columns - column);
            copyTile(sums, stride, tile, 32, height, width);
            addTile(a, b, count, tile, 32);
            copyTile(tile, 32, sums, stride, height, width);
          }
        }
      }
    }
  }
}

/** height × width doubles from one place to another. */
function copyTile(from: usize, fromStride: usize, to: usize, toStride: usize, height: u32, width: u32): void {
  for (let i: u32 = 0; i < height; i++) {
    for (let j: u32 = 0; j < width; j++) store<f64>(to + (j << 3), load<f64>(from + (j << 3)));
    from += fromStride;
    to += toStride;
  }
}

/** 4×4 sums += `count` terms of a panel on the left and one on the right. */
function addTile(a: usize, b: usize, count: u32, sums: usize, stride: usize): void {
  const sums1 = sums + stride;
  const sums2 = sums1 + stride;
  const sums3 = sums2 + stride;
  let s00 = v128.load(sums);
  let s01 = v128.load(sums, 16);
  let s10 = v128.load(sums1);
  let s11 = v128.load(sums1, 16);
  let s20 = v128.load(sums2);
  let s21 = v128.load(sums2, 16);
  let s30 = v128.load(sums3);
  let s31 = v128.load(sums3, 16);
  const end = a + ((<usize>count) << 5);
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(x, b0));
    s01 = f64x2.add(s01, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 8);
    s10 = f64x2.add(s10, f64x2.mul(x, b0));
    s11 = f64x2.add(s11, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 16);
    s20 = f64x2.add(s20, f64x2.mul(x, b0));
    s21 = f64x2.add(s21, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 24);
    s30 = f64x2.add(s30, f64x2.mul(x, b0));
    s31 = f64x2.add(s31, f64x2.mul(x, b1));
    a += 32;
    b += 32;
  } while (a < end);
  v128.store(sums, s00);
  v128.store(sums, s01, 16);
  v128.store(sums1, s10);
  v128.store(sums1, s11, 16);
  v128.store(sums2, s20);
  v128.store(sums2, s21, 16);
  v128.store(sums3, s30);
  v128.store(sums3, s31, 16);
}
