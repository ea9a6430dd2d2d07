/** “Your results”: studies as a chapter of the laboratory's page. */

import { element, escapeText } from '../../viz/frame/markup.js';
import type { Study, StudyTable } from './studyFolder.js';

/** Title of the table of criteria in a report. */
const CRITERIA = /^Criteria/;

/** The page of the laboratory with a chapter of results and its entry in the list of chapters. */
export function withResults(page: string, studies: readonly Study[]): string {
  if (studies.length === 0) return page;
  return page
    .replace('<!-- results entry -->', () => '<li><a href="#results">Your results</a></li>')
    .replace('<!-- results -->', () => resultsSection(studies));
}

function resultsSection(studies: readonly Study[]): string {
  return element(
    'section',
    { id: 'results', 'aria-labelledby': 'results-title' },
    element('h2', { id: 'results-title' }, 'Your results'),
    ...studies.map(article),
  );
}

function article(study: Study): string {
  const { name, title, question, answer, facts, figures, tables, command } = study;
  const heading = `results-${name}`;
  const address = `results/${encodeURIComponent(name)}/`;
  const [criteria, others] = [true, false].map((wanted) => tables.filter((one) => CRITERIA.test(one.title) === wanted));
  return element(
    'article',
    { class: 'result', 'aria-labelledby': heading },
    element('h3', { id: heading }, escapeText(title)),
    element('p', { class: 'watch' }, element('strong', {}, escapeText(question))),
    ...answer.map((text) => element('p', {}, escapeText(text))),
    facts.length === 0 ? '' : element('dl', { class: 'facts' }, ...facts.map(factOf)),
    ...criteria.map((table) => tableOf(name, table)),
    ...figures.map(({ name: file, title: of, caption }) =>
      element(
        'figure',
        {},
        element('img', { src: `${address}${file}.svg`, alt: of, loading: 'lazy' }),
        element('figcaption', {}, escapeText(caption)),
      ),
    ),
    others.length === 0
      ? ''
      : element(
          'details',
          {},
          element('summary', {}, others.length === 1 ? 'One more table' : `${others.length} more tables`),
          ...others.map((table) => tableOf(name, table)),
        ),
    element(
      'p',
      { class: 'note' },
      escapeText(sourceOf(study)),
      ' ',
      element('a', { href: address }, 'The whole report'),
      ' · ',
      element('a', { href: `${address}result.json` }, 'all numbers as JSON'),
    ),
    command === '' ? '' : element('pre', { tabindex: 0 }, element('code', {}, escapeText(command))),
  );
}

function sourceOf({ experiment, preset, version, folder }: Study): string {
  return `Experiment ${experiment}${preset === '' ? '' : `, preset ${preset}`}${version === '' ? '' : `, by blockspin ${version}`}, from ${folder}.`;
}

function factOf({ label, value, note }: Study['facts'][number]): string {
  return element(
    'div',
    {},
    element('dt', {}, escapeText(label)),
    element('dd', { class: 'value' }, escapeText(value)),
    note === '' ? '' : element('dd', { class: 'note' }, escapeText(note)),
  );
}

function tableOf(study: string, { title, columns, rows, note }: StudyTable): string {
  const cell = (text: string, k: number) =>
    k === 0 ? element('th', { scope: 'row' }, escapeText(text)) : element('td', {}, escapeText(text));
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `${study}: ${title}` },
    element(
      'table',
      {},
      element('caption', {}, escapeText(title)),
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, escapeText(name)))),
      ),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))),
    ),
    note === '' ? '' : element('p', { class: 'note' }, escapeText(note)),
  );
}
