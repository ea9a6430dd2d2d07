/**
 * The experiment `thermodynamics`: energy, specific heat, magnetisation and its fluctuations of an Ising model over a
 * list of sizes and couplings, each with its error bar and the exact value if it is known.
 */

import { measurePoint } from '../../ising/measure/modelPoint.js';
import {
  hamiltonianOfModel,
  LATTICE_KINDS,
  latticeOfModel,
  sidesOf,
  type UniformModel,
} from '../../ising/models/uniform.js';
import { SAMPLER_METHODS, samplerFor } from '../../ising/samplers/sampler.js';
import { choice, integer, integers, number, numbers, seed } from '../kit/specs.js';
import { named, study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { summarise } from './summary.js';

/** K = 1/T for T = 2.0, 2.05, …, 2.6, around T_c = 2.2692. */
const AROUND_CRITICAL = Array.from({ length: 13 }, (_, k) => Number((1 / (2 + 0.05 * k)).toPrecision(6)));

const PARAMETERS = {
  lattice: choice('square, triangular, chain or cubic', LATTICE_KINDS),
  boundary: choice('periodic or open', ['periodic', 'open']),
  sizes: integers('sides of the lattice, such as 8,16,32', [8, 16, 32]),
  couplings: numbers('K = J/kT, such as 0.4,0.44 or 0.38:0.5:13 (from:to:count)', AROUND_CRITICAL, -100, 100),
  field: number('B = field/kT', 0, -100, 100),
  samples: integer('independent configurations at each point', 4000, 200),
  method: choice(SAMPLER_METHODS.join(', '), SAMPLER_METHODS),
  seed: seed(),
};

export const thermodynamics = study({
  name: 'thermodynamics',
  title: 'Thermodynamics of the Ising model',
  question: QUESTIONS.thermodynamics,
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'sizes 8, 16, 32, thirteen couplings around the critical one; some ten seconds', values: {} },
    critical: {
      doc: 'sizes 8 to 64, 4 times as many samples, close to the critical coupling; about a minute',
      values: { sizes: [8, 16, 32, 64], couplings: [0.43, 0.435, 0.44, 0.445, 0.45], samples: 16_000 },
    },
  },
  points: ({ lattice, boundary, sizes, couplings, field }) =>
    sizes.flatMap((size) =>
      couplings.map((coupling) => {
        const model: UniformModel = { lattice, boundary, shape: sidesOf(lattice, [size]), coupling, field };
        latticeOfModel(model); // throws for an invalid size
        return { key: `${size} ${coupling}`, model };
      }),
    ),
  reads: () => ['samples', 'method', 'seed'],
  run: async ({ model }, { samples, method, seed }, context) => {
    const hamiltonian = hamiltonianOfModel(model);
    const own = JSON.stringify([seed, 'thermodynamics', model]);
    const source = samplerFor(hamiltonian, { method, seed: own, threads: context.threads });
    const work = named(context, `L = ${model.shape[0]}, K = ${model.coupling}`);
    return measurePoint(await source.sampleAsync(samples, work), hamiltonian);
  },
  summarise: (_parameters, results) => summarise(results),
  summarisesSome: () => true,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
