/** A peer in another process that does one piece of work for each line it is sent. */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Contender } from '../harness.js';

export interface Peer extends Contender {
  /** The first line that it sent. */
  greeting: Record<string, unknown>;
  close(): void;
}

/** Compiles a C program for this machine; returns the reason as text if that cannot be done. */
export function compileC(source: string, program: string): string | undefined {
  const { error, status, stderr } = spawnSync(
    process.env.CC ?? 'cc',
    ['-O3', '-march=native', '-o', program, source, '-lm'],
    { encoding: 'utf8' },
  );
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1);
}

/** Starts the peer; resolves with the reason as text if it cannot be had. `threads` bounds its BLAS. */
export async function startPeer(
  name: string,
  command: string,
  words: string[],
  threads: number,
): Promise<Peer | string> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  };
  // the library is to choose its kernels by itself
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command, words, {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  try {
    const first = await Promise.race([lines.next(), failed]);
    if (first.done) return complaint.trim().split('\n').at(-1) || 'it ended at once';
    const greeting = JSON.parse(first.value) as { versions: Record<string, string> };
    const label = Object.entries(greeting.versions).map(([what, version]) => `${what} ${version}`);
    return {
      name: `${name} (${label.join(', ')})`,
      greeting,
      run: async () => {
        child.stdin.write('\n');
        const line = await lines.next();
        if (line.done) throw new Error(`${name} ended: ${complaint}`);
      },
      close: () => void child.kill(),
    };
  } catch (error) {
    return (error as Error).message;
  }
}
