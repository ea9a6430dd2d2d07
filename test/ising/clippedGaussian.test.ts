import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { twoPointFunction } from '../../src/ising/measure/correlations.js';
import { magnetisationSeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { ClippedGaussian } from '../../src/ising/samplers/clippedGaussian.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';

const test = suite('ising/clippedGaussian');

const data = new Ising({ lattice: square(12, 8), coupling: 0.38, seed: 1 }).sample(4000);

test('the two-point function is that of the data, along both sides', () => {
  const field = new ClippedGaussian({ data, seed: 2 });
  const [own, given] = [field.sample(4000), data].map(twoPointFunction);
  assert.ok(field.negative < 1e-3, `negative modes ${field.negative}`);
  // 4 + 6 distances; the spectrum is that of the very data, so the difference has about the error of one sample
  for (const along of ['alongRows', 'alongColumns'] as const) {
    own[along].slice(1).forEach(({ mean, error }, r) => {
      const z = (mean - given[along][r + 1].mean) / Math.hypot(error ?? 0, given[along][r + 1].error ?? 0);
      assert.ok(Math.abs(z) < 3.5, `${along}, r = ${r + 1}: z = ${z.toFixed(2)}`);
    });
  }
});

test('no structure beyond it: the plaquette differs from that of the spins, which are no Gaussian field', () => {
  // ⟨ssss⟩ of an elementary square, whose pairs agree
  const plaquette = (rows: SpinData) => {
    const [height, width] = rows.shape;
    let sum = 0;
    for (let r = 0; r < rows.count; r++) {
      const spins = rows.spins(r);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [down, right] = [((y + 1) % height) * width, (x + 1) % width];
          sum += spins[y * width + x] * spins[y * width + right] * spins[down + x] * spins[down + right];
        }
      }
    }
    return sum / (rows.count * width * height);
  };
  const [own, given] = [plaquette(new ClippedGaussian({ data, seed: 2 }).sample(4000)), plaquette(data)];
  // the error of either is below 0.003
  assert.ok(own - given > 0.008 && own - given < 0.04, `${own} for ${given}`);
});

test('of independent spins: coin tosses', () => {
  const coins = new Ising({ lattice: square(8), coupling: 0, seed: 1 }).sample(4000);
  const rows = new ClippedGaussian({ data: coins }).sample(4000);
  const squares = magnetisationSeries(rows).map((m) => m * m);
  const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
  assert.ok(Math.abs(mean * 64 - 1) < 5 * Math.sqrt(2 / 4000 + 2 / 4000), `N⟨m²⟩ = ${mean * 64}`);
});

test('row n depends on the seed and n only: in one call or in several, with pauses or without', async () => {
  const whole = new ClippedGaussian({ data, seed: 'a' }).sample(300);
  const parts = new ClippedGaussian({ data, seed: 'a' });
  const first = parts.sample(7);
  const second = await parts.sampleAsync(293);
  assert.equal([...first.bytes, ...second.bytes], [...whole.bytes]);
  assert.is(whole.stride, first.stride);
  assert.not.equal(new ClippedGaussian({ data, seed: 'b' }).sample(300).bytes, whole.bytes);
  assert.equal(whole.shape, [12, 8]);
  assert.is(whole.provenance.source, 'blockspin ClippedGaussian');
});

test('a signal stops it, and the next call gives the rows that were due', async () => {
  const field = new ClippedGaussian({ data, seed: 1 });
  const stop = new AbortController();
  const stopped = field.sampleAsync(1000, {
    signal: stop.signal,
    onProgress: ({ stage }) => stage === 'sample' && stop.abort(new Error('enough')),
  });
  let reason = '';
  await stopped.catch((error: Error) => {
    reason = error.message;
  });
  assert.is(reason, 'enough');
  assert.equal(field.sample(5).bytes, new ClippedGaussian({ data, seed: 1 }).sample(5).bytes);
});

test('refuses what is no data of a torus', () => {
  refuses(() => new ClippedGaussian({ data: new BitRows(3, 4) as never }), TypeError, /^"data" expected SpinData/);
  refuses(() => new ClippedGaussian({ data, seed: Number.NaN }), RangeError, /^"seed"/);
  refuses(() => new ClippedGaussian({ data, count: 4 } as never), RangeError, /count/);
  refuses(
    () => new ClippedGaussian({ data: new SpinData(0, [2, 2], new Uint8Array(0), { source: 'x' }) }),
    RangeError,
    /^"data/,
  );
  refuses(() => new ClippedGaussian({ data }).sample(0), RangeError, /^"count"/);
});

test.run();
