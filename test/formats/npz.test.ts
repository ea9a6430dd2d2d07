import { deflateSync, strToU8, zipSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32 } from '../../src/formats/crc32.js';
import { encodeNpy, type NpyArray } from '../../src/formats/npy.js';
import { decodeNpz, encodeNpz } from '../../src/formats/npz.js';
import { rbmFromTensors } from '../../src/io/importRbm.js';
import { decodeOwnSpinData, decodeSpinData, encodeSpinData } from '../../src/io/spinData.js';
import { decodeTrainingData } from '../../src/io/trainingData.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { damaged, decodeOrRefuse, largestAllocation, refused } from '../io/damage.js';
import { MATRIX } from '../matrix.js';

const test = suite('io/npz');

const entries: Record<string, NpyArray | string> = {
  spins: { shape: [50, 40], data: new Int8Array(2000).map((_, k) => (k % 3 ? 1 : -1)) },
  W: { shape: [2, 2], data: Float64Array.of(0.1, -0.2, 0.3, -0.4) },
  'layer 1/τ': { shape: [], data: Uint32Array.of(7) },
  empty: { shape: [0, 3], data: new Float32Array(0) },
  note: 'ΔF = 0 ⇔ ⟨τ⟩ = 1',
  constructor: '',
};

interface Member {
  name: string;
  content: Uint8Array;
  method?: number;
  packed?: Uint8Array;
  crc?: number;
  size?: number;
  flags?: number;
}

/** A zip archive written by hand, so that any of its claims can be false. */
function archive(members: Member[], change: { comment?: string; count?: number; offset?: number } = {}): Uint8Array {
  const bytes: number[] = [];
  const directory: number[] = [];
  const two = (value: number) => [value & 255, (value >>> 8) & 255];
  const four = (value: number) => [...two(value), ...two(value >>> 16)];
  for (const member of members) {
    const {
      name,
      content,
      method = 0,
      packed = content,
      crc = crc32(content),
      size = content.length,
      flags = 0,
    } = member;
    const common = [...two(20), ...two(flags), ...two(method), ...four(0x210000), ...four(crc), ...four(packed.length)];
    common.push(...four(size), ...two(strToU8(name).length), ...two(0));
    directory.push(...four(0x02014b50), ...two(20), ...common, ...two(0), ...two(0), ...two(0), ...four(0));
    directory.push(...four(bytes.length), ...strToU8(name));
    bytes.push(...four(0x04034b50), ...common, ...strToU8(name), ...packed);
  }
  const comment = strToU8(change.comment ?? '');
  const count = change.count ?? members.length;
  const offset = change.offset ?? bytes.length;
  const end = [...four(0x06054b50), ...two(0), ...two(0), ...two(count), ...two(count), ...four(directory.length)];
  return Uint8Array.from([...bytes, ...directory, ...end, ...four(offset), ...two(comment.length), ...comment]);
}

const one = encodeNpy({ shape: [2], data: Uint8Array.of(5, 6) });

test('CRC-32 gives the published value', () => {
  assert.is(crc32(strToU8('123456789')), 0xcbf43926);
  assert.is(crc32(new Uint8Array(0)), 0);
});

test('reads what it wrote, deflated and stored', () => {
  for (const compress of [true, false]) {
    const bytes = encodeNpz(entries, { compress });
    const read = decodeNpz(bytes);
    assert.equal(Object.keys(read), Object.keys(entries));
    assert.equal(read, entries);
    assert.equal(encodeNpz(entries, { compress }), bytes);
    bytes.fill(0);
    assert.equal(read, entries, 'arrays must not be views on the file');
  }
  assert.ok(encodeNpz(entries).length < encodeNpz(entries, { compress: false }).length);
  assert.equal(decodeNpz(encodeNpz({})), {});
});

test('entries carry the date 1980-01-01 00:00', () => {
  const bytes = encodeNpz({ a: { shape: [1], data: Uint8Array.of(1) } });
  assert.equal([...bytes.slice(10, 14)], [0, 0, 0x21, 0]);
});

test('reads archives of other makers: a comment, bytes in front, large deflated entries', () => {
  assert.equal(decodeNpz(archive([{ name: 'a.npy', content: one }], { comment: 'made by hand' })), {
    a: { shape: [2], data: Uint8Array.of(5, 6) },
  });
  const data = new Uint16Array(300_000).map((_, k) => (k * k) >> 4);
  const content = encodeNpy({ shape: [300_000], data });
  const read = decodeNpz(zipSync({ 'big.npy': content }, { level: 9 }));
  assert.equal((read.big as NpyArray).data, data);
});

test('entries written in one go have their sizes behind the data, those of NumPy a mark of zip64 in front', () => {
  const bytes = archive([{ name: 'a.npy', content: one }]);
  const view = new DataView(bytes.buffer);
  for (const at of [18, 22]) view.setUint32(at, 0xffffffff, true);
  assert.equal(Object.keys(decodeNpz(bytes)), ['a']);
  for (const at of [14, 18, 22]) view.setUint32(at, 0, true);
  refused(() => decodeNpz(bytes), /another CRC-32/);
  view.setUint16(6, 8, true);
  assert.equal(Object.keys(decodeNpz(bytes)), ['a']);
});

test('one entry alone is read, whatever the others hold', () => {
  const bad = { name: 'bad.npy', content: Uint8Array.of(1, 2, 3) };
  const bytes = archive([bad, { name: 'a.npy', content: one }, { name: '__proto__.npy', content: one }]);
  refused(() => decodeNpz(bytes), /"bad.npy"/);
  const a = { shape: [2], data: Uint8Array.of(5, 6) };
  assert.equal(decodeNpz(bytes, 'x', { only: 'a' }), { a });
  assert.equal(Object.entries(decodeNpz(bytes, 'x', { only: '__proto__' })), [['__proto__', a]]);
  refused(() => decodeNpz(bytes, 'x', { only: 'b' }), /^x: expected an array "b", got "bad", "a", "__proto__"/);
});

/** A .npy file with this header and rest. */
function npyOf(descr: string, shape: string, rest: Uint8Array = new Uint8Array(0)): Uint8Array {
  const header = strToU8(`{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`);
  return Uint8Array.from([0x93, ...strToU8('NUMPY'), 1, 0, header.length, 0, ...header, ...rest]);
}

test('what is no array of numbers or text is left out, unless asked for or in strict reading', () => {
  const spins = { shape: [2, 2, 2], data: Int8Array.of(1, -1, 1, 1, -1, -1, 1, 1) };
  const others: [name: string, content: Uint8Array, reason: RegExp][] = [
    ['seed.npy', npyOf("'|O'", '()', strToU8('pickle')), /"seed\.npy": entries of type "\|O" are not supported/],
    ['names.npy', npyOf("'<U3'", '(2,)', new Uint8Array(24)), /text of shape \(2,\) is not supported/],
    ['bytes.npy', npyOf("'|S5'", '(1,)', new Uint8Array(5)), /"\|S5"/],
    ['when.npy', npyOf("'<M8[s]'", '()', new Uint8Array(8)), /"<M8\[s\]"/],
    ['psi.npy', npyOf("'<c16'", '(1, 1)', new Uint8Array(16)), /"<c16"/],
    ['rows.npy', npyOf("[('x', '<f8'), ('n', '<i4')]", '(1,)', new Uint8Array(12)), /records, whose entries/],
    ['README.txt', strToU8('hello'), /"README\.txt" is not a \.npy file/],
    ['data/', new Uint8Array(0), /"data\/" is not a \.npy file/],
    ['__MACOSX/._spins.npy', Uint8Array.of(0, 5, 22, 7), /is not a \.npy file/],
    ['._spins.npy', Uint8Array.of(0, 5, 22, 7), /is not a \.npy file/],
  ];
  const own = { name: 'spins.npy', content: encodeNpy(spins) };
  const members = others.map(([name, content]) => ({ name, content }));
  for (const [name, content, reason] of others) {
    const both = archive([{ name, content }, own]);
    assert.equal(decodeNpz(both), { spins });
    refused(() => decodeNpz(both, 'x.npz', { strict: true }), reason);
    if (name.endsWith('.npy')) refused(() => decodeNpz(both, 'x.npz', { only: name.slice(0, -4) }), reason);
    else refused(() => decodeNpz(both, 'x.npz', { only: name }), /expected an array/);
  }
  const all = archive([...members, own]);
  assert.equal(decodeNpz(all), { spins });
  assert.equal(decodeNpz(all, 'x', { only: 'spins' }), { spins });
  for (const options of [{}, { array: 'spins' }]) {
    assert.is(decodeSpinData(all, options).count, 2);
    assert.is(decodeTrainingData(all, options).count, 2);
  }
  refused(() => decodeSpinData(archive(members), {}, 'x.npz'), /got none; entry "seed\.npy": entries of type "\|O"/);
  // damage is refused, whoever made the archive
  refused(() => decodeNpz(archive([{ name: 'bad.npy', content: Uint8Array.of(1, 2, 3) }, own])), /"bad\.npy"/);
  refused(() => decodeNpz(archive([{ ...members[0], crc: 1 }, own])), /"seed\.npy" is damaged/);
});

test('with one entry asked for, others may be damaged, encrypted, packed in another way, named in another encoding or too large', () => {
  const own = { name: 'a.npy', content: one };
  const others: Member[] = [
    { name: 'b.npy', content: one, crc: 1 },
    { name: 'b.npy', content: one, flags: 1 },
    { name: 'b.npy', content: one, method: 14 },
    { name: 'b.npy', content: new Uint8Array(1e5) },
  ];
  for (const other of others) {
    const bytes = archive([other, own]);
    assert.equal(Object.keys(decodeNpz(bytes, 'x', { only: 'a', limit: 1000 })), ['a']);
    refused(() => decodeNpz(bytes, 'x', { limit: 1000 }), /b\.npy|limit/);
    refused(() => decodeNpz(bytes, 'x', { only: 'b', limit: 1000 }), /b\.npy|limit/);
  }
  const notes = archive([{ name: 'L\u00e4ufe.txt', content: one }, own]);
  // one byte for the letter, as older programs write it, in both places
  const text = Array.from(notes, (byte) => String.fromCharCode(byte))
    .join('')
    .replaceAll('L\u00c3\u00a4ufe', 'L\u00e4\u00e4ufe');
  const latin = Uint8Array.from(text, (character) => character.charCodeAt(0));
  assert.equal(Object.keys(decodeNpz(latin)), ['a']);
});

test('an RBM saved with all attributes of its object is imported', () => {
  const matrix = encodeNpy({ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
  const vector = (...values: number[]) => encodeNpy({ shape: [values.length], data: Float64Array.from(values) });
  const bytes = archive([
    { name: 'n_components.npy', content: encodeNpy({ shape: [], data: BigInt64Array.of(2n) }) },
    { name: 'learning_rate.npy', content: encodeNpy({ shape: [], data: Float64Array.of(0.1) }) },
    { name: 'random_state.npy', content: npyOf("'|O'", '()', strToU8('a pickle')) },
    { name: 'feature_names_in_.npy', content: npyOf("'|O'", '(3,)', strToU8('a pickle')) },
    { name: 'components_.npy', content: matrix },
    { name: 'intercept_hidden_.npy', content: vector(0.5, 0.25) },
    { name: 'intercept_visible_.npy', content: vector(1, 2, 3) },
    { name: 'h_samples_.npy', content: encodeNpy({ shape: [1, 2], data: Float64Array.of(0, 1) }) },
  ]);
  const rbm = rbmFromTensors(decodeNpz(bytes));
  assert.equal([rbm.visible, rbm.hidden, [...rbm.weights]], [3, 2, [1, 4, 2, 5, 3, 6]]);
});

test('own files are read strictly: nothing may stand beside the three arrays', () => {
  const arrays = decodeNpz(encodeSpinData(new SpinData(1, [2, 2], Uint8Array.of(5), { source: 'a test' })));
  const entry = (name: string) => ({ name: `${name}.npy`, content: encodeNpy(arrays[name]) });
  const three = ['bits', 'shape', 'provenance'].map(entry);
  assert.is(decodeOwnSpinData(archive(three)).count, 1);
  for (const name of ['more.npy', 'more.txt', 'object.npy']) {
    const more = { name, content: name === 'object.npy' ? npyOf("'|O'", '()') : one };
    for (const read of [decodeOwnSpinData, decodeSpinData, decodeTrainingData]) {
      refused(() => read(archive([...three, more])), /entry "(more|object)/);
    }
  }
});

// A zip has room for 65,535 entries.
const many = MATRIX ? 65_000 : 20_000;

/** Reads and refuses a file of so many entries. @returns ms */
function readAndRefuse(count: number): number {
  const content = encodeNpy({ shape: [], data: Uint8Array.of(1) });
  const names = Array.from({ length: count }, (_, k) => [`${k}.npy`, content] as const);
  const bytes = zipSync(Object.fromEntries(names), { level: 0 });
  const start = performance.now();
  const arrays = decodeNpz(bytes);
  assert.is(Object.keys(arrays).length, count);
  assert.is(Object.keys(decodeNpz(bytes, 'x', { only: `${count - 1}` })).length, 1);
  for (const work of [
    () => decodeNpz(bytes, 'x', { only: 'none' }),
    () => decodeSpinData(bytes),
    () => decodeTrainingData(bytes),
  ]) {
    const { message } = refused(work, /expected/);
    assert.ok(message.length < 1000);
  }
  assert.throws(() => rbmFromTensors(arrays), /"weights" expected/);
  return performance.now() - start;
}

test(`${many} entries are read, and refused, in a time that grows as their number`, () => {
  // four times the entries, where a square would take sixteen times the time; other work on the machine may spoil one
  const ratios: number[] = [];
  do ratios.push(readAndRefuse(many) / readAndRefuse(many / 4));
  while (ratios[ratios.length - 1] > 8 && ratios.length < 4);
  assert.ok(Math.min(...ratios) <= 8, `${ratios}`);
});

test('a name called __proto__ is a name like others', () => {
  const read = decodeNpz(archive([{ name: '__proto__.npy', content: one }]));
  assert.ok(Object.hasOwn(read, '__proto__'));
  assert.is(Object.getPrototypeOf(read), Object.prototype);
});

test('a small archive cannot claim much', () => {
  const zeros = encodeNpy({ shape: [5_000_000], data: new Uint8Array(5_000_000) });
  const packed = deflateSync(zeros, { level: 9 });
  const bomb = (size: number) => archive([{ name: 'a.npy', content: zeros, method: 8, packed, size }]);
  const deny = (bytes: Uint8Array, words: RegExp, most: number, limit?: number) => {
    const largest = largestAllocation(() => refused(() => decodeNpz(bytes, 'x.npz', { limit }), words));
    assert.ok(largest <= most, `${largest}`);
  };
  // What is claimed passes what deflate can do, or the limit; what is inside passes what is claimed.
  deny(bomb(2 ** 31), /cannot hold 2147483648/, 1000);
  deny(bomb(zeros.length), /the limit is 1000000/, 1000, 1e6);
  deny(bomb(1000), /inflates to more than the 1000 bytes stated/, 1000);
  assert.is((decodeNpz(bomb(zeros.length)).a as NpyArray).data.length, 5_000_000);
  // The limit holds for the sum.
  const two = archive([
    { name: 'a.npy', content: one },
    { name: 'b.npy', content: one },
  ]);
  refused(() => decodeNpz(two, 'x.npz', { limit: 2 * one.length - 1 }), /the limit is/);
  assert.is(Object.keys(decodeNpz(two, 'x.npz', { limit: 2 * one.length })).length, 2);
  // Two entries of the directory on the same bytes.
  const shared = archive([
    { name: 'a.npy', content: one },
    { name: 'a.npy', content: one },
  ]);
  const second = shared.length - 22 - 51;
  new DataView(shared.buffer).setUint32(second + 42, 0, true);
  refused(() => decodeNpz(shared), /twice/);
  const end = new DataView(shared.buffer);
  end.setUint8(second + 46, 0x62);
  refused(() => decodeNpz(shared), /another name/);
});

test('entries that overlap are refused', () => {
  // The data of "a" are a whole local entry "b" and its data.
  const inner = archive([{ name: 'b.npy', content: one }]).slice(0, 35 + one.length);
  const bytes = archive([
    { name: 'a.npy', content: inner },
    { name: 'b.npy', content: one },
  ]);
  const directory = bytes.length - 22 - 51;
  new DataView(bytes.buffer).setUint32(directory + 42, 35, true);
  assert.is(refused(() => decodeNpz(bytes), /"b.npy" overlaps another/).offset, 35);
});

test('every lie of the directory is refused', () => {
  const member = { name: 'a.npy', content: one };
  const good = archive([member]);
  const start = good.length - 22 - 51;
  const end = good.length - 22;
  const changed = (at: number, value: number, size: 2 | 4 = 2): Uint8Array => {
    const copy = Uint8Array.from(good);
    const view = new DataView(copy.buffer);
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    return copy;
  };
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /not a zip archive/],
    [new Uint8Array(100_000), /not a zip archive/],
    [changed(end, 0), /not a zip archive/],
    [changed(end + 20, 1), /not a zip archive/],
    [changed(end + 4, 1), /several parts/],
    [changed(end + 8, 2), /several parts/],
    [archive([member], { count: 2 }), /directory expected an entry/],
    [archive([member], { count: 0 }), /51 bytes after the last entry/],
    [archive([member], { count: 0xffff }), /zip64/],
    [archive([member], { offset: 1 }), /not where the end/],
    [changed(end + 12, 0xfffffffe, 4), /not where the end/],
    [changed(start, 0), /directory expected an entry/],
    [changed(start + 8, 1), /encrypted/],
    [changed(start + 10, 12), /another compression/],
    [archive([{ ...member, method: 12 }]), /unknown compression 12/],
    [changed(start + 10, 8), /another compression/],
    [changed(start + 20, 0xffffffff, 4), /zip64/],
    [changed(start + 20, one.length + 1, 4), /reaches into the directory/],
    [changed(start + 24, one.length + 1, 4), /cannot hold/],
    [changed(start + 28, 4), /./],
    [changed(start + 28, 0xfff0), /past the end of the directory/],
    [changed(start + 42, 1, 4), /not at 1/],
    [changed(start + 42, 0xfffffff0, 4), /not at 4294967280/],
    [changed(start + 46, 0x62), /no .npy|another name/],
    [changed(start + 46, 0xe4), /no known encoding|another name/],
    [changed(26, 6), /another name/],
    [changed(8, 8), /another compression/],
    [changed(28, 0xffff), /reaches into the directory/],
    [changed(start + 16, 1, 4), /another CRC-32 before its data/],
    [changed(18, 1, 4), /another size before its data/],
    [changed(22, 1, 4), /another inflated size before its data/],
    [changed(22, 0xffffffff, 2), /another inflated size before its data/],
    [changed(6, 1), /encrypted/],
    [changed(6, 0x40), /encrypted/],
    [archive([{ ...member, crc: 1 }]), /is damaged: CRC-32 .*, 00000001 is stated/],
    [changed(35 + one.length - 2, 0), /is damaged: CRC-32/],
    [archive([{ name: 'a.txt', content: one }]), /"a.txt" is not a .npy file/],
    [archive([{ name: 'a/', content: new Uint8Array(0) }]), /is not a .npy file/],
    [archive([member, member]), /"a.npy" occurs twice/],
    [archive([{ ...member, method: 8, packed: Uint8Array.of(7, 7, 7) }]), /is not deflated data/],
    [archive([{ ...member, method: 8, packed: deflateSync(one.slice(1)) }]), /inflates to 129 bytes, 130 are stated/],
    [archive([{ ...member, method: 8, packed: deflateSync(one).slice(0, -4) }]), /is not deflated data|are stated/],
  ];
  for (const [bytes, words] of cases) {
    const error = refused(() => decodeNpz(bytes, 'runs.npz', { strict: true }), words);
    assert.match(error.message, /^runs\.npz: .* \(at byte \d+\)$/);
    assert.ok(error.offset >= 0 && error.offset <= bytes.length);
  }
});

test('an entry that is no good .npy is refused, with its place in the archive', () => {
  const content = encodeNpy({ shape: [2], data: Uint8Array.of(5, 6) });
  const text = new TextDecoder('latin1').decode(content);
  content[text.indexOf('(2,)') + 1] = 0x39;
  const stored = refused(
    () => decodeNpz(archive([{ name: 'a.npy', content }])),
    /entry "a.npy": shape \(9,\) .* needs 9 bytes/,
  );
  assert.is(stored.offset, 35 + 128);
  const packed = deflateSync(content);
  const deflated = refused(
    () => decodeNpz(archive([{ name: 'a.npy', content, method: 8, packed }])),
    /entry "a.npy": shape .* at byte 128 once inflated/,
  );
  assert.is(deflated.offset, 35);
});

test('wrong arguments', () => {
  const type = (error: unknown) => error instanceof TypeError;
  const range = (error: unknown) => error instanceof RangeError;
  assert.throws(() => decodeNpz('PK' as never), type);
  assert.throws(() => decodeNpz(encodeNpz({}), 'x', { limit: 0 }), range);
  assert.throws(() => encodeNpz({ '': 'x' }), range);
  assert.throws(() => encodeNpz({ 'a\0b': 'x' }), range);
  assert.throws(() => encodeNpz({ '\ud800': 'x' }), range);
  assert.throws(() => encodeNpz({ ['n'.repeat(65_532)]: 'x' }), range);
  assert.throws(() => encodeNpz({ a: [1, 2] as never }), type);
  assert.throws(() => encodeNpz({ a: { shape: [3], data: Uint8Array.of(1) } }), range);
});

test('5000 damaged archives are read or refused, never worse', () => {
  let refusals = 0;
  for (const compress of [true, false]) {
    const bytes = encodeNpz({ W: { shape: [3], data: Float64Array.of(1, 2, 3) }, note: 'text' }, { compress });
    for (const broken of damaged(bytes, 2500, compress ? 21 : 22)) {
      if (decodeOrRefuse(() => decodeNpz(broken), broken.length, 1032 * broken.length)) refusals++;
    }
  }
  assert.ok(refusals >= 2000 && refusals < 5000, `${refusals}`);
});

test('2000 streams of damaged deflate data under a true directory', () => {
  const content = encodeNpy({ shape: [400], data: new Uint16Array(400).map((_, k) => k * 7) });
  const packed = deflateSync(content);
  let refusals = 0;
  for (const broken of damaged(packed, 2000, 31)) {
    const bytes = archive([{ name: 'a.npy', content, method: 8, packed: broken }]);
    if (decodeOrRefuse(() => decodeNpz(bytes), bytes.length, 1032 * bytes.length)) refusals++;
  }
  // Only bytes after the end of the stream (1 in 5) do no harm, and a replacement that changes nothing.
  assert.ok(refusals >= 1500 && refusals <= 1600, `${refusals}`);
});

test.run();
