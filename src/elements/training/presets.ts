/** States worth looking at. */

import type { Value } from '../base/spec.js';
import { CRITICAL_TEMPERATURE } from '../parts/critical.js';

/** Name of each, and the properties in which it differs from the defaults. */
export const PRESETS: readonly { name: string; state: Readonly<Record<string, Value>> }[] = [
  { name: 'three drawings', state: {} },
  { name: 'what helps', state: { second: 'tempering', third: 'trajectory' } },
  { name: 'bars and stripes', state: { data: 'bars' } },
  { name: 'labelled shifter', state: { data: 'shifter', hiddenUnits: 16 } },
  { name: 'digits', state: { data: 'digits', hiddenUnits: 16, second: 'cd10', third: 'plain' } },
  { name: 'cold spins', state: { data: 'ising', hiddenUnits: 16 } },
  {
    name: 'critical spins',
    state: { data: 'ising', temperature: CRITICAL_TEMPERATURE, hiddenUnits: 16, third: 'tempering' },
  },
];
