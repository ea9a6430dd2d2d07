/** The results as the page shows them: a table a group, with a bar on a logarithmic scale for each ratio. */

import { disturbed, type Row } from '../harness.js';
import { digits, perTime, withError } from '../numbers.js';
import { groupsOf, type Report } from '../report.js';

type Make = (name: string, attributes?: Record<string, string>, ...children: (Node | string)[]) => HTMLElement;

/** Where a ratio stands between the least and the greatest, in percent; 1 is always among them. */
function scaleOf(rows: readonly Row[]): (ratio: number) => number {
  const all = rows.flatMap(({ ratio }) => ratio ?? []);
  const [low, high] = [Math.min(1, ...all), Math.max(2, ...all)];
  return (ratio) => (100 * Math.log(ratio / low)) / Math.log(high / low);
}

function bar({ ratio, kind = 'twin' }: Row, at: (ratio: number) => number, make: Make): HTMLElement {
  if (ratio === undefined) return make('td', { class: 'bar' });
  const span = (from: number, to: number) => {
    const [left, right] = [Math.min(at(from), at(to)), Math.max(at(from), at(to))];
    return `left:${left.toFixed(2)}%;width:${(right - left).toFixed(2)}%`;
  };
  const drawn = make(
    'span',
    { style: `--one:${at(1).toFixed(2)}%`, 'aria-hidden': 'true' },
    make('i', { class: kind, style: span(1, ratio[1]) }),
    make('b', { style: span(ratio[0], ratio[2]) }),
  );
  return make('td', { class: 'bar' }, drawn);
}

function rowOf(row: Row, at: (ratio: number) => number, make: Make): HTMLElement {
  const { rate, ratio } = row;
  const range = `${perTime(rate[0], '', rate[1])} – ${perTime(rate[2], '', rate[1])}`;
  return make(
    'tr',
    {},
    make('th', { scope: 'row', class: row.ratio ? 'quiet' : '' }, row.contender),
    make('td', { class: 'number' }, perTime(rate[1], row.unit)),
    make('td', { class: 'number quiet quartiles' }, range),
    make('td', { class: 'number' }, ratio ? `×${digits(ratio[1])}` : ''),
    make('td', { class: 'number quiet quartiles' }, ratio ? `${digits(ratio[0])} – ${digits(ratio[2])}` : ''),
    make('td', { class: 'number quiet', title: 'rounds in which the machine was slow' }, disturbed(row)),
    bar(row, at, make),
  );
}

const HEAD = [
  ['by', ''],
  ['rate', 'number'],
  ['quartiles', 'number quartiles'],
  ['ours faster by', 'number'],
  ['quartiles', 'number quartiles'],
  ['', ''],
  ['', 'bar'],
];

function tableOf(rows: readonly Row[], at: (ratio: number) => number, make: Make): HTMLElement {
  const cases = [...new Set(rows.map((row) => row.case))].map((name) => {
    const members = rows.filter((row) => row.case === name);
    const check = make('span', { class: 'check-text' }, `checked: ${members[0].check}`);
    const heading = make('th', { scope: 'rowgroup', colspan: String(HEAD.length) }, name, check);
    return make('tbody', { class: 'case' }, make('tr', {}, heading), ...members.map((row) => rowOf(row, at, make)));
  });
  const head = HEAD.map(([title, style]) =>
    title === '' ? make('td', { class: style }) : make('th', { scope: 'col', class: style }, title),
  );
  const scroll = { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': rows[0].group ?? 'Cases' };
  return make('div', scroll, make('table', {}, make('thead', {}, make('tr', {}, ...head)), ...cases));
}

/** Tables by groups, exponents, the machine's speed, what is missing, what failed. */
export function resultsOf(report: Report, make: Make): HTMLElement[] {
  const { rows, fits, calibration, missing, failed } = report;
  const at = scaleOf(rows);
  const parts: HTMLElement[] = [];
  if (failed.length > 0) {
    const list = failed.map(({ name, reason }) => make('li', { class: 'bad' }, `${name}: ${reason}`));
    parts.push(make('h2', {}, 'Failed'), make('ul', { class: 'plain-list' }, ...list));
  }
  for (const [group, members] of groupsOf(rows)) parts.push(make('h2', {}, group), tableOf(members, at, make));
  if (fits.length > 0) {
    const list = fits.map((fit) => make('li', {}, `b = ${withError(fit)}  ${fit.series}: ${fit.contender}`));
    parts.push(
      make('h2', {}, 'Cost against size and threads'),
      make(
        'p',
        {},
        'Rate ∝ x⁻ᵇ: with b = 0 the cost does not depend on x, with b = −1 the rate is proportional to it.',
      ),
      make('ul', { class: 'plain-list' }, ...list),
    );
  }
  if (calibration) {
    const [low, middle, high] = calibration.speed.map(digits);
    const text = `${middle} steps/ns (quartiles ${low} – ${high}); slow in ${calibration.slowRounds} of ${calibration.rounds} rounds.`;
    parts.push(make('h2', {}, 'The machine, by its calibration'), make('p', {}, text));
  }
  if (missing.length > 0) {
    const list = missing.map((line) => make('li', {}, line));
    parts.push(make('h2', {}, 'Missing'), make('ul', { class: 'plain-list' }, ...list));
  }
  return parts;
}
