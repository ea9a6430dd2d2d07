/** The packages that a release is made of, and of which it is made, with their licences. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from './problem.js';

/** Licences of code that may be in the package: they ask for their text, which build/LICENSES.md has. */
const SHIPPED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'Unlicense'];

/** Licences of tools, which are on the machine that builds and tests and nowhere else. */
const TOOLS = [...SHIPPED, 'BlueOak-1.0.0', 'CC0-1.0', 'CC-BY-4.0', 'MPL-2.0', 'Python-2.0', 'Zlib'];

/** Packages whose package.json names no identifier, and what their text was read to be. */
const READ: Readonly<Record<string, { instead: string; licence: string }>> = {
  'dejavu-fonts-ttf': {
    instead: 'SEE LICENSE IN README.md AND LICENSE',
    licence: 'Bitstream Vera and Arev fonts, DejaVu changes in the public domain',
  },
};

/** A package as a lock file names it. */
export interface Locked {
  name: string;
  version: string;
  licence: string | undefined;
  /** Whether only those need it who work on this package. */
  development: boolean;
  /** `sha512-…`, base64. */
  integrity: string | undefined;
  resolved: string | undefined;
}

/**
 * The packages of package-lock.json, each version once.
 * @throws Error for a lock file of another form
 */
export function lockedPackages(root: string): Locked[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages?: Record<
      string,
      { version?: string; license?: string; dev?: boolean; integrity?: string; resolved?: string }
    >;
  };
  if (packages === undefined) throw new Error('package-lock.json has no "packages": make it by npm 7 or newer');
  const found = new Map<string, Locked>();
  for (const [path, { version = '', license, dev = false, integrity, resolved }] of Object.entries(packages)) {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    if (name === undefined) continue;
    const licence = license ?? installedLicence(join(root, path));
    found.set(`${name}@${version}`, { name, version, licence, development: dev, integrity, resolved });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function installedLicence(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return undefined;
  const { license } = JSON.parse(readFileSync(path, 'utf8')) as { license?: unknown };
  return typeof license === 'string' ? license : undefined;
}

/**
 * Whether an SPDX expression can be met by these licences alone: one side of an OR, both of an AND.
 * @throws Error for a text that is no such expression
 */
export function isAllowed(expression: string, licences: readonly string[]): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const one = (): boolean => {
    const word = words[at++];
    if (word === '(') {
      const value = either();
      if (words[at++] !== ')') throw new Error(`"${expression}" is no SPDX expression`);
      return value;
    }
    if (word === undefined || /^(\)|AND|OR|WITH)$/.test(word)) throw new Error(`"${expression}" is no SPDX expression`);
    return licences.includes(word);
  };
  const both = (): boolean => {
    let value = one();
    while (words[at] === 'AND') {
      at++;
      value = one() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (words[at] === 'OR') {
      at++;
      value = both() || value;
    }
    return value;
  };
  const value = either();
  if (at < words.length) throw new Error(`"${expression}" is no SPDX expression`);
  return value;
}

/** What was read to be the licence of a package whose package.json names none, as long as it says what it said then. */
export function readLicence({ name, licence }: Pick<Locked, 'name' | 'licence'>): string | undefined {
  const read = Object.hasOwn(READ, name) ? READ[name] : undefined;
  return read !== undefined && read.instead === licence ? read.licence : undefined;
}

/** Every package that is installed to run, build or test this one has a licence that is known to allow it. */
export function licenceProblems(root: string): Problem[] {
  return lockedPackages(root).flatMap((locked): Problem[] => {
    const { name, version, licence, development } = locked;
    const problem = (reason: string): Problem[] => [{ check: 'licences', text: `${name} ${version} ${reason}` }];
    if (readLicence(locked) !== undefined) return [];
    if (licence === undefined) return problem('names no licence');
    try {
      if (isAllowed(licence, development ? TOOLS : SHIPPED)) return [];
    } catch {
      return problem(
        `has the licence "${licence}", which is no SPDX expression: read it, and name it in scripts/release/dependencies.ts`,
      );
    }
    const list = development ? 'tools' : 'what is shipped';
    return problem(`has the licence ${licence}, which is not on the list of ${list}`);
  });
}

/** A package whose code is in the build. */
export interface Bundled {
  name: string;
  version: string;
  licence: string;
}

/** The packages that build/LICENSES.md lists: scripts/licences.ts writes it of what is left after dead code is gone. */
export function bundledPackages(folder: string): Bundled[] {
  const text = readFileSync(join(folder, 'build/LICENSES.md'), 'utf8');
  const lines = text.matchAll(/^- (\S+) (\d\S*): (.+)$/gm);
  return [...lines].map(([, name, version, licence]) => ({ name, version, licence }));
}

/** What is in the build may be there, and is of the version that the lock file names. */
export function bundledProblems(root: string, folder: string): Problem[] {
  const check = 'licences';
  const bundled = bundledPackages(folder);
  if (bundled.length === 0) return [{ check, text: 'build/LICENSES.md lists no package' }];
  const locked = new Set(lockedPackages(root).map(({ name, version }) => `${name}@${version}`));
  return bundled.flatMap(({ name, version, licence }): Problem[] => {
    const problems: Problem[] = [];
    if (!isAllowed(licence, SHIPPED))
      problems.push({ check, text: `${name} ${version} is in the build with the licence ${licence}` });
    if (!locked.has(`${name}@${version}`))
      problems.push({ check, text: `${name} ${version} is in the build, and not in package-lock.json` });
    return problems;
  });
}
