/** What the checks of a release return, and the programs that they ask. */

import { spawnSync } from 'node:child_process';

/** Something that a release must not have, or, as a warning, should not have. */
export interface Problem {
  /** Name of the check: tree, version, changelog, … */
  check: string;
  text: string;
  warning?: true;
}

/** What a program said. */
export interface Said {
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end.
 * @throws Error if it cannot be started
 */
export function run(folder: string, program: string, words: readonly string[]): Said {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) throw new Error(`${program}: ${error.message}`);
  return { status: status ?? 1, stdout, stderr };
}

/** The end of a text, for messages. */
export function tail(text: string, lines = 15): string {
  return text.trim().split('\n').slice(-lines).join('\n');
}
