/** Rows of real numbers for Gaussian visible units: mixtures, chains, and strokes in grey. Made from fixed seeds. */

import { RealRows } from '../../src/all.js';
import { draws } from './draws.js';
import { strokeImages } from './strokes.js';

/** Equal Gaussians of one deviation, in every direction alike, about each of the means. */
export interface Blobs {
  means: readonly Float64Array[];
  deviation: number;
}

/** Means whose entries are N(0, size²). */
export function randomBlobs(modes: number, width: number, size: number, deviation: number, seed: number): Blobs {
  const normal = normals(seed, 'blobs');
  const means = Array.from({ length: modes }, () => Float64Array.from({ length: width }, () => size * normal()));
  return { means, deviation };
}

export function blobRows({ means, deviation }: Blobs, count: number, seed: number): RealRows {
  const random = draws(seed, 'modes');
  const normal = normals(seed, 'noise');
  const [{ length: width }] = means;
  const values = new Float32Array(count * width);
  for (let r = 0; r < count; r++) {
    const own = means[Math.floor(means.length * random())];
    values.set(
      own.map((mean) => mean + deviation * normal()),
      r * width,
    );
  }
  return new RealRows(count, width, values);
}

/** Mean over the rows of log Σ_m N(v; mean_m, deviation²)/modes, in nats. */
export function blobLikelihood({ means, deviation }: Blobs, rows: RealRows): number {
  const norm = Math.log(means.length) + rows.width * Math.log(deviation * Math.sqrt(2 * Math.PI));
  let sum = 0;
  for (let r = 0; r < rows.count; r++) {
    const row = rows.row(r);
    const logs = means.map((mean) => -mean.reduce((all, x, i) => all + (row[i] - x) ** 2, 0) / (2 * deviation ** 2));
    const largest = Math.max(...logs);
    sum += largest + Math.log(logs.reduce((total, log) => total + Math.exp(log - largest), 0)) - norm;
  }
  return sum / rows.count;
}

/** v₁ = z₁, v_i = φ v_{i-1} + √(1 - φ²) z_i: correlations φ^|i - k|, variances 1. */
export function chainRows(phi: number, width: number, count: number, seed: number): RealRows {
  const normal = normals(seed, 'chain');
  const values = new Float32Array(count * width);
  for (let r = 0; r < count; r++) {
    let x = 0;
    for (let i = 0; i < width; i++) {
      x = i === 0 ? normal() : phi * x + Math.sqrt(1 - phi * phi) * normal();
      values[r * width + i] = x;
    }
  }
  return new RealRows(count, width, values);
}

/** Mean log density of such rows under the chain, in nats. */
export function chainLikelihood(phi: number, rows: RealRows): number {
  const left = 1 - phi * phi;
  const norm = (rows.width * Math.log(2 * Math.PI) + (rows.width - 1) * Math.log(left)) / 2;
  let sum = 0;
  for (let r = 0; r < rows.count; r++) {
    const row = rows.row(r);
    row.forEach((x, i) => {
      sum -= i === 0 ? (x * x) / 2 : (x - phi * row[i - 1]) ** 2 / (2 * left);
    });
  }
  return sum / rows.count - norm;
}

const GREY_SIDE = 6;
const BLOCK = 4;
const MARGIN = 2;

/**
 * Strokes of 28×28 pixels, the margin of two cut off, in 6×6 blocks of 4×4: how many of 16 pixels are on, and uniform
 * noise in [0, 1), without which a density would have no bound.
 */
export function greyStrokes(count: number, seed: number): RealRows {
  const images = strokeImages(count, seed);
  const noise = draws(seed, 'grey');
  const side = 2 * MARGIN + GREY_SIDE * BLOCK;
  const values = new Float32Array(count * GREY_SIDE ** 2);
  for (let r = 0; r < count; r++) {
    for (let y = 0; y < GREY_SIDE * BLOCK; y++) {
      for (let x = 0; x < GREY_SIDE * BLOCK; x++) {
        const block = GREY_SIDE * Math.floor(y / BLOCK) + Math.floor(x / BLOCK);
        values[r * GREY_SIDE ** 2 + block] += images.bit(r, side * (y + MARGIN) + x + MARGIN);
      }
    }
  }
  return new RealRows(
    count,
    GREY_SIDE ** 2,
    values.map((level) => level + noise()),
  );
}

/** Both in the units of the first: (v - mean)/deviation of each of its columns. */
export function standardised(train: RealRows, heldOut: RealRows): { train: RealRows; heldOut: RealRows } {
  const { rows, means, deviations } = train.standardised();
  const { count, width } = heldOut;
  const values = heldOut.values.map((x, k) => (x - means[k % width]) / deviations[k % width]);
  return { train: rows, heldOut: new RealRows(count, width, values) };
}

/** Numbers N(0, 1), by Box and Muller. */
function normals(seed: number, label: string): () => number {
  const random = draws(seed, label);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
