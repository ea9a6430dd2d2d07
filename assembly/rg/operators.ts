// Sums of products of spins over a lattice, of 128 configurations at once.
//
// A product of spins is the exclusive or of planes (turn.ts). The products of an operator are a table of sites, so that any lattice, any boundary and any
// irregular set of coarse spins is one case. How many products have an odd number of spins up is counted in each lane by adders of whole vectors
// (Harley and Seal): eight products cost seven full adders and one carry into the counters.
//
// planes    v128 [sites]
// table     u32 [products, order], byte offsets of planes: 16 times the site
// counters  v128 [32], binary digits of the count of each lane, lowest first
//
// Cost per product: `order` loads of offsets and of planes, order - 1 exclusive ors, five logic operations of adders.

/** Adds carry·2^digit to 128 counters, from the plane of that digit at `at`. */
// @ts-ignore: decorator
@inline function addBits(at: usize, carry: v128): void {
  while (v128.any_true(carry)) {
    const sum = v128.load(at);
    v128.store(at, v128.xor(sum, carry));
    carry = v128.and(sum, carry);
    at += 16;
  }
}

/** The parity of the spins up in one product. */
// @ts-ignore: decorator
@inline function parity(planes: usize, table: usize, bytes: usize): v128 {
  let odd = v128.load(planes + <usize>load<u32>(table));
  for (let at: usize = 4; at < bytes; at += 4) odd = v128.xor(odd, v128.load(planes + <usize>load<u32>(table + at)));
  return odd;
}

/** The carry of a full adder; its sum is a ^ b ^ c. */
// @ts-ignore: decorator
@inline function carryOf(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(c, v128.xor(a, b)));
}

/** In each lane: the number of products, at most 2^30, in which an odd number of spins is up, at `counters`. */
export function countOddProducts(planes: usize, table: usize, products: u32, order: u32, counters: usize): void {
  const bytes = (<usize>order) << 2;
  memory.fill(counters, 0, 512);
  let ones = i32x4.splat(0);
  let twos = i32x4.splat(0);
  let fours = i32x4.splat(0);
  let left = products;
  for (; left >= 8; left -= 8) {
    let a = parity(planes, table, bytes);
    let b = parity(planes, table + bytes, bytes);
    const two0 = carryOf(ones, a, b);
    ones = v128.xor(ones, v128.xor(a, b));
    table += 2 * bytes;
    a = parity(planes, table, bytes);
    b = parity(planes, table + bytes, bytes);
    const two1 = carryOf(ones, a, b);
    ones = v128.xor(ones, v128.xor(a, b));
    const four0 = carryOf(twos, two0, two1);
    twos = v128.xor(twos, v128.xor(two0, two1));
    table += 2 * bytes;
    a = parity(planes, table, bytes);
    b = parity(planes, table + bytes, bytes);
    const two2 = carryOf(ones, a, b);
    ones = v128.xor(ones, v128.xor(a, b));
    table += 2 * bytes;
    a = parity(planes, table, bytes);
    b = parity(planes, table + bytes, bytes);
    const two3 = carryOf(ones, a, b);
    ones = v128.xor(ones, v128.xor(a, b));
    const four1 = carryOf(twos, two2, two3);
    twos = v128.xor(twos, v128.xor(two2, two3));
    table += 2 * bytes;
    addBits(counters + 48, carryOf(fours, four0, four1));
    fours = v128.xor(fours, v128.xor(four0, four1));
  }
  v128.store(counters, ones);
  v128.store(counters, twos, 16);
  v128.store(counters, fours, 32);
  for (; left > 0; left--) {
    addBits(counters, parity(planes, table, bytes));
    table += bytes;
  }
}
