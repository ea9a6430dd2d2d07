import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { attributeOf } from '../../src/elements/base/spec.js';
import { SPECS } from '../../src/elements/specs.js';

const test = suite('lab/types');

/** What the compiler says of a program of the package's users. */
function complaints(name: string, text: string): string[] {
  // inside of the package, which so imports itself by its name
  const folder = mkdtempSync(join(root, 'build', 'types-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, text);
    const program = ts.createProgram([file], {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      jsx: ts.JsxEmit.ReactJSX,
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('TypeScript knows tags, properties and events', () => {
  const good = `import 'blockspin/elements';
import type { SpinsElement } from 'blockspin/elements';
const figure: SpinsElement = document.createElement('blockspin-spins');
figure.size = 64;
figure.start = 'up';
figure.addEventListener('sample', ({ detail }) => console.log(detail.energy.toFixed(3)));
figure.addEventListener('click', ({ clientX }) => console.log(clientX));
await figure.step();
`;
  assert.equal(complaints('good.mts', good), []);
  const bad = complaints('bad.mts', good.replace('= 64', "= '64'").replace("'up'", "'sideways'"));
  assert.is(bad.length, 2, bad.join('\n'));
});

test('JSX knows tags and attributes', () => {
  const good = `import 'blockspin/elements';
import type {} from 'blockspin/elements/jsx';
export const figure = <blockspin-spins size={64} temperature={2.5} start="up" key="a" className="wide" />;
`;
  assert.equal(complaints('good.tsx', good), []);
  assert.is(complaints('bad.tsx', good.replace('size={64}', 'size="64"')).length, 1);
});

test('the manifest lists every element with all its attributes', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'build/elements/custom-elements.json'), 'utf8'));
  const declared = manifest.modules.map(({ declarations: [{ tagName, attributes }] }: Manifest) => [
    tagName,
    attributes.map(({ name }) => name),
  ]);
  const expected = SPECS.map(({ tag, properties }) => [tag, Object.keys(properties).map(attributeOf)]);
  assert.equal(declared, expected);
});

interface Manifest {
  declarations: { tagName: string; attributes: { name: string }[] }[];
}

test.run();
