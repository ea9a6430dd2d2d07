import { Ising, isingHamiltonian, measure, samplerFor, square, triangular } from 'blockspin';
import { bonds, Clusters, edwardsAnderson, measureOverlap, SingleSpin, Tempering } from 'blockspin/ising';
import { formatEstimate } from 'blockspin/stats';

// 1 and 2 a ferromagnet at T, sampled
const T = 2.5;
const data = new Ising({ lattice: square(16), coupling: 1 / T, seed: 42 }).sample(2000);
const { tauMagnetisation, effectiveSamples } = data.provenance.sampling;

// 3, 4 and 5 energies, heat capacity, Binder cumulant
const { energy, specificHeat, binderCumulant, absoluteMagnetisation } = measure(data);
console.log('energy per spin', formatEstimate(energy), '(here it is negative)');
console.log('C', formatEstimate(specificHeat), 'U4', formatEstimate(binderCumulant));
console.log('⟨|m|⟩', formatEstimate(absoluteMagnetisation));

// 6 autocorrelation
console.log('τ_int', tauMagnetisation.toFixed(2), 'effective samples', Math.round(effectiveSamples), 'of', data.count);

// 7 another lattice, other couplings: one number, or one per bond
const lattice = triangular(6);
const couplings = Float64Array.from({ length: bonds(lattice).length / 2 }, (_, b) => (b % 5 ? 0.2 : -0.2));
const own = isingHamiltonian({ lattice, coupling: couplings });
const measured = measure(samplerFor(own, { seed: 1 }).sample(1000));
console.log('own couplings, energy per spin in kT', formatEstimate(measured.energy));

// 8 the update by name
const plain = isingHamiltonian({ lattice: square(8), coupling: 0.4 });
for (const sampler of [
  new SingleSpin({ hamiltonian: plain, method: 'metropolis', seed: 1 }),
  new Clusters({ hamiltonian: plain, method: 'swendsenWang', seed: 1 }),
]) {
  console.log(sampler.method.padEnd(12), formatEstimate(measure(sampler.sample(500)).energy));
}

// 9 a spin glass by tempering, 10 overlap of two replicas
const glass = edwardsAnderson({ lattice: square(6), distribution: 'bimodal', coupling: 1 / 0.8, seed: 7 });
const scales = [0.3, 0.45, 0.65, 1]; // T = 0.8/scale
const replica = (seed) => new Tempering({ hamiltonian: glass, scales, seed }).sample(400, { at: [1] })[0];
const { overlap2, binderCumulant: g } = measureOverlap(replica(1), replica(2));
console.log('⟨q²⟩', formatEstimate(overlap2), '1 - ⟨q⁴⟩/3⟨q²⟩²', formatEstimate(g));
