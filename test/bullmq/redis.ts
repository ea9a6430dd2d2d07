/** A redis-server for a test, on a port of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const MISSING = 'redis-server not found (Debian: apt-get install redis-server)';

/**
 * Path of redis-server, if there is one.
 * @throws Error if there is none although BLOCKSPIN_REQUIRE_REDIS=1
 */
export function findRedis(): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  const found = places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined && process.env.BLOCKSPIN_REQUIRE_REDIS === '1') throw new Error(MISSING);
  if (found === undefined) console.log(`skipped: ${MISSING}`);
  return found;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A running server. */
export interface Redis {
  port: number;
  stop(): Promise<void>;
}

/** A shell that starts a program and ends it when its own input ends, as it does when the test is killed. */
const WATCHED = '"$@" & read -r _; kill $!; wait $!';

/** Starts a server that keeps nothing on disk. @throws Error with what it says if it does not start */
export async function startRedis(program: string): Promise<Redis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-redis-'));
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('sh', ['-c', WATCHED, 'sh', program, ...words, '--maxmemory-policy', 'noeviction']);
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  await ready(server);
  return {
    port,
    async stop() {
      server.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (text: Buffer) => {
      said += text;
      if (/Ready to accept connections/.test(said)) resolve();
    };
    server.stdout?.on('data', listen);
    server.stderr?.on('data', listen);
    server.once('error', reject);
    server.once('close', () => reject(new Error(`redis-server ended: ${said}`)));
  });
}
