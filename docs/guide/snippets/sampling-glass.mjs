import { exactAnswer, samplerFor, square } from 'blockspin';
import { exactOverlap } from 'blockspin/exact';
import { edwardsAnderson, measureOverlap } from 'blockspin/ising';
import { formatEstimate } from 'blockspin/stats';

const hamiltonian = edwardsAnderson({ lattice: square(4), distribution: 'gaussian', coupling: 1, seed: 7 });
const [first, second] = [1, 2].map((seed) => samplerFor(hamiltonian, { seed }).sample(2000));

const { method, tauEnergy, energy, exchanges } = first.provenance.sampling;
const { scales, acceptance, roundTrips } = exchanges;
console.log(`${method} at the scales ${scales.map((scale) => scale.toFixed(2)).join(', ')} of H`);
console.log(`exchanges accepted: ${acceptance.map((share) => share.toFixed(2)).join(', ')}; ${roundTrips} round trips`);
console.log(`τ_int ${tauEnergy.toFixed(2)}`);
console.log(`H/N ${formatEstimate(energy)}, exact ${exactAnswer(hamiltonian).energy.toFixed(4)}`);
const { overlap2 } = measureOverlap(first, second);
console.log(`⟨q²⟩ ${formatEstimate(overlap2)}, exact ${exactOverlap(hamiltonian).overlap2.toFixed(4)}`);
