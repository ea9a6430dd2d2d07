/** Ways of training that a reader can set side by side. */

/** Options of the package for one way; the names are those of `TrainingOptions`. */
export interface MethodOptions {
  algorithm?: 'cd' | 'pcd' | 'tempering' | 'trajectory' | 'exact';
  steps?: number;
  learningRate?: number;
  centred?: false;
  schedule?: 'constant';
}

interface Method {
  /** In a list, and at the end of a curve. */
  name: string;
  short: string;
  /** Where the samples of the model come from, in one sentence. */
  about: string;
  options: MethodOptions;
}

/**
 * The rates are those with the least regret in the package's own study (docs/defaults.md), so that no way of training
 * looks bad for its rate alone; the package's default chooses its own.
 */
export const METHODS = {
  population: {
    name: 'package’s default',
    short: 'default',
    about: 'Persistent chains with weights that follow every change of the model.',
    options: {},
  },
  cd: {
    name: 'CD-1',
    short: 'CD-1',
    about: 'Contrastive divergence: one Gibbs step from the data.',
    options: { algorithm: 'cd', learningRate: 0.1 },
  },
  cd10: {
    name: 'CD-10',
    short: 'CD-10',
    about: 'Contrastive divergence: ten Gibbs steps from the data.',
    options: { algorithm: 'cd', steps: 10, learningRate: 0.3 },
  },
  pcd: {
    name: 'PCD',
    short: 'PCD',
    about: 'Persistent chains, one Gibbs step per update.',
    options: { algorithm: 'pcd', learningRate: 0.05 },
  },
  tempering: {
    name: 'parallel tempering',
    short: 'tempering',
    about: 'Persistent chains at ten temperatures that exchange their states.',
    options: { algorithm: 'tempering', learningRate: 0.3 },
  },
  trajectory: {
    name: 'trajectory tempering',
    short: 'trajectory',
    about: 'Persistent chains that exchange states with earlier models of the training.',
    options: { algorithm: 'trajectory', learningRate: 0.02 },
  },
  exact: {
    name: 'exact gradient',
    short: 'exact',
    about: 'No samples: a sum over all states of the smaller layer, at most 20 units; each one doubles the time.',
    options: { algorithm: 'exact', learningRate: 0.3 },
  },
  plain: {
    name: 'CD-1 as in 2014',
    short: 'CD-1 2014',
    about: 'Contrastive divergence as Mehta and Schwab used it: not centred, at a constant rate.',
    options: { algorithm: 'cd', centred: false, schedule: 'constant', learningRate: 0.1 },
  },
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;

export const METHOD_NAMES = Object.keys(METHODS) as readonly MethodName[];

/** Options of a way at a rate; 0 stands for its own. */
export function optionsOf(method: MethodName, rate: number): MethodOptions {
  const { options } = METHODS[method];
  return rate === 0 ? options : { ...options, learningRate: rate };
}
