/** How many configurations does an RBM need? KL to the exact distribution of 4×4 spins, against their number. */

import { isingHamiltonian, samplerFor, square, trainRbm } from 'blockspin';
import { exactDistribution } from 'blockspin/exact';
import { study } from 'blockspin/experiments';
import { klDivergence } from 'blockspin/rbm';

const model = isingHamiltonian({ lattice: square(4), coupling: 0.44 });

export default study({
  name: 'samples-needed',
  title: 'Configurations that an RBM needs',
  question:
    'How near does an RBM come to the distribution of 4×4 Ising spins, trained on N independent configurations?',
  parameters: {
    counts: { kind: 'integers', doc: 'numbers of configurations', default: [100, 1000], low: 20 },
    hidden: { kind: 'integer', doc: 'hidden units', default: 8, low: 1 },
    updates: { kind: 'integer', doc: 'updates of each training', default: 200, low: 1 },
    seed: { kind: 'seed', doc: 'any integer or text', default: 1 },
  },
  presets: { quick: { doc: 'two numbers of configurations; seconds', values: {} } },
  // one per independent part of the work; the key names its row
  points: ({ counts }) => counts.map((count) => ({ key: `N = ${count}`, count })),
  // a change of the list of numbers leaves the results of the others as they are
  reads: () => ['hidden', 'updates', 'seed'],
  async run({ count }, { hidden, updates, seed }, { signal, onProgress, threads }) {
    const own = `${seed}, ${count}`; // results depend on the seed and the point, on nothing else
    const data = samplerFor(model, { seed: own }).sample(count);
    const epochs = Math.ceil(updates / Math.ceil(count / 100));
    const options = { hidden, epochs, batchSize: 100, seed: own, outcome: false, threads };
    const { rbm } = await trainRbm(data, { ...options, signal, onProgress });
    const { probabilities } = exactDistribution({ sites: model.sites, terms: model.terms });
    return { count, kl: klDivergence(rbm, probabilities) };
  },
  summarisesSome: (results) => results.length > 0,
  summarise(_parameters, results) {
    const rows = results.map(({ count, kl }) => [count, kl.toFixed(4)]);
    const last = results[results.length - 1];
    return {
      numbers: { results },
      answer: `${last.count} configurations bring it to ${last.kl.toFixed(4)} nats.`,
      facts: results.map(({ count, kl }) => ({ label: `KL of ${count}`, value: `${kl.toFixed(4)} nats` })),
      tables: [{ title: 'KL(exact, RBM) in nats', columns: ['configurations', 'KL'], rows }],
    };
  },
});
