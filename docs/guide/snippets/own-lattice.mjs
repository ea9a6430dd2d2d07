import { isingHamiltonian, measure, samplerFor } from 'blockspin';
import { graph } from 'blockspin/ising';
import { formatEstimate } from 'blockspin/stats';

/** The honeycomb lattice, periodic: cells of two sites, A and B; each A has three neighbours B. */
function honeycomb(side) {
  const site = (row, column, k) => 2 * (((row + side) % side) * side + ((column + side) % side)) + k;
  const edges = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      edges.push([site(row, column, 0), site(row, column, 1)]);
      edges.push([site(row, column, 0), site(row, column - 1, 1)]);
      edges.push([site(row, column, 0), site(row - 1, column, 1)]);
    }
  }
  return graph(2 * side * side, edges);
}

const coupling = Math.acosh(2) / 2; // critical: tanh K_c = 1/√3
for (const side of [4, 8, 16]) {
  const hamiltonian = isingHamiltonian({ lattice: honeycomb(side), coupling });
  const found = measure(samplerFor(hamiltonian, { seed: 1 }).sample(2000));
  console.log(`${hamiltonian.sites} sites: energy ${formatEstimate(found.energy)} kT per site`);
}
console.log(`infinite lattice: ${((-2 / Math.sqrt(3)) * coupling).toFixed(4)}`);
