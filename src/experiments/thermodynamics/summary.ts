/** The summary of the thermodynamics experiment: measured and exact values, and their agreement. */

import { criticalCoupling, triangularCriticalCoupling } from '../../exact/onsager.js';
import { crossingsOf, type SizeCrossing } from '../../ising/measure/crossings.js';
import { type PointResult, unitsOf } from '../../ising/measure/modelPoint.js';
import { NAMES, QUANTITIES, type Quantity, type QuantityName } from '../../ising/measure/quantities.js';
import { type Score, scoresOf } from '../../ising/measure/scores.js';
import { formatEstimate } from '../../util/estimate.js';
import { tableOf } from '../kit/tables.js';
import { fact, paragraphs, prose, shortNumber, verdictText } from '../kit/text.js';
import { type Criterion, judge, type Table } from '../kit/verdict.js';

/**
 * The criterion of agreement. Error bars from some hundred configurations are known to some percent, which the
 * threshold includes.
 */
const AGREEMENT: Criterion = {
  claim: 'what is measured agrees with what is known exactly',
  statistic: 'largest |measured − exact|/error',
  atMost: 4.5,
};

/** K_c: Onsager 1944; Houtappel 1950; Ferrenberg, Xu & Landau, Phys. Rev. E 97, 043301 (2018), by simulation. */
const CRITICAL: Record<string, number> = {
  square: criticalCoupling,
  triangular: triangularCriticalCoupling,
  cubic: 0.221654626,
};

export type Outcome = ReturnType<typeof summarise>;

export function summarise(results: PointResult[]) {
  const scores = scoresOf(results);
  const largest = scores && Math.abs(scores.largest.z);
  const crossings = crossingsOf(results);
  const known = results.some(({ exact }) => NAMES.some((name) => exact?.[name] !== undefined));
  const verdicts = known ? [judge(AGREEMENT, largest)] : [];
  const kinds = new Set(results.map(({ model }) => (model?.field === 0 ? model.lattice : '')));
  const critical = kinds.size === 1 ? CRITICAL[[...kinds][0]] : undefined;
  const counts = results.map(({ count }) => count);
  const range = [...new Set([Math.min(...counts), Math.max(...counts)])].join(' to ');
  const all = (texts: (string | undefined | null)[]) =>
    [...new Set(texts.filter((text) => text))].join('; ') || 'unknown';
  return {
    results,
    verdicts,
    numbers: {
      results: results.map(({ series, ...numbers }) => numbers),
      scores: scores && { ...scores, largest },
      crossings,
    },
    answer: paragraphs(
      verdictText(verdicts),
      scores
        ? prose`Of ${scores.count} values (measured − exact)/error has a root mean square of ${scores.rms.toFixed(2)} (1 if all
            error bars are honest; values at one coupling are correlated), and is largest, ${scores.largest.z.toFixed(1)}, for
            ${placeOf(scores.largest)}. Where it is too large, and more samples do not bring it down, something is wrong.`
        : known
          ? prose`What is known exactly did not fluctuate in these configurations, so that there is no error bar to
              compare by.`
          : 'Nothing exact is known at these points: the measured values have only their own error bars.',
      crossings.length > 0 &&
        critical !== undefined &&
        prose`The infinite lattice orders at K_c = ${critical.toFixed(6)}. That sizes this small cross a little beside K_c
          is not in the errors of the crossings.`,
    ),
    facts: [
      fact('Lattice', all(results.map(systemOf))),
      fact('Points', `${results.length}`, `${range} configurations each`),
      fact('Sampled by', all(results.map(({ method }) => method))),
      fact('Exact values', all(results.map(({ exact }) => exact?.source)), `${scores?.count ?? 0} comparisons`),
    ],
    tables: [valueTable(results), ...(crossings.length > 0 ? [crossingTable(crossings)] : [])],
  };
}

const systemOf = ({ model }: PointResult): string =>
  model === null
    ? 'another Hamiltonian'
    : `${model.lattice}, ${model.boundary}${model.field === 0 ? '' : `, B = ${model.field}`}`;

const placeOf = ({ quantity, point: { size, model } }: Score): string =>
  `${QUANTITIES[quantity].symbol} at L = ${size}${model ? `, K = ${shortNumber(model.coupling)}` : ''}`;

/** Rows of measured values, each with a row of exact values below it. */
function valueTable(results: PointResult[]): Table {
  const units = unitsOf(results);
  const negative = results.some(({ model }) => model !== null && model.coupling < 0);
  const rows = results.flatMap((result) => [
    { result, exact: null },
    ...(result.exact === null ? [] : [{ result, exact: result.exact }]),
  ]);
  type Row = (typeof rows)[number];
  const value = (name: QuantityName, { result: { measured }, exact }: Row): string => {
    if (exact !== null) return exact[name]?.toFixed(6) ?? '';
    const quantity: Quantity = QUANTITIES[name];
    return quantity.refused?.(measured) ?? formatEstimate(quantity.of(measured));
  };
  const temperature = ({ result: { model }, exact }: Row): string => {
    if (exact !== null) return 'exact';
    if (model === null) return '–';
    return model.coupling === 0 ? '∞' : shortNumber(1 / Math.abs(model.coupling));
  };
  return tableOf(
    'Estimates, with one standard error in units of the last digits; below it the exact value where one is known',
    rows,
    [
      { title: 'L', of: ({ result, exact }) => (exact ? '' : result.size) },
      { title: 'K', of: ({ result: { model }, exact }) => (exact ? '' : model && shortNumber(model.coupling)) },
      { title: 'T', of: temperature },
      ...NAMES.map((name) => ({
        title: name === 'energy' ? `e/${units}` : QUANTITIES[name].symbol,
        of: (row: Row) => value(name, row),
      })),
    ],
    prose`e in units of ${units}, T in units of ${negative ? '|J|/k, J < 0 where K < 0' : 'J/k'}; C in units of k; χ' in
      units of 1/kT; ξ in lattice spacings, ξ' of the connected correlations where the lattice is ordered; a value without
      parentheses did not fluctuate in the data, and has no error bar; a dash where a quantity cannot be told from the
      data.`,
  );
}

const crossingTable = (crossings: SizeCrossing[]): Table =>
  tableOf(
    "Crossings of Binder's cumulants, by reweighting",
    crossings,
    [
      { title: 'sizes', of: ({ sizes }) => sizes.join(', ') },
      { title: 'between K', of: ({ between }) => between.map((coupling) => shortNumber(coupling)).join(' and ') },
      { title: 'K', of: ({ coupling }) => coupling },
      { title: 'T', of: ({ coupling: K }) => K && { value: 1 / K.value, error: K.error / K.value ** 2 } },
    ],
    'A dash where the runs on either side are too far apart to be joined.',
  );
