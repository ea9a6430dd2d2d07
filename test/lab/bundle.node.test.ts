import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';

const test = suite('lab/bundle');

const text = (folder: string, file: string) => readFileSync(join(root, 'build', folder, file), 'utf8');

/** A file and all that it imports statically, in turn. */
function reached(folder: string, file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of text(folder, file).matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g))
    reached(folder, name, found);
  return found;
}

const compressed = (folder: string, files: Iterable<string>) =>
  [...files].reduce((sum, file) => sum + gzipSync(text(folder, file), { level: 9 }).length, 0);

test('what a page loads on its own thread holds neither kernels nor the library of still charts', () => {
  for (const folder of ['lab', 'elements']) {
    for (const file of readdirSync(join(root, 'build', folder)).filter((name) =>
      /^(index|lab|[a-z]+)\.js$/.test(name),
    )) {
      for (const own of reached(folder, file)) {
        const code = text(folder, own);
        assert.not.match(code, /AGFzb/, `${folder}/${own}, reached from ${file}, holds a WebAssembly binary`);
        assert.not.match(code, /linkedom|observablehq/, `${folder}/${own}, reached from ${file}`);
      }
    }
  }
});

test('the first picture costs less than 100 kB: page, style, element, and the worker with its kernels come after', () => {
  const element = readdirSync(join(root, 'build/lab')).find((name) => /^spins-/.test(name))!;
  assert.ok(element);
  const files = new Set([...reached('lab', 'lab.js'), ...reached('lab', element), 'index.html', 'lab.css']);
  const bytes = compressed('lab', files);
  assert.ok(bytes < 100_000, `${bytes} bytes`);
});

for (const folder of ['lab', 'elements']) {
  test(`${folder} with its shipped results stays below 3 MB`, () => {
    const files = readdirSync(join(root, 'build', folder));
    const total = files.reduce((sum, file) => sum + statSync(join(root, 'build', folder, file)).size, 0);
    assert.ok(total < 3e6, `${total} bytes`);
  });
}

test.run();
