/**
 * The compiled kernels. Importing compiles nothing: `init()` (init.ts) compiles them ahead of time and off the main
 * thread; otherwise the first use compiles them synchronously (some milliseconds). No file is fetched, here or
 * elsewhere.
 *
 * Kernels come in sets, a binary each (scalar.ts, sampling.ts, learning.ts), so that a page carries what its machines
 * need; one module that has them all may be given instead of them. The memory import of a binary is unshared; with one
 * bit of that import set, the same code takes a shared memory, which threads need.
 */

import { instantiateSync } from '@assemblyscript/loader';
import { type Binary, bytesOf } from './binaryText.js';
import type { WasmMemory, WasmModule } from './types.js';

/** Bit 1 of a memory's limits flag says that it is shared. */
const SHARED = 2;

/** The sets that are loaded. */
const sets: KernelSet<unknown>[] = [];

/** A module with the kernels of all sets. */
let given: WasmModule | undefined;

/** Kernels that one binary has. */
export class KernelSet<K> {
  readonly #binary: Binary;
  #plain: WebAssembly.Module | undefined;
  #shared: WebAssembly.Module | undefined;

  constructor(binary: Binary) {
    this.#binary = binary;
    sets.push(this);
  }

  #bytes(shared: boolean): Uint8Array<ArrayBuffer> {
    if (!this.inlined) throw new Error(EMPTY);
    const bytes = bytesOf(this.#binary);
    if (shared) bytes[this.#binary.memoryFlagOffset] |= SHARED;
    return bytes;
  }

  /** Whether it is here: `blockspin/edge` has none. */
  get inlined(): boolean {
    return this.#binary.text !== '';
  }

  /** Compiles the set ahead of its first use. */
  async compile(): Promise<void> {
    if (this.#plain || given) return;
    const built = await WebAssembly.compile(this.#bytes(false)).catch(refused);
    this.#plain ??= built; // unless another call was faster
  }

  /** The compiled set, for a shared or an unshared memory. */
  module(shared: boolean): WasmModule {
    if (shared) {
      this.#shared ??= compiled(this.#bytes(true));
      return this.#shared;
    }
    if (given) return given;
    this.#plain ??= compiled(this.#bytes(false));
    return this.#plain;
  }

  /** The kernels, instantiated on `memory`. */
  instantiate(memory: WasmMemory, shared: boolean): K {
    const barrier = () => {}; // a single thread never waits; workers have a barrier of their own (threads.ts)
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = { env: { memory, barrier } };
    return instantiateSync(this.module(shared), imports).exports as unknown as K;
  }
}

/** @throws what the engine throws, or what a page has to allow */
function compiled(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    return refused(error);
  }
}

/** Says of a refusal by a page's policy what it needs; engines name more than that, or nothing. */
function refused(error: unknown): never {
  if (!/Content.Security|unsafe-eval|blocked by CSP/i.test(String(error))) throw error;
  const need =
    "blockspin compiles WebAssembly, which needs script-src 'wasm-unsafe-eval' in this page's Content-Security-Policy";
  throw new Error(need, { cause: error });
}

const EMPTY =
  'blockspin/edge has no kernels in it: `await init({ module })` first, with the module of blockspin/blockspin.wasm';

/** From now on all sets are this module, until it is undefined again. */
export function useModule(module: WasmModule | undefined): void {
  given = module;
}

/** Whether the binaries are here, so that there can be kernels on shared memories. */
export const kernelsInlined = (): boolean => sets.some(({ inlined }) => inlined);

/**
 * Compiles the kernels that are loaded ahead of their first use, unless a module is given.
 * @throws Error if there are none
 */
export async function compileKernels(): Promise<void> {
  if (!given && sets.length > 0 && !kernelsInlined()) throw new Error(EMPTY);
  await Promise.all(sets.filter(({ inlined }) => inlined).map((set) => set.compile()));
}
