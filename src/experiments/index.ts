/** All experiments, by name. */

import { blockSpins } from './blockSpins.js';
import type { AnyExperiment } from './contract.js';
import { decimation1d } from './decimation1d.js';
import { exactMap } from './exactMap.js';
import { mehtaSchwab } from './mehtaSchwab.js';
import { rbmThermodynamics } from './rbmThermodynamics.js';
import { thermodynamics } from './thermodynamics.js';

export const experiments: Readonly<Record<string, AnyExperiment>> = {
  [mehtaSchwab.name]: mehtaSchwab,
  [blockSpins.name]: blockSpins,
  [decimation1d.name]: decimation1d,
  [exactMap.name]: exactMap,
  [thermodynamics.name]: thermodynamics,
  [rbmThermodynamics.name]: rbmThermodynamics,
};

export * from './contract.js';
