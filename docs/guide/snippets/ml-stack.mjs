import { Ising, square, trainStack } from 'blockspin';
import { sampleStack, stackBound } from 'blockspin/rbm';
import { formatEstimate } from 'blockspin/stats';

const data = new Ising({ lattice: square(6), coupling: 0.44, seed: 1 }).sample(2000);
const { stack, outcomes, doubts } = await trainStack(data, { hidden: [16, 8], epochs: 30 });

console.log('units', stack.sizes.join(' - '));
outcomes.forEach(({ logLikelihood: { mean, independent } }, k) => {
  console.log(
    `layer ${k + 1}: ${mean.toFixed(2)} nats per row of its own data, independent units ${independent.toFixed(2)}`,
  );
});
console.log('doubts', doubts);
console.log('bound of the whole', formatEstimate(stackBound(stack, data)), 'nats per row of spins');
console.log('fields of layer 2: ', stack.receptiveFields(2).length / 36, 'of 36 sites');
const restored = stack.reconstruct(data); // up by means, and down again
const wrong = restored.reduce(
  (sum, p, k) => sum + (p > 0.5 !== (data.bit(Math.floor(k / 36), k % 36) === 1) ? 1 : 0),
  0,
);
console.log('spins restored from 8 numbers:', (100 - (100 * wrong) / restored.length).toFixed(1), '%');
console.log('samples', sampleStack(stack, { count: 3, seed: 2 }).count, 'of', stack.sizes[0], 'spins');
