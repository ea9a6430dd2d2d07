// Products of float64 matrices: both factors are packed into panels of four lines, and tiles of 4×4 sums stay in registers while they run over the terms.
//
//   matrix   f64 or f32, element (line, term) at matrix + line·lineBytes + term·termBytes, so that a transposed matrix is a choice of the two steps
//   panels   f64 [lines/4 rounded up][terms][4]      lines that fill up the last panel are 0
//   out      f64 [rows][stride bytes]                the first `columns` numbers of each row are added to
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

/** Terms of `left` lines, of which up to four are taken, one at a time; returns where the panel goes on. */
// @ts-ignore: decorator
@inline function packTerms<T>(from: usize, terms: u32, lineBytes: usize, termBytes: usize, left: u32, panel: usize): usize {
  for (; terms > 0; terms--, from += termBytes, panel += 32) {
    store<f64>(panel, <f64>load<T>(from));
    store<f64>(panel, left > 1 ? <f64>load<T>(from + lineBytes) : 0, 8);
    store<f64>(panel, left > 2 ? <f64>load<T>(from + 2 * lineBytes) : 0, 16);
    store<f64>(panel, left > 3 ? <f64>load<T>(from + 3 * lineBytes) : 0, 24);
  }
  return panel;
}

/** Panels of four lines of a float64 matrix. Four whole lines are turned two terms at a time, or read at once where they lie side by side. */
export function packPanels(matrix: usize, lines: u32, terms: u32, lineBytes: usize, termBytes: usize, panels: usize): void {
  for (let line: u32 = 0; line < lines; line += 4) {
    const left = lines - line;
    let k: u32 = 0;
    let from = matrix;
    if (left > 3 && lineBytes == 8) {
      for (; k < terms; k++, from += termBytes, panels += 32) {
        v128.store(panels, v128.load(from));
        v128.store(panels, v128.load(from, 16), 16);
      }
    } else if (left > 3 && termBytes == 8) {
      for (; k + 2 <= terms; k += 2, from += 16, panels += 64) {
        const a = v128.load(from);
        const b = v128.load(from + lineBytes);
        const c = v128.load(from + 2 * lineBytes);
        const d = v128.load(from + 3 * lineBytes);
        v128.store(panels, v128.shuffle<f64>(a, b, 0, 2));
        v128.store(panels, v128.shuffle<f64>(c, d, 0, 2), 16);
        v128.store(panels, v128.shuffle<f64>(a, b, 1, 3), 32);
        v128.store(panels, v128.shuffle<f64>(c, d, 1, 3), 48);
      }
    }
    panels = packTerms<f64>(from, terms - k, lineBytes, termBytes, left, panels);
    matrix += 4 * lineBytes;
  }
}

/** The same of a float32 matrix; four whole lines are turned four terms at a time. */
export function packFloatPanels(matrix: usize, lines: u32, terms: u32, lineBytes: usize, termBytes: usize, panels: usize): void {
  for (let line: u32 = 0; line < lines; line += 4) {
    const left = lines - line;
    let k: u32 = 0;
    let from = matrix;
    if (left > 3 && lineBytes == 4) {
      for (; k < terms; k++, from += termBytes, panels += 32) storeDoubles(panels, v128.load(from));
    } else if (left > 3 && termBytes == 4) {
      for (; k + 4 <= terms; k += 4, from += 16, panels += 128) {
        const a = v128.load(from);
        const b = v128.load(from + lineBytes);
        const c = v128.load(from + 2 * lineBytes);
        const d = v128.load(from + 3 * lineBytes);
        const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        storeDoubles(panels, v128.shuffle<f64>(ab, cd, 0, 2));
        storeDoubles(panels + 32, v128.shuffle<f64>(ab, cd, 1, 3));
        const laterAb = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const laterCd = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        storeDoubles(panels + 64, v128.shuffle<f64>(laterAb, laterCd, 0, 2));
        storeDoubles(panels + 96, v128.shuffle<f64>(laterAb, laterCd, 1, 3));
      }
    }
    panels = packTerms<f32>(from, terms - k, lineBytes, termBytes, left, panels);
    matrix += 4 * lineBytes;
  }
}

/** Four floats as doubles. */
function storeDoubles(to: usize, floats: v128): void {
  v128.store(to, f64x2.promote_low_f32x4(floats));
  v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<f64>(floats, floats, 1, 0)), 16);
}

/** Doubles to the nearest floats, which lie at the same place. */
export function roundToFloats(values: usize, count: u32): void {
  const whole = values + ((<usize>(count & ~1)) << 3);
  let to = values;
  for (; values < whole; values += 16, to += 8) v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(values)), 0);
  if (count & 1) store<f32>(to, <f32>load<f64>(values));
}

/** out += left × right, both packed over the same terms. */
export function multiplyPanels(
  left: usize,
  right: usize,
  rows: u32,
  columns: u32,
  terms: u32,
  out: usize,
  stride: usize,
  tile: usize,
): void {
  const line = (<usize>terms) << 3;
  // one or two rows beyond the last whole panel are tiles of 2×8
  const flat: u32 = (rows & 3) == 1 || (rows & 3) == 2 ? rows & 3 : 0;
  const high = rows - flat;
  const wide = flat > 0 ? columns & ~7 : 0;
  for (let term: u32 = 0; term < terms; term += TERMS) {
    const count = min(TERMS, terms - term);
    const ahead = (<usize>term) << 5;
    for (let block: u32 = 0; block < high; block += ROWS) {
      const stop = min(block + ROWS, high);
      for (let column: u32 = 0; column < columns; column += 4) {
        const b = right + (<usize>column) * line + ahead;
        for (let row = block; row < stop; row += 4) {
          const a = left + (<usize>row) * line + ahead;
          const sums = out + (<usize>row) * stride + ((<usize>column) << 3);
          if (row + 4 <= rows && column + 4 <= columns) addTile(a, b, count, sums, stride);
          else addEdge(a, b, count, sums, stride, min<u32>(4, rows - row), min<u32>(4, columns - column), tile);
        }
      }
    }
    if (flat == 0) continue;
    const a = left + (<usize>high) * line + ahead;
    const sums = out + (<usize>high) * stride;
    for (let column: u32 = 0; column < wide; column += 8) {
      const b = right + (<usize>column) * line + ahead;
      const own = sums + ((<usize>column) << 3);
      if (flat == 2) addFlatTile(a, b, 4 * line, count, own, stride);
      else {
        copyTile(own, 64, tile, 64, 1, 8);
        addFlatTile(a, b, 4 * line, count, tile, 64);
        copyTile(tile, 64, own, 64, 1, 8);
      }
    }
    for (let column = wide; column < columns; column += 4) {
      const b = right + (<usize>column) * line + ahead;
      addEdge(a, b, count, sums + ((<usize>column) << 3), stride, flat, min<u32>(4, columns - column), tile);
    }
  }
}

/** A tile of which height × width sums are in the result. */
function addEdge(a: usize, b: usize, count: u32, sums: usize, stride: usize, height: u32, width: u32, tile: usize): void {
  copyTile(sums, stride, tile, 32, height, width);
  addTile(a, b, count, tile, 32);
  copyTile(tile, 32, sums, stride, height, width);
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

/** 2×8 sums += `count` terms of the first two lines of a panel on the left and two panels on the right, `panel` bytes apart. */
function addFlatTile(a: usize, b: usize, panel: usize, count: u32, sums: usize, stride: usize): void {
  const sums1 = sums + stride;
  let s00 = v128.load(sums);
  let s01 = v128.load(sums, 16);
  let s02 = v128.load(sums, 32);
  let s03 = v128.load(sums, 48);
  let s10 = v128.load(sums1);
  let s11 = v128.load(sums1, 16);
  let s12 = v128.load(sums1, 32);
  let s13 = v128.load(sums1, 48);
  const end = a + ((<usize>count) << 5);
  let c = b + panel;
  do {
    const x = v128.load64_splat(a);
    const y = v128.load64_splat(a, 8);
    const b0 = v128.load(b);
    s00 = f64x2.add(s00, f64x2.mul(x, b0));
    s10 = f64x2.add(s10, f64x2.mul(y, b0));
    const b1 = v128.load(b, 16);
    s01 = f64x2.add(s01, f64x2.mul(x, b1));
    s11 = f64x2.add(s11, f64x2.mul(y, b1));
    const b2 = v128.load(c);
    s02 = f64x2.add(s02, f64x2.mul(x, b2));
    s12 = f64x2.add(s12, f64x2.mul(y, b2));
    const b3 = v128.load(c, 16);
    s03 = f64x2.add(s03, f64x2.mul(x, b3));
    s13 = f64x2.add(s13, f64x2.mul(y, b3));
    a += 32;
    b += 32;
    c += 32;
  } while (a < end);
  v128.store(sums, s00);
  v128.store(sums, s01, 16);
  v128.store(sums, s02, 32);
  v128.store(sums, s03, 48);
  v128.store(sums1, s10);
  v128.store(sums1, s11, 16);
  v128.store(sums1, s12, 32);
  v128.store(sums1, s13, 48);
}
