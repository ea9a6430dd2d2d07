/** Checks of a repository before a release: its tree, its version, and the texts that name it. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cff, cffProblems, DATE, readCff } from './cff.js';
import { type Problem, run } from './problem.js';

/** The branch that releases are made of. */
const BRANCH = 'main';

/** Fields of package.json that are read here. */
export interface Manifest {
  name?: string;
  version?: string;
  license?: string;
  private?: boolean;
  repository?: string | { type?: string; url?: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  [field: string]: unknown;
}

export const manifestOf = (root: string): Manifest => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The tree has no changes and no files that git does not know, and is on the branch of releases. */
export function treeProblems(root: string): Problem[] {
  const said = (...words: string[]) => run(root, 'git', words);
  const status = said('status', '--porcelain');
  if (status.status !== 0) return [{ check: 'tree', text: `no repository of git: ${status.stderr.trim()}` }];
  const changed = status.stdout.split('\n').filter((line) => line !== '');
  const problems: Problem[] = [];
  if (changed.length > 0) {
    const shown = changed.slice(0, 5).map((line) => line.slice(3));
    const more = changed.length > 5 ? `, and ${changed.length - 5} more` : '';
    problems.push({ check: 'tree', text: `is not committed: ${shown.join(', ')}${more}` });
  }
  const branch = said('branch', '--show-current').stdout.trim();
  if (branch !== BRANCH) {
    problems.push({
      check: 'tree',
      text: `on ${branch === '' ? 'no branch' : `branch ${branch}`}, expected ${BRANCH}`,
    });
  }
  return problems;
}

const SEMVER = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** The version is one, the same in the lock file, and has no tag yet. */
export function versionProblems(root: string): Problem[] {
  const { version = '' } = manifestOf(root);
  if (!SEMVER.test(version)) return [{ check: 'version', text: `package.json has no version, but "${version}"` }];
  const problems: Problem[] = [];
  const lock = join(root, 'package-lock.json');
  const locked = existsSync(lock) ? (JSON.parse(readFileSync(lock, 'utf8')).version as string) : undefined;
  if (locked !== version) {
    problems.push({ check: 'version', text: `package-lock.json has ${locked ?? 'none'}, package.json ${version}` });
  }
  const tag = `v${version}`;
  const { stdout } = run(root, 'git', ['tag', '--list', tag]);
  if (stdout.trim() !== '') problems.push({ check: 'version', text: `the tag ${tag} exists already` });
  return problems;
}

/** package.json names what npm and readers need; the repository is needed for provenance. */
export function manifestProblems(root: string, { provenance }: { provenance: boolean }): Problem[] {
  const manifest = manifestOf(root);
  const problems: Problem[] = [];
  const missing = (field: string, why: string, warning: boolean) => {
    if (manifest[field] === undefined) {
      const text = `package.json has no "${field}"${why}`;
      problems.push(warning ? { check: 'package.json', text, warning } : { check: 'package.json', text });
    }
  };
  for (const field of ['name', 'description', 'license', 'files', 'exports', 'engines']) missing(field, '', false);
  missing('repository', provenance ? ', which the provenance of npm is compared with' : '', !provenance);
  for (const field of ['bugs', 'homepage']) missing(field, '', true);
  if (manifest.private) problems.push({ check: 'package.json', text: 'package.json says "private"' });
  return problems;
}

/** A section of a changelog. */
interface Section {
  heading: string;
  body: string;
}

function sectionsOf(text: string): Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { heading: part.slice(0, end < 0 ? undefined : end).trim(), body: end < 0 ? '' : part.slice(end).trim() };
    });
}

/** `0.2.0 (2026-05-01)`, `[0.2.0] - 2026-05-01` and the like. */
const HEADING = /^\[?(\d+\.\d+\.\d+[^\s\]]*)\]?(?:\s+(?:-\s+|\()?(.*?)\)?)?$/;

/** The date in the heading of a version's section; undefined if there is none. */
export function dateInChangelog(text: string, version: string): string | undefined {
  for (const { heading } of sectionsOf(text)) {
    const [, named, date] = HEADING.exec(heading) ?? [];
    if (named === version) return date !== undefined && DATE.test(date) ? date : undefined;
  }
  return undefined;
}

/** CHANGELOG.md begins with a dated section of this version that says something, and nothing waits for a release. */
export function changelogProblems(root: string): Problem[] {
  const { version = '' } = manifestOf(root);
  const path = join(root, 'CHANGELOG.md');
  const check = 'changelog';
  if (!existsSync(path)) return [{ check, text: 'CHANGELOG.md is missing' }];
  const text = readFileSync(path, 'utf8');
  const sections = sectionsOf(text);
  const waiting = sections.filter(({ heading }) => /^\[?unreleased\]?$/i.test(heading));
  const problems: Problem[] = waiting
    .filter(({ body }) => body !== '')
    .map(() => ({ check, text: 'has entries under "Unreleased": move them to the section of the version' }));
  const released = sections.filter((section) => !waiting.includes(section));
  const at = released.findIndex(({ heading }) => HEADING.exec(heading)?.[1] === version);
  if (at < 0) return [...problems, { check, text: `has no section of ${version} ("## ${version} (YYYY-MM-DD)")` }];
  if (at > 0) problems.push({ check, text: `begins with ${released[0].heading}, not with ${version}` });
  const { heading, body } = released[at];
  if (body === '') problems.push({ check, text: `says nothing of ${version}` });
  const date = dateInChangelog(text, version);
  if (date === undefined) {
    problems.push({ check, text: `"## ${heading}" has no date: "## ${version} (YYYY-MM-DD)"` });
  }
  return problems;
}

/** CITATION.cff fits its schema and names this version, its licence and the date of the changelog. */
export function citationProblems(root: string): Problem[] {
  const { version = '', license } = manifestOf(root);
  const check = 'citation';
  const path = join(root, 'CITATION.cff');
  if (!existsSync(path)) return [{ check, text: 'CITATION.cff is missing' }];
  let cff: Cff;
  try {
    cff = readCff(readFileSync(path, 'utf8'));
  } catch (error) {
    return [{ check, text: (error as Error).message }];
  }
  const problems = cffProblems(cff).map((text): Problem => ({ check, text: `CITATION.cff: ${text}` }));
  const fields = cff as Record<string, Cff>;
  const same = (name: string, expected: string | undefined, where: string) => {
    const value = fields[name];
    if (value !== undefined && expected !== undefined && value !== expected) {
      problems.push({ check, text: `CITATION.cff: ${name} is ${JSON.stringify(value)}, ${where} has ${expected}` });
    }
  };
  same('version', version, 'package.json');
  same('license', license, 'package.json');
  const changelog = join(root, 'CHANGELOG.md');
  const date = existsSync(changelog) ? dateInChangelog(readFileSync(changelog, 'utf8'), version) : undefined;
  same('date-released', date, 'CHANGELOG.md');
  return problems;
}

/** Variables of the environment in which npm finds the identity of a CI, by the service. */
const OIDC: readonly (readonly [service: string, names: readonly string[]])[] = [
  ['GitHub Actions (permission "id-token: write")', ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']],
  ['GitLab CI (id_tokens: SIGSTORE_ID_TOKEN)', ['GITLAB_CI', 'SIGSTORE_ID_TOKEN']],
];

/** Provenance is a signed statement of the CI that built the package: without one there is none. */
export function provenanceProblems(environment: NodeJS.ProcessEnv, { provenance }: { provenance: boolean }): Problem[] {
  if (!provenance || OIDC.some(([, names]) => names.every((name) => environment[name]))) return [];
  const services = OIDC.map(([service]) => service).join(' or ');
  const text = `npm publish --provenance needs an identity that only a CI has: ${services}; --no-provenance publishes without`;
  return [{ check: 'provenance', text }];
}
