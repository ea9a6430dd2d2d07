import { createHash } from 'node:crypto';
import { Ising, square, trainRbm } from 'blockspin';
import { encodeRbm } from 'blockspin/io';

const data = new Ising({ lattice: square(6), coupling: 0.44, seed: 1 }).sample(1000);
const hash = async (options) => {
  const { rbm } = await trainRbm(data, { hidden: 12, epochs: 20, outcome: false, ...options });
  return createHash('sha256').update(encodeRbm(rbm)).digest('hex').slice(0, 12);
};

console.log('1 thread ', await hash({ seed: 1, threads: 1 }));
console.log('2 threads', await hash({ seed: 1, threads: 2 }));
console.log('seed 2   ', await hash({ seed: 2 }));
console.log('a text   ', await hash({ seed: 'figure 3' }));
