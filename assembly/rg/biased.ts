// Variational Monte Carlo RG (Wu & Car, Phys. Rev. Lett. 119, 220602, 2017): 16 lattices of fine spins, each with weight e^{-H(v) - V(S'(v))}, updated
// and measured side by side.
//
// H = -Σ_S K_S Π_{i∈S} s_i of the fine spins, V = +Σ_S J_S Π_{i∈S} s'_i of the block spins, s' = sign Σ w_i s_i over the sites of a block (w >= 0 such
// that no sum is 0).
//
// spins    v128 [sites], one byte per walker: 1 = up, 0 = down
// coarse   v128 [blocks], likewise: s' of each block
// sums     v128 [blocks], i8: Σ w s of each block
// order    u32 [blocks, size]: byte offsets in `spins` of the sites of block 0, of block 1, …
// weights  u8 [size]: w of the sites of a block, in the order of `order`
// Products around a site, for the local field Σ K Π (the others):
//   u32 number of groups | of each group: u32 byte offset of K in `couplings`, u32 n products, u32 m other sites per product, n·m u32 byte offsets
//   couplings  f32, K (-1)^m: bits stand for spins, and a product of m spins is (-1)^m (-1)^(Σ bits); n <= 127
//   fineTable  such a list for each entry of `order`, one after the other; coarseTable one for each block
//
// Blocks are updated one after the other, and so are the sites of a block. The field of V on a block spin does not depend on the spins of its block, so
// that it is computed once per block and sweep. Turning a spin s that turns its block spin too means s = s', so the exponent changes by
// -2s (h - v) there and by -2sh elsewhere: Metropolis turns it with probability min(1, x), x = e^{change}, the heat bath with x/(1 + x).
// Energies are f32, x has a relative error of 3e-7, and u is a multiple of 2^-24, so that probabilities have steps of 6e-8.
// Random numbers: four vectors per update, four walkers each.
// Cost per site and 16 walkers: some 180 vector operations and one load of a plane per other spin of the products (those of V shared by a block).

import { exp4 } from '../math';
import { fillRandom, uniform4 } from '../random';

/** The local fields of 16 walkers at `out`, f32 [16], by the list at `table`; returns where the list ends. */
export function localFields(planes: usize, table: usize, couplings: usize, out: usize): usize {
  let h0 = f32x4.splat(0);
  let h1 = f32x4.splat(0);
  let h2 = f32x4.splat(0);
  let h3 = f32x4.splat(0);
  let groups = load<u32>(table);
  table += 4;
  for (; groups > 0; groups--) {
    const coupling = f32x4.splat(load<f32>(couplings + <usize>load<u32>(table)));
    const n = load<u32>(table, 4);
    const bytes = (<usize>load<u32>(table, 8)) << 2;
    table += 12;
    let odd = i8x16.splat(0);
    for (let left = n; left > 0; left--) {
      const end = table + bytes;
      let parity = i8x16.splat(0);
      for (; table < end; table += 4) parity = v128.xor(parity, v128.load(planes + <usize>load<u32>(table)));
      odd = i8x16.add(odd, parity);
    }
    const sum = i8x16.sub(i8x16.splat(<i8>n), i8x16.add(odd, odd));
    const low = i16x8.extend_low_i8x16_s(sum);
    const high = i16x8.extend_high_i8x16_s(sum);
    h0 = f32x4.add(h0, f32x4.mul(coupling, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low))));
    h1 = f32x4.add(h1, f32x4.mul(coupling, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low))));
    h2 = f32x4.add(h2, f32x4.mul(coupling, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high))));
    h3 = f32x4.add(h3, f32x4.mul(coupling, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high))));
  }
  v128.store(out, h0);
  v128.store(out, h1, 16);
  v128.store(out, h2, 32);
  v128.store(out, h3, 48);
  return table;
}

/** All bits of the lanes of four walkers that turn. fine, coarse: their fields; up, cross: all bits where s = +1, and where the block spin turns too. */
// @ts-ignore: decorator
@inline function turns(fine: usize, coarse: usize, up: v128, cross: v128, random: usize, heatBath: u32): v128 {
  const field = f32x4.sub(v128.load(fine), v128.and(v128.load(coarse), cross));
  const down = v128.andnot(i32x4.splat(0x80000000), up);
  const x = exp4(v128.xor(f32x4.mul(field, f32x4.splat(-2.0)), down));
  let u = uniform4(v128.load(random));
  if (heatBath) u = f32x4.mul(u, f32x4.add(f32x4.splat(1.0), x));
  return f32x4.lt(u, x);
}

/** Block spins and sums of 16 walkers from their spins. */
export function blockSums(spins: usize, coarse: usize, sums: usize, order: usize, weights: usize, blocks: u32, size: u32): void {
  const zero = i8x16.splat(0);
  for (let block: u32 = 0; block < blocks; block++) {
    let sum = zero;
    for (let k: u32 = 0; k < size; k++) {
      const w = load<i8>(weights + <usize>k);
      const down = i8x16.eq(v128.load(spins + <usize>load<u32>(order)), zero);
      // w, or -w where down
      sum = i8x16.add(sum, i8x16.sub(v128.xor(i8x16.splat(w), down), down));
      order += 4;
    }
    const at = (<usize>block) << 4;
    v128.store(sums + at, sum);
    v128.store(coarse + at, v128.and(i8x16.gt_s(sum, zero), i8x16.splat(1)));
  }
}

/**
 * Updates the sites of a block of 16 walkers, with the fields of V on its block spin at `field`, f32 [16], and those of the sites behind them; coarse, sums:
 * of the block. Adds the number of spins turned to `turned`, u64, and returns where the fields' list ends.
 */
export function blockUpdates(
  spins: usize, coarse: usize, sums: usize, site: usize, weights: usize, size: u32, fineAt: usize, fineCouplings: usize,
  field: usize, heatBath: u32, random: usize, turned: usize,
): usize {
  const fine = field + 64;
  const one = i8x16.splat(1);
  let blockSpin = v128.load(coarse);
  let sum = v128.load(sums);
  let count: u32 = 0;
  for (let k: u32 = 0; k < size; k++) {
    fineAt = localFields(spins, fineAt, fineCouplings, fine);
    const w = load<u8>(weights + <usize>k);
    const place = spins + <usize>load<u32>(site);
    const spin = v128.load(place);
    const up = i8x16.neg(spin);
    const change = i8x16.sub(i8x16.splat(<i8>(2 * w)), v128.and(up, i8x16.splat(<i8>(4 * w))));
    const cross = i8x16.shr_s(v128.xor(sum, i8x16.add(sum, change)), 7);
    const up0 = i16x8.extend_low_i8x16_s(up);
    const up1 = i16x8.extend_high_i8x16_s(up);
    const cross0 = i16x8.extend_low_i8x16_s(cross);
    const cross1 = i16x8.extend_high_i8x16_s(cross);
    const turn0 = turns(fine, field, i32x4.extend_low_i16x8_s(up0), i32x4.extend_low_i16x8_s(cross0), random, heatBath);
    const turn1 = turns(fine + 16, field + 16, i32x4.extend_high_i16x8_s(up0), i32x4.extend_high_i16x8_s(cross0), random + 16, heatBath);
    const turn2 = turns(fine + 32, field + 32, i32x4.extend_low_i16x8_s(up1), i32x4.extend_low_i16x8_s(cross1), random + 32, heatBath);
    const turn3 = turns(fine + 48, field + 48, i32x4.extend_high_i16x8_s(up1), i32x4.extend_high_i16x8_s(cross1), random + 48, heatBath);
    const turn = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(turn0, turn1), i16x8.narrow_i32x4_s(turn2, turn3));
    v128.store(place, v128.xor(spin, v128.and(turn, one)));
    blockSpin = v128.xor(blockSpin, v128.and(v128.and(turn, cross), one));
    sum = i8x16.add(sum, v128.and(turn, change));
    count += popcnt(i8x16.bitmask(turn));
    random += 64;
    site += 4;
  }
  v128.store(coarse, blockSpin);
  v128.store(sums, sum);
  store<u64>(turned, load<u64>(turned) + <u64>count);
  return fineAt;
}

/**
 * `sweeps` sweeps of 16 walkers by Metropolis or (heatBath = 1) the heat bath. Returns the number of spins turned. scratch: 144 bytes and 64 per site of
 * a block.
 */
export function biasedSweeps(
  spins: usize, coarse: usize, sums: usize, order: usize, weights: usize, blocks: u32, size: u32,
  fineTable: usize, fineCouplings: usize, coarseTable: usize, coarseCouplings: usize, heatBath: u32, stream: usize, scratch: usize, sweeps: u32,
): f64 {
  const field = scratch + 16;
  const randoms = scratch + 144;
  store<u64>(scratch, 0);
  for (let sweep: u32 = 0; sweep < sweeps; sweep++) {
    let fineAt = fineTable;
    let coarseAt = coarseTable;
    let site = order;
    for (let block: u32 = 0; block < blocks; block++) {
      const offset = (<usize>block) << 4;
      coarseAt = localFields(coarse, coarseAt, coarseCouplings, field);
      fillRandom(stream, randoms, size << 2);
      fineAt = blockUpdates(spins, coarse + offset, sums + offset, site, weights, size, fineAt, fineCouplings, field, heatBath, randoms, scratch);
      site += (<usize>size) << 2;
    }
  }
  return <f64>load<u64>(scratch);
}

// Measurements. An operator is a list of products, each of which belongs to one cell, in the order of the cells; there is a cell per block.
//
// operators  u32 [n, 4]: planes (spins or coarse) | starts | offsets | number of spins of a product
//   starts   u32 [cells + 1]: the first product of each cell; the last entry is their number
//   offsets  u32 [products, order]: byte offsets of planes
// fields     i16 [cells, 16]: Σ Π s over the products of a cell, of each walker

/** The field of one operator. */
function cellSums(operator: usize, cells: u32, field: usize): void {
  const planes = <usize>load<u32>(operator);
  let start = <usize>load<u32>(operator, 4);
  let product = <usize>load<u32>(operator, 8);
  const order = load<u32>(operator, 12);
  const bytes = (<usize>order) << 2;
  // bits stand for spins: the product of `order` spins is (-1)^order (-1)^(Σ bits)
  const negative = i16x8.splat(<i16>(-(<i32>(order & 1))));
  for (let cell: u32 = 0; cell < cells; cell++) {
    let left = load<u32>(start, 4) - load<u32>(start);
    start += 4;
    const count = i16x8.splat(<i16>left);
    let odd0 = i16x8.splat(0);
    let odd1 = i16x8.splat(0);
    while (left > 0) {
      // bytes hold up to 255
      const some = min<u32>(left, 255);
      let odd = i8x16.splat(0);
      for (let k: u32 = 0; k < some; k++) {
        let parity = v128.load(planes + <usize>load<u32>(product));
        for (let at: usize = 4; at < bytes; at += 4) parity = v128.xor(parity, v128.load(planes + <usize>load<u32>(product + at)));
        odd = i8x16.add(odd, parity);
        product += bytes;
      }
      odd0 = i16x8.add(odd0, i16x8.extend_low_i8x16_u(odd));
      odd1 = i16x8.add(odd1, i16x8.extend_high_i8x16_u(odd));
      left -= some;
    }
    const sum0 = i16x8.sub(count, i16x8.add(odd0, odd0));
    const sum1 = i16x8.sub(count, i16x8.add(odd1, odd1));
    v128.store(field, i16x8.sub(v128.xor(sum0, negative), negative));
    v128.store(field, i16x8.sub(v128.xor(sum1, negative), negative), 16);
    field += 32;
  }
}

/** Adds up fields of all cells: i32 [16] at `out`. */
function fieldTotals(field: usize, cells: u32, out: usize): void {
  let t0 = i32x4.splat(0);
  let t1 = i32x4.splat(0);
  let t2 = i32x4.splat(0);
  let t3 = i32x4.splat(0);
  for (let cell: u32 = 0; cell < cells; cell++) {
    const low = v128.load(field);
    const high = v128.load(field, 16);
    t0 = i32x4.add(t0, i32x4.extend_low_i16x8_s(low));
    t1 = i32x4.add(t1, i32x4.extend_high_i16x8_s(low));
    t2 = i32x4.add(t2, i32x4.extend_low_i16x8_s(high));
    t3 = i32x4.add(t3, i32x4.extend_high_i16x8_s(high));
    field += 32;
  }
  v128.store(out, t0);
  v128.store(out, t1, 16);
  v128.store(out, t2, 32);
  v128.store(out, t3, 48);
}

/** S of `count` operators of each walker: i32 [count, 16] at `totals`. field: 32 bytes per cell. */
export function operatorTotals(operators: usize, count: u32, cells: u32, field: usize, totals: usize): void {
  for (let k: u32 = 0; k < count; k++) {
    cellSums(operators + ((<usize>k) << 4), cells, field);
    fieldTotals(field, cells, totals + ((<usize>k) << 6));
  }
}

/** Sums of each line of `side` cells, `step` bytes apart, over windows of `width` cells from `radius` before a cell; both ends are joined. */
function lineSums(from: usize, to: usize, side: u32, step: usize, radius: u32, width: u32): void {
  let low = i16x8.splat(0);
  let high = i16x8.splat(0);
  let first = (side - radius % side) % side;
  let next = first;
  for (let k: u32 = 0; k < width; k++) {
    const at = from + <usize>next * step;
    low = i16x8.add(low, v128.load(at));
    high = i16x8.add(high, v128.load(at, 16));
    next = next + 1 == side ? 0 : next + 1;
  }
  for (let k: u32 = 0; k < side; k++) {
    v128.store(to, low);
    v128.store(to, high, 16);
    to += step;
    const added = from + <usize>next * step;
    const dropped = from + <usize>first * step;
    low = i16x8.add(low, i16x8.sub(v128.load(added), v128.load(dropped)));
    high = i16x8.add(high, i16x8.sub(v128.load(added, 16), v128.load(dropped, 16)));
    next = next + 1 == side ? 0 : next + 1;
    first = first + 1 == side ? 0 : first + 1;
  }
}

/** A field's sums over windows of up to 2·radius + 1 cells in each direction, at most the whole side; spare: another field. */
function windowSums(field: usize, rows: u32, columns: u32, radius: u32, spare: usize, out: usize): void {
  const wide = min<u32>(2 * radius + 1, columns);
  const high = min<u32>(2 * radius + 1, rows);
  const rowBytes = (<usize>columns) << 5;
  for (let row: u32 = 0; row < rows; row++) lineSums(field + <usize>row * rowBytes, spare + <usize>row * rowBytes, columns, 32, radius, wide);
  for (let column: u32 = 0; column < columns; column++) {
    const at = (<usize>column) << 5;
    lineSums(spare + at, out + at, rows, rowBytes, radius, high);
  }
}

/** Σ over cells and walkers of the product of two fields; a row of cells below 2^31. */
function fieldProduct(a: usize, b: usize, rows: u32, columns: u32): f64 {
  let total: f64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let sum = i32x4.splat(0);
    for (let column: u32 = 0; column < columns; column++) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(a), v128.load(b)));
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(a, 16), v128.load(b, 16)));
      a += 32;
      b += 32;
    }
    total += <f64>(
      (<i64>i32x4.extract_lane(sum, 0)) + (<i64>i32x4.extract_lane(sum, 1)) + (<i64>i32x4.extract_lane(sum, 2)) + (<i64>i32x4.extract_lane(sum, 3))
    );
  }
  return total;
}

/**
 * Correlations of n operators a with m operators b, the a first among `operators`: adds to products, f64 [n, n + m], the sum over cells and walkers of
 * a(cell) · (a or b summed over the window around it), and to means, f64 [n + m], the sum over cells and walkers. Exact: whole numbers below 2^53.
 * fields: n + 2 fields; totals: 64 bytes.
 */
export function windowProducts(
  operators: usize, n: u32, m: u32, rows: u32, columns: u32, radius: u32, fields: usize, totals: usize, products: usize, means: usize,
): void {
  const cells = rows * columns;
  const bytes = (<usize>cells) << 5;
  const all = n + m;
  const window = fields + <usize>n * bytes;
  const spare = window + bytes;
  for (let k: u32 = 0; k < n; k++) cellSums(operators + ((<usize>k) << 4), cells, fields + <usize>k * bytes);
  for (let k: u32 = 0; k < all; k++) {
    let field = fields + <usize>k * bytes;
    if (k >= n) {
      field = window;
      cellSums(operators + ((<usize>k) << 4), cells, field);
    }
    fieldTotals(field, cells, totals);
    let total: i64 = 0;
    for (let lane: usize = 0; lane < 64; lane += 4) total += <i64>load<i32>(totals + lane);
    const mean = means + ((<usize>k) << 3);
    store<f64>(mean, load<f64>(mean) + <f64>total);
    windowSums(field, rows, columns, radius, spare, window);
    for (let j: u32 = 0; j < n; j++) {
      const at = products + ((<usize>(j * all + k)) << 3);
      store<f64>(at, load<f64>(at) + fieldProduct(fields + <usize>j * bytes, window, rows, columns));
    }
  }
}
