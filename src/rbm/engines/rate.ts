/** The learning rate: its default, its check, and its value in each epoch. */

import { checkList, positive, refuse } from '../../util/check.js';
import type { Schedule, TrainingOptions } from './options.js';

/**
 * The default rate of a population. Base: 0.05 up to 5000 weights, 0.01 above, where the gradient from a few hundred
 * chains is noisy. 0.01 also for shared weights, which have a larger effect: twice that learns more of Ising spins at
 * K_c, and loses the shares of the modes of 8×8 at K = 0.6. 0.007 for real visible units, whose modes are narrow: among
 * 0.005 … 0.02 it has the smallest worst-case loss, over a mixture of Gaussians, a Gaussian chain and grey strokes
 * (docs/defaults.md). Twice the base up to 1000 updates, then decreasing as 1/√updates until 4000.
 */
export function populationRate(base: number, updates: number): number {
  return base * Math.min(2, Math.max(1, Math.sqrt(4000 / Math.max(1, updates))));
}

export function checkRate(rate: number | readonly number[], epochs: number): number | readonly number[] {
  if (!Array.isArray(rate)) return positive('learningRate', rate);
  if (rate.length < epochs) {
    throw new RangeError(`"learningRate" expected a rate for each of ${epochs} epochs, got ${rate.length}`);
  }
  checkList('learningRate', rate, 'number, or list of numbers');
  return rate.map((value, k) => positive(`learningRate[${k}]`, value));
}

export function checkSchedule(schedule: Schedule): Schedule {
  if (schedule !== null && typeof schedule === 'object') {
    const [[name, epochs], ...more] = Object.entries(schedule).length ? Object.entries(schedule) : [['', 0]];
    if (more.length === 0 && (name === 'inverse' || name === 'exponential')) {
      positive(`schedule.${name}`, epochs);
      return { ...schedule };
    }
  } else if (schedule === 'constant' || schedule === 'linear') return schedule;
  return refuse('schedule', 'constant, linear, { inverse } or { exponential }', schedule);
}

/** The learning rate of epoch e, from 1. */
export function rateOf(
  { learningRate, schedule, epochs }: Required<Pick<TrainingOptions, 'learningRate' | 'schedule' | 'epochs'>>,
  epoch: number,
): number {
  if (typeof learningRate !== 'number') return learningRate[epoch - 1];
  const done = epoch - 1;
  if (schedule === 'constant') return learningRate;
  if (schedule === 'linear') return learningRate * (1 - done / epochs);
  if ('inverse' in schedule) return learningRate / (1 + done / schedule.inverse);
  return learningRate * halved(done / schedule.exponential);
}

/** 2^-x for x >= 0, by sums and products only: the same bits on all engines. */
function halved(x: number): number {
  const whole = Math.floor(x);
  const t = (x - whole) * -Math.LN2;
  let sum = 0;
  for (let n = 20; n > 0; n--) sum = ((1 + sum) * t) / n;
  let result = 1 + sum;
  for (let k = Math.min(whole, 1100); k > 0; k--) result /= 2;
  return result;
}

/** baseⁿ by squaring: the same bits on all engines. */
export function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
