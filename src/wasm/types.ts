/** Types of WebAssembly, where the compiler knows them: declarations of this package need no library of it. */

type Assembly = typeof globalThis extends { WebAssembly: infer W } ? W : unknown;
/** WebAssembly.Module. */
export type WasmModule = Assembly extends { Module: { prototype: infer T } } ? T : never;
/** WebAssembly.Memory. */
export type WasmMemory = Assembly extends { Memory: { prototype: infer T } } ? T : { readonly buffer: ArrayBufferLike };
