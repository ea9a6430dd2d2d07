/**
 * A Hamiltonian as text: its couplings by the number of spins, equal ones in one line, in the same form for the
 * original and the renormalised Hamiltonian.
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { integer, knownOptions, within } from '../../util/check.js';
import { compareSites } from '../tables/walsh.js';

/** Terms with equal numbers of spins and equal couplings. */
export interface TermGroup {
  /** Number of spins in each term; 0 for the constant. */
  order: number;
  /** Mean of the couplings of the group. */
  coupling: number;
  /** Sites of each term. */
  sets: number[][];
}

/**
 * Terms grouped by order, then by value: two neighbouring couplings of one order that differ by at most `tolerance` are
 * in one group. Groups are sorted by rising order and falling |coupling|, the sets of a group by their sites.
 * @throws TypeError if not a Hamiltonian, RangeError for a tolerance below 0
 */
export function termGroups(hamiltonian: Hamiltonian, tolerance = 1e-9): TermGroup[] {
  within('tolerance', tolerance, 0, Number.MAX_VALUE);
  const terms = checkHamiltonian(hamiltonian).terms.sort(
    (a, b) => a.sites.length - b.sites.length || a.coupling - b.coupling,
  );
  const groups: TermGroup[] = [];
  let last: number | undefined;
  for (const { sites, coupling } of terms) {
    const group = groups.at(-1);
    if (group?.order === sites.length && last !== undefined && coupling - last <= tolerance) {
      group.coupling += (coupling - group.coupling) / (group.sets.length + 1);
      group.sets.push(sites);
    } else groups.push({ order: sites.length, coupling, sets: [sites] });
    last = coupling;
  }
  for (const { sets } of groups) sets.sort(compareSites);
  return groups.sort((a, b) => a.order - b.order || Math.abs(b.coupling) - Math.abs(a.coupling));
}

/** Options of `describeHamiltonian`. */
export interface DescribeOptions {
  /** Digits after the point. Default 4. */
  digits?: number;
  /** Couplings that differ by no more are written as one. Default half a unit of the last digit. */
  tolerance?: number;
  /** Sets listed of each group, before an ellipsis. Default 6. */
  sets?: number;
}

/**
 * A Hamiltonian as text, one line per group of equal couplings, such as `K(0,1) = K(1,2) = 0.3500`, with its count if
 * not all are listed: `K(0,1) = K(0,4) = … = 0.4407 (32 terms)`. The constant is K().
 * @throws TypeError if not a Hamiltonian, RangeError for an option out of range
 */
export function describeHamiltonian(hamiltonian: Hamiltonian, options: DescribeOptions = {}): string {
  knownOptions('describeHamiltonian', options, ['digits', 'tolerance', 'sets']);
  const digits = integer('digits', options.digits ?? 4, 0, 15);
  const listed = integer('sets', options.sets ?? 6);
  const groups = termGroups(hamiltonian, options.tolerance ?? 0.5 * 10 ** -digits);
  if (groups.length === 0) return 'no terms';
  return groups
    .map(({ coupling, sets }) => {
      const names = sets.slice(0, listed).map((sites) => `K(${sites.join(',')})`);
      const more = sets.length > listed ? ['…'] : [];
      const count = sets.length > listed ? ` (${sets.length} terms)` : '';
      return `${[...names, ...more].join(' = ')} = ${coupling.toFixed(digits)}${count}`;
    })
    .join('\n');
}
