import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Machine } from '../../src/wasm/machine.js';
import { kernelModule } from '../../src/wasm/module.js';

const test = suite('wasm/kernels');

const source = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** Names and parameter counts of the methods of `interface Kernels`. */
function declared(): Map<string, number> {
  const body = /export interface Kernels \{\n([\s\S]*?)\n\}/.exec(source('src/wasm/kernels.ts'))![1];
  const methods = [...body.matchAll(/^ {2}(\w+)\((.*)\): \w+;$/gm)];
  return new Map(methods.map(([, name, list]) => [name, list === '' ? 0 : list.split(',').length]));
}

test('the binary exports what kernels.ts declares, with as many parameters', () => {
  const imports = { env: { memory: new Machine({ none: 1 }).memory, barrier: () => {} } };
  const kernels = new WebAssembly.Instance(kernelModule(false), imports).exports as Record<string, { length: number }>;
  const names = WebAssembly.Module.exports(kernelModule(false)).map(({ name }) => name);
  const interfaceNames = declared();
  assert.equal([...names].sort(), [...interfaceNames.keys()].sort());
  for (const [name, parameters] of interfaceNames) assert.is(kernels[name].length, parameters, name);
});

test('assembly/index.ts exports the same, each with a line of doc that names it', () => {
  const lines = source('assembly/index.ts').split('\n');
  const exported: string[] = [];
  lines.forEach((line, k) => {
    const name = /^export \{ (\w+) \} from '\.\/[\w/]+';$/.exec(line)?.[1];
    if (!line.startsWith('export')) return;
    assert.ok(name, `one name a line: ${line}`);
    exported.push(name!);
    assert.ok(lines[k - 1].startsWith(`/** ${name}(`), `doc of ${name}`);
  });
  assert.equal(exported.sort(), [...declared().keys()].sort());
});

test.run();
