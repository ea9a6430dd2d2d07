/** Every public name has a doc at its declaration; what can throw says so; the first page has examples, which run. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import * as blockspin from '../../src/all.js';
import { DOORS, packageProgram, programOf } from './compiler.js';
import { checkDocs } from './docs.js';

const test = suite('guards/docs');

const { lacks, examples } = checkDocs(packageProgram(), root, Object.values(DOORS));

test('docs, @throws and @example are complete', () => {
  const missing = lacks.map(({ room, name, lacks: what }) => `${room}: ${name}: ${what}`);
  assert.equal(missing, [], 'add these to the docs at the declarations');
});

test('examples run', async () => {
  assert.ok(examples.length > 10);
  const names = Object.keys(blockspin);
  const values = Object.values(blockspin);
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const quiet = { ...console, log: () => {} };
  for (const { name, code } of examples) {
    try {
      await new AsyncFunction('console', ...names, code)(quiet, ...values);
    } catch (error) {
      assert.unreachable(`the example of ${name} fails: ${error}\n${code}`);
    }
  }
});

test('finds what is missing, through calls, fields, base classes and functions that are passed on', () => {
  const folder = `${mkdtempSync(join(tmpdir(), 'blockspin-docs-')).replaceAll('\\', '/')}/`;
  try {
    mkdirSync(`${folder}src/util`, { recursive: true });
    writeFileSync(
      `${folder}src/util/check.ts`,
      `export function refuse(): never { throw new RangeError(); }
       export function positive(x: number): number { if (!(x > 0)) refuse(); return x; }`,
    );
    writeFileSync(
      `${folder}src/index.ts`,
      `import { positive } from './util/check.js';
       export function bare(): void {}
       /** @throws RangeError only a tag */
       export function tagged(x: number): number { return positive(x); }
       /** Throws by a call. */
       export const caller = (x: number) => positive(x);
       /** Throws by a function that is passed on. */
       export function passer(x: number[]): number[] { return x.map(positive); }
       /** Catches. */
       export function catcher(x: number): number { try { return positive(x); } catch { return 0; } }
       /** Says so. @throws RangeError if not positive
        *  @example
        *  said(1);
        */
       export function said(x: number): number { return positive(x); }
       /** @throws */
       export function empty(x: number): number { return positive(x); }
       class Base { constructor(x: number) { positive(x); } inherited(x: number): void { positive(x); } }
       /** A class. */
       export class Derived extends Base {
         /** A method. */
         own(): number { return this.#hidden(); }
         #hidden(): number { return positive(1); } }
       /** A class with a field. */
       export class Field { readonly x = positive(1); get y(): number { return positive(2); } private no(): void { positive(3); } }
       export interface Shape { side: number }`,
    );
    const entries = [`${folder}src/index.ts`];
    const found = checkDocs(programOf(entries), folder, entries);
    const others = found.lacks.filter(({ lacks: what }) => what !== '@example');
    assert.equal(others.map(({ room, name, lacks: what }) => `${room} ${name} ${what}`).sort(), [
      'index.ts Derived.inherited @throws',
      'index.ts Derived.inherited doc',
      'index.ts Derived.own @throws',
      'index.ts Field.y @throws',
      'index.ts Shape doc',
      'index.ts bare doc',
      'index.ts caller @throws',
      'index.ts empty @throws',
      'index.ts empty doc',
      'index.ts new Derived @throws',
      'index.ts new Field @throws',
      'index.ts passer @throws',
      'index.ts tagged doc',
    ]);
    assert.equal(found.examples, [{ room: 'index.ts', name: 'said', code: 'said(1);' }]);
    assert.is(found.lacks.filter(({ name, lacks: what }) => what === '@example' && name === 'caller').length, 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
