import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DOORS, exportsOf, packageProgram } from './compiler.js';
import { matchesSnapshot } from './snapshot.js';

const test = suite('guards/api');

const KINDS: [flag: ts.SymbolFlags, kind: string][] = [
  [ts.SymbolFlags.Class, 'class'],
  [ts.SymbolFlags.Function, 'function'],
  [ts.SymbolFlags.Variable, 'const'],
  [ts.SymbolFlags.Enum, 'enum'],
  [ts.SymbolFlags.Interface, 'interface'],
  [ts.SymbolFlags.TypeAlias, 'type'],
  [ts.SymbolFlags.ValueModule, 'namespace'],
];

/** `entry: kind name` for every name that a door exports, sorted. */
function publicNames(program: ts.Program, [door, entry]: [door: string, entry: string]): string[] {
  const checker = program.getTypeChecker();
  return exportsOf(program, entry)
    .map((symbol) => {
      const flags = (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol).flags;
      const kinds = KINDS.filter(([flag]) => (flags & flag) !== 0).map(([, kind]) => kind);
      return `${door}: ${kinds.join(' and ') || 'UNKNOWN'} ${symbol.name}`;
    })
    .sort();
}

test('exports what test/guards/api.txt lists', () => {
  const lines = Object.entries(DOORS).flatMap((door) => publicNames(packageProgram(), door));
  assert.equal(
    lines.filter((line) => line.includes('UNKNOWN')),
    [],
  );
  matchesSnapshot('api.txt', lines);
});

test.run();
