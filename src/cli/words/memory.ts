/** Min memory of a command compared with the available memory: impossible sizes are errors before any work. */

import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { UniformModel } from '../../ising/models/uniform.js';

/** Min bytes per term of a Hamiltonian. */
const TERM = 150;
/** Max bonds per site. */
const BONDS: Record<string, number> = { chain: 1, square: 2, triangular: 3, cubic: 3 };

/** Bytes as text, such as 1.5 GiB. */
function gibibytes(bytes: number): string {
  const number = bytes / 2 ** 30;
  return `${number >= 100 ? Math.round(number) : number.toPrecision(2)} GiB`;
}

/** @throws RangeError for a model with interactions that do not fit into memory */
export function checkModelMemory({ lattice, shape, field }: UniformModel): void {
  const sites = shape.reduce((product, side) => product * side, 1);
  const needed = sites * TERM * (BONDS[lattice] + (field === 0 ? 0 : 1));
  const there = getHeapStatistics().heap_size_limit;
  if (needed <= there) return;
  const got = `${shape.join('x')} of at least ${gibibytes(needed)}`;
  throw new RangeError(`"size" expected a model of at most ${gibibytes(there)}, got ${got}`);
}

/** @throws RangeError for more configurations than fit into memory; `each` is the bytes of one */
export function checkRowsMemory(count: number, each: number): void {
  const [needed, there] = [count * each, totalmem()];
  if (needed <= there) return;
  const got = `${count} of at least ${gibibytes(needed)}`;
  throw new RangeError(`"count" expected configurations of at most ${gibibytes(there)}, got ${got}`);
}
