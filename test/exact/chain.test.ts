import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimate, decimateInField, solveOpenChain, solveRing } from '../../src/exact/chain.js';
import { enumerate } from '../../src/exact/enumerate.js';
import { close } from '../assert.js';
import { decimations, openChains, rings } from '../fixtures/exact/extremes.js';

const test = suite('exact/chain');

const cases: [coupling: number, field: number][] = [
  [0, 0],
  [0, 0.7],
  [0.4, 0],
  [-0.9, 0],
  [1.3, 0.2],
  [1.3, -0.2],
  [-0.6, 0.5],
  [-1.1, -1.7],
  [0.3, 2.5],
];

/** ⟨Π s⟩ over the given sites, by plain summation. */
function average(sites: number, coupling: number, field: number, closed: boolean, spins: number[]): number {
  let z = 0;
  let sum = 0;
  for (let state = 0; state < 2 ** sites; state++) {
    const s = (i: number): number => ((state >> (i % sites)) & 1 ? 1 : -1);
    let exponent = 0;
    for (let i = 0; i < sites; i++) {
      exponent += field * s(i);
      if (closed || i + 1 < sites) exponent += coupling * s(i) * s(i + 1);
    }
    z += Math.exp(exponent);
    sum += Math.exp(exponent) * spins.reduce((product, i) => product * s(i), 1);
  }
  return sum / z;
}

test('a ring agrees with enumeration', () => {
  for (const sites of [2, 3, 4, 5, 8]) {
    for (const [coupling, field] of cases) {
      const bonds = Array.from({ length: sites }, (_, i) => ({ a: i, b: (i + 1) % sites, coupling }));
      const exact = enumerate({ sites, bonds, fields: new Float64Array(sites).fill(field) });
      const answer = solveRing({ sites, coupling, field });
      const where = `N = ${sites}, K = ${coupling}, B = ${field}`;
      close(answer.logPartition, exact.logPartition, 1e-13, `ln Z, ${where}`);
      close(answer.energy, exact.energy, 1e-13, `energy, ${where}`);
      close(answer.heatCapacity, exact.heatCapacity, 1e-13, `heat capacity, ${where}`);
      close(answer.magnetisation, average(sites, coupling, field, true, [0]), 1e-13, `m, ${where}`);
      for (let r = 0; r <= sites; r++) {
        close(answer.correlation(r), average(sites, coupling, field, true, [0, r]), 1e-13, `⟨s0 s${r}⟩, ${where}`);
      }
    }
  }
});

test('an open chain agrees with enumeration', () => {
  for (const sites of [1, 2, 3, 6]) {
    for (const [coupling, field] of cases) {
      const bonds = Array.from({ length: sites - 1 }, (_, i) => ({ a: i, b: i + 1, coupling }));
      const exact = enumerate({ sites, bonds, fields: new Float64Array(sites).fill(field) });
      const answer = solveOpenChain({ sites, coupling, field });
      const where = `N = ${sites}, K = ${coupling}, B = ${field}`;
      close(answer.logPartition, exact.logPartition, 1e-13, `ln Z, ${where}`);
      close(answer.energy, exact.energy, 1e-13, `energy, ${where}`);
      for (let i = 0; i < sites; i++) {
        close(answer.magnetisation(i), average(sites, coupling, field, false, [i]), 1e-13, `⟨s${i}⟩, ${where}`);
        for (let j = 0; j < sites; j++) {
          close(
            answer.correlation(i, j),
            average(sites, coupling, field, false, [i, j]),
            1e-13,
            `⟨s${i} s${j}⟩, ${where}`,
          );
        }
      }
    }
  }
});

test('an odd antiferromagnetic ring at low temperature has one broken bond, anywhere', () => {
  const { logPartition, energy, correlation } = solveRing({ sites: 5, coupling: -200 });
  close(logPartition, 5 * 200 - 2 * 200 + Math.log(10), 1e-14, 'ln Z');
  close(energy, -600, 1e-14, 'energy');
  close(correlation(1), -3 / 5, 1e-14, '⟨s0 s1⟩');
  close(correlation(2), 1 / 5, 1e-14, '⟨s0 s2⟩');
});

test('does not overflow', () => {
  for (const [coupling, field] of [
    [2000, 0],
    [-2000, 0],
    [2000, -3000],
    [1e-3, 1e4],
  ]) {
    for (const answer of [
      solveRing({ sites: 1000, coupling, field }),
      solveOpenChain({ sites: 1000, coupling, field }),
    ]) {
      assert.ok(Number.isFinite(answer.logPartition), `ln Z at ${coupling}, ${field}`);
      assert.ok(Number.isFinite(answer.energy), `energy at ${coupling}, ${field}`);
    }
  }
  close(solveRing({ sites: 1000, coupling: 2000 }).logPartition, 2e6 + Math.LN2, 1e-15, 'ln Z');
  close(solveRing({ sites: 1000, coupling: 2000, field: -3000 }).magnetisation, -1, 1e-15, 'm');
});

test('decimation gives the flow of the reference table', () => {
  const flow = [0.6625013736789, 0.3500611389, 0.1136720675];
  let coupling = 1;
  for (const expected of flow) {
    coupling = decimate(coupling);
    close(coupling, expected, 1e-10, "K'");
  }
  for (const k of [-2, -0.3, 0.01, 0.7, 5, 15]) {
    close(decimate(k), Math.log(Math.cosh(2 * k)) / 2, 1e-14, `½ ln cosh 2K at ${k}`);
  }
});

test('a decimated ring has the correlations and the free energy of the kept spins', () => {
  for (const b of [1, 2, 3, 5]) {
    for (const coupling of [-0.8, 0.3, 1.1, 4]) {
      const kept = 4;
      const fine = solveRing({ sites: kept * b, coupling });
      const coarse = solveRing({ sites: kept, coupling: decimate(coupling, b) });
      for (let r = 0; r <= kept; r++) {
        close(coarse.correlation(r), fine.correlation(r * b), 1e-13, `b = ${b}, K = ${coupling}, r = ${r}`);
      }
    }
  }
  // Summing one spin between two kept ones leaves the factor 2 √cosh 2K.
  const constant = Math.log(2 * Math.sqrt(Math.cosh(2.2)));
  const coarse = solveRing({ sites: 6, coupling: decimate(1.1) }).logPartition;
  close(solveRing({ sites: 12, coupling: 1.1 }).logPartition, coarse + 6 * constant, 1e-14, 'ln Z');
});

test('decimation keeps its precision at both ends and composes', () => {
  assert.is(decimate(0), 0);
  assert.is(decimate(0.7, 1) - 0.7 < 1e-15, true);
  assert.ok(Math.abs(decimate(1e-5) / 1e-10 - 1) < 1e-9);
  for (const k of [25, 299, 301, 1e6]) close(decimate(k, 4), k - Math.log(4) / 2, 1e-15, `K' at ${k}`);
  for (const k of [0.2, 1.5, 12]) close(decimate(decimate(k, 2), 3), decimate(k, 6), 1e-14, `composition at ${k}`);
  close(decimate(-1.5, 3), -decimate(1.5, 3), 0, 'odd block of an antiferromagnet');
});

/** Relative; numbers below `floor` count as that. */
function relative(actual: number, expected: number, bound: number, floor: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.max(floor, Math.abs(expected));
  assert.ok(error <= bound, `${what}: ${actual}, expected ${expected}`);
}

test('from the weakest to the strongest couplings, against hundreds of digits', () => {
  for (const [sites, coupling, field, logPartition, energy, heat, magnetisation, pair] of rings) {
    const answer = solveRing({ sites, coupling, field });
    const where = `ring of ${sites}, K = ${coupling}, B = ${field}`;
    relative(answer.logPartition, logPartition, 1e-14, 0, `ln Z, ${where}`);
    relative(answer.energy, energy, 1e-14, 0, `energy, ${where}`);
    // what is left of 2K ± B at K = 800
    const lost = Math.abs(coupling) > 700 && field !== 0 ? 1e-13 : 1e-14;
    relative(answer.heatCapacity, heat, sites > 1000 ? 1e-12 : lost, 1e-290, `heat capacity, ${where}`);
    relative(answer.magnetisation, magnetisation, 3e-13, 1e-290, `m, ${where}`);
    close(answer.correlation(1), pair, 4e-13, `pair, ${where}`);
  }
  for (const [sites, coupling, field, logPartition, energy, first, pair] of openChains) {
    const answer = solveOpenChain({ sites, coupling, field });
    const where = `chain of ${sites}, K = ${coupling}, B = ${field}`;
    relative(answer.logPartition, logPartition, 1e-14, 0, `ln Z, ${where}`);
    relative(answer.energy, energy, 1e-12, 0, `energy, ${where}`);
    close(answer.magnetisation(0), first, 1e-15 * Math.max(1, Math.abs(coupling)), `m, ${where}`);
    close(answer.correlation(0, 1), pair, 1e-15 * Math.max(1, Math.abs(coupling)), `pair, ${where}`);
  }
});

test('beside any coupling a field decides between the ground states', () => {
  for (const coupling of [900, 1001, 1e5, 1e30]) {
    for (const field of [1e-3, -0.2]) {
      for (const answer of [solveRing({ sites: 5, coupling, field }), solveOpenChain({ sites: 5, coupling, field })]) {
        const m = typeof answer.magnetisation === 'number' ? answer.magnetisation : answer.magnetisation(2);
        relative(m, Math.tanh(5 * field), 1e-12, 0, `m at K = ${coupling}, B = ${field}`);
      }
    }
  }
});

test('decimation in a field, against hundreds of digits', () => {
  for (const [K, B, b, coupling, field, constant] of decimations) {
    const found = decimateInField(K, B, b);
    const where = `K = ${K}, B = ${B}, b = ${b}`;
    relative(found.coupling, coupling, 1e-12, 1e-200, `K', ${where}`);
    relative(found.field, field, 1e-12, 1e-290, `B', ${where}`);
    relative(found.constant, constant, 1e-13, 0, `g, ${where}`);
  }
});

test('decimation in a field keeps what is known of the kept spins, composes, and has the formulas of b = 2', () => {
  for (const b of [1, 2, 3, 4]) {
    for (const [coupling, field] of cases) {
      const kept = 4;
      const { constant, ...model } = decimateInField(coupling, field, b);
      const fine = solveRing({ sites: kept * b, coupling, field });
      const coarse = solveRing({ sites: kept, ...model });
      const where = `b = ${b}, K = ${coupling}, B = ${field}`;
      close(kept * constant + coarse.logPartition, fine.logPartition, 1e-13, `ln Z, ${where}`);
      close(coarse.magnetisation, fine.magnetisation, 1e-13, `m, ${where}`);
      for (let r = 0; r <= kept; r++)
        close(coarse.correlation(r), fine.correlation(r * b), 1e-13, `r = ${r}, ${where}`);
      const twice = decimateInField(model.coupling, model.field, 3);
      const once = decimateInField(coupling, field, 3 * b);
      close(twice.coupling, once.coupling, 1e-13, `K' twice, ${where}`);
      close(twice.field, once.field, 1e-13, `B' twice, ${where}`);
      close(3 * constant + twice.constant, once.constant, 1e-13, `g twice, ${where}`);
      if (field === 0) close(model.coupling, decimate(coupling, b), 1e-14, `no field, ${where}`);
      if (b !== 2) continue;
      const [up, down, alone] = [2 * coupling + field, 2 * coupling - field, field].map(Math.cosh);
      close(model.coupling, Math.log((up * down) / alone ** 2) / 4, 1e-13, `K', ${where}`);
      close(model.field, field + Math.log(up / down) / 2, 1e-13, `B', ${where}`);
      close(constant, Math.log(16 * up * down * alone ** 2) / 4, 1e-13, `g, ${where}`);
    }
  }
  for (const bad of [Number.NaN, Infinity]) {
    assert.throws(() => decimateInField(bad, 0), /"coupling" expected finite number/);
    assert.throws(() => decimateInField(0, bad), /"field" expected finite number/);
  }
  assert.throws(() => decimateInField(0, 0, 0), /"b" expected positive integer/);
});

test('refuses what is no chain', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  assert.throws(() => solveRing({ sites: 1, coupling: 1 }), range);
  assert.throws(() => solveOpenChain({ sites: 0, coupling: 1 }), range);
  for (const solve of [solveRing, solveOpenChain]) {
    assert.throws(() => solve({ sites: 4.5, coupling: 1 }), range);
    assert.throws(() => solve({ sites: 4, coupling: Number.NaN }), /"coupling" expected finite number, got NaN/);
    assert.throws(() => solve({ sites: 4, coupling: 1, field: Number.POSITIVE_INFINITY }), range);
    assert.throws(() => solve({ sites: 4, coupling: '1' as unknown as number }), type);
  }
  assert.throws(() => solveRing({ sites: 4, coupling: 1 }).correlation(5), range);
  assert.throws(() => solveOpenChain({ sites: 4, coupling: 1 }).correlation(0, 4), range);
  assert.throws(() => solveOpenChain({ sites: 4, coupling: 1 }).magnetisation(-1), range);
  assert.throws(() => decimate(Number.NaN), range);
  assert.throws(() => decimate(1, 0), range);
  assert.throws(() => decimate(1, 1.5), range);
});

test.run();
