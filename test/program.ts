/** Programs that tests start in a Node process of their own, from the compiled sources (scripts/compile.ts). */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { root } from '../scripts/browser.js';
import { compileAll, compiled } from '../scripts/compile.js';

// nothing to do when scripts/test.ts has started this test
await compileAll();

/** Runs a source file of the repository, such as `bench/run.ts`, in a folder. */
export function runSource(file: string, words: readonly string[], folder: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [compiled(file), ...words], { cwd: folder, encoding: 'utf8' });
}

/** Paths of sources in a program's text, such as './src/all.ts', as those of the compiled files. */
export const compiledPaths = (text: string): string =>
  text.replace(/(['"])\.\/((?:src|test)\/[\w/]+\.ts)\1/g, (_, quote, file) => quote + compiled(file) + quote);

/**
 * Runs the text of an async function in the repository's root. It imports sources by their paths from there; no module,
 * since workers would take over the flag that says so, and refuse files.
 */
export function runText(text: string, ...flags: string[]): SpawnSyncReturns<string> {
  const command = [...flags, '--eval', `(async () => {${compiledPaths(text)}})();`];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', timeout: 60_000 });
}
