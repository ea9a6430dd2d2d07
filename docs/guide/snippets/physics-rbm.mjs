import { criticalCoupling, Ising, square, trainRbm } from 'blockspin';
import { filterRule, MonteCarloRg, tiedFilterOf } from 'blockspin/rg';
import { formatEstimate } from 'blockspin/stats';

// #region train
const torus = { shape: [6, 6], stride: 2 }; // a hidden unit at every second site in both directions: 3 × 3 of them
const data = new Ising({ lattice: square(6), coupling: criticalCoupling, seed: 1 }).sample(4000);
const units = { visible: 'spins', hidden: 'spins' };
const { rbm } = await trainRbm(data, { hidden: 9, tied: torus, units, epochs: 20, outcome: false, seed: 1 });
const filter = tiedFilterOf(rbm, torus);
const sign = Math.sign(filter.weights.reduce((sum, w) => sum + w)); // W and -W are the same model of the spins
const weights = filter.weights.map((w) => sign * w);
// #endregion train
for (let row = 0; row < 6; row++) {
  const line = weights.slice(6 * row, 6 * row + 6);
  console.log([...line].map((w) => w.toFixed(2).padStart(5)).join(' '));
}
// #region measure
const rule = filterRule({ ...filter, weights, bias: 0, stride: 2 });
const ising = new Ising({ lattice: square(32), coupling: criticalCoupling, seed: 1 });
const { steps, doubts } = (await new MonteCarloRg({ rule, steps: 2 }).sample(ising, 6400)).report();
for (const { even, odd } of steps) {
  console.log(`y_T ${formatEstimate(even.exponent)}, y_h ${formatEstimate(odd.exponent)}`);
}
console.log(`doubts: ${doubts.length}`);
// #endregion measure
