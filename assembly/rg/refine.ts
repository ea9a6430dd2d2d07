// The inverse of blocking: every spin of a configuration becomes a block of b × b equal spins. A row is stretched once and put down b times.
//
// Cost: 0.1 ns a new spin for b = 2, by a table of four bits; otherwise spin by spin, 4 ns / b and 0.1 for each new one.

import { append, bitsFrom } from '../bits';

/** 64 spins from bit `at` on, each twice: four bits at a time. */
// @ts-ignore: decorator
@inline function doubled(bits: usize, at: usize): v128 {
  const spins = bitsFrom(bits, at);
  const nibble = i8x16.splat(15);
  const low = v128.and(spins, nibble);
  const high = i8x16.shr_u(spins, 4);
  const both = i8x16.shuffle(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  return i8x16.swizzle(i8x16(0, 3, 12, 15, 48, 51, 60, 63, -64, -61, -52, -49, -16, -13, -4, -1), both);
}

/** `count` spins from bit `at` on, each `factor` times, to a row that is zero. */
function stretch(bits: usize, at: usize, count: u32, factor: u32, row: usize): void {
  let to: usize = 0;
  for (let x: usize = 0; x < <usize>count; x++) {
    const bit = at + x;
    const up = (load<u8>(bits + (bit >> 3)) >> <u8>(bit & 7)) & 1;
    // up to 57 bits of a block fit into eight bytes, wherever they begin
    for (let left = factor; left > 0; ) {
      const some = min<u32>(left, 57);
      const byte = row + (to >> 3);
      if (up) store<u64>(byte, load<u64>(byte) | (((<u64>1 << <u64>some) - 1) << <u64>(to & 7)));
      to += some;
      left -= some;
    }
  }
}

/**
 * `rows` rows of `columns` spins, one behind the other from bit 0 of `bits` on, become factor·rows rows of factor·columns spins from bit 0 of `out` on.
 * Reads up to 24 bytes behind the spins and writes as many zeros behind those at `out`. row: factor·columns/8 bytes and 32 more.
 */
export function refineSpins(bits: usize, rows: u32, columns: u32, factor: u32, row: usize, out: usize): void {
  const width = <usize>columns * <usize>factor;
  const end = (width + 7) >> 3;
  let to: usize = 0;
  store<u8>(out, 0);
  for (let y: usize = 0; y < <usize>rows; y++) {
    const at = y * <usize>columns;
    if (factor == 2) {
      for (let x: usize = 0; x < <usize>columns; x += 64) v128.store(row + (x >> 2), doubled(bits, at + x));
      // spins of the next row
      memory.fill(row + end, 0, 32);
      if (width & 7) store<u8>(row + end - 1, load<u8>(row + end - 1) & ((<u8>1 << <u8>(width & 7)) - 1));
    } else {
      memory.fill(row, 0, end + 16);
      stretch(bits, at, columns, factor, row);
    }
    for (let k: u32 = 0; k < factor; k++) {
      for (let x: usize = 0; x < width; x += 128) append(out, to + x, v128.load(row + (x >> 3)));
      to += width;
    }
  }
}
