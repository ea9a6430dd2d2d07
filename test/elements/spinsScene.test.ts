/** The lattice of <blockspin-spins> by clusters and from the reader's file, and the programs that make the same. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as blockspin from '../../src/all.js';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { joinedImports, latticeProgram, programOf, sweepLine } from '../../src/elements/parts/latticeProgram.js';
import { clustersPerSweep } from '../../src/elements/parts/memory.js';
import { blockSumsOf } from '../../src/elements/spins/clusterLattice.js';
import { ownStart } from '../../src/elements/spins/ownStart.js';
import { spinsScene } from '../../src/elements/spins/scene.js';
import { SPINS, type SpinsValues } from '../../src/elements/spins/spec.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { encodeSpinData } from '../../src/io/index.js';
import { WolffChain } from '../../src/ising/chains/wolff.js';
import { Ising, MultiSpin, type SpinData, square } from '../../src/ising/index.js';
import { refuses } from '../assert.js';

const test = suite('elements/spinsScene');

const valuesOf = (values: Partial<SpinsValues>): SpinsValues => ({
  ...defaultsOf(SPINS.properties),
  size: 64,
  temperature: 2.4,
  ...values,
});

/** Sums of configurations that a program leaves in `lattice`. */
async function spinsOf(program: string, file = new Uint8Array()): Promise<Uint8Array> {
  const code = program.replace(/^import .*$/gm, '');
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const run = new AsyncFunction(
    'readFileSync',
    ...Object.keys(blockspin),
    `${code}\nreturn lattice.configurations().bytes;`,
  );
  return run(() => file, ...Object.values(blockspin));
}

/** 64 × 64 spins as a file of rows, and as one array. */
const configuration = new Ising({ lattice: square(64), coupling: 0.5, seed: 3, method: 'wolff' })
  .burnIn()
  .configurations();
const rows = encodeNpy({ shape: [1, 64, 64], data: Uint8Array.from(configuration.row(0)) });

for (const values of [
  { method: 'wolff', start: 'grown', seed: 4 },
  { method: 'wolff', start: 'random' },
  { method: 'wolff', start: 'up', temperature: 2 },
  { method: 'wolff', start: 'file' },
  { method: 'metropolis', start: 'file', field: 0.1 },
  { method: 'heatBath', start: 'up' },
] as const) {
  test(`the program of ${values.method} from ${values.start} makes the spins of the figure`, async () => {
    const told = valuesOf(values);
    const scene = await spinsScene(told);
    if (values.start === 'file') {
      assert.is(scene.report(), undefined);
      assert.is(await scene.calls.load({ name: 'rows.npy', bytes: rows, greys: false }), 64);
      assert.is(scene.report()?.file, 'rows.npy');
      assert.equal(scene.calls.configuration().bytes, configuration.bytes);
    }
    for (let sweep = 0; sweep < 4; sweep++) scene.calls.step();
    const { size, temperature, field, method, start, seed } = told;
    const clusters = method === 'wolff' ? clustersPerSweep(size, 1 / temperature) : undefined;
    const { imports, lines } = latticeProgram({
      ...{ size, start, seed, coupling: `1 / ${temperature}`, method, file: { name: 'rows.npy', greys: false } },
      ...(field !== 0 && { field: `${field} / ${temperature}` }),
    });
    const program = programOf(joinedImports(imports), [...lines, ...sweepLine(4, clusters)]);
    assert.equal(await spinsOf(program, rows), scene.calls.configuration().bytes, program);
  });
}

test('clusters relax in a few sweeps from order, in many from disorder, and single spins in more', async () => {
  const T_C = SPINS.properties.temperature.default;
  const visit = async (values: Partial<SpinsValues>, temperatures: readonly number[]) => {
    const scene = await spinsScene(valuesOf({ size: 256, ...values, temperature: temperatures[0] }));
    for (const temperature of temperatures.slice(1)) {
      await scene.set(valuesOf({ size: 256, ...values, temperature }), new Set(['temperature']));
    }
    return scene.report()!.relaxation;
  };
  assert.ok((await visit({ method: 'wolff' }, [T_C, 1.8, T_C])) < 100);
  assert.ok((await visit({ method: 'wolff' }, [1.8, T_C])) < 100);
  assert.ok((await visit({ method: 'wolff', start: 'random' }, [T_C, 1.8, T_C])) > 1000);
  const warm = await visit({ method: 'wolff' }, [2.5, T_C]);
  assert.ok(warm > 100 && warm < 1000, String(warm));
  assert.ok((await visit({ method: 'metropolis' }, [T_C, 1.8, T_C])) > 100_000);
});

test('clusters at another temperature go on from the present spins; in a field they are refused, and can be mended', async () => {
  const scene = await spinsScene(valuesOf({ method: 'wolff', temperature: 1.5, start: 'up' }));
  scene.calls.step();
  const before = scene.calls.configuration().bytes;
  await scene.set(valuesOf({ method: 'wolff', temperature: 3, start: 'up' }), new Set(['temperature']));
  assert.equal(scene.calls.configuration().bytes, before);
  for (let sweep = 0; sweep < 20; sweep++) scene.calls.step();
  assert.ok(Math.abs(scene.report()!.magnetisation) < 0.3);
  const inField = valuesOf({ method: 'wolff', temperature: 3, start: 'up', field: 0.1 });
  await scene.set(inField, new Set(['field'])).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /set the field to 0, or choose Metropolis or heat bath/),
  );
  await scene.set({ ...inField, method: 'metropolis' }, new Set(['method']));
  assert.is(scene.report()!.sweeps, 0);
});

test('averages over clusters have the energy of Kaufman within 4.5 σ (p = 7e-6), from disorder too', async () => {
  const scene = await spinsScene(valuesOf({ method: 'wolff', temperature: 2.3, start: 'random', seed: 9 }));
  while (scene.report()!.since < scene.report()!.needed + 4000) scene.calls.step();
  const { value, error } = scene.report()!.means!.energy;
  const exact = blockspin.kaufman(64, 64, 1 / 2.3).energy;
  assert.ok(Math.abs(value - exact) < 4.5 * error!, `${value} ± ${error}, exact ${exact}`);
});

test('a sweep of clusters flips half to four times the number of sites', () => {
  for (const [size, temperature] of [
    [64, 1.5],
    [64, 2.2692],
    [128, 2.5],
    [64, 5],
  ]) {
    const coupling = 1 / temperature;
    const chain = new WolffChain(square(size), coupling, 1);
    const clusters = clustersPerSweep(size, coupling);
    let flipped = 0;
    for (let sweep = 0; sweep < 220; sweep++) {
      const work = chain.advance(clusters);
      let step = work.next([]);
      while (!step.done) {
        const [[name, told]] = step.value as [keyof typeof chain.machine.kernels, number[]][];
        step = work.next([(chain.machine.kernels[name] as (...told: number[]) => number)(...told)]);
      }
      if (sweep >= 20) flipped += step.value;
    }
    const share = flipped / 200 / size ** 2;
    assert.ok(share > 0.5 && share < 4, `${size}, ${temperature}: ${share}`);
  }
});

test('sums of blocks are those of MultiSpin', () => {
  const lattice = new MultiSpin({ lattice: square(64), coupling: 0.4, seed: 2 });
  for (const b of [1, 2, 4, 8]) {
    const out = new Int16Array((64 / b) ** 2);
    blockSumsOf(lattice.configurations(), b, out);
    assert.equal(out, lattice.blockSums(b, { out: new Int16Array(out.length) }));
  }
});

test('a file may hold rows of L × L, rows of L², or one lattice; what is none is refused by a sentence', () => {
  const bits = (data: SpinData) => Uint8Array.from(data.row(0));
  const both = new Uint8Array(2 * 4096);
  both.set(bits(configuration));
  for (const bytes of [
    rows,
    encodeNpy({ shape: [2, 64, 64], data: both }),
    encodeNpy({ shape: [2, 4096], data: both }),
    encodeNpy({ shape: [64, 64], data: bits(configuration) }),
    encodeSpinData(configuration),
  ]) {
    const { side, start } = ownStart('x', bytes, false);
    assert.is(side, 64);
    assert.equal(start.bytes, configuration.bytes);
  }
  for (const shape of [
    [3, 40, 40],
    [2, 64, 32],
    [3, 50],
    [10, 32, 32],
  ]) {
    const data = new Uint8Array(shape.reduce((product, side) => product * side, 1));
    refuses(
      () => ownStart('mine.npy', encodeNpy({ shape, data }), false),
      RangeError,
      /^mine.npy holds .* spins: a square lattice is needed, whose side is a multiple of 32 from 64 to 4096$/,
    );
  }
});

test('a file of another size than the figure is told, and the right size mends it', async () => {
  const scene = await spinsScene(valuesOf({ start: 'file', size: 96 }));
  await scene.calls.load({ name: 'rows.npy', bytes: rows, greys: false });
  await scene.set(valuesOf({ start: 'file', size: 128 }), new Set(['size'])).then(
    () => assert.unreachable(),
    (error: Error) =>
      assert.match(error.message, /rows.npy holds a lattice of 64 × 64 spins, and the figure is to show 128/),
  );
  await scene.set(valuesOf({ start: 'file', size: 64 }), new Set(['size']));
  assert.equal(scene.calls.configuration().bytes, configuration.bytes);
});

test('the exact energy is that of the present temperature and size, and of no field', async () => {
  const values = valuesOf({});
  const scene = await spinsScene(values);
  assert.is(scene.report()?.exact, blockspin.kaufman(64, 64, 1 / 2.4).energy);
  await scene.set({ ...values, temperature: 2 }, new Set(['temperature']));
  assert.is(scene.report()?.exact, blockspin.kaufman(64, 64, 1 / 2).energy);
  await scene.set({ ...values, temperature: 2, field: 0.1 }, new Set(['field']));
  assert.is(scene.report()?.exact, undefined);
});

test.run();
