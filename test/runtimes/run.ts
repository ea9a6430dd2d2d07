/** Programs that are started and waited for. */

import { spawn } from 'node:child_process';

export interface Ran {
  stdout: string;
  stderr: string;
  status: number | null;
}

/** Runs a program to its end, or for `seconds` at most; never throws for its exit code. */
export function run(
  command: readonly string[],
  { cwd, seconds = 300, env = {} }: { cwd: string; seconds?: number; env?: Record<string, string> },
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [program, ...words] = command;
    const child = spawn(program, words, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = () => child.kill('SIGKILL');
    const watchdog = setTimeout(stop, 1000 * seconds);
    process.once('exit', stop);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        said[stream] += text;
      });
    }
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(watchdog);
      process.off('exit', stop);
      resolve({ ...said, status });
    });
  });
}

/** What a program says on stdout; throws with all that it said if it fails. */
export async function output(command: readonly string[], options: Parameters<typeof run>[1]): Promise<string> {
  const { stdout, stderr, status } = await run(command, options);
  if (status !== 0) throw new Error(`${command.join(' ').slice(0, 200)} gave ${status}\n${stdout}\n${stderr}`);
  return stdout;
}
