/**
 * The packed package in every runtime, through every bundler and module resolution: the same bits as from the sources.
 * Every run takes Node 20, bundles of esbuild and Rollup, and pages under the strict policy, with a short program; the
 * matrix all of rows.ts with all of the program. Needs `npm run build` first.
 */

import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { GOLDEN } from '../golden.js';
import { MATRIX } from '../matrix.js';
import { Matrix } from './matrix.js';
import { ALL, answer, type Part } from './program.js';
import { commandFiles, nameOf, placesOf, questionOf, ROWS } from './rows.js';
import { attw, publint, RESOLUTIONS, type Resolution, typeErrors } from './types.js';
import { versionOf } from './versions.js';

const test = suite<{ matrix: Matrix; expected: Record<string, string> }>('runtimes');

const PARTS: readonly Part[] = MATRIX ? ALL : ['quick'];

test.before(async (context) => {
  context.matrix = new Matrix();
  context.expected = (await answer({ parts: PARTS })).hashes;
});

test.after(({ matrix }) => matrix.close());

test('the sources give the golden hash', ({ expected }) => {
  assert.is(expected.golden ?? GOLDEN, GOLDEN);
});

for (const row of ROWS.filter((one) => MATRIX || !one.matrix)) {
  test(`same bits: ${nameOf(row)}`, async ({ matrix, expected }) => {
    for (const place of MATRIX ? placesOf(row) : placesOf(row).slice(0, 1)) {
      const question = MATRIX ? questionOf(row, place) : { parts: PARTS };
      const said = await row.ask(matrix, question, place);
      if (said === undefined) return console.log(`skipped: ${row.runtime} not found`);
      const hashes = Object.fromEntries(question.parts.map((part) => [part, expected[part]]));
      assert.equal(said.hashes, hashes, place);
      assert.match(said.threads, row.threads);
    }
  });
}

const own = join(root, 'node_modules/typescript/bin/tsc');

// test/guards/package has the other resolutions of every run
test('types hold by module resolution node16', async ({ matrix }) => {
  assert.is(await typeErrors(await matrix.project(), own, 'node16'), '');
});

if (MATRIX) {
  for (const resolution of Object.keys(RESOLUTIONS) as Resolution[]) {
    for (const compiler of ['typescript-oldest', 'typescript-newest'] as const) {
      test(`types hold by ${resolution}, TypeScript ${versionOf(compiler)}`, async ({ matrix }) => {
        const tsc = join(await matrix.tools(), compiler, 'bin/tsc');
        assert.is(await typeErrors(await matrix.project(), tsc, resolution), '');
      });
    }
  }

  test('CommonJS may take it by nodenext, which knows that Node can; node16 refuses', async ({ matrix }) => {
    const project = await matrix.project();
    assert.is(await typeErrors(project, own, 'nodenext', 'required.cts'), '');
    assert.match(await typeErrors(project, own, 'node16', 'required.cts'), /TS1479/);
  });

  test('the command writes the same bytes in Node, Deno and Bun', async ({ matrix }) => {
    const { node, deno, bun } = await commandFiles(matrix);
    assert.ok(node.equals(deno) && node.equals(bun));
  });

  for (const [name, judge] of Object.entries({ publint, attw })) {
    test(`${name} has nothing to say`, async ({ matrix }) => {
      const { tarball } = await matrix.installed();
      const { stdout, stderr, status } = await judge(await matrix.tools(), tarball);
      assert.is(status, 0, stdout + stderr);
    });
  }
}

test.run();
