/**
 * Headless Chromium or Firefox, driven over plain HTTP: a server on 127.0.0.1 serves the pages and receives their
 * reports. With `isolated`, the pages get the two headers (COOP, COEP) without which browsers have no
 * SharedArrayBuffer.
 */

import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { SourceMap } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type StdinOptions } from 'esbuild';
import type { FileReport } from '../test/browser/page.js';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const CHROMIUM_MISSING = 'Chromium not found; set CHROMIUM=/path';
export const FIREFOX_MISSING = 'Firefox not found; set FIREFOX=/path';

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Path of a browser: the variable of the environment, else the usual places; the value `none` disables it.
 * @throws Error if the variable names something that cannot be run, or if there is none although
 *   BLOCKSPIN_REQUIRE_BROWSERS=1
 */
function find(variable: 'CHROMIUM' | 'FIREFOX', missing: string, places: readonly string[]): string | undefined {
  const named = process.env[variable];
  const found = named ? (named === 'none' ? undefined : named) : places.find(executable);
  if (found !== undefined && !executable(found)) throw new Error(`${variable}=${found} is not a program`);
  if (found === undefined && process.env.BLOCKSPIN_REQUIRE_BROWSERS === '1') throw new Error(missing);
  return found;
}

/** Path of Chromium, as `find` says. */
export const findChromium = (): string | undefined =>
  find('CHROMIUM', CHROMIUM_MISSING, [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]);

/** Path of Firefox, as `find` says. */
export const findFirefox = (): string | undefined =>
  find('FIREFOX', FIREFOX_MISSING, [
    '/usr/bin/firefox',
    '/usr/bin/firefox-esr',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
  ]);

/** The headers without which pages have no SharedArrayBuffer, and so no threads. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The type under which a file is served, by the end of its name. */
export const typeOf = (path: string): string => `text/${path.endsWith('.html') ? 'html' : 'javascript'}; charset=utf-8`;

/** Files by their path on the server (`/page.js`), source maps included (`/page.js.map`). */
export type Bundle = Map<string, string>;

const outdir = join(root, 'build', 'browser');

/**
 * `node:` modules and native packages are left alone behind a dynamic import, and refused otherwise: pages have none.
 */
export const noNodeModules: Plugin = {
  name: 'no-node-modules',
  setup(steps) {
    steps.onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === 'dynamic-import'
        ? { external: true }
        : { errors: [{ text: `"${path}" imported by code for browsers` }] },
    );
  },
};

/** Tests import `uvu`; in a page they get test/browser/uvu.ts, which imports the real one. */
const watchedSuites: Plugin = {
  name: 'watched-suites',
  setup(steps) {
    const watch = join(root, 'test', 'browser', 'uvu.ts');
    steps.onResolve({ filter: /^uvu$/ }, ({ importer }) => (importer === watch ? undefined : { path: watch }));
  },
};

/**
 * Bundles modules for the page: one file per entry, and chunks for shared code.
 * @param entries path on the server without its `.js` → source file; or one module given as text
 */
export async function bundleForPage(
  entries: Record<string, string> | { stdin: StdinOptions },
  options: { plugins?: Plugin[] } = {},
): Promise<Bundle> {
  const input = 'stdin' in entries ? { stdin: entries.stdin as StdinOptions } : { entryPoints: entries };
  const result = await build({
    ...input,
    absWorkingDir: root,
    outdir,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'chrome110',
    sourcemap: 'external',
    chunkNames: 'chunk-[hash]',
    external: ['@resvg/resvg-js'],
    define: { 'process.env.BLOCKSPIN_MATRIX': JSON.stringify(process.env.BLOCKSPIN_MATRIX ?? '') },
    plugins: [noNodeModules, ...(options.plugins ?? [])],
    logLevel: 'silent',
  });
  return new Map(
    result.outputFiles.map((file) => [`/${relative(outdir, file.path).replaceAll('\\', '/')}`, file.text]),
  );
}

/** A stack of the page, with each place in a bundle replaced by the place in the source that it came from. */
export function sourcePlaces(text: string, bundle: Bundle): string {
  return text.replace(/http:\/\/127\.0\.0\.1:\d+(\/[^\s():?]+\.js):(\d+):(\d+)/g, (place, path, line, column) => {
    const map = bundle.get(`${path}.map`);
    if (map === undefined) return place;
    const entry = new SourceMap(JSON.parse(map)).findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return place;
    const source = relative(root, resolve(dirname(join(outdir, path)), entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

/** Errors that happen before or outside of any module are kept from the very first script on. */
const FIRST_SCRIPT = `
  globalThis.UVU_DEFER = 1;
  globalThis.UVU_QUEUE = [[]];
  globalThis.UNCAUGHT = [];
  const describe = (error) => (error instanceof Error ? error.stack : String(error));
  addEventListener('error', (event) => UNCAUGHT.push('uncaught: ' + (event.error ? describe(event.error) : event.message)));
  addEventListener('unhandledrejection', (event) => UNCAUGHT.push('unhandled rejection: ' + describe(event.reason)));
`;

function html(module: string): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>blockspin</title>
<script>${FIRST_SCRIPT}</script>
<script type="module" src="${module}" onerror="fetch('/report', { method: 'POST', body: JSON.stringify({ errors: ['cannot load ${module}'] }) })"></script>`;
}

export interface Visit {
  /** The program, a Firefox if its path says so. */
  chromium: string;
  bundle: Bundle;
  /** The module that the page at / loads; the bundle may have pages of its own. */
  module?: string;
  /** Path and query of the first page. */
  start: string;
  /** Whether pages are cross-origin isolated, and so have SharedArrayBuffer. */
  isolated: boolean;
  /** Content-Security-Policy of all that is served. */
  policy?: string;
  /** Takes what a page POSTs to /report; returns the address of the next page, or undefined when there is none. */
  onReport(body: string): string | undefined;
  /** Milliseconds without any report after which Chromium is given up. */
  patience?: number;
}

/** Flags of a browser that is to do nothing but show pages, with a fresh profile in that folder. */
function argumentsOf(program: string, profile: string): string[] {
  if (/firefox/i.test(program)) {
    const quiet = ['app.normandy.enabled', 'app.update.enabled', 'datareporting.policy.dataSubmissionEnabled'];
    writeFileSync(join(profile, 'user.js'), quiet.map((name) => `user_pref('${name}', false);\n`).join(''));
    return ['--headless', '--no-remote', '--profile', profile];
  }
  return [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-dev-shm-usage',
    '--disable-breakpad',
    '--disable-extensions',
    '--disable-features=BackForwardCache',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-proxy-server',
    `--user-data-dir=${profile}`,
  ];
}

/**
 * Opens pages one after another until `onReport` returns undefined.
 * @throws Error with Chromium's stderr if it ends early or stays silent
 */
export async function visit({
  chromium,
  bundle,
  module,
  start,
  isolated,
  policy,
  onReport,
  patience = 600_000,
}: Visit): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'blockspin-chromium-'));
  let finish: () => void;
  let fail: (error: Error) => void;
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  let stderr = '';
  let watchdog: NodeJS.Timeout;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => fail(new Error(`no report for ${patience / 1000} s\n${stderr}`)), patience);
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname;
    // chunks are named by their hash, and compiled once for all pages
    response.setHeader('Cache-Control', path.startsWith('/chunk-') ? 'max-age=3600, immutable' : 'no-store');
    if (isolated) {
      for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    }
    // a page of another origin, such as localhost beside 127.0.0.1, may import what is here
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (policy !== undefined) response.setHeader('Content-Security-Policy', policy);
    if (request.method === 'POST') {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        watch();
        try {
          const next = onReport(Buffer.concat(parts).toString('utf8'));
          response.end(next ?? '');
          if (next === undefined) finish();
        } catch (error) {
          fail(error as Error);
        }
      });
    } else if (bundle.has(path)) {
      response.setHeader('Content-Type', typeOf(path)).end(bundle.get(path));
    } else if (path === '/' && module !== undefined) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html(module));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const browser = spawn(chromium, [...argumentsOf(chromium, profile), address + start], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  browser.stderr.setEncoding('utf8').on('data', (text) => {
    stderr = (stderr + text).slice(-20_000);
  });
  const gone = new Promise<void>((resolve) => {
    browser.once('error', (error) => {
      fail(new Error(`${chromium} did not start: ${error.message}`));
      resolve();
    });
    browser.once('exit', (code, signal) => {
      fail(
        new Error(
          `${/firefox/i.test(chromium) ? 'Firefox' : 'Chromium'} ended before the pages did (${signal ?? `exit code ${code}`})\n${stderr}`,
        ),
      );
      resolve();
    });
  });
  const kill = () => browser.kill('SIGKILL');
  process.once('exit', kill);
  watch();

  try {
    await finished;
  } finally {
    clearTimeout(watchdog!);
    browser.kill('SIGTERM');
    const impatient = setTimeout(kill, 5_000);
    await gone;
    clearTimeout(impatient);
    process.off('exit', kill);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await removeFolder(profile);
  }
}

/**
 * Removes a folder, repeatedly: Chromium's helper processes may end a moment later than Chromium and write their caches
 * again.
 */
async function removeFolder(path: string): Promise<void> {
  for (let tries = 50; tries > 0 && existsSync(path); tries--) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (tries === 1) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Calls the default export of a module given as text (imports relative to the repository's root) in a page.
 * @returns its result, through JSON
 */
export async function evaluateInPage(
  source: string,
  options: Pick<Visit, 'chromium' | 'isolated' | 'policy' | 'patience'> & {
    /** Served beside the page, by path. */
    files?: Readonly<Record<string, string>>;
  },
): Promise<unknown> {
  const contents = `
    let answer;
    try { answer = { value: await (await import('work')).default() }; } catch (error) { answer = { errors: [error?.stack ?? String(error)] }; }
    await fetch('/report', { method: 'POST', body: JSON.stringify(answer) });`;
  const work: Plugin = {
    name: 'work',
    setup(steps) {
      steps.onResolve({ filter: /^work$/ }, () => ({ path: 'work', namespace: 'work' }));
      steps.onLoad({ filter: /.*/, namespace: 'work' }, () => ({ contents: source, loader: 'ts', resolveDir: root }));
    },
  };
  const bundle = await bundleForPage(
    { stdin: { contents, resolveDir: root, sourcefile: 'evaluate.js' } },
    { plugins: [work] },
  );
  const { files = {}, ...others } = options;
  for (const [path, text] of Object.entries(files)) bundle.set(path, text);
  let answer: { value?: unknown; errors?: string[] } = {};
  await visit({
    ...others,
    bundle,
    module: '/stdin.js',
    start: '/',
    onReport: (body) => {
      answer = JSON.parse(body);
      return undefined;
    },
  });
  if (answer.errors) throw new Error(`in the page: ${sourcePlaces(answer.errors.join('\n'), bundle)}`);
  return answer.value;
}

/** Bundles test files and runs each in a page of its own, in order; calls back with what each page reports. */
export async function runTestsInPages(
  files: string[],
  options: { chromium: string; onFile(report: FileReport): void },
): Promise<void> {
  const address = (file: string) => `/${file.replace(/\.ts$/, '')}`;
  const entries: Record<string, string> = { page: 'test/browser/page.ts' };
  for (const file of files) entries[address(file).slice(1)] = file;
  const bundle = await bundleForPage(entries, { plugins: [watchedSuites] });
  const page = (index: number) => `/?file=${encodeURIComponent(`${address(files[index])}.js`)}`;
  let index = 0;
  await visit({
    chromium: options.chromium,
    bundle,
    module: '/page.js',
    start: page(0),
    isolated: true,
    onReport: (body) => {
      const { suites = [], errors } = JSON.parse(body) as FileReport;
      options.onFile({
        file: files[index],
        suites: suites.map((suite) => ({ ...suite, errors: sourcePlaces(suite.errors, bundle) })),
        errors: errors.map((error) => sourcePlaces(error, bundle)),
      });
      index++;
      return index < files.length ? page(index) : undefined;
    },
  });
}
