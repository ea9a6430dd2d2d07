/**
 * A BernoulliRBM that scikit-learn has fitted, against the RBM made of its arrays, and the way back; and IDX files that Python has written. Needs /usr/bin/python3 with
 * scikit-learn; says so, and skips, where there is none.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeNpy, type NpyArray } from '../../src/formats/npy.js';
import { decodeNpz } from '../../src/formats/npz.js';
import { exportRbm } from '../../src/io/exportRbm.js';
import { rbmFromTensors } from '../../src/io/importRbm.js';
import { loadRbm, loadTrainingData, saveRbm } from '../../src/node.js';
import { pseudoLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { randomParameters, randomRows } from '../physics/enumeration.js';

const PYTHON = '/usr/bin/python3';
const suiteOfTests = suite<{ folder: string }>('io/scikit-learn');
const present = spawnSync(PYTHON, ['-c', 'import sklearn.neural_network']).status === 0;
if (!present) console.log(`skipped: RBMs of scikit-learn, because ${PYTHON} cannot import sklearn`);
const test = present ? suiteOfTests : suiteOfTests.skip;

suiteOfTests.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'blockspin-sklearn-'));
});

suiteOfTests.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

/** Fits, saves the arrays, and what scikit-learn's own functions say of the rows. */
const SCRIPT = `
import gzip, numpy as np
from sklearn.neural_network import BernoulliRBM
rng = np.random.RandomState(1)
for name, hidden in (('wide', 7), ('square', 20)):
    x = (rng.rand(300, 20) < np.where(rng.rand(300, 1) < 0.5, 0.15, 0.8)).astype('f8')
    rbm = BernoulliRBM(n_components=hidden, learning_rate=0.1, batch_size=20, n_iter=10, random_state=2).fit(x)
    v = x[:50]
    # the mean over all units of what score_samples draws one unit of
    free = rbm._free_energy(v)
    total = np.zeros(50)
    for i in range(20):
        w = v.copy(); w[:, i] = 1 - w[:, i]
        total += -np.logaddexp(0, free - rbm._free_energy(w))
    rbm.random_state = np.random.RandomState(3)  # a number would give the same draws each time
    scores = np.mean([rbm.score_samples(v) for _ in range(400)], axis=0)
    np.savez(name + '.npz', components_=rbm.components_, intercept_hidden_=rbm.intercept_hidden_,
             intercept_visible_=rbm.intercept_visible_)
    np.savez(name + '.expected.npz', free=free, hidden=rbm.transform(v), total=total, scores=scores)
    with gzip.open(name + '-idx2-ubyte.gz', 'wb') as f:
        f.write(b'\\x00\\x00\\x08\\x02' + np.array(v.shape, '>u4').tobytes() + (255 * v).astype('u1').tobytes())
`;

test('free energies, hidden probabilities and pseudo-likelihoods are scikit-learn’s', ({ folder }) => {
  const { status, stderr } = spawnSync(PYTHON, ['-c', SCRIPT], { cwd: folder, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  for (const name of ['wide', 'square']) {
    const at = (ending: string) => join(folder, `${name}${ending}`);
    const arrays = decodeNpz(readFileSync(at('.expected.npz'))) as Record<string, NpyArray>;
    const expected = (of: string) => Array.from(arrays[of].data as Float64Array);
    const imported = rbmFromTensors(decodeNpz(readFileSync(at('.npz')))) as Rbm;
    saveRbm(at('.safetensors'), imported);
    const rbm = loadRbm(at('.safetensors')) as Rbm;
    assert.equal([rbm.visible, rbm.hidden], [20, name === 'wide' ? 7 : 20]);
    assert.ok(rbm.visibleLayer.bias instanceof Float64Array);
    const v = loadTrainingData(at('-idx2-ubyte.gz'));
    assert.equal([v.count, v.width], [50, 20]);
    // weights are rounded to float32: 6e-8 of each of the 20 terms
    const close = (actual: ArrayLike<number>, of: string, bound: number) => {
      assert.is(actual.length, expected(of).length);
      expected(of).forEach((value, k) => {
        assert.ok(Math.abs(actual[k] - value) < bound, `${name} ${of}[${k}]: ${actual[k]}, ${value}`);
      });
    };
    close(rbm.freeEnergy(v), 'free', 2e-5);
    close(rbm.meanHidden(v), 'hidden', 2e-6);
    const total = expected('total').reduce((sum, x) => sum + x, 0) / 50;
    assert.ok(Math.abs(pseudoLikelihood(rbm, v, { units: 'all' }).total - total) < 1e-4);
    // its own score is 20 times one random unit's: 400 draws of each of 50 rows
    const scores = expected('scores').reduce((sum, x) => sum + x, 0) / 50;
    assert.ok(Math.abs(scores - total) < 0.02 * Math.abs(total), `${scores} drawn, ${total} of all units`);
  }
});

const TAKES = `
import numpy as np
from sklearn.neural_network import BernoulliRBM
v = np.load('rows.npy').astype('f8')
rbm = BernoulliRBM(n_components=7, random_state=1)
for name, value in np.load('exported.npz').items():
    setattr(rbm, name, value)
free, hidden = rbm._free_energy(v), rbm.transform(v)
assert rbm.score_samples(v).shape == (50,) and rbm.gibbs(v).shape == v.shape
rbm.partial_fit(v)
assert rbm.components_.shape == (7, 20)
# a state dict by the header alone: 8 bytes of its length, JSON, data
import json
raw = open('exported.safetensors', 'rb').read()
start = 8 + int.from_bytes(raw[:8], 'little')
state = {}
for name, entry in json.loads(raw[8:start]).items():
    if name != '__metadata__':
        begin, end = entry['data_offsets']
        assert entry['dtype'] == 'F32'
        state[name] = np.frombuffer(raw[start + begin:start + end], '<f4').reshape(entry['shape'])
inputs = v @ state['W'].T + state['h_bias']
np.savez('answers.npz', free=free, hidden=hidden, torch=-v @ state['v_bias'] - np.logaddexp(0, inputs).sum(1))
`;

test('scikit-learn takes an exported RBM: the same free energies and hidden probabilities', ({ folder }) => {
  const rbm = new Rbm(randomParameters(20, 7, 3));
  const v = randomRows(50, 20, 4);
  const rows = Uint8Array.from({ length: 1000 }, (_, k) => v.bit(Math.floor(k / 20), k % 20));
  writeFileSync(join(folder, 'rows.npy'), encodeNpy({ shape: [50, 20], data: rows }));
  writeFileSync(join(folder, 'exported.npz'), exportRbm(rbm, 'sklearn'));
  writeFileSync(join(folder, 'exported.safetensors'), exportRbm(rbm, 'torch'));
  const { status, stderr } = spawnSync(PYTHON, ['-c', TAKES], { cwd: folder, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  const answers = decodeNpz(readFileSync(join(folder, 'answers.npz'))) as Record<string, NpyArray>;
  const close = (actual: ArrayLike<number>, name: string, bound: number) => {
    const theirs = answers[name].data as Float64Array;
    assert.is(actual.length, theirs.length);
    theirs.forEach((value, k) => {
      assert.ok(Math.abs(actual[k] - value) < bound, `${name}[${k}]: ${actual[k]}, ${value}`);
    });
  };
  close(rbm.freeEnergy(v), 'free', 1e-5);
  close(rbm.freeEnergy(v), 'torch', 1e-5);
  close(rbm.meanHidden(v), 'hidden', 2e-6);
});

suiteOfTests.run();
