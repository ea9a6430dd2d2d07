import { Ising, square } from 'blockspin';
import { study } from 'blockspin/experiments';

export default study({
  name: 'mean-magnetisation',
  title: 'Magnetisation of a torus',
  question: 'How does the magnetisation fall with temperature?',
  parameters: {
    temperatures: { kind: 'numbers', doc: 'temperatures T in units of J/k', default: [2, 2.27, 2.6], low: 1, high: 4 },
    samples: { kind: 'integer', doc: 'configurations at each', default: 1000, low: 100 },
    seed: { kind: 'seed', doc: 'any integer or text', default: 1 },
  },
  presets: { quick: { doc: 'three temperatures', values: {} } },
  points: ({ temperatures }) => temperatures.map((temperature) => ({ key: `T = ${temperature}`, temperature })),
  async run({ temperature }, { samples, seed }) {
    const ising = new Ising({ lattice: square(16), coupling: 1 / temperature, seed: `${seed}, ${temperature}` });
    return (await ising.sampleAsync(samples)).provenance.sampling.absoluteMagnetisation;
  },
  summarise: ({ temperatures }, results) => ({
    numbers: { results },
    answer: `⟨|m|⟩ is ${results.map(({ mean }) => mean.toFixed(2)).join(', ')}.`,
    facts: [],
    tables: [
      {
        title: 'Magnetisation',
        columns: ['T', '⟨|m|⟩', 'error'],
        rows: results.map(({ mean, error }, k) => [temperatures[k], mean.toFixed(4), error.toFixed(4)]),
      },
    ],
  }),
  figures: () => [],
});
