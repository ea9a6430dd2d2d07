/**
 * All formats under the same seeded damage: flipped bits, replaced and repeated runs, cuts, splices of one file into another. A reader may return a value
 * or throw a FormatError whose offset lies in the file; it may not throw anything else, nor ask for memory by a claim that the file's size does not back.
 */

import { gzipSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeIdx, encodeIdx } from '../../src/formats/idx.js';
import { decodeNpy, encodeNpy, type NpyArray } from '../../src/formats/npy.js';
import { decodeNpz, encodeNpz } from '../../src/formats/npz.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/io/checkpoint.js';
import { decodeRbm, encodeRbm } from '../../src/io/rbm.js';
import { decodeOwnSpinData, decodeSpinData, encodeSpinData } from '../../src/io/spinData.js';
import { decodeSpinFile, encodeSpinFile } from '../../src/io/spinFile.js';
import { decodeStack, encodeStack } from '../../src/io/stack.js';
import { decodeTrainingData } from '../../src/io/trainingData.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';
import { damaged, decodeOrRefuse, seeded } from './damage.js';

const test = suite('io/fuzz');

const spins = new SpinData(4, [3, 4], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), {
  source: 'a test',
  parameters: { K: 0.4 },
});
const series: NpyArray = { shape: [2, 3, 4], data: Int8Array.from({ length: 24 }, (_, k) => (k % 3 ? 1 : -1)) };
const weights = new Float32Array(24).fill(0.5);
const rbm = new Rbm({
  visible: 12,
  hidden: 2,
  weights,
  visibleBias: new Float32Array(12),
  hiddenBias: new Float32Array(2),
});
const shape = [3, 4];

const files: Record<string, Uint8Array> = {
  npy: encodeNpy(series),
  text: encodeNpy('a text'),
  npz: encodeNpz({ series, note: 'by hand' }),
  stored: encodeNpz({ series, note: 'by hand' }, { compress: false }),
  safetensors: encodeSafetensors({ metadata: { note: 'é' }, tensors: { W: { shape: [2, 12], data: weights } } }),
  checkpoint: encodeCheckpoint({
    identity: { run: 'a' },
    progress: { epoch: 3 },
    tensors: { W: { shape: [24], data: weights } },
  }),
  stack: encodeStack(new Stack([rbm], [3, 4])),
  rbm: encodeRbm(rbm),
  idx: encodeIdx(series),
  gzipped: gzipSync(encodeIdx(series), { mtime: 0 }),
  spins: encodeSpinData(spins),
  bits: encodeSpinFile(spins),
};

/** Each reader, the files that are its own, and what all of its sound values have in common. */
const readers: [name: string, own: string[], read: (bytes: Uint8Array) => unknown, fits: (value: never) => boolean][] =
  [
    ['decodeNpy', ['npy', 'text'], decodeNpy, isArray],
    ['decodeNpz', ['npz', 'stored'], decodeNpz, (value: object) => Object.values(value).every(isArray as never)],
    [
      'decodeSafetensors',
      ['safetensors'],
      decodeSafetensors,
      ({ tensors }: { tensors: object }) => Object.values(tensors).every(isArray as never),
    ],
    [
      'decodeCheckpoint',
      ['checkpoint'],
      (bytes) => decodeCheckpoint(bytes, { run: 'a' }),
      ({ progress }: { progress: { epoch: number } }) => progress.epoch === 3,
    ],
    [
      'decodeStack',
      ['stack'],
      decodeStack,
      ({ rbms }: Stack) => rbms.every(({ weights: w, visible, hidden }) => w.length === visible * hidden),
    ],
    ['decodeRbm', ['rbm'], decodeRbm, ({ weights: w, visible, hidden }: Rbm) => w.length === visible * hidden],
    ['decodeIdx', ['idx', 'gzipped'], decodeIdx, isArray],
    ['decodeTrainingData', ['npy', 'npz', 'spins', 'bits', 'idx', 'gzipped'], decodeTrainingData, isSpins],
    ['decodeSpinData', ['spins'], decodeOwnSpinData, isSpins],
    ['decodeSpinFile', ['bits'], decodeSpinFile, isSpins],
    ['decodeSpinData', ['npy', 'npz', 'spins', 'bits'], (bytes) => decodeSpinData(bytes), isSpins],
    ['decodeSpinData, packed', ['npy', 'stored'], (bytes) => decodeSpinData(bytes, { shape, packed: 'big' }), isSpins],
  ];

function isArray(value: NpyArray | string): boolean {
  return (
    typeof value === 'string' || value.data.length === value.shape.reduce((product, length) => product * length, 1)
  );
}

function isSpins({ bytes, count, stride, width, provenance }: SpinData): boolean {
  const fits = bytes.length === count * stride && stride === Math.ceil(width / 8);
  return fits && Number.isSafeInteger(width) && typeof provenance.source === 'string';
}

/** `count` files made of two: the first with a run of the second's bytes in the place of one of its own, of the same length or not; and runs removed. */
function* spliced(first: Uint8Array, second: Uint8Array, count: number, seed: number): Generator<Uint8Array> {
  const below = seeded(seed);
  for (let k = 0; k < count; k++) {
    const at = below(first.length);
    const from = below(second.length);
    const run = second.slice(from, from + 1 + below(k % 2 ? 64 : second.length));
    const skipped = k % 3 === 0 ? run.length : below(k % 3 === 1 ? 8 : first.length);
    yield Uint8Array.from([...first.slice(0, at), ...(k % 7 === 6 ? [] : run), ...first.slice(at + skipped)]);
  }
}

readers.forEach(([name, own, read, fits], r) => {
  test(`${name}: damaged and spliced files are read as sound values, or refused`, () => {
    let [refusals, values] = [0, 0];
    const attempt = (bytes: Uint8Array) => {
      let value: unknown;
      const work = () => {
        value = read(bytes);
      };
      // deflate's best ratio, should the file be an archive
      const refusal = decodeOrRefuse(work, bytes.length, 1032 * bytes.length);
      if (refusal !== undefined) refusals++;
      else {
        values++;
        assert.ok(fits(value as never), `${name} returned what is no such value`);
      }
    };
    own.forEach((file, f) => {
      for (const bytes of damaged(files[file], 250, 100 * r + f)) attempt(bytes);
      Object.values(files).forEach((other, o) => {
        for (const bytes of spliced(files[file], other, 25, 1000 * r + 10 * f + o)) attempt(bytes);
      });
    });
    // every file as it is, its own and those of other formats
    for (const bytes of Object.values(files)) attempt(bytes);
    assert.ok(refusals > 100 * own.length, `${refusals} refusals`);
    assert.ok(values > 0 || name.endsWith('packed'), `${values} values`);
  });
});

test.run();
