/**
 * Observables against exact ones. At K = (ln k)/4, k an integer, the weights e^{-KE} of the 3 × 3 torus are integers up to a common factor, since its energies
 * are 4 apart: a set in which each state stands as often as its weight says has exactly the thermal averages.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type EnumerateAnswer, enumerate } from '../../src/exact/enumerate.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { hamiltonianOfData, sameInteractions } from '../../src/ising/data/provenance.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import {
  connectedCorrelationLength,
  correlationLength,
  energyHistogram,
  structureFactor,
  twoPointFunction,
} from '../../src/ising/measure/correlations.js';
import { type Measurements, measure } from '../../src/ising/measure/measure.js';
import {
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  twoPointSeries,
} from '../../src/ising/measure/series.js';
import {
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from '../../src/ising/measure/thermodynamics.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, graph, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import type { Jackknife } from '../../src/stats/jackknife.js';
import { bitRows, bondSum, randomRows, torusBonds, unitsOf } from '../physics/enumeration.js';
import { seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('ising/measure');

const provenance = { source: 'this test' };
const bonds = torusBonds(3);

/** Every state of 3 × 3 as ±1, with e^{K (bonds + 6)}, an integer for e^{4K} = base. */
function weightedStates(base: number): { spins: Int8Array; weight: number }[] {
  return Array.from({ length: 512 }, (_, state) => {
    const spins = Int8Array.from(unitsOf(state, 9), (bit) => 2 * bit - 1);
    return { spins, weight: base ** ((bondSum(spins, bonds) + 6) / 4) };
  });
}

/** Each state as often as its weight says, shuffled. */
function boltzmannSet(base: number): SpinData {
  const rows = weightedStates(base).flatMap(({ spins, weight }) => {
    assert.ok(Number.isInteger(weight) && weight > 0);
    return Array.from({ length: weight }, () => spins.map((s) => (s + 1) / 2));
  });
  const next = xoshiro128(seedWords(base));
  for (let i = rows.length - 1; i > 0; i--) {
    const j = next() % (i + 1);
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  return new SpinData(rows.length, [3, 3], bitRows(rows).bytes, provenance);
}

/** The exact mean of a function of the configuration. */
function thermal(base: number, of: (spins: Int8Array) => number): number {
  let [sum, total] = [0, 0];
  for (const { spins, weight } of weightedStates(base)) {
    sum += weight * of(spins);
    total += weight;
  }
  return sum / total;
}

function close(actual: number | undefined, expected: number, what: string): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) < 1e-12 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, expected ${expected}`,
  );
}

function exact(coupling: number): EnumerateAnswer {
  return enumerate({ sites: 9, bonds: bonds.map(([a, b]) => ({ a, b, coupling })) });
}

for (const base of [2, 3]) {
  const coupling = Math.log(base) / 4;

  test(`everything that measure() says of 3 × 3 is exact, K = ln ${base}/4`, () => {
    const data = boltzmannSet(base);
    const answer = measure(data, { coupling });
    const { magnetisation2: m2, magnetisation4: m4, meanAbsoluteMagnetisation: m1, heatCapacity } = exact(coupling);
    assert.equal([answer.coupling, answer.shape, answer.count], [coupling, [3, 3], data.count]);
    close(answer.energy.mean, kaufman(3, 3, coupling).energy, 'u of Kaufman');
    close(answer.specificHeat?.value, kaufman(3, 3, coupling).specificHeat, 'C of Kaufman');
    close(answer.specificHeat?.value, heatCapacity / 9, 'C by enumeration');
    close(answer.absoluteMagnetisation.mean, m1, '|m|');
    close(answer.magnetisation2.mean, m2, 'm²');
    close(answer.magnetisation4.mean, m4, 'm⁴');
    close(answer.connectedSusceptibility?.value, 9 * (m2 - m1 * m1), "χ'");
    close(answer.disorderedSusceptibility?.value, 9 * m2, 'χ');
    close(answer.binderCumulant?.value, 1 - m4 / (3 * m2 * m2), 'U4');
    close(answer.binderRatio?.value, m4 / (m2 * m2), '⟨m⁴⟩/⟨m²⟩²');
    close(answer.inverseBinderRatio?.value, (m2 * m2) / m4, '⟨m²⟩²/⟨m⁴⟩');
    const columns = thermal(base, (spins) => {
      // |Σ_x e^{2πix/3} c_x|²/N with c the sums of columns: c0² + c1² + c2² - c0c1 - c1c2 - c2c0
      const [a, b, c] = [0, 1, 2].map((x) => spins[x] + spins[3 + x] + spins[6 + x]);
      return (a * a + b * b + c * c - a * b - b * c - c * a) / 9;
    });
    close(answer.correlationLength?.value, Math.sqrt((9 * m2) / columns - 1) / Math.sqrt(3), 'ξ');
    // every error is a positive number, and the corrected values lie within it
    for (const value of Object.values(answer)) {
      if (value === null || typeof value !== 'object' || !('error' in value)) continue;
      assert.ok(value.error! > 0 && value.error! < 1);
      if ('corrected' in value) assert.ok(Math.abs(value.corrected - value.value) < value.error!);
    }
  });

  test(`G(r), S(k) and the histogram of 3 × 3 are exact, K = ln ${base}/4`, () => {
    const data = boltzmannSet(base);
    const { alongRows, alongColumns } = twoPointFunction(data);
    assert.equal([alongRows.length, alongColumns.length], [2, 2]);
    assert.equal(alongRows[0], { mean: 1, error: null, tau: null, effectiveSamples: null });
    const neighbour = -kaufman(3, 3, coupling).energy / 2;
    for (const { mean, error } of [alongRows[1], alongColumns[1]]) {
      close(mean, neighbour, 'G(1)');
      assert.ok(error! > 0 && error! < 0.1);
    }
    const { values, errors, shape } = structureFactor(data);
    assert.equal(shape, [3, 3]);
    close(
      values.reduce((sum, s) => sum + s, 0),
      9,
      'Σ S',
    );
    close(values[0], 9 * exact(coupling).magnetisation2, 'S(0)');
    values.forEach((value, k) => {
      const series = structureFactorSeries(data, [Math.floor(k / 3), k % 3]);
      close(value, series.reduce((sum, s) => sum + s, 0) / data.count, `S(${k})`);
      assert.ok(errors[k]! > 0 && errors[k]! < 1);
    });
    const levels = energyHistogram(data);
    assert.is(
      levels.reduce((sum, { count }) => sum + count, 0),
      data.count,
    );
    for (const { energy, count, probability } of levels) {
      close(
        probability,
        thermal(base, (spins) => (-bondSum(spins, bonds) === Math.round(9 * energy) ? 1 : 0)),
        'P',
      );
      assert.is(count, Math.round(probability * data.count));
    }
  });
}

test('G and S on other shapes are the means of their series, even and odd sides', () => {
  for (const [rows, columns] of [
    [2, 5],
    [4, 3],
    [6, 4],
    [1, 5],
    [5, 1],
  ]) {
    const count = 200;
    const data = new SpinData(
      count,
      [rows, columns],
      randomRows(count, rows * columns, 7, (i) => (i % 3 ? 0.7 : 0.4)).bytes,
      provenance,
    );
    const mean = (series: Float64Array): number => series.reduce((sum, x) => sum + x, 0) / count;
    const { alongRows, alongColumns } = twoPointFunction(data);
    assert.equal([alongRows.length, alongColumns.length], [(rows >> 1) + 1, (columns >> 1) + 1]);
    alongRows.forEach((g, r) => {
      close(g.mean, mean(twoPointSeries(data, [r, 0])), `G along rows, ${rows} × ${columns}`);
    });
    alongColumns.forEach((g, r) => {
      close(g.mean, mean(twoPointSeries(data, [0, r])), `G along columns, ${rows} × ${columns}`);
    });
    structureFactor(data, { blocks: 10 }).values.forEach((value, k) => {
      const wavevector: [number, number] = [Math.floor(k / columns), k % columns];
      close(value, mean(structureFactorSeries(data, wavevector)), `S, ${rows} × ${columns}, [${wavevector}]`);
    });
  }
});

test('errors from block means are those of the jackknife', () => {
  const data = boltzmannSet(2);
  for (const blocks of [7, 20]) {
    const { errors } = structureFactor(data, { blocks });
    close(errors[0]!, disorderedSusceptibility(magnetisationSeries(data), 9, { blocks })!.error, 'S(0)');
  }
});

test('on a rectangle the correlation length is along the longer side', () => {
  const data = new SpinData(400, [3, 8], randomRows(400, 24, 3, () => 0.6).bytes, provenance);
  const mean = (series: Float64Array): number => series.reduce((sum, x) => sum + x, 0) / 400;
  const ratio = mean(structureFactorSeries(data, [0, 0])) / mean(structureFactorSeries(data, [0, 1]));
  close(correlationLength(data)?.value, Math.sqrt(ratio - 1) / (2 * Math.sin(Math.PI / 8)), 'ξ');
});

/** No NaN anywhere in a record. */
function noNaN(value: unknown, path = ''): void {
  if (typeof value === 'number') assert.not(Number.isNaN(value), path);
  else if (value !== null && typeof value === 'object') {
    for (const [key, entry] of Object.entries(value)) noNaN(entry, `${path}.${key}`);
  }
}

test('what nothing can be said of is null', () => {
  const up = new SpinData(100, [4, 4], new Uint8Array(200).fill(255), provenance);
  const still = measure(up, { coupling: 0.44 });
  noNaN(still);
  assert.equal(still.energy, { mean: -2, error: null, tau: null, effectiveSamples: null });
  assert.equal(still.absoluteMagnetisation, { mean: 1, error: null, tau: null, effectiveSamples: null });
  const derived: (keyof Measurements)[] = [
    'specificHeat',
    'connectedSusceptibility',
    'disorderedSusceptibility',
    'binderCumulant',
    'binderRatio',
    'inverseBinderRatio',
    'correlationLength',
    'connectedCorrelationLength',
  ];
  for (const name of derived) assert.is(still[name], null, name);
  assert.equal(energyHistogram(up), [{ energy: -2, count: 100, probability: 1, error: null }]);
  const { values, errors } = structureFactor(up);
  close(values[0], 16, 'S(0)');
  assert.ok(errors.every((error) => error === null));
  noNaN(values);

  // T = 0 has no specific heat, whatever the data
  const data = boltzmannSet(2);
  const cold = measure(data, { coupling: Number.POSITIVE_INFINITY });
  assert.is(cold.specificHeat, null);
  assert.ok(cold.binderCumulant !== null);

  // stripes: S(k) > S(0); and no magnetisation at all, so that Binder's ratios are 0/0
  const row = (y: number) => Array.from({ length: 4 }, (_, x) => ((x + y) >> 1) & 1);
  const stripes = Array.from({ length: 160 }, (_, r) => [0, 1, 2, 3].flatMap(() => row(r)));
  const striped = new SpinData(160, [4, 4], bitRows(stripes).bytes, provenance);
  const answer = measure(striped, { coupling: -0.5, blocks: 8 });
  noNaN(answer);
  assert.is(answer.correlationLength, null);
  assert.is(answer.binderRatio, null);
});

test('ξ of an ordered lattice is refused, and the connected one stands in its place', () => {
  const lattice = square(16);
  const cold = new Ising({ lattice, coupling: 0.5, seed: 3 }).sample(4000);
  const ordered = measure(cold);
  // with all of m in S(0) it would be some 50 lattice spacings; the exponential length is 1/(2(2K + ln tanh K)) = 2.19, the second-moment one shorter
  assert.equal([ordered.ordered, ordered.correlationLength], [true, null]);
  const { value, error } = ordered.connectedCorrelationLength!;
  assert.ok(value > 1 - 4 * error && value < 2.19 + 4 * error && error < 0.3, `${value} ± ${error}`);
  const m = magnetisationSeries(cold);
  const mean = (series: Float64Array) => series.reduce((sum, x) => sum + x, 0) / series.length;
  const zero = 256 * (mean(m.map((x) => x * x)) - mean(m.map(Math.abs)) ** 2);
  const first = (mean(structureFactorSeries(cold, [0, 1])) + mean(structureFactorSeries(cold, [1, 0]))) / 2;
  close(value, Math.sqrt(zero / first - 1) / (2 * Math.sin(Math.PI / 16)), "ξ'");
  close(connectedCorrelationLength(cold, { blocks: ordered.blocks })!.value, value, "ξ' alone");
  // at K_c ξ is 0.905 of the side, and no longer than it
  const critical = measure(new Ising({ lattice, coupling: 0.44068679350977, seed: 4 }).sample(2000));
  assert.ok(critical.correlationLength!.value > 12 && critical.correlationLength!.value < 16);
  assert.equal([critical.ordered, critical.connectedCorrelationLength], [false, null]);
});

test('S(k) > S(0) in samples is null, not the root of a negative number', () => {
  // free spins at fixed zero magnetisation but for a few rows
  const next = xoshiro128(seedWords(5));
  const rows = Array.from({ length: 300 }, () => {
    const up = next() % 10 === 0 ? 9 : 8;
    const row: number[] = Array.from({ length: 16 }, (_, i) => (i < up ? 1 : 0));
    for (let i = 15; i > 0; i--) {
      const j = next() % (i + 1);
      [row[i], row[j]] = [row[j], row[i]];
    }
    return row;
  });
  const data = new SpinData(300, [4, 4], bitRows(rows).bytes, provenance);
  assert.is(correlationLength(data, { blocks: 10 }), null);
  noNaN(measure(data, { coupling: 0.1, blocks: 10 }));
});

test('blocks follow the memory of the series, and data shorter than 160 τ are refused', () => {
  const data = boltzmannSet(3);
  assert.is(measure(data, { coupling: 0.3 }).blocks, 100);
  // each configuration 40 times over: τ about 20
  const rows = Array.from({ length: 4000 }, (_, r) => data.row(Math.floor(r / 40)));
  const slow = new SpinData(4000, [3, 3], bitRows(rows).bytes, provenance);
  const { blocks, energy } = measure(slow, { coupling: 0.3 });
  assert.ok(blocks >= 8 && blocks * 20 * energy.tau! <= 4000, `${blocks} blocks, τ = ${energy.tau}`);
  const short = new SpinData(2400, [3, 3], bitRows(rows.slice(0, 2400)).bytes, provenance);
  assert.throws(() => measure(short, { coupling: 0.3 }), /"data" expected at least \d+ entries \(160 τ\)/);
  assert.is(measure(short, { coupling: 0.3, blocks: 10 }).blocks, 10);
});

// Each of eleven Hamiltonians: six quantities within 4.5 of their errors; a false alarm in one of 2000 such tests, for other seeds.
test('any Hamiltonian: what its provenance tells is enough, and the sum over all states agrees', () => {
  for (const h of [
    isingHamiltonian({ lattice: chain(7), coupling: 0.4, field: 0.2 }),
    isingHamiltonian({ lattice: chain(6, { boundary: 'open' }), coupling: -0.4 }),
    isingHamiltonian({
      lattice: square(3, 4, { boundary: 'open' }),
      coupling: 0.3,
      field: [...Array(12).keys()].map((i) => i / 20),
    }),
    isingHamiltonian({ lattice: square(4, 2), coupling: 0.2, nextNearest: -0.1 }),
    isingHamiltonian({ lattice: square(3), coupling: 0.2, plaquette: 0.3 }),
    isingHamiltonian({ lattice: square(3), coupling: 0.25, field: -0.1 }),
    isingHamiltonian({ lattice: triangular(3, 4), coupling: -0.2 }),
    isingHamiltonian({ lattice: cubic(2, 2, 3), coupling: 0.1 }),
    isingHamiltonian({
      lattice: graph(4, [
        [0, 1],
        [1, 2],
        [2, 0],
        [2, 3],
      ]),
      coupling: [0.5, -0.2, 0.3, 1],
    }),
    edwardsAnderson({ lattice: square(3, 4), distribution: 'gaussian', coupling: 0.5, seed: 3, field: 0.1 }),
    hamiltonianFromTerms({
      sites: 5,
      terms: [
        { sites: [0, 1, 2], coupling: 0.5 },
        { sites: [3], coupling: -0.3 },
        { sites: [2, 4], coupling: 1 },
      ],
    }),
  ]) {
    const data = new SingleSpin({ hamiltonian: h, seed: 11 }).sample(4000);
    const answer = measure(data);
    const exact = enumerateTerms(h);
    assert.ok(sameInteractions(hamiltonianOfData(data)!, h), JSON.stringify(h.parameters).slice(0, 80));
    assert.equal([answer.coupling, answer.energyUnit], [null, 'kT']);
    assert.is(answer.magnetisation === null, h.even);
    assert.is(answer.fieldSusceptibility === null, h.even);
    const { sites } = h;
    const agrees = (found: { mean: number; error: number | null } | null, value: number, what: string) => {
      const z = (found!.mean - value) / found!.error!;
      assert.ok(
        Math.abs(z) < 4.5,
        `${JSON.stringify(h.parameters).slice(0, 80)}: ${what} ${found!.mean}, exact ${value}, z = ${z}`,
      );
    };
    agrees(answer.energy, exact.energy / sites, 'e');
    agrees(answer.absoluteMagnetisation, exact.meanAbsoluteMagnetisation, '|m|');
    agrees(answer.magnetisation2, exact.magnetisation2, 'm²');
    const jackknifed = (quantity: Jackknife | null) => quantity && { mean: quantity.corrected, error: quantity.error };
    agrees(jackknifed(answer.specificHeat), exact.heatCapacity / sites, 'C');
    agrees(jackknifed(answer.binderCumulant), 1 - exact.magnetisation4 / (3 * exact.magnetisation2 ** 2), 'U4');
    if (h.even) continue;
    agrees(answer.magnetisation, exact.magnetisation, 'm');
    agrees(jackknifed(answer.fieldSusceptibility), sites * (exact.magnetisation2 - exact.magnetisation ** 2), 'χ_B');
  }
});

test('data of one coupling on the periodic square lattice tell it themselves', () => {
  const data = new Ising({ lattice: square(6), coupling: 0.3, seed: 2 }).sample(2000);
  assert.equal(measure(data), measure(data, { coupling: 0.3 }));
  // and with its Hamiltonian the same in units of kT
  const inKt = measure(data, { hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 0.3 }) });
  close(inKt.energy.mean / 0.3, measure(data).energy.mean, 'energy');
  close(inKt.specificHeat!.value, measure(data).specificHeat!.value, 'C');
  close(inKt.correlationLength!.value, measure(data).correlationLength!.value, 'ξ');
});

test('refuses what it cannot measure', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const data = boltzmannSet(2);
  assert.throws(() => measure(data, { coupling: Number.NaN }), /"coupling" expected finite number, got NaN/);
  assert.throws(() => measure(data, { coupling: Number.NEGATIVE_INFINITY }), range);
  assert.throws(() => measure(data, {}), /"options" expected \{ coupling \} or \{ hamiltonian \}.*provenance/);
  assert.throws(() => measure(data, null as never), type);
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.3 });
  assert.throws(() => measure(data, { coupling: 0.3, hamiltonian: h }), /either "coupling" or "hamiltonian"/);
  assert.throws(() => measure(data, { hamiltonian: {} as never }), type);
  assert.throws(
    () => measure(data, { hamiltonian: isingHamiltonian({ lattice: square(4), coupling: 0.3 }) }),
    /of 16 spins, got "9"/,
  );
  const sampled = new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: triangular(3), coupling: 0.3 }) }).sample(
    300,
  );
  assert.throws(
    () => measure(sampled, { hamiltonian: h }),
    /"hamiltonian" expected the one that the data were sampled from/,
  );
  assert.throws(() => measure({} as never, { coupling: 1 }), type);
  for (const blocks of [1, 0.5, Number.NaN, 1e9]) assert.throws(() => measure(data, { coupling: 0.3, blocks }), range);
  const ring = new SpinData(200, [1, 8], randomRows(200, 8, 1).bytes, provenance);
  assert.throws(() => measure(ring, { coupling: 0.3 }), /"rows" expected integer >= 2/);
  const energies = energySeries(data);
  assert.throws(() => specificHeat(energies, 0, 0.3), range);
  assert.throws(() => specificHeat(energies, 9, Number.NaN), range);
  assert.throws(() => specificHeat([Number.NaN, 1], 9, 0.3), /"energies\[0\]" expected finite number/);
  assert.throws(() => connectedSusceptibility(energies, 1.5), range);
  assert.throws(() => disorderedSusceptibility(3 as never, 9), type);
  for (const ratio of [binderCumulant, binderRatio, inverseBinderRatio]) {
    assert.throws(() => ratio([1]), range);
    assert.throws(() => ratio([1, Number.NaN, 3]), range);
    assert.is(ratio(new Float64Array(300)), null);
  }
});

test.run();
