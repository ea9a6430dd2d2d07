import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';

const test = suite('lab/bundle');

const folder = join(root, 'build/elements');
const text = (file: string) => readFileSync(join(folder, file), 'utf8');

/** A file and all that it imports statically, in turn. */
function reached(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of text(file).matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) reached(name, found);
  return found;
}

const compressed = (files: Iterable<string>) =>
  [...files].reduce((sum, file) => sum + gzipSync(text(file), { level: 9 }).length, 0);

test('what a page loads on its own thread holds neither kernels nor the library of still charts', () => {
  const entries = readdirSync(folder).filter((name) => /^[a-z]+\.js$/.test(name) && !/^(worker|thread)/.test(name));
  assert.ok(entries.includes('lab.js') && entries.includes('index.js') && entries.includes('spins.js'));
  for (const file of entries) {
    for (const own of reached(file)) {
      const code = text(own);
      assert.not.match(code, /AGFzb/, `${own}, reached from ${file}, holds a WebAssembly binary`);
      assert.not.match(code, /linkedom|observablehq/, `${own}, reached from ${file}`);
    }
  }
});

test('the first picture costs less than 100 kB: page, style, element, and the worker with its kernels come after', () => {
  const files = new Set([...reached('lab.js'), ...reached('spins.js'), 'index.html', 'lab.css']);
  const bytes = compressed(files);
  assert.ok(bytes < 100_000, `${bytes} bytes`);
});

test('elements and page with their shipped results stay below 3 MB', () => {
  const total = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  assert.ok(total < 3e6, `${total} bytes`);
});

test.run();
