/** The folder of a finished study, read for the page of the laboratory. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { experiments } from '../../experiments/index.js';
import { DOMParser } from '../../viz/frame/dom.js';
import { UsageError } from './options.js';

/** A table as texts. */
export interface StudyTable {
  title: string;
  columns: string[];
  rows: string[][];
  note: string;
}

/** What a study has found, as texts: nothing of it is markup. */
export interface Study {
  folder: string;
  /** A name for its address: letters, digits, points and hyphens. */
  name: string;
  experiment: string;
  title: string;
  question: string;
  answer: string[];
  facts: { label: string; value: string; note: string }[];
  /** Figures of which there is a file NAME.svg. */
  figures: { name: string; title: string; caption: string }[];
  tables: StudyTable[];
  /** The command that makes it again. */
  command: string;
  preset: string;
  version: string;
}

/**
 * Reads the results of `blockspin run`.
 * @throws UsageError, naming the folder, if it holds no finished study of this package
 */
export function readStudy(folder: string): Study {
  const refuse = (reason: string): never => {
    throw new UsageError(`"RESULTS" expected the folder of a finished study (blockspin run), got ${folder}: ${reason}`);
  };
  if (!existsSync(folder)) refuse('there is no such folder');
  if (!statSync(folder).isDirectory()) refuse('it is a file');
  const path = join(folder, 'result.json');
  if (!existsSync(path)) refuse('it holds no result.json, which is written at the end of a study');
  let result: Record<string, unknown> | null = null;
  try {
    result = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> | null;
  } catch {
    refuse('its result.json cannot be read as JSON');
  }
  const { experiment: name, preset, version } = result ?? {};
  if (typeof name !== 'string') refuse('its result.json is that of another command, and names no experiment');
  const experiment = Object.hasOwn(experiments, name as string) ? experiments[name as string] : undefined;
  if (experiment === undefined) return refuse(`there is no experiment ${JSON.stringify(name)} in this version`);
  if (!existsSync(join(folder, 'report.html'))) refuse('it holds no report.html');
  const page = new DOMParser().parseFromString(readFileSync(join(folder, 'report.html'), 'utf8'), 'text/html');
  return {
    folder,
    name: basename(resolve(folder)).replace(/[^\w.-]+/g, '-'),
    experiment: experiment.name,
    title: experiment.title,
    question: experiment.question,
    ...contentOf(page as unknown as Document, folder),
    preset: typeof preset === 'string' ? preset : '',
    version: typeof version === 'string' ? version : '',
  };
}

const textOf = (within: ParentNode, selector: string): string =>
  within.querySelector(selector)?.textContent?.trim() ?? '';

/** The texts of a report (src/viz/report.ts writes it). */
function contentOf(page: Document, folder: string): Pick<Study, 'answer' | 'facts' | 'figures' | 'tables' | 'command'> {
  const texts = (within: ParentNode, selector: string) =>
    [...within.querySelectorAll(selector)].map((one) => one.textContent?.trim() ?? '');
  return {
    answer: texts(page, '.prose p'),
    facts: [...page.querySelectorAll('.facts > div')].map((fact) => ({
      label: textOf(fact, 'dt'),
      value: textOf(fact, '.value'),
      note: textOf(fact, '.note'),
    })),
    figures: [...page.querySelectorAll('figure[id]')]
      .map((figure) => ({
        name: figure.id,
        title: textOf(figure, 'h3 > span:last-child'),
        caption: textOf(figure, 'figcaption'),
      }))
      .filter(({ name }) => /^[\w.-]+$/.test(name) && existsSync(join(folder, `${name}.svg`))),
    tables: [...page.querySelectorAll('.table')].map((table) => ({
      title: textOf(table, 'caption'),
      columns: texts(table, 'thead th'),
      rows: [...table.querySelectorAll('tbody tr')].map((row) => texts(row, 'th, td')),
      note: textOf(table, '.note'),
    })),
    command: textOf(page, 'pre code'),
  };
}

/** The studies of several folders, each with a name of its own. @throws UsageError as `readStudy` */
export function readStudies(folders: readonly string[]): Study[] {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const study = readStudy(folder);
    let { name } = study;
    for (let k = 2; taken.has(name); k++) name = `${study.name}-${k}`;
    taken.add(name);
    return { ...study, name };
  });
}
