import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveOpenChain } from '../../src/exact/chain.js';
import { enumerate } from '../../src/exact/enumerate.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { enumerateTerms, type NBodyModel } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { close } from '../assert.js';
import { Draws } from '../reference/draws.js';

const test = suite('exact/nBody');

/** The averages from the definition, state by state. */
function plain({ sites, terms }: NBodyModel): Record<string, number> {
  const sums = new Float64Array(7);
  for (let state = 0; state < 2 ** sites; state++) {
    const s = (i: number): number => ((state >> i) & 1 ? 1 : -1);
    const h = terms.reduce((sum, term) => sum - term.sites.reduce((all, i) => all * s(i), term.coupling), 0);
    let m = 0;
    for (let i = 0; i < sites; i++) m += s(i) / sites;
    const weight = Math.exp(-h);
    [1, h, h * h, m, Math.abs(m), m * m, m ** 4].forEach((x, k) => {
      sums[k] += weight * x;
    });
  }
  const [z, h, h2, m, m1, m2, m4] = sums;
  return {
    logPartition: Math.log(z),
    energy: h / z,
    heatCapacity: h2 / z - (h / z) ** 2,
    magnetisation: m / z,
    meanAbsoluteMagnetisation: m1 / z,
    magnetisation2: m2 / z,
    magnetisation4: m4 / z,
  };
}

/** Random interactions of 0 to 6 spins, repeated sets among them. */
function randomModel(sites: number, count: number, seed: number, strength = 0.5): NBodyModel {
  const draws = new Draws(seed);
  const terms = Array.from({ length: count }, () => ({
    sites: [...draws.permutation(sites).subarray(0, draws.integer(0, Math.min(6, sites)))],
    coupling: draws.uniform(-strength, strength),
  }));
  return { sites, terms };
}

function torus(rows: number, columns: number, coupling: number): NBodyModel {
  const terms: { sites: number[]; coupling: number }[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      terms.push({ sites: [y * columns + x, y * columns + ((x + 1) % columns)], coupling });
      terms.push({ sites: [y * columns + x, ((y + 1) % rows) * columns + x], coupling });
    }
  }
  return { sites: rows * columns, terms };
}

test('agrees with the definition to 1e-12, below, at and above the size of a block', () => {
  for (const [sites, count] of [
    [1, 0],
    [1, 3],
    [2, 5],
    [5, 40],
    [9, 30],
    [10, 60],
    [11, 60],
    [14, 50],
  ]) {
    const model = randomModel(sites, count, sites);
    const expected = plain(model);
    const answer = enumerateTerms(model);
    assert.equal(Object.keys(answer).sort(), Object.keys(expected).sort());
    for (const [name, value] of Object.entries(answer)) close(value, expected[name], 1e-12, `${name}, N = ${sites}`);
  }
});

test('agrees with the enumeration of pairs to 1e-12, past the blocks of one call', () => {
  const draws = new Draws(5);
  const sites = 21;
  const bonds = Array.from({ length: 60 }, () => {
    const a = draws.integer(0, sites - 1);
    return { a, b: (a + draws.integer(1, sites - 1)) % sites, coupling: draws.uniform(-0.6, 0.6) };
  });
  const fields = Array.from({ length: sites }, () => draws.uniform(-0.2, 0.2));
  const expected: Record<string, number> = { ...enumerate({ sites, bonds, fields }) };
  const terms = [
    ...bonds.map(({ a, b, coupling }) => ({ sites: [a, b], coupling })),
    ...fields.map((coupling, site) => ({ sites: [site], coupling })),
  ];
  const answer: Record<string, number> = { ...enumerateTerms({ sites, terms }) };
  for (const name in expected) close(answer[name], expected[name], 1e-12, name);
});

test('agrees with Kaufman on tori and with the transfer matrix of chains', () => {
  for (const [rows, columns] of [
    [3, 4],
    [4, 4],
    [4, 5],
  ]) {
    const { logPartition, energy, magnetisation } = enumerateTerms(torus(rows, columns, criticalCoupling));
    const exact = kaufman(rows, columns, criticalCoupling);
    close(logPartition, exact.logPartition, 1e-12, `ln Z, ${rows} × ${columns}`);
    close(energy, exact.energy * rows * columns * criticalCoupling, 1e-12, `energy, ${rows} × ${columns}`);
    assert.ok(Math.abs(magnetisation) < 1e-12, `${magnetisation}`);
  }
  const sites = 18;
  const terms = Array.from({ length: sites }, (_, i) => ({ sites: [i], coupling: 0.2 }));
  for (let i = 0; i + 1 < sites; i++) terms.push({ sites: [i, i + 1], coupling: -0.9 });
  const exact = solveOpenChain({ sites, coupling: -0.9, field: 0.2 });
  const answer = enumerateTerms({ sites, terms });
  close(answer.logPartition, exact.logPartition, 1e-13, 'ln Z');
  close(answer.energy, exact.energy, 1e-13, 'energy');
});

test('a constant shifts ln Z and the energy, and nothing else', () => {
  const model = randomModel(8, 20, 3);
  const shifted = enumerateTerms({ ...model, terms: [...model.terms, { sites: [], coupling: 7 }] });
  const answer = enumerateTerms(model);
  close(shifted.logPartition, answer.logPartition + 7, 1e-14, 'ln Z');
  close(shifted.energy, answer.energy - 7, 1e-14, 'energy');
  close(shifted.heatCapacity, answer.heatCapacity, 1e-12, 'heat capacity');
  close(shifted.magnetisation, answer.magnetisation, 1e-13, 'm');
});

test('terms without a common site: Z = 2^N Π cosh K, whatever their order', () => {
  const terms = [
    { sites: [0, 1, 2], coupling: 0.7 },
    { sites: [3, 4, 5, 6], coupling: -1.1 },
    { sites: [11], coupling: 0.4 },
    { sites: [7, 8, 9, 10, 12], coupling: 2 },
  ];
  const { logPartition, energy } = enumerateTerms({ sites: 13, terms });
  close(
    logPartition,
    terms.reduce((sum, { coupling }) => sum + Math.log(Math.cosh(coupling)), 13 * Math.LN2),
    1e-14,
    'ln Z',
  );
  close(
    energy,
    terms.reduce((sum, { coupling }) => sum - coupling * Math.tanh(coupling), 0),
    1e-14,
    'energy',
  );
});

test('survives couplings whose weights overflow', () => {
  for (const strength of [500, 1e90]) {
    const { logPartition, energy, heatCapacity, meanAbsoluteMagnetisation } = enumerateTerms(torus(3, 4, strength));
    close(logPartition / (24 * strength), 1 + Math.LN2 / (24 * strength), 1e-14, 'ln Z');
    close(energy / (24 * strength), -1, 1e-14, 'energy');
    assert.is(heatCapacity, 0);
    assert.is(meanAbsoluteMagnetisation, 1);
  }
});

test('the order of the terms and their repetition do not matter beyond rounding', () => {
  const model = randomModel(12, 40, 9);
  const halves = model.terms.flatMap(({ sites, coupling }) => [
    { sites: [...sites].reverse(), coupling: coupling / 2 },
    { sites, coupling: coupling / 2 },
  ]);
  const answer: Record<string, number> = { ...enumerateTerms(model) };
  const other: Record<string, number> = { ...enumerateTerms({ sites: 12, terms: halves.reverse() }) };
  for (const name in answer) close(other[name], answer[name], 1e-13, name);
});

test('refuses what is no model', () => {
  const refuses = (model: unknown, kind: ErrorConstructor, pattern: RegExp) =>
    assert.throws(
      () => enumerateTerms(model as NBodyModel),
      (error: Error) => error.constructor === kind && pattern.test(error.message),
    );
  const term = { sites: [0, 1], coupling: 1 };
  const with1 = (changed: object) => ({ sites: 2, terms: [term, { ...term, ...changed }] });
  refuses(null, TypeError, /^"model" expected/);
  for (const sites of [0, 31, 2.5, Number.NaN]) {
    refuses({ sites, terms: [] }, RangeError, /^"sites" expected integer in \[1, 30\]/);
  }
  refuses({ sites: '2', terms: [] }, TypeError, /^"sites"/);
  refuses({ sites: 2, terms: {} }, TypeError, /^"terms" expected array/);
  refuses({ sites: 2, terms: [null] }, TypeError, /^"terms\[0\]"/);
  refuses(with1({ sites: 1 }), TypeError, /^"terms\[1\]\.sites" expected array of sites/);
  refuses(with1({ sites: [0, 2] }), RangeError, /^"terms\[1\]\.sites\[1\]" expected integer in \[0, 1\], got 2$/);
  refuses(with1({ sites: [0.5] }), RangeError, /^"terms\[1\]\.sites\[0\]"/);
  refuses(with1({ sites: [1, 1] }), RangeError, /^"terms\[1\]\.sites" expected different sites, got \[1, 1\]$/);
  refuses(with1({ coupling: Number.NaN }), RangeError, /^"terms\[1\]\.coupling" expected finite number, got NaN$/);
  refuses(with1({ coupling: -Infinity }), RangeError, /^"terms\[1\]\.coupling"/);
  refuses(with1({ coupling: '1' }), TypeError, /^"terms\[1\]\.coupling"/);
  refuses(with1({ coupling: 1e101 }), RangeError, /^"terms" expected couplings whose sizes add up to at most 1e100/);
});

test.run();
