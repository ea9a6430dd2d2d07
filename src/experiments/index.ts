/** All experiments, by name. */

import type { AnyExperiment } from './contract.js';
import { exactMap } from './exactMap.js';
import { mehtaSchwab } from './mehtaSchwab.js';

export const experiments: Readonly<Record<string, AnyExperiment>> = {
  [mehtaSchwab.name]: mehtaSchwab,
  [exactMap.name]: exactMap,
};

export * from './contract.js';
