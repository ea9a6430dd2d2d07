/** Reads what a WebAssembly binary asks for and offers: enough of the format for the ABI guard. */

const VALUE_KINDS: Record<number, string> = { 127: 'i32', 126: 'i64', 125: 'f32', 124: 'f64', 123: 'v128' };
const EXTERNAL_KINDS = ['function', 'table', 'memory', 'global'];

export interface WasmShape {
  /** `module.name: kind` or, for functions, `module.name(i32) -> i32`. */
  imports: string[];
  /** `name(i32, f64) -> i32` for functions, `name: kind` for others. */
  exports: string[];
  hasStart: boolean;
  dataSegments: number;
  mutableGlobals: number;
}

/** @throws Error if the bytes are not a WebAssembly module of the known form */
export function wasmShape(bytes: Uint8Array): WasmShape {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== '\0asm') throw new Error('not a WebAssembly binary');
  let at = 8;
  const byte = () => bytes[at++];
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  const list = <T>(read: () => T): T[] => Array.from({ length: number() }, read);
  const text = () => {
    const length = number();
    at += length;
    return new TextDecoder().decode(bytes.subarray(at - length, at));
  };
  const valueKind = () => {
    const code = byte();
    if (!(code in VALUE_KINDS)) throw new Error(`unknown value kind ${code} at byte ${at - 1}`);
    return VALUE_KINDS[code];
  };
  const limits = () => {
    const hasMaximum = (byte() & 1) === 1;
    number();
    if (hasMaximum) number();
  };

  const shape: WasmShape = { imports: [], exports: [], hasStart: false, dataSegments: 0, mutableGlobals: 0 };
  let types: string[] = [];
  const functions: number[] = [];
  const signature = (name: string, kind: number, index: number) =>
    kind === 0 ? `${name}${types[index]}` : `${name}: ${EXTERNAL_KINDS[kind]}`;

  while (at < bytes.length) {
    const section = byte();
    const size = number();
    const end = at + size;
    if (section === 1) {
      types = list(() => {
        byte();
        const parameters = list(valueKind);
        const results = list(valueKind);
        return `(${parameters.join(', ')})${results.length > 0 ? ` -> ${results.join(', ')}` : ''}`;
      });
    } else if (section === 2) {
      shape.imports = list(() => {
        const name = `${text()}.${text()}`;
        const kind = byte();
        const type = kind === 0 ? number() : 0;
        if (kind === 0) functions.push(type);
        if (kind === 1) byte();
        if (kind === 1 || kind === 2) limits();
        if (kind === 3) at += 2;
        return signature(name, kind, type);
      });
    } else if (section === 3) {
      functions.push(...list(number));
    } else if (section === 6) {
      // The initial values are skipped; only a global of one number can be read here, and others do not occur.
      shape.mutableGlobals = list(() => {
        valueKind();
        const mutable = byte();
        const code = byte();
        const skip: Record<number, () => unknown> = {
          65: number,
          66: number,
          67: () => (at += 4),
          68: () => (at += 8),
        };
        if (!(code in skip)) throw new Error(`unknown initial value ${code} at byte ${at - 1}`);
        skip[code]();
        if (byte() !== 11) throw new Error(`unknown initial value before byte ${at}`);
        return mutable;
      }).filter((mutable) => mutable === 1).length;
    } else if (section === 7) {
      shape.exports = list(() => {
        const name = text();
        const kind = byte();
        return signature(name, kind, functions[number()]);
      });
    } else if (section === 8) {
      shape.hasStart = true;
    } else if (section === 11) {
      shape.dataSegments = number();
    }
    at = end;
  }
  shape.exports.sort();
  return shape;
}
