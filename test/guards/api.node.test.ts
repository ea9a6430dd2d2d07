import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchesSnapshot } from './snapshot.js';

const test = suite('guards/api');

const root = fileURLToPath(new URL('../../', import.meta.url));

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
/** ./build/package/rbm/index.d.ts → src/rbm/index.ts. */
const sourceOf = (types: string) => `${root}${types.replace('./build/package/', 'src/').replace('.d.ts', '.ts')}`;

const KINDS: [flag: ts.SymbolFlags, kind: string][] = [
  [ts.SymbolFlags.Class, 'class'],
  [ts.SymbolFlags.Function, 'function'],
  [ts.SymbolFlags.Variable, 'const'],
  [ts.SymbolFlags.Enum, 'enum'],
  [ts.SymbolFlags.Interface, 'interface'],
  [ts.SymbolFlags.TypeAlias, 'type'],
  [ts.SymbolFlags.ValueModule, 'namespace'],
];

/** `entry: kind name` for every name that the entry files export, sorted. */
function publicNames(entries: Record<string, string>): string[] {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    noEmit: true,
    types: [],
  };
  const program = ts.createProgram(Object.values(entries), options);
  const checker = program.getTypeChecker();
  return Object.entries(entries).flatMap(([entry, path]) => {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    assert.ok(module, `${path} is not a module`);
    return checker
      .getExportsOfModule(module)
      .map((symbol) => {
        const flags = (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol).flags;
        const kinds = KINDS.filter(([flag]) => (flags & flag) !== 0).map(([, kind]) => kind);
        return `${entry}: ${kinds.join(' and ') || 'UNKNOWN'} ${symbol.name}`;
      })
      .sort();
  });
}

test('exports what test/guards/api.txt lists', () => {
  const lines = publicNames({
    blockspin: `${root}src/index.ts`,
    ...Object.fromEntries(
      Object.keys(manifest.exports)
        .filter((door) => /^\.\/[a-z]+$/.test(door))
        .map((door) => [`blockspin${door.slice(1)}`, sourceOf(manifest.exports[door].types)]),
    ),
  });
  assert.equal(
    lines.filter((line) => line.includes('UNKNOWN')),
    [],
  );
  matchesSnapshot('api.txt', lines);
});

test.run();
