/** Pages of the documentation site, which are markdown files of the repository: order, titles, anchors, links. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A page by its path in the repository, with its name in the side bar where that is not its title. */
export type Page = string | readonly [path: string, name: string];

/** Sections of the side bar in their order. A markdown file that is to be on the site stands here, and nowhere else. */
export const NAVIGATION: readonly { name: string; pages: readonly Page[] }[] = [
  {
    name: 'Guide',
    pages: [
      ['README.md', 'Overview'],
      ['docs/guide/start.md', 'First result'],
      ['docs/guide/physics.md', 'Tutorial: physics'],
      ['docs/guide/machine-learning.md', 'Tutorial: machine learning'],
      ['docs/guide/sampling-questions.md', 'Questions: sampling'],
      ['docs/guide/training-questions.md', 'Questions: training'],
      ['docs/guide/own.md', 'Your own model, data, rule'],
      ['docs/guide/embedding.md', 'Embedding'],
      ['docs/guide/coming-from.md', 'Coming from other tools'],
      ['docs/guide/reproduce.md', 'Cite and reproduce'],
      ['docs/guide/glossary.md', 'Glossary'],
    ],
  },
  {
    name: 'Subject',
    pages: [
      ['docs/exact-map.md', 'The exact map'],
      ['docs/rg.md', 'Renormalization groups'],
      ['docs/training.md', 'Training an RBM'],
      ['docs/defaults.md', 'Defaults of training'],
      ['docs/lab.md', 'Laboratory and elements'],
      ['docs/sweeps.md', 'Sweeps'],
      'docs/sweeps-schedulers.md',
      'docs/sweeps-queue.md',
      ['docs/experiments/verdict.md', 'Is a trained stack an RG?'],
      ['docs/experiments/variational-rbm.md', 'An RBM as the Hamiltonian'],
    ],
  },
  {
    name: 'Reference',
    pages: ['docs/names.md', 'docs/guide/command-line.md', 'docs/guide/files.md', 'docs/runtimes.md'],
  },
  {
    name: 'Examples',
    pages: [
      ['examples/README.md', 'All examples'],
      'examples/plain-page/README.md',
      'examples/react-app/README.md',
      'examples/vite-worker/README.md',
      'examples/notebook/README.md',
      'examples/node-npz/README.md',
      'examples/python-round-trip/README.md',
      'examples/slurm-sweep/README.md',
    ],
  },
  {
    name: 'Decisions',
    pages: [
      ['docs/decisions/README.md', 'All decisions'],
      'docs/decisions/random-numbers.md',
      'docs/decisions/sampling.md',
      'docs/decisions/kernels.md',
      'docs/decisions/training.md',
      'docs/decisions/likelihood.md',
      'docs/decisions/rg.md',
      'docs/decisions/files.md',
      'docs/decisions/studies.md',
      'docs/decisions/sweeps.md',
      'docs/decisions/lab.md',
      'docs/decisions/benchmarks.md',
    ],
  },
  {
    name: 'Project',
    pages: [
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'BENCHMARKS.md',
      ['docs/paper.md', 'Paper'],
      'SECURITY.md',
    ],
  },
];

const pathOf = (page: Page): string => (typeof page === 'string' ? page : page[0]);

/** Paths of all pages. */
export const PAGES: readonly string[] = NAVIGATION.flatMap(({ pages }) => pages.map(pathOf));

/** Markdown files that must be pages: all of docs, and the READMEs of the examples. */
export function documentsOf(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const examples = readdirSync(join(root, 'examples'), { encoding: 'utf8' });
  return [
    ...docs.map((path) => `docs/${path.replaceAll('\\', '/')}`).filter((path) => path.endsWith('.md')),
    ...['.', ...examples]
      .map((name) => posix.join('examples', name, 'README.md'))
      .filter((path) => existsSync(join(root, path))),
  ];
}

/** A markdown file without its code, whose characters become blanks, so that places stay. */
export function withoutCode(text: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ');
  return text
    .replace(/^( *)(```+|~~~+)[\s\S]*?^ *\2[`~]* *$/gm, blank)
    .replace(/(?<=\n\n) {4}.*(?:\n(?: {4}.*| *))*/g, blank)
    .replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, blank);
}

/** Anchor of a heading, as GitHub makes it; the site is told to make the same. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** Text of a heading as it is shown. */
const shown = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*?|(?<!\w)_|_(?!\w)|`|\\/g, '')
    .trim();

/** Headings of a markdown file, in their order. */
function headingsOf(text: string): string[] {
  const lines = text.split('\n');
  const bare = withoutCode(text).split('\n');
  return lines.filter((_, k) => /^#{1,6} /.test(bare[k])).map((line) => shown(line.replace(/^#+ /, '')));
}

/** Title of a page: that of its front matter, or its first heading. */
export function titleOf(text: string): string {
  return /^---\n(?:.*\n)*?title: *'?(.*?)'?\n/.exec(text)?.[1] ?? headingsOf(text)[0];
}

/** All anchors of a markdown file: of headings, where those that are alike are numbered, and ids of HTML. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const slug of headingsOf(text).map(slugOf)) {
    let unique = slug;
    for (let k = 1; anchors.has(unique); k++) unique = `${slug}-${k}`;
    anchors.add(unique);
  }
  for (const [, id] of withoutCode(text).matchAll(/<[^>]* id="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** A link or image of a page. */
export interface PageLink {
  /** As it is written. */
  target: string;
  /** Path in the repository to which it leads; undefined for a link to another host. */
  path: string | undefined;
  /** Anchor without its #, or ''. */
  anchor: string;
  /** Where the target stands in the text. */
  place: number;
}

/** Links and images of a markdown file. */
export function linksOf(page: string, text: string): PageLink[] {
  const found = withoutCode(text).matchAll(/\]\(([^)\s]+)(?: +"[^"]*")?\)|<(?:a|img)\b[^>]* (?:href|src)="([^"]+)"/g);
  return [...found].map((match) => {
    const target = match[1] ?? match[2];
    const [path, anchor = ''] = target.split('#');
    const own = path === '' ? page : posix.normalize(posix.join(dirname(page), decodeURI(path)));
    const place = match.index + match[0].indexOf(target);
    return { target, path: /^([a-z]+:|\/)/i.test(target) ? undefined : own, anchor: decodeURIComponent(anchor), place };
  });
}

/** What is wrong with the pages: those in no section or missing, and links that lead nowhere; [] if nothing is. */
export function problemsOfPages(): string[] {
  const problems = documentsOf()
    .filter((path) => !PAGES.includes(path))
    .map((path) => `${path}: in no section of NAVIGATION (scripts/sitePages.ts)`);
  for (const page of PAGES) {
    if (!existsSync(join(root, page))) problems.push(`${page}: in NAVIGATION (scripts/sitePages.ts), but not there`);
    else problems.push(...problemsOfLinks(page, readFileSync(join(root, page), 'utf8')));
  }
  return problems;
}

function problemsOfLinks(page: string, text: string): string[] {
  return linksOf(page, text).flatMap(({ target, path, anchor }) => {
    if (path === undefined) return [];
    if (!existsSync(join(root, path))) return [`${page}: ${target}: no such file`];
    if (!path.endsWith('.md')) return [];
    if (!PAGES.includes(path)) return [`${page}: ${target}: not a page of the site`];
    if (anchor === '' || anchorsOf(readFileSync(join(root, path), 'utf8')).has(anchor)) return [];
    return [`${page}: ${target}: no such heading`];
  });
}
