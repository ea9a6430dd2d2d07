/** A machine whose memory is full of rubbish at first, and which notices writes where none are allowed. */

import * as assert from 'uvu/assert';
import { binary } from '../../src/wasm/binaries/common.js';
import type { Kernels } from '../../src/wasm/kernels.js';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import { KernelSet } from '../../src/wasm/module.js';
import { SAMPLING } from '../../src/wasm/sampling.js';

/** The kernels of all sets, each from the binary that is shipped. */
class AllKernels extends KernelSet<Kernels> {
  override instantiate(memory: WebAssembly.Memory, shared: boolean): Kernels {
    return { ...SAMPLING.instantiate(memory, shared), ...LEARNING.instantiate(memory, shared) };
  }
}

const all = new AllKernels(binary);

/** Fills the memory of a new machine with bytes that are neither zero nor a plausible float. */
export function rubbishMachine<Name extends string>(regions: Record<Name, number>): Machine<Name, Kernels> {
  const machine = new Machine(all, regions);
  new Uint8Array(machine.memory.buffer).fill(0xa5);
  return machine;
}

/**
 * Runs `work` and asserts that it changed no byte outside of the given regions (a number: only so many bytes of it).
 */
export function writesOnly<Name extends string>(
  machine: Machine<Name, unknown>,
  allowed: Partial<Record<Name, number | 'all'>>,
  work: () => void,
): void {
  const before = new Uint8Array(machine.memory.buffer).slice();
  work();
  const after = new Uint8Array(machine.memory.buffer);
  const free = new Uint8Array(after.length);
  for (const name in allowed) {
    const bytes = allowed[name];
    free.fill(1, machine.at[name], machine.at[name] + (bytes === 'all' ? machine.u8(name).length : (bytes as number)));
  }
  for (let k = 0; k < after.length; k++) {
    if (after[k] !== before[k] && !free[k]) {
      const name = (Object.keys(machine.at) as Name[]).filter((one) => machine.at[one] <= k).at(-1);
      assert.unreachable(`wrote to byte ${name === undefined ? k : k - machine.at[name]} of "${name}"`);
    }
  }
}
