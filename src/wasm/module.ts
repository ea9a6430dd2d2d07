/**
 * The compiled kernels. Importing compiles nothing: `init()` (init.ts) compiles them ahead of time and off the main
 * thread; otherwise the first use compiles them synchronously (some milliseconds). No file is fetched, here or
 * elsewhere.
 *
 * There is one binary. Its memory import is unshared; with one bit of that import set, the same code takes a shared
 * memory, which threads need.
 */

import { instantiateSync } from '@assemblyscript/loader';
import { base64, memoryFlagOffset } from './binary.js';
import type { Kernels } from './kernels.js';

const compiled: { plain?: WebAssembly.Module; shared?: WebAssembly.Module } = {};

/** Bit 1 of a memory's limits flag says that it is shared. */
const SHARED = 2;

function binary(shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (shared) bytes[memoryFlagOffset] |= SHARED;
  return bytes;
}

/** Compiles the kernels ahead of their first use, unless a compiled module is given. */
export async function compileKernels(module?: WebAssembly.Module): Promise<void> {
  if (module) compiled.plain = module;
  else if (!compiled.plain) {
    const built = await WebAssembly.compile(binary(false));
    compiled.plain ??= built; // unless another call was faster
  }
}

/** The compiled kernels, for a shared or an unshared memory. */
export function kernelModule(shared: boolean): WebAssembly.Module {
  const kind = shared ? 'shared' : 'plain';
  compiled[kind] ??= new WebAssembly.Module(binary(shared));
  return compiled[kind];
}

/** The kernels, instantiated on `memory`. */
export function instantiate(memory: WebAssembly.Memory, shared: boolean): Kernels {
  const barrier = () => {}; // a single thread never waits; workers have a barrier of their own (threads.ts)
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = { env: { memory, barrier } };
  return instantiateSync(kernelModule(shared), imports).exports as unknown as Kernels;
}
