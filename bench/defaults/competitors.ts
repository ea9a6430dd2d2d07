/**
 * The ways of training that compete. Each says all that matters for it, so that it stays what it is when the default
 * changes; `default` says nothing at all. To add one, add a line to `COMPETITORS`.
 */

import { checkTrainingOptions } from '../../src/rbm/engines/checkedOptions.js';
import type { Algorithm, TrainingOptions } from '../../src/rbm/engines/options.js';

/** Options of a competitor; the study adds data, hidden units, length, seed and one thread. */
export type Way = Omit<TrainingOptions, 'hidden' | 'epochs' | 'passes' | 'seed' | 'threads'>;

export interface Competitor {
  /** Unique. */
  name: string;
  options: Way;
}

/** The name of the competitor that leaves everything to the package. */
export const DEFAULT = 'default';

const RATES = [0.02, 0.05, 0.1, 0.3];
const ADAM_RATES = [0.001, 0.005];

/** What all have in common unless they say otherwise. */
const COMMON = {
  optimiser: 'momentum',
  momentum: 0.5,
  schedule: 'linear',
  centred: true,
  batchSize: 100,
} as const satisfies Way;
const CHAINS = { steps: 1, chains: 100 } as const;

/** A competitor for each rate. */
function atRates(name: string, options: Way, rates: readonly number[] = RATES): Competitor[] {
  return rates.map((learningRate) => ({
    name: `${name}, ${learningRate}`,
    options: { ...COMMON, ...options, learningRate },
  }));
}

const ADAM = { optimiser: 'adam', momentum: 0.9 } as const;
/** Not in every version of the package. */
const POPULATION = 'population' as Algorithm;

export const COMPETITORS: readonly Competitor[] = [
  { name: DEFAULT, options: {} },
  ...atRates('old default: pcd', { algorithm: 'pcd', ...CHAINS }, [0.02]),
  ...atRates('pcd', { algorithm: 'pcd', ...CHAINS }, [0.05, 0.1, 0.3]),
  ...atRates('cd-1, plain', { algorithm: 'cd', steps: 1, centred: false }),
  ...atRates('cd-1', { algorithm: 'cd', steps: 1 }),
  ...atRates('cd-10', { algorithm: 'cd', steps: 10 }),
  ...atRates('tempering, 10 rungs', { algorithm: 'tempering', ...CHAINS, replicas: 10 }),
  ...atRates('tempering, 4 rungs', { algorithm: 'tempering', ...CHAINS, replicas: 4 }),
  ...atRates('trajectory', { algorithm: 'trajectory', ...CHAINS, replicas: 20 }),
  ...atRates('exact', { algorithm: 'exact' }),
  ...atRates('cd-1, adam', { algorithm: 'cd', steps: 1, ...ADAM }, ADAM_RATES),
  ...atRates('pcd, adam', { algorithm: 'pcd', ...CHAINS, ...ADAM }, ADAM_RATES),
  ...[100, 200].flatMap((chains) =>
    atRates(
      `population, ${chains} chains`,
      { algorithm: POPULATION, steps: 1, chains, momentum: 0.9 },
      [0.02, 0.05, 0.1],
    ),
  ),
];

/** Why this package cannot take part with such options; undefined if it can. */
export function refusal({ options }: Competitor): string | undefined {
  try {
    checkTrainingOptions({ ...options, hidden: 1, epochs: 1, threads: 1 });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
