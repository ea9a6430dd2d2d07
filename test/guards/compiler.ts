/** The compiler's program of the package, for tests that ask it about public names: made once per process. */

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { root } from '../../scripts/browser.js';

const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** ./build/package/rbm/index.d.ts → src/rbm/index.ts. */
const sourceOf = (door: string): string =>
  exports[door].types.replace('./build/package/', `${root}src/`).replace('.d.ts', '.ts');

/**
 * The source of every door, by its name in imports; the root first. Not that of the elements, whose types are made from
 * their specs (test/lab/types).
 */
export const DOORS: Readonly<Record<string, string>> = {
  blockspin: `${root}src/index.ts`,
  ...Object.fromEntries(
    Object.keys(exports)
      .filter((door) => /^\.\/[a-z]+$/.test(door) && !['./elements', './edge'].includes(door))
      .map((door) => [`blockspin${door.slice(1)}`, sourceOf(door)]),
  ),
};

/** The program of these modules and all that they import. */
export function programOf(entries: readonly string[]): ts.Program {
  return ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    types: ['node'],
  });
}

let whole: ts.Program | undefined;

/** The program of all doors, and of src/all.ts. */
export function packageProgram(): ts.Program {
  whole ??= programOf([...Object.values(DOORS), `${root}src/all.ts`]);
  return whole;
}

/** The names that a module of the program exports. */
export function exportsOf(program: ts.Program, entry: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry} is not a module`);
  return checker.getExportsOfModule(module);
}
