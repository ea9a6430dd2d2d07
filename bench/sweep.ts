/** A sweep with one process and with two: equal points, the same bytes. Node only. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../build/cli/main.js', import.meta.url));

/** Equal points: one size and coupling, other seeds. */
export const EQUAL = 8;

/** Runs Node to its end. @throws Error with the last line that it complained with */
export function succeed(words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (text) => {
      complaint = `${complaint}${text}`.slice(-2000);
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`exit code ${code}: ${complaint.trim().split('\n').at(-1)}`)),
    );
  });
}

/** Runs the command of this package. @throws Error with the last line that it complained with */
export const command = (...words: string[]) => succeed([MAIN, ...words]);

/** Bytes of all results of a sweep. */
const resultsIn = (out: string) =>
  readdirSync(join(out, 'points')).map((name) => readFileSync(join(out, 'points', name), 'hex'));

/**
 * Seconds of eight equal points of thermodynamics in one process and in two, in turn.
 * @param samples of each point; 12,000 take some four seconds
 * @param between what is done after each round
 * @throws Error if the bytes of the results differ
 */
export async function equalPoints(
  rounds: number,
  samples: number,
  between: (one: number, two: number) => void | Promise<void> = () => {},
): Promise<{ one: number[]; two: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-sweep-'));
  try {
    const plan = join(folder, 'plan.jsonl');
    await command(
      ...['plan', 'thermodynamics', '--sizes', '64', '--couplings', '0.44', '--samples', String(samples)],
      ...['--vary', `seed=1:${EQUAL}:${EQUAL}`, '--out', plan],
    );
    const seconds = async (jobs: number, round: number) => {
      const start = performance.now();
      await command('work', plan, '--out', join(folder, `${jobs} ${round}`), '--jobs', String(jobs));
      return (performance.now() - start) / 1000;
    };
    const [one, two]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      one.push(await seconds(1, round));
      two.push(await seconds(2, round));
      await between(one[round], two[round]);
    }
    const [first, second] = ['1 0', '2 0'].map((name) => resultsIn(join(folder, name)));
    if (first.length !== EQUAL || first.join() !== second.join()) throw new Error('the bytes of the results differ');
    return { one, two };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
