/** Examples as their readers have them: a copy of the folder, with the packed package installed. Needs `npm run build` first. */

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { root } from '../../scripts/browser.js';

export const examples = join(root, 'examples');

/** Text of an example's file. */
export const textOf = (name: string, file: string): string => readFileSync(join(examples, name, file), 'utf8');

/** The blocks of a README in one language. */
export const blocksOf = (name: string, language: string): string[] =>
  [...textOf(name, 'README.md').matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, text]) => text,
  );

/** Output of a program; throws with all that it said if it fails. */
export function run(folder: string, program: string, ...words: string[]): string {
  const { stdout, stderr, status, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, npm_config_loglevel: 'error', npm_config_audit: 'false', npm_config_fund: 'false' },
  });
  if (error) throw error;
  // a stack of a minified file begins with its line
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} gave ${status}\n${stdout}\n${stderr.slice(-2000)}`);
  return stdout;
}

/** Folders of one test file, and the package in them. */
export class Installation {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-examples-')));
  #tarball: string | undefined;

  /** The packed package. */
  get tarball(): string {
    if (this.#tarball !== undefined) return this.#tarball;
    // `prepack` would build again: the build has been made before the tests
    const words = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', this.folder];
    const [{ filename }] = JSON.parse(run(root, 'npm', ...words)) as [{ filename: string }];
    this.#tarball = join(this.folder, filename);
    return this.#tarball;
  }

  /** A copy of an example, in which `npm install` of the package alone has been imitated without the registry. */
  copy(name: string): string {
    const folder = this.#folderOf(name);
    symlinkSync(this.#modules(), join(folder, 'node_modules'));
    return folder;
  }

  /** A copy of an example of pages, which ask for files of the build: the checkout stands for the package. */
  copyForPages(name: string): string {
    const folder = this.#folderOf(name);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'blockspin'));
    return folder;
  }

  /** A copy of an example, installed by npm from the registry, the package from the tarball. */
  installed(name: string): string {
    const folder = this.#folderOf(name);
    run(folder, 'npm', 'install', '--no-save', this.tarball);
    return folder;
  }

  #folderOf(name: string): string {
    const folder = join(this.folder, name);
    cpSync(join(examples, name), folder, { recursive: true, filter: (path) => !/node_modules/.test(path) });
    return folder;
  }

  #modules(): string {
    const modules = join(this.folder, 'node_modules');
    if (existsSync(modules)) return modules;
    mkdirSync(join(modules, '.bin'), { recursive: true });
    mkdirSync(join(modules, 'blockspin'));
    run(modules, 'tar', '-xzf', this.tarball, '-C', 'blockspin', '--strip-components=1');
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies)) {
      mkdirSync(join(modules, dependency, '..'), { recursive: true });
      symlinkSync(join(root, 'node_modules', dependency), join(modules, dependency));
    }
    symlinkSync('../blockspin/build/cli/main.js', join(modules, '.bin', 'blockspin'));
    return modules;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * What the commands of a README's block say, one after another, in a shell. `npm install` is left out, and programs of
 * the package are called without npx, which costs half a second each.
 */
export function follow(folder: string, block: string): string {
  const lines = block.split('\n').filter((line) => line !== '' && line !== 'npm install');
  const script = lines.map((line) => line.replace(/^npx /, 'node_modules/.bin/').replace(/^python3 /, `${PYTHON} `));
  return run(folder, 'bash', '-c', ['set -e', ...script].join('\n'));
}

export const PYTHON = '/usr/bin/python3';

/** Whether Python has a module, which is not imported: that takes a second. */
export const pythonHas = (module: string): boolean =>
  spawnSync(PYTHON, ['-c', `import importlib.util as u, sys; sys.exit(u.find_spec('${module}') is None)`]).status === 0;

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Any static server of a folder, on this machine. */
export async function serve(
  folder: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ address: string; stop: () => void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url as string, 'http://localhost');
    const file = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(file)) return void response.writeHead(404).end();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** A program that serves, once it has printed its address. */
export function startServer(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ address: string; stop: () => void }> {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: Buffer) => {
      said += text;
      const address = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
      if (address !== undefined) resolve({ address, stop });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`${words.join(' ')} ended with ${code}\n${said}`)));
  });
}
