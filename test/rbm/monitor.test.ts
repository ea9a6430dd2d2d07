/** What is watched while training: that it is what the functions for it give, at the epochs asked for, and that it changes no bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeTrainingState, encodeTrainingState } from '../../src/io/trainingState.js';
import { hiddenUnits } from '../../src/rbm/diagnosis/hiddenUnits.js';
import { singularValues } from '../../src/rbm/diagnosis/singularValues.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import { freeEnergyGap } from '../../src/rbm/likelihood/likelihood.js';
import type { Rbm } from '../../src/rbm/model/rbm.js';
import { trainStack } from '../../src/rbm/stack/stack.js';
import { Training } from '../../src/rbm/training/training.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import { BitRows } from '../../src/util/bits.js';
import { RealRows } from '../../src/util/reals.js';
import { randomRows } from '../physics/enumeration.js';
import { bitsOf, rejection } from './runs.js';

const test = suite('rbm/monitor');

const data = randomRows(80, 9, 1, (i) => 0.1 + 0.1 * i);
const heldOut = randomRows(30, 9, 2, (i) => 0.1 + 0.1 * i);
const options = { hidden: 4, epochs: 7, seed: 3, threads: 1, learningRate: 0.3, algorithm: 'cd' } as const;
const monitor = { every: 3, singularValues: true, hiddenUnits: true, heldOut };

test('every third epoch and the last one have what the functions give for that epoch’s RBM', async () => {
  const rbms: Rbm[] = [];
  const training = await Training.start(data, { ...options, monitor });
  while (!training.finished) {
    await training.runEpoch();
    rbms.push(training.rbm());
  }
  const { history, ...state } = training.state();
  await training.close();
  assert.equal(
    history.map((record) => 'singularValues' in record),
    [false, false, true, false, false, true, true],
  );
  const own = new BitRows(80, 9, data.bytes);
  for (const k of [2, 5, 6]) {
    const { gap, error } = freeEnergyGap(rbms[k], own, heldOut);
    const states = hiddenUnits(rbms[k], own).map((unit) => unit.state);
    const count = (state: string) => states.filter((one) => one === state).length;
    const { singularValues: values, hiddenUnits: units, freeEnergyGap: found, freeEnergyGapError } = history[k];
    assert.equal(values, [...singularValues(rbms[k].weights, 9, 4)]);
    assert.equal(units, { alive: count('alive'), off: count('off'), on: count('on'), constant: count('constant') });
    assert.equal([found, freeEnergyGapError], [gap, error]);
  }
  const plain = await trainRbm(data, options);
  assert.is(bitsOf(plain.rbm), bitsOf(rbms[6]), 'watching changes nothing');
  const whole: TrainingState = { ...state, history };
  assert.equal(decodeTrainingState(encodeTrainingState(whole, {}), {}), whole);
});

test('so many singular values, rows of numbers, hidden units that are not two-valued, one row', async () => {
  const numbers = new RealRows(3, 2, Float32Array.of(0, 1, 2, -1, 0.5, 0.5));
  const { history } = await trainRbm(numbers, {
    hidden: 5,
    epochs: 2,
    threads: 1,
    units: { visible: 'gaussian', hidden: 'relu' },
    monitor: { singularValues: 1, hiddenUnits: true, heldOut: new RealRows(1, 2, Float32Array.of(1, 1)) },
  });
  for (const record of history) {
    assert.is(record.singularValues!.length, 1);
    assert.not.ok('hiddenUnits' in record);
    assert.ok(Number.isFinite(record.freeEnergyGap));
    assert.not.ok('freeEnergyGapError' in record);
  }
});

test('a stack watches each of its layers', async () => {
  const shaped = Object.assign(new BitRows(80, 9, data.bytes), { shape: [3, 3] as const });
  const { history } = await trainStack(shaped, {
    ...options,
    hidden: [6, 4],
    monitor: { every: 10, singularValues: true, hiddenUnits: true },
  });
  assert.equal(
    history.map((records) => records.map((record) => record.singularValues?.length)),
    [
      [undefined, undefined, undefined, undefined, undefined, undefined, 6],
      [undefined, undefined, undefined, undefined, undefined, undefined, 4],
    ],
  );
  const error = await rejection(trainStack(shaped, { ...options, hidden: [6], monitor: { heldOut } }));
  assert.match((error as Error).message, /^"monitor.heldOut" expected nothing for a stack/);
});

test('refuses by name', async () => {
  const cases: [unknown, RegExp][] = [
    [3, /^"monitor" expected object of options, got 3$/],
    [{ every: 0 }, /^"monitor.every" expected positive integer/],
    [{ singularValues: 0 }, /^"monitor.singularValues" expected positive integer/],
    [{ singularValues: 'all' }, /^"monitor.singularValues" expected true, false or a number/],
    [{ hiddenUnits: 1 }, /^"monitor.hiddenUnits" expected true or false/],
    [{ heldOut: [] }, /^"monitor.heldOut" expected BitRows or RealRows/],
    [{ heldOut: randomRows(3, 8, 1) }, /^"monitor.heldOut" expected at least one row of 9 units, got 3 of 8$/],
    [{ heldOut: new RealRows(1, 9, new Float32Array(9)) }, /^"monitor.heldOut" expected BitRows as the data are/],
  ];
  for (const [bad, message] of cases) {
    const error = await rejection(Training.start(data, { ...options, monitor: bad as never }));
    assert.ok(error instanceof TypeError || error instanceof RangeError);
    assert.match((error as Error).message, message);
  }
});

test.run();
