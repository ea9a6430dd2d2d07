/**
 * The documentation site: `npm run site [-- --base /path/] [--out FOLDER] [--no-api] [--dev]`, after `npm run build`.
 *
 * 1. Lays out site/source: the pages of NAVIGATION (scripts/sitePages.ts) at their paths in the repository, so that
 *    their links hold; pictures beside them; text files that they link to as pages of code; site/index.md as the home
 *    page; build/elements as /lab/.
 * 2. Has site/api.mjs (TypeDoc) write the API reference from the doc comments, to site/source/api.
 * 3. Has VitePress (site/.vitepress) build static files to build/site, and checks every link and anchor in them.
 *
 * `--dev` serves the site instead and follows changes of pages. `--no-api` leaves out the reference, which takes most
 * of the time. VitePress and TypeDoc are installed in site/ at the first call.
 *
 * A new page: a line in NAVIGATION. A figure in a page: `<blockspin-spins size="512"></blockspin-spins>` in a line of
 * its own, with a caption in the text, since GitHub shows nothing there. Anchors are those of GitHub.
 */

import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, posix, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './browser.js';
import { linksOf, PAGES, problemsOfPages } from './sitePages.js';

const FOLDER = join(root, 'site');
const SOURCE = join(FOLDER, 'source');

const { values: options } = parseArgs({
  options: {
    base: { type: 'string', default: '/' },
    out: { type: 'string', default: 'build/site' },
    api: { type: 'boolean', default: true },
    dev: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const out = resolve(options.out);

/** Ends with a sentence instead of a stack. */
function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** Runs a program to its end, with its output. */
function run(program: string, ...parameters: string[]): void {
  const { status, error } = spawnSync(program, parameters, { cwd: FOLDER, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) fail(`${program} ${parameters.join(' ')} failed`);
}

/** Files below a folder, by their paths in it. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => relative(folder, join(each.parentPath, each.name)).replaceAll('\\', '/'));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(SOURCE, path)), { recursive: true });
  writeFileSync(join(SOURCE, path), text);
}

const PICTURES = ['.png', '.svg', '.jpg', '.webp'];

/** Path of the page that shows a text file: VitePress would cut off a second ending. */
const codePage = (path: string): string => `${path.replace(/\.(?=[^./]*$)/, '-')}.md`;

/** A page at its place, with what it links to: pictures, code as pages; of a folder without a README the link is left out. */
function layOut(page: string): void {
  let text = readFileSync(join(root, page), 'utf8');
  for (const { path, target, place } of linksOf(page, text).reverse()) {
    if (path === undefined || path.endsWith('.md')) continue;
    const end = place + target.length;
    const readme = posix.join(path, 'README.md');
    if (PAGES.includes(readme)) {
      text = text.slice(0, place) + posix.relative(dirname(page), readme) + text.slice(end);
    } else if (statSync(join(root, path)).isDirectory()) {
      const start = text.lastIndexOf('[', place);
      text = text.slice(0, start) + text.slice(start + 1, text.lastIndexOf(']', place)) + text.slice(end + 1);
    } else if (PICTURES.includes(extname(path))) {
      mkdirSync(dirname(join(SOURCE, path)), { recursive: true });
      cpSync(join(root, path), join(SOURCE, path));
    } else {
      const code = readFileSync(join(root, path), 'utf8');
      write(codePage(path), `# ${posix.basename(path)}\n\n\`\`\`\`${extname(path).slice(1)}\n${code}\n\`\`\`\`\n`);
      text = text.slice(0, place) + codePage(target) + text.slice(end);
    }
  }
  write(page, text);
}

function layOutAll(): void {
  rmSync(SOURCE, { recursive: true, force: true });
  for (const page of PAGES) layOut(page);
  cpSync(join(FOLDER, 'index.md'), join(SOURCE, 'index.md'));
  cpSync(join(root, 'build/elements'), join(SOURCE, 'public/lab'), { recursive: true });
}

/** Links of built pages that lead to no file or anchor. */
function deadLinks(): string[] {
  const files = new Map(filesIn(out).map((path) => [path, undefined as Set<string> | undefined]));
  const textOf = (path: string) => readFileSync(join(out, path), 'utf8');
  const anchorsOf = (path: string): Set<string> => {
    const known = files.get(path) ?? new Set([...textOf(path).matchAll(/ (?:id|name)="([^"]+)"/g)].map(([, id]) => id));
    files.set(path, known);
    return known;
  };
  const problems = new Set<string>();
  for (const page of files.keys()) {
    if (!page.endsWith('.html') || page.startsWith('lab/')) continue;
    for (const [, written] of textOf(page).matchAll(/ (?:href|src)="([^"]+)"/g)) {
      const url = new URL(written.replaceAll('&amp;', '&'), `http://site${options.base}${page}`);
      if (url.host !== 'site') continue;
      const path = decodeURI(url.pathname)
        .slice(options.base.length)
        .replace(/^$|\/$/, '$&index.html');
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (!url.pathname.startsWith(options.base) || !files.has(path)) problems.add(`${page}: ${written}`);
      else if (anchor !== '' && !anchorsOf(path).has(anchor)) problems.add(`${page}: ${written}`);
    }
  }
  return [...problems];
}

if (!existsSync(join(root, 'build/elements/index.js'))) fail('build/elements is not there: npm run build first');
if (!/^\/(.+\/)?$/.test(options.base)) fail(`--base begins and ends with a slash, got ${options.base}`);
const problems = problemsOfPages();
if (problems.length > 0) fail(problems.join('\n'));

if (!existsSync(join(FOLDER, 'node_modules'))) run('npm', 'ci', '--no-audit', '--no-fund');
layOutAll();
if (options.api) run('node', 'api.mjs', join(SOURCE, 'api'));

const vitepress = [
  'node_modules/vitepress/bin/vitepress.js',
  options.dev ? 'dev' : 'build',
  '.',
  '--base',
  options.base,
];
if (options.dev) {
  for (const page of PAGES) watch(join(root, page), () => layOut(page));
  spawn('node', vitepress, { cwd: FOLDER, stdio: 'inherit' });
} else {
  run('node', ...vitepress, '--outDir', out);
  const dead = deadLinks();
  if (dead.length > 0) fail(`links that lead nowhere:\n${dead.join('\n')}`);
  const files = filesIn(out);
  const bytesOf = (paths: string[]) => paths.reduce((sum, path) => sum + statSync(join(out, path)).size, 0);
  const megabytes = (paths: string[]) => `${(bytesOf(paths) / 1e6).toFixed(1)} MB`;
  const pages = files.filter((path) => path.endsWith('.html'));
  console.log(
    `${pages.length} pages, ${megabytes(files)}, search index ${megabytes(files.filter((path) => /localSearchIndex/.test(path)))}: ${out}`,
  );
}
