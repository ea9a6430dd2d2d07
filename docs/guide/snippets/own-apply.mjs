import { criticalCoupling, Ising, SpinData, square } from 'blockspin';
import { MonteCarloRg } from 'blockspin/rg';
import { formatEstimate } from 'blockspin/stats';

/** Majority of 2 × 2; the magnetisation of the whole lattice decides ties. */
const rule = {
  name: 'majority, the lattice decides ties',
  factor: 2,
  scale: 2,
  apply(data) {
    const [rows, columns] = data.shape.map((side) => side / 2);
    const stride = Math.ceil((rows * columns) / 8); // bytes of a row of bits
    const bytes = new Uint8Array(data.count * stride);
    for (let k = 0; k < data.count; k++) {
      const spins = data.spins(k);
      const whole = spins.reduce((sum, s) => sum + s);
      for (let site = 0; site < rows * columns; site++) {
        const corner = 4 * columns * Math.floor(site / columns) + 2 * (site % columns);
        const below = corner + 2 * columns;
        const block = spins[corner] + spins[corner + 1] + spins[below] + spins[below + 1];
        if (8 * block + Math.sign(whole) > 0) bytes[k * stride + (site >> 3)] |= 1 << (site & 7);
      }
    }
    return new SpinData(data.count, [rows, columns], bytes, { source: rule.name });
  },
};
const ising = new Ising({ lattice: square(16), coupling: criticalCoupling, seed: 1 });
const report = (await new MonteCarloRg({ rule, steps: 1 }).sample(ising, 6400)).report();
const [{ even, odd }] = report.steps;
console.log(`y_T ${formatEstimate(even.exponent)}, y_h ${formatEstimate(odd.exponent)}`);
