/** Reads what a WebAssembly binary asks for and offers: enough of the format for the ABI guard. */

import { Reader } from './wasmReader.js';

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
  const read = new Reader(bytes);
  const { byte, number, list, text, limits } = read;
  const valueKind = () => {
    const code = byte();
    if (!(code in VALUE_KINDS)) throw new Error(`unknown value kind ${code} at byte ${read.at - 1}`);
    return VALUE_KINDS[code];
  };
  const shape: WasmShape = { imports: [], exports: [], hasStart: false, dataSegments: 0, mutableGlobals: 0 };
  let types: string[] = [];
  const functions: number[] = [];
  const signature = (name: string, kind: number, index: number) =>
    kind === 0 ? `${name}${types[index]}` : `${name}: ${EXTERNAL_KINDS[kind]}`;

  read.sections((section) => {
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
        if (kind === 3) read.skip(2);
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
          67: () => read.skip(4),
          68: () => read.skip(8),
        };
        if (!(code in skip)) throw new Error(`unknown initial value ${code} at byte ${read.at - 1}`);
        skip[code]();
        if (byte() !== 11) throw new Error(`unknown initial value before byte ${read.at}`);
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
  });
  shape.exports.sort();
  return shape;
}
