/** Runs the built command in a process of its own, in folders that are removed afterwards. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../build/cli/main.js', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command; `interrupt` sends a signal when stderr first matches, or so many milliseconds later. */
export function blockspin(
  words: readonly string[],
  interrupt?: { when: RegExp; signal: NodeJS.Signals; after?: number },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    let sent = false;
    child.stdout.on('data', (text) => {
      outcome.stdout += text;
    });
    child.stderr.on('data', (text) => {
      outcome.stderr += text;
      if (interrupt && !sent && interrupt.when.test(outcome.stderr)) {
        sent = true;
        setTimeout(() => child.kill(interrupt.signal), interrupt.after ?? 0);
      }
    });
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
}

const folders: string[] = [];

/** A fresh folder. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'blockspin-cli-'));
  folders.push(path);
  return path;
}

export function removeFolders(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
}
