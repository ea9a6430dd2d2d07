/** The temperature that all figures mark. */

import { criticalCoupling } from '../../exact/index.js';

/** T_c = 2/ln(1 + √2) in units of J/k, of the square lattice. */
export const CRITICAL_TEMPERATURE = 1 / criticalCoupling;
