/** What Node's console shows of results: a few lines, and nothing that comparing, copying or JSON would see. */

import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitRows, Ising, measure, Rbm, RealRows, square, trainRbm } from '../../src/all.js';

const test = suite('util/inspect');

const data = new Ising({ lattice: square(8), coupling: 0.4 }).sample(300);
const trained = await trainRbm(data, { hidden: 8, epochs: 4, threads: 1 });
const measured = measure(data);

for (const [name, value, begin] of [
  ['SpinData', data, /^SpinData \{\s+count: 300,\s+shape: \[ 8, 8 \],\s+source: 'blockspin Ising'/],
  ['BitRows', new BitRows(1000, 64), /^BitRows \{ count: 1000, width: 64 \}$/],
  ['RealRows', new RealRows(100, 64, new Float32Array(6400)), /^RealRows \{ count: 100, width: 64 \}$/],
  ['Rbm', trained.rbm, /^Rbm \{ visible: '64 bits', hidden: '8 bits', largestWeight: [\d.]+ \}$/],
  ['training', trained, /^\{\s+rbm: Rbm \{[^}]*\},\s+epochs: 4,\s+logLikelihood: -\d+\.\d+\(\d+\),\s+independent: -\d/],
  ['measurements', measured, /energy: -1\.\d{3}\(\d\d\),/],
  ['a list of them', [data, data], /^\[\s+SpinData \{/],
] as const) {
  test(`${name}: at most 24 lines`, () => {
    const text = inspect(value);
    assert.match(text, begin);
    assert.ok(text.split('\n').length <= 24, text);
  });
}

test('values are as without', () => {
  assert.equal(Object.keys(trained), ['rbm', 'history', 'outcome', 'doubts']);
  assert.equal(structuredClone(measured), measured);
  assert.equal(JSON.parse(JSON.stringify(measured)).energy, { ...measured.energy });
  const { visible, hidden, weights, visibleBias, hiddenBias } = structuredClone(trained.rbm);
  assert.equal(new Rbm({ visible, hidden, weights, visibleBias, hiddenBias }).weights, trained.rbm.weights);
});

test.run();
