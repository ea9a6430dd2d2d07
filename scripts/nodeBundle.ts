/**
 * build/node and build/cli: the doors of the package for Node, and the command, in a few files, from build/package. A process that loads four hundred
 * modules starts slowly; what the portable doors need is a few files here, and each door names what it has of it, so that a class is the same by whatever
 * door it came.
 */

import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { type GetModuleInfo, rollup } from 'rollup';
import { LARGE } from './libraries.js';

const FROM = 'build/package';
const TO = 'build';
/** Entries beside the doors: the command, the drawing of docs/training.mjs, and the processor of the queue, a process of its own. */
const ENTRIES = ['cli/main', 'cli/raster', 'bullmq/processor'];
const MODULE_OF: Readonly<Record<string, string>> = { 'cli/raster': 'cli/words/raster' };
/** Doors that the one file for pages has too; the others have modules of their own besides. */
const OTHERS = /^(node|viz|experiments|sweep|bullmq)\b/;
/** Packages that are taken in, beside those that have been (scripts/libraries.ts). */
const WITHIN = ['@assemblyscript/loader'];
/** Modules that stay where they are, and how a chunk names their folder before its own place is known. */
const MARK = 'blockspin-package:';
const BESIDE = LARGE.map((path) => resolve(path.replace('src', FROM).replace(/ts$/, 'js')));

interface Door {
  default?: string;
}

/** Paths of the doors in build/package, without their ending. */
function doors(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, Door | string> };
  return Object.values(exports).flatMap((door) => {
    const path = typeof door === 'string' ? undefined : door.default;
    return path?.startsWith(`./${FROM}/`) ? [path.slice(FROM.length + 3).replace(/\.js$/, '')] : [];
  });
}

/**
 * The modules of which entries need something, by what a bundle of them has, but for what is imported late: a door names many
 * modules of which another door that names it has nothing.
 */
async function neededBy(entries: readonly string[]): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: entries.map((entry) => resolve(FROM, `${entry}.js`)),
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', packages: 'external', outdir: 'out' },
    ...{ write: false, metafile: true, treeShaking: true },
  });
  const found = new Set<string>();
  const visit = (output: string) => {
    const { inputs, imports } = metafile.outputs[output];
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) found.add(resolve(input));
    for (const { path, kind } of imports) if (kind === 'import-statement' && path in metafile.outputs) visit(path);
  };
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint && entries.includes(relative(FROM, entryPoint).replace(/\.js$/, ''))) visit(output);
  }
  return found;
}

/** These modules and what they import, and so on, but for what is imported late. */
function closed(modules: ReadonlySet<string>, infoOf: GetModuleInfo): Set<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const next of infoOf(id)?.importedIds ?? []) if (isAbsolute(next)) visit(next);
  };
  modules.forEach(visit);
  return found;
}

export async function bundleForNode(): Promise<void> {
  for (const folder of ['node', 'cli']) rmSync(`${TO}/${folder}`, { recursive: true, force: true });
  const all = doors();
  const portable = all.filter((door) => !OTHERS.test(door));
  // the help of the command reads the first, the root door the first two
  const shares = [
    ['start', await neededBy(['cli/main'])],
    ['core', await neededBy(['index'])],
    ['more', await neededBy(portable)],
  ] as const;
  let whole: (readonly [name: string, modules: Set<string>])[] | undefined;
  const bundle = await rollup({
    input: Object.fromEntries(
      [...all, ...ENTRIES].map((name) => [name, resolve(FROM, `${MODULE_OF[name] ?? name}.js`)]),
    ),
    preserveEntrySignatures: 'strict',
    treeshake: { moduleSideEffects: false },
    onLog: (_, log) => {
      // a file that is to be read alone would read another
      if (log.code === 'CIRCULAR_CHUNK') throw new Error(log.message);
      console.warn(log.message);
    },
    plugins: [
      {
        name: 'packages',
        resolveId: (id, importer) => {
          if (id.startsWith('.') || isAbsolute(id)) {
            const path = resolve(dirname(importer ?? '.'), id);
            return BESIDE.includes(path) ? { id: `${MARK}${relative(FROM, path)}`, external: true } : null;
          }
          return WITHIN.includes(id) ? fileURLToPath(import.meta.resolve(id)) : { id, external: true };
        },
      },
      {
        name: 'minify',
        renderChunk: async (code, { fileName }) => {
          const place = `${relative(dirname(join(TO, fileName)), FROM)}/`;
          // console.log and error messages name classes
          const named = code.replace(
            /^(?:export )?(?:let [\w$]+ = )?class ([\w$]+)[^{]*\{/gm,
            (head, name: string) => `${head} static name = '${name.replace(/\$\d+$/, '')}';`,
          );
          const placed = named.replaceAll(MARK, place);
          // Node shows the line of an error that nothing catches: it is not to be the whole file
          return (await transform(placed, { minify: true, lineLimit: 200, target: 'node20', format: 'esm' })).code;
        },
      },
    ],
  });
  await bundle.write({
    dir: TO,
    format: 'esm',
    entryFileNames: ({ name }) => (name.startsWith('cli/') ? '[name].js' : 'node/[name].js'),
    // modules of the command find others by their place beside them
    chunkFileNames: ({ moduleIds }) =>
      moduleIds.some((id) => id.startsWith(resolve(FROM, 'cli')))
        ? 'cli/[name]-[hash].js'
        : 'node/parts/[name]-[hash].js',
    hoistTransitiveImports: false,
    manualChunks: (id, { getModuleInfo }) => {
      whole ??= shares.map(([name, modules]) => [name, closed(modules, getModuleInfo)]);
      if (!whole[2][1].has(id)) return undefined;
      return whole.find(([, modules]) => modules.has(id))?.[0];
    },
  });
  await bundle.close();
  chmodSync(`${TO}/cli/main.js`, 0o755);
}
