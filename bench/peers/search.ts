/** The peers of one case: started, or missed for a reason. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileC, fastestBlas, type Peer, type PeerOptions, startPeer } from './peer.js';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Where what was found and what was not is gathered. */
export class Search {
  readonly found: Peer[] = [];
  readonly missing: string[] = [];

  constructor(
    readonly entry: string,
    readonly folder: string,
  ) {}

  async #start(name: string, options: PeerOptions, from: string): Promise<void> {
    const peer = await startPeer(name, options);
    if (typeof peer === 'string') this.missing.push(`${name} for "${this.entry}" (${from}): ${peer}`);
    else this.found.push(peer);
  }

  async python(name: string, file: string, words: (string | number)[], rest: Omit<PeerOptions, 'command' | 'words'>) {
    const command = process.env.PYTHON ?? '/usr/bin/python3';
    const blas = fastestBlas(command);
    const options = { command, words: [script(file), ...words.map(String)], ...(blas && { blas }), ...rest };
    await this.#start(name, options, command);
  }

  async c(name: string, file: string, words: (string | number)[], rest: Omit<PeerOptions, 'command' | 'words'>) {
    const program = join(this.folder, file.replace('.c', ''));
    const reason = compileC(script(file), program);
    const compiler = process.env.CC ?? 'cc';
    if (reason) this.missing.push(`${name} for "${this.entry}" (${compiler}): ${reason}`);
    else await this.#start(name, { command: program, words: words.map(String), ...rest }, compiler);
  }

  /** A file in the folder. */
  file(name: string, bytes: Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, bytes);
    return path;
  }
}

/** @throws Error unless it is a list of numbers, or one */
export function numbersOf(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value];
  const bad = list.findIndex((x) => typeof x !== 'number' || !Number.isFinite(x));
  if (bad >= 0 || list.length === 0) throw new Error(`the greeting's number ${bad} is ${JSON.stringify(list[bad])}`);
  return list;
}
