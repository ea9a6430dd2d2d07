/** Declarations of the package: those that no door leads to are not shipped. */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** Declarations of the doors in a folder. */
function doorsIn(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, { types?: string } | string>;
  };
  const types = Object.values(exports).flatMap((door) => (typeof door === 'string' ? [] : (door.types ?? [])));
  return types.map((path) => resolve(path)).filter((path) => path.startsWith(resolve(folder)));
}

/** Deletes the declarations in `folder` that none of its doors imports, directly or through others. */
export function dropUnreached(folder: string): void {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'));
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) visit(resolve(dirname(path), fileName.replace(/\.js$/, '.d.ts')));
    }
  };
  for (const door of doorsIn(folder)) visit(door);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = resolve(join(folder, name));
    if (path.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
  }
}
