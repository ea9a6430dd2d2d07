/** Exponents of blocking rules by the Monte Carlo renormalization group, growing with the number of configurations. */

import { criticalCoupling } from '../../exact/index.js';
import { Ising, type SpinData, square } from '../../ising/index.js';
import {
  type BlockingRule,
  decimationRule,
  type Filter,
  filterRule,
  MonteCarloRg,
  majorityRule,
  softRule,
} from '../../rg/index.js';
import type { Estimate } from '../../stats/index.js';
import { ORDER, POSITIVE } from './nulls.js';
import { LIKELIEST, RULE_STEPS, type RuleId } from './rows.js';

/** What one step says: y_T and y_h, null where there is none, and what the second half of the operators adds to each. */
export interface StepExponents {
  step: number;
  thermal: Estimate | null;
  magnetic: Estimate | null;
  truncation: { thermal: number | null; magnetic: number | null };
}

/** Configurations per batch: one of each chain of the sampler. */
export const BATCH = 128;

/** Numbers change when there are so many more configurations: a jackknife takes as long as ten batches. */
const MORE = 1.25;
const FIRST = 256;

/** The rule of a row; `layer` and its nulls need the filter that was trained. */
export function ruleOf(id: RuleId, filter?: Filter): BlockingRule {
  switch (id) {
    case 'majority':
      return majorityRule({ factor: 2 });
    case 'soft':
      return softRule({ factor: 2, weight: LIKELIEST });
    case 'single':
      return decimationRule({ factor: 2 });
    case 'positive':
      return filterRule({ weights: POSITIVE, size: 4, origin: [-1, -1], stride: 2 });
    default:
      return filterRule({ ...nullOf(id, filter as Filter), stride: 2 });
  }
}

/** The trained filter, or what is left of it. */
export function nullOf(id: 'layer' | 'sites' | 'places' | 'signs', filter: Filter): Filter {
  const weights = Array.from(filter.weights);
  if (id === 'places') return { ...filter, weights: ORDER.map((site) => weights[site]) };
  if (id !== 'signs') return filter;
  const turned = weights.map((w, site) => (ORDER[site] % 2 === 0 ? w : -w));
  const sign = turned.reduce((sum, w) => sum + w, 0) < 0 ? -1 : 1;
  return { ...filter, weights: turned.map((w) => sign * w) };
}

export const needsLayer = (id: RuleId): boolean => ['layer', 'sites', 'places', 'signs'].includes(id);

/** The critical lattices of all rules. */
export const sampler = (size: number, seed: number): Ising =>
  new Ising({ lattice: square(size), coupling: criticalCoupling, seed });

/** One rule and what it has been shown. */
export class RuleRun {
  readonly #rg: MonteCarloRg;
  #reported = 0;
  count = 0;
  steps: StepExponents[] = [];
  /** Why there are no numbers, as a sentence. */
  failure: string | null = null;

  constructor(rule: BlockingRule, seed: number) {
    this.#rg = new MonteCarloRg({ rule, steps: RULE_STEPS, seed });
  }

  add(data: SpinData): void {
    this.#rg.add(data);
    this.count += data.count;
  }

  /** Brings the exponents up to date if there is enough that is new. */
  update(now = false): void {
    const due = this.count >= FIRST && this.count >= MORE * this.#reported;
    if (!(due || (now && this.count > this.#reported))) return;
    this.#reported = this.count;
    try {
      this.steps = this.#rg.report().steps.map(({ step, even, odd }) => ({
        step,
        thermal: even.exponent,
        magnetic: odd.exponent,
        truncation: { thermal: even.truncation, magnetic: odd.truncation },
      }));
      this.failure = null;
    } catch (error) {
      this.steps = [];
      this.failure = (error as Error).message;
    }
  }
}
