import { criticalCoupling, Ising, square } from 'blockspin';
import { canonicalSeries } from 'blockspin/ising';
import { formatEstimate, jackknife, meanEstimate, reweight } from 'blockspin/stats';

const [L, coupling] = [16, criticalCoupling];
const data = new Ising({ lattice: square(L), coupling, seed: 1 }).sample(2000);

// #region series
// my observable: the share of rows whose spins are all equal
const aligned = Float64Array.from({ length: data.count }, (_, k) => {
  const spins = data.spins(k);
  let rows = 0;
  for (let y = 0; y < L; y++) if (Math.abs(spins.slice(y * L, y * L + L).reduce((sum, s) => sum + s)) === L) rows++;
  return rows / L;
});
console.log(`aligned rows ${formatEstimate(meanEstimate(aligned))}`);
const squares = aligned.map((a) => a ** 2);
const variance = jackknife([aligned, squares], ([mean, square]) => square - mean ** 2, { blocks: 50 });
console.log(`their variance ${formatEstimate(variance)}`);
// #endregion series
// #region reweight
const series = { ...canonicalSeries(data, { coupling }), observables: { aligned } };
console.log(`at K = 0.45 ${formatEstimate(reweight(series, 0.45, ({ aligned }) => aligned))}`);
// #endregion reweight
