import { cubic, hamiltonianFromTerms, isingHamiltonian, square, triangular } from 'blockspin';
import { edwardsAnderson, methodFor } from 'blockspin/ising';

const lattice = square(16);
const models = {
  'square, K_c': isingHamiltonian({ lattice, coupling: 0.4407 }),
  'square, 256 × 256': isingHamiltonian({ lattice: square(256), coupling: 0.4407 }),
  'square in a field': isingHamiltonian({ lattice, coupling: 0.4407, field: 0.1 }),
  cubic: isingHamiltonian({ lattice: cubic(8), coupling: 0.2217 }),
  'antiferromagnet, square': isingHamiltonian({ lattice, coupling: -0.4407 }),
  'the same in a field': isingHamiltonian({ lattice, coupling: -0.4407, field: 0.5 }),
  'antiferromagnet, triangular': isingHamiltonian({ lattice: triangular(12), coupling: -0.5 }),
  'spin glass ±J, K = 1': edwardsAnderson({ lattice, distribution: 'bimodal', coupling: 1 }),
  'spin glass ±J, K = 0.2': edwardsAnderson({ lattice, distribution: 'bimodal', coupling: 0.2 }),
  'three spins': hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 2 }] }),
};
for (const [name, hamiltonian] of Object.entries(models)) console.log(`${name.padEnd(28)} ${methodFor(hamiltonian)}`);
