/**
 * What npm would publish: the right files, and usable as a dependency from JavaScript and from TypeScript. Needs `npm
 * run build` first.
 */

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite<{ folder: string }>('guards/package');

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Output of a program; throws with all that it said if it fails. */
function run(cwd: string, program: string, ...parameters: string[]): string {
  const { stdout, stderr, status, error } = spawnSync(program, parameters, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${parameters.join(' ')} gave ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Doors whose names are in the one file for pages: files, drawing, studies and sweeps are not. */
const portable = Object.keys(manifest.exports)
  .filter((door) => /^\.(\/[a-z]+)?$/.test(door) && !/\/(node|viz|experiments|elements|sweep|bullmq)$/.test(door))
  .map((door) => `${manifest.name}${door.slice(1)}`);

// `prepack` would build again: scripts are left out, the build has been made before the tests.
const pack = (...options: string[]) =>
  JSON.parse(run(root, 'npm', 'pack', '--json', '--ignore-scripts', '--loglevel=error', ...options))[0];

const EXPECTED = [
  /^package\.json$/,
  /^(README|CHANGELOG|ARCHITECTURE|CONTRIBUTING|BENCHMARKS)\.md$/,
  /^LICENSE$/,
  /^CITATION\.cff$/,
  /^build\/(blockspin\.(wasm|min\.js|edge\.js)|worker\.js)$/,
  /^docs\/[\w/-]+\.(md|mjs|ts|svg|png|bib)$/,
  /^examples\/[\w./-]+$/,
  /^build\/package\/[\w/-]+\.(js|d\.ts)$/,
  /^build\/node\/[\w/-]+\.js$/,
  /^build\/cli\/[\w-]+\.js$/,
  /^build\/elements\/([\w-]+\.(js|d\.ts|bin)|custom-elements\.json|index\.html|lab\.css)$/,
  /^build\/fonts\/([\w-]+\.ttf|LICENSE)$/,
  /^build\/LICENSES\.md$/,
];

test('holds the expected kinds of files and no other', () => {
  const paths: string[] = pack('--dry-run').files.map(({ path }: { path: string }) => path);
  assert.equal(
    paths.filter((path) => !EXPECTED.some((kind) => kind.test(path)) || /test|fixture|bench\b/i.test(path)),
    [],
    'files that should not be published',
  );
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.replaceAll('\\', '/').replace(/\.ts$/, ''))
    .filter((name) => !/^(cli|elements|lab)\//.test(name));
  const needed = [
    ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'CITATION.cff'],
    ...['build/blockspin.wasm', 'build/blockspin.min.js', 'build/blockspin.edge.js', 'build/cli/main.js'],
    ...['build/elements/index.js', 'build/elements/index.d.ts', 'build/elements/worker.js'],
    ...[
      'build/elements/custom-elements.json',
      'build/elements/index.html',
      'build/elements/lab.css',
      'build/fonts/DejaVuSans.ttf',
      'build/LICENSES.md',
    ],
    ...sources.map((name) => `build/package/${name}.js`),
    ...Object.values<{ types?: string }>(manifest.exports).flatMap(({ types }) =>
      types === undefined || types.includes('*') ? [] : types.slice(2),
    ),
  ];
  assert.equal(
    needed.filter((path) => !paths.includes(path)),
    [],
    'files that are missing',
  );
});

/** Packages that a file imports, from others than itself and Node. */
function packagesOf(path: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, path), 'utf8'), true, true);
  const outside = importedFiles.filter(({ fileName }) => !fileName.startsWith('.') && !isBuiltin(fileName));
  return outside.map(({ fileName }) => /^(@[^/]+\/)?[^/]+/.exec(fileName)![0]).filter((name) => name !== manifest.name);
}

test('files of the build import the one dependency, and peers where they are asked for; of all that is in them there is a licence', () => {
  const files: { path: string; size: number }[] = pack('--dry-run').files;
  const own = files.filter(({ path }) => /^build\/(node|cli|package|blockspin\.min)\b.*\.js$/.test(path));
  assert.ok(own.length > 300);
  const imported = new Set(own.flatMap(({ path }) => packagesOf(path)));
  assert.equal([...imported].sort(), [...Object.keys(manifest.peerDependencies), '@assemblyscript/loader'].sort());
  assert.equal(Object.keys(manifest.dependencies), ['@assemblyscript/loader']);
  const licences = readFileSync(join(root, 'build/LICENSES.md'), 'utf8');
  for (const name of [
    '@observablehq/plot',
    'd3-shape',
    'linkedom',
    'fast-png',
    'fflate',
    'hyparquet-writer',
    'lit-html',
  ]) {
    assert.match(licences, new RegExp(`^- ${name} [\\d.]+: (MIT|ISC|BSD-3-Clause)$`, 'm'));
  }
  assert.match(licences, /Permission to use, copy, modify, and\/or distribute/);
});

test('an installation stays small', () => {
  const { unpackedSize, files } = pack('--dry-run');
  assert.ok(unpackedSize < 10.3e6, `${unpackedSize} bytes`);
  // each takes a block of the disk
  assert.ok(files.length < 1200, `${files.length} files`);
});

test.before((context) => {
  context.folder = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-package-')));
});

test.after((context) => {
  rmSync(context.folder, { recursive: true, force: true });
});

/** A project that depends on the packed package and has its dependencies, and only those, installed. */
function consumer(folder: string): string {
  const project = join(folder, 'consumer');
  if (existsSync(project)) return project;
  const { filename } = pack('--pack-destination', folder);
  run(folder, 'tar', '-xzf', filename);
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  renameSync(join(folder, 'package'), join(project, 'node_modules', manifest.name));
  for (const name of Object.keys(manifest.dependencies)) {
    const place = join(project, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    if (existsSync(join(root, 'node_modules', name))) symlinkSync(join(root, 'node_modules', name), place);
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  return project;
}

test('an installed copy works in Node, without any configuration', ({ folder }) => {
  const project = consumer(folder);
  writeFileSync(
    join(project, 'consumer.js'),
    `
    import { readFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    import { fileURLToPath } from 'node:url';
    const portable = ${JSON.stringify(portable)};
    const doors = await Promise.all(portable.map((door) => import(door)));
    import { Ising, square } from '${manifest.name}';
    import * as files from '${manifest.name}/node';
    const spins = new Ising({ lattice: square(8), coupling: 0.4, seed: 1 }).sample(3);
    const wasm = readFileSync(fileURLToPath(import.meta.resolve('${manifest.name}/blockspin.wasm')));
    const bundle = await import('${manifest.name}/blockspin.min.js');
    console.log(JSON.stringify({
      count: spins.count,
      magic: wasm.subarray(0, 4).toString('latin1'),
      names: [...new Set(doors.flatMap((door) => Object.keys(door)))].sort(),
      bundled: Object.keys(bundle).sort(),
      forNode: Object.keys(files).length > 0,
      // doors are of one piece: a class is the same by each
      same: doors[0].Ising === (await import('${manifest.name}/ising')).Ising && Ising.name === 'Ising',
      // few files: a process that reads hundreds of them starts slowly
      bundledDoor: import.meta.resolve('${manifest.name}').includes('/build/node/'),
      // elements are files of their own, whose import needs no document
      elements: Object.keys(await import('${manifest.name}/elements')).includes('SpinsElement'),
      version: createRequire(import.meta.url)('${manifest.name}/package.json').version,
    }));`,
  );
  const { names, bundled, ...rest } = JSON.parse(run(project, process.execPath, 'consumer.js'));
  assert.equal(rest, {
    ...{ count: 3, magic: '\0asm', forNode: true, same: true, bundledDoor: true, elements: true },
    version: manifest.version,
  });
  assert.ok(names.length > 5);
  assert.equal(bundled, names, 'the browser bundle exports what all portable doors export');
});

test('its entry without kernels takes them as a module', ({ folder }) => {
  const project = consumer(folder);
  writeFileSync(
    join(project, 'edge.js'),
    `
    import { readFileSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    import * as whole from '${manifest.name}';
    import * as edge from '${manifest.name}/edge';
    const sample = ({ Ising, square }) => new Ising({ lattice: square(8), coupling: 0.4, seed: 1 }).sample(100).bytes;
    const untold = await edge.init().catch(({ message }) => message);
    const module = await WebAssembly.compile(readFileSync(fileURLToPath(import.meta.resolve('${manifest.name}/blockspin.wasm'))));
    await edge.init({ module });
    const { rbm } = await edge.trainRbm(edge.barsAndStripes(3), { hidden: 4, epochs: 2, outcome: false });
    console.log(JSON.stringify({
      untold,
      equal: Buffer.from(sample(edge)).equals(Buffer.from(sample(whole))),
      hidden: rbm.hidden,
      threads: [edge.defaultThreads(), whole.threadsAvailable()],
    }));`,
  );
  const { untold, ...rest } = JSON.parse(run(project, process.execPath, 'edge.js'));
  assert.match(untold, /blockspin\/edge has no kernels in it: `await init\(\{ module \}\)` first/);
  assert.equal(rest, { equal: true, hidden: 4, threads: [1, true] });
});

test('its queue says what to install where its peers are not', ({ folder }) => {
  const project = consumer(folder);
  writeFileSync(
    join(project, 'queue.js'),
    `
    import { startWorkers } from '${manifest.name}/bullmq';
    await startWorkers({ connection: {}, queue: 'q' }).catch((error) => console.log(error.message));`,
  );
  const said = run(project, process.execPath, 'queue.js');
  assert.is(said, 'blockspin/bullmq needs the packages bullmq and ioredis: npm install bullmq ioredis\n');
});

test('its command runs', ({ folder }) => {
  const main = join(consumer(folder), 'node_modules', manifest.name, manifest.bin.blockspin);
  assert.match(readFileSync(main, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  assert.match(run(folder, process.execPath, main, '--help'), /usage|blockspin/i);
});

/** Type-checks files that use the package, each by its name; the compiler's messages. */
function typeErrors(
  project: string,
  moduleResolution: string,
  files: Record<string, string>,
  lib = ['ES2022', 'DOM'],
): string[] {
  const module = moduleResolution === 'NodeNext' ? 'NodeNext' : 'ESNext';
  for (const [name, code] of Object.entries(files)) writeFileSync(join(project, name), code);
  const config = `tsconfig.${moduleResolution}.${lib.length}.json`;
  writeFileSync(
    join(project, config),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        lib,
        module,
        moduleResolution,
        strict: true,
        noEmit: true,
        types: [],
        // the declarations of the package are checked, those of the language are not
        skipDefaultLibCheck: true,
      },
      files: Object.keys(files),
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: project, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => /^\S/.test(line));
}

for (const resolution of ['NodeNext', 'Bundler']) {
  test(`its types are found and hold by module resolution ${resolution}`, ({ folder }) => {
    const good = `import { Ising, type SpinData, square } from '${manifest.name}';
export const spins: SpinData = new Ising({ lattice: square(8), coupling: 0.4, seed: 1 }).sample(3);\n`;
    const bad = good.replace('0.4', '"0.4"');
    const errors = typeErrors(consumer(folder), resolution, { 'good.ts': good, 'bad.ts': bad });
    assert.is(errors.length, 1, errors.join('\n'));
    assert.match(errors[0], /^bad\.ts\(2,.*Type 'string' is not assignable to type 'number'/);
  });
}

test('its types need no library but that of the language', ({ folder }) => {
  const doors = Object.keys(manifest.exports).filter((door) => /^\.(\/[a-z]+)?$/.test(door));
  // elements are of pages, and the queue is of Node
  const own = doors.filter((door) => !/\/(elements|bullmq)$/.test(door)).map((door) => manifest.name + door.slice(1));
  const all = own.map((door, k) => `export * as door${k} from '${door}';`).join('\n');
  assert.equal(typeErrors(consumer(folder), 'NodeNext', { 'all.ts': all }, ['ES2022']), []);
});

test('every door for Node has the names of its types, and those of the door for pages', async () => {
  const doors = Object.entries<{ node?: string; default?: string }>(manifest.exports).filter(([, door]) => door.node);
  assert.is(doors.length, 15);
  for (const [door, { node, default: pages }] of doors) {
    const [own, other] = await Promise.all([node, pages].map((path) => import(join(root, path as string))));
    assert.equal(Object.keys(own).sort(), Object.keys(other).sort(), door);
    for (const [name, value] of Object.entries(other)) {
      if (typeof value === 'function' && /^class /.test(String(value)))
        assert.is(own[name].name, name, `${door} ${name}`);
    }
  }
});

test.run();
