import { createHash } from 'node:crypto';
import { Ising, square } from 'blockspin';
import { decodeSamplerState, encodeSamplerState } from 'blockspin/io';

const make = () => new Ising({ lattice: square(16), coupling: 0.44, seed: 7 });
/** SHA-256 of the spins, its first 16 digits. */
function hash(...sets) {
  const sum = createHash('sha256');
  for (const { bytes } of sets) sum.update(bytes);
  return sum.digest('hex').slice(0, 16);
}

console.log(`1000 at once          ${hash(make().sample(1000))}`);
console.log(`with pauses, threads  ${hash(await make().sampleAsync(1000))}`);

const ising = make();
const begun = ising.sample(300);
const file = encodeSamplerState(ising.state()); // bytes to keep until tomorrow
const next = make();
next.restore(decodeSamplerState(file, next.identity));
console.log(`300, then 700         ${hash(begun, next.sample(700))}`);
