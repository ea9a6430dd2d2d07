/** The rows of the matrix: a runtime, the way by which it came to the package, and how it is asked. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { headersOf, type PageRunner, serve } from './browsers.js';
import { BUNDLERS, byEsbuild, byRollup, viteServer } from './bundlers.js';
import type { Matrix } from './matrix.js';
import { ALL, type Answer, type Question } from './program.js';
import { output } from './run.js';
import { type Tool, versionOf } from './versions.js';

export type Place = 'main' | 'worker';

export interface Row {
  runtime: string;
  /** Among several of the same runtime, which. */
  which?: Tool;
  imports: string;
  /** Where the program runs; default on the main thread and in a worker. */
  places?: readonly Place[];
  /** What is to be said of threads. */
  threads: RegExp;
  /** What the table says of threads; default what the program said. */
  why?: string;
  /** Whether the clock is read here. */
  timed?: true;
  /** Left out of every run but the matrix. */
  matrix?: true;
  version(matrix: Matrix): Promise<string>;
  /** @returns undefined where a browser is not found and not required */
  ask(matrix: Matrix, question: Question, place: Place): Promise<Answer | undefined>;
}

const YES = /^yes$/;

/** A program that runs JavaScript: its path, and the words before the file. */
type Runtime = (matrix: Matrix, place: 'main' | 'worker' | 'require') => Promise<string[]>;

const ofTools = (path: (tools: string) => string[]): Runtime => {
  return async (matrix) => path(await matrix.tools());
};

async function answerOf(command: readonly string[], cwd: string): Promise<Answer> {
  const said = await output(command, { cwd });
  const line = said.split('\n').find((text) => text.startsWith('ANSWER '));
  if (line === undefined) throw new Error(`no answer from ${command.join(' ')}\n${said}`);
  return JSON.parse(line.slice(7));
}

/** A runtime beside browsers, by `import` and by `require`. */
function processRows(runtime: string, command: Runtime, options: Pick<Row, 'matrix' | 'which' | 'timed'> = {}): Row[] {
  const { timed, ...rest } = options;
  const version = async (matrix: Matrix) => {
    const [program] = await command(matrix, 'main');
    return /\d+\.\d+\.\d+/.exec(await output([program, '--version'], { cwd: '.' }))![0];
  };
  const ask = (file: string) => async (matrix: Matrix, question: Question, place: Place) => {
    const words = await command(matrix, file === 'main.cjs' ? 'require' : place);
    const where = place === 'worker' ? [place] : [];
    return answerOf([...words, file, JSON.stringify(question), ...where], await matrix.project());
  };
  return [
    { ...rest, runtime, imports: '`import`', threads: YES, ...(timed && { timed }), version, ask: ask('main.js') },
    { ...rest, runtime, imports: '`require`', threads: YES, places: ['main'], version, ask: ask('main.cjs') },
  ];
}

/** Deno asks for no permission of the package; those here are for the program's own worker and its CommonJS. */
const deno: Runtime = async (matrix, place) => {
  const builds = join(await matrix.tools(), '@deno');
  const program = join(builds, readdirSync(builds)[0], 'deno');
  return [program, 'run', ...(place === 'main' ? [] : ['--allow-read'])];
};

const bun: Runtime = ofTools((tools) => [join(tools, 'bun/bin/bun.exe')]);

/** Bytes of a file that the package's command writes in Node and in other runtimes. */
export async function commandFiles(matrix: Matrix): Promise<Record<string, Buffer>> {
  const node: Runtime = async () => [process.execPath];
  const files: Record<string, Buffer> = {};
  const project = await matrix.project();
  for (const [name, runtime] of Object.entries({ node, deno, bun })) {
    const words = await runtime(matrix, 'main');
    // Deno asks for what a command does: files, and the number of cores
    const all = name === 'deno' ? [...words, '--allow-all'] : words;
    const command = join(project, 'node_modules/blockspin/build/cli/main.js');
    const sample = ['sample', '--size', '16', '--temperature', '2.3', '--count', '200', '--out', `out-${name}`];
    await output([...all, command, ...sample], { cwd: project });
    const [file] = readdirSync(join(project, `out-${name}`)).filter((path) => path.endsWith('.npz'));
    files[name] = readFileSync(join(project, `out-${name}`, file));
  }
  return files;
}

const PROCESSES: Row[] = [
  ...processRows('Node', async () => [process.execPath], { timed: true }),
  ...processRows(
    'Node',
    ofTools((tools) => [join(tools, 'node-oldest/bin/node')]),
    { matrix: true },
  ),
  ...processRows(
    'Node',
    ofTools((tools) => [join(tools, 'node-22/bin/node')]),
    { matrix: true, timed: true },
  ),
  ...processRows(
    'Node',
    ofTools((tools) => [join(tools, 'node-24/bin/node')]),
    { matrix: true, timed: true },
  ),
  ...processRows('Deno', deno, { matrix: true, timed: true }),
  ...processRows(
    'Bun',
    ofTools((tools) => [join(tools, 'bun/bin/bun.exe')]),
    { matrix: true, timed: true },
  ),
  ...(
    [
      ['esbuild', byEsbuild],
      ['Rollup', byRollup],
    ] as const
  ).map(
    ([name, make]): Row => ({
      runtime: 'Node',
      imports: `bundle by ${name} ${BUNDLERS[name].version}`,
      threads: YES,
      // Rollup takes three CPU-seconds for it, and has a row in Chromium in every run
      ...(name === 'Rollup' && { matrix: true as const }),
      version: async () => process.versions.node,
      ask: async (matrix, question, place) => {
        const folder = await matrix.bundle(`${name} for Node`, (from, to) => make(from, to, 'node'));
        const where = place === 'worker' ? [place] : [];
        return answerOf([process.execPath, join(folder, 'main.js'), JSON.stringify(question), ...where], folder);
      },
    }),
  ),
];

type Kind = 'Chromium' | 'Firefox';

const versionOfBrowser = (kind: Kind) => async (matrix: Matrix) => (await matrix.browser(kind))?.version ?? 'not found';

interface Site {
  folder(matrix: Matrix): Promise<string>;
  page?: string;
  headers: Record<string, string>;
  /** Path of the file for workers that `init` is told. */
  worker?: string;
}

/** Asks a page of a folder, which is served for this one question. */
async function askSite(browser: PageRunner, matrix: Matrix, site: Site, question: Question, place: Place) {
  const server = await serve(await site.folder(matrix), site.headers);
  try {
    const worker = site.worker && server.address + site.worker;
    const asked = { ...question, ...(worker && { worker }) };
    return await browser.ask(`${server.address}/${site.page ?? 'index.html'}`, asked, place);
  } finally {
    await server.close();
  }
}

const siteRow = (kind: Kind, site: Site, row: Omit<Row, 'runtime' | 'version' | 'ask'>): Row => ({
  ...row,
  runtime: kind,
  version: versionOfBrowser(kind),
  ask: async (matrix, question, place) => {
    const browser = await matrix.browser(kind);
    return browser && askSite(browser, matrix, site, question, place);
  },
});

const plain = async (matrix: Matrix) => join(await matrix.project(), 'plain');

const STRICT = "script-src 'self' 'wasm-unsafe-eval'";

/** Pages without a bundler, and under policies. */
function pageRows(kind: Kind): Row[] {
  const file = '`blockspin.min.js`';
  const matrix = kind === 'Firefox' ? ({ matrix: true } as const) : {};
  const under = `${file} under \`${STRICT}\``;
  const strict = headersOf(true, STRICT);
  const blob = headersOf(true, `${STRICT}; worker-src 'self' blob:`);
  return [
    siteRow(
      kind,
      { folder: plain, headers: headersOf(true) },
      { imports: file, threads: YES, timed: true, matrix: true },
    ),
    siteRow(
      kind,
      { folder: plain, headers: {} },
      {
        imports: `${file}, page not isolated`,
        threads: /^no shared memory$/,
        why: 'no: no `SharedArrayBuffer` without cross-origin isolation',
        matrix: true,
      },
    ),
    siteRow(
      kind,
      { folder: (all) => all.project(), page: 'map.html', headers: headersOf(true) },
      // an import map does not reach into workers
      { imports: 'import map of the doors', threads: YES, places: ['main'], matrix: true },
    ),
    siteRow(
      kind,
      { folder: plain, headers: strict },
      {
        ...{ imports: under, threads: /worker-src blob:.*init\(\{ worker \}\)/, ...matrix },
        why: 'no: the policy allows no worker from a blob; the error names both ways out',
      },
    ),
    siteRow(
      kind,
      { folder: plain, headers: blob },
      { imports: `${file} under that and \`worker-src 'self' blob:\``, threads: YES, ...matrix },
    ),
    siteRow(
      kind,
      { folder: plain, headers: strict, worker: '/blockspin-worker.js' },
      { imports: `${file} under that, \`init({ worker })\``, threads: YES, ...matrix },
    ),
  ];
}

/** Bundles, in an isolated page of Chromium. */
const BUNDLES: Row[] = Object.entries(BUNDLERS).map(([name, { version }]) =>
  siteRow(
    'Chromium',
    { folder: (matrix) => matrix.bundle(name), headers: headersOf(true) },
    {
      imports: `bundle by ${name} ${version}`,
      threads: YES,
      ...(!['esbuild', 'Rollup'].includes(name) && { matrix: true as const }),
    },
  ),
);

const VITE_DEV: Row = {
  runtime: 'Chromium',
  imports: `Vite ${versionOf('vite')}, development server`,
  threads: YES,
  matrix: true,
  version: versionOfBrowser('Chromium'),
  ask: async (matrix, question, place) => {
    const browser = await matrix.browser('Chromium');
    if (browser === undefined) return undefined;
    const server = await viteServer(await matrix.project(), await matrix.tools(), headersOf(true));
    try {
      return await browser.ask(`${server.address}/index.html`, question, place);
    } finally {
      await server.close();
    }
  },
};

export const ROWS: readonly Row[] = [
  ...PROCESSES,
  ...pageRows('Chromium'),
  ...pageRows('Firefox'),
  ...BUNDLES,
  VITE_DEV,
];

/** What a row is asked: the runtimes themselves everything, the ways to import the same on one thread, workers a short form. */
export function questionOf(row: Row, place: Place): Question {
  if (place === 'worker') return { parts: ['quick', 'renormalization'] };
  return row.imports === '`import`' || row.timed ? { parts: ALL } : { parts: ALL, threaded: ['quick'] };
}

export const placesOf = (row: Row): readonly Place[] => row.places ?? ['main', 'worker'];

/** A row's name among the tests. */
export const nameOf = (row: Row): string => `${row.runtime}${row.which ? ` (${row.which})` : ''}, ${row.imports}`;
