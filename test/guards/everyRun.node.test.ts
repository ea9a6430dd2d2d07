/**
 * The list of files that every run repeats in Chromium: of each folder with portable tests at least one, and no name
 * that has gone.
 */

import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EVERY_RUN, isInEveryRun } from '../browser/everyRun.js';

const test = suite('guards/everyRun');

const files = readdirSync(new URL('../', import.meta.url), { recursive: true, encoding: 'utf8' })
  .map((name) => `test/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.node.test.ts'));

test('each name is that of a portable test file, or of a folder with some', () => {
  assert.equal(
    EVERY_RUN.filter((path) => !files.some((file) => file.startsWith(path))),
    [],
  );
  assert.is(new Set(EVERY_RUN).size, EVERY_RUN.length);
});

test('each folder with portable tests has one', () => {
  const folderOf = (file: string) => file.replace(/[^/]*$/, '');
  const repeated = new Set(files.filter(isInEveryRun).map(folderOf));
  assert.equal(
    [...new Set(files.map(folderOf))].filter((folder) => !repeated.has(folder)),
    [],
  );
});

test.run();
