import { criticalCoupling, Ising, square } from 'blockspin';
import { canonicalSeries } from 'blockspin/ising';
import { binderCrossing, formatEstimate, MultiHistogram } from 'blockspin/stats';

/** Three runs of one size, joined; each has a seed of its own, since they must be independent. */
function runsOf(size) {
  const series = [0.43, 0.44, 0.45].map((coupling) => {
    const ising = new Ising({ lattice: square(size), coupling, seed: `${size}, ${coupling}` });
    return canonicalSeries(ising.sample(5000), { coupling });
  });
  return new MultiHistogram(series);
}

const { coupling, value } = binderCrossing(runsOf(16), runsOf(32), [0.43, 0.45]);
console.log(`the curves cross at K = ${formatEstimate(coupling)}; exact K_c = ${criticalCoupling.toFixed(6)}`);
console.log(`there U4 = ${formatEstimate(value)}`);
