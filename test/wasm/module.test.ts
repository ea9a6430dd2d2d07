import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binary as common } from '../../src/wasm/binaries/common.js';
import { binary as learning } from '../../src/wasm/binaries/learning.js';
import { binary as sampling } from '../../src/wasm/binaries/sampling.js';
import { sha256, version } from '../../src/wasm/binary.js';
import { bytesOf } from '../../src/wasm/binaryText.js';
import { init } from '../../src/wasm/init.js';
import { Machine } from '../../src/wasm/machine.js';
import { KernelSet, useModule } from '../../src/wasm/module.js';
import { COMMON } from '../../src/wasm/scalar.js';

const test = suite('wasm/module');

const bytes = () => bytesOf(common);

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
  const first = COMMON.module(false);
  await init();
  assert.is(COMMON.module(false), first);
});

test('init takes a compiled module in place of the built-in ones', async () => {
  const module = await WebAssembly.compile(bytes());
  try {
    await init({ module });
    assert.is(COMMON.module(false), module);
    await init();
    assert.is(COMMON.module(false), module, 'and a later init() does not undo it');
    assert.is(new Machine(COMMON, { x: 1 }).kernels.exp(0), 1);
  } finally {
    useModule(undefined);
  }
});

test('without a binary a module is asked for', async () => {
  const empty = new KernelSet({ order: '', text: '', memoryFlagOffset: 0 });
  assert.throws(() => new Machine(empty, { x: 1 }), /blockspin\/edge .* init\(\{ module \}\)/);
  await init(); // compiles what there is
  const module = await WebAssembly.compile(bytes());
  try {
    useModule(module);
    assert.ok(new Machine(empty, { x: 1 }));
  } finally {
    useModule(undefined);
  }
});

test('a refusal by the policy of a page says what it needs; other errors stay as they are', async () => {
  const { compile } = WebAssembly;
  const told = async (message: string): Promise<Error> => {
    WebAssembly.compile = () => Promise.reject(new WebAssembly.CompileError(message));
    try {
      return (await rejection(new KernelSet(common).compile())) as Error;
    } finally {
      WebAssembly.compile = compile;
    }
  };
  const chromium = "Refused to compile because 'unsafe-eval' is not an allowed source of script in the following CSP";
  const firefox = 'call to WebAssembly.compile() blocked by CSP';
  for (const message of [chromium, firefox]) {
    const error = await told(message);
    assert.match(error.message, /needs script-src 'wasm-unsafe-eval'/);
    assert.instance(error.cause, WebAssembly.CompileError);
  }
  assert.is((await told('expected magic word')).message, 'expected magic word');
});

test('the modules import one memory and at most one function, and no memory leaves them', () => {
  for (const binary of [common, sampling, learning]) {
    const module = new WebAssembly.Module(bytesOf(binary));
    const imports = WebAssembly.Module.imports(module).map(({ module, name, kind }) => `${module}.${name}: ${kind}`);
    const waits = binary === common ? [] : ['env.barrier: function'];
    assert.equal(imports.sort(), [...waits, 'env.memory: memory']);
    assert.ok(WebAssembly.Module.exports(module).every(({ kind }) => kind === 'function'));
  }
});

test('one bit at the stated place makes the memory a shared one', () => {
  for (const binary of [common, sampling, learning]) {
    // limits flag: 1 = has a maximum, 2 = shared
    const shared = bytesOf(binary);
    assert.is(shared[binary.memoryFlagOffset], 1);
    shared[binary.memoryFlagOffset] |= 2;
    assert.ok(WebAssembly.validate(shared));
  }
});

test('version and SHA-256 are stated', () => {
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.match(version, /^\d+\.\d+\.\d+/);
});

test.run();
