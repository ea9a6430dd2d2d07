/** What the words of a command line mean, without a process of its own: each works or is refused by name, as a UsageError (exit code 2). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluateCommand } from '../../src/cli/commands/evaluate.js';
import { generateCommand } from '../../src/cli/commands/generate.js';
import { listing, overview, runHelp } from '../../src/cli/commands/help.js';
import { measureCommand } from '../../src/cli/commands/measure.js';
import { sampleCommand } from '../../src/cli/commands/sample.js';
import { trainCommand } from '../../src/cli/commands/train.js';
import { parseRunOptions, UsageError } from '../../src/cli/words/options.js';
import { printable, summaryText, tableText } from '../../src/cli/words/table.js';
import { modelsOf } from '../../src/cli/words/uniformModels.js';
import { experiments } from '../../src/experiments/index.js';
import { QUESTIONS } from '../../src/experiments/questions.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { loadSpinData, saveSpinData } from '../../src/node.js';
import { seedOfText } from '../../src/util/random.js';
import { refuses } from '../assert.js';
import { folder, removeFolders } from './command.js';

const test = suite('cli/words');

test.after(removeFolders);

async function refused(command: (words: string[]) => Promise<void>, words: string[], message: RegExp): Promise<void> {
  const error = await command(words).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  assert.ok(error instanceof UsageError, `${words.join(' ')}: ${error?.message ?? 'accepted'}`);
  assert.match((error as Error).message, message);
}

test('a seed is one number or a text: other numbers, lists and ranges are refused', async () => {
  assert.is(seedOfText('seed', '17'), 17);
  assert.is(seedOfText('seed', 'first run, again'), 'first run, again');
  for (const text of ['1,2,3', '1:3:3', '1, 2', '-1', '1.5', '1e3', '', ' ', ',']) {
    const message = `"seed" expected one seed, an integer >= 0 or text, got ${JSON.stringify(text)}`;
    refuses(() => seedOfText('seed', text), RangeError, message);
  }
  const of = /^"seed" expected one seed, an integer >= 0 or text, got "1,2,3"$/;
  const seed = ['--seed', '1,2,3'];
  await refused(sampleCommand, ['--size', '4', '--coupling', '0.4', ...seed], of);
  await refused(measureCommand, ['--size', '4', '--coupling', '0.4', ...seed], of);
  await refused(trainCommand, ['x.npz', '--hidden', '4', ...seed], of);
  await refused(evaluateCommand, ['m', 'x.npz', ...seed], of);
  await refused(generateCommand, ['m', '--out', 'x.npz', ...seed], of);
  const seeded = Object.values(experiments).filter(({ parameters }) => 'seed' in parameters);
  assert.ok(seeded.length > 5);
  for (const experiment of seeded) assert.throws(() => parseRunOptions(experiment, seed), of);
});

test('units to clamp', async () => {
  for (const clamp of ['5-3', '1-2-3', '-3', '3-', '', '1,,2', 'a', '1.5', '0-99999999999']) {
    const words = ['m', '--out', 'x.npz', '--start', 's.npz', `--clamp=${clamp}`];
    await refused(generateCommand, words, /^"clamp" expected units and rising ranges of them, such as 0,5,7-12, got "/);
  }
});

test('numbers of a training', async () => {
  const train = (...words: string[]) => ['x.npz', '--hidden', '4', ...words];
  for (const sparsity of ['0.1:', ':0.1', '0.1', '0.1:0.2:0.3', 'a:b', '']) {
    await refused(trainCommand, train('--sparsity', sparsity), /^"sparsity" expected /);
  }
  await refused(trainCommand, train('--threshold', ''), /^"threshold" expected number, got ""$/);
  await refused(trainCommand, train('--threshold', '2'), /^"threshold" expected number in \[0, 1\], got 2$/);
  await refused(trainCommand, train('--epochs', '0'), /^"epochs" expected positive integer, got 0$/);
  await refused(trainCommand, train('--epochs', ''), /^"epochs" expected number, got ""$/);
  await refused(trainCommand, train('--momentum', '-0.5'), /^"momentum" expected number in \[0, 1\], got -0.5$/);
  await refused(trainCommand, train('--schedule', 'inverse:'), /^"schedule" expected number, got ""$/);
  await refused(trainCommand, train('--schedule', 'inverse:5:6'), /^"schedule" expected linear, constant/);
  await refused(trainCommand, train('--learning-rate', '0.1,'), /^"learning-rate" expected numbers with ","/);
  await refused(trainCommand, ['x.npz', '--hidden', '4,'], /^"hidden" expected numbers with ","/);
  await refused(trainCommand, train('--shape', '28x'), /^"shape" expected numbers with "x"/);
  await refused(evaluateCommand, ['m', 'x.npz', '--chains', 'many'], /^"chains" expected number, got "many"$/);
  await refused(sampleCommand, ['--size', '4x', '--coupling', '0.4'], /^"size" expected numbers with "x"/);
  await refused(
    sampleCommand,
    ['--size', '4', '--coupling', '0.4', '--count', '5k'],
    /^"count" expected number, got "5k"$/,
  );
});

test('a negative coupling is a coupling', async () => {
  const out = folder();
  const error = await sampleCommand(['--size', '4', '--coupling', '-0.5', '--method', 'replicas', '--out', out]).catch(
    (thrown: unknown) => thrown,
  );
  assert.match((error as Error).message, /one coupling >= 0/, 'it came to the sampler');
  assert.equal(
    modelsOf({ size: '4', coupling: '-0.5,0.1' }).map(({ coupling }) => coupling),
    [-0.5, 0.1],
  );
});

test('what cannot fit into memory is refused with what it would need', async () => {
  const sizes: [size: string, lattice: string][] = [
    ['1000000', 'square'],
    ['100000', 'cubic'],
    ['1000000000000', 'chain'],
  ];
  for (const [size, lattice] of sizes) {
    const words = ['--size', size, '--lattice', lattice, '--coupling', '0.4'];
    const message = /^"size" expected a model of at most .* GiB, got [\dx]+ of at least \d+ GiB$/;
    await refused(sampleCommand, words, message);
    await refused(measureCommand, words, message);
  }
  const count = ['--size', '64', '--coupling', '0.4', '--count', '1e12'];
  const message = /^"count" expected configurations of at most .* GiB, got 1000000000000 of at least \d+ GiB$/;
  await refused(sampleCommand, count, message);
  await refused(measureCommand, count, message);
  const path = join(folder(), 'data.npz');
  saveSpinData(path, new Ising({ lattice: square(4), coupling: 0.3 }).sample(10));
  assert.is(loadSpinData(path).count, 10);
  await refused(
    trainCommand,
    [path, '--hidden', '1000000000'],
    /^"hidden" expected less than 4 GiB of weights, got 16 x 1000000000/,
  );
});

test('names reach a terminal without what it would obey', () => {
  assert.is(printable('a\x1b[2Jb\x07\x9bm\u202e'), 'a\\u001b[2Jb\\u0007\\u009bm\\u202e');
  assert.is(printable('K = 0.4, ⟨|m|⟩ “τ”\nnext'), 'K = 0.4, ⟨|m|⟩ “τ”\nnext');
  const table = tableText({ title: 'T', columns: ['file'], rows: [['a\x1b[31m\nforged']] });
  assert.is(table.includes('\x1b'), false);
  assert.is(table.split('\n').length, 3);
  const summary = summaryText({
    facts: [{ label: 'model', value: '\x1b]0;title\x07' }],
    tables: [],
    answer: 'a\x1b[1m',
  });
  assert.is(summary.includes('\x1b'), false);
  const json = JSON.stringify({ name: '\x9b\u202e' });
  assert.equal(JSON.parse(printable(json)), JSON.parse(json));
  const command = readFileSync(new URL('../../src/cli/command.ts', import.meta.url), 'utf8');
  assert.is(command.match(/printable\(/g)?.length, 2, 'errors, too');
});

test('names and what they are stand apart, however long the names are', () => {
  assert.equal(
    Object.entries(experiments).map(([name, { question }]) => [name, question]),
    Object.entries(QUESTIONS),
    'the help has all experiments, in their order',
  );
  for (const { name, question } of Object.values(experiments)) {
    for (const text of [listing(), overview()]) assert.match(text, new RegExp(`^  ${name} {2,}`, 'm'));
    const line = listing()
      .split('\n')
      .find((each) => each.startsWith(`  ${name} `)) as string;
    assert.ok(line.endsWith(`  ${question}`), line);
  }
  const starts = listing()
    .split('\n')
    .map((line) => line.slice(2).search(/ {2}\S/));
  assert.ok(starts.every((start) => start > 0));
  for (const experiment of Object.values(experiments)) {
    const lines = runHelp(experiment)
      .split('\n')
      .filter((line) => /^ {2}--/.test(line));
    for (const line of lines) assert.match(line, /^ {2}--[a-z0-9-]+(?: [A-Z]+)? {2,}\S/);
  }
});

test.run();
