/** How the command behaves as a process among others: lost streams, signals, time limits, threads that die, several at one output. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seedOf } from '../../src/cli/commands/sample.js';
import { Lock } from '../../src/io/lock.js';
import { sampleToOwnFile } from '../../src/io/sampleToFile.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { samplerFor } from '../../src/ising/samplers/sampler.js';
import { createSpinFile, saveRbm, saveSpinData } from '../../src/node.js';
import { barsAndStripes } from '../../src/rbm/model/datasets.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { blockspin, folder, here, main, removeFolders } from './command.js';

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
  assert.match(stopped.stderr, /the terminal was closed; all samples so far are kept/);
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

/** An RBM of these bars that knows nothing. */
const model = join(folder(), 'model.safetensors');
saveRbm(
  model,
  new Rbm({
    visible: 9,
    hidden: 2,
    weights: new Float32Array(18),
    visibleBias: new Float32Array(9),
    hiddenBias: new Float32Array(2),
  }),
);
const COARSE_GRAIN = ['coarse-grain', bars, '--rule', 'majority', '--factor', '3'];
const GENERATE = ['generate', model, '--count', '100'];

const TRAIN = ['train', bars, '--hidden', '4', '--epochs', '3', '--threads', '1'];
/** A study of one point, which has no curve to draw. */
const RUN = ['run', 'thermodynamics', '--sizes', '4', '--couplings', '0.4', '--samples', '200', '--threads', '1'];

const MEASURE = ['measure', '--size', '4', '--coupling', '0.4', '--count', '200'];

/** The bytes of all files in a folder. */
const contents = (path: string) =>
  readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'latin1')] as const);

test('train, run and measure replace a finished result only when told', async () => {
  for (const [words, other] of [
    [TRAIN, ['--seed', '2']],
    [RUN, ['--seed', '2']],
    [MEASURE, ['--seed', '2']],
  ]) {
    const out = folder();
    const first = await here([...words, '--out', out]);
    assert.is(first.code, 0, first.stderr);
    const before = contents(out);
    for (const more of words === MEASURE ? [[]] : [[], ['--resume']]) {
      const { code, stderr, stdout } = await here([...words, ...other, ...more, '--out', out]);
      assert.is(code, 2);
      assert.ok(
        stderr.includes(`${out} holds a finished result: --restart overwrites it, --out chooses another folder`),
      );
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
  // of another process that is alive
  writeFileSync(join(out, 'blockspin.lock'), lockOf(process.ppid));
  writeFileSync(join(out, 'square-4-K0.4.bits.lock'), lockOf(process.ppid));
  writeFileSync(join(out, 'g.npz.lock'), lockOf(process.ppid));
  for (const words of [TRAIN, RUN, SAMPLE, MEASURE, GENERATE, COARSE_GRAIN]) {
    const own = words === GENERATE || words === COARSE_GRAIN ? join(out, 'g.npz') : out;
    const run = words === SAMPLE ? blockspin : here;
    const { code, stderr } = await run([...words, '--restart', '--out', own]);
    assert.is(code, 1, stderr);
    assert.match(
      stderr,
      new RegExp(`is being written by process ${process.ppid} on .*; if that process is gone, remove `),
    );
  }
  assert.equal(readdirSync(out).sort(), ['blockspin.lock', 'g.npz.lock', 'square-4-K0.4.bits.lock']);
});

test('of two that generate the same file one is refused, and a file that came meanwhile is kept', async () => {
  const out = join(folder(), 'g.npz');
  const long = [...GENERATE, '--burn-in', '20000', '--out', out];
  const outcomes = await Promise.all([blockspin(long), blockspin(long)]);
  assert.equal(outcomes.map(({ code }) => code).sort()[0], 0);
  const other = outcomes.find(({ code }) => code !== 0);
  assert.match(
    other?.stderr ?? '',
    /g\.npz (is being written by process \d+ on|already exists: --restart overwrites it)/,
  );
  assert.equal(readdirSync(dirname(out)), ['g.npz']);

  const before = readFileSync(out);
  const again = await blockspin([...long, '--seed', '2']);
  assert.is(again.code, 2);
  assert.ok(readFileSync(out).equals(before));
  // the lock is taken from it while it works
  const working = blockspin([...GENERATE, '--burn-in', '100000', '--restart', '--out', out]);
  while (!existsSync(`${out}.lock`)) await new Promise((resolve) => setTimeout(resolve, 5));
  rmSync(`${out}.lock`);
  const robbed = await working;
  assert.is(robbed.code, 1);
  assert.match(robbed.stderr, /g\.npz\.lock is gone: .* may be written by another process/);
  assert.ok(readFileSync(out).equals(before));
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
  const sampling = ['--size', '32', '--count', '20000', '--method', 'heatBath', '--chains', '4', '--threads', '2'];
  for (const words of [train, [...SAMPLE, ...sampling, '--out', folder()]]) {
    const { status, signal, stderr } = spawnSync(process.execPath, ['--require', dying, main, ...words], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.is(signal, null, stderr);
    assert.is(status, 1, stderr);
    assert.match(stderr, /blockspin: a thread failed: it ended before its work was done/);
    assert.match(stderr, /continue with the same command and --resume/);
  }
  assert.ok(existsSync(join(out, 'checkpoint.safetensors')));
});

test('sample goes on after a kill at any moment, to the same bytes', async () => {
  for (const format of ['bits', 'npz', 'npy']) {
    const whole = folder();
    const words = [...SAMPLE, '--format', format];
    assert.is((await here([...words, '--out', whole])).code, 0);
    const name = `square-4-K0.4.${format}`;
    const names = readdirSync(whole);
    assert.equal(names, format === 'npy' ? [name, `${name}.json`] : [name]);
    for (const [moment, leave] of Object.entries(moments)) {
      if (format === 'npy' && !moment.includes('form')) continue;
      const out = folder();
      await leave(out);
      const run = format === 'bits' && moment === 'within a write' ? blockspin : here;
      const { code, stderr } = await run([...words, '--resume', '--out', out]);
      assert.is(code, 0, `${moment}: ${stderr}`);
      assert.is(
        /sample {2}/.test(stderr),
        !/name|form/.test(moment),
        `${moment}: what was sampled is not sampled again`,
      );
      assert.equal(readdirSync(out), names);
      for (const own of names) assert.ok(readFileSync(join(out, own)).equals(readFileSync(join(whole, own))), moment);
    }
  }
  const out = folder();
  await sampled(out);
  const plain = await here([...SAMPLE, '--out', out]);
  assert.is(plain.code, 2, plain.stderr);
  assert.match(plain.stderr, /\.bits\.state already exists: --resume continues it/);
});

const BITS = 'square-4-K0.4.bits';
const OWN_SEED = seedOf(1, { lattice: 'square', boundary: 'periodic', shape: [4, 4], coupling: 0.4, field: 0 });

/** The whole file and the state that `sample` would go on from. */
async function sampled(out: string): Promise<void> {
  const source = samplerFor(isingHamiltonian({ lattice: square(4), coupling: 0.4 }), { seed: OWN_SEED });
  const lock = Lock.take(join(out, `${BITS}.lock`), out);
  await sampleToOwnFile(source, 200, join(out, BITS), { resume: true }, lock);
  lock.release();
}

/** What a kill leaves at these moments. */
const moments: Record<string, (out: string) => unknown> = {
  'before the header': (out) => writeFileSync(join(out, `${BITS}.partial`), ''),
  'before the first state': (out) => createSpinFile(join(out, BITS), { shape: [4, 4], provenance: { source: 'x' } }),
  'before the file has its name': async (out) => {
    await sampled(out);
    renameSync(join(out, BITS), join(out, `${BITS}.partial`));
  },
  'before the form that was asked for': sampled,
  'within a write': async (out) => {
    await sampled(out);
    rmSync(join(out, BITS)); // and somebody removed the rows
    writeFileSync(join(out, `${BITS}.state.01234567.tmp`), 'half');
  },
};

test('sample --resume keeps only what the same command would make', async () => {
  for (const format of ['npz', 'npy', 'bits']) {
    const out = folder();
    const words = [...SAMPLE, '--method', 'heatBath', '--format', format, '--out', out];
    assert.is((await here(words)).code, 0);
    const before = contents(out);
    for (const [other, difference] of [
      [['--seed', '2'], /"seed" is "\[1,.*" there and "\[2,.*" here/],
      [['--method', 'metropolis'], /"method" is "heatBath" there and "metropolis" here/],
      [['--chains', '2'], /"chains" is 1 there and 2 here/],
      [['--independence', '6'], /"independence" is 5 there and 6 here/],
      [['--count', '199'], /200 configurations there and 199 here/],
    ] as const) {
      const { code, stderr } = await here([...words, ...other, '--resume']);
      assert.is(code, 2, stderr);
      assert.match(stderr, /holds other configurations than those of this command \(/);
      assert.match(stderr, difference);
      assert.equal(contents(out), before);
    }
    assert.is((await here([...words, '--resume'])).code, 0);
    assert.equal(contents(out), before);
    // a longer set is the one that is sampled at once
    const longer = folder();
    assert.is((await here([...words, '--count', '500', '--out', longer])).code, 0);
    const extended = await here([...words, '--count', '500', '--resume']);
    assert.is(extended.code, 0, extended.stderr);
    assert.equal(contents(out), contents(longer));
  }
});

test('sample knows an .npy file only by what stands beside it, and keeps .bits files of others', async () => {
  const out = folder();
  const words = [...SAMPLE, '--format', 'npy', '--out', out];
  assert.is((await here(words)).code, 0);
  const npy = join(out, 'square-4-K0.4.npy');
  assert.is(JSON.parse(readFileSync(`${npy}.json`, 'utf8')).provenance.seed, OWN_SEED);
  saveSpinData(npy, new SpinData(200, [4, 4], new Uint8Array(400), { source: 'a test' }));
  assert.match(
    (await here([...words, '--resume'])).stderr,
    /npy does not record how .* describes another file: --restart/,
  );
  rmSync(`${npy}.json`);
  assert.match(
    (await here([...words, '--resume'])).stderr,
    /npy does not record how .* there is no .*npy\.json: --restart/,
  );
  assert.is((await here([...words, '--restart'])).code, 0);

  saveSpinData(join(out, BITS), new SpinData(3, [4, 4], new Uint8Array(6), { source: 'a test' }));
  const before = contents(out);
  for (const more of [['--restart'], ['--seed', '1', '--format', 'npz']]) {
    const { code, stderr } = await here([...words, ...more]);
    assert.is(code, 2, stderr);
    assert.match(
      stderr,
      /\.bits already exists, and would be overwritten while .*: --format bits keeps it, --out chooses/,
    );
    assert.equal(contents(out), before);
  }
});

test('tempering, whose sampler has no state, is sampled and begins anew', async () => {
  const out = folder();
  const words = [...SAMPLE, '--method', 'tempering', '--out', out];
  writeFileSync(join(out, `${BITS}.partial`), '');
  const { code, stderr } = await here([...words, '--resume']);
  assert.is(code, 0, stderr);
  assert.equal(readdirSync(out), ['square-4-K0.4.npz']);
  assert.is((await here([...words, '--resume'])).code, 0);
});

test('a divergence keeps the last good epoch, and says how to go on', async () => {
  const words = [...TRAIN, '--algorithm', 'cd', '--learning-rate'];
  for (const hidden of ['4', '4,3']) {
    const out = folder();
    const rest = ['--hidden', hidden, '--out', out];
    const run = hidden === '4' ? blockspin : here;
    const diverged = await run([...words, '0.1,0.1,1e9', ...rest]);
    assert.is(diverged.code, 1);
    assert.match(
      diverged.stderr,
      /checkpoint\.safetensors keeps the last good epoch\n.*--resume, and a smaller --learning-rate/,
    );
    assert.match(diverged.stderr, /training diverged in epoch 3/);
    const again = await here([...words, '0.1,0.1,1e9', ...rest, '--resume']);
    assert.is(again.code, 2);
    assert.match(again.stderr, /the training diverged in epoch 3 at this learning rate: --resume needs a smaller/);
    const other = await here([...words, '0.1,0.1,0.1', '--momentum', '0.1', ...rest, '--resume']);
    assert.is(other.code, 1);
    assert.match(other.stderr, /belongs to another run/);
    const smaller = await here([...words, '0.2,0.2,0.1', ...rest, '--resume']);
    assert.is(smaller.code, 0, smaller.stderr);
    const { history } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    assert.equal(
      history[0].map(({ learningRate }: { learningRate: number }) => learningRate),
      [0.1, 0.1, 0.1],
    );
  }
  const out = folder();
  const { code, stderr } = await here([...words, '1e9', '--out', out]);
  assert.is(code, 1);
  assert.match(
    stderr,
    /no epoch was good, and there is no checkpoint: start again with a smaller --learning-rate, such as 250000000/,
  );
  assert.equal(readdirSync(out), []);
});

test.run();
