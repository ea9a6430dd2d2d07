import { trainRbm } from 'blockspin';
import { barsAndStripes } from 'blockspin/rbm';
import { formatEstimate } from 'blockspin/stats';

const data = barsAndStripes(4);
const { history, outcome, doubts } = await trainRbm(data, { hidden: 16, seed: 1 });

const last = history.at(-1);
console.log('epochs             ', history.length, 'of', 10_000 / history.length, 'updates');
console.log('log-likelihood     ', outcome.logLikelihood.mean.toFixed(2), 'nats per row');
console.log('independent units  ', outcome.logLikelihood.independent.toFixed(2));
console.log('best possible      ', (-(4 * Math.log(16) + 28 * Math.log(32)) / 32).toFixed(2)); // blank and full count twice
console.log('log Z              ', outcome.partition.estimate.toFixed(2), outcome.partition.method);
for (const { share, modelShare, logLikelihood } of outcome.modes) {
  const model = `${formatEstimate(modelShare)} of its samples, ${logLikelihood.toFixed(2)} nats per row`;
  console.log(`${(100 * share).toFixed(0)} % of the rows   `, model);
}
console.log(
  'effective share    ',
  last.effectiveShare.toFixed(2),
  'pace',
  last.pace.toFixed(2),
  'moves',
  last.moveRate.toFixed(2),
);
console.log('largest weight     ', last.largestWeight.toFixed(1));
console.log('doubts             ', doubts);
