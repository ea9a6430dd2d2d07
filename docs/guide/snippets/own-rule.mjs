import { chain, criticalCoupling, Ising, isingHamiltonian, square } from 'blockspin';
import { describeHamiltonian, functionRule, MonteCarloRg, ruleOperator, variationalStep } from 'blockspin/rg';
import { formatEstimate } from 'blockspin/stats';

// #region rule
const rule = functionRule({
  name: 'the first spin decides ties',
  factor: 2,
  probability: ([a, b, c, d]) => (1.5 * a + b + c + d > 0 ? 1 : 0), // P(S' = +1 | block)
});
const ising = new Ising({ lattice: square(16), coupling: criticalCoupling, seed: 1 });
const report = (await new MonteCarloRg({ rule, steps: 1 }).sample(ising, 6400)).report();
const [{ even, odd }] = report.steps;
console.log(`y_T ${formatEstimate(even.exponent)}, y_h ${formatEstimate(odd.exponent)}`);
// #endregion rule
// #region exact
const ring = chain(12);
const middle = functionRule({ name: 'the middle of three', factor: 3, probability: ([, s]) => (1 + s) / 2 });
const step = variationalStep(isingHamiltonian({ lattice: ring, coupling: 1 }), ruleOperator(middle, ring));
console.log(describeHamiltonian(step.renormalised().hamiltonian));
console.log(`artanh(tanh³ 1) = ${Math.atanh(Math.tanh(1) ** 3).toFixed(4)}`);
// #endregion exact
