/**
 * build/node: the doors of the package for Node in a few files, from build/package. A process that loads four hundred modules starts slowly; what the
 * portable doors need is one file here, and each door names what it has of it, so that a class is the same by whatever door it came.
 */

import { readFileSync, rmSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { type GetModuleInfo, rollup } from 'rollup';

const FROM = 'build/package';
const TO = 'build/node';
/** Doors that the one file for pages has too; the others have modules of their own besides. */
const OTHERS = /^(node|viz|experiments|sweep|bullmq)\b/;
/** Small packages that are taken in. */
const WITHIN = ['@assemblyscript/loader', 'fflate'];

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

/** What these modules import, and so on, but for what is imported late. */
function reached(modules: readonly string[], infoOf: GetModuleInfo): Set<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const next of infoOf(id)?.importedIds ?? []) if (isAbsolute(next)) visit(next);
  };
  for (const id of modules) for (const next of infoOf(id)?.importedIds ?? []) visit(next);
  return found;
}

export async function bundleForNode(): Promise<void> {
  rmSync(TO, { recursive: true, force: true });
  const all = doors();
  const portable = all.filter((door) => !OTHERS.test(door)).map((door) => resolve(FROM, `${door}.js`));
  let core: Set<string> | undefined;
  const bundle = await rollup({
    // the processor is a process of its own, which the door of the queue starts by its place beside it
    input: Object.fromEntries([...all, 'bullmq/processor'].map((door) => [door, resolve(FROM, `${door}.js`)])),
    preserveEntrySignatures: 'strict',
    treeshake: { moduleSideEffects: false },
    plugins: [
      {
        name: 'packages',
        resolveId: (id) => {
          if (id.startsWith('.') || isAbsolute(id)) return null;
          return WITHIN.includes(id) ? fileURLToPath(import.meta.resolve(id)) : { id, external: true };
        },
      },
      {
        name: 'minify',
        renderChunk: async (code) => {
          // console.log and error messages name classes
          const named = code.replace(
            /^(?:export )?(?:let [\w$]+ = )?class ([\w$]+)[^{]*\{/gm,
            (head, name: string) => `${head} static name = '${name.replace(/\$\d+$/, '')}';`,
          );
          return (await transform(named, { minify: true, target: 'node20', format: 'esm' })).code;
        },
      },
    ],
  });
  await bundle.write({
    dir: TO,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name]-[hash].js',
    hoistTransitiveImports: false,
    manualChunks: (id, { getModuleInfo }) => {
      core ??= reached(portable, getModuleInfo);
      return core.has(id) ? 'core' : undefined;
    },
  });
  await bundle.close();
}
