/** The checks of a release, each on a small repository in a temporary folder that has one thing wrong. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cffProblems, readCff } from '../../scripts/release/cff.js';
import { bundledProblems, isAllowed, licenceProblems, lockedPackages } from '../../scripts/release/dependencies.js';
import { parseRelease, publishWords } from '../../scripts/release/options.js';
import { type Problem, run } from '../../scripts/release/problem.js';
import {
  changelogProblems,
  citationProblems,
  manifestProblems,
  provenanceProblems,
  treeProblems,
  versionProblems,
} from '../../scripts/release/repository.js';
import { sbomOf, sbomProblems } from '../../scripts/release/sbom.js';
import { fileProblems, linkProblems, pathProblems, sizeProblems } from '../../scripts/release/tarball.js';
import { refuses } from '../assert.js';

const test = suite('scripts/release');

const repository = fileURLToPath(new URL('../../', import.meta.url));

const MANIFEST = {
  ...{ name: 'tiny', version: '1.2.0', description: 'a package', license: 'MIT', main: './build/index.js' },
  ...{ repository: { type: 'git', url: 'https://example.org/tiny.git' }, bugs: 'https://example.org', homepage: 'x' },
  ...{ files: ['build'], exports: { '.': './build/index.js' }, engines: { node: '>=20' } },
  dependencies: { left: '^1.0.0' },
};

const CITATION = `cff-version: 1.2.0
message: Please cite it.
title: "tiny: a package"
type: software
version: 1.2.0
date-released: 2026-05-01
license: MIT
abstract: >-
  A package that
  is small.
keywords:
  - small
authors:
  - name: The authors
references:
  - type: article
    title: On small things
    authors:
      - family-names: Small
        given-names: Ann
    year: 2020
    doi: 10.1000/182
`;

const LOCK = {
  name: 'tiny',
  version: '1.2.0',
  packages: {
    '': { name: 'tiny', version: '1.2.0' },
    'node_modules/left': {
      version: '1.0.1',
      license: 'MIT',
      integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
    },
    'node_modules/inside': {
      ...{ version: '2.0.0', license: 'ISC', dev: true },
      integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    },
    'node_modules/tool': { version: '3.0.0', license: '(MIT OR GPL-3.0-only)', dev: true },
    'node_modules/tool/node_modules/@part/one': { version: '0.1.0', license: 'MPL-2.0', dev: true },
  },
};

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify(MANIFEST),
  'package-lock.json': JSON.stringify(LOCK),
  'CHANGELOG.md': '# Changelog\n\n## 1.2.0 (2026-05-01)\n\n- It is small.\n\n## 1.1.0\n\n- It was large.\n',
  'CITATION.cff': CITATION,
  'README.md': 'See [the list](build/LICENSES.md) and [the page](https://example.org).\n',
  LICENSE: 'MIT',
  'build/index.js': 'export const one = 1;\n',
  'build/blockspin.wasm': '\0asm',
  'build/LICENSES.md': '# Licences\n\n- inside 2.0.0: ISC\n- left 1.0.1: MIT\n\n## inside 2.0.0\n',
};

const folders: string[] = [];
test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files in place of, or beside, those of a package without faults; undefined leaves one out. */
function folderWith(files: Readonly<Record<string, string | undefined>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-release-test-'));
  folders.push(folder);
  for (const [path, text] of Object.entries({ ...FILES, ...files })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const texts = (problems: readonly Problem[]) => problems.map(({ text }) => text);
const manifestWith = (fields: object) => JSON.stringify({ ...MANIFEST, ...fields });

function git(folder: string, ...words: string[]): void {
  const { status, stderr } = run(folder, 'git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words]);
  assert.is(status, 0, stderr);
}

test('a tree is clean and on main, and its version has no tag', () => {
  const folder = folderWith();
  assert.match(texts(treeProblems(folder))[0], /^no repository of git: /);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message=first');
  assert.equal(treeProblems(folder), []);
  assert.equal(versionProblems(folder), []);
  git(folder, 'tag', 'v1.2.0');
  assert.equal(texts(versionProblems(folder)), ['the tag v1.2.0 exists already']);
  writeFileSync(join(folder, 'new.txt'), '');
  writeFileSync(join(folder, 'LICENSE'), 'other');
  git(folder, 'checkout', '--quiet', '-b', 'next');
  assert.equal(texts(treeProblems(folder)), ['is not committed: LICENSE, new.txt', 'on branch next, expected main']);
  writeFileSync(join(folder, 'package.json'), manifestWith({ version: '1.3.0' }));
  assert.equal(texts(versionProblems(folder)), ['package-lock.json has 1.2.0, package.json 1.3.0']);
  writeFileSync(join(folder, 'package.json'), manifestWith({ version: 'next' }));
  assert.equal(texts(versionProblems(folder)), ['package.json has no version, but "next"']);
});

test('package.json names what npm needs; a repository is an error only where provenance asks for it', () => {
  assert.equal(manifestProblems(folderWith(), { provenance: true }), []);
  const folder = folderWith({
    'package.json': manifestWith({ license: undefined, repository: undefined, private: true }),
  });
  const said = ['package.json has no "license"', 'package.json has no "repository"', 'package.json says "private"'];
  const without = manifestProblems(folder, { provenance: false });
  assert.equal(texts(without), said);
  assert.equal(
    without.map(({ warning }) => warning),
    [undefined, true, undefined],
  );
  const [, repositoryProblem] = manifestProblems(folder, { provenance: true });
  assert.is(repositoryProblem.warning, undefined);
  assert.match(repositoryProblem.text, /provenance/);
});

test('a changelog begins with a dated section of the version, and nothing waits in it', () => {
  const said = (text: string | undefined) => texts(changelogProblems(folderWith({ 'CHANGELOG.md': text })));
  assert.equal(said(FILES['CHANGELOG.md']), []);
  assert.equal(said('# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-05-01\n\n- one\n'), []);
  assert.equal(said(undefined), ['CHANGELOG.md is missing']);
  assert.equal(said('# Changelog\n\n## 1.1.0 (2026-01-01)\n\n- one\n'), [
    'has no section of 1.2.0 ("## 1.2.0 (YYYY-MM-DD)")',
  ]);
  for (const heading of ['1.2.0 (unreleased)', '1.2.0', '1.2.0 (2026-13-01)']) {
    assert.equal(said(`# Changelog\n\n## ${heading}\n\n- one\n`), [
      `"## ${heading}" has no date: "## 1.2.0 (YYYY-MM-DD)"`,
    ]);
  }
  assert.equal(
    said('# Changelog\n\n## Unreleased\n\n- two\n\n## 1.3.0 (2026-06-01)\n\n- one\n\n## 1.2.0 (2026-05-01)\n'),
    [
      'has entries under "Unreleased": move them to the section of the version',
      'begins with 1.3.0 (2026-06-01), not with 1.2.0',
      'says nothing of 1.2.0',
    ],
  );
});

test('a citation has the fields of its schema, the version and the date of the changelog', () => {
  const said = (text: string | undefined) => texts(citationProblems(folderWith({ 'CITATION.cff': text })));
  assert.equal(said(CITATION), []);
  assert.equal(said(undefined), ['CITATION.cff is missing']);
  assert.equal(said('title: [a]\n'), ['CITATION.cff: [a] needs quotes']);
  assert.equal(said(CITATION.replace('version: 1.2.0\n', 'version: 1.1.0\n').replace('05-01', '04-01')), [
    'CITATION.cff: cff-version expected 1.2.0, got "1.1.0"',
    'CITATION.cff: date-released is "2026-04-01", CHANGELOG.md has 2026-05-01',
  ]);
  assert.equal(said(CITATION.replace('\nversion: 1.2.0', '\nversion: 1.1.0').replace('license: MIT', 'license: ISC')), [
    'CITATION.cff: version is "1.1.0", package.json has 1.2.0',
    'CITATION.cff: license is "ISC", package.json has MIT',
  ]);
  const bad = CITATION.replace('message: Please cite it.\n', '')
    .replace('  - name: The authors', '  - alias: us')
    .replace('title: On small things\n    ', '')
    .replace('10.1000/182', 'https://doi.org/10.1000/182');
  assert.equal(said(bad), [
    'CITATION.cff: message is missing',
    'CITATION.cff: authors[0] has no name',
    'CITATION.cff: references[0].title is missing',
    'CITATION.cff: references[0].doi expected a DOI without its resolver, got "https://doi.org/10.1000/182"',
  ]);
});

test('CITATION.cff of this repository fits its schema', () => {
  const cff = readCff(readFileSync(join(repository, 'CITATION.cff'), 'utf8'));
  assert.equal(cffProblems(cff), []);
  const { version, license } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  assert.is((cff as Record<string, unknown>).version, version);
  assert.is((cff as Record<string, unknown>).license, license);
});

test('the paper names what it cites, and its list has nothing else', () => {
  const paper = readFileSync(join(repository, 'docs/paper.md'), 'utf8');
  const list = readFileSync(join(repository, 'docs/paper.bib'), 'utf8');
  const cited = new Set([...paper.matchAll(/@([A-Z]\w+\d{4}\w?)\b/g)].map(([, key]) => key));
  const entries = list.split(/^@/m).slice(1);
  const keys = entries.map((entry) => /^\w+\{(\w+),/.exec(entry)?.[1] ?? entry);
  assert.equal([...cited].sort(), [...keys].sort());
  for (const entry of entries) {
    for (const field of ['author', 'title', 'year']) assert.match(entry, new RegExp(`^  ${field} = \\{`, 'm'), entry);
    assert.match(entry, /^ {2}(doi|url|eprint) = \{/m, entry);
  }
  const words = paper.replace(/^---[\s\S]*?---/, '').split(/\s+/).length;
  assert.ok(words >= 750 && words <= 1750, `${words} words, the journal takes 750 to 1750`);
});

test('licences are SPDX expressions that the lists allow', () => {
  assert.ok(isAllowed('MIT OR GPL-3.0-only', ['MIT']));
  assert.not(isAllowed('MIT AND GPL-3.0-only', ['MIT']));
  assert.ok(isAllowed('(MIT AND (ISC OR X))', ['MIT', 'ISC']));
  assert.not(isAllowed('MIT AND ISC OR X', ['MIT']), 'AND binds more than OR');
  for (const text of ['', 'MIT OR', '(MIT', 'MIT ISC', 'AND']) {
    refuses(() => isAllowed(text, ['MIT']), Error, `"${text}" is no SPDX expression`);
  }
});

test('every installed package has a licence that is known to allow it', () => {
  assert.equal(licenceProblems(folderWith()), []);
  assert.equal(
    lockedPackages(folderWith()).map(({ name, version }) => `${name} ${version}`),
    ['@part/one 0.1.0', 'inside 2.0.0', 'left 1.0.1', 'tool 3.0.0'],
  );
  const packages = {
    ...LOCK.packages,
    'node_modules/left': { version: '1.0.1', license: 'MPL-2.0' },
    'node_modules/none': { version: '1.0.0', dev: true },
    'node_modules/read': { version: '1.0.0', license: 'SEE LICENSE IN LICENSE', dev: true },
    'node_modules/strict': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
  };
  const folder = folderWith({ 'package-lock.json': JSON.stringify({ ...LOCK, packages }) });
  assert.equal(texts(licenceProblems(folder)), [
    'left 1.0.1 has the licence MPL-2.0, which is not on the list of what is shipped',
    'none 1.0.0 names no licence',
    'read 1.0.0 has the licence "SEE LICENSE IN LICENSE", which is no SPDX expression: read it, and name it in scripts/release/dependencies.ts',
    'strict 1.0.0 has the licence GPL-3.0-only, which is not on the list of tools',
  ]);
});

test('what is in the build may be there', () => {
  const folder = folderWith();
  assert.equal(bundledProblems(folder, folder), []);
  const other = folderWith({ 'build/LICENSES.md': '- inside 2.0.1: ISC\n- left 1.0.1: MPL-2.0\n' });
  assert.equal(texts(bundledProblems(folder, other)), [
    'inside 2.0.1 is in the build, and not in package-lock.json',
    'left 1.0.1 is in the build with the licence MPL-2.0',
  ]);
  const empty = folderWith({ 'build/LICENSES.md': '# Licences\n' });
  assert.equal(texts(bundledProblems(folder, empty)), ['build/LICENSES.md lists no package']);
});

test('the bill of materials has what is in the package, and is the same for the same package', () => {
  const folder = folderWith();
  const of = { tarball: 'ab'.repeat(32), date: '2026-05-01T00:00:00Z' };
  const sbom = sbomOf(folder, folder, of);
  assert.equal(sbomProblems(sbom), []);
  assert.equal(sbomOf(folder, folder, of), sbom);
  assert.equal(
    sbom.components.map(({ 'bom-ref': ref, licenses }) => [ref, licenses?.[0].license]),
    [
      ['pkg:npm/inside@2.0.0', { id: 'ISC' }],
      ['pkg:npm/left@1.0.1', { id: 'MIT' }],
      ['file:build/blockspin.wasm', undefined],
    ],
  );
  assert.is(sbom.components[0].hashes![0].content, '01'.repeat(64));
  const { components } = sbom;
  const broken = {
    ...sbom,
    serialNumber: '1',
    components: [components[0], { ...components[1], hashes: [], purl: 'x' }],
  };
  assert.equal(texts(sbomProblems(broken)), [
    'has no serial number',
    'left: no hash',
    'left: purl x',
    'names file:build/blockspin.wasm, which is no component',
    'names file:build/blockspin.wasm, which is no component',
  ]);
  const stranger = folderWith({ 'build/LICENSES.md': '- stranger 1.0.0: MIT\n' });
  refuses(() => sbomOf(folder, stranger, of), Error, 'stranger is in the package, and not in package-lock.json');
});

test('a tarball has the files that package.json names, and no others', () => {
  const clean = { 'package-lock.json': undefined };
  assert.equal(fileProblems(folderWith(clean)), []);
  const manifest = manifestWith({ bin: { tiny: './build/cli.js' }, exports: { './*': './build/*.d.ts' } });
  const folder = folderWith({
    ...clean,
    'package.json': manifest,
    LICENSE: undefined,
    'build/a.js.map': '',
    '.env': '',
  });
  assert.equal(texts(fileProblems(folder)), [
    '.env should not be in it',
    'build/a.js.map should not be in it',
    'LICENSE is not in it',
    'build/cli.js is not in it',
    'build/*.d.ts is not in it',
  ]);
});

test('a tarball is small, names no path of this machine and no source map, and its links lead somewhere', () => {
  const folder = folderWith();
  assert.equal(sizeProblems(folder, 1000), []);
  assert.equal(texts(sizeProblems(folder, 5e6)), ['bytes of the tarball: 5000000, more than 4800000']);
  assert.equal(pathProblems(folder, [folder]), []);
  assert.equal(linkProblems(folder), []);
  const other = folderWith({
    'build/index.js': '// /somewhere/of/mine/index.ts\n//# sourceMappingURL=index.js.map\n',
    'build/one.js': 'const at = "file:///home/ann/one.ts";\n',
    'README.md': '[a](docs/a.md#part) [b](#part) [c](./build/index.js)\n',
  });
  assert.equal(texts(pathProblems(other, ['/somewhere/of/mine'])), [
    'build/index.js names /somewhere/of/mine',
    'build/index.js names a source map',
    'build/one.js names file:///home/ann/',
  ]);
  assert.equal(linkProblems(other), [
    { check: 'links', text: 'README.md: not in the package: docs/a.md', warning: true },
  ]);
});

test('only a CI with an identity publishes with provenance, and nothing untested is published', () => {
  const asked = { provenance: true };
  assert.match(texts(provenanceProblems({ GITHUB_ACTIONS: 'true' }, asked))[0], /--no-provenance publishes without/);
  assert.equal(provenanceProblems({}, { provenance: false }), []);
  const github = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
  assert.equal(provenanceProblems(github, asked), []);
  assert.equal(provenanceProblems({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: 'x' }, asked), []);

  assert.equal(parseRelease([]), { dryRun: false, skipTests: false, provenance: true });
  assert.equal(parseRelease(['--dry-run', '--skip-tests']), { dryRun: true, skipTests: true, provenance: true });
  refuses(() => parseRelease(['--skip-tests']), RangeError, /^--skip-tests expected --dry-run beside it/);
  refuses(() => parseRelease(['--dry']), RangeError, /got --dry$/);
  const options = parseRelease(['--no-provenance']);
  assert.equal(publishWords('a.tgz', '1.0.0', options), [
    ...['publish', 'a.tgz', '--access', 'public', '--provenance=false'],
  ]);
  assert.equal(publishWords('a.tgz', '1.0.0-beta.1', parseRelease([])).slice(-3), ['--provenance', '--tag', 'next']);
});

test.run();
