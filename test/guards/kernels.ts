/**
 * The rules for kernels, checked on the syntax trees of assembly/: numbers and pointers in, numbers out; no classes, no
 * allocation, no state, no throw; and the engine-dependent relaxed_* instructions in lanes.ts alone. (TypeScript's
 * parser reads AssemblyScript.)
 */

import ts from 'typescript';

/** Names that allocate, or that need the runtime of AssemblyScript. */
const ALLOCATING = new Set([
  'Array',
  'StaticArray',
  'ArrayBuffer',
  'DataView',
  'Map',
  'Set',
  'String',
  'Error',
  'Math',
  'heap',
  'changetype',
  ...[
    'Int8',
    'Uint8',
    'Uint8Clamped',
    'Int16',
    'Uint16',
    'Int32',
    'Uint32',
    'Int64',
    'Uint64',
    'Float32',
    'Float64',
  ].map((kind) => `${kind}Array`),
]);

function hasDecorator(node: ts.ClassDeclaration, name: string): boolean {
  return (node.modifiers ?? []).some((modifier) => ts.isDecorator(modifier) && modifier.expression.getText() === name);
}

/** All breaches in one file, as `path:line: reason`. */
export function checkKernels(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const breaches: string[] = [];
  const breach = (node: ts.Node, reason: string) =>
    breaches.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${reason}`);

  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if (!(statement.declarationList.flags & ts.NodeFlags.Const)) breach(statement, 'mutable variable at module level');
  }
  const visit = (node: ts.Node): void => {
    if (ts.isClassDeclaration(node) && !hasDecorator(node, 'unmanaged')) breach(node, 'class without @unmanaged');
    if (ts.isClassExpression(node)) breach(node, 'class without @unmanaged');
    if (ts.isNewExpression(node)) breach(node, 'new');
    if (ts.isThrowStatement(node)) breach(node, 'throw');
    if (ts.isArrayLiteralExpression(node)) breach(node, 'array literal');
    if (ts.isObjectLiteralExpression(node)) breach(node, 'object literal');
    if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent) && !ts.isExportDeclaration(node.parent)) {
      if (!ts.isDecorator(node.parent.parent)) breach(node, 'string');
    }
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) breach(node, 'function value');
    if (ts.isIdentifier(node)) {
      if (ALLOCATING.has(node.text)) breach(node, node.text);
      if (/^__(new|alloc|renew|realloc|pin|visit|collect)/.test(node.text)) breach(node, node.text);
      if (node.text === 'data' && node.parent.getText() === 'memory.data') breach(node, 'memory.data');
      if (node.text.startsWith('relaxed_') && path !== 'assembly/lanes.ts') breach(node, node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return breaches;
}

/** Exports of the ABI file without a comment of their own, on the line above or behind them, as `path:line: name`. */
export function undocumentedExports(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = text.split('\n');
  const missing: string[] = [];
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const check = (node: ts.Node, name: string) => {
    const first = lineOf(node.getStart());
    const above = /\*\/\s*$|^\s*\/\//.test(lines[first - 1] ?? '');
    const behind = /\/\/ ?\S|\/\*/.test(
      lines[lineOf(node.getEnd())].slice(file.getLineAndCharacterOfPosition(node.getEnd()).character),
    );
    if (!above && !behind) missing.push(`${path}:${first + 1}: ${name}`);
  };
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause === undefined || !ts.isNamedExports(clause)) {
        missing.push(`${path}:${lineOf(statement.getStart()) + 1}: export * names nothing`);
      } else if (clause.elements.length === 1) {
        check(statement, clause.elements[0].name.text);
      } else {
        for (const element of clause.elements) check(element, element.name.text);
      }
    } else if (ts.isFunctionDeclaration(statement) || ts.isVariableStatement(statement)) {
      if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
        check(statement, ts.isFunctionDeclaration(statement) ? (statement.name?.text ?? '') : statement.getText());
      }
    }
  }
  return missing;
}
