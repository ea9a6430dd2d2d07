/** Optional settings before the first use. */

import { knownOptions, refuse } from '../util/check.js';
import type { Address } from '../util/platform.js';
import { compileKernels, useModule } from './module.js';
import { useWorkerFile } from './threads.js';
import type { WasmModule } from './types.js';

/** Options of `init`. */
export interface InitOptions {
  /** Compiled from `blockspin/blockspin.wasm`, to be used instead of the built-in copies. `blockspin/edge` has none. */
  module?: WasmModule;
  /**
   * Address of `blockspin/worker.js` on the page's own server, for pages whose Content-Security-Policy allows no worker
   * from a blob (`worker-src 'self'` is then enough). In Node a path or file: URL, to avoid workers from text. If the
   * file cannot be started, a blob that imports it and then the built-in text are tried.
   */
  worker?: string | Address;
}

/**
 * Compiles the kernels ahead of their first use, off the main thread; otherwise the first use compiles them, in some
 * milliseconds.
 * @throws Error by `blockspin/edge` without a module, or where a page's policy forbids WebAssembly; TypeError for a
 *   module that is not a WebAssembly.Module, or a worker that is not an address; RangeError for an unknown option
 * @example
 * await init();
 */
export async function init(options: InitOptions = {}): Promise<void> {
  knownOptions('init', options, ['module', 'worker']);
  const { module, worker } = options;
  if (module !== undefined && !(module instanceof WebAssembly.Module)) {
    refuse('module', 'WebAssembly.Module', module, 'type');
  }
  if (worker !== undefined) {
    if (!(worker instanceof URL) && (typeof worker !== 'string' || worker === '')) {
      refuse('worker', 'URL or text', worker, 'type');
    }
    useWorkerFile(String(worker));
  }
  if (module !== undefined) useModule(module);
  await compileKernels();
}
