/**
 * A release: `tsx scripts/release.ts [--dry-run] [--skip-tests] [--no-provenance]`
 *   checks of the repository → a fresh clone of HEAD: build, tests, tarball → checks of the tarball → out/release → tag →
 *   npm. What is not committed cannot get into it, and the build of this checkout is left alone. Each check is a function
 *   that returns problems (scripts/release/); all are listed, and nothing is written or published if there is one.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledProblems, licenceProblems } from './release/dependencies.js';
import { parseRelease, publishWords, RELEASE_HELP, type ReleaseOptions } from './release/options.js';
import { type Problem, run, tail } from './release/problem.js';
import {
  changelogProblems,
  citationProblems,
  manifestOf,
  manifestProblems,
  provenanceProblems,
  treeProblems,
  versionProblems,
} from './release/repository.js';
import { type Sbom, sbomOf, sbomProblems } from './release/sbom.js';
import { fileProblems, filesOf, linkProblems, pathProblems, sizeProblems, toolProblems } from './release/tarball.js';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const OUT = join(root, 'out/release');

/** The package that a clone gave. */
interface Packed {
  /** Path of the tarball, and the folder where it is unpacked. */
  tarball: string;
  folder: string;
  sha256: string;
  bytes: number;
}

const seconds = (start: number) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Does a step, and says what came of it. */
function step(name: string, work: () => Problem[]): Problem[] {
  const start = performance.now();
  const problems = work();
  const errors = problems.filter(({ warning }) => !warning).length;
  const count = (n: number, noun: string) => (n === 0 ? [] : [`${n} ${noun}${n === 1 ? '' : 's'}`]);
  const counts = [...count(errors, 'problem'), ...count(problems.length - errors, 'warning')];
  console.log(`${errors > 0 ? '✘' : '•'} ${name}  ${counts.join(', ') || 'ok'}  ${seconds(start)}`);
  return problems;
}

/** What can be known without building anything. */
function checkRepository({ provenance, dryRun }: ReleaseOptions): Problem[] {
  const { version } = manifestOf(root);
  return [
    ...step('tree', () => treeProblems(root)),
    ...step(`version ${version}`, () => versionProblems(root)),
    ...step('package.json', () => manifestProblems(root, { provenance: provenance && !dryRun })),
    ...step('changelog', () => changelogProblems(root)),
    ...step('citation', () => citationProblems(root)),
    ...step('licences of all packages', () => licenceProblems(root)),
    // nobody's laptop has that identity: a dry run says so, and goes on
    ...step('provenance', () =>
      provenanceProblems(process.env, { provenance }).map((problem) =>
        dryRun ? { ...problem, warning: true } : problem,
      ),
    ),
  ];
}

/** Runs a program in a folder with its output shown only if it fails. */
function quietly(check: string, folder: string, program: string, ...words: string[]): Problem[] {
  const { status, stdout, stderr } = run(folder, program, words);
  if (status === 0) return [];
  return [{ check, text: `${program} ${words.join(' ')} gave ${status}:\n${tail(`${stdout}\n${stderr}`)}` }];
}

/** The tests, with their output as they run. */
function testProblems(source: string): Problem[] {
  const { status } = spawnSync('npm', ['test'], { cwd: source, stdio: 'inherit' });
  return status === 0 ? [] : [{ check: 'tests', text: `npm test gave ${status}` }];
}

/** Builds, tests and packs a clone of the commit. @returns what was packed, if it came to that */
function makePackage(commit: string, work: string, { skipTests }: ReleaseOptions): [Problem[], Packed | undefined] {
  const source = join(work, 'source');
  const problems: Problem[] = [];
  const steps: [name: string, work: () => Problem[]][] = [
    ['clone', () => quietly('clone', work, 'git', 'clone', '--quiet', '--no-checkout', root, source)],
    ['checkout', () => quietly('clone', source, 'git', 'checkout', '--quiet', '--detach', commit)],
    ['npm ci', () => quietly('npm ci', source, 'npm', 'ci', '--prefer-offline', '--loglevel=error')],
    ['build', () => quietly('build', source, 'npm', 'run', 'build', '--silent', '--', '--quiet')],
  ];
  for (const [name, one] of steps) {
    problems.push(...step(name, one));
    if (problems.length > 0) return [problems, undefined];
  }
  if (skipTests) problems.push({ check: 'tests', text: 'left out (--skip-tests)', warning: true });
  else problems.push(...step('tests', () => testProblems(source)));
  let packed: Packed | undefined;
  problems.push(
    ...step('pack', () => {
      const words = ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', work];
      const { status, stdout, stderr } = run(source, 'npm', words);
      if (status !== 0) return [{ check: 'pack', text: tail(stderr) }];
      const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
      const tarball = join(work, filename);
      const unpacked = quietly('pack', work, 'tar', '-xzf', tarball);
      const bytes = readFileSync(tarball);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      packed = { tarball, folder: join(work, 'package'), sha256, bytes: bytes.length };
      return unpacked;
    }),
  );
  return [problems, packed];
}

/** What can be known of the tarball, and its bill of materials. */
function checkPackage(
  { tarball, folder, sha256, bytes }: Packed,
  commit: string,
  work: string,
): [Problem[], Sbom | undefined] {
  let sbom: Sbom | undefined;
  const date = run(root, 'git', ['show', '--no-patch', '--format=%cI', commit]).stdout.trim();
  const problems = [
    ...step('files', () => [...fileProblems(folder), ...sizeProblems(folder, bytes)]),
    ...step('paths', () => pathProblems(folder, [root, work])),
    ...step('links', () => linkProblems(folder)),
    ...step('licences of what is in the build', () => bundledProblems(root, folder)),
    ...step('bill of materials', () => {
      try {
        sbom = sbomOf(root, folder, { tarball: sha256, date });
        return sbomProblems(sbom);
      } catch (error) {
        return [{ check: 'sbom', text: (error as Error).message }];
      }
    }),
    ...step('publint and attw', () => toolProblems(tarball)),
  ];
  return [problems, sbom];
}

/** Lists problems: those that end the release last. */
function show(problems: readonly Problem[]): void {
  const errors = problems.filter(({ warning }) => !warning);
  const warnings = problems.filter(({ warning }) => warning);
  const list = (title: string, of: readonly Problem[]) => {
    if (of.length > 0) console.log(`\n${title}`);
    for (const { check, text } of of) console.log(`  ${check}: ${text.replaceAll('\n', '\n    ')}`);
  };
  list('Warnings', warnings);
  list('Problems', errors);
}

/** Writes tarball, bill of materials, sums and summary to out/release. */
function writeRelease(packed: Packed, sbom: Sbom, commit: string): string {
  const { name, version } = manifestOf(packed.folder);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const file = `${name}-${version}`;
  copyFileSync(packed.tarball, join(OUT, `${file}.tgz`));
  const text = `${JSON.stringify(sbom, null, 2)}\n`;
  writeFileSync(join(OUT, `${file}.cdx.json`), text);
  const digest = createHash('sha256').update(text).digest('hex');
  writeFileSync(join(OUT, 'SHA256SUMS'), `${packed.sha256}  ${file}.tgz\n${digest}  ${file}.cdx.json\n`);
  const kernels = createHash('sha256')
    .update(readFileSync(join(packed.folder, 'build/blockspin.wasm')))
    .digest('hex');
  const { bytes, sha256 } = packed;
  const summary = { name, version, commit, tarball: { bytes, sha256 }, kernels, files: filesOf(packed.folder).length };
  writeFileSync(join(OUT, 'release.json'), `${JSON.stringify(summary, null, 2)}\n`);
  console.log(`
${name} ${version} of commit ${commit.slice(0, 12)}
  tarball    out/release/${file}.tgz, ${(bytes / 1e6).toFixed(2)} MB, ${summary.files} files
  sha256     ${sha256}
  kernels    ${kernels}
  materials  out/release/${file}.cdx.json, ${sbom.components.length} components`);
  return join(OUT, `${file}.tgz`);
}

/** Tags the commit and publishes the tarball; the tag goes again if npm refuses. */
function publish(tarball: string, version: string, commit: string, options: ReleaseOptions): Problem[] {
  if (run(root, 'git', ['rev-parse', 'HEAD']).stdout.trim() !== commit) {
    return [{ check: 'tag', text: 'HEAD has moved since the release was begun' }];
  }
  const tag = `v${version}`;
  const tagged = quietly('tag', root, 'git', 'tag', '--annotate', tag, '--message', `blockspin ${version}`, commit);
  if (tagged.length > 0) return tagged;
  const { status } = spawnSync('npm', publishWords(tarball, version, options), { cwd: root, stdio: 'inherit' });
  if (status === 0) {
    console.log(`\npublished; git push origin ${tag} takes the tag to the repository`);
    return [];
  }
  return [
    ...quietly('tag', root, 'git', 'tag', '--delete', tag),
    { check: 'publish', text: `npm publish gave ${status}; the tag ${tag} is gone again` },
  ];
}

function release(options: ReleaseOptions): boolean {
  const start = performance.now();
  const { version = '' } = manifestOf(root);
  const commit = run(root, 'git', ['rev-parse', 'HEAD']).stdout.trim();
  const problems = checkRepository(options);
  const failed = () => problems.some(({ warning }) => !warning);
  const end = (said: string) => {
    show(problems);
    console.log(`\n${said}  ${seconds(start)}`);
    return !failed();
  };
  if (failed() && !options.dryRun) return end('not released; nothing was built');
  const work = mkdtempSync(join(tmpdir(), 'blockspin-release-'));
  try {
    const [made, packed] = makePackage(commit, work, options);
    problems.push(...made);
    if (packed === undefined) return end('not released: there is no package');
    const [found, sbom] = checkPackage(packed, commit, work);
    problems.push(...found);
    if (failed() || sbom === undefined) return end('not released; nothing was written');
    const tarball = writeRelease(packed, sbom, commit);
    if (options.dryRun) return end('dry run: neither tagged nor published');
    problems.push(...publish(tarball, version, commit, options));
    return end(failed() ? 'not released' : 'released');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
if (words.includes('--help')) console.log(RELEASE_HELP);
else {
  try {
    process.exitCode = release(parseRelease(words)) ? 0 : 1;
  } catch (error) {
    console.error(`release: ${(error as Error).message}`);
    process.exitCode = error instanceof RangeError ? 2 : 1;
  }
}
