/**
 * Spin configurations as a .bits file, the form for sets larger than memory: rows of bits as in `BitRows`, after a
 * header with their number, shape and provenance.
 *
 *     offset 0   \x93SPINS  major minor (1, 0)
 *     8          u64, little-endian: bytes of the header
 *     16         {"count":20000,"shape":[40,40],"provenance":{"source":"…"}}  spaces  \n
 *     then       count rows of ceil(rows·columns/8) bytes, least significant bit first, to the end; here they begin at
 *                a multiple of 4096
 *
 * In NumPy, whole (or by np.memmap, which takes the offset f.tell()):
 *   f = open('data.bits', 'rb'); f.seek(8); h = json.loads(f.read(int.from_bytes(f.read(8), 'little')))
 *   b = np.fromfile(f, 'u1').reshape(h['count'], -1)
 *   x = np.unpackbits(b, axis=1, count=np.prod(h['shape']), bitorder='little'); spins = 2 * x.astype('i1') - 1
 *
 * While a file is written it has another name, `count` is null, and `flushed` is the number of rows that are known to
 * be on the disk.
 */

import { strictJson } from '../formats/json.js';
import { type Provenance, SpinData } from '../ising/data/spinData.js';
import { instanceOf, integer, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import type { Bytes } from '../util/platform.js';

const MAGIC = [0x93, 0x53, 0x50, 0x49, 0x4e, 0x53];
const START = 16;

/** Longest header read or written, in bytes: a provenance may have every coupling of a spin glass. */
const MAX_HEADER = 2 ** 26;

/**
 * Rows begin at a multiple of `BLOCK`, and at least `SPARE` bytes of the header are left for a provenance that grows
 * while rows are written.
 */
const BLOCK = 4096;
const SPARE = 1024;

/** Approximate number of bytes read at a time by default. */
const BATCH = 2 ** 24;

/** The header of a .bits file. */
export interface SpinFileHeader {
  /** Number of configurations; null while the file is written. */
  readonly count: number | null;
  /** Number of rows on the disk, while the file is written. */
  readonly flushed?: number;
  readonly shape: readonly [number, number];
  readonly provenance: Provenance;
}

/** Bytes with random access: of a file, a Blob, memory, or a server that supports range requests. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Bytes [from, to), both within [0, size]. */
  read(from: number, to: number): Uint8Array | Promise<Uint8Array>;
  /** Closes the source, if it has to be closed. */
  close?(): void;
}

/**
 * Configurations as the bytes of a .bits file. Equal data give equal bytes, as does a file written in any batches with
 * the same provenance.
 * @throws TypeError if not SpinData; RangeError if the provenance is more than 64 MiB as JSON
 */
export function encodeSpinFile(data: SpinData): Uint8Array<ArrayBuffer> {
  instanceOf('data', data, SpinData, 'SpinData');
  const { count, shape, provenance } = data;
  const begin = rowsBegin({ shape, provenance });
  const bytes = new Uint8Array(begin + data.bytes.length);
  bytes.set(encodeSpinFileHeader({ count, shape, provenance }, begin));
  bytes.set(data.bytes, begin);
  return bytes;
}

/**
 * All configurations of a .bits file, in fresh memory. `SpinFile` reads large files in parts.
 * @param path named in errors
 * @throws FormatError if the file is not one that `encodeSpinFile` could have written
 */
export function decodeSpinFile(bytes: Uint8Array, path?: string): SpinData {
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  const { header, begin } = decodeSpinFileHeader(bytes.subarray(0, START + MAX_HEADER), bytes.length, path);
  return rowsOf(header, bytes.slice(begin), begin, path);
}

/** Whether the bytes begin like a .bits file. */
export function isSpinFile(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, k) => bytes[k] === byte);
}

/** A .bits file of any size, open for reading, here or in a browser (a `File` that the user chose is a Blob). */
export class SpinFile {
  readonly count: number;
  /** [rows, columns] of one configuration. */
  readonly shape: readonly [number, number];
  readonly provenance: Provenance;
  /** Bytes per configuration. */
  readonly stride: number;

  private constructor(
    private readonly source: ByteSource,
    private readonly header: Complete,
    private readonly begin: number,
    private readonly path?: string,
  ) {
    this.count = header.count;
    this.shape = header.shape;
    this.provenance = header.provenance;
    this.stride = strideOf(header.shape);
  }

  /**
   * Reads and checks the header, and that the file has the length that follows from it.
   * @param path named in errors
   * @throws TypeError if `source` is of the wrong kind; FormatError if it is not a whole .bits file
   */
  static async open(source: Bytes | Uint8Array | ByteSource, path?: string): Promise<SpinFile> {
    const bytes = byteSource(source);
    const first = await readExactly(bytes, 0, Math.min(bytes.size, START), path);
    const length = headerLength(first, bytes.size, path);
    const text = await readExactly(bytes, 0, START + length, path);
    const { header, begin } = decodeSpinFileHeader(text, bytes.size, path);
    return new SpinFile(bytes, header, begin, path);
  }

  /**
   * Configurations [from, to), in fresh memory.
   * @throws RangeError unless 0 <= from <= to <= count; FormatError if the file has changed, or a bit past the last
   *   site is set
   */
  async rows(from: number, to: number): Promise<SpinData> {
    integer('from', from, 0, this.count);
    integer('to', to, from, this.count);
    const { begin, stride } = this;
    const at = begin + from * stride;
    const bytes = await readExactly(this.source, at, begin + to * stride, this.path);
    return rowsOf({ ...this.header, count: to - from }, bytes, at, this.path);
  }

  /**
   * All configurations in order, `rows` at a time (the last batch may have fewer). Default: about 16 MiB at a time.
   * @throws TypeError or RangeError if `rows` is not a positive integer; FormatError as `rows`
   */
  async *batches(rows = Math.max(1, Math.floor(BATCH / this.stride))): AsyncGenerator<SpinData, void> {
    integer('rows', rows);
    for (let from = 0; from < this.count; from += rows) yield await this.rows(from, Math.min(this.count, from + rows));
  }

  /** Closes the source. */
  close(): void {
    this.source.close?.();
  }
}

/** Offset of the rows in a file with this header, or with a somewhat longer provenance. */
export function rowsBegin(header: Omit<SpinFileHeader, 'count' | 'flushed'>): number {
  const { length } = headerText({ count: null, flushed: Number.MAX_SAFE_INTEGER, ...header });
  return Math.ceil((START + length + SPARE) / BLOCK) * BLOCK;
}

/**
 * The `begin` bytes before the rows.
 * @throws RangeError for a provenance that does not fit, or is more than 64 MiB as JSON
 */
export function encodeSpinFileHeader(header: SpinFileHeader, begin: number): Uint8Array<ArrayBuffer> {
  const text = headerText(header);
  const room = begin - START;
  if (text.length + 1 > room || room > MAX_HEADER) {
    throw new RangeError(
      `"provenance" expected at most ${Math.min(room, MAX_HEADER)} bytes in the file's header, got ${text.length + 1}`,
    );
  }
  const bytes = new Uint8Array(begin).fill(0x20);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setBigUint64(8, BigInt(room), true);
  bytes.set(text, START);
  bytes[begin - 1] = 0x0a;
  return bytes;
}

/**
 * The header of a whole file, and the offset of its rows.
 * @param bytes from offset 0, at least the header, unless the file is cut short
 * @param size of the file, in bytes
 * @throws FormatError if the header is invalid, the file is unfinished, or its length does not match its header
 */
export function decodeSpinFileHeader(
  bytes: Uint8Array,
  size: number,
  path?: string,
): { header: Complete; begin: number } {
  const { header, begin } = decodeAnyHeader(bytes, size, path);
  const { count, shape } = header;
  if (count === null) {
    throw new FormatError('is unfinished: it is being written, or writing was interrupted', START, path);
  }
  const needed = count * strideOf(shape);
  const present = size - begin;
  if (needed !== present) {
    const claim = `${count} configurations of shape [${shape.join(', ')}] need ${needed} bytes`;
    throw new FormatError(`${claim}, ${present} are present`, begin, path);
  }
  return { header: { ...header, count }, begin };
}

/**
 * `decodeSpinFileHeader` for a file that may be unfinished: its rows are not checked.
 * @throws FormatError if the header is invalid
 */
export function decodeAnyHeader(
  bytes: Uint8Array,
  size: number,
  path?: string,
): { header: SpinFileHeader; begin: number } {
  const length = headerLength(bytes, size, path);
  const begin = START + length;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(START, begin));
  } catch {
    throw new FormatError('header is not UTF-8', START, path);
  }
  return { header: checkedHeader(strictJson(text, START, path), path), begin };
}

/**
 * Bytes of the header.
 * @throws FormatError if the file is not a .bits file, or ends inside its header
 */
export function headerLength(bytes: Uint8Array, size: number, path?: string): number {
  const wrong = MAGIC.findIndex((byte, k) => bytes[k] !== byte);
  if (wrong >= 0) {
    const cut = wrong >= bytes.length;
    throw new FormatError(
      cut ? 'ends before the magic \\x93SPINS does' : 'not a .bits file: magic is not \\x93SPINS',
      wrong,
      path,
    );
  }
  if (bytes.length < START) throw new FormatError('ends inside its header', bytes.length, path);
  if (bytes[6] !== 1) throw new FormatError(`format ${bytes[6]}.${bytes[7]} is not one of 1.x`, 6, path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(8, true);
  if (length > BigInt(size - START)) {
    throw new FormatError(`header of ${length} bytes, ${size - START} are left`, 8, path);
  }
  if (length > BigInt(MAX_HEADER)) {
    throw new FormatError(`header of ${length} bytes, more than ${MAX_HEADER}`, 8, path);
  }
  return Number(length);
}

type Complete = SpinFileHeader & { readonly count: number };

function headerText({ count, flushed, shape, provenance }: SpinFileHeader): Uint8Array {
  const counts = JSON.stringify({ count, flushed }).slice(1, -1);
  // An unfinished header changes at every flush, only in its first bytes, within one sector, which a disk writes as a
  // whole.
  const room = count === null ? `"count":null,"flushed":${Number.MAX_SAFE_INTEGER}`.length : 0;
  const rest = JSON.stringify({ shape, provenance }).slice(1);
  return new TextEncoder().encode(`{${counts.padEnd(room)},${rest}`);
}

function checkedHeader(value: unknown, path?: string): SpinFileHeader {
  const fail = (reason: string): never => {
    throw new FormatError(reason, START, path);
  };
  const isCount = (count: unknown): count is number => Number.isSafeInteger(count) && (count as number) >= 0;
  const fields = (value ?? {}) as Record<string, unknown>;
  const { count, flushed, shape, provenance } = fields;
  const unknown = Object.keys(fields).find((key) => !['count', 'flushed', 'shape', 'provenance'].includes(key));
  if (unknown !== undefined) fail(`header key ${JSON.stringify(unknown.slice(0, 60))} is unknown`);
  if (!(count === null ? isCount(flushed) : isCount(count) && flushed === undefined)) {
    fail('header expected "count", an integer >= 0, or null and "flushed", an integer >= 0');
  }
  const sides = Array.isArray(shape) ? (shape as unknown[]) : [];
  const sound = sides.length === 2 && sides.every((side) => isCount(side) && side > 0);
  if (!sound || !Number.isSafeInteger((sides[0] as number) * (sides[1] as number))) {
    fail('header expected "shape", two positive integers');
  }
  if (typeof (provenance as Provenance | null | undefined)?.source !== 'string') {
    fail('header expected "provenance", an object with a text "source"');
  }
  return fields as unknown as SpinFileHeader;
}

function strideOf([rows, columns]: readonly [number, number]): number {
  return Math.ceil((rows * columns) / 8);
}

function rowsOf({ count, shape, provenance }: Complete, bytes: Uint8Array, at: number, path?: string): SpinData {
  try {
    return new SpinData(count, shape, bytes, provenance);
  } catch (error) {
    throw new FormatError((error as Error).message, at, path);
  }
}

function byteSource(source: Bytes | Uint8Array | ByteSource): ByteSource {
  if (source instanceof Uint8Array) return { size: source.length, read: (from, to) => source.slice(from, to) };
  if (typeof Blob !== 'undefined' && source instanceof Blob) {
    const read = async (from: number, to: number) => new Uint8Array(await source.slice(from, to).arrayBuffer());
    return { size: source.size, read };
  }
  if (typeof (source as ByteSource | null)?.read === 'function') return source as ByteSource;
  return refuse('source', 'Blob, Uint8Array or { size, read }', source, 'type');
}

async function readExactly(source: ByteSource, from: number, to: number, path?: string): Promise<Uint8Array> {
  const bytes = await source.read(from, to);
  if (bytes.length === to - from) return bytes;
  throw new FormatError(`became shorter while it was read, ${bytes.length} of ${to - from} bytes`, from, path);
}
