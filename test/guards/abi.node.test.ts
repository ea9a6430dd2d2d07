import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { base64 } from '../../src/wasm/binary.js';
import { undocumentedExports } from './kernels.js';
import { matchesSnapshot } from './snapshot.js';
import { wasmShape } from './wasm.js';

const test = suite('guards/abi');

const root = new URL('../../', import.meta.url);
const wasm = readFileSync(new URL('build/blockspin.wasm', root));

test('imports a memory and nothing else but a barrier', () => {
  const { imports } = wasmShape(wasm);
  assert.ok(imports.includes('env.memory: memory'));
  assert.equal(
    imports.filter((name) => name !== 'env.memory: memory' && !name.startsWith('env.barrier(')),
    [],
  );
});

test('exports what test/guards/abi.txt lists', () => {
  matchesSnapshot('abi.txt', wasmShape(wasm).exports);
});

test('holds nothing that a second instance on the same memory would reset', () => {
  const { hasStart, dataSegments, mutableGlobals } = wasmShape(wasm);
  assert.equal({ hasStart, dataSegments, mutableGlobals }, { hasStart: false, dataSegments: 0, mutableGlobals: 0 });
});

test('the binary in src/wasm/binary.ts is the file in build/', () => {
  assert.ok(Buffer.from(base64, 'base64').equals(wasm));
});

test('every export has a doc line', () => {
  const text = readFileSync(new URL('assembly/index.ts', root), 'utf8');
  assert.ok(/^export /m.test(text));
  assert.equal(undocumentedExports('assembly/index.ts', text), []);
});

test('finds exports without a doc line', () => {
  const text = `
/** Has one. */
export { a } from './a';
export { b } from './a';
export {
  /** Has one. */
  c,
  d, // has one
  e,
} from './a';
export function f(): void {}
export * from './b';`;
  assert.equal(undocumentedExports('toy.ts', text), [
    'toy.ts:4: b',
    'toy.ts:9: e',
    'toy.ts:11: f',
    'toy.ts:12: export * names nothing',
  ]);
});

test('reads a binary with everything that is refused', () => {
  // (type (func) (func (param i32 f64) (result i64))) (import "env" "memory" (memory 1 2)) (import "env" "print" (func 0))
  // (func 1) (global (mut i32) 5) (export "f" (func 1)) (export "g" (global 0)) (start 0) (data "x")
  const section = (id: number, ...body: number[]) => [id, body.length, ...body];
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const bytes = Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, 2, 0x60, 0, 0, 0x60, 2, 127, 124, 1, 126),
    ...section(2, 2, ...name('env'), ...name('memory'), 2, 1, 1, 2, ...name('env'), ...name('print'), 0, 0),
    ...section(3, 1, 1),
    ...section(6, 1, 127, 1, 65, 5, 11),
    ...section(7, 2, ...name('f'), 0, 1, ...name('g'), 3, 0),
    ...section(8, 0),
    ...section(10, 1, 4, 0, 66, 0, 11),
    ...section(11, 1, 0, 65, 0, 11, 1, 120),
  ]);
  assert.ok(WebAssembly.validate(bytes));
  assert.equal(wasmShape(bytes), {
    imports: ['env.memory: memory', 'env.print()'],
    exports: ['f(i32, f64) -> i64', 'g: global'],
    hasStart: true,
    dataSegments: 1,
    mutableGlobals: 1,
  });
});

test.run();
