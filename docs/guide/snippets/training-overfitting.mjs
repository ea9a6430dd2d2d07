import { Ising, logLikelihood, square, trainRbm } from 'blockspin';
import { freeEnergyGap } from 'blockspin/rbm';

const spins = new Ising({ lattice: square(6), coupling: 0.44, seed: 1 }).sample(3000);
const heldOut = spins.slice(2000, 3000);

console.log('rows   training  held out   gap of F');
for (const count of [50, 200, 2000]) {
  const rows = spins.slice(0, count);
  const { rbm } = await trainRbm(rows, { hidden: 16, epochs: 10, passes: Math.ceil(10_000 / count), outcome: false });
  const { gap, error } = freeEnergyGap(rbm, rows, heldOut); // needs no log Z
  const logs = [rows, heldOut].map((own) => logLikelihood(rbm, own).mean.toFixed(2).padStart(9));
  console.log(String(count).padStart(4), ...logs, `${gap.toFixed(2)} ± ${error.toFixed(2)}`.padStart(14));
}
