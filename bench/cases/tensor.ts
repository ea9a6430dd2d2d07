/** Tensor renormalization of the critical Ising model, in blocks of parity and without them, per bond dimension. */

import {
  bondWeightedTrg,
  criticalCoupling,
  isingTensor,
  type TensorNetwork,
  trg,
  weightTensor,
} from '../../src/all.js';
import type { Entry } from '../harness.js';
import { type Body, entry } from './entry.js';

export const TENSOR_METHODS = { trg, btrg: bondWeightedTrg };
export type TensorMethod = keyof typeof TENSOR_METHODS;
export const TENSOR_BONDS = [8, 16, 24];
export const TENSOR_STEPS = 28;
export const tensorName = (method: TensorMethod, bond: number) =>
  `${method === 'trg' ? 'TRG' : 'bond-weighted TRG'}, χ = ${bond}, ${TENSOR_STEPS} steps`;

/** ln Z per site after all steps. */
export function tensorLogPartition(method: TensorMethod, network: TensorNetwork, bond: number, steps: number): number {
  let value = Number.NaN;
  for (const step of TENSOR_METHODS[method](network, { bond, steps })) {
    if (step.step === steps) value = step.logPartition;
  }
  return value;
}

function tensorCase(method: TensorMethod, bond: number, steps: number): Body {
  const even = isingTensor({ coupling: criticalCoupling });
  const weight = (s: number, t: number) => Math.exp(s === t ? criticalCoupling : -criticalCoupling);
  const plain = weightTensor({ states: 2, horizontal: weight });
  return {
    unit: 'steps',
    work: steps,
    contenders: [
      { name: 'in blocks of parity', run: () => void tensorLogPartition(method, even, bond, steps) },
      { name: 'without parity', run: () => void tensorLogPartition(method, plain, bond, steps) },
    ],
    check: () => {
      const [a, b] = [even, plain].map((network) => tensorLogPartition(method, network, bond, steps));
      if (!(Math.abs(a - b) < 1e-9)) throw new Error(`ln Z per site ${a} with parity, ${b} without`);
      return `ln Z per site equal within ${Math.abs(a - b).toExponential(0)}`;
    },
  };
}

export function tensorEntries(): Entry[] {
  const group = 'Tensor renormalization';
  return (['trg', 'btrg'] as const).flatMap((method) =>
    TENSOR_BONDS.map((bond) =>
      entry(
        {
          name: tensorName(method, bond),
          group,
          series: { name: method === 'trg' ? 'TRG' : 'bond-weighted TRG', x: bond },
        },
        (short) => (short ? tensorCase(method, 4, 4) : tensorCase(method, bond, TENSOR_STEPS)),
      ),
    ),
  );
}
