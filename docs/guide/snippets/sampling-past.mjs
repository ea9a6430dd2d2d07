import { criticalCoupling, exactAnswer, isingHamiltonian, square } from 'blockspin';
import { CouplingFromThePast } from 'blockspin/ising';
import { formatEstimate } from 'blockspin/stats';

const hamiltonian = isingHamiltonian({ lattice: square(8), coupling: criticalCoupling });
const { sampling } = new CouplingFromThePast({ hamiltonian, seed: 1 }).sample(2000).provenance;
const exact = exactAnswer(hamiltonian);
console.log(`H/N ${formatEstimate(sampling.energy)}, exact ${exact.energy.toFixed(5)} (${exact.source})`);
console.log(
  `⟨|m|⟩ ${formatEstimate(sampling.absoluteMagnetisation)}, exact ${exact.absoluteMagnetisation?.toFixed(5)}`,
);
console.log(`started ${sampling.past.mean.toFixed(1)} sweeps back on average, ${sampling.past.longest} at most`);
