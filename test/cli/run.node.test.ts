/** The command as its user meets it: files, streams, exit codes, stopping and going on. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadSpinData, loadStack } from '../../src/node.js';
import { blockspin, folder, here, removeFolders } from './command.js';

const SMALL = ['run', 'mehta-schwab', '--side', '8', '--samples', '300', '--hidden', '21,5', '--epochs', '3'];
/** Long enough to be interrupted in its first layer. */
const LONGER = ['run', 'mehta-schwab', '--side', '12', '--samples', '2000', '--hidden', '40,10', '--epochs', '80'];
const BYTES = [
  'result.json',
  'weights.safetensors',
  'data.npz',
  'panel-a.svg',
  'panel-c.svg',
  'panel-d.svg',
  'report.html',
];

/** The files whose bytes a seed fixes, but for the folder's own name in the report. */
function bytesIn(path: string): Record<string, string> {
  return Object.fromEntries(
    BYTES.map((name) => [name, readFileSync(join(path, name), 'latin1').replaceAll(path, 'OUT')]),
  );
}

function same(a: string, b: string): void {
  const [one, other] = [bytesIn(a), bytesIn(b)];
  for (const name of BYTES) assert.ok(one[name] === other[name], `${name} differs`);
}

/** What the first test leaves. */
const seedOne = folder();

const test = suite('cli/run');
test.after(removeFolders);

test('leaves a report, panels A to E, numbers, weights and data; one seed gives the same bytes on one thread and two', async () => {
  const [one, two] = [seedOne, folder()];
  const first = await blockspin([...SMALL, '--out', one, '--threads', '1']);
  assert.is(first.code, 0, first.stderr);
  const second = await blockspin([...SMALL, '--out', two, '--threads', '2', '--json']);
  assert.is(second.code, 0, second.stderr);
  same(one, two);
  assert.is(second.stdout, readFileSync(join(two, 'result.json'), 'utf8'));
  assert.match(first.stdout, 'Receptive fields');

  const names = readdirSync(one);
  for (const panel of ['a', 'b', 'c', 'd', 'e']) {
    assert.ok(names.includes(`panel-${panel}.svg`) && names.includes(`panel-${panel}.png`), `panel ${panel}`);
  }
  assert.not.ok(names.some((name) => name.endsWith('.tmp') || name.startsWith('checkpoint')));

  const result = JSON.parse(second.stdout);
  assert.is(result.parameters.side, 8);
  assert.is(result.history.length, 2);
  assert.is(result.history[1].length, 3);
  const data = loadSpinData(join(one, 'data.npz'));
  assert.equal([data.count, ...data.shape], [300, 8, 8]);
  assert.equal(loadStack(join(one, 'weights.safetensors')).sizes, [64, 21, 5]);
});

test('another seed gives other spins and weights', async () => {
  const [one, two] = [seedOne, folder()];
  const { code } = await here([...SMALL, '--out', two, '--seed', '2', '--threads', '1']);
  assert.is(code, 0);
  for (const name of ['data.npz', 'weights.safetensors']) {
    assert.not.ok(readFileSync(join(one, name)).equals(readFileSync(join(two, name))), name);
  }
});

test('Ctrl-C leaves a checkpoint (130), SIGTERM too (75), and --resume ends with the bytes of an uninterrupted run', async () => {
  const [whole, parts] = [folder(), folder()];
  assert.is((await here([...LONGER, '--out', whole, '--threads', '1'])).code, 0);

  const interrupted = await blockspin([...LONGER, '--out', parts], { when: /layer 1/, signal: 'SIGINT' });
  assert.is(interrupted.code, 130, interrupted.stderr);
  assert.match(interrupted.stderr, '--resume');
  assert.is(interrupted.stdout, '');
  assert.equal(readdirSync(join(parts, 'state')).length, 1);
  assert.not.ok(existsSync(join(parts, 'report.html')));

  const again = await here([...LONGER, '--out', parts]);
  assert.is(again.code, 2, 'a run in a folder with a checkpoint must say what to do with it');
  assert.match(again.stderr, '--resume');

  const terminated = await blockspin([...LONGER, '--out', parts, '--resume'], { when: /layer 2/, signal: 'SIGTERM' });
  assert.is(terminated.code, 75, terminated.stderr);
  const resumed = await blockspin([...LONGER, '--out', parts, '--resume', '--threads', '1']);
  assert.is(resumed.code, 0, resumed.stderr);
  same(whole, parts);
  assert.equal(readdirSync(parts).sort(), readdirSync(whole).sort());
});

test('an interruption while sampling is resumable as well, and --stop-after stops by itself', async () => {
  const [whole, parts] = [folder(), folder()];
  const words = ['run', 'mehta-schwab', '--side', '16', '--samples', '20000', '--hidden', '20,5', '--epochs', '1'];
  assert.is((await here([...words, '--out', whole, '--threads', '1'])).code, 0);
  const stopped = await blockspin([...words, '--out', parts, '--stop-after', '0.0005']);
  assert.is(stopped.code, 75, stopped.stderr);
  assert.is((await here([...words, '--out', parts, '--resume'])).code, 0);
  same(whole, parts);
});

test('refuses a checkpoint of another seed, another parameter, and one that is cut short or damaged', async () => {
  const path = folder();
  const stopped = await blockspin([...LONGER, '--out', path], { when: /layer 1/, signal: 'SIGINT' });
  assert.is(stopped.code, 130, stopped.stderr);
  const [name] = readdirSync(join(path, 'state'));
  const checkpoint = join(path, 'state', name);
  const there = readdirSync(path);
  const bytes = readFileSync(checkpoint);

  const seed = await here([...LONGER, '--out', path, '--resume', '--seed', '2']);
  assert.is(seed.code, 1);
  assert.match(seed.stderr, /"seed" is "1" there and "2" here/);
  const coupling = await here([...LONGER, '--out', path, '--resume', '--coupling', '0.3']);
  assert.is(coupling.code, 1);
  assert.match(coupling.stderr, /"coupling" is "0.408" there and "0.3" here/);
  assert.ok(readFileSync(checkpoint).equals(bytes), 'a refused checkpoint stays as it is');

  for (const length of [0, 7, 100, bytes.length - 1]) {
    writeFileSync(checkpoint, bytes.subarray(0, length));
    const { code, stderr } = await here([...LONGER, '--out', path, '--resume']);
    assert.is(code, 1, `cut to ${length} bytes`);
    assert.match(stderr, name);
  }
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 5] ^= 1;
  writeFileSync(checkpoint, damaged);
  assert.is((await here([...LONGER, '--out', path, '--resume'])).code, 1);
  assert.equal(readdirSync(path), there, 'nothing else was written');
});

test('refuses bad words by name, before any work', async () => {
  const out = join(folder(), 'never-made');
  const cases: [string[], RegExp][] = [
    [
      ['run', 'nothing'],
      /"experiment" expected one of mehta-schwab(, [\w-]+)*, or a module by --experiment FILE, got "nothing"/,
    ],
    [['run'], /"experiment" expected/],
    [['dance'], /"command" expected/],
    [['run', 'mehta-schwab', '--colour', 'red'], /--colour/],
    [['run', 'mehta-schwab', '--preset', 'huge'], /"preset" expected one of quick, paper/],
    [['run', 'mehta-schwab', '--coupling', 'NaN'], /"coupling" expected finite number, got NaN/],
    [['run', 'mehta-schwab', '--coupling=-1'], /"coupling"/],
    [['run', 'mehta-schwab', '--side', '0'], /"side" expected integer in \[2, 1024\], got 0/],
    [['run', 'mehta-schwab', '--side', '3.5'], /"side" .* got 3.5/],
    [['run', 'mehta-schwab', '--side', ''], /"side"/],
    [['run', 'mehta-schwab', '--hidden', '400,0'], /"hidden\[1\]" expected positive integer, got 0/],
    [['run', 'mehta-schwab', '--hidden', '400,2.5'], /"hidden\[1\]"/],
    [['run', 'mehta-schwab', '--hidden', '400,,25'], /"hidden"/],
    [['run', 'mehta-schwab', '--epochs', '1e9x'], /"epochs"/],
    [['run', 'mehta-schwab', '--threads', '0'], /"threads"/],
    [['run', 'mehta-schwab', '--stop-after', '-2'], /stop-after/],
    [['run', 'mehta-schwab', '--resume', '--restart'], /exclude/],
  ];
  for (const [words, message] of cases) {
    const { code, stdout, stderr } = await here([...words, ...(words[1] === 'mehta-schwab' ? ['--out', out] : [])]);
    assert.is(code, 2, `${words.join(' ')}: ${stderr}`);
    assert.match(stderr, message);
    assert.is(stdout, '');
    assert.not.ok(existsSync(out));
  }
});

test('refuses an output folder that cannot be written', async () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  const { code, stderr } = await here([...SMALL, '--out', join(file, 'below')]);
  assert.is(code, 1);
  assert.match(stderr, file);
});

test('the help names every preset, parameter and exit code', async () => {
  const { code, stdout } = await blockspin(['run', 'mehta-schwab', '--help']);
  assert.is(code, 0);
  for (const word of ['quick', 'paper', '--learning-rate', '--l1', '--resume', '--json', '130', '75'])
    assert.match(stdout, word);
  assert.match((await blockspin(['--help'])).stdout, 'mehta-schwab');
  assert.match((await blockspin(['list'])).stdout, 'mehta-schwab');
  assert.match((await blockspin(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test.run();
