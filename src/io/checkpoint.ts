/**
 * A checkpoint: the state of a run, in a file that is accepted only if it is whole and belongs to the run. It is a
 * safetensors file (any reader of that format opens it); its metadata begin with
 *
 *     format     blockspin-checkpoint-1
 *     checksum   FNV-1a, 64 bits, of the whole file with these sixteen hexadecimal digits read as 0
 *     progress   JSON
 *
 * and continue with the identity of the run. So the digits are at a fixed offset, and every other bit of the file is
 * covered by them.
 */

import { strictJson } from '../formats/json.js';
import { decodeOwnSafetensors, encodeSafetensors, inspectSafetensors, type Tensor } from '../formats/safetensors.js';
import { refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';

/** A valid checkpoint of a run with another identity; the message names every field that differs. */
export class CheckpointMismatchError extends Error {
  override readonly name = 'CheckpointMismatchError';
  constructor(
    message: string,
    /** The fields that differ, expected fields first. */
    readonly fields: readonly string[],
  ) {
    super(message);
  }
}

const FORMAT = 'blockspin-checkpoint-1';
const DIGITS = 16;
/** The bytes of every checkpoint from byte 8 on. */
const BEGINNING = `{"__metadata__":{"format":"${FORMAT}","checksum":"`;
const RESERVED = ['format', 'checksum', 'progress'];

/**
 * The bytes of a checkpoint; equal input gives equal bytes. The only allocation is that of the file.
 * @param identity what must be equal for the checkpoint to be resumed: experiment, version, parameters, seed, ...
 * @param progress a JSON object: finite numbers, strings, booleans, null, arrays, plain objects
 * @throws TypeError if an identity value is not a string, or progress has a value that JSON would drop or change;
 *   RangeError if an identity name is reserved or does not begin with a letter, or as `encodeSafetensors`
 */
export function encodeCheckpoint(content: {
  identity: Readonly<Record<string, string>>;
  progress: Readonly<Record<string, unknown>>;
  tensors: Readonly<Record<string, Tensor>>;
}): Uint8Array<ArrayBuffer> {
  const progress = toJson(content.progress);
  const identity = checkedIdentity('identity', content.identity);
  const metadata = { format: FORMAT, checksum: '0'.repeat(DIGITS), progress, ...identity };
  const bytes = encodeSafetensors({ metadata, tensors: content.tensors });
  bytes.set(new TextEncoder().encode(fnv1a64(bytes)), 8 + BEGINNING.length);
  return bytes;
}

/**
 * Progress and tensors of a checkpoint, in fresh memory.
 * @param expectedIdentity the identity of the run to be resumed: the same names and values as were written
 * @param path named in errors
 * @throws FormatError if the bytes are not a checkpoint, are cut short, or do not match the checksum;
 *   CheckpointMismatchError if the checkpoint is valid but its identity is another
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  expectedIdentity: Readonly<Record<string, string>>,
  path?: string,
): { progress: Record<string, unknown>; tensors: Record<string, Tensor> } {
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  checkedIdentity('identity', expectedIdentity);
  checkBeginning(bytes, path);
  const { metadata } = inspectSafetensors(bytes, path);
  checkChecksum(bytes, path);
  const { format: _format, checksum: _checksum, progress, ...identity } = metadata;
  compareIdentities(identity, expectedIdentity, path);
  return { progress: fromJson(progress, path), tensors: decodeOwnSafetensors(bytes, path).tensors };
}

function checkBeginning(bytes: Uint8Array, path?: string): void {
  const beginning = new TextEncoder().encode(BEGINNING);
  const wrong = beginning.findIndex((byte, k) => bytes[8 + k] !== byte);
  if (wrong < 0) return;
  if (8 + wrong >= bytes.length) throw new FormatError('ends inside its header', bytes.length, path);
  throw new FormatError(`is not a ${FORMAT} file`, 8 + wrong, path);
}

function checkChecksum(bytes: Uint8Array, path?: string): void {
  const begin = 8 + BEGINNING.length;
  const end = begin + DIGITS;
  const claimed = String.fromCharCode(...bytes.subarray(begin, end));
  const zeros = new TextEncoder().encode('0'.repeat(DIGITS));
  const found = fnv1a64(bytes.subarray(0, begin), zeros, bytes.subarray(end));
  if (claimed !== found) {
    throw new FormatError(`is damaged: checksum ${JSON.stringify(claimed)}, its bytes give "${found}"`, begin, path);
  }
}

function compareIdentities(
  written: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
  path?: string,
): void {
  const there = new Map(Object.entries(written));
  const here = new Map(Object.entries(expected));
  const fields = [...new Set([...here.keys(), ...there.keys()])].filter((name) => there.get(name) !== here.get(name));
  if (fields.length === 0) return;
  const differences = fields.map((name) => {
    const from = firstDifference(there.get(name) ?? '', here.get(name) ?? '');
    return `"${name}" is ${excerpt(there.get(name), from)} there and ${excerpt(here.get(name), from)} here`;
  });
  throw new CheckpointMismatchError(
    `${path ?? 'checkpoint'} belongs to another run: ${differences.join('; ')}`,
    fields,
  );
}

function firstDifference(a: string, b: string): number {
  let k = 0;
  while (k < a.length && a[k] === b[k]) k++;
  return k;
}

/** A long value (such as parameters as JSON) is shown around the place where it differs. */
function excerpt(value: string | undefined, from: number): string {
  if (value === undefined) return 'absent';
  if (value.length <= 60) return JSON.stringify(value);
  const begin = Math.max(0, from - 20);
  const end = begin + 60;
  return JSON.stringify(`${begin > 0 ? '...' : ''}${value.slice(begin, end)}${end < value.length ? '...' : ''}`);
}

/**
 * Names begin with a letter, so that none is sorted before the first metadata (as "1" would be) or has a meaning in
 * JavaScript.
 */
function checkedIdentity(name: string, identity: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (identity === null || typeof identity !== 'object') refuse(name, 'object of strings', identity, 'type');
  for (const [field, value] of Object.entries(identity)) {
    if (RESERVED.includes(field)) refuse(name, `names other than ${RESERVED.join(', ')}`, field);
    if (!/^[a-zA-Z]/.test(field)) refuse(name, 'names that begin with a letter', field);
    if (typeof value !== 'string') refuse(`${name}.${field}`, 'string', value, 'type');
  }
  return identity;
}

/** JSON that reads back as the same value; a value that JSON.stringify would silently drop or change is an error. */
function toJson(progress: Readonly<Record<string, unknown>>): string {
  if (!isPlain(progress) || Array.isArray(progress)) refuse('progress', 'plain object', progress, 'type');
  // this[key] is the value itself; the second argument is the result of its toJSON method, if any.
  return JSON.stringify(progress, function (this: Record<string, unknown>, key) {
    const value = this[key];
    const name = key === '' ? 'progress' : `progress: ${key}`;
    if (typeof value === 'number' && !Number.isFinite(value)) refuse(name, 'finite number', value);
    const kept = value === null || ['number', 'string', 'boolean'].includes(typeof value) || isPlain(value);
    if (!kept) refuse(name, 'finite number, string, boolean, null, array or plain object', value, 'type');
    return value;
  });
}

function isPlain(value: unknown): value is object {
  if (value === null || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  // By depth, not by identity, so that objects of another frame or worker count as plain too.
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function fromJson(text: string | undefined, path?: string): Record<string, unknown> {
  const progress = strictJson(text ?? '', 8, path, 'progress');
  if (isPlain(progress) && !Array.isArray(progress)) return progress as Record<string, unknown>;
  throw new FormatError('progress is not a JSON object', 8, path);
}

/**
 * FNV-1a of the parts, one after the other: h ← (h ⊕ byte)·(2⁴⁰ + 435) mod 2⁶⁴ from h = cbf29ce484222325; 16
 * hexadecimal digits. Each step is a bijection of h, so any one changed byte changes the result; it detects accidents,
 * not forgery. Source: Fowler, Noll, Vo; draft-eastlake-fnv.
 */
export function fnv1a64(...parts: Uint8Array[]): string {
  let high = 0xcbf29ce4 | 0;
  let low = 0x84222325 | 0;
  for (const part of parts) {
    for (let k = 0; k < part.length; k++) {
      low ^= part[k];
      // 435·low in two halves of 16 bits, so that every number stays an integer of 32 bits.
      const first = (low & 0xffff) * 435;
      const second = (low >>> 16) * 435 + (first >>> 16);
      high = (Math.imul(high, 435) + (second >>> 16) + (low << 8)) | 0;
      low = (second << 16) | (first & 0xffff);
    }
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
