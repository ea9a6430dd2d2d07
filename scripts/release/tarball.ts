/** Checks of the packed tarball. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { type Problem, run, tail } from './problem.js';
import { manifestOf } from './repository.js';

/** Max bytes of the tarball, and of its files once unpacked. */
const MAX_PACKED = 4.8e6;
const MAX_UNPACKED = 10.5e6;
/** Max number of files: each takes a block of the disk. */
const MAX_FILES = 1300;

/** Files that no package has. */
const STRANGE = [
  /\.map$/,
  /\.tsbuildinfo$/,
  /(^|\/)\./,
  /(^|\/)(node_modules|test|bench|out)\//,
  /\.(pem|key|tgz)$/,
  /\.test\./,
];

/** Files that are there for their readers. */
const NEEDED = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'CITATION.cff', 'build/LICENSES.md'];

/** Paths of the files of an unpacked package. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

/** The tarball is as small as an installation is said to be. */
export function sizeProblems(folder: string, packed: number): Problem[] {
  const files = filesOf(folder);
  const unpacked = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  const problems: Problem[] = [];
  const limit = (what: string, value: number, max: number) => {
    if (value > max) problems.push({ check: 'size', text: `${what}: ${value}, more than ${max}` });
  };
  limit('bytes of the tarball', packed, MAX_PACKED);
  limit('bytes of its files', unpacked, MAX_UNPACKED);
  limit('files', files.length, MAX_FILES);
  return problems;
}

/** Every file that package.json names is there, and none that should not be. */
export function fileProblems(folder: string): Problem[] {
  const check = 'files';
  const files = filesOf(folder);
  const present = new Set(files);
  const problems = files
    .filter((path) => STRANGE.some((kind) => kind.test(path)))
    .map((path): Problem => ({ check, text: `${path} should not be in it` }));
  const manifest = manifestOf(folder);
  const named = [manifest.main, manifest.types, manifest.bin, manifest.exports, manifest.customElements].flatMap(texts);
  for (const path of new Set([...NEEDED, ...named.map((each) => normalize(each).replaceAll('\\', '/'))])) {
    if (path.includes('*')) {
      const [before, after] = path.split('*');
      if (files.some((each) => each.startsWith(before) && each.endsWith(after))) continue;
    } else if (present.has(path)) continue;
    problems.push({ check, text: `${path} is not in it` });
  }
  return problems;
}

/** All texts in a value of package.json. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(texts) : [];
}

/** Paths of homes, as they get into builds. */
const HOMES = /(?:file:\/\/)?\/(?:home|Users|root)\/[\w.-]+\/|[A-Z]:\\\\?Users\\/;

/**
 * No file names a path of the machine that it was made on, or a source map.
 * @param folders paths of this machine that may not be named
 */
export function pathProblems(folder: string, folders: readonly string[]): Problem[] {
  const own = [...folders, homedir()].filter((path) => path.length > 3 && path !== '/root');
  return filesOf(folder).flatMap((path): Problem[] => {
    if (/\.(wasm|ttf|bin)$/.test(path)) return [];
    const text = readFileSync(join(folder, path), 'utf8');
    const found = own.find((each) => text.includes(each)) ?? HOMES.exec(text)?.[0];
    const problems: Problem[] = [];
    if (found !== undefined) problems.push({ check: 'paths', text: `${path} names ${found}` });
    if (/^\/\/[#@] sourceMappingURL=/m.test(text))
      problems.push({ check: 'paths', text: `${path} names a source map` });
    return problems;
  });
}

/** Links of the texts that lead to files lead to files of the package; npm's page finds others by "repository". */
export function linkProblems(folder: string): Problem[] {
  return ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md'].flatMap((page): Problem[] => {
    const path = join(folder, page);
    if (!existsSync(path)) return [];
    const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, link]) => link);
    const lost = [...new Set(links)].filter((link) => !existsSync(join(folder, dirname(page), link)));
    if (lost.length === 0) return [];
    return [{ check: 'links', text: `${page}: not in the package: ${lost.join(', ')}`, warning: true }];
  });
}

/** Programs that look at a tarball, by name and version. */
const PUBLINT = 'publint@0.3.25';
const ATTW = '@arethetypeswrong/cli@0.18.5';
/** No modules: the binary and the worker are fetched by their address, the list of elements is JSON. */
const NO_MODULES = ['blockspin.wasm', 'worker.js', 'elements/custom-elements.json'];

/** What npm says when there is no registry to ask. */
const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;

/** publint and attw have nothing to say of a tarball; without a registry they are left out, with a warning. */
export function toolProblems(tarball: string): Problem[] {
  const exclude = ['--exclude-entrypoints', ...NO_MODULES];
  // importable by require since Node 20.19, which attw does not know; node10 has no exports
  const attw = ['--profile', 'esm-only', '--no-emoji', ...exclude];
  const tools = [
    ['publint', ['--yes', PUBLINT, tarball, '--strict']],
    ['attw', ['--yes', ATTW, tarball, ...attw]],
  ] as const;
  return tools.flatMap(([check, words]): Problem[] => {
    const { status, stdout, stderr } = run(dirname(tarball), 'npx', words);
    if (status === 0) return [];
    if (OFFLINE.test(stderr)) {
      return [{ check, text: `left out: the registry that has ${words[1]} cannot be reached`, warning: true }];
    }
    return [{ check, text: `says:\n${tail(`${stdout}\n${stderr}`, 30)}` }];
  });
}
