import { exactAnswer, isingHamiltonian, measure, samplerFor, square } from 'blockspin';
import { formatEstimate } from 'blockspin/stats';

const hamiltonian = isingHamiltonian({ lattice: square(8), coupling: 0.4, field: 0.05 });
const data = samplerFor(hamiltonian, { seed: 1 }).sample(2000);
const found = measure(data);
const exact = exactAnswer(hamiltonian);
console.log(`${data.provenance.sampling.method}, energies in units of ${found.energyUnit}`);
console.log(`H/N ${formatEstimate(found.energy)}, exact ${exact.energy.toFixed(5)}`);
console.log(`⟨m⟩ ${formatEstimate(found.magnetisation)}, exact ${exact.magnetisation.toFixed(5)}`);
console.log(`∂⟨m⟩/∂B ${formatEstimate(found.fieldSusceptibility)}`);
