import { DivergenceError, Ising, square, Training } from 'blockspin';

const data = new Ising({ lattice: square(4), coupling: 0.44, seed: 1 }).sample(1000);
const options = { hidden: 8, epochs: 20, algorithm: 'cd' };

// #region diverge
const rates = Array.from({ length: 20 }, (_, k) => (k < 5 ? 0.1 : 500)); // one rate per epoch
let training = await Training.start(data, { ...options, learningRate: rates });
try {
  while (!training.finished) await training.runEpoch();
} catch (error) {
  if (!(error instanceof DivergenceError)) throw error;
  console.log(error.message);
}
// #endregion diverge

// #region again
const state = training.state(); // at the end of the last good epoch
console.log('good epochs:', state.epoch);
await training.close();
training = await Training.start(data, { ...options, learningRate: 0.1 }, state);
while (!training.finished) await training.runEpoch();
const { logLikelihood } = await training.outcome();
console.log(logLikelihood.mean.toFixed(2), 'nats per row; independent units', logLikelihood.independent.toFixed(2));
await training.close();
// #endregion again
