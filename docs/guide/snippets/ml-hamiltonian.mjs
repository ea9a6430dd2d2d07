import { Ising, isingHamiltonian, spinRbmFromBits, square, trainRbm } from 'blockspin';
import { exactDistribution } from 'blockspin/exact';
import { klDivergence } from 'blockspin/rbm';
import { exactCouplings } from 'blockspin/rg';

const lattice = square(4);
const truth = isingHamiltonian({ lattice, coupling: 0.3 });
const data = new Ising({ lattice, coupling: 0.3, seed: 1 }).sample(20_000);
const { rbm } = await trainRbm(data, { hidden: 16, epochs: 10, learningRate: 0.2, outcome: false });

// #region energies
const spins = spinRbmFromBits(rbm); // the same energies, of spins ±1 in float64
const own = rbm.freeEnergy(data);
console.log('F of row 0', own[0].toFixed(3), 'H of row 0', truth.energy(data)[0].toFixed(3), '(a constant apart)');
const P = exactDistribution(truth).probabilities;
console.log(
  'KL(Ising ‖ RBM)',
  klDivergence(rbm, P).toFixed(4),
  'nats; log Z, in bits and in spins,',
  spins.logPartition().toFixed(3),
);
// #endregion energies

const step = (x) => Math.min(x, 4 - x);
const distance = ([a, b]) => Math.hypot(step(Math.abs((a >> 2) - (b >> 2))), step(Math.abs((a % 4) - (b % 4))));
const nameOf = (sites) =>
  sites.length === 2 ? `pairs at distance ${distance(sites).toFixed(2)}` : `${sites.length} spins`;
/** Mean and spread of the couplings of each kind. */
function summary(terms) {
  const groups = new Map();
  for (const { sites, coupling } of terms) {
    const name = nameOf(sites);
    groups.set(name, [...(groups.get(name) ?? []), coupling]);
  }
  for (const [name, all] of [...groups].sort()) {
    const mean = all.reduce((a, b) => a + b) / all.length;
    const spread = Math.sqrt(all.reduce((sum, k) => sum + (k - mean) ** 2, 0) / all.length);
    const numbers = [mean.toFixed(4).padStart(8), 'spread', spread.toFixed(4)];
    console.log(name.padEnd(24), String(all.length).padStart(4), ...numbers);
  }
}

// #region couplings
const { hamiltonian } = exactCouplings(spins, { shape: [4, 4] }); // all 2¹⁶ of them
const low = hamiltonian.terms.filter(({ sites }) => sites.length >= 1 && sites.length <= 4);
summary(low); // by kind: number of couplings, mean, spread
// #endregion couplings
