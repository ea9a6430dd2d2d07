import { Ising, measure, square } from 'blockspin';
import { kaufman } from 'blockspin/exact';
import { formatEstimate } from 'blockspin/stats';

const data = new Ising({ lattice: square(16), coupling: 0.4, seed: 1 }).sample(4000);
console.log('energy per spin', formatEstimate(measure(data).energy), 'exact', kaufman(16, 16, 0.4).energy.toFixed(4));
