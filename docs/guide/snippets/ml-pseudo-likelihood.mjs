import { Ising, logPartition, square, Training } from 'blockspin';
import { pseudoLikelihood } from 'blockspin/rbm';

// two modes: nearly all spins up, or nearly all down
const data = new Ising({ lattice: square(8), coupling: 0.5, seed: 1 }).sample(5000);
const options = { hidden: 16, epochs: 100, algorithm: 'pcd', learningRate: 0.02, momentum: 0.5 };
const training = await Training.start(data, options);
const up = Array.from({ length: data.count }, (_, r) => data.spins(r).reduce((a, b) => a + b) > 0);

console.log('epoch  rows m > 0  rows m < 0  all rows  pseudo-likelihood');
while (training.epoch < 8) {
  const { epoch } = await training.runEpoch();
  if (![1, 2, 4, 8].includes(epoch)) continue;
  const rbm = training.rbm();
  const logZ = logPartition(rbm).estimate; // exact
  const logs = rbm.freeEnergy(data).map((free) => -free - logZ);
  const mean = (side) => logs.reduce((sum, x, r) => (side(r) ? sum + x : sum), 0) / up.filter((_, r) => side(r)).length;
  const means = [(r) => up[r], (r) => !up[r], () => true].map((side) => mean(side).toFixed(1).padStart(10));
  console.log(String(epoch).padStart(5), ...means, pseudoLikelihood(rbm, data).mean.toFixed(4).padStart(12));
}
await training.close();
