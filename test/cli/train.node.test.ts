/** `blockspin train`, `blockspin evaluate` and `blockspin generate` as their user meets them. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zipSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EVALUATE_HELP, evaluateCommand } from '../../src/cli/commands/evaluate.js';
import { GENERATE_HELP, generateCommand } from '../../src/cli/commands/generate.js';
import { trainCommand } from '../../src/cli/commands/train.js';
import { UsageError } from '../../src/cli/words/options.js';
import { TRAIN_HELP } from '../../src/cli/words/trainOptions.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { encodeIdx } from '../../src/formats/idx.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { encodeNpz } from '../../src/formats/npz.js';
import { encodeSafetensors } from '../../src/formats/safetensors.js';
import { rbmFromTensors } from '../../src/io/importRbm.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { loadRbm, loadSpinData, loadStack, loadTrainingData, saveRbm, saveSpinData } from '../../src/node.js';
import { singularValues } from '../../src/rbm/diagnosis/singularValues.js';
import type { EpochRecord } from '../../src/rbm/engines/state.js';
import { independentLogLikelihood } from '../../src/rbm/likelihood/independent.js';
import {
  freeEnergyGap,
  logLikelihood,
  pseudoLikelihood,
  unexplainedVariance,
} from '../../src/rbm/likelihood/likelihood.js';
import { barsAndStripes } from '../../src/rbm/model/datasets.js';
import { gaussianLayer, type States, spinLayer } from '../../src/rbm/model/layers.js';
import { Noise } from '../../src/rbm/model/noise.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { sampleStack, stackBound } from '../../src/rbm/stack/beliefNetwork.js';
import { trainStack } from '../../src/rbm/stack/stack.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import type { BitRows } from '../../src/util/bits.js';
import { RealRows } from '../../src/util/reals.js';
import { rejection } from '../rbm/runs.js';
import { blockspin, folder, here, removeFolders } from './command.js';

const test = suite('cli/train, evaluate and generate');

test.after(removeFolders);

/** Bars and stripes 3×3 as the images of an MNIST file. */
const rows = barsAndStripes(3);
const images = Uint8Array.from({ length: rows.count * 9 }, (_, k) => 255 * rows.bit(Math.floor(k / 9), k % 9));
const bars = join(folder(), 'bars-idx3-ubyte.gz');
writeFileSync(bars, gzipSync(encodeIdx({ shape: [rows.count, 3, 3], data: images })));
const ising = new Ising({ lattice: square(4), coupling: 0.4, seed: 2 }).sample(300);
const spins = join(folder(), 'spins.npz');
saveSpinData(spins, ising);

const BARS = ['train', bars, '--hidden', '6', '--epochs', '8', '--passes', '20', '--seed', '3', '--threads', '1'];

test('train leaves a model, a log, figures and numbers that are those of trainRbm()', async () => {
  const out = folder();
  const words = [
    ...BARS,
    '--algorithm',
    'exact',
    '--optimiser',
    'adam',
    '--learning-rate',
    '0.05',
    '--schedule',
    'inverse:4',
  ];
  const { code, stdout, stderr } = await blockspin([...words, '--validation', bars, '--out', out]);
  assert.is(code, 0, stderr);
  assert.match(stderr, /train .*epochs/);
  assert.match(stdout, /log-likelihood per row +-\d.*exact log Z = \d+\.\d+; independent units have -6\.2383\)/);
  assert.match(stdout, /all units of 16 training rows; a proxy; independent units have -0\.6931\)/);
  const names = [
    'filters.png',
    'filters.svg',
    'log.csv',
    'model.safetensors',
    'result.json',
    'training.png',
    'training.svg',
  ];
  assert.equal(readdirSync(out).sort(), names);
  const direct = await trainRbm(rows, {
    hidden: 6,
    epochs: 8,
    passes: 20,
    seed: 3,
    threads: 1,
    algorithm: 'exact',
    optimiser: 'adam',
    learningRate: 0.05,
    schedule: { inverse: 4 },
    validation: rows,
    outcome: false,
  });
  const rbm = loadRbm(join(out, 'model.safetensors')) as Rbm;
  assert.equal(rbm.weights, (direct.rbm as Rbm).weights);
  assert.equal(rbm.visibleBias, (direct.rbm as Rbm).visibleBias);
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  assert.equal(result.history, [JSON.parse(JSON.stringify(direct.history))]);
  assert.equal(result.best, direct.best);
  assert.equal(result.data.shape, [3, 3]);
  assert.ok(Math.abs(result.judged.logLikelihood.mean - logLikelihood(rbm, rows).mean) < 1e-12);
  const [header, ...lines] = readFileSync(join(out, 'log.csv'), 'utf8').trimEnd().split('\n');
  assert.match(header, /^layer,epoch,learningRate,pseudoLikelihood,/);
  assert.is(lines.length, 8);
  lines.forEach((line, k) => {
    const { learningRate, pseudoLikelihood: proxy } = direct.history[k];
    assert.ok(line.startsWith(`1,${k + 1},${learningRate},${proxy},`), line);
    assert.is(line.split(',').length, header.split(',').length);
  });
});

test('training stopped by SIGTERM goes on with --resume, to the same bytes', async () => {
  const words = ['train', spins, '--hidden', '12', '--epochs', '300', '--threads', '1', '--seed', 'a seed'];
  const stack = ['train', spins, '--hidden', '12,6', '--epochs', '150', '--threads', '1'];
  for (const [command, files] of [
    [words, ['log.csv', 'result.json', 'model.safetensors', 'filters.svg', 'training.svg']],
    [stack, ['log.csv', 'result.json', 'model.safetensors', 'filters-2.svg', 'training.svg']],
  ] as const) {
    const [whole, parts] = [folder(), folder()];
    assert.is((await here([...command, '--out', whole])).code, 0);
    const stopped = await blockspin([...command, '--out', parts], { when: /epochs/, signal: 'SIGTERM', after: 200 });
    assert.is(stopped.code, 75, stopped.stderr);
    assert.match(stopped.stderr, /terminated; the checkpoint is .*\ncontinue with the same command and --resume/);
    // the log goes as far as the checkpoint, which is its source
    assert.equal(readdirSync(parts).sort(), ['checkpoint.safetensors', 'log.csv']);
    const log = readFileSync(join(parts, 'log.csv'), 'utf8');
    assert.ok(readFileSync(join(whole, 'log.csv'), 'utf8').startsWith(log) && log.endsWith('\n'), log);
    assert.ok(log.split('\n').length > 2);
    writeFileSync(join(parts, 'log.csv'), 'torn');
    if (command === words) await refusals(command, parts);
    const resumed = await here([...command, '--out', parts, '--resume']);
    assert.is(resumed.code, 0, resumed.stderr);
    for (const name of files) {
      assert.ok(readFileSync(join(parts, name)).equals(readFileSync(join(whole, name))), name);
    }
    assert.not.ok(existsSync(join(parts, 'checkpoint.safetensors')));
  }
});

/** A folder with a checkpoint is kept from other runs. */
async function refusals(command: readonly string[], parts: string): Promise<void> {
  const refused = await here([...command, '--out', parts]);
  assert.is(refused.code, 2);
  assert.match(refused.stderr, /holds an interrupted run: --resume continues it/);
  const other = await here([...command, '--momentum', '0.1', '--out', parts, '--resume']);
  assert.is(other.code, 1);
  assert.match(other.stderr, /belongs to another run: "options" is/);
}

test('train --monitor adds singular values, units and the gap to the log, the numbers and the figures', async () => {
  const out = folder();
  const words = [...BARS, '--monitor', '3', '--validation', bars, '--units', 'spins', '--out', out];
  const { code, stderr } = await here(words);
  assert.is(code, 0, stderr);
  assert.ok(existsSync(join(out, 'singular-values.svg')) && existsSync(join(out, 'singular-values.png')));
  const rbm = loadRbm(join(out, 'model.safetensors'));
  const {
    history: [history],
  } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  assert.equal(
    history.map((record: EpochRecord) => record.singularValues?.length),
    [undefined, undefined, 6, undefined, undefined, 6, undefined, 6],
  );
  const { best } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  if (best.epoch === 8) assert.equal(history[7].singularValues, [...singularValues(rbm.weights, 9, 6)]);
  assert.is(history[7].freeEnergyGap, 0, 'held-out rows that are the training rows');
  const [header, ...lines] = readFileSync(join(out, 'log.csv'), 'utf8').trimEnd().split('\n');
  const tail = 'freeEnergyGap,freeEnergyGapError,aliveUnits,offUnits,onUnits,constantUnits,singularValues';
  assert.ok(header.endsWith(`,${tail}`), header);
  for (const line of lines) assert.is(line.split(',').length, header.split(',').length);
  assert.is(lines[2].split(',').at(-1), history[2].singularValues.join(' '));
});

test('train --feed probabilities trains upper layers on numbers, and says what they leave unexplained', async () => {
  const out = folder();
  const words = ['train', spins, '--hidden', '8,4', '--epochs', '6', '--threads', '1', '--seed', '3'];
  const { code, stdout, stderr } = await here([...words, '--feed', 'probabilities', '--monitor', '2', '--out', out]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /% of the variance unexplained/);
  const { stack } = await trainStack(ising, {
    hidden: [8, 4],
    epochs: 6,
    seed: 3,
    threads: 1,
    feed: 'probabilities',
    outcome: false,
  });
  loadStack(join(out, 'model.safetensors')).rbms.forEach((rbm, k) => {
    assert.equal(rbm.weights, stack.rbms[k].weights);
  });
  assert.ok(existsSync(join(out, 'singular-values-2.svg')));
});

test('evaluate gives log Z, likelihoods and the gap, by JSON and as a table', async () => {
  const out = folder();
  const spinsModel = join(out, 'spins.safetensors');
  const trained = await trainRbm(ising, { hidden: 5, epochs: 20, seed: 1, threads: 1, units: 'spins' });
  saveRbm(spinsModel, trained.rbm);
  const rbm = loadRbm(spinsModel) as Rbm<BitRows, States>;
  const { code, stdout, stderr } = await blockspin(['evaluate', spinsModel, spins, '--training', spins, '--json']);
  assert.is(code, 0, stderr);
  const found = JSON.parse(stdout);
  const { version, wasm } = ising.provenance;
  assert.equal([found.version, found.kernels, found.seed], [version, wasm, 1]);
  const expected = JSON.parse(
    JSON.stringify([
      logLikelihood(rbm, ising, { method: 'exact' }),
      { ...pseudoLikelihood(rbm, ising, { units: 'all' }), units: 'all' },
      freeEnergyGap(rbm, ising, ising),
    ]),
  );
  assert.equal([found.logLikelihood, found.pseudoLikelihood, found.freeEnergyGap], expected);
  assert.is(found.logPartition.method, 'exact');
  const words = ['evaluate', spinsModel, spins, '--partition', 'annealing', '--chains', '60', '--temperatures', '80'];
  const bracket = JSON.parse((await here([...words, '--json'])).stdout);
  const { lower, upper } = bracket.logPartition;
  assert.ok(lower < found.logPartition.estimate && found.logPartition.estimate < upper, JSON.stringify(bracket));
  const table = await here(words);
  assert.match(table.stdout, /RBM of 16-5 units \(spins-spins\)/);
  assert.match(table.stdout, /log Z +\d.* \(by annealing, between .* and .*; \d+ effective chains/);
  assert.match(table.stdout, /pseudo-log-likelihood per unit .*\(all units, exactly/);
  const sick = await here(['evaluate', spinsModel, spins, '--equilibrium', '64']);
  assert.match(
    sick.stdout,
    /chains from random starts .*\((equilibrated|drifting|apart|stuck): after 64 steps the largest \|z\| is \d/,
  );
  assert.match(sick.stdout, /hidden units +\d alive, \d off, \d on, \d constant\nsingular values of W/);
});

test('evaluate takes tensors for an RBM of plaquettes, and says so', async () => {
  const out = folder();
  const [model, rows] = [join(out, 'bonds.safetensors'), join(out, 'rows.npz')];
  const lattice = square(6);
  const { visible, hidden, weights } = bondRbm(isingHamiltonian({ lattice, coupling: 0.3 }));
  const layer = (n: number) => spinLayer(new Float32Array(n));
  saveRbm(
    model,
    new Rbm({ visibleLayer: layer(visible), hiddenLayer: layer(hidden), weights: Float32Array.from(weights) }),
  );
  saveSpinData(rows, new Ising({ lattice, coupling: 0.3, seed: 1 }).sample(40));
  const words = ['evaluate', model, rows, '--bond', '8'];
  const { stdout } = await here([...words, '--json']);
  const { logPartition: found } = JSON.parse(stdout);
  assert.equal([found.method, found.tensors.bond, found.effectiveSize], ['tensor', 8, null]);
  // ln Z of the torus by transfer matrices of Kaufman, and ln 2 + K of each bond; weights are float32
  const exact = kaufman(6, 6, 0.3).logPartition + 72 * (Math.LN2 + 0.3);
  assert.ok(
    found.upper - found.lower < 0.01 && found.lower < exact && exact < found.upper,
    `${stdout}, exact ${exact}`,
  );
  const table = (await here(words)).stdout;
  assert.match(table, /log Z +\d.* \(by tensors of dimension 8 on 6 × 6, between .* by what smaller dimensions change/);
  assert.match(table, /log-likelihood per row .*\(between .* by log Z alone/);
  const annealed = await here([...words, '--partition', 'annealing', '--chains', '60', '--temperatures', '80']);
  assert.match(annealed.stdout, /log Z .*\(by annealing/);
  const dense = join(out, 'dense.safetensors');
  saveRbm(dense, new Rbm({ visibleLayer: layer(16), hiddenLayer: layer(2), weights: new Float32Array(32).fill(0.1) }));
  const refused = await here(['evaluate', dense, spins, '--partition', 'tensor']);
  assert.match(refused.stderr, /"rbm" expected hidden units that see sites of one plaquette each/);
});

test('what may be wrong is said in full sentences, of a training and of a model', async () => {
  const out = folder();
  const short = await here(['train', spins, '--hidden', '4', '--epochs', '1', '--threads', '1', '--out', out]);
  assert.is(short.code, 0, short.stderr);
  assert.match(short.stdout, /\n\nDoubt: The weights have hardly moved: the largest is 0\.0\d+, as in a random start/);
  const { doubts, judged } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  assert.match(doubts[0], /^The weights have hardly moved/);
  assert.ok(Math.abs(judged.logLikelihood.independent + 11.07) < 0.01);
  assert.is(judged.modes.length, 2);
  const deep = ['train', spins, '--hidden', '4,3', '--epochs', '1', '--threads', '1', '--restart', '--out', out];
  const stack = await here(deep);
  assert.match(
    stack.stdout,
    /Doubt: Layer 1: The weights have hardly moved[\s\S]*Doubt: Layer 2: The weights have hardly/,
  );

  // two modes of spins, and a bias that drives all of the probability into one
  const two = new Uint8Array(200 * 16);
  for (let r = 1; r < 200; r += 2) two.fill(1, 16 * r, 16 * r + 16);
  const modes = join(out, 'modes.npy');
  writeFileSync(modes, encodeNpy({ shape: [200, 16], data: two }));
  const machine = (bias: number) =>
    new Rbm<BitRows, BitRows>({
      visibleLayer: spinLayer(new Float32Array(16).fill(bias)),
      hiddenLayer: spinLayer(new Float32Array(1)),
      weights: new Float32Array(16).fill(3),
    });
  const model = join(out, 'modes.safetensors');
  saveRbm(model, machine(0));
  const good = await here(['evaluate', model, modes]);
  assert.match(good.stdout, /log-likelihood per row +-0\.\d.* \(independent units have -11\.0904\)/);
  assert.match(good.stdout, /; a proxy; independent units have -0\.6931\)/);
  assert.not.match(good.stdout, /Doubt/);
  saveRbm(model, machine(10));
  const bad = await here(['evaluate', model, modes]);
  assert.match(bad.stdout, /Doubt: The model has lost a mode: to 50 % of the rows/);
  const json = JSON.parse((await here(['evaluate', model, modes, '--json'])).stdout);
  assert.ok(json.doubts.length >= 2 && json.modes[0].share === 0.5, JSON.stringify(json));
});

test('evaluate and generate take stacks', async () => {
  const out = folder();
  const words = ['train', spins, '--hidden', '8,4', '--epochs', '10', '--algorithm', 'cd', '--threads', '1'];
  assert.is((await here([...words, '--out', out])).code, 0);
  const model = join(out, 'model.safetensors');
  const { code, stdout, stderr } = await here(['evaluate', model, spins, '--samples', '4', '--json']);
  assert.is(code, 0, stderr);
  const found = JSON.parse(stdout);
  const stack = loadStack(model);
  const { mean, weighted } = stackBound(stack, ising, { samples: 4, seed: 1 });
  assert.ok(Math.abs(found.stackBound.mean - mean) < 1e-9 && Math.abs(found.stackBound.weighted - weighted) < 1e-9);
  assert.is(found.logLikelihood, null);
  const file = join(out, 'drawn.bits');
  const drawn = await here(['generate', model, '--count', '30', '--burn-in', '20', '--out', file]);
  assert.is(drawn.code, 0, drawn.stderr);
  const data = loadSpinData(file);
  assert.equal([data.count, data.shape], [30, [4, 4]]);
  assert.equal(data.provenance.parameters?.units, [16, 8, 4]);
  assert.equal(data.bytes, sampleStack(stack, { count: 30, steps: 20, seed: 1 }).bytes);
  const words2 = ['generate', model, '--start', spins, '--clamp', '1,8', '--count', '40', '--burn-in', '400'];
  const clamped = await here([...words2, '--restart', '--out', file]);
  assert.is(clamped.code, 0, clamped.stderr);
  assert.match(clamped.stderr, /generate .*steps/);
  const held = loadSpinData(file);
  for (let r = 0; r < 40; r++) for (const i of [1, 8]) assert.is(held.bit(r, i), ising.bit(r, i));
  assert.equal(held.provenance.parameters?.clamp, [1, 8]);
  assert.not.equal(held.bytes, ising.bytes.subarray(0, held.bytes.length));
});

test('generate gives samples of the model, from any start, with clamped units, in every format', async () => {
  const out = folder();
  const model = join(out, 'model.safetensors');
  // two visible spins and one hidden: ⟨v0 v1⟩ = tanh² J
  const weights = Float32Array.of(0.8, 0.8);
  saveRbm(
    model,
    new Rbm<BitRows, BitRows>({
      visibleLayer: spinLayer(new Float32Array(2)),
      hiddenLayer: spinLayer(new Float32Array(1)),
      weights,
    }),
  );
  const words = ['generate', model, '--count', '8000', '--chains', '2000', '--burn-in', '30', '--every', '10'];
  const files = ['npz', 'npy', 'bits'].map((ending) => join(out, `drawn.${ending}`));
  for (const file of files) {
    const { code, stdout, stderr } = await blockspin([...words, '--out', file]);
    assert.is(code, 0, stderr);
    assert.match(stdout, /8000 of 2000 chains/);
  }
  const [data, ...others] = files.map((file) => loadSpinData(file));
  for (const other of others) assert.equal(other.bytes, data.bytes);
  const equal = Array.from({ length: 8000 }, (_, r) => (data.bit(r, 0) === data.bit(r, 1) ? 1 : 0)) as number[];
  const mean = equal.reduce((sum, x) => sum + x, 0) / 8000;
  const p = (1 + Math.tanh(0.8) ** 2) / 2;
  // nearly independent; p = 1e-4 for |z| > 3.9
  assert.ok(Math.abs(mean - p) < 3.9 * Math.sqrt((p * (1 - p)) / 8000), `${mean}, exact ${p}`);
  assert.is(data.provenance.source, 'blockspin generate');

  const start = join(out, 'start.npy');
  writeFileSync(start, encodeNpy({ shape: [2, 2], data: Int8Array.of(1, 1, -1, -1) }));
  const held = join(out, 'held.npz');
  const clamped = [
    ...words.slice(0, 2),
    '--count',
    '4000',
    '--burn-in',
    '20',
    '--start',
    start,
    '--clamp',
    '0',
    '--out',
    held,
  ];
  const { code, stderr, stdout } = await blockspin([...clamped, '--json']);
  assert.is(code, 0, stderr);
  assert.equal(JSON.parse(stdout).clamp, [0]);
  const given = loadSpinData(held);
  let same = 0;
  for (let r = 0; r < 4000; r++) {
    assert.is(given.bit(r, 0), 1 - (r % 2));
    same += given.bit(r, 1) === given.bit(r, 0) ? 1 : 0;
  }
  assert.ok(Math.abs(same / 4000 - p) < 3.9 * Math.sqrt((p * (1 - p)) / 4000), `${same / 4000}, exact ${p}`);
  const again = await rejection(generateCommand(clamped.slice(1)));
  assert.ok(again instanceof UsageError);
  assert.match((again as Error).message, /held\.npz already exists: --restart overwrites it/);
});

test('RBMs of other programs: arrays as npz or safetensors; a pickle is told apart, with the way out', async () => {
  const out = folder();
  const weights = Float32Array.from({ length: 16 * 3 }, (_, k) => Math.fround(Math.sin(k)));
  const arrays = {
    components_: { shape: [3, 16], data: weights },
    intercept_hidden_: { shape: [3], data: Float32Array.of(0.1, -0.2, 0.3) },
    intercept_visible_: { shape: [16], data: new Float32Array(16).fill(-0.1) },
  };
  const expected = logLikelihood(rbmFromTensors(arrays) as Rbm, ising).mean;
  const files: [string, Uint8Array][] = [
    ['sklearn.npz', encodeNpz(arrays)],
    ['torch.safetensors', encodeSafetensors({ tensors: arrays, metadata: { format: 'pt' } })],
  ];
  for (const [name, bytes] of files) {
    writeFileSync(join(out, name), bytes);
    const { code, stdout, stderr } = await here(['evaluate', join(out, name), spins, '--json']);
    assert.is(code, 0, stderr);
    assert.ok(Math.abs(JSON.parse(stdout).logLikelihood.mean - expected) < 1e-9);
  }
  const pickle = Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0x2e, 0, 0, 0, 0);
  const zip = zipSync({ 'archive/data.pkl': pickle, 'archive/version': Uint8Array.of(0x33) });
  for (const [name, bytes] of [
    ['old.pt', pickle],
    ['new.pt', zip],
  ] as const) {
    writeFileSync(join(out, name), bytes);
    const error = await rejection(evaluateCommand([join(out, name), spins]));
    assert.match(
      (error as Error).message,
      /\.pt: is a Python pickle.*import torch.*save_file\(torch\.load\("model\.pt"/,
    );
  }
  writeFileSync(join(out, 'none.npz'), encodeNpz({ x: { shape: [2], data: new Float32Array(2) } }));
  const error = await rejection(evaluateCommand([join(out, 'none.npz'), spins]));
  assert.match((error as Error).message, /none\.npz: .*weights/);
});

test('what the arrays of another program do not tell is asked for by the option that tells it', async () => {
  const out = folder();
  const rows = join(out, 'rows.npy');
  writeFileSync(
    rows,
    encodeNpy({ shape: [20, 4], data: Uint8Array.from({ length: 80 }, (_, k) => ((k * k) % 3) & 1) }),
  );
  const weights = Float32Array.from({ length: 16 }, (_, k) => Math.fround(Math.sin(k)));
  const arrays = {
    M: { shape: [4, 4], data: weights },
    a: { shape: [4], data: Float32Array.of(0.1, -0.2, 0.3, 0.4) },
    b: { shape: [4], data: Float32Array.of(0.5, 0, -0.25, 1) },
  };
  const file = join(out, 'square.safetensors');
  writeFileSync(file, encodeSafetensors({ tensors: arrays }));
  const names = ['--weights', 'M', '--visible-bias', 'a', '--hidden-bias', 'b'];
  const steps: [words: string[], message: RegExp][] = [
    [[], /square\.safetensors: "weights" expected one array .* got M, a, b; give it by --weights NAME/],
    [names.slice(0, 2), /"visibleBias" expected .* give it by --visible-bias NAME/],
    [names.slice(0, 4), /"hiddenBias" expected .* give it by --hidden-bias NAME/],
    [names, /"rows" expected visible or hidden, .* give it by --rows SIDE/],
  ];
  for (const [words, message] of steps) {
    for (const error of [
      await rejection(evaluateCommand([file, rows, ...words])),
      await rejection(generateCommand([file, '--out', join(out, 'x.npz'), ...words])),
    ]) {
      assert.match((error as Error).message, message);
    }
  }
  const options = { weights: 'M', visibleBias: 'a', hiddenBias: 'b' } as const;
  for (const side of ['visible', 'hidden'] as const) {
    const rbm = rbmFromTensors(arrays, { ...options, rows: side }) as Rbm;
    const { code, stdout, stderr } = await here(['evaluate', file, rows, ...names, '--rows', side, '--json']);
    assert.is(code, 0, stderr);
    const expected = logLikelihood(rbm, loadTrainingData(rows)).mean;
    assert.ok(Math.abs(JSON.parse(stdout).logLikelihood.mean - expected) < 1e-9);
  }
  const wrong = await rejection(evaluateCommand([file, rows, ...names, '--rows', 'both']));
  assert.ok(wrong instanceof UsageError);
  const own = join(out, 'own.safetensors');
  saveRbm(own, rbmFromTensors(arrays, { ...options, rows: 'visible' }));
  const needless = await rejection(evaluateCommand([own, rows, '--rows', 'hidden']));
  assert.match((needless as Error).message, /own\.safetensors: is a model of this package, which needs no --rows/);
});

test('real numbers: Gaussian visible units from a float array, and what evaluate says of them', async () => {
  const out = folder();
  // two clusters, off the origin
  const noise = new Noise(5n).uniform(200 * 6);
  const values = Float64Array.from({ length: 1200 }, (_, k) => (Math.floor(k / 6) % 2 ? 4 : 1) + noise[k]);
  const file = join(out, 'reals.npy.gz');
  writeFileSync(file, gzipSync(encodeNpy({ shape: [200, 2, 3], data: values })));
  const words = ['--units', 'gaussian', '--hidden', '3', '--epochs', '10', '--passes', '20', '--threads', '1'];
  const model = join(out, 'model');
  const trained = await here(['train', file, ...words, '--out', model, '--json']);
  assert.is(trained.code, 0, trained.stderr);
  const reals = new RealRows(200, 6, Float32Array.from(values));
  const direct = await trainRbm<Float32Array>(reals, {
    hidden: 3,
    epochs: 10,
    passes: 20,
    threads: 1,
    units: { visible: 'gaussian', hidden: 'bits' },
    outcome: false,
  });
  const saved = loadRbm<Float32Array>(join(model, 'model.safetensors'));
  assert.equal(saved.weights, direct.rbm.weights);
  assert.equal(saved.visibleLayer.precision, direct.rbm.visibleLayer.precision);
  const { judged, data } = JSON.parse(trained.stdout);
  assert.equal([data.shape, judged.unexplained], [[2, 3], unexplainedVariance(saved, reals.values)]);
  assert.is(judged.pseudoLikelihood, null);
  const own = ['evaluate', join(model, 'model.safetensors'), file];
  const { code, stdout, stderr } = await here([...own, '--training', file, '--json']);
  assert.is(code, 0, stderr);
  const found = JSON.parse(stdout);
  const expected = logLikelihood(saved, reals.values);
  assert.ok(Math.abs(found.logLikelihood.mean - expected.mean) < 1e-9);
  assert.is(found.logLikelihood.independent, independentLogLikelihood(reals));
  assert.ok(expected.mean > independentLogLikelihood(reals) + 1, 'the two clusters are learned');
  assert.equal([found.pseudoLikelihood, found.freeEnergyGap.gap, found.unexplained], [null, 0, judged.unexplained]);
  const text = await here(own);
  assert.match(text.stdout, /RBM of 6-3 units \(gaussian-bits\)[\s\S]*variance unexplained +\d+\.\d %/);
  const nothing = await rejection(evaluateCommand([...own.slice(1), '--equilibrium', '10']));
  assert.match((nothing as Error).message, /expected visible units of two values for --equilibrium, got gaussian$/);
});

test('what real units cannot have or learn from is refused by name', async () => {
  const out = folder();
  const file = join(out, 'reals.npy');
  writeFileSync(file, encodeNpy({ shape: [3, 2], data: Float64Array.of(1, 2, 3, Number.NaN, 5, 6) }));
  const negative = join(out, 'negative.npy');
  writeFileSync(negative, encodeNpy({ shape: [3, 2], data: Float64Array.of(1, 2, 3, 4, 5, -6) }));
  const words = ['--hidden', '2', '--out', join(out, 'none')];
  const steps: [words: string[], usage: boolean, message: RegExp][] = [
    [[file, '--units', 'gaussian'], false, /reals\.npy: array expected finite numbers, got NaN at \[1, 1\]/],
    [
      [negative, '--units', 'relu'],
      false,
      /negative\.npy: expected numbers >= 0 for relu units, got -6 in row 2, unit 1$/,
    ],
    [[spins, '--units', 'gaussian'], false, /spins\.npz: holds rows of bits, not of real numbers/],
    [[file, '--units', 'real'], true, /"units" expected one of bits, spins, gaussian, relu, got "real"/],
    [
      [file, '--units', 'gaussian', '--threshold', '0.5'],
      true,
      /"threshold" expected units of two values, got gaussian/,
    ],
    [
      [file, '--units', 'gaussian', '--validation', file],
      true,
      /"validation" expected units of two values, got gaussian/,
    ],
    [
      [file, '--units', 'gaussian', '--algorithm', 'exact'],
      true,
      /"algorithm" expected population, cd or pcd for gaussian-bits/,
    ],
    [[file, '--units', 'gaussian', '--hidden', '3,2'], true, /"units" expected one number of hidden units/],
  ];
  for (const [own, usage, message] of steps) {
    const error = await rejection(trainCommand([...words, ...own]));
    assert.is(error instanceof UsageError, usage, String(error));
    assert.match((error as Error).message, message);
  }
  assert.not.ok(existsSync(join(out, 'none')));
});

test('a small file that inflates to much is refused, with the option that allows it', async () => {
  const file = join(folder(), 'zeros.npy.gz');
  writeFileSync(file, gzipSync(encodeNpy({ shape: [1000, 1000], data: new Uint8Array(1e6) })));
  const words = [file, '--hidden', '2', '--out', join(folder(), 'none')];
  const error = await rejection(trainCommand([...words, '--limit', '1e5']));
  assert.match(
    (error as Error).message,
    /zeros\.npy\.gz: inflates to 1000128 bytes.* the limit is 100000 \("limit" raises it\)/,
  );
  const wrong = await rejection(trainCommand([...words, '--limit', '0']));
  assert.ok(wrong instanceof UsageError);
});

test('wrong words end with code 2, wrong files with 1, before any work', async () => {
  const out = join(folder(), 'none');
  const model = join(folder(), 'model.safetensors');
  saveRbm(
    model,
    new Rbm({
      visible: 3,
      hidden: 2,
      weights: new Float32Array(6),
      visibleBias: new Float32Array(3),
      hiddenBias: new Float32Array(2),
    }),
  );
  const real = join(folder(), 'real.safetensors');
  const bias = gaussianLayer(new Float32Array(16));
  saveRbm(
    real,
    new Rbm<States, States>({ visibleLayer: bias, hiddenLayer: bias, weights: new Float32Array(256).fill(1) }),
  );
  const numbers = join(folder(), 'numbers.npy');
  writeFileSync(numbers, encodeNpy({ shape: [2, 16], data: Float32Array.from({ length: 32 }, (_, k) => k) }));
  const labels = join(folder(), 'labels.npy');
  writeFileSync(labels, encodeNpy({ shape: [4], data: Uint8Array.of(1, 2, 3, 4) }));
  const file = `${out}.npz`;
  const cases: [code: number, words: string[], pattern: RegExp][] = [
    [2, ['train'], /expected one data file, got none/],
    [2, ['train', spins], /"hidden" expected a number of units/],
    [2, ['train', spins, '--hidden', '4,x'], /"hidden" expected numbers with "," between them, got "/],
    [2, ['train', spins, '--hidden', '4', '--algorithm', 'magic'], /"algorithm" expected one of population, cd, pcd/],
    [
      2,
      ['train', spins, '--hidden', '4', '--algorithm', 'cd', '--chains', '5'],
      /"chains" expected algorithm population or pcd/,
    ],
    [2, ['train', spins, '--hidden', '4', '--epochs', ''], /"epochs"/],
    [
      2,
      ['train', spins, '--hidden', '4', '--epochs', '20', '--learning-rate', '0.1,0.2'],
      /a rate for each of 20 epochs, got 2/,
    ],
    [2, ['train', spins, '--hidden', '4', '--schedule', 'inverse:0'], /"schedule\.inverse"/],
    [2, ['train', spins, '--hidden', '4', '--sparsity', '0.1'], /"sparsity" expected target:cost/],
    [2, ['train', spins, '--hidden', '4', '--patience', '3'], /"patience" expected a validation/],
    [2, ['train', spins, '--hidden', '4,2', '--units', 'spins'], /"units" expected one number of hidden units/],
    [2, ['train', spins, '--hidden', '4,2', '--validation', spins], /"validation" expected one number/],
    [2, ['train', spins, '--hidden', '4', '--monitor', '0'], /"monitor" expected positive integer/],
    [2, ['train', spins, '--hidden', '4', '--feed', 'samples'], /"feed" expected several numbers of hidden units/],
    [2, ['train', spins, '--hidden', '4,2', '--feed', 'x'], /"feed" expected one of samples, probabilities/],
    [2, ['train', spins, '--hidden', '4', '--resume', '--restart'], /exclude each other/],
    [2, ['train', spins, '--hidden', '4', '--threshold', '2'], /"threshold" expected number in \[0, 1\]/],
    [2, ['train', spins, '--hidden', '4', '--shape', '4xx'], /"shape/],
    [2, ['train', spins, '--hidden', '4', '--colour', 'red'], /--colour/],
    [1, ['train', 'none.npz', '--hidden', '4'], /cannot read none\.npz/],
    [1, ['train', labels, '--hidden', '4'], /labels\.npy: array of shape \(4,\) does not hold rows/],
    [1, ['train', spins, '--hidden', '4', '--validation', bars], /expected rows of 16 units, got 9/],
    [2, ['evaluate', model], /expected a model and a data file/],
    [
      2,
      ['evaluate', model, spins, '--partition', 'guess'],
      /"partition" expected one of auto, exact, tensor, annealing/,
    ],
    [2, ['evaluate', model, spins, '--units', '0'], /"units" expected positive integer/],
    [1, ['evaluate', model, spins], /expected rows of 3 units, as .* has, got 300 of 16/],
    [1, ['evaluate', spins, spins], /spins\.npz: /],
    [1, ['evaluate', real, spins], /spins\.npz: holds rows of bits, not of real numbers/],
    [1, ['evaluate', real, numbers], /real\.safetensors: the RBM has no distribution/],
    [2, ['generate', model], /"out" expected a file that ends in/],
    [2, ['generate', model, '--out', 'x.csv'], /"out" expected a file that ends in .* got x\.csv/],
    [2, ['generate', model, '--out', file, '--clamp', '0'], /"clamp" expected rows to take the values from/],
    [2, ['generate', model, '--out', file, '--count', '5', '--chains', '6'], /"chains" expected integer in \[1, 5\]/],
    [2, ['generate', model, '--out', file, '--every', '6'], /"every" expected fewer chains/],
    [1, ['generate', model, '--out', file, '--start', spins], /expected rows of 3 units, got 300 of 16/],
    [
      1,
      ['generate', model, '--out', file, '--start', spins, '--clamp', '2-9'],
      /expected clamped units below 3, got 9/,
    ],
  ];
  const commands = { train: trainCommand, evaluate: evaluateCommand, generate: generateCommand };
  for (const [code, [command, ...words], pattern] of cases) {
    const all = command === 'train' ? [...words, '--out', out] : words;
    const error = await rejection(commands[command as keyof typeof commands](all));
    assert.match((error as Error).message, pattern);
    // what runCommand() makes of the two kinds
    assert.is(error instanceof UsageError ? 2 : 1, code, `${command} ${words.join(' ')}`);
  }
  assert.is((await blockspin(['train', spins, '--hidden', 'x', '--out', out])).code, 2);
  assert.is((await blockspin(['train', labels, '--hidden', '4', '--out', out])).code, 1);
  assert.not.ok(existsSync(out) || existsSync(file));
  for (const help of [TRAIN_HELP, EVALUATE_HELP, GENERATE_HELP]) assert.match(help, /Usage\n {2}blockspin/);
  const help = await blockspin(['generate', '--help']);
  assert.is(help.code, 0);
  assert.match(help.stdout, /blockspin generate [\s\S]*Exit codes/);
});

test.run();
