/** BENCHMARKS.md, made wholly of a report. */

import { disturbed, type Row } from './harness.js';
import { digits, perTime, withError } from './numbers.js';
import type { Figure } from './oneOff.js';
import { groupsOf, inFewWords, type Report } from './report.js';

/** Text that is not taken for markup, in a cell of a table. */
const cell = (text: string) => text.replace(/[\\|<>*_`[\]]/g, (sign) => `\\${sign}`).replace(/\s*\n\s*/g, ' ');

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function tableOf(head: readonly string[], right: readonly number[], rows: readonly (readonly string[])[]): string[] {
  return [row(head), row(head.map((_, k) => (right.includes(k) ? '---:' : '---'))), ...rows.map(row)];
}

/** Rows of one group: the case once, then its contenders. */
function groupTable(rows: readonly Row[]): string[] {
  const noisy = rows.some((each) => disturbed(each) !== '');
  const head = ['case', 'by', 'rate', 'quartiles', 'ours is faster by', 'quartiles', ...(noisy ? ['slow rounds'] : [])];
  const cells = rows.map((each, k) => {
    const [low, middle, high] = each.rate;
    const ratio = each.ratio?.map(digits);
    return [
      each.case === rows[k - 1]?.case ? '' : cell(each.case),
      each.ratio ? cell(each.contender) : `**${cell(each.contender)}**`,
      cell(perTime(middle, each.unit)),
      `${perTime(low, '', middle)} – ${perTime(high, '', middle)}`,
      ratio ? `×${ratio[1]}` : '',
      ratio ? `${ratio[0]} – ${ratio[2]}` : '',
      ...(noisy ? [disturbed(each)] : []),
    ];
  });
  return tableOf(head, [2, 3, 4, 5, 6], cells);
}

/** `1.37 MB`, `812 ms`, `61.3 s`. */
export function figureText({ unit, value, quartiles }: Figure): string {
  const shown = (x: number) => {
    if (unit === 'times') return `×${digits(x)}`;
    if (unit !== 'bytes') return `${digits(x)} ${unit}`;
    return x < 1000 ? `${x} B` : x < 1e6 ? `${(x / 1e3).toFixed(1)} kB` : `${(x / 1e6).toFixed(2)} MB`;
  };
  return quartiles ? `${shown(value)} (${quartiles.map(shown).join(' – ')})` : shown(value);
}

/** How each case was checked. */
function checks(rows: readonly Row[]): string[] {
  const seen = new Map(rows.map((each) => [each.case, each.check]));
  return [...seen].map(([name, check]) => `- ${cell(name)}: ${cell(check)}`);
}

/** The method in words, with the numbers of this run. */
function method({ rounds, clock, calibration, short }: Report): string {
  const speed = calibration?.speed.map(digits);
  return [
    'Each case first asserts that its contenders agree: equal bits, or exact energies and likelihoods; only then it is timed. All seeds are fixed. Each contender is warmed up;',
    `then the contenders run in turn, A B C A B C …, in ${rounds} rounds, each timing repeated within a round until it takes ${digits(clock.shortest)} ms or more`,
    `(the clock's step is ${clock.resolution < 0.001 ? 'less than a microsecond' : `${digits(clock.resolution * 1000)} µs`}).`,
    'Rates are medians over the rounds. "Ours is faster by" is the median of the ratios pair by pair, time of the other over ours in the same round, so a machine that is slow for a while slows both.',
    'Quartiles stand beside medians. A contender may do a share of the work; rates are for the whole.',
    speed
      ? `A loop of integers and floats, of known work and without vectors, runs before each round and after the last: ${speed[1]} steps/ns here (quartiles ${speed[0]} – ${speed[2]}). In ${calibration?.slowRounds} of ${calibration?.rounds} rounds the machine was more than 10 % slower than it can be.`
      : '',
    short ? '**These are the short forms, made for tests: the numbers say little.**' : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** The tables, exponents, figures and what is missing, under headings of this level. */
function results(report: Report, level: string): string[] {
  const { rows, fits, figures, missing, failed } = report;
  const lines: string[] = [];
  for (const [group, members] of groupsOf(rows)) lines.push('', `${level} ${cell(group)}`, '', ...groupTable(members));
  if (fits.length > 0) {
    lines.push('', `${level} Cost against size and threads`, '');
    lines.push(
      'Rate ∝ x^-b by least squares of the logarithms; b = 0: the cost does not depend on x, b = −1: the rate is proportional to x.',
      '',
    );
    const cells = fits.map((fit) => [
      cell(fit.series),
      cell(fit.contender),
      withError(fit),
      `${fit.from} – ${fit.to}`,
      String(fit.points),
    ]);
    lines.push(...tableOf(['series', 'by', 'b', 'x', 'points'], [2, 3, 4], cells));
  }
  if (figures.length > 0) {
    lines.push('', `${level} Sizes, starts, end to end`, '');
    lines.push(
      ...tableOf(
        ['', '', 'checked'],
        [1],
        figures.map((each) => [cell(each.name), figureText(each), cell(each.check)]),
      ),
    );
  }
  lines.push('', `${level} What is missing`, '');
  const absent = inFewWords(missing).map((line) => `- ${cell(line)}`);
  lines.push(...(absent.length > 0 ? absent : ['Nothing.']));
  if (failed.length > 0) {
    lines.push('', `${level} What failed`, '', ...failed.map(({ name, reason }) => `- ${cell(name)}: ${cell(reason)}`));
  }
  return lines;
}

function facts(report: Report): string[] {
  const { version, commit, kernels } = report.package;
  const all: Record<string, string> = {
    Command: `\`${report.command}\``,
    Date: report.date.replace('T', ' ').replace(/(:\d\d)(:\d\d)?(\.\d+)?Z$/, '$1 UTC'),
    blockspin: `${version}, commit ${commit}, kernels ${kernels.slice(0, 12)}`,
    ...Object.fromEntries(Object.entries(report.place).map(([label, value]) => [label, cell(value)])),
  };
  return tableOf(['', ''], [], Object.entries(all));
}

/** What a page gives to be pasted: no method, no chart. */
export function shortMarkdown(report: Report): string {
  return `${[...facts(report), ...results(report, '###')].join('\n')}\n`;
}

/** What is no measurement of this run, and belongs to the speed of the package. */
const MANY_WORKERS = [
  '',
  '## Many workers',
  '',
  'Efficiency of a sweep on up to 3000 workers, simulated from the measured costs of points and stated as a simulation: [docs/sweeps.md](docs/sweeps.md#how-it-scales).',
  '',
  '![Share of the workers’ time that goes into finished points, against the number of workers](docs/sweeps-scale.svg)',
];

/** @param chart path of the picture, relative to the file; none where there is nothing to be drawn */
export function markdown(report: Report, chart: string | undefined): string {
  return `${[
    '# Benchmarks',
    '',
    'Made by `npm run bench -- --write`; every number comes from that one run. The same cases run in a page: `npm run bench:page`.',
    '',
    ...facts(report),
    ...(chart ? ['', `![Bars: how much faster than each of the others, by cases](${chart})`] : []),
    '',
    '## Method',
    '',
    method(report),
    ...results(report, '##'),
    ...(report.short ? [] : MANY_WORKERS),
    '',
    '## How each case was checked',
    '',
    ...checks(report.rows),
  ].join('\n')}\n`;
}
