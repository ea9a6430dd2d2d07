/** What speaks against the exponents of a Monte Carlo renormalization group, in sentences. */

import type { Lattice } from '../../ising/models/lattice.js';
import type { BlockingRule } from '../blocking/rule.js';
import type { Levels } from './levels.js';
import type { McrgStep } from './report.js';

/** y_h of the Ising model by the dimension of the lattice, exact and of the conformal bootstrap. In one there is no K_c. */
const MAGNETIC: Readonly<Record<number, number>> = { 2: 15 / 8, 3: 2.4818 };

/**
 * w·b^{y_h} below which the operators decide more than the weight: on 64² at K_c with b = 2 the second half of seven adds
 * 0.013, 0.026, 0.046 and 0.089 to y_T of the third step for w = 0.8, 0.7, 0.6 and 0.5 (2.9, 2.6, 2.2, 1.8), on 81² with
 * b = 3 0.002, 0.014, 0.028 and 0.079 in the second for w = 0.4, 0.3, 0.25 and 0.2 (3.1, 2.4, 2.0, 1.6).
 */
const SOFT = 2.5;

/** A truncation that is worth a sentence: in the exponent, and in units of its statistical error. */
const TRUNCATION = 0.02;
const ERRORS = 3;

/** Of the rules and of the steps that they made. */
export function doubtsOf(levels: Levels, steps: readonly McrgStep[]): string[] {
  const all = levels.rules.flatMap((rule, k) => softness(rule, levels.levels[k].lattice, levels, k + 1) ?? []);
  return [...new Set(all), ...steps.flatMap(missing), ...steps.flatMap(truncations)];
}

/** Whether a rule is so soft that it has no critical fixed point, or only one of long-ranged couplings. */
function softness(rule: BlockingRule, lattice: Lattice | null, levels: Levels, step: number): string | undefined {
  const magnetic = MAGNETIC[levels.dimension];
  const spins = lattice && magnetic ? rule.spins?.(lattice) : undefined;
  if (!spins) return undefined;
  const scale = levels.scale(step);
  const sizes = spins.map((spin) =>
    spin.kind === 'normalised' ? spin.weights.reduce((sum, w) => sum + Math.abs(w), 0) : Infinity,
  );
  // a block of b^d spins of weight w each
  const weight = sizes.reduce((most, w) => Math.max(most, w), 0) / scale ** levels.dimension;
  const least = scale ** -magnetic;
  const text = `${rule.name}: the weight per spin of a block, ${weight.toFixed(3)}, is below`;
  if (weight < least) {
    return `${text} b^(-y_h) = ${least.toFixed(3)}. Iterated, the rule has no critical fixed point; these exponents mean nothing.`;
  }
  const uniform = spins.every((spin) => spin.kind === 'normalised' && spin.weights.every((w) => w === spin.weights[0]));
  if (uniform && weight < SOFT * least) {
    return `${text} ${SOFT} b^(-y_h) = ${(SOFT * least).toFixed(3)}. The exponents depend on the operators more than on the weight.`;
  }
  return undefined;
}

const EXPONENTS = { even: 'y_T', odd: 'y_h' } as const;
const PARITIES = ['even', 'odd'] as const;

/** Why an exponent is not there. */
function missing(step: McrgStep): string[] {
  return PARITIES.flatMap((parity) => {
    const { exponent, eigenvalues } = step[parity];
    if (exponent) return [];
    const [{ real, imaginary }] = eigenvalues;
    const name = `${EXPONENTS[parity]} of step ${step.step}`;
    if (imaginary !== 0)
      return `${name}: the leading eigenvalue is complex, ${real.toFixed(3)} ± ${Math.abs(imaginary).toFixed(3)}i.`;
    if (!(real < 0))
      return `${name}: the leading eigenvalue, ${real.toFixed(3)}, is not positive and real in every block of the jackknife.`;
    const turned =
      parity === 'odd'
        ? ' The rule turns spins over, as a filter does whose weights sum to less than zero; spectrum has ln|λ|/ln b.'
        : '';
    return `${name}: the leading eigenvalue, ${real.toFixed(3)}, is negative.${turned}`;
  });
}

/** Exponents that the second half of the operators changes by much. */
function truncations(step: McrgStep): string[] {
  return PARITIES.flatMap((parity) => {
    const { exponent, truncation } = step[parity];
    if (!exponent || truncation === null || !exponent.error) return [];
    const size = Math.abs(truncation);
    if (!(size > TRUNCATION && size > ERRORS * exponent.error)) return [];
    const name = EXPONENTS[parity];
    const times = Math.round(size / exponent.error);
    return `${name} of step ${step.step}: the second half of the operators changes it by ${truncation.toFixed(3)}, ${times} times its statistical error.`;
  });
}
