/** Timing by a clock that is made up: what is measured is then known. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { calibrate, resolution, STEPS, slowRounds, summarise } from '../../bench/calibration.js';
import { type Case, measure, measureEntry, table } from '../../bench/harness.js';
import { assemble } from '../../bench/report.js';
import { report } from './reports.js';

const test = suite('bench/measure');

/** A machine with a clock: work takes as many milliseconds as it says, times how slow the machine is at that moment. */
class Machine {
  time = 0;
  slowness = 1;
  log: string[] = [];

  readonly clock = () => this.time;

  work(name: string, milliseconds: number): void {
    this.log.push(name);
    this.time += milliseconds * this.slowness;
  }

  /** A million steps in 2 ms. */
  readonly calibrate = () => {
    this.work('calibration', 2);
    return 1e6;
  };

  readonly method = { clock: this.clock, calibrate: this.calibrate, shortest: 4, warmUp: 8 };

  /** Ours takes 2 ms, the other 6 for the whole, and does half of it. */
  readonly subject: Case = {
    name: 'toy',
    unit: 'flips',
    work: 1000,
    contenders: [
      { name: 'Wasm', run: () => this.work('ours', 2) },
      { name: 'plain TypeScript', run: async () => this.work('plain', 3), share: 0.5 },
    ],
    check: () => 'equal',
  };
}

test('contenders run in turn, calibrated before each round and after the last', async () => {
  const machine = new Machine();
  const rows = await measure(machine.subject, 5, machine.method);
  assert.equal(
    rows.map(({ kind, repetitions, rate, ratio }) => ({ kind, repetitions, rate, ratio })),
    [
      { kind: 'ours', repetitions: 2, rate: [500_000, 500_000, 500_000], ratio: undefined },
      { kind: 'twin', repetitions: 2, rate: [1e6 / 6, 1e6 / 6, 1e6 / 6], ratio: [3, 3, 3] },
    ],
  );
  assert.equal(rows[0].machine, [0.5, 0.5, 0.5, 0.5, 0.5]);
  // after the warm-up, which is what comes before the calibration's own
  const timed = machine.log.slice(machine.log.indexOf('calibration') + 1);
  const round = ['calibration', 'ours', 'ours', 'plain', 'plain'];
  assert.equal(timed, [...round, ...round, ...round, ...round, ...round, 'calibration']);
});

test('a machine that becomes three times slower moves no ratio, and is seen', async () => {
  const machine = new Machine();
  const rows = await measure(machine.subject, 9, {
    ...machine.method,
    onRound: (done) => {
      machine.slowness = done >= 7 ? 3 : 1;
    },
  });
  assert.equal(rows[1].ratio, [3, 3, 3]);
  assert.is(rows[0].rate[1], 500_000);
  assert.equal(rows[0].machine!.slice(0, 7), new Array(7).fill(0.5));
  assert.ok(rows[0].machine!.slice(7).every((speed) => speed < 0.34));
  const { rows: judged, calibration } = report(rows);
  assert.equal(
    judged.map((row) => row.slowRounds),
    [2, 2],
  );
  assert.is(calibration!.reference, 0.5);
  assert.is(calibration!.rounds, 9); // what rows of a case have in common counts once
  assert.match(table(judged), /×3\.00 .*~ 2\/9/);
});

test('what is over at once is repeated until a timing is long, on a clock of coarse steps too', async () => {
  const machine = new Machine();
  const subject: Case = {
    ...machine.subject,
    contenders: [{ name: 'Wasm', run: () => machine.work('ours', 0.01) }],
  };
  const coarse = { ...machine.method, clock: () => Math.floor(machine.time), shortest: 200 };
  const [row] = await measure(subject, 5, coarse);
  assert.ok(row.repetitions! >= 19_900 && row.repetitions! <= 20_200, `${row.repetitions}`);
  assert.ok(Math.abs(row.rate[1] / 1e8 - 1) < 0.01, `${row.rate[1]}`);
});

test('nothing is timed unless the check passes; threads end in any case', async () => {
  const machine = new Machine();
  let closed = 0;
  const entry = (check: Case['check'], run = machine.subject.contenders[0].run) => ({
    name: 'entry',
    group: 'toys',
    series: { name: 'cost', x: 8 },
    make: async () => ({
      ...machine.subject,
      contenders: [{ name: 'Wasm', run }],
      check,
      close: async () => void closed++,
    }),
  });
  const options = { ...machine.method, rounds: 5 };
  const failing = async () => {
    throw new Error('spin 3 differs');
  };
  let message = '';
  await measureEntry(entry(failing), options).catch((error) => {
    message = error.message;
  });
  assert.equal([message, machine.log, closed], ['spin 3 differs', [], 1]);

  const peer = { name: 'C', run: () => machine.work('peer', 20) };
  const rows = await measureEntry(
    entry(() => 'equal'),
    { ...options, others: [peer] },
  );
  assert.equal(
    rows.map(({ case: name, group, series, kind }) => [name, group, series, kind]),
    [
      ['entry', 'toys', { name: 'cost', x: 8 }, 'ours'],
      ['entry', 'toys', { name: 'cost', x: 8 }, 'peer'],
    ],
  );
  assert.is(closed, 2);

  const stop = new AbortController();
  const stopping = () => stop.abort(new Error('enough'));
  await measureEntry(
    entry(() => 'equal', stopping),
    { ...options, clock: performance.now.bind(performance), shortest: 0, warmUp: 0, signal: stop.signal },
  ).catch((error) => {
    message = error.message;
  });
  assert.equal([message, closed], ['enough', 3]);
});

test('the loop of known work comes to the same on this engine', () => {
  assert.is(calibrate(), STEPS);
});

test('the clock has steps', () => {
  const step = resolution();
  assert.ok(step > 0 && step < 200, `${step} ms`);
  let time = 0;
  const coarse = () => Math.floor(time++ / 100) * 0.1;
  assert.ok(Math.abs(resolution(coarse) - 0.1) < 1e-9);
});

test('slow rounds are those more than a tenth below what the machine can do', () => {
  assert.is(slowRounds([1, 0.95, 0.91, 0.89, 0.2], 1), 2);
  assert.is(summarise([]), undefined);
  assert.equal(summarise([1, 1, 1, 0.5]), { reference: 1, speed: [0.875, 1, 1], rounds: 4, slowRounds: 1 });
});

test('rows without a calibration are left alone', () => {
  const { machine: _, ...plain } = {
    case: 'x',
    contender: 'y',
    unit: 'z',
    rate: [1, 2, 3] as [number, number, number],
    rounds: 5,
    check: 'c',
    machine: 0,
  };
  const made = assemble({ ...report([]), rows: [plain] });
  assert.is(made.calibration, undefined);
  assert.equal(made.rows, [plain]);
});

test.run();
