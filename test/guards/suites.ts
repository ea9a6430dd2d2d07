/**
 * uvu counts a suite whose `.run()` was forgotten as passed, and silently drops a test that is added after `.run()`.
 * This reads a test file's syntax tree and names each such place, before anything runs.
 */

import ts from 'typescript';

/** What is wrong in one file: `line: reason`, and whether some suite or test is limited by `.only`. */
export interface SuiteCheck {
  suites: number;
  breaches: string[];
  only: boolean;
}

/** Local names under which a file imports `suite` and `test` from uvu. */
function namesFromUvu(file: ts.SourceFile): { makers: Set<string>; ready: Set<string> } {
  const makers = new Set<string>();
  const ready = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (statement.moduleSpecifier.text !== 'uvu') continue;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const element of bindings.elements) {
      const imported = (element.propertyName ?? element.name).text;
      if (imported === 'suite') makers.add(element.name.text);
      if (imported === 'test') ready.add(element.name.text);
    }
  }
  return { makers, ready };
}

/** The name called in `name.method(...)` or `name(...)`, with the method ('' for a plain call). */
function callee(node: ts.CallExpression): { name: string; method: string } | undefined {
  let expression: ts.Expression = node.expression;
  let method = '';
  while (ts.isPropertyAccessExpression(expression)) {
    method = method === '' ? expression.name.text : `${expression.name.text}.${method}`;
    expression = expression.expression;
  }
  return ts.isIdentifier(expression) ? { name: expression.text, method } : undefined;
}

/** Where in `block` (its own statements, not nested ones) `name.run()` stands last; -1 if nowhere. */
function runOf(block: ts.Node, name: string): number {
  let position = -1;
  ts.forEachChild(block, (statement) => {
    if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return;
    const called = callee(statement.expression);
    if (called?.name === name && called.method === 'run') position = statement.getStart();
  });
  return position;
}

/** Checks that every suite of a test file is bound to a name and run, once, in its own block, after its last test. */
export function checkSuites(path: string, text: string): SuiteCheck {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const { makers, ready } = namesFromUvu(file);
  const breaches: string[] = [];
  const breach = (node: ts.Node, reason: string) => {
    breaches.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${reason}`);
  };
  const suites: { name: string; block: ts.Node; node: ts.Node }[] = [];
  let only = false;
  for (const name of ready) suites.push({ name, block: file, node: file });

  const find = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && makers.has(node.expression.text)) {
      const declaration = node.parent;
      if (ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name)) {
        suites.push({ name: declaration.name.text, block: declaration.parent.parent.parent, node });
      } else {
        breach(node, 'a suite expected to be bound to a name: const test = suite(...)');
      }
    }
    ts.forEachChild(node, find);
  };
  find(file);

  for (const { name, block, node } of suites) {
    const run = runOf(block, name);
    if (run < 0) breach(node, `suite "${name}" is never run: ${name}.run() expected in the same block`);
    const uses = (inner: ts.Node): void => {
      if (ts.isCallExpression(inner)) {
        const called = callee(inner);
        if (called?.name === name && called.method === 'only') only = true;
        if (called?.name === name && called.method !== 'run' && run >= 0 && inner.getStart() > run) {
          breach(inner, `added to suite "${name}" after ${name}.run(), so it would never run`);
        }
      }
      ts.forEachChild(inner, uses);
    };
    ts.forEachChild(block, uses);
  }
  return { suites: suites.length, breaches, only };
}
