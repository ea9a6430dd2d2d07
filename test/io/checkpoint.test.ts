import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { CheckpointMismatchError, decodeCheckpoint, encodeCheckpoint, fnv1a64 } from '../../src/io/checkpoint.js';
import { damaged, decodeOrRefuse, largestAllocation, refused } from './damage.js';

const test = suite('io/checkpoint');

const identity = { experiment: 'mehta-schwab', version: '0.1.0', parameters: '{"coupling":0.408}', seed: '1' };
const progress = { epoch: 12, done: false, losses: [0.5, -1e-300], best: { at: 3, note: 'ΔF' }, none: null };
const tensors = {
  W: { shape: [2, 3], data: Float32Array.of(1, -2, 3, -4, 5, -6) },
  random: { shape: [4], data: Uint32Array.of(1, 2, 3, 0xffffffff) },
  bits: { shape: [3], data: Uint8Array.of(1, 2, 3) },
};

function mismatch(work: () => unknown): CheckpointMismatchError {
  try {
    work();
  } catch (error) {
    if (error instanceof CheckpointMismatchError) return error;
    throw error;
  }
  assert.unreachable('expected a CheckpointMismatchError');
  throw new Error();
}

test('FNV-1a gives the published values, in one part or in several', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.is(fnv1a64(bytes('')), 'cbf29ce484222325');
  assert.is(fnv1a64(bytes('a')), 'af63dc4c8601ec8c');
  assert.is(fnv1a64(bytes('foobar')), '85944171f73967e8');
  assert.is(fnv1a64(bytes('foo'), bytes(''), bytes('bar')), '85944171f73967e8');
});

test('FNV-1a equals its definition in integers of any length', () => {
  const bytes = Uint8Array.from({ length: 3000 }, (_, k) => (k * k * 31 + (k >> 3)) & 255);
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & (2n ** 64n - 1n);
  assert.is(fnv1a64(bytes), hash.toString(16).padStart(16, '0'));
});

test('reads what it wrote; equal input gives equal bytes', () => {
  const bytes = encodeCheckpoint({ identity, progress, tensors });
  assert.equal(decodeCheckpoint(bytes, identity), { progress, tensors });
  assert.equal(encodeCheckpoint({ identity, progress, tensors }), bytes);
  const empty = encodeCheckpoint({ identity: {}, progress: {}, tensors: {} });
  assert.equal(decodeCheckpoint(empty, {}), { progress: {}, tensors: {} });
});

test('is a safetensors file with the promised metadata', () => {
  const bytes = encodeCheckpoint({ identity, progress, tensors });
  const plain = decodeSafetensors(bytes);
  assert.equal(plain.tensors, tensors);
  const { checksum, ...rest } = plain.metadata;
  assert.equal(rest, { format: 'blockspin-checkpoint-1', progress: JSON.stringify(progress), ...identity });
  assert.match(checksum, /^[0-9a-f]{16}$/);
});

test('what is read is a copy', () => {
  const bytes = encodeCheckpoint({ identity, progress, tensors });
  const read = decodeCheckpoint(bytes, identity);
  bytes.fill(0);
  assert.equal(read.tensors, tensors);
});

test('the order of the identity is of no account', () => {
  const bytes = encodeCheckpoint({ identity, progress, tensors });
  const reversed = Object.fromEntries(Object.entries(identity).reverse());
  assert.equal(decodeCheckpoint(bytes, reversed).progress, progress);
});

test('a checkpoint of another run is refused, naming each field that differs', () => {
  const bytes = encodeCheckpoint({ identity: { ...identity, seed: '2' }, progress, tensors });
  const one = mismatch(() => decodeCheckpoint(bytes, identity, 'checkpoint.safetensors'));
  assert.is(one.message, 'checkpoint.safetensors belongs to another run: "seed" is "2" there and "1" here');
  assert.equal(one.fields, ['seed']);

  const { version: _, ...older } = identity;
  const several = mismatch(() => decodeCheckpoint(bytes, { ...older, constructor: 'x', experiment: 'flow' }));
  assert.equal(several.fields, ['experiment', 'seed', 'constructor', 'version']);
  assert.is(
    several.message,
    'checkpoint belongs to another run: "experiment" is "mehta-schwab" there and "flow" here; "seed" is "2" there and "1" here; ' +
      '"constructor" is absent there and "x" here; "version" is "0.1.0" there and absent here',
  );
});

test('long values are shown where they differ', () => {
  const parameters = (last: number) => JSON.stringify({ sizes: new Array(100).fill(1), last });
  const bytes = encodeCheckpoint({ identity: { parameters: parameters(3) }, progress, tensors: {} });
  const { message } = mismatch(() => decodeCheckpoint(bytes, { parameters: parameters(4) }));
  assert.ok(message.includes('3}') && message.includes('4}') && message.length < 200, message);
});

test('every single flipped bit and every truncation is refused as damage', () => {
  const bytes = encodeCheckpoint({ identity: { seed: '1' }, progress: { epoch: 3 }, tensors });
  for (let k = 0; k < bytes.length; k++) {
    for (let bit = 0; bit < 8; bit++) {
      const broken = Uint8Array.from(bytes);
      broken[k] ^= 1 << bit;
      const error = decodeOrRefuse(() => decodeCheckpoint(broken, { seed: '1' }), broken.length, broken.length);
      assert.ok(error, `bit ${bit} of byte ${k} was not noticed`);
    }
    refused(() => decodeCheckpoint(bytes.slice(0, k), { seed: '1' }), /./);
  }
  const data = Uint8Array.from(bytes);
  data[bytes.length - 1] ^= 1;
  refused(
    () => decodeCheckpoint(data, { seed: '1' }, 'c.safetensors'),
    /^c\.safetensors: is damaged: checksum "[0-9a-f]{16}"/,
  );
});

test('3000 damaged files are refused, unless nothing was changed', () => {
  const bytes = encodeCheckpoint({ identity, progress, tensors });
  for (const broken of damaged(bytes, 3000, 5)) {
    const same = broken.length === bytes.length && broken.every((byte, k) => byte === bytes[k]);
    const error = decodeOrRefuse(() => decodeCheckpoint(broken, identity), broken.length, broken.length);
    assert.is(error === undefined, same);
  }
});

test('other files are no checkpoints', () => {
  refused(() => decodeCheckpoint(new Uint8Array(0), {}), /ends inside its header/);
  refused(() => decodeCheckpoint(new Uint8Array(500), {}), /is not a blockspin-checkpoint-1 file/);
  refused(() => decodeCheckpoint(encodeSafetensors({ tensors }), {}), /is not a blockspin-checkpoint-1 file/);
  const later = { format: 'blockspin-checkpoint-2', checksum: '0'.repeat(16), progress: '{}' };
  refused(
    () => decodeCheckpoint(encodeSafetensors({ metadata: later, tensors }), {}),
    /is not a blockspin-checkpoint-1 file/,
  );
});

test('a good checksum does not make bad progress good', () => {
  for (const text of ['[]', 'null', '1', '{', undefined]) {
    const metadata = { format: 'blockspin-checkpoint-1', checksum: '0'.repeat(16), ...(text && { progress: text }) };
    const bytes = encodeSafetensors({ metadata, tensors });
    const digits = new TextEncoder().encode(fnv1a64(bytes));
    bytes.set(digits, 8 + '{"__metadata__":{"format":"blockspin-checkpoint-1","checksum":"'.length);
    refused(() => decodeCheckpoint(bytes, {}), /progress is not (a )?JSON/);
  }
});

test('what JSON would drop or change is refused, not written', () => {
  const write = (value: unknown) => () => encodeCheckpoint({ identity, progress: { deep: [{ value }] }, tensors: {} });
  const type = (error: unknown) => error instanceof TypeError && /progress: value/.test(error.message);
  const range = (error: unknown) => error instanceof RangeError && /progress: value/.test(error.message);
  for (const value of [undefined, () => 1, Symbol('s'), 1n, new Map(), new Date(0), Float32Array.of(1)]) {
    assert.throws(write(value), type);
  }
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(write(value), range);
  assert.throws(
    () => encodeCheckpoint({ identity, progress: { a: [undefined] }, tensors: {} }),
    TypeError.prototype.name,
  );
  for (const whole of [null, undefined, [], 'x', new Map()]) {
    const wrong = () => encodeCheckpoint({ identity, progress: whole as never, tensors: {} });
    assert.throws(wrong, (error: unknown) => error instanceof TypeError && /"progress" expected/.test(error.message));
  }
});

test('wrong identities', () => {
  const type = (error: unknown) => error instanceof TypeError;
  const range = (error: unknown) => error instanceof RangeError;
  const write = (wrong: unknown) => () => encodeCheckpoint({ identity: wrong as never, progress, tensors: {} });
  assert.throws(write({ seed: 1 }), type);
  assert.throws(write(null), type);
  for (const name of ['format', 'checksum', 'progress', '1', '', '_x']) assert.throws(write({ [name]: 'x' }), range);
  const bytes = encodeCheckpoint({ identity, progress, tensors });
  assert.throws(() => decodeCheckpoint(bytes, { seed: 1 } as never), type);
  assert.throws(() => decodeCheckpoint(bytes, undefined as never), type);
  assert.throws(() => decodeCheckpoint([] as never, identity), type);
});

test('writing takes one allocation of the size of the file', () => {
  const large = { W: { shape: [200_000], data: new Float32Array(200_000) } };
  let length = 0;
  const largest = largestAllocation(() => {
    length = encodeCheckpoint({ identity, progress, tensors: large }).length;
  });
  assert.is(largest, length);
});

test.run();
