/**
 * Start-up as a command has it: a fresh process of Node that imports the built package and draws its first samples; and
 * one that does nothing.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ising, square } from '../../src/all.js';
import type { Peer } from './peer.js';

const PACKAGE = new URL('../../build/package/all.js', import.meta.url);

/** Says how long the import took and how long it was until the first samples, and what they were. */
const PROGRAM = `
const start = performance.now();
const { Ising, square } = await import(${JSON.stringify(PACKAGE.href)});
const imported = performance.now();
const { bytes } = new Ising({ lattice: square(40), coupling: 0.408, seed: 1 }).sample(100);
const done = performance.now();
console.log(JSON.stringify({ imported: imported - start, first: done - start, bytes: Buffer.from(bytes).toString('base64') }));
`;

export interface FirstResult {
  /**
   * Milliseconds from the program's first line: the package imported; 100 samples there, the kernels' compilation among
   * it.
   */
  imported: number;
  first: number;
}

/** Runs a program in a fresh Node; what it wrote. */
function freshNode(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const words = ['--input-type=module', '--eval', program];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, complaint] = ['', ''];
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      complaint += text;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(complaint.trim().split('\n').at(-1) || `exit code ${code}`)),
    );
  });
}

/** One start. @throws Error if the process fails, or its samples are not those of this process */
export async function firstResult(): Promise<FirstResult> {
  const { imported, first, bytes } = JSON.parse(await freshNode(PROGRAM));
  const expected = new Ising({ lattice: square(40), coupling: 0.408, seed: 1 }).sample(100).bytes;
  if (bytes !== Buffer.from(expected).toString('base64')) throw new Error('the samples are others than here');
  return { imported, first };
}

/** Both as contenders, or the reason why not. */
export async function freshProcesses(): Promise<Peer[] | string> {
  if (!existsSync(PACKAGE)) return `no ${fileURLToPath(PACKAGE)}: npm run build`;
  try {
    const greeting = { ...(await firstResult()) };
    const peer = (name: string, program: string): Peer => ({
      name: `${name} (Node ${process.version})`,
      greeting,
      run: async () => void (await freshNode(program)),
      close: () => {},
    });
    return [
      peer('fresh process: package imported, first 100 samples', PROGRAM),
      peer('fresh process that does nothing', ''),
    ];
  } catch (error) {
    return (error as Error).message;
  }
}
