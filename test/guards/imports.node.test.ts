import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkImports } from './imports.js';

const test = suite('guards/imports');

const root = new URL('../../', import.meta.url);

test('imports point only upwards in the layer order', () => {
  const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  );
  const files = new Map(
    readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
      .map((name) => `src/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
      .map((path) => [path, readFileSync(new URL(path, root), 'utf8')]),
  );
  assert.ok(files.has('src/index.ts'));
  assert.ok(files.size > 10);
  // the build puts these into its files
  const bundled = [
    ...['lit', 'd3-scale'],
    ...['@observablehq/plot', 'd3-scale-chromatic', 'linkedom', 'fast-png', 'fflate', 'hyparquet-writer'],
  ];
  for (const name of bundled) assert.ok(name in devDependencies, name);
  // those whom users install beside the package for one of its doors: nobody has to, and the tests do
  const peers = { bullmq: ['bullmq', 'ioredis'], cli: ['@resvg/resvg-js'] };
  assert.equal(Object.values(peers).flat().sort(), Object.keys(peerDependencies).sort());
  for (const name of Object.values(peers).flat()) {
    assert.equal(peerDependenciesMeta[name], { optional: true }, name);
    assert.ok(name in devDependencies, name);
  }
  const names = { required: Object.keys(dependencies), optional: [], bundled, peers };
  assert.is(checkImports(files, names).join('\n'), '');
});

/** A tree without a breach, and one planted file or changed file in it. */
function planted(path: string, text: string): string[] {
  const clean: [string, string][] = [
    ['src/util/check.ts', 'export const one = 1;'],
    [
      'src/wasm/module.ts',
      "import { one } from '../util/check.js'; export const m: WebAssembly.Module | number = one;",
    ],
    ['src/wasm/threads.ts', "export const threads = () => import('node:worker_threads');"],
    ['src/exact/onsager.ts', "import { one } from '../util/check.js'; export const u = one;"],
    ['src/stats/series.ts', "import { one } from '../util/check.js'; export const s = one;"],
    ['src/formats/npy.ts', "import { zip } from 'needed'; export { zip };"],
    ['src/io/disk.ts', "import { readFileSync } from 'node:fs'; export { readFileSync };"],
    ['src/viz/frame/text.ts', "export const font = () => import('perhaps/font');"],
    ['src/index.ts', "export { m } from './wasm/module.js'; export { zip } from './formats/npy.js';"],
    ['src/node.ts', "export * from './index.js'; export { readFileSync } from './io/disk.js';"],
    ['src/cli/main.ts', "import 'node:process'; import { m } from '../node.js'; export { m };"],
    ['src/lab/page.ts', "import { m } from '../index.js'; export { m };"],
    ['src/bullmq/queue.ts', "import type { P } from 'peer'; export const peer = (): Promise<P> => import('peer');"],
  ];
  const names = { required: ['needed'], optional: ['perhaps'], peers: { bullmq: ['peer'] } };
  return checkImports(new Map([...clean, [path, text]]), names);
}

test('a tree in order has no breach', () => {
  assert.equal(planted('src/util/more.ts', '// WebAssembly, node:fs\nexport const text = "WebAssembly";'), []);
});

test('finds planted breaches', () => {
  const cases: [path: string, text: string, reason: string][] = [
    ['src/util/up.ts', "import { u } from '../exact/onsager.js';", 'src/util/up.ts:1: util imports exact'],
    ['src/util/up.ts', "import type { u } from '../exact/onsager.js';", 'util imports exact'],
    ['src/util/up.ts', "export { u } from '../exact/onsager.js';", 'util imports exact'],
    ['src/util/up.ts', "export const f = () => import('../exact/onsager.js');", 'util imports exact'],
    ['src/util/up.ts', "export type U = import('../exact/onsager.js').U;", 'util imports exact'],
    ['src/exact/side.ts', "\nimport { s } from '../stats/series.js';", 'src/exact/side.ts:2: exact imports stats'],
    ['src/rg/walsh.ts', "import { readFileSync } from '../io/disk.js';", 'rg imports io'],
    ['src/viz/all.ts', "import { m } from '../index.js';", 'viz imports index.ts'],
    ['src/lab/page.ts', "import '../cli/main.js';", 'lab imports cli'],
    ['src/cli/lab.ts', "import '../lab/page.js';", 'cli imports lab'],
    ['src/lab/disk.ts', "import '../node.js';", 'lab imports node.ts'],
    [
      'src/index.ts',
      "export { readFileSync } from './io/disk.js';",
      'imports src/io/disk.ts, and src/index.ts reaches it',
    ],
    [
      'src/formats/npy.ts',
      "export { readFileSync as zip } from '../io/disk.js';",
      'imports src/io/disk.ts, and src/index.ts reaches it',
    ],
    ['src/formats/npy.ts', "import 'node:fs'; export const zip = 1;", 'imports node:fs, and src/index.ts reaches it'],
    ['src/rbm/read.ts', "import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ['src/rbm/read.ts', "import { readFileSync } from 'fs';", 'imports fs'],
    ['src/rbm/read.ts', "export const f = () => import('node:fs');", 'imports node:fs'],
    ['src/rbm/read.ts', "const name = 'node:fs';\nexport const f = () => import(name);", 'imports a computed name'],
    ['src/rbm/read.ts', "const name = 'node:fs';", 'names a node: module'],
    ['src/rbm/read.ts', "export const fs = process.getBuiltinModule('fs');", 'names a node: module'],
    ['src/rbm/read.ts', "import fs = require('node:fs');", 'imports node:fs'],
    ['src/cli/disk.ts', "import { readFileSync } from 'fs';", 'imports fs without "node:"'],
    ['src/wasm/threads.ts', "import { Worker } from 'node:worker_threads';", 'imports node:worker_threads'],
    ['src/wasm/other.ts', "export const f = () => import('node:worker_threads');", 'imports node:worker_threads'],
    ['src/ising/fast.ts', 'export const memory = new WebAssembly.Memory({ initial: 1 });', 'names WebAssembly'],
    ['src/ising/fast.ts', 'export let module: WebAssembly.Module;', 'names WebAssembly'],
    ['src/ising/fast.ts', "import loader from '@assemblyscript/loader';", 'imports @assemblyscript/loader outside'],
    ['src/rg/fit.ts', "import fit from 'not-listed/lib';", 'imports not-listed, not a dependency'],
    ['src/viz/frame/text.ts', "import font from 'perhaps/font';", 'imports perhaps statically'],
    ['src/viz/frame/text.ts', "import type { Font } from 'perhaps';", 'imports perhaps statically'],
    ['src/bullmq/queue.ts', "import { P } from 'peer';", 'imports peer statically'],
    ['src/cli/queue.ts', "export const peer = () => import('peer');", 'imports peer outside of src/bullmq'],
    ['src/io/queue.ts', "import type { P } from 'peer';", 'imports peer outside of src/bullmq'],
    ['src/cli/queue.ts', "import '../bullmq/queue.js'; import '../lab/page.js';", 'cli imports lab'],
    ['src/io/queue.ts', "import '../bullmq/queue.js';", 'io imports bullmq'],
    ['src/rg/far.ts', "import { golden } from '../golden.js';", 'not a file of src'],
    ['src/helpers/misc.ts', 'export const x = 1;', 'not in a folder that the layer order names'],
    ['src/rbm/model/rbm.ts', "import '../stack/stack.js';", 'rbm/model imports rbm/stack, which is not above it'],
    ['src/rbm/model/rbm.ts', "import '../index.js';", 'a room imports src/rbm/index.ts'],
    ['src/rbm/attic/rbm.ts', 'export const x = 1;', 'rbm/attic is not a room'],
    ['src/stray.ts', 'export const x = 1;', 'not in a folder that the layer order names'],
  ];
  for (const [path, text, reason] of cases) {
    const found = planted(path, text);
    assert.ok(
      found.some((breach) => breach.includes(reason)),
      `${path} with ${text}: expected "${reason}", found ${JSON.stringify(found)}`,
    );
  }
});

test('finds circles, also those of types', () => {
  const circle = (first: string) =>
    checkImports(
      new Map([
        ['src/util/a.ts', first],
        ['src/util/b.ts', "import { c } from './c.js'; export const b = c;"],
        ['src/util/c.ts', "import { a } from './a.js'; export const c = a;"],
      ]),
      { required: [], optional: [] },
    );
  const files = 'src/util/a.ts, src/util/b.ts, src/util/c.ts';
  assert.equal(circle('export const a = 1;'), []);
  assert.equal(circle("export const a = () => import('./b.js');"), []);
  assert.equal(circle("import { b } from './b.js'; export const a = b;"), [
    `${files}: imports run in a circle`,
    `${files}: types run in a circle`,
  ]);
  assert.equal(circle("import type { b } from './b.js'; export const a = 1 as typeof b;"), [
    `${files}: types run in a circle`,
  ]);
});

test.run();
