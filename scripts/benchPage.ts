/**
 * The benchmarks as a static page: `tsx scripts/benchPage.ts [--port N] [--build]` writes build/bench/ (index.html and
 * bench.js, nothing else is needed: any server will do, or none) and serves it with the two headers that threads need,
 * until Ctrl-C; with --build it only writes.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { type Bundle, ISOLATION, noNodeModules, root, typeOf } from './browser.js';

const source = (name: string) => join(root, 'bench', 'page', name);

/** A classic script, since a page from a file may load no module. */
async function bundle(entry: string, define: Record<string, string>, plugins: Plugin[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    external: ['@resvg/resvg-js'],
    define,
    plugins: [noNodeModules, ...plugins],
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

/**
 * The files of the page, by their paths on a server; the worker is text in the script, as a page from a file may start
 * no other.
 */
export async function benchPage(): Promise<Bundle> {
  const worker = await bundle(source('worker.ts'), {}, []);
  const inlined: Plugin = {
    name: 'worker-as-text',
    setup(steps) {
      steps.onResolve({ filter: /\/worker\.text$/ }, () => ({ path: 'worker', namespace: 'worker' }));
      steps.onLoad({ filter: /.*/, namespace: 'worker' }, () => ({ contents: worker, loader: 'text' }));
    },
  };
  const script = await bundle(source('main.ts'), { COMMIT: JSON.stringify(commit()) }, [inlined]);
  const style = readFileSync(source('style.css'), 'utf8');
  const html = readFileSync(source('index.html'), 'utf8').replace('/* style.css */', () => `\n${style}`);
  return new Map([
    ['/index.html', html],
    ['/bench.js', script],
  ]);
}

/** Serves the files on this machine alone. @returns the address */
async function serve(files: Bundle, port: number): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    const text = files.get(path);
    if (text === undefined) response.writeHead(404).end();
    else response.writeHead(200, { ...ISOLATION, 'Content-Type': typeOf(path), 'Cache-Control': 'no-store' }).end(text);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8417' }, build: { type: 'boolean', default: false } },
  });
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port < 65536)) {
    throw new RangeError(`"--port" expected integer in [0, 65535], got ${values.port}`);
  }
  const files = await benchPage();
  mkdirSync(join(root, 'build', 'bench'), { recursive: true });
  for (const [path, text] of files) writeFileSync(join(root, 'build', 'bench', path), text);
  console.log('build/bench/index.html: opens from any static server, or as a file (then on one thread)');
  if (!values.build) console.log(`${await serve(files, port)}: with threads; Ctrl-C ends it`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    console.error((error as Error).message);
    process.exitCode = 1;
  });
}
