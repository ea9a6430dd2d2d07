/** One memory and the kernels that work on it. */

import type { CommonKernels } from './kernels.js';
import type { KernelSet } from './module.js';
import type { WasmMemory } from './types.js';

const PAGE = 65536;
const LINE = 64;

/**
 * One memory, laid out once, and the kernels that work on it. Nothing grows and nothing is freed by hand: the memory is
 * collected with the machine. Regions start at multiples of 64 bytes, so that threads never share a cache line; offset
 * 0 is never a region (kernels read it as "none").
 */
export class Machine<Name extends string = string, K = CommonKernels> {
  readonly kernels: K;
  readonly memory: WasmMemory;
  /** Byte offset of each region. */
  readonly at: Readonly<Record<Name, number>>;
  readonly #bytes: Readonly<Record<Name, number>>;

  /**
   * @param set the kernels
   * @param regions bytes of each region, in the order in which they lie
   * @param shared whether threads may share the memory
   * @param kept a memory that is used again if it is large enough
   * @param least bytes of a new memory
   * @throws RangeError if they need as much as the 4 GiB that a Wasm memory can address, or there is no memory for them
   */
  constructor(
    readonly set: KernelSet<K>,
    regions: Record<Name, number>,
    readonly shared = false,
    kept?: Machine<never, unknown>,
    least = 0,
  ) {
    const at = {} as Record<Name, number>;
    let end = LINE;
    for (const name in regions) {
      at[name] = end;
      end += Math.ceil(regions[name] / LINE) * LINE;
    }
    const pages = Math.ceil(Math.max(end, least) / PAGE);
    // one page less than 4 GiB, so that the end of a region is never the address 2^32 = 0
    if (!(pages < 65536)) {
      throw new RangeError(
        `a memory of ${(end / 2 ** 30).toFixed(1)} GiB is needed, and WebAssembly has less than 4 GiB`,
      );
    }
    this.at = at;
    this.#bytes = { ...regions };
    if (kept !== undefined && kept.memory.buffer.byteLength >= end) {
      this.memory = kept.memory;
      this.kernels =
        kept.set === (set as KernelSet<unknown>) ? (kept.kernels as K) : set.instantiate(this.memory, shared);
      new Uint8Array(this.memory.buffer, 0, end).fill(0);
    } else {
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
      this.kernels = set.instantiate(this.memory, shared);
    }
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

/** Bytes up to which a memory is kept for the next call. */
const MAX_KEPT = 2 ** 26;

let kept: Machine<never, unknown> | undefined;

/**
 * A machine for one call that neither pauses nor makes another one of this kind: its memory is used again by the next,
 * with zeros in it. Browsers reserve gigabytes of addresses for each memory and collect them late, so a page that blocks
 * spins many times per second would come to an end of them.
 * @throws RangeError as the constructor
 */
export function machineForCall<Name extends string, K>(
  set: KernelSet<K>,
  regions: Record<Name, number>,
): Machine<Name, K> {
  // twice the last, so that growing calls make few of them
  const least = Math.min(MAX_KEPT, 2 * (kept?.memory.buffer.byteLength ?? 0));
  const machine = new Machine(set, regions, false, kept, least);
  if (machine.memory.buffer.byteLength <= MAX_KEPT) kept = machine;
  return machine;
}

/** Memories that refilled machines have in common. */
const MEMORIES = 8;

/** Bytes beyond which a refilled machine has a memory of its own. */
const MAX_SHARED = 2 ** 22;

/** The machines that lie in these memories, by their numbers, that used longest ago first. */
const holders = new Map<number, Machine<string, unknown>>();
let numbers = 0;

type Contents<Name extends string> = Partial<Record<Name, Float32Array | Float64Array>>;

/**
 * A machine whose contents are kept outside of its memory. The eight that were used last lie in memories; one that comes
 * back later is written again, over the one used longest ago. So however many there are, and however late they are
 * collected, they take the addresses of eight memories (see `machineForCall`). A large one has its own.
 */
export class RefilledMachine<Name extends string, K> {
  readonly #set: KernelSet<K>;
  readonly #regions: Record<Name, number>;
  readonly #number = ++numbers;
  readonly #large: boolean;
  #contents: Contents<Name> | undefined;
  #own: Machine<Name, K> | undefined;

  /** @param contents numbers at the beginning of some of the regions; kept, not copied. All else is zero. */
  constructor(set: KernelSet<K>, regions: Record<Name, number>, contents: Contents<Name>) {
    this.#set = set;
    this.#regions = regions;
    this.#contents = contents;
    this.#large = Object.values<number>(regions).reduce((sum, bytes) => sum + bytes, 0) > MAX_SHARED;
  }

  /**
   * The machine with its contents, for one call that does not pause; what else a call wrote may be gone in the next.
   * @throws RangeError as the constructor of `Machine`
   */
  get(): Machine<Name, K> {
    if (this.#large) {
      this.#own ??= this.#written();
      this.#contents = undefined;
      return this.#own;
    }
    let machine = holders.get(this.#number) as Machine<Name, K> | undefined;
    holders.delete(this.#number);
    if (machine === undefined) {
      const [oldest] = holders.size < MEMORIES ? [] : holders;
      if (oldest) holders.delete(oldest[0]);
      machine = this.#written(oldest?.[1]);
    }
    holders.set(this.#number, machine);
    return machine;
  }

  #written(kept?: Machine<never, unknown>): Machine<Name, K> {
    const machine = new Machine(this.#set, this.#regions, false, kept);
    for (const [name, values] of Object.entries(this.#contents ?? {}) as [Name, Float32Array | Float64Array][]) {
      if (values instanceof Float32Array) machine.f32(name).set(values);
      else machine.f64(name).set(values);
    }
    return machine;
  }
}
