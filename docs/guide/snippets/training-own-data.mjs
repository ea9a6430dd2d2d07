import { trainRbm } from 'blockspin';
import { bitRowsFromArray, bitRowsFromImages, realRowsFromArray } from 'blockspin/io';

// anything that is a typed array with a shape, row-major: [rows, units] or [rows, ...sides]
const answers = {
  shape: [4, 6],
  data: Int8Array.of(1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1),
};
const bits = bitRowsFromArray(answers); // 0 and 1, or ±1
console.log(bits.count, 'rows of', bits.width, 'bits, shape', bits.shape);

const greys = { shape: [2, 2, 3], data: Uint8Array.of(0, 40, 80, 120, 160, 200, 255, 215, 175, 135, 95, 55) };
console.log('threshold', bitRowsFromImages(greys, { threshold: 0.3 }).row(0).join(''));
console.log('drawn    ', bitRowsFromImages(greys, { stochastic: 1 }).row(0).join(''));

const probabilities = realRowsFromArray(greys, { range: [0, 255] }); // means of {0,1} units, not cut
console.log('as probabilities', [...probabilities.row(0)].map((p) => p.toFixed(2)).join(' '));

try {
  bitRowsFromArray({ shape: [1, 3], data: Uint8Array.of(0, 1, 2) });
} catch (error) {
  console.log(error.message);
}

// rows that were seen more often: their multiplicities
const { outcome } = await trainRbm(bits, { hidden: 2, epochs: 20, passes: 50, sampleWeights: [10, 1, 10, 1] });
const { mean, independent } = outcome.logLikelihood;
console.log('log-likelihood', mean.toFixed(2), 'independent', independent.toFixed(2));
