/** What the thermodynamics experiment found: a table beside exact values, how well they agree, and a figure for each quantity. */

import { criticalCoupling } from '../../exact/onsager.js';
import { binderCrossing } from '../../stats/crossing.js';
import { MultiHistogram } from '../../stats/multiHistogram.js';
import { type Estimate, formatEstimate } from '../../util/estimate.js';
import type { Summary } from '../kit/experiment.js';
import type { PointResult } from './point.js';
import { NAMES, QUANTITIES, type Quantity, type QuantityName } from './quantities.js';

export interface ThermodynamicsSummary extends Summary {
  results: PointResult[];
}

export function summarise(results: PointResult[]): ThermodynamicsSummary {
  const scores = results.flatMap(scoresOf);
  const crossings = crossingsOf(results);
  return {
    results,
    numbers: {
      results: results.map(({ series, ...numbers }) => numbers),
      scores: scores.length === 0 ? null : { count: scores.length, ...spreadOf(scores.map(({ z }) => z)) },
      crossings,
    },
    answer: answerOf(scores, crossings, results),
    facts: factsOf(results, scores),
    tables: [tableOf(results), ...(crossings.length > 0 ? [crossingTable(crossings)] : [])],
    files: {},
  };
}

/** A measured value against the exact one, (value - exact)/error. */
interface Score {
  z: number;
  where: string;
}

function scoresOf({ size, model, measured, exact }: PointResult): Score[] {
  return NAMES.flatMap((name) => {
    const found = QUANTITIES[name].of(measured);
    const known = exact?.[name];
    if (found === null || known === undefined || !(found.error > 0)) return [];
    const where = `${QUANTITIES[name].symbol} at L = ${size}${model ? `, K = ${shortNumber(model.coupling)}` : ''}`;
    return [{ z: (found.value - known) / found.error, where }];
  });
}

function spreadOf(z: readonly number[]): { mean: number; rms: number; largest: number } {
  const mean = z.reduce((sum, x) => sum + x, 0) / z.length;
  const rms = Math.sqrt(z.reduce((sum, x) => sum + x * x, 0) / z.length);
  return { mean, rms, largest: Math.max(...z.map(Math.abs)) };
}

/** Where U4 of two sizes cross. */
interface SizeCrossing {
  sizes: [string, string];
  /** Couplings between which U4 of the larger size overtakes that of the smaller one. */
  between: [number, number];
  /** K of the crossing with its jackknife error, by reweighting; null where the runs do not overlap enough to tell. */
  coupling: Estimate<number> | null;
}

/** Crossings of Binder's cumulants of neighbouring sizes. That sizes this small cross a little beside K_c is not in the error. */
function crossingsOf(results: readonly PointResult[]): SizeCrossing[] {
  const curves = curvesOf(results, 'binderCumulant');
  return curves.slice(1).flatMap((large, k): SizeCrossing[] => {
    const small = curves[k];
    const gaps = large.points.flatMap(({ coupling, value }) => {
      const other = small.points.find((point) => point.coupling === coupling);
      return other ? [{ coupling, gap: value - other.value }] : [];
    });
    // beyond the crossing, at stronger coupling, the larger system is the more ordered one
    const i = gaps.findIndex(({ gap }, k) => k > 0 && gap > 0 && gaps[k - 1].gap < 0);
    if (i < 0) return [];
    const between: [number, number] = [gaps[i - 1].coupling, gaps[i].coupling];
    // a crossing close to one of the two may leave the interval with a block of the data
    const wider: [number, number] = [
      gaps[Math.max(0, i - 2)].coupling,
      gaps[Math.min(gaps.length - 1, i + 1)].coupling,
    ];
    const coupling = reweightedCrossing(small, large, between) ?? reweightedCrossing(small, large, wider);
    return [{ sizes: [small.size, large.size], between, coupling }];
  });
}

/** The crossing from the runs of both sizes at couplings in the range; null where they do not overlap, or the curves do not cross in all blocks. */
function reweightedCrossing(small: Curve, large: Curve, range: [number, number]): Estimate<number> | null {
  const joined = ({ results }: Curve) =>
    new MultiHistogram(
      results.flatMap(({ model, sites, series }) => {
        if (model === null || series === null || model.coupling < range[0] || model.coupling > range[1]) return [];
        const squares = Float64Array.from(series.spinSums, (sum) => (sum / sites) ** 2);
        const observables = { magnetisation2: squares, magnetisation4: squares.map((m2) => m2 * m2) };
        return [{ coupling: model.coupling, energies: series.energies, observables }];
      }),
    );
  try {
    const { value, error } = binderCrossing(joined(small), joined(large), range).coupling;
    return { value, error };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A quantity of one size, in rising order of the coupling. */
interface Curve {
  size: string;
  results: readonly PointResult[];
  points: (Estimate<number> & { coupling: number })[];
}

/** One curve a size, the smallest first, of the results with a coupling. */
export function curvesOf(results: readonly PointResult[], name: QuantityName): Curve[] {
  const uniform = results.filter(({ model }) => model !== null).sort((a, b) => a.sites - b.sites);
  return [...new Set(uniform.map(({ size }) => size))].map((size) => {
    const own = uniform.filter((result) => result.size === size);
    const points = own.flatMap(({ model, measured }) => {
      const found = QUANTITIES[name].of(measured);
      return found && model ? [{ coupling: model.coupling, ...found }] : [];
    });
    return { size, results: own, points: points.sort((a, b) => a.coupling - b.coupling) };
  });
}

/** So many standard errors off is too many, where some hundred configurations know their own error bars to some percent. */
const SUSPICIOUS = 4.5;

/** K_c of the infinite lattices: Onsager 1944; Houtappel 1950; Ferrenberg, Xu & Landau, Phys. Rev. E 97, 043301 (2018), by simulation. */
const CRITICAL: Record<string, number> = {
  square: criticalCoupling,
  triangular: Math.log(3) / 4,
  cubic: 0.221654626,
};

function answerOf(scores: Score[], crossings: SizeCrossing[], results: readonly PointResult[]): string {
  const paragraphs: string[] = [];
  if (scores.length === 0) {
    const known = results.some(({ exact }) => exact !== null && NAMES.some((name) => exact[name] !== undefined));
    paragraphs.push(
      known
        ? 'Nothing can be compared with the exact values beside: what is known exactly did not fluctuate in these configurations, so that there is no error bar.'
        : 'Nothing exact is known at these points: what is measured stands on its own error bars.',
    );
  } else {
    const { rms, largest } = spreadOf(scores.map(({ z }) => z));
    const worst = scores.reduce((most, score) => (Math.abs(score.z) > Math.abs(most.z) ? score : most));
    const verdict =
      largest < SUSPICIOUS
        ? 'They agree with what is known exactly'
        : 'Not all of them agree with what is known exactly';
    const advice = largest < SUSPICIOUS ? '' : ' Where more samples do not bring that down, something is wrong.';
    paragraphs.push(
      `${verdict}: ${scores.length} values, (measured − exact)/error has a root mean square of ${rms.toFixed(2)} (1 if all error bars are honest; values at one coupling are correlated), and is largest, ${worst.z.toFixed(1)}, for ${worst.where}.${advice}`,
    );
  }
  const kinds = new Set(results.map(({ model }) => (model?.field === 0 ? model.lattice : '')));
  const critical = kinds.size === 1 ? CRITICAL[[...kinds][0]] : undefined;
  if (crossings.length > 0 && critical !== undefined) {
    const { sizes, between, coupling } = crossings[crossings.length - 1];
    const where = `the infinite lattice orders at K_c = ${critical.toFixed(6)}`;
    paragraphs.push(
      coupling === null
        ? `Binder's cumulants of L = ${sizes.join(' and ')} cross between K = ${between.map(shortNumber).join(' and ')}, too far apart to be joined by reweighting; ${where}.`
        : `Binder's cumulants of L = ${sizes.join(' and ')} cross at K = ${formatEstimate(coupling)}, by reweighting the runs around it; ${where}. That sizes this small cross a little beside K_c is not in the error.`,
    );
  }
  return paragraphs.join('\n\n');
}

function factsOf(results: PointResult[], scores: Score[]): Summary['facts'] {
  const all = (texts: (string | undefined | null)[]) =>
    [...new Set(texts.filter((text) => text))].join('; ') || 'unknown';
  const systems = results.map(({ model }) =>
    model
      ? `${model.lattice}, ${model.boundary}${model.field === 0 ? '' : `, B = ${model.field}`}`
      : 'another Hamiltonian',
  );
  const counts = results.map(({ count }) => count);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return [
    { label: 'Lattice', value: all(systems) },
    {
      label: 'Points',
      value: `${results.length}`,
      note: `${fewest === most ? '' : `${fewest} to `}${most} configurations each`,
    },
    { label: 'Sampled by', value: all(results.map(({ method }) => method)) },
    {
      label: 'Exact values',
      value: all(results.map(({ exact }) => exact?.source)),
      note: `${scores.length} comparisons`,
    },
  ];
}

function tableOf(results: PointResult[]): Summary['tables'][number] {
  const units = unitsOf(results);
  const antiferromagnet = results.some(({ model }) => model !== null && model.coupling < 0);
  return {
    title:
      'Estimate<number>, with one standard error in units of the last digits; below it the exact value where one is known',
    columns: ['L', 'K', 'T', ...NAMES.map((name) => (name === 'energy' ? `e/${units}` : QUANTITIES[name].symbol))],
    rows: results.flatMap(({ size, model, measured, exact }) => {
      const own = NAMES.map((name) => {
        const quantity: Quantity = QUANTITIES[name];
        return quantity.refused?.(measured) ?? formatEstimate(quantity.of(measured));
      });
      const where = model
        ? [shortNumber(model.coupling), model.coupling === 0 ? '∞' : shortNumber(1 / Math.abs(model.coupling))]
        : ['–', '–'];
      const row = [size, ...where, ...own];
      if (exact === null) return [row];
      return [
        row,
        ['', '', 'exact', ...NAMES.map((name) => (exact[name] === undefined ? '' : exact[name].toFixed(6)))],
      ];
    }),
    note: [
      `e in units of ${units}, T in units of ${antiferromagnet ? '|J|/k, J < 0 where K < 0' : 'J/k'}; C in units of k; χ' in units of 1/kT; ξ in lattice spacings,`,
      "ξ' of the connected correlations where the lattice is ordered; a value without parentheses did not fluctuate in the data, and has no error bar;",
      'a dash where a quantity cannot be told from the data.',
    ].join(' '),
  };
}

/** The unit of the energies of all points. */
export function unitsOf(results: readonly PointResult[]): string {
  const units = new Set(results.map(({ measured }) => measured.energyUnit));
  return units.has('kT') ? 'kT' : units.has('|J|') ? '|J|' : 'J';
}

function crossingTable(crossings: SizeCrossing[]): Summary['tables'][number] {
  return {
    title: "Crossings of Binder's cumulants, by reweighting",
    columns: ['sizes', 'between K', 'K', 'T'],
    rows: crossings.map(({ sizes, between, coupling }) => [
      sizes.join(', '),
      between.map(shortNumber).join(' and '),
      formatEstimate(coupling),
      formatEstimate(coupling && { value: 1 / coupling.value, error: coupling.error / coupling.value ** 2 }),
    ]),
    note: 'A dash where the runs on either side are too far apart to be joined.',
  };
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));
