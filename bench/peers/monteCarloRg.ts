/** NumPy beside Monte Carlo renormalization: Swendsen's, and sweeps of the variational one. */

import { encodeNpz, monteCarloRg } from '../../src/all.js';
import { agree, close } from '../cases/agree.js';
import { biasedMean, biasedModel, biasedSweeps } from '../cases/biased.js';
import { MCRG, mcrgLevels, operatorSamples } from '../cases/operators.js';
import { numbersOf, type Search } from './search.js';

export async function monteCarloRgPeer(search: Search): Promise<void> {
  const { side, count, steps, operators, rule } = MCRG;
  const data = operatorSamples(side, count);
  const spins = new Int8Array(count * side * side);
  for (let row = 0; row < count; row++) spins.set(data.spins(row), row * side * side);
  // [level][even, odd] of each row
  const levels = mcrgLevels(data);
  const row = levels.flatMap(({ even, odd }) => [...even.subarray(0, 3), ...odd.subarray(0, 2)]);
  const total = (sums: Float64Array, n: number) =>
    Array.from({ length: n }, (_, k) => sums.filter((_, at) => at % n === k).reduce((all, x) => all + x, 0));
  const sums = levels.flatMap(({ even, odd }) => [...total(even, 3), ...total(odd, 2)]);
  const { matrix } = monteCarloRg(data, { rule, steps, operators }).steps[0].even;
  const file = search.file('spins.npz', encodeNpz({ spins: { shape: [count, side, side], data: spins } }));
  await search.python('NumPy int8', 'mcrg.py', [file, steps], {
    check: (greeting) => {
      close('sums of row 0', numbersOf(greeting.row), row, 0);
      close('sums', numbersOf(greeting.sums), sums, 0);
      close('T', numbersOf(greeting.matrix), matrix, 1e-8);
    },
  });
}

/** Walkers of NumPy, more than ours: with 16 it is a third slower. */
const WALKERS = 64;

export async function variationalPeer(search: Search, side: number): Promise<void> {
  const { coupling, parameters, operators } = biasedModel(side);
  const products = operators.map(({ order, sites }, k) => [
    `products${k}`,
    { shape: [sites.length / order, order], data: Int32Array.from(sites) },
  ]);
  const number = (x: number) => ({ shape: [], data: Float64Array.of(x) });
  const model = { side: number(side), coupling: number(coupling), ...Object.fromEntries(products) };
  const file = search.file(
    'model.npz',
    encodeNpz({ ...model, parameters: { shape: [parameters.length], data: Float64Array.from(parameters) } }),
  );
  const sweeps = 2;
  const mean = biasedMean(side);
  await search.python('NumPy, blocks far apart together', 'vmcrg.py', [file, WALKERS, sweeps], {
    share: (sweeps * WALKERS) / biasedSweeps(side),
    check: (greeting) => void agree('neighbouring block spins', numbersOf(greeting.means), mean),
  });
}
