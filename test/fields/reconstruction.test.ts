import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reconstructionAt, reconstructions, signOfMagnetisation } from '../../src/fields/reconstruction.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';

const test = suite('fields/reconstruction');

/** 4×4 spins: all up; one of four blocks down; one spin down in each of two blocks. */
const ROWS = [
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  [0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
];
const bytes = Uint8Array.from(
  ROWS.flatMap((row) => [0, 8].map((at) => row.slice(at, at + 8).reduce((sum, bit, i) => sum | (bit << i), 0))),
);
const data = new SpinData(3, [4, 4], bytes, { source: 'by hand' });

test('one sign, and block spins: shares of sites counted by hand', () => {
  assert.ok(Math.abs(signOfMagnetisation(data).mean - (1 + 12 / 16 + 14 / 16) / 3) < 1e-15);
  // a hidden unit per block that follows it: reconstruction and majority agree
  const weights = new Float32Array(64);
  for (let site = 0; site < 16; site++) weights[site * 4 + 2 * (site >> 3) + ((site & 3) >> 1)] = 20;
  const rbm = new Rbm({
    visible: 16,
    hidden: 4,
    weights,
    visibleBias: new Float32Array(16).fill(-10),
    hiddenBias: new Float32Array(4).fill(-30),
  });
  const found = reconstructionAt(new Stack([rbm], [4, 4]), 1, data);
  const expected = (1 + 1 + 14 / 16) / 3;
  assert.ok(Math.abs((found.blockSpins as number) - expected) < 1e-15, `${found.blockSpins}`);
  assert.ok(Math.abs(found.agreement - expected) < 1e-15, `${found.agreement}`);
  // three units do not tile the lattice
  const three = new Rbm({
    visible: 16,
    hidden: 3,
    weights: new Float32Array(48),
    visibleBias: new Float32Array(16).fill(1),
    hiddenBias: new Float32Array(3),
  });
  const up = reconstructionAt(new Stack([three], [4, 4]), 1, data);
  assert.is(up.blockSpins, null);
  assert.ok(Math.abs(up.agreement - (1 + 12 / 16 + 14 / 16) / 3) < 1e-15);
});

test('configurations beside what the top makes of them, as many as there are', () => {
  const up = new Rbm({
    visible: 16,
    hidden: 3,
    weights: new Float32Array(48),
    visibleBias: new Float32Array(16).fill(1),
    hiddenBias: new Float32Array(3),
  });
  const stack = new Stack([up], [4, 4]);
  const shown = reconstructions(stack, data, 2);
  assert.equal(
    shown.map(({ spins, agreement }) => [[...spins], agreement]),
    [
      [ROWS[0], 1],
      [ROWS[1], 12 / 16],
    ],
  );
  assert.ok(shown[0].reconstruction.every((p) => Math.abs(p - 1 / (1 + Math.exp(-1))) < 1e-6));
  assert.is(reconstructions(stack, data, 9).length, 3);
});

test.run();
