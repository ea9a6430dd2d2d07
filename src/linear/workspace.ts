/** Memory that kernels work on for the time of one call. */

import { Machine } from '../wasm/machine.js';

/** Memory of a new one. */
const MIN_BYTES = 65536 - 64;

/** A machine that is replaced by a larger one when it is too small. What lies in it holds until the next call of `room`. */
export class Workspace {
  #machine: Machine<'all'> | undefined;

  /** Bytes held. */
  get bytes(): number {
    return this.#machine?.memory.buffer.byteLength ?? 0;
  }

  /**
   * A machine of at least so many bytes; twice the last, so that growing calls make few of them.
   * @param ample bytes beyond which it is not made larger than needed
   */
  room(bytes: number, ample = 2 ** 31): Machine<'all'> {
    const own = this.#machine?.u8('all').length ?? 0;
    if (this.#machine && own >= bytes) return this.#machine;
    this.#machine = undefined; // the old one may go before there is a new one
    this.#machine = new Machine({ all: Math.max(bytes, MIN_BYTES, Math.min(2 * own, ample)) });
    return this.#machine;
  }
}

/** Bytes up to which a memory is kept between calls. */
const MAX_KEPT = 2 ** 24;

let kept: Workspace | undefined;

/** A machine for one call without pauses: kept for the next, or, where it is large, made for this one. */
export function forOneCall(bytes: number): Machine<'all'> {
  if (bytes > MAX_KEPT) return new Machine({ all: bytes });
  kept ??= new Workspace();
  return kept.room(bytes, MAX_KEPT);
}
