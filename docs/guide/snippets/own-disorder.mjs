import { isingHamiltonian, samplerFor, square } from 'blockspin';
import { bonds } from 'blockspin/ising';

const lattice = square(12);
const rowOf = (site) => Math.floor(site / 12);
// up in row 0, down in row 6
const field = Array.from({ length: lattice.sites }, (_, site) => ({ 0: 2, 6: -2 })[rowOf(site)] ?? 0);
// bonds between rows 3 and 4 are half as strong
const pairs = bonds(lattice); // the sites of bond 0, of bond 1, …
const coupling = Array.from({ length: pairs.length / 2 }, (_, k) => {
  const [a, b] = [rowOf(pairs[2 * k]), rowOf(pairs[2 * k + 1])];
  return a === 3 && b === 4 ? 0.25 : 0.5;
});
const hamiltonian = isingHamiltonian({ lattice, coupling, field });
const data = samplerFor(hamiltonian, { method: 'swendsenWang', seed: 1 }).sample(2000);
const bits = data.means(); // mean of the bit (1 + s)/2 of every site
const profile = [0, 1, 2, 3, 4, 5, 6].map((row) => {
  const sum = bits.slice(12 * row, 12 * row + 12).reduce((all, bit) => all + 2 * bit - 1, 0);
  return (sum / 12).toFixed(2);
});
console.log(`⟨s⟩ of rows 0 to 6: ${profile.join('  ')}`);
