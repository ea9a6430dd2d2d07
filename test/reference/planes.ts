/** Rows of bits, and products of spins counted one by one: what assembly/rg/{turn,operators}.ts do to 128 configurations at once. */

/** Rows of bits, `stride` bytes apart, as the kernels read them. */
export function packed(rows: ArrayLike<number>[], stride: number): Uint8Array {
  const bytes = new Uint8Array(rows.length * stride);
  rows.forEach((row, r) => {
    for (let i = 0; i < row.length; i++) bytes[r * stride + (i >> 3)] |= row[i] << (i & 7);
  });
  return bytes;
}

/** The planes of sites from, from + 1, …, in tiles of 128: bit `lane + r` of plane i is site from + i of row r. */
export function planesOf(rows: ArrayLike<number>[], lane: number, from: number, planes: number): Uint8Array {
  const bytes = new Uint8Array(planes * 16);
  rows.forEach((row, r) => {
    for (let i = 0; i < planes; i++) bytes[i * 16 + ((lane + r) >> 3)] |= (row[from + i] ?? 0) << ((lane + r) & 7);
  });
  return bytes;
}

/** Products with an odd number of spins up, spins 0 or 1. */
export function oddProducts(spins: ArrayLike<number>, sites: ArrayLike<number>, order: number): number {
  let odd = 0;
  for (let at = 0; at < sites.length; at += order) {
    let up = 0;
    for (let i = 0; i < order; i++) up += spins[sites[at + i]];
    odd += up % 2;
  }
  return odd;
}
