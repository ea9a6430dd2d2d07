/** Clipped Gaussian fields: spins with the two-point function of given data, and no further structure. */

import { Products } from '../../linear/products.js';
import { integer, knownOptions } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { cosineOfTurn, sineOfTurn } from '../../util/turns.js';
import { finish, finishWithPauses, progress, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { normalNumbers } from '../../wasm/draws.js';
import { SpinData } from '../data/spinData.js';
import { checkSquareData } from '../measure/series.js';

/** Options of `ClippedGaussian`. */
export interface ClippedGaussianOptions {
  /** Spins on a periodic square lattice (or a ring) whose two-point function is taken. */
  data: SpinData;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/** Configurations between two pauses. */
const SLICE = 128;

/**
 * Spins s = sgn φ of a Gaussian field φ on a torus that have the two-point function of given data, and no structure
 * beyond it: a control for what is said to be learned from more than pair correlations.
 *
 * Spins of unit Gaussians with correlation ρ have ⟨s s'⟩ = (2/π) arcsin ρ, so φ has ρ(r) = sin(π G(r)/2), with G(r) =
 * ⟨s_x s_{x+r}⟩ of the data, averaged over all x and both reflections of r. Where ρ has a negative mode there is no such
 * field; these modes are left out, and `negative` says how much they are. Fields are sums of independent modes, as in
 * any book on spatial statistics (for instance Lantuéjoul, Geostatistical Simulation, 2002, ch. 15 and 16).
 *
 * Configuration number n depends on the data, the seed and n only.
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.4 }).sample(500);
 * new ClippedGaussian({ data }).sample(100).count; // 100
 */
export class ClippedGaussian {
  readonly seed: Seed;
  readonly #data: SpinData;
  readonly #products = new Products();
  readonly #hartley: readonly [rows: Float64Array, columns: Float64Array];
  #amplitudes: Float64Array | undefined;
  #negative = 0;
  #next = 0;

  /**
   * @throws TypeError or RangeError for an option of a wrong kind, data of another lattice, or no data
   */
  constructor(options: ClippedGaussianOptions) {
    knownOptions('ClippedGaussian', options, ['data', 'seed']);
    this.#data = checkSquareData('data', options.data);
    integer('data.count', this.#data.count);
    this.seed = checkSeed('seed', options.seed ?? 1);
    const [rows, columns] = this.#data.shape;
    this.#hartley = [hartley(rows), hartley(columns)];
  }

  /** Sum of the negative modes that were left out, as a share of the sum of all modes; 0 before the first sample. */
  get negative(): number {
    return this.#negative;
  }

  /**
   * `count` independent configurations; a later call continues from the earlier one.
   * @throws TypeError or RangeError if `count` is not a positive integer
   */
  sample(count: number): SpinData {
    return finish(this.#sampling(integer('count', count)));
  }

  /**
   * As `sample`, with progress, pauses for the event loop, and a signal that stops it.
   * @throws TypeError or RangeError as `sample`; the reason of the signal if it stops
   */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('ClippedGaussian.sampleAsync', options, WORK_OPTIONS);
    return finishWithPauses(this.#sampling(integer('count', count)), options);
  }

  *#sampling(count: number): Work<SpinData> {
    this.#amplitudes ??= yield* this.#modes();
    const { shape, width, stride } = this.#data;
    const bytes = new Uint8Array(count * stride);
    const key = streamKey(this.seed, 'clipped Gaussian');
    for (let first = 0; first < count; first += SLICE) {
      const size = Math.min(SLICE, count - first);
      const fields = new Float64Array(size * width);
      for (let r = 0; r < size; r++) {
        // row n is its own stream
        const numbers = normalNumbers(key, width, 1, this.#next + first + r);
        for (let k = 0; k < width; k++) fields[r * width + k] = this.#amplitudes[k] * numbers[k];
      }
      this.#transform(fields, size).forEach((value, i) => {
        if (value >= 0) bytes[(first + Math.floor(i / width)) * stride + ((i % width) >> 3)] |= 1 << ((i % width) & 7);
      });
      yield progress('sample', first + size, count, 'samples');
    }
    this.#next += count;
    const { source, seed, parameters } = this.#data.provenance;
    return new SpinData(count, shape, bytes, {
      source: 'blockspin ClippedGaussian',
      parameters: { of: { source, seed, parameters } },
      seed: this.seed,
      version,
      wasm: sha256,
    });
  }

  /** √ of the modes of ρ: those of the data → G → ρ → its modes. */
  *#modes(): Work<Float64Array> {
    const data = this.#data;
    const [rows, columns] = data.shape;
    const power = new Float64Array(data.width);
    for (let first = 0; first < data.count; first += SLICE) {
      const size = Math.min(SLICE, data.count - first);
      const spins = Float64Array.from({ length: size * data.width }, (_, i) =>
        data.bit(first + Math.floor(i / data.width), i % data.width) ? 1 : -1,
      );
      this.#transform(spins, size).forEach((value, i) => {
        power[i % data.width] += value * value;
      });
      yield progress('spectrum', first + size, data.count, 'samples');
    }
    const at = (p: number, q: number) => ((p + rows) % rows) * columns + ((q + columns) % columns);
    // averaged over k and its reflections, in which the squares of the transform become |Σ s exp(ikx)|²
    const even = (values: Float64Array) =>
      values.map((_, k) => {
        const [p, q] = [Math.floor(k / columns), k % columns];
        return (values[at(p, q)] + values[at(-p, q)] + values[at(p, -q)] + values[at(-p, -q)]) / 4;
      });
    // of an even function the transform is Σ f cos cos/√N: twice gives f, so the factors √N are those of a convolution
    const root = Math.sqrt(data.width);
    const correlations = this.#transform(even(power), 1).map((value) => value / (data.count * root));
    const fieldCorrelations = correlations.map((G) => sineOfTurn(Math.max(-1, Math.min(1, G)), 4));
    const modes = even(this.#transform(fieldCorrelations, 1)).map((value) => value * root);
    const below = modes.reduce((sum, value) => sum - Math.min(0, value), 0);
    this.#negative = below / modes.reduce((sum, value) => sum + Math.abs(value), 0);
    return modes.map((value) => Math.sqrt(Math.max(0, value)));
  }

  /**
   * The Hartley transform in both directions, Σ f(y, x) cas(2πpy/rows) cas(2πqx/columns)/√N, of each configuration:
   * orthogonal, and its own inverse.
   */
  #transform(values: Float64Array, count: number): Float64Array {
    const [rows, columns] = this.#data.shape;
    const [down, right] = this.#hartley;
    const product = (lines: Float64Array, side: number, matrix: Float64Array) =>
      this.#products.multiply(
        { rows: lines.length / side, columns: side, values: lines },
        { rows: side, columns: side, values: matrix },
      ).values;
    const turned = transposed(product(values, columns, right), count, rows, columns);
    return transposed(product(turned, rows, down), count, columns, rows);
  }
}

/** The matrix cas(2πjk/n)/√n, cas = cos + sin. */
function hartley(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => {
    const part = (Math.floor(i / n) * (i % n)) % n;
    return (cosineOfTurn(part, n) + sineOfTurn(part, n)) / Math.sqrt(n);
  });
}

/** Each of `count` matrices [rows, columns] transposed. */
function transposed(values: Float64Array, count: number, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length);
  const size = rows * columns;
  for (let start = 0; start < count * size; start += size) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) result[start + x * rows + y] = values[start + y * columns + x];
    }
  }
  return result;
}
