import { Ising, logPartition, square, trainRbm } from 'blockspin';

const data = new Ising({ lattice: square(8), coupling: 0.5, seed: 1 }).sample(2000); // two modes
const up = Array.from({ length: data.count }, (_, r) => data.spins(r).reduce((a, b) => a + b) > 0);

console.log('algorithm     m > 0   m < 0     all, nats per row');
const old = { learningRate: 0.02, momentum: 0.5 };
for (const [algorithm, options] of Object.entries({ cd: old, pcd: old, tempering: old, population: {} })) {
  const { rbm } = await trainRbm(data, { hidden: 12, epochs: 25, algorithm, ...options, outcome: false });
  const logZ = logPartition(rbm).estimate;
  const logs = rbm.freeEnergy(data).map((free) => -free - logZ);
  const mean = (own) => own.reduce((sum, x) => sum + x, 0) / own.length;
  const sides = [logs.filter((_, r) => up[r]), logs.filter((_, r) => !up[r]), logs];
  console.log(algorithm.padEnd(10), ...sides.map((own) => mean(own).toFixed(1).padStart(8)));
}
