/** The study's results as tables in markdown. */

import { ranking } from './regret.js';
import type { Summary } from './study.js';

const regretText = (value: number | undefined) =>
  value === undefined ? '–' : Number.isFinite(value) ? value.toFixed(3) : '∞';
const nats = (value: number | undefined) =>
  value === undefined ? '–' : Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : '−∞';

/** Headings of columns of words, which stand at the left. */
const WORDS = ['way of training', 'worst on', 'data, hidden units', 'by'];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((name) => (WORDS.includes(name) ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Competitors, the least worst regret first: worst and mean regret at each budget, and which set is the worst. */
export function rankingTable({ standings, budgets }: Summary): string {
  const head = [
    'way of training',
    ...budgets.flatMap((budget) => [`worst at ${budget}`, `mean at ${budget}`, 'worst on']),
  ];
  const rows = ranking(standings).map((competitor) => [
    competitor,
    ...budgets.flatMap((budget) => {
      const own = standings.find((each) => each.competitor === competitor && each.budget === budget);
      return [regretText(own?.worst), regretText(own?.mean), own?.where ?? '–'];
    }),
  ]);
  return table(head, rows);
}

/** Log-likelihood per evaluated row: independent units, the default and the best at equal cost, and the best known. */
export function likelihoodTable({ sets, budgets }: Summary): string {
  const head = [
    'data, hidden units',
    'independent',
    ...budgets.flatMap((budget) => [`default at ${budget}`, `best at ${budget}`, 'by']),
    'best known RBM',
    'true distribution',
  ];
  const rows = sets.map(({ set, independent, likelihoods, best, exactBest }) => [
    set,
    nats(independent),
    ...likelihoods.flatMap((each) => [nats(each.default), nats(each.best), each.bestBy ?? '–']),
    nats(best),
    nats(exactBest),
  ]);
  return table(head, rows);
}

/** Both tables with a line above each; what goes between the marks of docs/defaults.md. */
export function report(summary: Summary): string {
  const { seeds, sets, unfinished } = summary;
  const part = unfinished > 0 ? ` ${unfinished} runs are not finished: these tables are of those that are.` : '';
  const what = 'upper quartile over the seeds on the worst set, and mean over the sets of the median';
  return [
    `Regret over ${sets.length} data sets, ${seeds} seed${seeds === 1 ? '' : 's'}: ${what}.${part}`,
    '',
    rankingTable(summary),
    '',
    'Log-likelihood per evaluated row in nats, medians over the seeds.',
    '',
    likelihoodTable(summary),
  ].join('\n');
}

/** What makes the tables of this study, as the marks on the page name it. */
const MAKER = 'npm run bench -- defaults';

/**
 * The page with what stands between the marks of `maker` replaced. @throws RangeError naming the path if a mark is
 * missing
 */
export function withTables(path: string, page: string, tables: string, maker = MAKER): string {
  const [first, last] = ['begin', 'end'].map((word) => `<!-- tables of ${maker}: ${word} -->`);
  const [begin, end] = [page.indexOf(first), page.indexOf(last)];
  if (begin < 0 || end < begin) throw new RangeError(`"${path}" expected the marks ${first} and ${last}`);
  return `${page.slice(0, begin + first.length)}\n\n${tables}\n\n${page.slice(end)}`;
}
