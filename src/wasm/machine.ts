/** One memory and the kernels that work on it. */

import type { Kernels } from './kernels.js';
import { instantiate } from './module.js';

const PAGE = 65536;
const LINE = 64;

/**
 * One memory, laid out once, and the kernels that work on it. Nothing grows and nothing is freed by hand: the memory is
 * collected with the machine. Regions start at multiples of 64 bytes, so that threads never share a cache line; offset
 * 0 is never a region (kernels read it as "none").
 */
export class Machine<Name extends string = string> {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  /** Byte offset of each region. */
  readonly at: Readonly<Record<Name, number>>;
  readonly #bytes: Readonly<Record<Name, number>>;

  /**
   * @param regions bytes of each region, in the order in which they lie
   * @param shared whether threads may share the memory
   * @throws RangeError if they need as much as the 4 GiB that a Wasm memory can address, or there is no memory for them
   */
  constructor(
    regions: Record<Name, number>,
    readonly shared = false,
  ) {
    const at = {} as Record<Name, number>;
    let end = LINE;
    for (const name in regions) {
      at[name] = end;
      end += Math.ceil(regions[name] / LINE) * LINE;
    }
    const pages = Math.ceil(end / PAGE);
    // one page less than 4 GiB, so that the end of a region is never the address 2^32 = 0
    if (!(pages < 65536)) {
      throw new RangeError(
        `a memory of ${(end / 2 ** 30).toFixed(1)} GiB is needed, and WebAssembly has less than 4 GiB`,
      );
    }
    this.at = at;
    this.#bytes = { ...regions };
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    this.kernels = instantiate(this.memory, shared);
  }

  // Each call makes a new view, which is not kept; numbers that leave the machine are copied.

  u8(name: Name): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.at[name], this.#bytes[name]);
  }
  u16(name: Name): Uint16Array {
    return new Uint16Array(this.memory.buffer, this.at[name], this.#bytes[name] >>> 1);
  }
  u32(name: Name): Uint32Array {
    return new Uint32Array(this.memory.buffer, this.at[name], this.#bytes[name] >>> 2);
  }
  i32(name: Name): Int32Array {
    return new Int32Array(this.memory.buffer, this.at[name], this.#bytes[name] >>> 2);
  }
  f32(name: Name): Float32Array {
    return new Float32Array(this.memory.buffer, this.at[name], this.#bytes[name] >>> 2);
  }
  f64(name: Name): Float64Array {
    return new Float64Array(this.memory.buffer, this.at[name], this.#bytes[name] >>> 3);
  }
}
