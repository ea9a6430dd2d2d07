import { criticalCoupling, Ising, measure, square } from 'blockspin';
import { formatEstimate } from 'blockspin/stats';

const ising = new Ising({ lattice: square(16), coupling: criticalCoupling, seed: 1 });
const first = measure(ising.sample(1000)).specificHeat;
const wanted = 0.02; // error of C
const count = Math.ceil(1000 * (first.error / wanted) ** 2);
console.log(`1000 samples: C ${formatEstimate(first)}; for an error of ${wanted} about ${count} samples`);
const second = measure(ising.sample(count)).specificHeat; // new samples: the sampler goes on where it was
console.log(`${count} samples: C ${formatEstimate(second)}`);
