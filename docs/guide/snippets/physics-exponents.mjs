import { criticalCoupling, Ising, square } from 'blockspin';
import { MonteCarloRg, majorityRule } from 'blockspin/rg';
import { formatEstimate } from 'blockspin/stats';

const ising = new Ising({ lattice: square(32), coupling: criticalCoupling, seed: 1 });
const rg = new MonteCarloRg({ rule: majorityRule({ factor: 2 }), steps: 2 });
await rg.sample(ising, 25_600);

const { steps, doubts } = rg.report();
for (const { fine, coarse, even, odd } of steps) {
  console.log(`${fine.join('×')} → ${coarse.join('×')}`);
  console.log(`  y_T ${formatEstimate(even.exponent)}, truncation ${even.truncation.toFixed(4)}; exact 1`);
  console.log(`  y_h ${formatEstimate(odd.exponent)}, truncation ${odd.truncation.toFixed(4)}; exact 1.875`);
}
console.log(`doubts: ${doubts.length}`);
