import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binary as common } from '../../src/wasm/binaries/common.js';
import { binary as learning } from '../../src/wasm/binaries/learning.js';
import { binary as sampling } from '../../src/wasm/binaries/sampling.js';

const test = suite('guards/bundle');

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a bundler for pages keeps of a program that uses these names. */
async function bundled(...names: string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${names.join(', ')} } from './src/all.js'; console.log(${names.join(', ')});`,
      resolveDir: root,
      sourcefile: 'consumer.ts',
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['node:*'],
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

const withoutKernels = ['BitRows', 'FormatError', 'square', 'onsagerEnergy'];

/** Which binaries are in a bundle. */
const binariesIn = (text: string): string[] =>
  Object.entries({ common, sampling, learning }).flatMap(([name, { text: own }]) => (text.includes(own) ? [name] : []));

test('a program carries the kernels it needs', async () => {
  for (const name of withoutKernels) {
    const text = await bundled(name);
    assert.equal(binariesIn(text), [], `${name} brings kernels along`);
    assert.ok(text.length < 20_000, `${name} brings ${text.length} characters along`);
  }
  assert.equal(binariesIn(await bundled('Ising')), ['sampling'], 'who only samples carries no training');
  assert.ok(!binariesIn(await bundled('trainRbm')).includes('sampling'));
  assert.equal(binariesIn(await bundled('trainRbm', 'Ising')), ['common', 'sampling', 'learning']);
});

/**
 * What a bundle asks for before it runs: modules by `import` or `export from`, and the helper by which esbuild keeps a
 * `require`.
 */
function importedAtOnce(text: string): string[] {
  const file = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const names: string[] = [];
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    const name = statement.moduleSpecifier;
    if (name && ts.isStringLiteral(name)) names.push(name.text);
  }
  if (text.includes('Dynamic require of')) names.push('require');
  return names;
}

test('the bundle for browsers imports nothing', () => {
  const text = readFileSync(`${root}build/blockspin.min.js`, 'utf8');
  assert.equal(binariesIn(text), ['common', 'sampling', 'learning']);
  assert.equal(importedAtOnce(text), []);
});

test('sees an import that it should refuse', async () => {
  const minified = async (contents: string) => {
    const { outputFiles } = await build({
      stdin: { contents, loader: 'ts' },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      external: ['node:*', 'plot'],
      logLevel: 'silent',
    });
    return importedAtOnce(outputFiles[0].text);
  };
  assert.equal(await minified(`import { readFileSync } from 'node:fs'; console.log(readFileSync);`), ['node:fs']);
  assert.equal(await minified(`import 'plot'; export * from 'node:os';`), ['plot', 'node:os']);
  assert.equal(await minified(`export const fs = require('node:fs');`), ['require']);
  assert.equal(await minified(`export const fs = () => import('node:fs');`), []);
  assert.equal(await minified(`export const fs = process.getBuiltinModule?.('node:fs');`), []);
});

test.run();
