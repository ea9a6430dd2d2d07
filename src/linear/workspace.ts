/** Memory that grows to what the largest product needs. */

import { LEARNING, type LearningMachine } from '../wasm/learning.js';
import { Machine } from '../wasm/machine.js';

/** Memory of a new one, and that beyond which it is not made larger than needed. */
const MIN_BYTES = 65536 - 64;
const AMPLE = 2 ** 31;

/** A machine that is replaced by a larger one when it is too small. What lies in it holds until the next call of `room`. */
export class Workspace {
  #machine: LearningMachine<'all'> | undefined;

  /** Bytes held. */
  get bytes(): number {
    return this.#machine?.memory.buffer.byteLength ?? 0;
  }

  /** A machine of at least so many bytes; twice the last, so that growing calls make few of them. */
  room(bytes: number): LearningMachine<'all'> {
    const own = this.#machine?.u8('all').length ?? 0;
    if (this.#machine && own >= bytes) return this.#machine;
    this.#machine = undefined; // the old one may go before there is a new one
    this.#machine = new Machine(LEARNING, { all: Math.max(bytes, MIN_BYTES, Math.min(2 * own, AMPLE)) });
    return this.#machine;
  }
}
