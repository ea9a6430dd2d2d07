import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkKernels } from './kernels.js';

const test = suite('guards/assembly');

const root = new URL('../../', import.meta.url);

test('kernels have no classes, no allocation, no state, no throw', () => {
  const paths = readdirSync(new URL('assembly/', root), { recursive: true, encoding: 'utf8' })
    .map((name) => `assembly/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'));
  assert.ok(paths.includes('assembly/sampling.ts') && paths.length > 5);
  const breaches = paths.flatMap((path) => checkKernels(path, readFileSync(new URL(path, root), 'utf8')));
  assert.is(breaches.join('\n'), '');
});

test('accepts what kernels are made of', () => {
  const kernel = `
    // new class throw relaxed_madd let
    export const WIDTH: usize = 16;
    @unmanaged class Header { rows: u32; }
    // @ts-ignore: decorator
    @inline export function sum(x: usize, n: u32): f32 {
      let total = f32x4.splat(0);
      for (let i: u32 = 0; i < n; i++) total = f32x4.add(total, v128.load(x + <usize>i * WIDTH));
      return f32x4.extract_lane(total, 0);
    }
    @external("env", "barrier") declare function barrier(): void;
    export { exp } from './math';`;
  assert.equal(checkKernels('assembly/toy.ts', kernel), []);
  assert.equal(
    checkKernels('assembly/lanes.ts', 'export function f(a: v128): v128 { return f32x4.relaxed_madd(a, a, a); }'),
    [],
  );
});

test('finds planted breaches', () => {
  const inside = (code: string) => `export function f(x: usize): void {\n  ${code}\n}`;
  const cases: [text: string, reason: string][] = [
    ['class Header {}', 'toy.ts:1: class without @unmanaged'],
    ['@final class Header {}', 'class without @unmanaged'],
    [inside('const a = new Header();'), 'toy.ts:2: new'],
    [inside('throw 1;'), 'throw'],
    ['let counter: u32 = 0;', 'mutable variable'],
    ['export let counter: u32 = 0;', 'mutable variable'],
    ['@lazy let counter: u32 = 0;', 'mutable variable'],
    ['var counter: u32 = 0;', 'mutable variable'],
    ['const table = StaticArray.fromArray<f32>(x);', 'StaticArray'],
    [inside('const a: Array<f32> = g();'), 'Array'],
    [inside('const a = [1, 2];'), 'array literal'],
    [inside('const a = { b: 1 };'), 'object literal'],
    [inside('const a = "text";'), 'string'],
    [inside('const a = heap.alloc(16);'), 'heap'],
    [inside('const a = __new(16, 0);'), '__new'],
    [inside('g((y: i32) => y + 1);'), 'function value'],
    ['const TABLE = memory.data<f32>(x);', 'memory.data'],
    [inside('const a = Math.exp(1);'), 'Math'],
    [inside('const a = f32x4.relaxed_madd(b, c, d);'), 'relaxed_madd'],
    ["import { relaxed_madd } from './lanes';", 'relaxed_madd'],
  ];
  for (const [text, reason] of cases) {
    const found = checkKernels('toy.ts', text);
    assert.ok(
      found.some((breach) => breach.includes(reason)),
      `${text}: expected "${reason}", found ${JSON.stringify(found)}`,
    );
  }
});

test.run();
