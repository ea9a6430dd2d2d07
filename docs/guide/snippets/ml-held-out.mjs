import { Ising, logLikelihood, logPartition, square, trainRbm } from 'blockspin';

const spins = new Ising({ lattice: square(6), coupling: 0.44, seed: 1 }).sample(2200);
const few = spins.slice(0, 100);
const heldOut = spins.slice(200, 2200);

// #region watch
const options = { hidden: 16, epochs: 20, passes: 100, learningRate: 0.05 };
const monitor = { every: 4, heldOut };
const { rbm, history } = await trainRbm(few, { ...options, monitor, outcome: false });
for (const { epoch, freeEnergyGap, freeEnergyGapError } of history) {
  if (freeEnergyGap !== undefined) console.log(epoch, freeEnergyGap.toFixed(2), '±', freeEnergyGapError.toFixed(2));
}
const z = logPartition(rbm);
console.log('training rows', logLikelihood(rbm, few, z).mean.toFixed(2));
console.log('held-out rows', logLikelihood(rbm, heldOut, z).mean.toFixed(2));
// #endregion watch

// #region keep
const best = await trainRbm(few, {
  ...options,
  validation: (candidate) => logLikelihood(candidate, heldOut).mean, // exact here; pass the rows for pseudo-likelihood
  patience: 4,
});
console.log('kept epoch', best.best.epoch, 'of', best.history.length, 'held-out', best.best.score.toFixed(2));
// #endregion keep
