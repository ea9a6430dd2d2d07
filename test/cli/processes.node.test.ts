/** How the command behaves as a process among others: lost streams, signals, time limits, threads that die, several at one output. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
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

test.run();
