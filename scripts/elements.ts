/**
 * Elements and lab as static files, called by scripts/build.ts: src/elements and src/lab → build/elements, which has ES modules for pages and
 * bundlers, the worker, the manifest (custom-elements.json), types, and the page of the lab (index.html) with the same modules, for any static host.
 */

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { SPECS } from '../src/elements/specs.js';
import { manifestOf, typesOf } from './elementTypes.js';
import { pageText } from './labPage.js';

const TO = 'build/elements';

const COMMON: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
  external: ['node:*'],
};

/** Trained stacks that <blockspin-fields> shows at first (scripts/labResults.ts), fetched from beside its module. */
const RESULTS = 'src/elements/fields/experiment.bin';

/** The whole worker in one text. */
async function workerText(): Promise<string> {
  const { outputFiles } = await build({ ...COMMON, entryPoints: ['src/elements/worker.ts'], write: false });
  return outputFiles[0].text;
}

/** Puts the worker's text where src/elements/base/workerText.ts has a place for it. */
const withWorker = (text: string): Plugin => ({
  name: 'worker-text',
  setup(steps) {
    steps.onLoad({ filter: /[\\/]base[\\/]workerText\.ts$/ }, () => ({
      contents: readFileSync('src/elements/base/workerText.ts', 'utf8').replace(
        "const DEFLATED = ''",
        `const DEFLATED = ${JSON.stringify(deflateRawSync(text, { level: 9 }).toString('base64'))}`,
      ),
      loader: 'ts',
    }));
  },
});

/**
 * Two builds into one folder: what runs on the page's thread, and the worker. In one build, files that the worker needs
 * would be taken for needed by the page as well.
 */
async function bundle(entryPoints: Record<string, string>): Promise<void> {
  rmSync(TO, { recursive: true, force: true });
  const parts = { ...COMMON, outdir: TO, splitting: true };
  // Lit for Node runs in pages as well, and lets servers import the elements without a document
  const asNode: BuildOptions = {
    ...{ platform: 'neutral', conditions: ['node'], mainFields: ['module', 'main'] },
    alias: { '@lit-labs/ssr-dom-shim': './src/elements/base/noDocument.ts' },
  };
  await build({
    ...parts,
    ...asNode,
    entryPoints,
    chunkNames: '[name]-[hash]',
    plugins: [withWorker(await workerText())],
  });
  await build({ ...parts, entryPoints: { worker: 'src/elements/worker.ts' }, chunkNames: 'worker-[name]-[hash]' });
}

/** Builds both. */
export async function buildElements(): Promise<void> {
  const names = SPECS.map(({ tag }) => tag.replace('blockspin-', ''));
  const entries = Object.fromEntries(names.map((name) => [name, `src/elements/${name}/index.ts`]));
  await bundle({ index: 'src/elements/index.ts', ...entries, lab: 'src/lab/lab.ts' });
  const write = (name: string, text: string) => writeFileSync(join(TO, name), text);
  write('custom-elements.json', `${JSON.stringify(manifestOf(SPECS))}\n`);
  for (const [file, text] of Object.entries(typesOf(SPECS, names))) write(file, text);
  write('index.html', pageText('src/lab'));
  write('lab.css', ['lab.css', 'rooms.css'].map((name) => readFileSync(join('src/lab', name), 'utf8')).join('\n'));
  for (const [name, file] of Object.entries({ 'experiment.bin': RESULTS, 'thread.js': 'build/worker.js' })) {
    cpSync(file, join(TO, name));
  }
}
