/** What the thermodynamics experiment found: a table beside exact values, how well they agree, and a figure for each quantity. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { Summary } from '../kit/experiment.js';
import type { PointResult } from './point.js';
import { type Measured, NAMES, QUANTITIES, type QuantityName } from './quantities.js';

export interface ThermodynamicsSummary extends Summary {
  results: PointResult[];
}

export function summarise(results: PointResult[]): ThermodynamicsSummary {
  const scores = results.flatMap(scoresOf);
  const crossings = crossingsOf(results);
  return {
    results,
    numbers: {
      results,
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

/** Where U4 of two sizes cross, by straight lines between neighbouring couplings. */
interface SizeCrossing {
  sizes: [string, string];
  coupling: number;
  error: number;
}

/**
 * Crossings of Binder's cumulants of neighbouring sizes: a place where their difference changes sign. The error is that of the four points; what the straight lines
 * and the finite sizes add is not in it.
 */
function crossingsOf(results: readonly PointResult[]): SizeCrossing[] {
  const curves = curvesOf(results, 'binderCumulant');
  return curves.slice(1).flatMap((large, k) => {
    const small = curves[k];
    const gaps = large.points.flatMap(({ coupling, value, error }) => {
      const other = small.points.find((point) => point.coupling === coupling);
      return other ? [{ coupling, gap: value - other.value, error: Math.hypot(error, other.error) }] : [];
    });
    for (let i = 1; i < gaps.length; i++) {
      const [a, b] = [gaps[i - 1], gaps[i]];
      // beyond the crossing, at stronger coupling, the larger system is the more ordered one
      if (!(a.gap < 0 && b.gap > 0)) continue;
      const width = b.coupling - a.coupling;
      const total = b.gap - a.gap;
      const error = (width * Math.hypot(a.error * b.gap, b.error * a.gap)) / total ** 2;
      return [{ sizes: [small.size, large.size], coupling: a.coupling - (a.gap * width) / total, error }];
    }
    return [];
  });
}

/** A quantity of one size, in rising order of the coupling. */
interface Curve {
  size: string;
  results: readonly PointResult[];
  points: (Measured & { coupling: number })[];
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
    paragraphs.push('Nothing exact is known at these points: what is measured stands on its own error bars.');
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
    const last = crossings[crossings.length - 1];
    paragraphs.push(
      `Binder's cumulants of L = ${last.sizes.join(' and ')} cross at K = ${last.coupling.toFixed(4)} ± ${last.error.toFixed(4)}; the infinite lattice orders at K_c = ${critical.toFixed(4)}. Straight lines were drawn between neighbouring couplings, and sizes this small cross a little beside K_c: neither is in the error.`,
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
  return {
    title: 'Measured, with one standard error in units of the last digits; below it the exact value where one is known',
    columns: ['L', 'K', 'T', ...NAMES.map((name) => QUANTITIES[name].symbol)],
    rows: results.flatMap(({ size, model, measured, exact }) => {
      const own = NAMES.map((name) => withError(QUANTITIES[name].of(measured)));
      const where = model
        ? [shortNumber(model.coupling), model.coupling === 0 ? '∞' : shortNumber(1 / model.coupling)]
        : ['–', '–'];
      const row = [size, ...where, ...own];
      if (exact === null) return [row];
      return [
        row,
        ['', '', 'exact', ...NAMES.map((name) => (exact[name] === undefined ? '' : exact[name].toFixed(6)))],
      ];
    }),
    note: "e in units of kT; C in units of k; χ' in units of 1/kT; ξ in lattice spacings; a dash where a quantity cannot be told from the data.",
  };
}

function crossingTable(crossings: SizeCrossing[]): Summary['tables'][number] {
  return {
    title: "Crossings of Binder's cumulants",
    columns: ['sizes', 'K', 'T'],
    rows: crossings.map(({ sizes, coupling, error }) => [
      sizes.join(', '),
      withError({ value: coupling, error }),
      withError({ value: 1 / coupling, error: error / coupling ** 2 }),
    ]),
  };
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** 0.7834(12): the error in units of the last digits. */
export function withError(measured: Measured | null): string {
  if (measured === null) return '–';
  const { value, error } = measured;
  if (!(error > 0)) return value.toPrecision(6);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(error)));
  if (decimals > 12) return value.toPrecision(12);
  const digits = Math.round(error * 10 ** decimals);
  return error >= 10
    ? `${value.toFixed(0)} ± ${error.toFixed(0)}`
    : `${value.toFixed(decimals)}(${decimals === 1 && error >= 1 ? error.toFixed(1) : digits})`;
}
