/** The machines of <blockspin-training>: numbers of the package itself, in any slices. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Value } from '../../src/elements/base/spec.js';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { dataSetOf } from '../../src/elements/training/dataSet.js';
import { Machine } from '../../src/elements/training/machine.js';
import { optionsOf } from '../../src/elements/training/methods.js';
import { passesOf } from '../../src/elements/training/program.js';
import { TrainingScene } from '../../src/elements/training/scene.js';
import { TRAINING, type TrainingValues } from '../../src/elements/training/spec.js';
import { encodeIdx } from '../../src/formats/idx.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { barsAndStripes, logLikelihood, logPartition, Rbm, trainRbm } from '../../src/rbm/index.js';
import { BitRows } from '../../src/util/bits.js';
import { allNear, near } from '../assert.js';

const test = suite('elements/training');

const valuesOf = (values: Partial<TrainingValues>): TrainingValues => ({
  ...defaultsOf(TRAINING.properties),
  data: 'bars3',
  hiddenUnits: 4,
  updates: 300,
  epochs: 6,
  second: 'none',
  third: 'none',
  speed: 0,
  ...values,
});
const sceneOf = (values: Partial<TrainingValues> = {}) => TrainingScene.start(valuesOf(values));

/** Advances until nothing is left to do. */
async function finished(scene: TrainingScene): Promise<TrainingScene> {
  while (await scene.advance(5));
  return scene;
}

/** New values as the host hands them on. */
async function set(scene: TrainingScene, old: TrainingValues, changes: Record<string, Value>): Promise<TrainingValues> {
  const values = { ...old, ...changes } as TrainingValues;
  await scene.set(values, new Set(Object.keys(changes)));
  return values;
}

test('each machine has the bits of trainRbm, and its numbers are exact', async () => {
  const scene = await finished(await sceneOf({ second: 'cd', third: 'tempering' }));
  const { data, machines, epoch } = scene.report();
  assert.is(epoch, 6);
  const rows = barsAndStripes(3);
  for (const [k, algorithm] of (['population', 'cd', 'tempering'] as const).entries()) {
    const passes = passesOf({ updates: 300, epochs: 6 }, rows.count);
    const options = { ...optionsOf(algorithm, 0), hidden: 4, epochs: 6, passes, seed: 1 };
    const { rbm, doubts } = await trainRbm(rows, options);
    const machine = machines[k];
    assert.equal(scene.calls.rbm(k).weights, rbm.weights, algorithm);
    assert.is(machine.state, 'done');
    assert.is(machine.logLikelihood, logLikelihood(rbm, rows).mean);
    assert.equal(
      machine.curve.map(([at]) => at),
      [0, 1, 2, 3, 4, 5, 6],
    );
    assert.equal(machine.judgement, { epoch: 6, doubts });
    const patterns = data!.patterns.map(({ bits }) => bits);
    const shown = new BitRows(patterns.length, 9);
    for (const [r, bits] of patterns.entries()) {
      for (let i = 0; i < 9; i++) shown.bytes[2 * r + (i >> 3)] |= bits[i] << (i & 7);
    }
    const logZ = logPartition(rbm).estimate;
    const expected = [...rbm.freeEnergy(shown)].map((free) => Math.exp(-free - logZ));
    allNear(machine.probabilities, expected, 1e-12, 'probabilities');
    near(machine.others, 1 - expected.reduce((a, b) => a + b, 0), 1e-12, 'others');
  }
});

test('the data: the entropy is that of 14 patterns, two of them twice', async () => {
  const { data } = (await sceneOf()).report();
  assert.is(data!.rows, 16);
  assert.is(data!.different, 14);
  near(data!.best, (12 / 16) * Math.log(1 / 16) + (4 / 16) * Math.log(2 / 16), 1e-12, 'best');
  near(data!.independent, -9 * Math.log(2), 1e-12, 'independent units');
  assert.is(data!.patterns[0].share, 2 / 16);
});

test('data are told once, and again when they have changed', async () => {
  const scene = await sceneOf();
  assert.ok(scene.report().data);
  assert.is(scene.report().data, undefined);
  await set(scene, valuesOf({}), { data: 'bar' });
  assert.is(scene.report().data?.width, 9);
});

test('the same seed gives the same numbers, in slices of any length; another seed others', async () => {
  const whole = (await finished(await sceneOf({ second: 'pcd' }))).report();
  const stepwise = await sceneOf({ second: 'pcd' });
  for (let epoch = 1; epoch <= 6; epoch++) await stepwise.calls.step();
  const strip = ({ machines }: typeof whole) => machines.map(({ pace: _, ...rest }) => rest);
  assert.equal(strip(stepwise.report()), strip(whole));
  const other = (await finished(await sceneOf({ second: 'pcd', seed: 2 }))).report();
  assert.not.equal(strip(other), strip(whole));
});

test('a change begins anew, and reset does so too', async () => {
  const scene = await finished(await sceneOf());
  const first = scene.report().machines[0].curve;
  const values = await set(scene, valuesOf({}), { hiddenUnits: 2, algorithm: 'cd' });
  assert.is(scene.report().epoch, 0);
  assert.is(scene.report().machines[0].algorithm, 'cd');
  await set(scene, values, { hiddenUnits: 4, algorithm: 'population' });
  await finished(scene);
  assert.equal(scene.report().machines[0].curve, first);
  await scene.calls.reset();
  assert.is(scene.report().epoch, 0);
});

test('a change in the middle of an epoch ends it', async () => {
  // exact gradients over 2¹² states, so that an epoch takes longer than a slice
  const values = valuesOf({ data: 'drawn', algorithm: 'exact', hiddenUnits: 12, updates: 600, epochs: 2 });
  const scene = await TrainingScene.start(values);
  assert.is(await scene.advance(1), true);
  assert.is(scene.report().epoch, 0);
  await set(scene, values, { algorithm: 'cd' });
  await finished(scene);
  assert.is(scene.report().machines[0].state, 'done');
});

test('epochs come at the speed that is asked for', async () => {
  const scene = await sceneOf({ speed: 0.05 });
  while (scene.report().epoch === 0) await scene.advance(5);
  for (let k = 0; k < 3; k++) assert.is(await scene.advance(5), true);
  assert.is(scene.report().epoch, 1);
});

test('a machine stops where it is near enough to the best, and goes on when the condition is taken away', async () => {
  const values = valuesOf({ until: 2, updates: 3000, epochs: 30 });
  const scene = await finished(await TrainingScene.start(values));
  const [machine] = scene.report().machines;
  const { best } = (await TrainingScene.start(values)).report().data!;
  assert.is(machine.state, 'reached');
  assert.ok(machine.epoch < 30);
  assert.ok(best - machine.curve.at(-1)![1] <= 2);
  assert.ok(best - machine.curve.at(-2)![1] > 2);
  await set(scene, values, { until: 0 });
  await finished(scene);
  assert.is(scene.report().machines[0].epoch, 30);
  assert.is(scene.report().machines[0].state, 'done');
});

test('a divergence and a refusal are told, and the other machines go on', async () => {
  const [population, cd1] = (await finished(await sceneOf({ rate: 100, second: 'cd' }))).report().machines;
  assert.is(population.state, 'done'); // it brakes
  assert.is(cd1.state, 'diverged');
  assert.match(cd1.message!, /^training diverged in epoch \d+: .* a smaller learningRate may help$/);
  const refused = await sceneOf({ data: 'drawn', hiddenUnits: 21, algorithm: 'exact', second: 'cd', updates: 6 });
  await finished(refused);
  const [exact, cd] = refused.report().machines;
  assert.is(exact.state, 'refused');
  assert.match(exact.message!, /exact/);
  assert.is(cd.state, 'done');
  assert.throws(() => refused.calls.rbm(0), /no machine 1/);
});

test('beyond an exact sum log Z is annealed, with a bracket', async () => {
  const scene = await sceneOf({ data: 'ising', size: 6, hiddenUnits: 30, algorithm: 'cd', updates: 20, epochs: 1 });
  await scene.calls.step();
  const [{ exact, curve, logLikelihood: last }] = scene.report().machines;
  assert.is(exact, false);
  const [, mean, lower, upper] = curve.at(-1)!;
  assert.is(mean, last);
  assert.ok(lower <= mean && mean <= upper && upper - lower < 1);
});

test('spins: the best possible model is the Ising model itself', async () => {
  const { data } = (await sceneOf({ data: 'ising', size: 4, temperature: 2 })).report();
  assert.is(data!.rows, 2000);
  assert.is(data!.bestName, 'the Ising model itself');
  // both directions, the two most frequent patterns
  assert.equal(
    data!.patterns.slice(0, 2).map(({ bits }) => new Set(bits).size),
    [1, 1],
  );
  // all rows are samples: the entropy of the model, which is near that of its rows from above
  assert.ok(data!.best < -2 && data!.best > -6);
});

test('a file gives the rows; without one the figure waits; a wrong one is refused by the package’s sentence', async () => {
  const values = valuesOf({ data: 'file' });
  const scene = await TrainingScene.start(values);
  assert.is(await scene.advance(1), true);
  assert.equal(scene.report().machines, []);
  const bits = Uint8Array.from([1, 0, 0, 1, 1, 1, 0, 0]);
  const load = (name: string, bytes: Uint8Array, greys = false) => scene.calls.load({ name, bytes, greys });
  await load('rows.npy', encodeNpy({ shape: [2, 2, 2], data: bits }));
  const { data } = scene.report();
  assert.equal([data!.rows, data!.width, data!.shape, data!.file], [2, 4, [2, 2], 'rows.npy']);
  await load('images.idx', encodeIdx({ shape: [2, 2, 2], data: bits.map((bit) => 200 * bit) }));
  assert.equal([...scene.report().data!.patterns[0].bits], [1, 0, 0, 1]);
  const greys = encodeNpy({ shape: [2, 4], data: Float64Array.from(bits, (bit) => 0.1 + 0.8 * bit) });
  await rejects(load('greys.npy', greys), /greys need "threshold"/);
  await load('greys.npy', greys, true);
  assert.equal([...scene.report().data!.patterns[1].bits], [1, 1, 0, 0]);
  await rejects(load('text.txt', new TextEncoder().encode('hello, world')), /text\.txt/);
});

test('weights leave as files that the package reads', async () => {
  const { decodeRbm } = await import('../../src/io/index.js');
  const scene = await finished(await sceneOf());
  const again = decodeRbm(scene.calls.encoded({ machine: 0, format: 'safetensors' })) as Rbm;
  assert.ok(again instanceof Rbm);
  assert.equal(again.weights, scene.calls.rbm(0).weights);
  assert.ok(scene.calls.encoded({ machine: 0, format: 'sklearn' }).length > 0);
});

test('patterns that cannot be read end the figure with a sentence, and right ones begin it anew', async () => {
  const values = valuesOf({ data: 'drawn' });
  const scene = await TrainingScene.start(values);
  await rejects(set(scene, values, { patterns: '01 011' }), /^"patterns" expected pictures of equal size/);
  assert.equal(scene.report().machines, []);
  await set(scene, values, { patterns: '01-10 11-00*2' });
  await finished(scene);
  assert.is(scene.report().machines[0].state, 'done');
});

test('a free chain moves once per epoch, and on request', async () => {
  const values = valuesOf({});
  const machine = await Machine.start(dataSetOf(values, undefined, 1)!, 'population', values);
  assert.equal(machine.pictures, []);
  await machine.epoch();
  const rbm = machine.rbm()!;
  const seed = JSON.stringify([1, 'free chain']);
  const first = rbm.gibbs(new BitRows(1, 9), { steps: 5, seed }).visible;
  const second = rbm.gibbs(first, { steps: 5, seed, from: 5 }).visible;
  machine.draw();
  assert.equal(machine.pictures, [second.row(0), first.row(0)]);
  await machine.close();
});

async function rejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  let told: string | undefined;
  await promise.catch((error: Error) => {
    told = error.message;
  });
  assert.match(told ?? 'no error', message);
}

test.run();
