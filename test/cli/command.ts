/** Runs the built command in a process of its own, or the same source in this one, in folders that are removed afterwards. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/cli/command.js';

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

/**
 * Runs the command in this process, with what it writes to stdout and stderr kept from them; ten times cheaper than a process. Signals, streams, threads that
 * die and the built files are tested by `blockspin`.
 */
export async function here(words: readonly string[]): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  const streams = (['stdout', 'stderr'] as const).map((name) => [name, process[name], process[name].write] as const);
  for (const [name, stream] of streams) {
    stream.write = ((text: string | Uint8Array) => {
      outcome[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      return true;
    }) as typeof stream.write;
  }
  try {
    outcome.code = await runCommand(words);
  } finally {
    for (const [, stream, write] of streams) stream.write = write;
  }
  return outcome;
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
