/** Lists with holes: what passes over them would drop a bond, a scale or a unit without a word. */

import { suite } from 'uvu';
import * as b from '../../src/all.js';
import { checkList } from '../../src/util/check.js';
import { refuses } from '../assert.js';

const test = suite('util/lists');

/** The list without its last entry, as long as before. */
function holed<T>(...list: T[]): T[] {
  delete list[list.length - 1];
  return list;
}

test('a list has all its entries, or the first that lacks is named', () => {
  checkList('x', [undefined, 1], 'list');
  refuses(() => checkList('x', { length: 1 }, 'list'), TypeError, /^"x" expected list, got Object$/);
  refuses(() => checkList('x', holed(1, 2, 3), 'list'), TypeError, /^"x\[2\]" expected an entry, got a hole$/);
});

const pair = { sites: [0, 1], coupling: 0.3 };
const glass = b.isingHamiltonian({ lattice: b.chain(4), coupling: 0.3 });
const weights = new Float32Array(4).fill(0.1);
const rbm = new b.Rbm({
  visible: 2,
  hidden: 2,
  weights,
  visibleBias: new Float32Array(2),
  hiddenBias: new Float32Array(2),
});
const spins = new b.SpinRbm({ visible: 2, hidden: 2, weights });
const rows = new b.BitRows(4, 2, Uint8Array.of(0, 1, 2, 3));

const calls: [name: string, call: () => unknown][] = [
  ['terms', () => b.hamiltonianFromTerms({ sites: 4, terms: holed(pair, pair) })],
  ['terms[0].sites', () => b.hamiltonianFromTerms({ sites: 4, terms: [{ ...pair, sites: holed(0, 1) }] })],
  ['terms', () => b.enumerateTerms({ sites: 4, terms: holed(pair, pair) })],
  ['terms[0].sites', () => b.enumerateTerms({ sites: 4, terms: [{ ...pair, sites: holed(0, 1) }] })],
  ['bonds', () => b.enumerate({ sites: 2, bonds: holed({ a: 0, b: 1, coupling: 1 }) })],
  ['edges', () => b.graph(4, holed<[number, number]>([0, 1], [1, 2]))],
  [
    'lattice.shape',
    () => b.isingHamiltonian({ lattice: { ...b.square(3), shape: holed(3, 3) as never }, coupling: 1 }),
  ],
  ['lattice.shape', () => new b.Ising({ lattice: { ...b.square(3), shape: holed(3, 3) as never }, coupling: 0.3 })],
  ['scales', () => new b.Tempering({ hamiltonian: glass, scales: holed(1, 0.9, 0.8) })],
  ['at', () => new b.Tempering({ hamiltonian: glass, scales: [1, 0.9] }).sample(1, { at: holed(1, 0.9) })],
  ['clamp', () => rbm.gibbs(rows, { steps: 1, seed: 1, clamp: holed(0, 1) })],
  ['clamp', () => b.sampleStack(new b.Stack([rbm], [1, 2]), { count: 4, start: rows, clamp: holed(0, 1) })],
  ['rbms', () => new b.Stack(holed(rbm, rbm), [1, 2])],
  ['sets', () => b.bitCouplings(spins, holed([0], [1]))],
  ['sets[0]', () => b.sampledCouplings(spins, [holed(0, 1)])],
  ['terms', () => b.fromBitTerms(4, holed(pair, pair))],
  ['groups', () => b.groupCouplings(rows, holed<[number, number][]>([[0, 1]], [[0, 1]]))],
  ['groups[0][0]', () => b.groupCouplings(rows, [[holed(0, 1) as never]])],
  ['blocks', () => b.majorityOperator(4, holed([0, 1], [2, 3]))],
  ['kept', () => b.decimationOperator(4, holed(0, 2))],
  ['samples', () => b.jackknife(holed(new Float64Array(40), new Float64Array(40)), ([mean]) => mean)],
  [
    'range',
    () => b.realRowsFromArray({ shape: [1, 1], data: weights.subarray(1, 2) }, { range: holed(0, 1) as never }),
  ],
  ['shape', () => b.spinDataFromArray({ shape: [4], data: Int8Array.of(1, 1, 1, 1) }, { shape: holed(2, 2) })],
];

test('holes are named wherever lists are taken', () => {
  for (const [name, call] of calls) {
    const words = name.replace(/[[\].]/g, '\\$&');
    refuses(call, TypeError, new RegExp(`^"${words}\\[\\d\\]" expected an entry, got a hole$`));
  }
});

test.run();
