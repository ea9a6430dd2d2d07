/**
 * The code in the guide runs, and prints what the guide says it prints. `UPDATE_SNAPSHOTS=1` writes code and outputs
 * into the pages; `SNIPPETS=physics-` takes the programs whose names begin so, and the pages that have only those.
 * Needs `npm run build` first.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Block, blocksOf, partOf, withBlocks } from './snippets.js';

const test = suite('guards/snippets');

const guide = fileURLToPath(new URL('../../docs/guide/', import.meta.url));
const folder = join(guide, 'snippets');
const chosen = process.env.SNIPPETS ?? '';
const programs = readdirSync(folder).filter((name) => name.endsWith('.mjs') && name.startsWith(chosen));
const pages = readdirSync(guide).filter((name) => {
  if (!name.endsWith('.md')) return false;
  const blocks = blocksOf(readFileSync(join(guide, name), 'utf8'));
  return chosen === '' || blocks.every(({ file }) => programs.includes(file));
});

/** What a program prints, or why it fails. */
interface Run {
  out: string;
  err: string;
  failure?: string;
}

/**
 * Runs programs one after another in one process, since a process of its own takes each a third of a second to start:
 * its output is what it writes until its top level is done.
 */
const RUNNER = `
const runs = {};
const write = process.stdout.write.bind(process.stdout);
for (const url of JSON.parse(process.argv[1])) {
  const run = (runs[url] = { out: '', err: '' });
  process.stdout.write = (text) => { run.out += text; return true; };
  process.stderr.write = (text) => { run.err += text; return true; };
  await import(url).catch((error) => { run.failure = String(error.stack); });
}
write(JSON.stringify(runs));
process.exit();
`;

const outputs = new Map<string, string>();

/** The runs of programs, by name. */
function runsOf(files: readonly string[]): Map<string, Run> {
  const urls = files.map((file) => pathToFileURL(join(folder, file)).href);
  const parameters = ['--input-type=module', '-e', RUNNER, JSON.stringify(urls)];
  const { stdout, stderr, error } = spawnSync(process.execPath, parameters, {
    cwd: guide,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout: 300_000,
  });
  if (error) throw error;
  assert.ok(stdout.startsWith('{'), stderr);
  const runs = JSON.parse(stdout) as Record<string, Run>;
  return new Map(files.map((file, k) => [file, runs[urls[k]]]));
}

/** What a block should have. */
function sourceOf({ kind, file, part }: Block): string {
  return partOf(kind === 'snippet' ? readFileSync(join(folder, file), 'utf8') : outputs.get(file)!, part);
}

test('the programs run', () => {
  const failures: string[] = [];
  for (const [file, { out, err, failure }] of runsOf(programs)) {
    outputs.set(file, out);
    if (failure !== undefined || err !== '') failures.push(`${file}: ${failure ?? err}`);
  }
  assert.equal(failures, []);
});

for (const name of pages) {
  test(`the code and outputs of ${name} are those of its programs`, () => {
    const path = join(guide, name);
    const page = readFileSync(path, 'utf8');
    if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(path, withBlocks(page, sourceOf));
    for (const block of blocksOf(readFileSync(path, 'utf8'))) {
      assert.ok(programs.includes(block.file), `${name}:${block.line}: no ${block.file} in docs/guide/snippets`);
      assert.is(
        block.text,
        sourceOf(block),
        `${name}:${block.line}: UPDATE_SNAPSHOTS=1 npx tsx test/guards/snippets.node.test.ts`,
      );
    }
  });
}

test('every program is shown in a page', () => {
  const shown = new Set(
    pages.flatMap((name) => blocksOf(readFileSync(join(guide, name), 'utf8')).map(({ file }) => file)),
  );
  assert.equal(
    programs.filter((file) => !shown.has(file)),
    [],
  );
});

test('blocks, regions and lines are found', () => {
  const page = 'text\n<!-- snippet a.mjs#x -->\n```js\nold\n```\n<!-- output a.mjs#2-3 -->\n```text\n```\nend';
  assert.equal(
    blocksOf(page).map(({ kind, file, part, line, text }) => [kind, file, part, line, text]),
    [
      ['snippet', 'a.mjs', 'x', 2, 'old'],
      ['output', 'a.mjs', '2-3', 6, ''],
    ],
  );
  assert.is(
    withBlocks(page, ({ kind }) => `new ${kind}\nline`),
    'text\n<!-- snippet a.mjs#x -->\n```js\nnew snippet\nline\n```\n<!-- output a.mjs#2-3 -->\n```text\nnew output\nline\n```\nend',
  );
  const program = 'a;\n{\n  // #region x\n  b;\n    c;\n  // #endregion x\n}\n';
  assert.is(partOf(program, 'x'), 'b;\n  c;');
  assert.is(partOf(program, undefined), 'a;\n{\n  b;\n    c;\n}');
  assert.is(partOf('1\n2\n3\n', '2-3'), '2\n3');
  assert.throws(() => partOf('1\n', '1-2'), /no lines 1-2 in 1/);
  assert.throws(() => partOf('1\n', 'y'), /no region y/);
  assert.throws(() => blocksOf('<!-- snippet a.mjs -->\ntext'), /line 1: no block/);
});

test.run();
