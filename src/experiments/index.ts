/** All experiments, by name. */

import { blockSpins } from './blockSpins.js';
import type { AnyExperiment } from './contract.js';
import { mehtaSchwab } from './mehtaSchwab.js';

export const experiments: Readonly<Record<string, AnyExperiment>> = {
  [mehtaSchwab.name]: mehtaSchwab,
  [blockSpins.name]: blockSpins,
};

export * from './contract.js';
