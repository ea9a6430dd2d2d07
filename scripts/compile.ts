/**
 * The TypeScript of the repository as JavaScript in build/js, file by file: Node loads it several times faster than
 * through tsx, whose hooks see every import of every process. `import.meta.url` stays that of the source, so that
 * paths made from it are the same.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type TransformFailure, transform } from 'esbuild';
import { root } from './browser.js';

const FOLDERS = ['src', 'test', 'bench', 'scripts'];
const OUT = 'build/js';

/** Path of the compiled form of a source file, which is given from the tree's root. */
export const compiled = (file: string, tree = root): string => join(tree, OUT, file.replace(/\.ts$/, '.js'));

/** Files below a folder that end so, from there; none if there is no folder. */
function filesIn(folder: string, end: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith(end));
  } catch {
    return [];
  }
}

/** Time of a file's last change; 0 if there is no file. */
const changed = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The compiled file; one that cannot be compiled throws the reason where it is imported. */
async function compile(file: string, tree: string): Promise<void> {
  const path = join(tree, file);
  let code: string;
  try {
    const result = await transform(readFileSync(path, 'utf8'), {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      define: {
        'import.meta.url': JSON.stringify(pathToFileURL(path).href),
        'import.meta.dirname': JSON.stringify(dirname(path)),
        'import.meta.filename': JSON.stringify(path),
      },
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
    });
    code = result.code;
  } catch (error) {
    const places = (error as TransformFailure).errors.map(
      ({ text, location }) => `${file}:${location?.line}:${location?.column}: ERROR: ${text}`,
    );
    code = `throw new SyntaxError(${JSON.stringify(places.join('\n'))});\n`;
  }
  const out = compiled(file, tree);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, code);
}

/** The tree whose files were compiled, since the compiled ones have its path. */
const ORIGIN = `${OUT}/origin.txt`;

/** Compiles what changed since the last time, and removes what has no source any more; all of a tree that was copied. */
export async function compileAll(tree = root): Promise<void> {
  const origin = join(tree, ORIGIN);
  if (!existsSync(origin) || readFileSync(origin, 'utf8') !== tree) {
    rmSync(join(tree, OUT), { recursive: true, force: true });
    mkdirSync(dirname(origin), { recursive: true });
    writeFileSync(origin, tree);
  }
  const stale = FOLDERS.flatMap((folder) => {
    const sources = filesIn(join(tree, folder), '.ts').map((name) => `${folder}/${name}`);
    const kept = new Set(sources.map((file) => compiled(file, tree)));
    for (const name of filesIn(join(tree, OUT, folder), '.js')) {
      const old = join(tree, OUT, folder, name);
      if (!kept.has(old)) rmSync(old);
    }
    return sources.filter((file) => changed(compiled(file, tree)) <= changed(join(tree, file)));
  });
  await Promise.all(stale.map((file) => compile(file, tree)));
}
