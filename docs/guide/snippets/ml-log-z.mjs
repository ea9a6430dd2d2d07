import { Ising, logPartition, square, trainRbm } from 'blockspin';

const data = new Ising({ lattice: square(6), coupling: 0.44, seed: 1 }).sample(2000);
const { rbm } = await trainRbm(data, { hidden: 16, epochs: 50, outcome: false });

// #region compare
const row = (name, z) =>
  console.log(
    name.padEnd(24),
    z.estimate.toFixed(2).padStart(6),
    '±',
    z.error.toFixed(2),
    `in [${z.lower.toFixed(2)}, ${z.upper.toFixed(2)}]`,
    z.doubt ?? `${z.effectiveSize.toFixed(0)} effective chains`,
  );

row('exact', logPartition(rbm)); // 'auto': 2¹⁶ states of the hidden layer take milliseconds
row('annealing', logPartition(rbm, { method: 'annealing', data }));
row('annealing, 100 steps', logPartition(rbm, { method: 'annealing', data, temperatures: 100 }));
row('annealing, 10 steps', logPartition(rbm, { method: 'annealing', data, temperatures: 10 }));
// #endregion compare
