import { coarseGrain, criticalCoupling, Ising, square } from 'blockspin';
import { blockObservables } from 'blockspin/rg';
import { formatEstimate } from 'blockspin/stats';

for (const coupling of [0.43, criticalCoupling, 0.45]) {
  const values = [0, 1, 2, 3].map((steps) => {
    const lattice = square(8 * 2 ** steps);
    const spins = new Ising({ lattice, coupling, seed: `${steps} steps, ${coupling}` }).sample(2560);
    const blocks = steps > 0 ? coarseGrain(spins, { rule: 'majority', factor: 2, steps }) : spins;
    return formatEstimate(blockObservables(blocks).observables.nearest); // of an 8 × 8 lattice
  });
  console.log(`K = ${coupling.toFixed(4)}: ${values.join('  ')}`);
}
