import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveOpenChain, solveRing } from '../../src/exact/chain.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import {
  type FiniteStripModel,
  type StripModel,
  solveInfiniteStrip,
  solveStrip,
  stripCorrelationLength,
} from '../../src/exact/strip.js';
import { extremeInfiniteStrips, extremeStrips } from '../fixtures/exact/extremes.js';
import { finiteStrips, infiniteStrips } from '../fixtures/exact/lattices.js';

const test = suite('exact/strip');

/** Relative, with an absolute floor for numbers that are small by cancellation or 0. */
function close(actual: number, expected: number, error: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= error * (Math.abs(expected) + 1e-3),
    `${what}: ${actual}, expected ${expected}`,
  );
}

test('finite strips agree with the sum over all states: ring or open sides, open or periodic ends, field, diagonals', () => {
  assert.ok(finiteStrips.length > 20);
  for (const [model, logPartition, energy, heat, magnetisation] of finiteStrips) {
    const answer = solveStrip(model);
    const where = JSON.stringify(model);
    close(answer.logPartition, logPartition, 1e-13, `ln Z, ${where}`);
    close(answer.energy, energy, 1e-13, `energy, ${where}`);
    close(answer.heatCapacity, heat, 1e-11, `heat capacity, ${where}`);
    close(answer.magnetisation, magnetisation, 1e-12, `magnetisation, ${where}`);
  }
});

test('infinite strips agree with dense transfer matrices and sums over all their eigenvectors', () => {
  assert.ok(infiniteStrips.length > 50);
  for (const [model, logPartition, energy, heat, magnetisation, length] of infiniteStrips) {
    const answer = solveInfiniteStrip(model);
    const where = JSON.stringify(model);
    close(answer.logPartition, logPartition, 1e-13, `ln Z, ${where}`);
    close(answer.energy, energy, 1e-12, `energy, ${where}`);
    close(answer.specificHeat, heat, 1e-11, `specific heat, ${where}`);
    close(answer.magnetisation, magnetisation, 1e-11, `magnetisation, ${where}`);
    close(stripCorrelationLength(model), length, 1e-10, `ξ, ${where}`);
  }
});

test('from the weakest to the strongest couplings, frustrated and in fields, against hundreds of digits', () => {
  const relative = (actual: number, expected: number, error: number, what: string) =>
    assert.ok(Math.abs(actual - expected) <= error * Math.abs(expected) + 1e-290, `${what}: ${actual}, ${expected}`);
  for (const [model, logPartition, energy, heat, magnetisation] of extremeStrips) {
    const answer = solveStrip(model);
    const where = JSON.stringify(model);
    relative(answer.logPartition, logPartition, 1e-14, `ln Z, ${where}`);
    relative(answer.energy, energy, 1e-13, `energy, ${where}`);
    relative(answer.heatCapacity, heat, 1e-12, `heat capacity, ${where}`);
    if (Math.abs(energy) < 2) relative(answer.magnetisation, magnetisation, 1e-13, `m, ${where}`);
    else assert.ok(Math.abs(answer.magnetisation - magnetisation) < 1e-13, `m, ${where}: ${answer.magnetisation}`);
  }
  for (const [model, logPartition, energy, heat, magnetisation] of extremeInfiniteStrips) {
    const answer = solveInfiniteStrip(model);
    const where = `infinite, ${JSON.stringify(model)}`;
    relative(answer.logPartition, logPartition, 1e-14, `ln Z, ${where}`);
    relative(answer.energy, energy, 1e-13, `energy, ${where}`);
    // numbers as small as 1e-40 beside K² are rounding
    if (heat > 1e-40 * energy ** 2) relative(answer.specificHeat, heat, 1e-11, `specific heat, ${where}`);
    assert.ok(Math.abs(answer.magnetisation - magnetisation) < 1e-13, `m, ${where}: ${answer.magnetisation}`);
  }
});

test('weak and stronger couplings are continued by each other, on long strips and tori of any shape', () => {
  const models: FiniteStripModel[] = [
    { width: 4, length: 900, coupling: { across: -0.1, along: 0.09 }, field: 0.05 },
    { width: 5, length: 40, coupling: -0.1, diagonal: 0.1, field: -0.1, ends: 'periodic' },
    { width: 6, length: 7, coupling: 0.1, diagonal: 0.08, sides: 'open', ends: 'periodic' },
    { width: 2, length: 30, coupling: -0.1, diagonal: -0.1, ends: 'periodic' },
  ];
  for (const model of models) {
    // at factor 1 the largest coupling is at the limit of the one method, at 1 + d beyond it
    const d = 1e-9;
    const times = (k = 0) => (1 + d) * k;
    const { coupling } = model;
    const pair = typeof coupling === 'object' ? coupling : { across: coupling, along: coupling };
    const weak = solveStrip(model);
    const above = solveStrip({
      ...model,
      coupling: { across: times(pair.across), along: times(pair.along) },
      diagonal: times(model.diagonal),
      field: times(model.field),
    });
    const where = JSON.stringify(model);
    close(above.logPartition, weak.logPartition - d * weak.energy, 1e-14, `ln Z, ${where}`);
    close(above.energy, weak.energy + d * (weak.energy - weak.heatCapacity), 1e-13, `energy, ${where}`);
    close(above.heatCapacity, weak.heatCapacity, 1e-8, `heat capacity, ${where}`);
    close(above.magnetisation, weak.magnetisation, 1e-8, `m, ${where}`);
  }
});

test('a strip of whose states no weight is a number says so; couplings whose energies have no squares are refused', () => {
  for (const width of [2, 3]) {
    const model = { width, coupling: -150, diagonal: -150 };
    assert.throws(() => solveInfiniteStrip(model), /too strongly frustrated/);
    // a finite one has it: ln Z of an infinite one tends to 150 + its residual entropy
    assert.ok(Math.abs(solveStrip({ ...model, length: 60 }).logPartition / (60 * width) - 150) < 4);
  }
  for (const coupling of [1e101, { across: 0, along: -1e101 }]) {
    assert.throws(() => solveStrip({ width: 3, length: 3, coupling }), /expected number of size at most 1e100, got/);
  }
});

test('tori agree with Kaufman, and infinite ones with long ones', () => {
  for (const coupling of [0.05, 0.3, criticalCoupling, 0.6, 2]) {
    for (const [width, length] of [
      [2, 2],
      [2, 9],
      [5, 4],
      [7, 12],
    ]) {
      const answer = solveStrip({ width, length, coupling, ends: 'periodic' });
      const { logPartition, energy, specificHeat } = kaufman(length, width, coupling);
      const sites = width * length;
      const where = `${width}×${length} at ${coupling}`;
      close(answer.logPartition, logPartition, 1e-13, `ln Z, ${where}`);
      close(answer.energy, coupling * sites * energy, 1e-13, `energy, ${where}`);
      close(answer.heatCapacity, sites * specificHeat, 1e-11, `heat, ${where}`);
    }
  }
  for (const width of [4, 9]) {
    const infinite = solveInfiniteStrip({ width, coupling: 0.4 });
    const { logPartition, energy, specificHeat } = kaufman(width, 3000, 0.4);
    close(infinite.logPartition, logPartition / 3000 / width, 1e-13, 'ln Z');
    close(infinite.energy, 0.4 * energy, 1e-12, 'energy');
    close(infinite.specificHeat, specificHeat, 1e-11, 'C');
  }
});

test('a strip of width 1 is the chain, one row is the ring', () => {
  const [coupling, field] = [0.7, 0.2];
  const line = solveStrip({ width: 1, length: 12, coupling, field, sides: 'open' });
  const open = solveOpenChain({ sites: 12, coupling, field });
  close(line.logPartition, open.logPartition, 1e-14, 'ln Z');
  close(line.energy, open.energy, 1e-13, 'energy');
  const row = solveStrip({ width: 12, length: 1, coupling, field });
  const closed = solveRing({ sites: 12, coupling, field });
  close(row.logPartition, closed.logPartition, 1e-14, 'ln Z of a ring');
  close(row.energy, closed.energy, 1e-13, 'energy of a ring');
  close(row.magnetisation, closed.magnetisation, 1e-13, 'm of a ring');
  close(stripCorrelationLength({ width: 1, coupling, sides: 'open' }), -1 / Math.log(Math.tanh(coupling)), 1e-12, 'ξ');
});

test('energy, heat capacity and magnetisation are the derivatives of ln Z', () => {
  const models: FiniteStripModel[] = [
    { width: 5, length: 7, coupling: { across: 0.3, along: 0.5 }, field: 0.1, diagonal: -0.2, sides: 'open' },
    { width: 4, length: 6, coupling: 0.4, field: -0.3, diagonal: 0.4, ends: 'periodic' },
  ];
  const scaled = (model: FiniteStripModel, s: number, b: number): number => {
    const pair =
      typeof model.coupling === 'object' ? model.coupling : { across: model.coupling, along: model.coupling };
    const coupling = { across: s * pair.across, along: s * pair.along };
    return solveStrip({ ...model, coupling, diagonal: s * (model.diagonal ?? 0), field: s * (model.field ?? 0) + b })
      .logPartition;
  };
  const h = 1e-3;
  for (const model of models) {
    const { energy, heatCapacity, magnetisation } = solveStrip(model);
    const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((j) => scaled(model, 1 + j * h, 0));
    close(energy, -(a - 8 * b + 8 * d - e) / (12 * h), 1e-8, 'energy');
    close(heatCapacity, (-a + 16 * b - 30 * c + 16 * d - e) / (12 * h * h), 1e-6, 'heat');
    const [p, q, r, t] = [-2, -1, 1, 2].map((j) => scaled(model, 1, j * h));
    close(magnetisation, (p - 8 * q + 8 * r - t) / (12 * h) / (model.width * model.length), 1e-8, 'm');
  }
});

test('at K_c the width over ξ tends to π/4 on rings, and ln Z per site to conformal charge ½, square and triangular', () => {
  // ln Z/N = f + πc/(6L²) per area of a site, 1/ξ = 2π x/L with x = 1/8, in rows of height √3/2 on the triangular lattice.
  const triangular = Math.log(3) / 4;
  for (const [name, diagonal, coupling, height] of [
    ['square', 0, criticalCoupling, 1],
    ['triangular', triangular, triangular, Math.sqrt(3) / 2],
  ] as const) {
    const at = (width: number): StripModel => ({ width, coupling, diagonal });
    const charge = (width: number): number => {
      const [a, b] = [width, width + 2].map((w) => solveInfiniteStrip(at(w)).logPartition);
      return ((a - b) * 6) / Math.PI / height / (width ** -2 - (width + 2) ** -2);
    };
    close(charge(9), 0.5, 0.02, `c, ${name}`);
    assert.ok(Math.abs(charge(9) - 0.5) < Math.abs(charge(4) - 0.5));
    close(11 / stripCorrelationLength(at(11)) / height, Math.PI / 4, 0.01, `L/ξ, ${name}`);
  }
  // The energy at the triangular lattice's critical point is -2 J per site at any width, as duality demands of it in the limit.
  close(
    solveInfiniteStrip({ width: 10, coupling: triangular, diagonal: triangular }).energy,
    -2 * triangular,
    1e-12,
    'u',
  );
});

test('keeps the digits of small numbers at strong coupling, and answers in a field too small to break an ordered ring', () => {
  const { energy, specificHeat } = solveInfiniteStrip({ width: 6, coupling: 3 });
  // A single overturned spin costs 8K: ⟨H⟩/N = -2K + 8K e^{-8K}, C = 64 K² e^{-8K}, to relative order e^{-4K} of pairs.
  close((energy + 6) / 8 / 3 / Math.exp(-24), 1, 2e-4, 'excess energy');
  assert.ok(Math.abs(specificHeat / (64 * 9 * Math.exp(-24)) - 1) < 2e-4, `${specificHeat}`);
  const { magnetisation } = solveInfiniteStrip({ width: 8, coupling: 0.5, field: 3e-3 });
  assert.ok(magnetisation > 0.5 && magnetisation < 1);
  assert.is(solveInfiniteStrip({ width: 8, coupling: 1 }).magnetisation, 0);
});

test('says so when eigenvalues are too close', () => {
  assert.throws(() => stripCorrelationLength({ width: 10, coupling: 2 }), /exceeds 10⁷ rows/);
  assert.throws(() => solveInfiniteStrip({ width: 10, coupling: 2, field: 1e-14 }), /too close/);
  assert.throws(() => stripCorrelationLength({ width: 4, coupling: 1e-7 }), /too close to the next one or to 0/);
  assert.is(stripCorrelationLength({ width: 4, coupling: { across: 1, along: 0 } }), 0);
});

test('refuses what is no strip', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const good: FiniteStripModel = { width: 3, length: 3, coupling: 0.4 };
  for (const bad of [0, 1, -3, 2.5, Number.NaN, 17, 100]) {
    assert.throws(() => solveStrip({ ...good, width: bad }), range);
    assert.throws(() => solveInfiniteStrip({ ...good, width: bad }), range);
  }
  assert.throws(() => solveStrip({ ...good, width: 17 }), /"width" expected at most 16 .*2\^width numbers.*, got 17/);
  assert.throws(() => solveStrip({ ...good, width: 12, ends: 'periodic' }), /"width" expected at most 10/);
  for (const bad of [0, 1.5, Number.NaN]) assert.throws(() => solveStrip({ ...good, length: bad }), range);
  assert.throws(() => solveStrip({ ...good, length: 1, ends: 'periodic' }), range);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const wrong of [
      { coupling: bad },
      { coupling: { across: 1, along: bad } },
      { diagonal: bad },
      { field: bad },
    ]) {
      assert.throws(() => solveStrip({ ...good, ...wrong }), range);
      assert.throws(() => solveInfiniteStrip({ ...good, ...wrong }), range);
      assert.throws(() => stripCorrelationLength({ ...good, ...wrong }), range);
    }
  }
  assert.throws(() => solveStrip({ ...good, sides: 'closed' as 'open' }), /"sides" expected one of periodic, open/);
  assert.throws(() => solveInfiniteStrip({ ...good, diagonal: 0.2 }), /"diagonal" expected coupling along/);
  assert.throws(() => solveStrip({ ...good, coupling: null as unknown as number }), type);
  assert.throws(() => solveStrip(null as unknown as FiniteStripModel), type);
});

test.run();
