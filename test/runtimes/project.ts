/** A project that has the packed package installed, and in it the program of the matrix, which imports it by its doors. */

import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { root } from '../../scripts/browser.js';
import { output } from './run.js';
import { VERSIONS } from './versions.js';

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name: string = manifest.name;

/** The doors that every runtime can import: no files, no drawing, no studies. The root comes first, so that both are imported. */
const DOORS = ['', '/ising', '/rbm', '/rg', '/exact'];

/**
 * Packs the package and unpacks it into a project's node_modules, with copies of its dependencies (npm's own work
 * without the network).
 */
export async function installPacked(folder: string): Promise<{ project: string; tarball: string }> {
  const project = join(folder, 'project');
  const modules = join(project, 'node_modules');
  mkdirSync(modules, { recursive: true });
  // `prepack` would build again: the build has been made before the tests
  const pack = ['npm', 'pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(await output(pack, { cwd: root }));
  const tarball = join(folder, filename);
  await output(['tar', '-xzf', tarball], { cwd: folder });
  renameSync(join(folder, 'package'), join(modules, name));
  for (const dependency of Object.keys(manifest.dependencies)) {
    cpSync(join(root, 'node_modules', dependency), join(modules, dependency), { recursive: true, dereference: true });
  }
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  await writeProgram(project);
  return { project, tarball };
}

/** Installs the tools of the matrix, and nothing but them, into a folder of their own. */
export async function installTools(folder: string): Promise<string> {
  const tools = join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), JSON.stringify({ private: true, dependencies: VERSIONS }));
  await output(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tools, seconds: 600 });
  return join(tools, 'node_modules');
}

/** Of each name, the first door that has it. */
async function doorsOfNames(project: string): Promise<Map<string, string>> {
  const doors = new Map<string, string>();
  for (const door of DOORS) {
    const path = join(project, 'node_modules', name, manifest.exports[`.${door}`].node);
    for (const exported of Object.keys(await import(pathToFileURL(path).href))) {
      if (!doors.has(exported)) doors.set(exported, name + door);
    }
  }
  return doors;
}

/** Imports of `src/all.ts` as imports of doors. */
function byDoors(text: string, doorOf: (name: string) => string): string {
  return text.replace(/import \{([^}]*)\} from '[./]+\/src\/all\.js';/g, (_, list: string) => {
    const names = list.split(',').map((word) => word.trim());
    const groups = new Map<string, string[]>();
    for (const word of names.filter(Boolean)) groups.set(doorOf(word), [...(groups.get(doorOf(word)) ?? []), word]);
    return Array.from(groups, ([door, words]) => `import { ${words.join(', ')} } from '${door}';`).join('\n');
  });
}

const own = (file: string) => join(root, 'test/runtimes', file);

/** The program as one file, with nothing in it but imports of doors. */
async function programText(doorOf: (name: string) => string, format: 'esm' | 'cjs'): Promise<string> {
  const doors: Plugin = {
    name: 'doors',
    setup(steps) {
      steps.onLoad({ filter: /\/test\/(runtimes\/program|golden)\.ts$/ }, ({ path }) => ({
        contents: byDoors(readFileSync(path, 'utf8'), doorOf),
        loader: 'ts',
      }));
      steps.onResolve({ filter: new RegExp(`^${name}(/|$)|\\.min\\.js$`) }, ({ path }) => ({ path, external: true }));
    },
  };
  const result = await build({
    ...{ entryPoints: [own('program.ts')], bundle: true, write: false, format, target: 'es2022' },
    ...{ plugins: [doors], logLevel: 'silent' },
  });
  return result.outputFiles[0].text;
}

async function moduleText(file: string): Promise<string> {
  return (await transform(readFileSync(own(file), 'utf8'), { loader: 'ts', format: 'esm', target: 'es2022' })).code;
}

/** A page that loads a module; its icon is given, since a browser would ask for one. */
const page = (module: string, head = '') => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>matrix</title><link rel="icon" href="data:,">${head}</head>
<body><script type="module" src="${module}"></script></body></html>
`;

/** The program of CommonJS. */
const MAIN_CJS = `const { answer } = require('./program.cjs');
answer(JSON.parse(process.argv[2])).then((result) => {
  console.log('ANSWER ' + JSON.stringify({ ...result, resolved: require.resolve('${name}') }));
});
`;

/** The program in all its forms: modules and CommonJS by name, and in `plain` for a page without bundler. */
async function writeProgram(project: string): Promise<void> {
  const doors = await doorsOfNames(project);
  const doorOf = (word: string) => doors.get(word) ?? `${name}: no door has ${word}`;
  const [esm, cjs, plain] = await Promise.all([
    programText(doorOf, 'esm'),
    programText(doorOf, 'cjs'),
    programText(() => './blockspin.min.js', 'esm'),
  ]);
  const modules: Record<string, string> = {};
  for (const file of ['main', 'page', 'worker']) modules[`${file}.js`] = await moduleText(`${file}.ts`);
  const write = (folder: string, files: Record<string, string>) => {
    mkdirSync(join(project, folder), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(project, folder, file), text);
  };
  write('.', {
    ...modules,
    'program.js': esm,
    'program.cjs': cjs,
    'main.cjs': MAIN_CJS,
    'index.html': page('./page.js'),
  });
  const built = (file: string) => readFileSync(join(project, 'node_modules', name, 'build', file), 'utf8');
  const files = { 'blockspin.min.js': built('blockspin.min.js'), 'blockspin-worker.js': built('worker.js') };
  write('plain', { ...modules, ...files, 'program.js': plain, 'index.html': page('./page.js') });
  write('.', { 'map.html': page('./page.js', importMap()) });
}

/** The doors as a page's import map: the modules of the package as they are installed. */
function importMap(): string {
  const at = (file: string) => `./node_modules/${name}/${file.replace(/^\.\//, '')}`;
  const imports: Record<string, string> = {};
  for (const door of DOORS) imports[name + door] = at(manifest.exports[`.${door}`].default);
  imports['@assemblyscript/loader'] = './node_modules/@assemblyscript/loader/index.js';
  return `<script type="importmap">${JSON.stringify({ imports })}</script>`;
}
