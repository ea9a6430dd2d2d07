import { criticalCoupling, isingHamiltonian, square } from 'blockspin';
import { kaufman } from 'blockspin/exact';
import { SingleSpin } from 'blockspin/ising';
import { formatEstimate, sampleMean } from 'blockspin/stats';

const lattice = square(16);
const hamiltonian = isingHamiltonian({ lattice, coupling: criticalCoupling });
const up = new Int8Array(lattice.sites).fill(1);
const cold = new SingleSpin({ hamiltonian, chains: 64, start: up, seed: 'cold' });
const hot = new SingleSpin({ hamiltonian, chains: 64, seed: 'hot' }); // random spins

/** ⟨H⟩/N over the 64 chains, which are independent. */
const energyOf = (sampler) => formatEstimate(sampleMean(sampler.measure().energies));
for (let sweeps = 1, before = 0; sweeps <= 1000; before = sweeps, sweeps *= 10) {
  for (const sampler of [cold, hot]) sampler.advance(sweeps - before);
  console.log(`${String(sweeps).padStart(4)} sweeps: cold ${energyOf(cold)}, hot ${energyOf(hot)}`);
}
const { energy } = kaufman(16, 16, criticalCoupling); // in units of J; of kT it is K times that
console.log(`exact ${(criticalCoupling * energy).toFixed(4)}`);
