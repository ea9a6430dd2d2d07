import { logLikelihood, Training } from 'blockspin';
import { barsAndStripes, independentLogLikelihood } from 'blockspin/rbm';

const data = barsAndStripes(4);
const textbook = { algorithm: 'cd', learningRate: 0.5, momentum: 0.5, schedule: 'constant', centred: false };
const training = await Training.start(data, { hidden: 8, epochs: 32, passes: 500, seed: 1, ...textbook });

console.log('independent units', independentLogLikelihood(data).toFixed(2));
console.log('epoch  reconstruction error  pseudo-likelihood  log-likelihood, exact');
while (!training.finished) {
  const { epoch, reconstructionError, pseudoLikelihood } = await training.runEpoch();
  if (![1, 2, 4, 8, 16, 32].includes(epoch)) continue;
  const exact = logLikelihood(training.rbm(), data).mean; // log Z is a sum over 2⁸ states
  console.log(
    String(epoch).padStart(5),
    `${(100 * reconstructionError).toFixed(1)} %`.padStart(21),
    pseudoLikelihood.toFixed(4).padStart(18),
    exact.toFixed(2).padStart(22),
  );
}
const { doubts } = await training.outcome();
for (const doubt of doubts) console.log(`- ${doubt}`);
await training.close();
