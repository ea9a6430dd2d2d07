/**
 * The program through every bundler, each by the settings that its own guide gives for a page with a module worker and
 * nothing else. A bundle is a folder with `index.html`; esbuild and Rollup make one for Node besides (`main.js`).
 */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, version as esbuildVersion } from 'esbuild';
import { rollup, VERSION as rollupVersion } from 'rollup';
import { manifest } from './project.js';
import { output } from './run.js';
import { versionOf } from './versions.js';

/** Doors for pages, as a bundler finds them by the conditions of `exports`. */
function resolved(project: string, id: string, platform: 'node' | 'browser'): string | undefined {
  const [name, door] = [manifest.name, `.${id.slice(manifest.name.length)}`];
  if (!new RegExp(`^${name}(/|$)`).test(id)) {
    return id === '@assemblyscript/loader' ? join(project, 'node_modules', id, 'index.js') : undefined;
  }
  const entry = manifest.exports[door];
  return join(project, 'node_modules', name, platform === 'node' ? entry.node : entry.default);
}

/** Entries: esbuild and Rollup leave `new URL('./worker.js', import.meta.url)` as it is, so the worker is an entry of its own. */
const entriesFor = (platform: 'node' | 'browser') => [platform === 'node' ? 'main' : 'page', 'worker'];

/** A page beside the bundle. */
function addPage(project: string, folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  cpSync(join(project, 'index.html'), join(folder, 'index.html'));
}

export async function byEsbuild(project: string, folder: string, platform: 'node' | 'browser'): Promise<string> {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: entriesFor(platform).map((entry) => `${entry}.js`),
    ...{ bundle: true, splitting: true, minify: true, format: 'esm', platform, outdir: folder, metafile: true },
    logLevel: 'silent',
  });
  addPage(project, folder);
  return partOf(Object.keys(metafile.inputs));
}

export async function byRollup(project: string, folder: string, platform: 'node' | 'browser'): Promise<string> {
  const bundle = await rollup({
    input: entriesFor(platform).map((entry) => join(project, `${entry}.js`)),
    // what @rollup/plugin-node-resolve does for these few names
    plugins: [{ name: 'doors', resolveId: (id) => resolved(project, id, platform) ?? null }],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await bundle.write({ dir: folder, format: 'esm' });
  const files = bundle.watchFiles;
  await bundle.close();
  addPage(project, folder);
  return partOf(files);
}

/** Which of the two builds was bundled. */
function partOf(inputs: readonly string[]): string {
  const parts = inputs.flatMap((path) => /blockspin\/(build\/\w+)/.exec(path)?.[1] ?? []);
  return [...new Set(parts)].join(', ');
}

type Bundler = (project: string, folder: string, tools: string) => Promise<void>;

const importTool = (path: string) => import(pathToFileURL(path).href);

const byVite: Bundler = async (project, folder, tools) => {
  const vite = join(tools, 'vite/bin/vite.js');
  const command = [process.execPath, vite, 'build', '--base', './', '--outDir', folder, '--emptyOutDir'];
  await output(command, { cwd: project });
};

const byWebpack: Bundler = async (project, folder, tools) => {
  const { default: webpack } = await importTool(join(tools, 'webpack/lib/index.js'));
  const settings = { mode: 'production', context: project, entry: './page.js', output: { path: folder } };
  await new Promise<void>((resolve, reject) => {
    webpack(settings, (error: Error | null, stats: { hasErrors(): boolean; toString(kind: string): string }) => {
      if (error) reject(error);
      else if (stats.hasErrors()) reject(new Error(stats.toString('errors-only')));
      else resolve();
    });
  });
  const html = readFileSync(join(project, 'index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), html.replace('./page.js', './main.js'));
};

const byParcel: Bundler = async (project, folder, tools) => {
  const parcel = join(tools, 'parcel/lib/bin.js');
  // its resolver knows `exports`, and so the doors, only where the project says so
  const settings = { '@parcel/resolver-default': { packageExports: true } };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module', ...settings }));
  const command = [process.execPath, parcel, 'build', 'index.html', '--dist-dir', folder, '--public-url', './'];
  await output([...command, '--no-cache', '--no-source-maps'], { cwd: project });
};

/** Vite's server of unbundled modules. */
export async function viteServer(
  project: string,
  tools: string,
  headers: Record<string, string>,
): Promise<{ address: string; close(): Promise<void> }> {
  const { createServer } = await importTool(join(tools, 'vite/dist/node/index.js'));
  const server = await createServer({
    root: project,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(project, '.vite'),
    server: { host: '127.0.0.1', port: 0, headers, hmr: false },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** Bundlers that make a folder with a page, by name, with their versions. */
export const BUNDLERS: Readonly<Record<string, { version: string; make: Bundler }>> = {
  esbuild: {
    version: esbuildVersion,
    make: async (...places) => void (await byEsbuild(places[0], places[1], 'browser')),
  },
  Rollup: { version: rollupVersion, make: async (...places) => void (await byRollup(places[0], places[1], 'browser')) },
  Vite: { version: versionOf('vite'), make: byVite },
  webpack: { version: versionOf('webpack'), make: byWebpack },
  Parcel: { version: versionOf('parcel'), make: byParcel },
};

/** A folder for what a bundler makes. */
export function folderFor(folder: string, name: string): string {
  const path = join(folder, 'bundles', name.replaceAll(/\W+/g, '-').toLowerCase());
  mkdirSync(path, { recursive: true });
  return path;
}
