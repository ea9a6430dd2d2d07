// The numbers of docs/exact-map.md, sections 1 to 4. After `npm run build`: node docs/exact-map.mjs

import { chain, hamiltonianFromTerms, isingHamiltonian, square } from 'blockspin/ising';
import {
  bondRbm,
  checkMapping,
  decimationOperator,
  describeHamiltonian,
  independentHidden,
  majorityOperator,
  matchFreeEnergy,
  optimiseOperator,
  rbmOperator,
  SpinRbm,
  variationalStep,
  wrongMarginal,
} from 'blockspin/rg';

const show = (what, value) => console.log(`${what}: ${typeof value === 'number' ? value.toPrecision(4) : value}`);
const heading = (text) => console.log(`\n${text}`);

heading('1. Majority of the four 2×2 blocks of the critical 4×4 torus');
const torus = isingHamiltonian({ lattice: square(4), coupling: 0.4407 });
const blocks = [0, 2, 8, 10].map((corner) => [corner, corner + 1, corner + 4, corner + 5]);
console.log(describeHamiltonian(variationalStep(torus, majorityOperator(16, blocks)).renormalised().hamiltonian));

heading('1. Decimation of a ring of eight, K = 1: every second spin stays');
const ring = isingHamiltonian({ lattice: chain(8), coupling: 1 });
const decimated = variationalStep(ring, decimationOperator(8, [0, 2, 4, 6])).renormalised().hamiltonian;
console.log(describeHamiltonian(decimated, { digits: 11 }));

heading('3. A ring of four, K = 0.4, with one hidden spin that sees all four with weight w');
const four = isingHamiltonian({ lattice: chain(4), coupling: 0.4 });
const family = ([w]) =>
  rbmOperator(four, new SpinRbm({ visible: 4, hidden: 1, weights: [w, w, w, w], constant: Math.LN2 }));
for (const principle of ['deltaF', 'kl']) {
  const { lambda, step } = optimiseOperator(four, { family, principle, start: [0.5] });
  show(`least ${principle === 'kl' ? 'KL' : '|ΔF|'} at w`, lambda[0]);
  show('  ΔF there', principle === 'kl' ? step.deltaF : 0);
  show('  KL there', step.kl);
}

heading('4. An RBM that has nothing to do with the 3×3 torus, and a constant that makes its ΔF zero');
const nine = isingHamiltonian({ lattice: square(3), coupling: 0.4407 });
const weights = Float64Array.from({ length: 9 * 4 }, (_, k) => ((7 * k) % 11) / 11 - 0.5);
const { deltaF, kl, tau } = checkMapping(nine, matchFreeEnergy(nine, new SpinRbm({ visible: 9, hidden: 4, weights })));
show('|ΔF| below 1e-12', Math.abs(deltaF) < 1e-12);
show('KL', kl);
show('log τ from', tau.least);
show('log τ to', tau.most);

heading('4. The wrong marginal: ΔF = 0, the hidden spins have the distribution of the model, and KL is not 0');
const field = hamiltonianFromTerms({ sites: 4, terms: [{ sites: [0], coupling: 0.5 }] });
const wrong = checkMapping(four, wrongMarginal(four, field));
show('|ΔF| below 1e-12', Math.abs(wrong.deltaF) < 1e-12);
show('KL', wrong.kl);

heading('4. Independent hidden spins: exact, and they know nothing');
const blind = checkMapping(four, independentHidden(four, isingHamiltonian({ lattice: chain(3), coupling: 0.7 })));
show('exact', blind.exact);
show('KL below 1e-12', Math.abs(blind.kl) < 1e-12);
show('I(v;h) below 1e-12', Math.abs(blind.mutualInformation) < 1e-12);

heading('4. A hidden spin on every bond');
const bonds = checkMapping(nine, bondRbm(nine));
show('exact', bonds.exact);
show('hidden spins', String(bondRbm(nine).hidden));
show('I(v;h)', bonds.mutualInformation);

heading('5. Decimation of the critical 4×4 torus to one sublattice of its checkerboard');
const sublattice = decimationOperator(16, [1, 3, 4, 6, 9, 11, 12, 14]);
console.log(describeHamiltonian(variationalStep(torus, sublattice).renormalised().hamiltonian));
