import { Ising, square, trainRbm } from 'blockspin';

const data = new Ising({ lattice: square(8), coupling: 0.5, seed: 1 }).sample(2000);

// #region doubts
const { doubts, outcome } = await trainRbm(data, { hidden: 16, algorithm: 'pcd', epochs: 40 });
for (const doubt of doubts) console.log(`- ${doubt}`);
for (const { share, modelShare, logLikelihood, independent } of outcome.modes) {
  const shares = `${(100 * share).toFixed(0)} % of the rows, ${(100 * modelShare.value).toFixed(0)} % of samples`;
  console.log(shares, `${logLikelihood.toFixed(1)} nats per row, independent ${independent.toFixed(1)}`);
}
// #endregion doubts

// #region remedy
const other = await trainRbm(data, { hidden: 16, epochs: 40 }); // the default algorithm, as the doubts say
console.log(
  'default:',
  other.doubts,
  other.outcome.modes.map(({ logLikelihood }) => logLikelihood.toFixed(1)),
);
// #endregion remedy
