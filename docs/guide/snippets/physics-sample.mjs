import { Ising, square } from 'blockspin';
import { kaufman } from 'blockspin/exact';
import { formatEstimate } from 'blockspin/stats';

for (const temperature of [2, 2.269185, 2.6]) {
  const coupling = 1 / temperature; // K = J/kT
  const ising = new Ising({ lattice: square(32), coupling, seed: 1 });
  const data = ising.sample(4000);
  const { tauEnergy, effectiveSamples, energy } = data.provenance.sampling;
  console.log(`T = ${temperature}, K = ${coupling.toFixed(6)}`);
  console.log(`  τ_int ${tauEnergy.toFixed(2)}, effective samples ${effectiveSamples.toFixed(0)} of ${data.count}`);
  console.log(`  energy ${formatEstimate(energy)}, exact ${kaufman(32, 32, coupling).energy.toFixed(5)}`);
}
