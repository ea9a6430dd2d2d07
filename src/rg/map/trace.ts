/** Tr_v and Tr_h of e^{T - H}, exactly. Tables are logarithms, so no weight underflows, for any couplings. */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { refuse } from '../../util/check.js';
import { logAdd, logSum, logTwoCosh } from '../tables/logs.js';
import { energyTable, MAX_SPINS, writeSpins } from '../tables/walsh.js';
import type { FunctionOperator, HiddenSpin, LayerOperator, Operator } from './operators.js';
import { linearTable } from './spinRbm.js';

/** A Hamiltonian with its energies H(v) of every state, [2^sites]: made once, and handed down. */
export interface VisibleModel {
  hamiltonian: Hamiltonian;
  energies: Float64Array;
}

/** @throws TypeError if it is no Hamiltonian; RangeError for more than 24 sites */
export function visibleModel(hamiltonian: Hamiltonian): VisibleModel {
  return { hamiltonian: checkHamiltonian(hamiltonian), energies: energyTable(hamiltonian) };
}

/** log τ(v) = log Tr_h e^{T(v,h)} of every state, [2^visible]. */
export function logTauTable(operator: Operator, model: VisibleModel): Float64Array {
  if (operator.kind === 'function') return jointLogs(operator).visible;
  const table = commonTable(operator, model);
  const weights = new Float64Array(operator.visible);
  const inputs = new Float64Array(table.length);
  for (const spin of operator.spins) {
    if (spin.kind !== 'open') continue; // the others add up to 1
    weights.fill(0);
    spin.sites.forEach((site, k) => {
      weights[site] = spin.weights[k];
    });
    linearTable(weights, 1, spin.bias, inputs);
    for (let s = 0; s < table.length; s++) table[s] += logTwoCosh(inputs[s]);
  }
  return table;
}

/** H_RG(h) = -log Tr_v e^{T(v,h) - H(v)} of every state, [2^hidden]; Infinity where no v becomes h. */
export function hiddenEnergyTable(operator: Operator, model: VisibleModel): Float64Array {
  const { hamiltonian, energies } = model;
  if (operator.kind === 'function') return jointLogs(operator, energies).hidden.map((log) => 0 - log);
  // T - H is then -E, and the sum over v goes unit by unit
  if (operator.rbm && operator.hamiltonian === hamiltonian) return operator.rbm.hiddenEnergyTable();
  return eliminate(operator, model);
}

/** t(h, x) for h = ±1. */
function unitLog(kind: HiddenSpin['kind'], h: number, x: number): number {
  if (kind === 'open') return h * x;
  // hx - ln 2cosh x = -ln(1 + e^{-2hx})
  if (kind === 'normalised') return -logAdd(0, -2 * h * x);
  return x === 0 ? -Math.LN2 : h * x > 0 ? 0 : -Infinity;
}

/** g(v), [2^visible]. */
function commonTable(
  { visible, hamiltonian, visibleBias, constant }: LayerOperator,
  model: VisibleModel,
): Float64Array {
  const table = linearTable(visibleBias ?? new Float64Array(visible), 1, -constant);
  if (hamiltonian) {
    const energies = hamiltonian === model.hamiltonian ? model.energies : energyTable(hamiltonian);
    for (let s = 0; s < table.length; s++) table[s] += energies[s];
  }
  return table;
}

/**
 * The sum over v one spin at a time: hidden spins are added one after the other, and a visible spin is summed over as
 * soon as it has no weight to a later hidden spin. So blocks that share no site never need more than one spin beyond
 * the visible ones.
 * @throws RangeError if more than 24 spins would have to be kept at once
 */
function eliminate(operator: LayerOperator, model: VisibleModel): Float64Array {
  const last = lastUse(operator);
  const most = widest(operator, last);
  if (most > MAX_SPINS) {
    refuse('operator', `at most ${MAX_SPINS} spins to be kept at once, for hidden spins that share their sites`, most);
  }
  let logs = commonTable(operator, model);
  const { energies } = model;
  for (let s = 0; s < logs.length; s++) logs[s] -= energies[s];
  // the meaning of each bit of the state's number: a visible site, or -1 for a hidden spin
  const axes = Array.from(last, (_, site) => site);
  const sumOver = (seen: number) => {
    for (let bit = axes.length - 1; bit >= 0; bit--) {
      if (axes[bit] < 0 || last[axes[bit]] !== seen) continue;
      logs = sumBit(logs, bit);
      axes.splice(bit, 1);
    }
  };
  sumOver(-1);
  operator.spins.forEach((spin, mu) => {
    logs = addHidden(logs, axes, spin);
    axes.push(-1);
    sumOver(mu);
  });
  return logs.map((log) => 0 - log);
}

/** The last hidden spin with a weight to each site; -1 if there is none. */
function lastUse({ visible, spins }: LayerOperator): Int32Array {
  const last = new Int32Array(visible).fill(-1);
  spins.forEach(({ sites }, mu) => {
    for (const site of sites) last[site] = mu;
  });
  return last;
}

/** Largest number of spins kept at once. */
function widest({ visible, spins }: LayerOperator, last: Int32Array): number {
  let kept = last.filter((mu) => mu >= 0).length;
  let most = visible;
  spins.forEach((_, mu) => {
    kept++;
    most = Math.max(most, kept);
    kept -= last.filter((seen) => seen === mu).length;
  });
  return most;
}

/**
 * The table with one more spin, as its highest bit: log(s, h) = log(s) + t(h, x(s)). The input x is the sum of two
 * small tables.
 */
function addHidden(
  logs: Float64Array,
  axes: readonly number[],
  { kind, sites, weights, bias }: HiddenSpin,
): Float64Array {
  const perBit = Float64Array.from(axes, (site) => (site < 0 ? 0 : (weights[sites.indexOf(site)] ?? 0)));
  const half = axes.length >> 1;
  const low = linearTable(perBit.subarray(0, half), 1, bias);
  const high = linearTable(perBit.subarray(half), 1, 0);
  const more = new Float64Array(2 * logs.length);
  for (let s = 0; s < logs.length; s++) {
    const x = low[s & (low.length - 1)] + high[s >> half];
    more[s] = logs[s] + unitLog(kind, -1, x);
    more[logs.length + s] = logs[s] + unitLog(kind, 1, x);
  }
  return more;
}

/** The table with one bit summed over. */
function sumBit(logs: Float64Array, bit: number): Float64Array {
  const less = new Float64Array(logs.length / 2);
  const step = 2 ** bit;
  for (let s = 0; s < less.length; s++) {
    const down = ((s >> bit) << (bit + 1)) | (s & (step - 1));
    less[s] = logAdd(logs[down], logs[down + step]);
  }
  return less;
}

/**
 * log Tr_h e^{T(v,h)}, and log Tr_v e^{T(v,h) - H(v)} if there are energies: all states of both layers, a row at a
 * time.
 */
export function jointLogs(
  { visible, hidden, value }: Pick<FunctionOperator, 'visible' | 'hidden' | 'value'>,
  energies: Float64Array = new Float64Array(2 ** visible),
): { visible: Float64Array; hidden: Float64Array } {
  const v = new Int8Array(visible);
  const h = new Int8Array(hidden);
  const row = new Float64Array(2 ** hidden);
  const hiddenLogs = new Float64Array(2 ** hidden).fill(-Infinity);
  const visibleLogs = energies.map((energy, s) => {
    writeSpins(s, v);
    for (let t = 0; t < row.length; t++) {
      const operator = value(v, writeSpins(t, h));
      if (typeof operator !== 'number' || !(operator < Infinity)) {
        refuse('T(v,h)', 'number below Infinity', operator);
      }
      row[t] = operator;
      hiddenLogs[t] = logAdd(hiddenLogs[t], operator - energy);
    }
    return logSum(row);
  });
  return { visible: visibleLogs, hidden: hiddenLogs };
}
