/** Examples that run in Node and Python, each by the commands of its README; what they print is what it says. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { NpyArray } from '../../src/formats/npy.js';
import { decodeNpz } from '../../src/formats/npz.js';
import { loadRbm, loadSpinData } from '../../src/node.js';
import { MATRIX } from '../matrix.js';
import { blocksOf, examples, follow, Installation, PYTHON, pythonHas, run, textOf } from './installed.js';

const test = suite('examples/programs');
const installation = new Installation();
test.after(() => installation.close());

/** Numbers of a text, in order. */
const numbersOf = (text: string): number[] => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

/** A value with its error in brackets, `-1.2212(59)`. */
function estimateOf(text: string): [value: number, error: number] {
  const [, value, decimals, digits] = /(-?\d+\.(\d+))\((\d+)\)/.exec(text) as RegExpExecArray;
  return [Number(value), Number(digits) * 10 ** -decimals.length];
}

test('node-npz: energy, likelihood and files of the user’s spins', () => {
  const folder = installation.copy('node-npz');
  const said = follow(folder, blocksOf('node-npz', 'sh')[0]);
  assert.is(said, blocksOf('node-npz', 'text')[0]);
  const lines = said.split('\n');
  const [energy, error] = estimateOf(lines[1]);
  assert.ok(Math.abs(energy - numbersOf(lines[1])[2]) < 4 * error, lines[1]);
  const [, rbm] = numbersOf(lines[4]);
  const [independent, best] = [numbersOf(lines[5])[0], numbersOf(lines[6])[0]];
  assert.ok(independent < rbm && rbm < best, said);
  const { hidden } = decodeNpz(readFileSync(join(folder, 'features.npz'))) as Record<string, NpyArray>;
  assert.equal([...hidden.shape], [3000, 16]);
  assert.is(loadRbm(join(folder, 'model.safetensors')).hidden, 16);
  assert.ok(existsSync(join(folder, 'model.npz')) && existsSync(join(folder, 'fields.png')));
});

// two CPU-seconds
if (MATRIX && pythonHas('numpy')) {
  test('node-npz: the NumPy script makes the same spins again', () => {
    const folder = join(installation.folder, 'node-npz');
    const before = loadSpinData(join(folder, 'spins.npz'));
    rmSync(join(folder, 'spins.npz'));
    run(folder, PYTHON, 'make_spins.py');
    const after = loadSpinData(join(folder, 'spins.npz'));
    assert.equal([...after.shape, after.count], [8, 8, 3000]);
    assert.equal(after.bytes, before.bytes);
  });
}

const withSklearn = pythonHas('sklearn.neural_network') ? test : test.skip;
if (withSklearn === test.skip) console.log(`skipped: python-round-trip, because ${PYTHON} has no scikit-learn`);

withSklearn('python-round-trip: to scikit-learn, where it transforms alike, and back', () => {
  const folder = installation.copy('python-round-trip');
  const said = follow(folder, blocksOf('python-round-trip', 'sh')[0]).split('\n');
  const told = blocksOf('python-round-trip', 'text')[0].split('\n');
  // the RBM that scikit-learn fits depends on its version and on its library of matrices
  assert.equal(said.slice(0, 5), told.slice(0, 5));
  const [fitted, expected] = [said[5], told[5]].map((line) => numbersOf(line)[2]);
  assert.ok(Math.abs(fitted - expected) < 1.5, said[5]);
  // the likelihood of the file for scikit-learn is that of the training
  assert.is(numbersOf(said[0])[0], numbersOf(said[4])[2]);
  if (!pythonHas('torch')) return console.log(`skipped: use_torch.py, because ${PYTHON} has no torch`);
  const torch = follow(folder, blocksOf('python-round-trip', 'sh')[1]);
  assert.match(torch, /agrees to 1e-6/);
  assert.ok(torch.includes(told[4].replace('model.npz', 'torch.npz')), torch);
});

test('slurm-sweep: planned, worked on and merged without Slurm', () => {
  const folder = installation.copy('slurm-sweep');
  const [laptop, , template] = blocksOf('slurm-sweep', 'sh');
  const said = follow(folder, laptop);
  const table = blocksOf('slurm-sweep', 'text')[0];
  assert.ok(said.endsWith(table), said);
  const [few, many] = table.split('\n').slice(0, 2).map(estimateOf);
  assert.ok(few[0] - many[0] > 3 * Math.hypot(few[1], many[1]));
  // the job file is the one that the command prints
  follow(folder, template);
  assert.is(readFileSync(join(folder, 'sweep.sh'), 'utf8'), textOf('slurm-sweep', 'sweep.sh'));
});

test('slurm-sweep: the job file is a script, and its worker is told what the docs tell', () => {
  const file = join(examples, 'slurm-sweep/sweep.sh');
  const { status, stderr } = spawnSync('bash', ['-n', file], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
  const text = readFileSync(file, 'utf8');
  assert.match(
    text,
    /node_modules\/\.bin\/blockspin work plan\.jsonl --out results \\\n {2}--shard auto --shards 2 --first-task 0/,
  );
  assert.match(text, /#SBATCH --signal=B:TERM@60/);
  assert.match(text, /scontrol requeue/);
});

test.run();
