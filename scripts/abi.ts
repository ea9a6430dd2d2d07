/**
 * The TypeScript declarations of the kernels, made from their sources in assembly/: signatures with the names of their
 * parameters (common.ts, sampling.ts, learning.ts), fields of the blocks that they read (the @unmanaged classes), sizes
 * (sizes.ts). The build writes it to src/wasm/kernels.ts. (TypeScript's parser reads AssemblyScript.)
 */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const NUMBERS = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'usize', 'isize', 'f32', 'f64', 'bool'];
const BIG_NUMBERS = ['u64', 'i64'];

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);

function typeOf(node: ts.TypeNode | undefined, where: string): string {
  const type = node?.getText() ?? 'void';
  if (type === 'void') return 'void';
  if (NUMBERS.includes(type) || /^[A-Z]\w*$/.test(type)) return 'number'; // a class: the address of a block
  if (BIG_NUMBERS.includes(type)) return 'bigint';
  throw new Error(`${where}: a value of type ${type} cannot pass between TypeScript and a kernel`);
}

/** The last doc comment in front of a statement. */
function docOf(statement: ts.Node, file: ts.SourceFile): string {
  const ranges = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
  const doc = ranges.map(({ pos, end }) => file.text.slice(pos, end)).findLast((text) => text.startsWith('/**'));
  if (!doc) throw new Error(`${file.fileName}: no doc in front of ${statement.getText()}`);
  return doc;
}

/** `export { a as b } from './c'` of a file: each name, its name where it is declared, that file, and its doc. */
function* reexports(file: ts.SourceFile): Generator<{ name: string; own: string; from: string; doc: string }> {
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) {
      continue;
    }
    const specifier = statement.moduleSpecifier as ts.StringLiteral;
    const from = `${normalize(join(dirname(file.fileName), specifier.text))}.ts`;
    for (const { name, propertyName } of statement.exportClause.elements) {
      yield { name: name.text, own: (propertyName ?? name).text, from, doc: docOf(statement, file) };
    }
  }
}

function signature(name: string, own: string, from: string): string {
  const found = parse(from).statements.find(
    (statement): statement is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(statement) && statement.name?.text === own,
  );
  if (!found) throw new Error(`${from}: no function ${own}`);
  const parameters = found.parameters.map(({ name, type }) => `${name.getText()}: ${typeOf(type, `${from}, ${own}`)}`);
  return `${name}(${parameters.join(', ')}): ${typeOf(found.type, `${from}, ${own}`)};`;
}

/** Constants of a file that are plain numbers. */
function* constants(file: ts.SourceFile): Generator<{ name: string; value: string; statement: ts.Node }> {
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer && ts.isNumericLiteral(initializer)) {
        yield { name: name.getText(), value: initializer.text, statement };
      }
    }
  }
}

function sizes(path: string): string[] {
  const file = parse(path);
  const own = [...constants(file)].map(
    ({ name, value, statement }) => `${docOf(statement, file)}\nexport const ${name} = ${value};`,
  );
  const others = [...reexports(file)].map(({ name, own, from, doc }) => {
    const found = [...constants(parse(from))].find((constant) => constant.name === own);
    if (!found) throw new Error(`${from}: ${own} is no constant that is a plain number`);
    return `${doc}\nexport const ${name} = ${found.value};`;
  });
  return [...own, ...others];
}

/** The blocks of a file: an address may have the name of the block that lies there as its type. */
function blocks(file: ts.SourceFile, from: string): string[] {
  return file.statements.filter(ts.isClassDeclaration).map((declaration) => {
    const fields = declaration.members.filter(ts.isPropertyDeclaration).map(({ name, type }) => {
      const written = type?.getText().replace(/ \| null$/, '') ?? '';
      const address = written === 'usize' || /^[A-Z]\w*$/.test(written);
      if (!address && written !== 'u32' && written !== 'f32') {
        throw new Error(`${from}, ${name.getText()}: the fields of a block are u32, usize or f32, not ${written}`);
      }
      return `  ${name.getText()}: '${written === 'f32' ? 'f32' : 'u32'}',`;
    });
    const called = (declaration.name?.text ?? '').replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
    return `/** The fields of a block of ${from}, which says what they are. */\nexport const ${called} = {\n${fields.join('\n')}\n} as const;`;
  });
}

/** The kernels that a file of the ABI exports. */
function interfaceOf(path: string, head: string): string {
  const kernels = [...reexports(parse(path))].map(
    ({ name, own, from, doc }) => `  ${doc}\n  ${signature(name, own, from)}`,
  );
  return `${head} {\n${kernels.join('\n')}\n}`;
}

/**
 * The text of src/wasm/kernels.ts.
 * @throws Error naming what in assembly/ has no equivalent in TypeScript
 */
export function kernelsText(assembly: string): string {
  const paths = readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const parts = [
    '// Generated by scripts/abi.ts from assembly/. Do not edit.',
    interfaceOf(
      join(assembly, 'common.ts'),
      "/** Kernels of every binary. Pointers are byte offsets into the machine's memory. */\nexport interface CommonKernels",
    ),
    interfaceOf(
      join(assembly, 'sampling.ts'),
      '/** Spins that move. */\nexport interface SamplingKernels extends CommonKernels',
    ),
    interfaceOf(
      join(assembly, 'learning.ts'),
      '/** RBMs, block spins, matrices. */\nexport interface LearningKernels extends CommonKernels',
    ),
    '/** All of them. */\nexport type Kernels = SamplingKernels & LearningKernels;',
    ...sizes(join(assembly, 'sizes.ts')),
    ...paths.sort().flatMap((path) => blocks(parse(join(assembly, path)), `assembly/${path}`)),
  ];
  return `${parts.join('\n\n')}\n`;
}
