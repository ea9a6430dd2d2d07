import { BitRows, trainRbm } from 'blockspin';
import { hiddenUnits, labelledShifter } from 'blockspin/rbm';

// rows of 11 units: four bits, the same four shifted to the left, not at all or to the right, and which it was (one-hot)
const data = labelledShifter(4);
const { rbm, outcome, doubts } = await trainRbm(data, { hidden: 16, seed: 1 });
console.log(
  'log-likelihood',
  outcome.logLikelihood.mean.toFixed(2),
  'best possible',
  (-Math.log(48)).toFixed(2),
  doubts,
);

/** The row with each of the three labels in turn. */
function labelled(row) {
  const three = new BitRows(3, 11);
  for (let label = 0; label < 3; label++) {
    const bits = row.map((bit, i) => (i < 8 ? bit : Number(i === 8 + label)));
    bits.forEach((bit, i) => {
      three.bytes[label * three.stride + (i >> 3)] |= bit << (i & 7);
    });
  }
  return three;
}

// #region classify
let right = 0;
for (let r = 0; r < data.count; r++) {
  const row = data.row(r);
  const free = rbm.freeEnergy(labelled(row)); // of the row with each of the three labels
  if (row[8 + free.indexOf(Math.min(...free))] === 1) right++;
}
console.log('labels found:', right, 'of 48; possible 42'); // 0000 and 1111 have three labels, 0101 and 1010 two
// #endregion classify

// #region features
const features = rbm.meanHidden(data); // Float32Array, row-major [48, 16]: p(h = 1 | v)
const alive = hiddenUnits(rbm, data).filter(({ state }) => state === 'alive').length;
console.log('features', features.length / rbm.hidden, '×', rbm.hidden, 'units that depend on the row:', alive);
const field = (j) => Array.from({ length: rbm.visible }, (_, i) => rbm.weights[i * rbm.hidden + j]); // column j of W
const text = (numbers) => numbers.map((w) => w.toFixed(1)).join(' ');
console.log('field of unit 0:', text(field(0)));
// #endregion features
