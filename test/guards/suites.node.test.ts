import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSuites } from './suites.js';

const test = suite('guards/suites');

const breaches = (text: string) => checkSuites('toy.test.ts', text).breaches;
const head = `import { suite } from 'uvu';\n`;

test('accepts suites that are run where they are made', () => {
  assert.equal(breaches(`${head}const t = suite('a'); t('x', () => {}); t.run();`), []);
  assert.equal(breaches(`${head}for (const k of [1, 2]) { const t = suite('a' + k); t('x', () => {}); t.run(); }`), []);
  assert.equal(breaches(`import { test } from 'uvu'; test('x', () => {}); test.run();`), []);
});

test('finds a suite that is never run', () => {
  assert.match(breaches(`${head}const t = suite('a'); t('x', () => {});`)[0], 'toy.test.ts:2: suite "t" is never run');
  assert.match(breaches(`${head}const t = suite('a'); if (false) { t.run(); }`)[0], 'never run');
  assert.match(breaches(`${head}const t = suite('a'); const u = suite('b'); t.run();`)[0], 'suite "u" is never run');
  assert.match(breaches(`${head}const t = suite('a'); // t.run();`)[0], 'never run');
  assert.match(breaches(`import { test as t } from 'uvu'; t('x', () => {});`)[0], 'suite "t" is never run');
  assert.match(breaches(`${head}[suite('a')][0].run();`)[0], 'bound to a name');
});

test('finds a test that is added too late', () => {
  assert.match(breaches(`${head}const t = suite('a'); t.run(); t('x', () => {});`)[0], 'after t.run()');
  assert.match(breaches(`${head}const t = suite('a'); t.run(); t.before(() => {});`)[0], 'after t.run()');
});

test('sees .only', () => {
  assert.is(checkSuites('toy.test.ts', `${head}const t = suite('a'); t.only('x', () => {}); t.run();`).only, true);
  assert.is(checkSuites('toy.test.ts', `${head}const t = suite('a'); t('x', () => {}); t.run();`).only, false);
});

test('only *.test.ts files define suites at module level, so that none is missed by its name', () => {
  const folder = new URL('../', import.meta.url);
  const others = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.[cm]?[jt]sx?$/.test(name) && !name.endsWith('.test.ts'),
  );
  const strays = others.filter((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return /from 'uvu'/.test(text) && /^(export )?const \w+ = suite\(/m.test(text);
  });
  assert.equal(strays, []);
});

test.run();
