import { trainRbm } from 'blockspin';
import { realRowsFromArray } from 'blockspin/io';

// 2000 rows of four numbers: two clusters, at 10 and at 14 in all four, each of deviation about 0.6
const bell = (k) => {
  const uniform = (j) => ((k * 3 + j) * 0.618034 + ((k * 3 + j) ** 2 % 97) / 97) % 1;
  return uniform(0) + uniform(1) + uniform(2) - 1.5; // the sum of three uniform numbers
};
const values = Float64Array.from({ length: 8000 }, (_, k) => (Math.floor(k / 4) % 2 ? 10 : 14) + 1.2 * bell(k));
const rows = realRowsFromArray({ shape: [2000, 4], data: values });

// #region train
const text = (numbers) => Array.from(numbers, (x) => x.toFixed(1)).join(' ');
const { rows: standard, means, deviations } = rows.standardised();
console.log('means', text(means), 'deviations', text(deviations));

const units = { visible: 'gaussian', hidden: 'bits' };
const { rbm, history, outcome, doubts } = await trainRbm(standard, { hidden: 4, units, epochs: 25 });
const { mean, independent } = outcome.logLikelihood;
console.log('log-likelihood', mean.toFixed(2), 'independent', independent.toFixed(2));
console.log('unexplained variance', history.at(-1).unexplained.toFixed(3), 'doubts', doubts);

const h = rbm.sampleHidden(standard.row(0).slice(), 1); // rows of real units are Float32Array, of bits BitRows
const back = rbm.meanVisible(h).map((x, i) => means[i] + deviations[i] * x);
console.log('row 0', text(rows.row(0)), 'restored', text(back));
// #endregion train
