import { exactAnswer, hamiltonianFromTerms, measure, samplerFor } from 'blockspin';
import { formatEstimate } from 'blockspin/stats';

// a ring of 16 spins with a three-spin interaction, H = -J Σ s s′ s″ - B Σ s, in units of kT
const sites = 16;
const terms = [];
for (let i = 0; i < sites; i++) {
  terms.push({ sites: [i, (i + 1) % sites, (i + 2) % sites], coupling: 0.4 });
  terms.push({ sites: [i], coupling: 0.1 });
}
const hamiltonian = hamiltonianFromTerms({ sites, terms });
const data = samplerFor(hamiltonian, { seed: 1 }).sample(4000);
const { energy, magnetisation } = measure(data);
const exact = exactAnswer(hamiltonian);
console.log(`sampled by ${data.provenance.sampling.method}; exact: ${exact.source}`);
console.log(`H/N ${formatEstimate(energy)}, exact ${exact.energy.toFixed(5)}`);
console.log(`⟨m⟩ ${formatEstimate(magnetisation)}, exact ${exact.magnetisation.toFixed(5)}`);
