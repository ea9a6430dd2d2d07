/** How the command behaves as a process among others: lost streams, signals, time limits, threads that die, several at one output. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/spinData.js';
import { saveSpinData } from '../../src/node.js';
import { barsAndStripes } from '../../src/rbm/datasets.js';
import { blockspin, folder, main, removeFolders } from './command.js';

const test = suite('cli/processes');

test.after(removeFolders);

const SAMPLE = ['sample', '--size', '4', '--coupling', '0.4', '--count', '200'];

/** Work of some seconds that tells its progress. */
const LONG = ['sample', '--size', '64', '--coupling', '0.42', '--count', '60000', '--threads', '1', '--format', 'bits'];

/** The command in a shell, `$0` and `$@`, with what follows it. */
function shell(words: readonly string[], rest: string) {
  const options = { encoding: 'utf8' as const, timeout: 60_000 };
  return spawnSync('bash', ['-c', `set -o pipefail; "$0" "$@" ${rest}`, process.execPath, main, ...words], options);
}

const posix = process.platform === 'win32' ? test.skip : test;
if (process.platform === 'win32') console.log('skipped: streams of a POSIX shell');

posix('work goes on without a reader of its progress, and ends in silence without one of its results', () => {
  for (const rest of ['2>&1 | head -c 1', '2>/dev/full', '>&- 2>&-', '| true']) {
    const out = folder();
    const { status, stderr } = shell([...SAMPLE, '--out', out], rest);
    assert.is(status, 0, `${rest}: ${stderr}`);
    assert.equal(readdirSync(out), ['square-4-K0.4.npz'], rest);
    assert.not.match(stderr, 'EPIPE');
  }
  const { status, stderr } = shell(['--help'], '| true');
  assert.is(status, 0);
  assert.is(stderr, '');
});

posix('results that find no room on stdout are an error, and the files are there', () => {
  if (!existsSync('/dev/full')) return console.log('skipped: a full device, which this system has not');
  const out = folder();
  const { status, stderr } = shell([...SAMPLE, '--out', out], '>/dev/full');
  assert.is(status, 1);
  assert.match(stderr, /blockspin: cannot write to stdout: ENOSPC/);
  assert.not.match(stderr, 'at ');
  assert.equal(readdirSync(out), ['square-4-K0.4.npz']);
});

posix('SIGHUP stops in good order, as SIGTERM does', async () => {
  const out = folder();
  const stopped = await blockspin([...LONG, '--out', out], { when: /sample /, signal: 'SIGHUP' });
  assert.is(stopped.code, 75, stopped.stderr);
  assert.match(stopped.stderr, /the terminal was closed; what is there is kept/);
});

test('--stop-after takes more than the 25 days of a timer', async () => {
  for (const minutes of ['40000', '1e9']) {
    const { code, stderr } = await blockspin([...SAMPLE, '--stop-after', minutes, '--out', folder()]);
    assert.is(code, 0, stderr);
  }
  const out = folder();
  const stopped = await blockspin([...LONG, '--stop-after', '0.005', '--out', out]);
  assert.is(stopped.code, 75, stopped.stderr);
  assert.match(stopped.stderr, /stopped after 0\.005 minutes/);
  assert.not.ok(existsSync(join(out, 'square-64-K0.42.bits')));
});

/** Bars and stripes as a file. */
const bars = join(folder(), 'bars.npz');
const rows = barsAndStripes(3);
saveSpinData(bars, new SpinData(rows.count, [3, 3], rows.bytes, { source: 'a test' }));

const TRAIN = ['train', bars, '--hidden', '4', '--epochs', '3', '--threads', '1'];
const RUN = [
  'run',
  'mehta-schwab',
  '--side',
  '8',
  '--samples',
  '200',
  '--hidden',
  '8',
  '--epochs',
  '1',
  '--threads',
  '1',
];

/** The bytes of all files in a folder. */
const contents = (path: string) =>
  readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'latin1')] as const);

test('train and run replace a finished result only when told', async () => {
  for (const [words, other] of [
    [TRAIN, ['--seed', '2']],
    [RUN, ['--seed', '2']],
  ]) {
    const out = folder();
    const first = await blockspin([...words, '--out', out]);
    assert.is(first.code, 0, first.stderr);
    const before = contents(out);
    for (const more of [[], ['--resume']]) {
      const { code, stderr, stdout } = await blockspin([...words, ...other, ...more, '--out', out]);
      assert.is(code, 2);
      assert.ok(stderr.includes(`${out} holds a finished result: --restart replaces it, --out chooses another folder`));
      assert.is(stdout, '');
      assert.equal(contents(out), before);
    }
    // a process that was killed has left these
    writeFileSync(join(out, 'result.json.0123abcd.tmp'), '{');
    writeFileSync(join(out, 'blockspin.lock'), lockOf(deadProcess()));
    const how = words === RUN ? '--replace' : '--restart';
    const again = await blockspin([...words, ...other, how, '--out', out]);
    assert.is(again.code, 0, again.stderr);
    const after = contents(out);
    assert.equal(
      after.map(([name]) => name),
      before.map(([name]) => name),
    );
    assert.not.equal(after, before);
  }
});

const lockOf = (pid: number | undefined) => JSON.stringify({ pid, host: hostname(), begun: null, token: 'abc' });
const deadProcess = () => spawnSync(process.execPath, ['--version']).pid;

test('an output has one owner', async () => {
  const out = folder();
  writeFileSync(join(out, 'blockspin.lock'), lockOf(process.pid));
  for (const words of [TRAIN, RUN]) {
    const { code, stderr } = await blockspin([...words, '--restart', '--out', out]);
    assert.is(code, 1, stderr);
    assert.match(
      stderr,
      new RegExp(`is being written by process ${process.pid} on .*; if that process is gone, remove `),
    );
  }
  assert.equal(readdirSync(out), ['blockspin.lock']);
});

/** A module that ends the first worker from outside, as the lack of memory does, when so many messages have come from it. */
const dying = join(folder(), 'dying.cjs');
writeFileSync(
  dying,
  `const threads = require('node:worker_threads');
  let first;
  threads.Worker = class extends threads.Worker {
    constructor(...args) {
      super(...args);
      if (first) return;
      first = this;
      let count = 0;
      this.on('message', () => ++count === 12 && setTimeout(() => this.terminate(), 0));
    }
  };`,
);

test('a thread that dies ends the command with code 1, and the checkpoint is kept', () => {
  const out = folder();
  const train = ['train', bars, '--hidden', '64', '--epochs', '2000', '--passes', '20', '--threads', '2', '--out', out];
  for (const words of [train]) {
    const { status, signal, stderr } = spawnSync(process.execPath, ['--require', dying, main, ...words], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.is(signal, null, stderr);
    assert.is(status, 1, stderr);
    assert.match(stderr, /blockspin: a thread failed: it ended before its work was done/);
    assert.match(stderr, /go on with the same command and --resume/);
  }
  assert.ok(existsSync(join(out, 'checkpoint.safetensors')));
});

test('a divergence keeps the last good epoch, and says how to go on', async () => {
  const words = [...TRAIN, '--algorithm', 'cd', '--learning-rate'];
  for (const hidden of ['4', '4,3']) {
    const out = folder();
    const rest = ['--hidden', hidden, '--out', out];
    const diverged = await blockspin([...words, '0.1,0.1,1e9', ...rest]);
    assert.is(diverged.code, 1);
    assert.match(
      diverged.stderr,
      /checkpoint\.safetensors keeps the last good epoch\n.*--resume, and a smaller --learning-rate/,
    );
    assert.match(diverged.stderr, /training diverged in epoch 3/);
    const again = await blockspin([...words, '0.1,0.1,1e9', ...rest, '--resume']);
    assert.is(again.code, 2);
    assert.match(again.stderr, /the training diverged in epoch 3 at this learning rate: --resume takes a smaller/);
    const other = await blockspin([...words, '0.1,0.1,0.1', '--momentum', '0.1', ...rest, '--resume']);
    assert.is(other.code, 1);
    assert.match(other.stderr, /belongs to another run/);
    const smaller = await blockspin([...words, '0.2,0.2,0.1', ...rest, '--resume']);
    assert.is(smaller.code, 0, smaller.stderr);
    const { history } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    assert.equal(
      history[0].map(({ learningRate }: { learningRate: number }) => learningRate),
      [0.1, 0.1, 0.1],
    );
  }
  const out = folder();
  const { code, stderr } = await blockspin([...words, '1e9', '--out', out]);
  assert.is(code, 1);
  assert.match(
    stderr,
    /no epoch was good, and there is no checkpoint: begin anew with a smaller --learning-rate, such as 250000000/,
  );
  assert.equal(readdirSync(out), []);
});

test.run();
