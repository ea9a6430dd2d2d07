import { chain, isingHamiltonian, SpinRbm, variationalStep } from 'blockspin';
import { optimiseOperator, rbmOperator } from 'blockspin/rg';

const ring = isingHamiltonian({ lattice: chain(4), coupling: 0.4 });
/** One hidden spin that sees all four spins with weight w; E₀ = ln 2. */
const family = ([w]) =>
  rbmOperator(ring, new SpinRbm({ visible: 4, hidden: 1, weights: [w, w, w, w], constant: Math.LN2 }));

function show(what, w, { deltaF, kl }) {
  const rounded = Math.round(deltaF * 1e4) / 1e4 || 0; // no -0
  console.log(what.padEnd(12), 'w', w.toFixed(4), ' ΔF', rounded.toFixed(4).padStart(7), ' KL', kl.toFixed(4));
}

show('no weight', 0, variationalStep(ring, family([0])));
for (const [principle, what] of Object.entries({ deltaF: 'least |ΔF|', kl: 'least KL' })) {
  const { lambda, step } = optimiseOperator(ring, { family, principle, start: [0.5] });
  show(what, lambda[0], step);
}
