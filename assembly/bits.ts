// Rows of bits that begin anywhere within a byte: 128 bits at a time, put behind others or taken from between them.

/** Puts 128 bits at bit `at` of a row: behind them the row is zero, 17 bytes from the byte of `at` on. */
// @ts-ignore: decorator
@inline export function append(row: usize, at: usize, bits: v128): void {
  const byte = row + (at >> 3);
  const shift = <u64>(at & 7);
  const low = <u64>i64x2.extract_lane(bits, 0);
  const high = <u64>i64x2.extract_lane(bits, 1);
  store<u64>(byte, <u64>load<u8>(byte) | (low << shift));
  store<u64>(byte, (low >> 1 >> (63 - shift)) | (high << shift), 8);
  store<u8>(byte, <u8>(high >> 1 >> (63 - shift)), 16);
}

/** 128 bits from bit `at` of a row on; reads 24 bytes. */
// @ts-ignore: decorator
@inline export function bitsFrom(row: usize, at: usize): v128 {
  const byte = row + (at >> 3);
  const shift = <u64>(at & 7);
  const middle = load<u64>(byte, 8);
  const low = (load<u64>(byte) >> shift) | (middle << 1 << (63 - shift));
  const high = (middle >> shift) | (load<u64>(byte, 16) << 1 << (63 - shift));
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}
