/**
 * Counts the instructions of a WebAssembly binary, function by function: what a kernel costs without a clock. A loop
 * that lost its vectors, a helper that is no longer inlined or a check that moved into a hot loop shows here on any
 * machine.
 */

import { Reader } from './wasmReader.js';

export interface Count {
  /** Instructions of the function and of all that it calls, each function once. */
  all: number;
  /** Those of them that stand in loops without a loop inside. */
  innermost: number;
  /** Those of the innermost that are vector instructions. */
  vectors: number;
}

interface Body extends Count {
  calls: Set<number>;
}

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const CALL = 0x10;

/** Skips what follows an opcode. @throws Error for one that is not known here */
function skipOperands(read: Reader, code: number): void {
  if (code <= 0x01 || code === ELSE || code === END || code === 0x0f || code === 0x1a || code === 0x1b) return;
  if (code === BLOCK || code === LOOP || code === IF) read.number();
  else if (code === 0x0c || code === 0x0d || code === CALL) read.number();
  else if (code === 0x0e) {
    read.list(read.number);
    read.number();
  } else if (code === 0x11) {
    read.number();
    read.number();
  } else if (code === 0x1c) read.list(read.byte);
  else if (code >= 0x20 && code <= 0x26) read.number();
  else if (code >= 0x28 && code <= 0x3e) {
    read.number();
    read.number();
  } else if (code === 0x3f || code === 0x40) read.byte();
  else if (code === 0x41 || code === 0x42) read.number();
  else if (code === 0x43) read.skip(4);
  else if (code === 0x44) read.skip(8);
  else if (code >= 0x45 && code <= 0xc4) return;
  else if (code === 0xfc) skipBulk(read);
  else if (code === 0xfd) skipVector(read);
  else throw new Error(`unknown opcode 0x${code.toString(16)} before byte ${read.at}`);
}

function skipBulk(read: Reader): void {
  const code = read.number();
  if (code <= 7) return;
  const operands = [2, 1, 2, 1, 2, 1, 2, 1, 1, 1][code - 8];
  if (operands === undefined) throw new Error(`unknown opcode 0xfc ${code} before byte ${read.at}`);
  for (let k = 0; k < operands; k++) read.number();
}

function skipVector(read: Reader): void {
  const code = read.number();
  const memory = code <= 11 || (code >= 84 && code <= 93);
  if (memory) {
    read.number();
    read.number();
  }
  if (code === 12 || code === 13) read.skip(16);
  else if ((code >= 21 && code <= 34) || (code >= 84 && code <= 91)) read.byte();
}

/** One function's code up to its last END. */
function countBody(read: Reader, end: number): Body {
  const body: Body = { all: 0, innermost: 0, vectors: 0, calls: new Set() };
  read.list(() => {
    read.number();
    read.byte();
  });
  const open: { loop: boolean; inner: boolean; all: number; vectors: number }[] = [];
  const frame = (loop: boolean) => open.push({ loop, inner: false, all: 0, vectors: 0 });
  frame(false);
  const innermost = () => open.findLast(({ loop }) => loop);
  while (read.at < end) {
    const start = read.at;
    const code = read.byte();
    skipOperands(read, code);
    if (code === END) {
      const closed = open.pop();
      if (closed?.loop) {
        if (!closed.inner) {
          body.innermost += closed.all;
          body.vectors += closed.vectors;
        }
        const outer = innermost();
        if (outer) outer.inner = true;
      }
    } else if (code === BLOCK || code === LOOP) frame(code === LOOP);
    else if (code !== ELSE) {
      if (code === CALL) body.calls.add(read.numberAt(start + 1));
      body.all++;
      const loop = innermost();
      if (loop) {
        loop.all++;
        if (code === 0xfd) loop.vectors++;
      }
      if (code === IF) frame(false);
    }
  }
  if (open.length !== 0 || read.at !== end)
    throw new Error(`a function's code ends at byte ${read.at}, expected ${end}`);
  return body;
}

/** Reads an import; 0 is a function. */
function importKind(read: Reader): number {
  read.text();
  read.text();
  const kind = read.byte();
  if (kind === 0) read.number();
  if (kind === 1) read.byte();
  if (kind === 1 || kind === 2) read.limits();
  if (kind === 3) read.skip(2);
  return kind;
}

/** Counts of every exported function, by name. @throws Error for a binary that cannot be read whole */
export function instructionCounts(bytes: Uint8Array): Map<string, Count> {
  const read = new Reader(bytes);
  const exported: [name: string, index: number][] = [];
  let imported = 0;
  let bodies: Body[] = [];
  read.sections((section) => {
    if (section === 2) imported = read.list(() => importKind(read)).filter((kind) => kind === 0).length;
    if (section === 7) {
      for (const [name, kind, index] of read.list(() => [read.text(), read.byte(), read.number()] as const)) {
        if (kind === 0) exported.push([name, index]);
      }
    }
    if (section === 10) {
      bodies = read.list(() => {
        const size = read.number();
        return countBody(read, read.at + size);
      });
    }
  });
  return new Map(
    exported.sort().map(([name, index]) => {
      const seen = new Set<number>();
      const sum: Count = { all: 0, innermost: 0, vectors: 0 };
      const visit = (at: number): void => {
        const body = bodies[at - imported];
        if (body === undefined || seen.has(at)) return;
        seen.add(at);
        for (const key of ['all', 'innermost', 'vectors'] as const) sum[key] += body[key];
        for (const callee of body.calls) visit(callee);
      };
      visit(index);
      return [name, sum];
    }),
  );
}
