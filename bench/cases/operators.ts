/** Operators of the renormalization group, and Monte Carlo RG on them: kernels against plain loops over sites. */

import {
  criticalCoupling,
  Ising,
  MonteCarloRg,
  majorityRule,
  operatorBasis,
  type SpinData,
  square,
  standardOperators,
} from '../../src/all.js';
import type { Entry } from '../harness.js';
import { close, same } from './agree.js';
import { type Body, entry } from './entry.js';

/** Configurations of the case that NumPy measures, too, its name, and how often they are measured in a round. */
export const OPERATORS = { side: 64, count: 1024, times: 20 } as const;
export const OPERATORS_NAME = `operators, ${OPERATORS.count} of ${OPERATORS.side}×${OPERATORS.side}, seven even`;

const EVEN = standardOperators('square', 'even');
const ODD = standardOperators('square', 'odd');

interface Products {
  order: number;
  sites: Uint32Array;
}

/** Σ Π s of each operator, product by product. */
function plainSums(spins: Int8Array, operators: readonly Products[]): Float64Array {
  return Float64Array.from(operators, ({ order, sites }) => {
    let sum = 0;
    for (let at = 0; at < sites.length; at += order) {
      let product = spins[sites[at]];
      for (let k = 1; k < order; k++) product *= spins[sites[at + k]];
      sum += product;
    }
    return sum;
  });
}

export function operatorSamples(side: number, count: number): SpinData {
  return new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' }).sample(count);
}

function operatorCase(side: number, count: number): Body {
  const data = operatorSamples(side, count);
  const basis = operatorBasis(square(side), EVEN);
  const rows = Array.from({ length: count }, (_, row) => data.spins(row));
  const plain = () => rows.map((spins) => plainSums(spins, basis.operators));
  const { times } = OPERATORS;
  return {
    unit: 'sites × operators',
    work: times * count * side * side * EVEN.length,
    contenders: [
      {
        name: 'Wasm',
        run: () => {
          for (let k = 0; k < times; k++) basis.measure(data);
        },
      },
      { name: 'plain TypeScript', run: () => void plain(), share: 1 / times },
    ],
    check: () => {
      same('sums', basis.measure(data), Float64Array.from(plain().flatMap((sums) => [...sums])));
      return 'the same numbers';
    },
  };
}

/** Majority of 2 × 2, ties to the first spin. */
function plainBlocks(spins: Int8Array, side: number): Int8Array {
  const half = side / 2;
  return Int8Array.from({ length: half * half }, (_, k) => {
    const corner = 2 * Math.floor(k / half) * side + 2 * (k % half);
    const first = spins[corner];
    const sum = first + spins[corner + 1] + spins[corner + side] + spins[corner + side + 1];
    return sum > 0 || (sum === 0 && first > 0) ? 1 : -1;
  });
}

/** The case of Monte Carlo RG that NumPy measures, too. */
export const MCRG = {
  side: 64,
  count: 1280,
  steps: 3,
  operators: { even: EVEN.slice(0, 3), odd: ODD.slice(0, 2) },
  rule: majorityRule({ factor: 2, ties: 'first' }),
} as const;
export const MCRG_NAME = `Monte Carlo RG, ${MCRG.count} of ${MCRG.side}×${MCRG.side}, three steps`;

/** The sums of the operators of each row, level by level. */
export function mcrgLevels(data: SpinData): { even: Float64Array; odd: Float64Array }[] {
  const { rule, operators, steps, side } = MCRG;
  let rows = data;
  return Array.from({ length: steps + 1 }, (_, step) => {
    if (step > 0) rows = rule.apply(rows);
    const lattice = square(side / 2 ** step);
    const measure = (parity: 'even' | 'odd') => operatorBasis(lattice, operators[parity]).measure(rows);
    return { even: measure('even'), odd: measure('odd') };
  });
}

function mcrgCase(side: number, count: number, steps: number): Body {
  const { rule, operators } = MCRG;
  const data = operatorSamples(side, count);
  const rows = Array.from({ length: count }, (_, row) => data.spins(row));
  const bases = Array.from({ length: steps + 1 }, (_, step) => operatorBasis(square(side / 2 ** step), operators.even));
  const odd = Array.from({ length: steps + 1 }, (_, step) => operatorBasis(square(side / 2 ** step), operators.odd));
  const ours = () => new MonteCarloRg({ rule, steps, operators }).add(data);
  /** Σ S and Σ S Sᵀ of all levels together, even operators. */
  const plain = () => {
    const n = operators.even.length * (steps + 1);
    const sums = new Float64Array(n);
    const products = new Float64Array(n * n);
    for (const row of rows) {
      let spins = row;
      const all: number[] = [];
      for (let step = 0; step <= steps; step++) {
        if (step > 0) spins = plainBlocks(spins, side / 2 ** (step - 1));
        all.push(...plainSums(spins, bases[step].operators));
        plainSums(spins, odd[step].operators);
      }
      for (let i = 0; i < n; i++) {
        sums[i] += all[i];
        for (let j = 0; j < n; j++) products[i * n + j] += all[i] * all[j];
      }
    }
    return { sums, products, n };
  };
  return {
    unit: 'configurations',
    work: count,
    contenders: [
      { name: 'Wasm', run: () => void ours() },
      { name: 'plain TypeScript', run: () => void plain() },
    ],
    check: () => {
      const { sums, products, n } = plain();
      const covariance = (i: number, j: number) => products[i * n + j] / count - (sums[i] / count) * (sums[j] / count);
      const { matrix } = ours().report().steps[0].even;
      // A T = B
      const k = operators.even.length;
      const found: number[] = [];
      const expected: number[] = [];
      for (let row = 0; row < k; row++) {
        for (let column = 0; column < k; column++) {
          let sum = 0;
          for (let m = 0; m < k; m++) sum += covariance(k + row, k + m) * matrix[m * k + column];
          found.push(sum / covariance(k + row, k + row));
          expected.push(covariance(k + row, column) / covariance(k + row, k + row));
        }
      }
      return close('A T = B', found, expected, 1e-7);
    },
  };
}

export function operatorEntries(): Entry[] {
  return [
    entry({ name: OPERATORS_NAME, group: 'Monte Carlo renormalization' }, (short) =>
      short ? operatorCase(8, 130) : operatorCase(OPERATORS.side, OPERATORS.count),
    ),
    entry({ name: MCRG_NAME, group: 'Monte Carlo renormalization' }, (short) =>
      short ? mcrgCase(16, 200, 1) : mcrgCase(MCRG.side, MCRG.count, MCRG.steps),
    ),
  ];
}
