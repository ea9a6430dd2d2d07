import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelsText } from '../../scripts/abi.js';
import { binary as common } from '../../src/wasm/binaries/common.js';
import { binary as learning } from '../../src/wasm/binaries/learning.js';
import { binary as sampling } from '../../src/wasm/binaries/sampling.js';
import { bytesOf } from '../../src/wasm/binaryText.js';
import { FIXED_BITS, FIXED_GROUPS, FIXED_PANEL, FIXED_TABLES, PANEL, TABLES } from '../../src/wasm/kernels.js';
import { instructionCounts } from './instructions.js';
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

test('the binaries in src/wasm/binaries are the files in build/, and have the kernels of the one file', () => {
  const all = instructionCounts(wasm);
  const found = new Map<string, unknown>();
  for (const [name, binary] of Object.entries({ common, sampling, learning })) {
    const bytes = readFileSync(new URL(`build/kernels/${name}.wasm`, root));
    assert.ok(Buffer.from(bytesOf(binary)).equals(bytes), name);
    for (const [kernel, counts] of instructionCounts(bytes)) {
      assert.equal(counts, all.get(kernel), `${name}: ${kernel}`);
      found.set(kernel, counts);
    }
    const { hasStart, dataSegments, mutableGlobals } = wasmShape(bytes);
    assert.equal({ hasStart, dataSegments, mutableGlobals }, { hasStart: false, dataSegments: 0, mutableGlobals: 0 });
  }
  assert.equal([...found.keys()].sort(), [...all.keys()].sort());
});

test('every export has a doc line', () => {
  for (const part of ['common', 'sampling', 'learning']) {
    const text = readFileSync(new URL(`assembly/${part}.ts`, root), 'utf8');
    assert.ok(/^export /m.test(text));
    assert.equal(undocumentedExports(`assembly/${part}.ts`, text), []);
  }
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
  // (type (func) (func (param i32 f64) (result i64))) (import "env" "memory" (memory 1 2)) (import "env" "print" (func
  // 0)) (func 1) (global (mut i32) 5) (export "f" (func 1)) (export "g" (global 0)) (start 0) (data "x")
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

const NOTHING = { 'common.ts': '', 'sampling.ts': '', 'learning.ts': '', 'sizes.ts': '' };

/** What TypeScript is told of kernels with these sources. */
function told(sources: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-abi-'));
  try {
    for (const [name, text] of Object.entries({ ...NOTHING, ...sources })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return kernelsText(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('src/wasm/kernels.ts is what the sources say', () => {
  assert.is(readFileSync(new URL('src/wasm/kernels.ts', root), 'utf8'), kernelsText('assembly'));
});

test('the signatures are those of the binary', () => {
  const types = { i32: 'number', f32: 'number', f64: 'number', i64: 'bigint' } as const;
  const found = wasmShape(wasm).exports.map((line) => {
    const [, name, list, result] = /^(\w+)\(([^)]*)\)(?: -> (\w+))?$/.exec(line) as RegExpExecArray;
    const named = (type: string) => types[type as keyof typeof types];
    return `${name}(${list.split(', ').filter(Boolean).map(named).join(', ')}): ${result ? named(result) : 'void'}`;
  });
  const text = readFileSync(new URL('src/wasm/kernels.ts', root), 'utf8');
  const written = [...text.matchAll(/^ {2}(\w+)\((.*)\): (\w+);$/gm)].map(
    ([, name, list, result]) => `${name}(${list.replaceAll(/\w+: /g, '')}): ${result}`,
  );
  assert.equal(written.sort(), found.sort());
});

test('tables are as large as what they hold', () => {
  assert.is(TABLES, 20 * 16 * 4 * PANEL);
  assert.is(FIXED_TABLES, FIXED_GROUPS * 2 ** FIXED_BITS * 2 * FIXED_PANEL);
});

test('signatures, blocks and sizes are read from sources', () => {
  const text = told({
    'sampling.ts': "/** Adds. */\nexport { add } from './a/sum';\n",
    'sizes.ts':
      "/** Bytes. */\nexport const WIDE: usize = 64;\n/** Rows. */\nexport { ROWS as TALL } from './a/sum';\n",
    'a/sum.ts': `export const ROWS: u32 = 5;
@unmanaged export class TwoSums { first: f32; at: usize; next: TwoSums | null; }
export function add(sums: TwoSums, key: u64, x: f64): f64 { return x; }`,
  });
  for (const part of [
    '  /** Adds. */\n  add(sums: number, key: bigint, x: number): number;',
    '/** Bytes. */\nexport const WIDE = 64;',
    '/** Rows. */\nexport const TALL = 5;',
    "export const TWO_SUMS = {\n  first: 'f32',\n  at: 'u32',\n  next: 'u32',\n} as const;",
  ]) {
    assert.ok(text.includes(part), `${part}\n\nin\n\n${text}`);
  }
});

test('what cannot be told to TypeScript is refused', () => {
  const kernel = (declaration: string) => ({
    'learning.ts': "/** Doc. */\nexport { f } from './f';\n",
    'f.ts': declaration,
  });
  assert.throws(() => told(kernel('export function f(x: v128): void {}')), /f\.ts, f: a value of type v128/);
  assert.throws(() => told(kernel('function g(): void {}')), /f\.ts: no function f/);
  assert.throws(
    () => told({ 'common.ts': "export { f } from './f';", 'f.ts': 'export function f(): void {}' }),
    /no doc/,
  );
  const block = { 'b.ts': '@unmanaged class B { x: f64; }' };
  assert.throws(() => told(block), /b\.ts, x: the fields of a block are u32, usize or f32, not f64/);
  const size = { 'sizes.ts': "/** A. */\nexport { A } from './a';", 'a.ts': 'const A: u32 = 2 * 8;' };
  assert.throws(() => told(size), /A is no constant that is a plain number/);
});

test.run();
