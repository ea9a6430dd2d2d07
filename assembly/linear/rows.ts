// What decompositions of float64 matrices consist of: reflections and rotations of vectors that lie as rows.
//
//   rows     f64 [count][stride bytes]   n numbers of each row count
//   vector   f64 [n]
//
// A sum of n products has eight strands, of every eighth product each, as far as there are eight; with the strands s₀ … s₇ it is
// ((s₀ + s₂) + (s₄ + s₆)) + ((s₁ + s₃) + (s₅ + s₇)), and the products left over are added to it one after another.
//
// Cost: a multiplication and an addition of two doubles for two elements of a sum or a difference.

const LARGE: f64 = 1e100;

/** Σ x y. */
function dot(x: usize, y: usize, n: u32): f64 {
  const end = x + ((<usize>n) << 3);
  const whole = x + ((<usize>(n & ~7)) << 3);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  while (x < whole) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
    x += 64;
    y += 64;
  }
  const pair = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  while (x < end) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return sum;
}

/** The scalar product of the vector and each row. */
export function dotRows(vector: usize, rows: usize, count: u32, stride: usize, n: u32, out: usize): void {
  for (let r: u32 = 0; r < count; r++) {
    store<f64>(out, dot(vector, rows, n));
    rows += stride;
    out += 8;
  }
}

/** row ← row - 2 (w·row) w for each row and a unit vector w. */
export function reflectRows(vector: usize, rows: usize, count: u32, stride: usize, n: u32): void {
  const whole = (<usize>(n & ~1)) << 3;
  for (let r: u32 = 0; r < count; r++) {
    const factor = 2 * dot(vector, rows, n);
    const factors = f64x2.splat(factor);
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(rows + at, f64x2.sub(v128.load(rows + at), f64x2.mul(factors, v128.load(vector + at))));
    }
    if (n & 1) store<f64>(rows + whole, load<f64>(rows + whole) - factor * load<f64>(vector + whole));
    rows += stride;
  }
}

/** row ← row - (p q + r p') for row i, with p = 2 wᵢ, q the second vector, r = 2 qᵢ, p' the first: A - 2 w qᵀ - 2 q wᵀ. */
export function subtractOuter(rows: usize, n: u32, stride: usize, w: usize, q: usize): void {
  const whole = (<usize>(n & ~1)) << 3;
  for (let i: usize = 0; i < n; i++) {
    const p = 2 * load<f64>(w + (i << 3));
    const r = 2 * load<f64>(q + (i << 3));
    const ps = f64x2.splat(p);
    const rs = f64x2.splat(r);
    for (let at: usize = 0; at < whole; at += 16) {
      const change = f64x2.add(f64x2.mul(ps, v128.load(q + at)), f64x2.mul(rs, v128.load(w + at)));
      v128.store(rows + at, f64x2.sub(v128.load(rows + at), change));
    }
    if (n & 1) {
      store<f64>(rows + whole, load<f64>(rows + whole) - (p * load<f64>(q + whole) + r * load<f64>(w + whole)));
    }
    rows += stride;
  }
}

/**
 * Rotations of neighbours, from the last two rows to the first two: x, y ← c x - s y, s x + c y, with c and s at turns + 16·(number of the row x). Four
 * columns at a time go through all rotations, since the row that two of them share then stays in registers.
 */
export function turnRows(rows: usize, count: u32, stride: usize, n: u32, turns: usize): void {
  const last = (<usize>(count - 1)) * stride;
  const lastTurn = turns + ((<usize>(count - 1)) << 4);
  let column: u32 = 0;
  for (; column + 4 <= n; column += 4) {
    let row = rows + last;
    let y0 = v128.load(row);
    let y1 = v128.load(row, 16);
    for (let turn = lastTurn; turn > turns; ) {
      turn -= 16;
      const above = row - stride;
      const c = v128.load64_splat(turn);
      const s = v128.load64_splat(turn, 8);
      const x0 = v128.load(above);
      const x1 = v128.load(above, 16);
      v128.store(row, f64x2.add(f64x2.mul(s, x0), f64x2.mul(c, y0)));
      v128.store(row, f64x2.add(f64x2.mul(s, x1), f64x2.mul(c, y1)), 16);
      y0 = f64x2.sub(f64x2.mul(c, x0), f64x2.mul(s, y0));
      y1 = f64x2.sub(f64x2.mul(c, x1), f64x2.mul(s, y1));
      row = above;
    }
    v128.store(row, y0);
    v128.store(row, y1, 16);
    rows += 32;
  }
  for (; column < n; column++) {
    let row = rows + last;
    let y = load<f64>(row);
    for (let turn = lastTurn; turn > turns; ) {
      turn -= 16;
      const above = row - stride;
      const c = load<f64>(turn);
      const s = load<f64>(turn, 8);
      const x = load<f64>(above);
      store<f64>(row, s * x + c * y);
      y = c * x - s * y;
      row = above;
    }
    store<f64>(row, y);
    rows += 8;
  }
}

/**
 * One sweep of Jacobi rotations: each pair of rows is made orthogonal in its first n numbers, and rotated in all of `width`, unless the cosine between them is
 * at most `enough`, or one of them has a square of its length below `least` and so counts as zero. `squares`, of f64 [count], is for the squares of the rows'
 * lengths, which are right at the end if nothing was rotated. The number of pairs rotated.
 *
 * A rotation by s and t = s/(1 + c) changes rows by what is computed as a change, so that lengths stay right over thousands of small angles (Rutishauser).
 */
export function jacobiSweep(rows: usize, count: u32, stride: usize, n: u32, width: u32, squares: usize, enough: f64, least: f64): u32 {
  let rotated: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const row = rows + i * stride;
    store<f64>(squares + (i << 3), dot(row, row, n));
  }
  for (let i: usize = 0; i < count; i++) {
    const x = rows + i * stride;
    for (let j = i + 1; j < count; j++) {
      const y = rows + j * stride;
      const p = load<f64>(squares + (i << 3));
      const q = load<f64>(squares + (j << 3));
      if (min<f64>(p, q) < least) continue;
      const product = dot(x, y, n);
      if (abs(product) <= enough * sqrt(p) * sqrt(q)) continue;
      rotated++;
      const half = (q - p) / (2 * product);
      // the square of a large one could overflow, and nothing of 1 is seen beside it
      const tangent = abs(half) > LARGE ? 0.5 / half : (half < 0 ? -1.0 : 1.0) / (abs(half) + sqrt(1 + half * half));
      const cosine = 1 / sqrt(1 + tangent * tangent);
      const sine = cosine * tangent;
      rotatePair(x, y, width, sine, sine / (1 + cosine));
      store<f64>(squares + (i << 3), max<f64>(0, p - tangent * product));
      store<f64>(squares + (j << 3), max<f64>(0, q + tangent * product));
    }
  }
  return rotated;
}

function rotatePair(x: usize, y: usize, n: u32, s: f64, t: f64): void {
  const ss = f64x2.splat(s);
  const ts = f64x2.splat(t);
  const whole = x + ((<usize>(n & ~1)) << 3);
  while (x < whole) {
    const p = v128.load(x);
    const q = v128.load(y);
    v128.store(x, f64x2.sub(p, f64x2.mul(ss, f64x2.add(q, f64x2.mul(ts, p)))));
    v128.store(y, f64x2.add(q, f64x2.mul(ss, f64x2.sub(p, f64x2.mul(ts, q)))));
    x += 16;
    y += 16;
  }
  if (n & 1) {
    const p = load<f64>(x);
    const q = load<f64>(y);
    store<f64>(x, p - s * (q + t * p));
    store<f64>(y, q + s * (p - t * q));
  }
}
