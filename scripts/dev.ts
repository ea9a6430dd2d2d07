/**
 * The loop of development: `npm run dev -- PATTERN ...` builds the kernels if they changed, runs the tests that the
 * patterns name (in Node and Chromium, as scripts/test.ts does), and does so again whenever a file of assembly/, src/
 * or test/ changes. Parts that only the package needs (types, bundles) are not built.
 */

import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from './browser.js';

const FOLDERS = ['assembly', 'src', 'test'];
/** Written by the build itself. */
const GENERATED = /wasm[/\\](binary|kernels)\.ts$/;
/** Editors save in several steps. */
const SETTLED_MS = 200;

const patterns = process.argv.slice(2);
let running = false;
let changed = false;

const node = (...words: string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...words], { cwd: root, stdio: 'inherit' });
    child.once('close', (code) => resolve(code === 0));
  });

async function round(): Promise<void> {
  if (running) return;
  running = true;
  do {
    changed = false;
    const start = performance.now();
    if (await node('scripts/build.ts', '--kernels')) await node('scripts/test.ts', ...patterns);
    console.log(`\n${((performance.now() - start) / 1000).toFixed(1)} s; waiting for a change (Ctrl-C ends)\n`);
  } while (changed);
  running = false;
}

if (patterns.length === 0) {
  console.log('npm run dev -- PATTERN ...   such as rbm/convert, or types');
  process.exit(2);
}
let timer: NodeJS.Timeout | undefined;
for (const folder of FOLDERS) {
  watch(join(root, folder), { recursive: true }, (_event, name) => {
    if (name !== null && (GENERATED.test(name) || !/\.(ts|txt|json)$/.test(name))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed = true;
      void round();
    }, SETTLED_MS);
  });
}
await round();
