/** All experiments, by name. */

import type { AnyExperiment } from './contract.js';
import { mehtaSchwab } from './mehtaSchwab.js';

export const experiments: Readonly<Record<string, AnyExperiment>> = {
  [mehtaSchwab.name]: mehtaSchwab,
};

export * from './contract.js';
