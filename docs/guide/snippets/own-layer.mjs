import { criticalCoupling, Ising, square, trainRbm } from 'blockspin';
import { MonteCarloRg, placedLayerRule } from 'blockspin/rg';
import { formatEstimate } from 'blockspin/stats';

const lattice = square(12);
const data = new Ising({ lattice, coupling: 0.42, seed: 1 }).sample(5000);
const training = { algorithm: 'cd', learningRate: 0.1, l1: 1e-3, epochs: 40, outcome: false, seed: 1 };
const { rbm } = await trainRbm(data, { hidden: 36, ...training });
const rule = placedLayerRule(rbm, { shape: [12, 12] });
console.log(`${rule.units.length} of 36 units have a place; b = ${rule.scale.toFixed(3)}`);
for (const { unit, reason } of rule.leftOut.slice(0, 2)) console.log(`unit ${unit} has none: ${reason}`);

const ising = new Ising({ lattice, coupling: criticalCoupling, seed: 1 });
const report = (await new MonteCarloRg({ rule, steps: 1 }).sample(ising, 6400)).report();
const [{ even, odd }] = report.steps;
console.log(
  `y_T ${formatEstimate(even.exponent)}, y_h ${formatEstimate(odd.exponent)}; doubts: ${report.doubts.length}`,
);
