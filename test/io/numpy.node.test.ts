/** Files are exchanged with NumPy itself, both ways. Needs /usr/bin/python3 with numpy; says so, and skips, where there is none. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeNpy, encodeNpy, type NpyArray, type NumericArray } from '../../src/formats/npy.js';
import { decodeNpz, encodeNpz } from '../../src/formats/npz.js';
import { codeOf } from '../../src/formats/numeric.js';
import { readFileBytes } from '../../src/io/disk.js';
import type { SpinDecodeOptions } from '../../src/io/spinData.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { createSpinFile, loadSpinData, saveSpinData } from '../../src/node.js';

const PYTHON = '/usr/bin/python3';
const suiteOfTests = suite<{ folder: string }>('io/numpy');
const present = spawnSync(PYTHON, ['-c', 'import numpy']).status === 0;
if (!present) console.log(`skipped: exchange of files with NumPy, because ${PYTHON} cannot import numpy`);
const test = present ? suiteOfTests : suiteOfTests.skip;

suiteOfTests.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'blockspin-numpy-'));
});

suiteOfTests.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs Python in the folder, with numpy as np; what it prints is read as JSON. */
function python(folder: string, script: string): unknown {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', `import json, numpy as np\n${script}`], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
  return stdout === '' ? undefined : JSON.parse(stdout);
}

/** Integers as text, since JSON's numbers do not hold 64 bits; floats by the bits of their 64-bit form. */
const SHOW = `
def show(a):
    values = a.ravel()
    if a.dtype.kind == 'f':
        values = [format(int(v), '016x') for v in values.astype('<f8').view('<u8')]
    else:
        values = [str(int(v)) for v in values]
    return {'dtype': a.dtype.str, 'shape': list(a.shape), 'values': values}
`;

function shown({ shape, data }: NpyArray, dtype: string): unknown {
  const floats = data instanceof Float32Array || data instanceof Float64Array;
  const bits = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0].toString(16).padStart(16, '0');
  return {
    dtype,
    shape: [...shape],
    values: Array.from(data as ArrayLike<number>, (v) => (floats ? bits(v) : String(v))),
  };
}

const samples: [string, NumericArray][] = [
  ['|i1', Int8Array.of(-128, -1, 0, 1, 2, 127)],
  ['|u1', Uint8Array.of(0, 1, 2, 3, 4, 255)],
  ['<i2', Int16Array.of(-32768, -1, 0, 1, 2, 32767)],
  ['<u2', Uint16Array.of(0, 1, 2, 3, 258, 65535)],
  ['<i4', Int32Array.of(-(2 ** 31), -1, 0, 1, 2, 2 ** 31 - 1)],
  ['<u4', Uint32Array.of(0, 1, 2, 3, 4, 2 ** 32 - 1)],
  ['<i8', BigInt64Array.of(-(2n ** 63n), -1n, 0n, 1n, 2n ** 53n + 1n, 2n ** 63n - 1n)],
  ['<u8', BigUint64Array.of(0n, 1n, 2n, 3n, 4n, 2n ** 64n - 1n)],
  ['<f4', Float32Array.of(-0, 1.5, -1e-45, 3.4e38, Number.POSITIVE_INFINITY, 0.1)],
  ['<f8', Float64Array.of(-0, Math.PI, 5e-324, 1.7e308, Number.NEGATIVE_INFINITY, 0.1)],
];

const shapes = [[6], [2, 3], [3, 1, 2], [1, 1, 1, 6]];

test('NumPy reads .npy files written here', ({ folder }) => {
  const expected: unknown[] = [];
  const names: string[] = [];
  const write = (array: NpyArray, dtype: string) => {
    names.push(`${names.length}.npy`);
    writeFileSync(join(folder, names.at(-1)!), encodeNpy(array));
    expected.push(shown(array, dtype));
  };
  for (const [dtype, data] of samples) {
    for (const shape of shapes) write({ shape, data }, dtype);
    write({ shape: [], data: data.slice(5) }, dtype);
    write({ shape: [0, 4], data: data.slice(6) }, dtype);
  }
  assert.equal(
    python(folder, `${SHOW}print(json.dumps([show(np.load(n)) for n in ${JSON.stringify(names)}]))`),
    expected,
  );
  assert.is(expected.length, 60);
});

test('the bytes are those that NumPy writes', ({ folder }) => {
  python(
    folder,
    `np.save('a.npy', np.arange(6, dtype='<f8').reshape(2, 3))
np.save('b.npy', np.int8(-3))
np.save('c.npy', np.array('ΔF'))
np.save('d.npy', np.array(''))`,
  );
  const written = (name: string) => readFileBytes(join(folder, name));
  assert.equal(encodeNpy({ shape: [2, 3], data: Float64Array.of(0, 1, 2, 3, 4, 5) }), written('a.npy'));
  assert.equal(encodeNpy({ shape: [], data: Int8Array.of(-3) }), written('b.npy'));
  assert.equal(encodeNpy('ΔF'), written('c.npy'));
  assert.equal(encodeNpy(''), written('d.npy'));
});

test('NumPy reads .npz files written here', ({ folder }) => {
  const W: NpyArray = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  for (const compress of [true, false]) {
    writeFileSync(join(folder, 'x.npz'), encodeNpz({ W, 'τ 1': 'K = ½ \u{1f9f2}' }, { compress }));
    const script = `${SHOW}f = np.load('x.npz')\nprint(json.dumps([f.files, show(f['W']), str(f['τ 1'][()])]))`;
    assert.equal(python(folder, script), [['W', 'τ 1'], shown(W, '<f4'), 'K = ½ \u{1f9f2}']);
    python(folder, `import zipfile\nassert zipfile.ZipFile('x.npz').testzip() is None`);
  }
});

test('reads what NumPy writes: both byte orders, both index orders, bool, 64 bits', ({ folder }) => {
  const types = ['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8'];
  const expected = python(
    folder,
    `${SHOW}
expected = {}
for t in ${JSON.stringify(types)}:
    for order in '<>':
        for shape in [(), (0, 3), (7,), (2, 3), (3, 1, 4), (2, 3, 4, 5)]:
            for layout in 'CF':
                n = int(np.prod(shape))
                a = (np.arange(n) * 37 - 20).astype(order + t).reshape(shape)
                if t in ('i8', 'u8') and n: a.flat[0] = np.iinfo(t).max
                if t[0] == 'f' and n: a.flat[0] = 1 / 3
                name = f'{len(expected)}.npy'
                np.save(name, np.asarray(a, order=layout))
                expected[name] = show(np.ascontiguousarray(a.astype(t)).reshape(shape))
print(json.dumps(expected))`,
  ) as Record<string, { dtype: string }>;
  assert.is(Object.keys(expected).length, 264);
  for (const [name, value] of Object.entries(expected)) {
    const read = decodeNpy(readFileBytes(join(folder, name)), name);
    if (typeof read === 'string') throw new Error('expected an array');
    assert.is(codeOf(name, read.data), value.dtype.slice(1).replace('b', 'u'));
    assert.equal(shown(read, value.dtype), value, name);
  }
});

test('reads .npz files of NumPy, format 2.0, and text', ({ folder }) => {
  python(
    folder,
    `a = np.arange(10000) // 100
np.savez('stored.npz', a=a, t=np.array('héllo \\U0001f9f2'), e=np.array(''), big=np.array('ab', dtype='>U5'))
np.savez_compressed('packed.npz', a=a, t=np.array('héllo \\U0001f9f2'), e=np.array(''), big=np.array('ab', dtype='>U5'))
for v in [(1, 0), (2, 0), (3, 0)]:
    with open(f'{v[0]}.npy', 'wb') as f: np.lib.format.write_array(f, np.float64([1.5, 2.5]), version=v)`,
  );
  for (const name of ['stored.npz', 'packed.npz']) {
    const read = decodeNpz(readFileBytes(join(folder, name)), name);
    const data = BigInt64Array.from({ length: 10000 }, (_, k) => BigInt(Math.floor(k / 100)));
    assert.equal(read, { a: { shape: [10000], data }, t: 'héllo \u{1f9f2}', e: '', big: 'ab' });
  }
  for (const version of [1, 2, 3]) {
    const read = decodeNpy(readFileBytes(join(folder, `${version}.npy`)));
    assert.equal(read, { shape: [2], data: Float64Array.of(1.5, 2.5) });
  }
});

test('refuses what NumPy can write and this package cannot hold', ({ folder }) => {
  python(
    folder,
    `np.save('0.npy', np.zeros(2, dtype='c16'))
np.save('1.npy', np.zeros(2, dtype=[('x', '<f8'), ('y', '<i4')]))
np.save('2.npy', np.array(['a', 'b']))
np.save('3.npy', np.zeros(2, dtype='g'))
np.save('4.npy', np.array([{}, 1], dtype=object), allow_pickle=True)
np.save('5.npy', np.zeros(2, dtype='M8[s]'))`,
  );
  for (let k = 0; k < 6; k++) {
    const bytes = readFileBytes(join(folder, `${k}.npy`));
    assert.throws(() => decodeNpy(bytes, `${k}.npy`), new RegExp(`^${k}\\.npy: .*(not supported|plain type)`));
  }
});

/** Configurations with spare bits in their last byte, and their spins as ±1. */
const spins = new SpinData(
  6,
  [3, 7],
  Uint8Array.from({ length: 18 }, (_, k) => (k * 73 + 21) & (k % 3 === 2 ? 31 : 255)),
  { source: 'ΔF', parameters: { K: 0.44 } },
);
const rows = Array.from({ length: spins.count }, (_, row) => [...spins.spins(row)]);

/** The lines of Python in the docs of a source file. */
function snippet(file: string): string {
  const text = readFileSync(new URL(`../../src/io/${file}`, import.meta.url), 'utf8');
  const lines = text.match(/^ \* {3}(f|b|x|spins) = .*$/gm) ?? [];
  assert.is(lines.length, 3, file);
  return lines.map((line) => line.slice(5)).join('\n');
}

test('the lines shown for spin files give ±1 as int8, of .npz and of .bits written whole or in parts', ({ folder }) => {
  saveSpinData(join(folder, 'data.npz'), spins);
  saveSpinData(join(folder, 'data.npy'), spins);
  const show = 'print(json.dumps([spins.dtype.str, spins.shape[0], spins.reshape(len(spins), -1).tolist()]))';
  assert.equal(python(folder, `${snippet('spinData.ts')}\nassert spins.shape == (6, 3, 7)\n${show}`), ['|i1', 6, rows]);
  assert.equal(python(folder, `spins = np.load('data.npy')\nassert spins.shape == (6, 3, 7)\n${show}`), [
    '|i1',
    6,
    rows,
  ]);
  const read = `${snippet('spinFile.ts')}\nassert h['provenance']['source'] == 'ΔF'\n${show}`;
  saveSpinData(join(folder, 'data.bits'), spins);
  assert.equal(python(folder, read), ['|i1', 6, rows]);
  const writer = createSpinFile(join(folder, 'data.bits'), spins);
  for (let row = 0; row < 6; row++)
    writer.append(new SpinData(1, [3, 7], spins.bytes.slice(3 * row, 3 * row + 3), spins.provenance));
  writer.close({ ...spins.provenance, seed: 'longer' });
  assert.equal(python(folder, read), ['|i1', 6, rows]);
});

test('configurations that NumPy writes load: all types and orders, ±1 and 0/1, packed, in npy and npz', ({
  folder,
}) => {
  python(
    folder,
    `s = np.array(${JSON.stringify(rows)}).reshape(6, 3, 7); b = (s + 1) // 2
for t in ['i1', 'i2', 'i4', 'i8', 'f2', 'f4', 'f8', 'u1', 'u2', 'u4', 'u8', 'b1']:
    for order in '<>':
        for layout in 'CF':
            for kind, x in (('s', s), ('b', b)):
                if kind == 's' and t[0] in 'ub': continue
                a = np.asarray(x.astype(order + t), order=layout)
                name = f'{t}{"lb"[order == ">"]}{layout}{kind}'
                np.save(name + '.npy', a)
                np.save(name + '.flat.npy', np.asarray(a.reshape(6, 21), order=layout))
                np.savez(name + '.npz', a)
                np.savez_compressed(name + '.packed.npz', spins=a, beta=np.float64(0.44), T=np.arange(6))
np.save('one.npy', s[2].astype('f2'))
np.save('big.npy', np.packbits(b.reshape(6, -1), axis=1))
np.save('little.npy', np.packbits(b.reshape(6, -1).astype(bool), axis=1, bitorder='little'))
np.savez('both.npz', a=s, b=-s, note=np.array('text'))
np.savez('objects.npz', s=s, meta=np.array([{}, 1], dtype=object))`,
  );
  const load = (name: string, options?: SpinDecodeOptions) => {
    const { count, shape, bytes } = loadSpinData(join(folder, name), options);
    return [count, [...shape], [...bytes]];
  };
  const expected = [6, [3, 7], [...spins.bytes]];
  const shape = [3, 7];
  let files = 0;
  for (const type of ['i1', 'i2', 'i4', 'i8', 'f2', 'f4', 'f8', 'u1', 'u2', 'u4', 'u8', 'b1']) {
    for (const layout of ['lC', 'lF', 'bC', 'bF']) {
      for (const kind of type[0] === 'u' || type[0] === 'b' ? ['b'] : ['s', 'b']) {
        const name = `${type}${layout}${kind}`;
        for (const end of ['.npy', '.npz', '.packed.npz']) assert.equal(load(name + end), expected, name + end);
        assert.equal(load(`${name}.flat.npy`, { shape }), expected, name);
        files += 4;
      }
    }
  }
  assert.is(files, 4 * 4 * 19);
  assert.equal(load('one.npy', { shape }), [1, [3, 7], [...spins.bytes.slice(6, 9)]]);
  assert.equal(load('big.npy', { shape, packed: 'big' }), expected);
  assert.equal(load('little.npy', { shape, packed: 'little' }), expected);
  assert.equal(load('both.npz', { array: 'a' }), expected);
  assert.equal(load('objects.npz', { array: 's' }), expected);
  assert.throws(() => load('both.npz'), /its name in "array": got "a" \(6, 3, 7\), "b" \(6, 3, 7\)/);
  // objects that nobody asked for are left out
  assert.equal(load('objects.npz'), expected);
  assert.throws(
    () => load('objects.npz', { array: 'meta' }),
    /objects\.npz: entry "meta\.npy": .*"\|O" are not supported/,
  );
});

test('an archive that Python wrote in one go, sizes behind the data, loads; a large one with zip64 marks too', ({
  folder,
}) => {
  python(
    folder,
    `import io, zipfile
class Pipe(io.RawIOBase):
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
s = np.array(${JSON.stringify(rows)}, dtype='i1').reshape(6, 3, 7)
with open('piped.npz', 'wb') as f: np.savez_compressed(Pipe(f), s=s)
with zipfile.ZipFile('marked.npz', 'w') as z:
    with z.open('s.npy', 'w', force_zip64=True) as f: np.save(f, s)`,
  );
  for (const name of ['piped.npz', 'marked.npz']) {
    const bytes = readFileBytes(join(folder, name));
    const descriptor = (bytes[6] & 8) !== 0;
    assert.is(descriptor, name === 'piped.npz');
    assert.equal(loadSpinData(join(folder, name)).bytes, spins.bytes);
  }
});

suiteOfTests.run();
