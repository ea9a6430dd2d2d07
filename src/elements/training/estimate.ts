/** How log Z of a machine is found: by an exact sum as long as it is quick, and beyond by annealing. */

/** Terms (states of the smaller layer times units of the larger) up to which the sum is exact: a tenth of a second. */
const EXACT = 2 ** 28;
/** Terms up to which it is made after every epoch: some ten milliseconds. */
const QUICK = 2 ** 24;
/** Measurements of a run whose log Z takes longer than that. */
const MEASUREMENTS = 25;
/** Annealing: chains, and weights × chains × temperatures of about a tenth of a second. */
const CHAINS = 100;
const ANNEALED = 1e9;

export type Estimate = { method: 'exact' } | { method: 'annealing'; chains: number; temperatures: number };

const termsOf = (visible: number, hidden: number): number => 2 ** Math.min(visible, hidden) * Math.max(visible, hidden);

/** Options of `logPartition`; annealing also takes the rows that are measured. */
export function estimateFor(visible: number, hidden: number): Estimate {
  if (termsOf(visible, hidden) <= EXACT) return { method: 'exact' };
  const temperatures = Math.floor(ANNEALED / CHAINS / (visible * hidden));
  return { method: 'annealing', chains: CHAINS, temperatures: Math.max(50, Math.min(1000, temperatures)) };
}

/** Epochs from one measurement to the next. */
export function epochsBetween(visible: number, hidden: number, epochs: number): number {
  return termsOf(visible, hidden) <= QUICK ? 1 : Math.ceil(epochs / MEASUREMENTS);
}
