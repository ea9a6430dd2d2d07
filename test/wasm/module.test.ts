import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { base64, memoryFlagOffset, sha256, version } from '../../src/wasm/binary.js';
import { init } from '../../src/wasm/init.js';
import { Machine } from '../../src/wasm/machine.js';
import { kernelModule } from '../../src/wasm/module.js';

const test = suite('wasm/module');

const bytes = () => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable('expected a rejection'),
    (error) => error,
  );
}

test('init refuses what is not a module', async () => {
  for (const wrong of [null, 'blockspin.wasm', 5, bytes(), {}, Promise.resolve()]) {
    const error = await rejection(init({ module: wrong as never }));
    assert.instance(error, TypeError);
    assert.match((error as Error).message, '"module" expected WebAssembly.Module');
  }
});

test('init compiles once, and the machines use what it compiled', async () => {
  await init();
  const first = kernelModule(false);
  await init();
  assert.is(kernelModule(false), first);
});

test('init takes a compiled module in place of the built-in one', async () => {
  const module = await WebAssembly.compile(bytes());
  await init({ module });
  assert.is(kernelModule(false), module);
  await init();
  assert.is(kernelModule(false), module, 'and a later init() does not undo it');
  assert.is(new Machine({ x: 1 }).kernels.exp(0), 1);
});

test('the module imports one memory and one function, and no memory leaves it', () => {
  const imports = WebAssembly.Module.imports(kernelModule(false)).map(
    ({ module, name, kind }) => `${module}.${name}: ${kind}`,
  );
  assert.equal(imports.sort(), ['env.barrier: function', 'env.memory: memory']);
  assert.ok(WebAssembly.Module.exports(kernelModule(false)).every(({ kind }) => kind === 'function'));
});

test('one bit at the stated place makes the memory a shared one', () => {
  // limits flag: 1 = has a maximum, 2 = shared
  assert.is(bytes()[memoryFlagOffset], 1);
  const shared = bytes();
  shared[memoryFlagOffset] |= 2;
  assert.ok(WebAssembly.validate(shared));
});

test('the stated SHA-256 is that of the binary', async () => {
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.match(version, /^\d+\.\d+\.\d+/);
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes()));
  assert.is(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''), sha256);
});

test.run();
