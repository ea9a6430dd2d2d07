/**
 * Numbers that are not rates and need no rounds: sizes of what is shipped, how soon a fresh process has its first
 * result, and the main job from end to end. Node only. Each says how it was checked.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { binary } from '../src/wasm/binaries/learning.js';
import { sha256 } from '../src/wasm/binary.js';
import { firstResult } from './peers/process.js';
import { EQUAL, equalPoints, succeed } from './sweep.js';

/** One number. */
export interface Figure {
  name: string;
  unit: 'bytes' | 'ms' | 's' | 'times';
  value: number;
  /** Quartiles, where it was measured several times. */
  quartiles?: [low: number, high: number];
  check: string;
}

const built = (path: string) => fileURLToPath(new URL(`../build/${path}`, import.meta.url));

/**
 * Bytes of the kernels and of the bundle for pages, as they are and as a server sends them. @throws Error if they are
 * not those of this source
 */
export function sizes(): Figure[] {
  const wasm = readFileSync(built('blockspin.wasm'));
  if (createHash('sha256').update(wasm).digest('hex') !== sha256)
    throw new Error('build/blockspin.wasm is not that of src/wasm/binary.ts: build again');
  const bundle = readFileSync(built('blockspin.min.js'));
  if (!bundle.includes(binary.text)) throw new Error('build/blockspin.min.js has other kernels in it: build again');
  const files: [string, Uint8Array, string][] = [
    ['kernels, blockspin.wasm', wasm, 'the kernels that are in the source'],
    ['bundle for pages, blockspin.min.js', bundle, 'the kernels are in it'],
  ];
  return files.flatMap(([name, bytes, check]): Figure[] => [
    { name, unit: 'bytes', value: bytes.length, check },
    { name: `${name}, gzipped`, unit: 'bytes', value: gzipSync(bytes, { level: 9 }).length, check },
  ]);
}

/** Median and quartiles of times. */
function spread(name: string, times: number[], check: string, unit: 'ms' | 's' | 'times' = 'ms'): Figure {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)];
  return { name, unit, value: at(0.5), quartiles: [at(0.25), at(0.75)], check };
}

/**
 * Fresh processes, one after the other: until the built package is imported, and until its first 100 samples are there.
 */
export async function startUp(starts: number): Promise<Figure[]> {
  const results: Awaited<ReturnType<typeof firstResult>>[] = [];
  for (let k = 0; k < starts; k++) results.push(await firstResult());
  const check = `samples as in this process, ${starts} processes`;
  return [
    spread(
      'fresh process, import of the package',
      results.map(({ imported }) => imported),
      check,
    ),
    spread(
      'fresh process, import and first 100 samples of 40×40',
      results.map(({ first }) => first),
      check,
    ),
  ];
}

/**
 * The command as a user gives it, on all cores there are: samples, a stack of three RBMs, figures and report.
 * @param words further ones of the command, such as a smaller size for tests; the name of the figure tells them
 */
export async function mainJob(words: readonly string[] = []): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-main-job-'));
  try {
    const start = performance.now();
    await succeed([built('cli/main.js'), 'run', 'mehta-schwab', ...words, '--out', folder]);
    const seconds = (performance.now() - start) / 1000;
    for (const file of ['result.json', 'report.html']) {
      if (!existsSync(join(folder, file))) throw new Error(`the run left no ${file}`);
    }
    const name = ['main job: blockspin run mehta-schwab', ...words].join(' ');
    return { name, unit: 's', value: seconds, check: 'it ended well, and left its report' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Eight equal points of a sweep, in one process and in two. */
export async function sweepOnTwo(rounds: number, samples: number): Promise<Figure[]> {
  const { one, two } = await equalPoints(rounds, samples);
  const name = `sweep: ${EQUAL} equal points of ${samples} samples of 64×64`;
  const check = `equal bytes, ${rounds} rounds in turn`;
  const gains = one.map((seconds, round) => seconds / two[round]);
  return [
    spread(`${name}, one process`, one, check, 's'),
    spread(`${name}, two processes`, two, check, 's'),
    spread('sweep: two processes over one', gains, check, 'times'),
  ];
}
