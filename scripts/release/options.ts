/** The words of `npm run release`. */

/** What is asked for. */
export interface ReleaseOptions {
  /** Every check to its end, and no tag, no publication. */
  dryRun: boolean;
  /** Leaves the tests out; for dry runs only. */
  skipTests: boolean;
  /** Publishes with the statement of a CI about where the package was built. */
  provenance: boolean;
}

export const RELEASE_HELP = `npm run release -- [options]

Makes the release of the version in package.json from a fresh clone of the last commit: checks tree, version, changelog,
citation and licences; builds, tests and packs; checks the tarball; writes it with its bill of materials to out/release;
tags v<version>, and publishes to npm. All problems are listed, and nothing is written or published if there is one.

  --dry-run         every check, and neither a tag nor a publication
  --skip-tests      with --dry-run: leaves the tests out
  --no-provenance   publishes without provenance, which only a CI can give (GitHub Actions or GitLab CI with an identity)
  --help            this text`;

/** @throws RangeError for a word that is unknown, or options that exclude each other */
export function parseRelease(words: readonly string[]): ReleaseOptions {
  const known = ['--dry-run', '--skip-tests', '--no-provenance'];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new RangeError(`expected ${known.join(', ')} or --help, got ${unknown}`);
  const [dryRun, skipTests, without] = known.map((word) => words.includes(word));
  if (skipTests && !dryRun)
    throw new RangeError('--skip-tests expected --dry-run beside it: what was not tested is not released');
  return { dryRun, skipTests, provenance: !without };
}

/** What npm is told: a version such as 1.0.0-beta.1 is not the one that `npm install blockspin` takes. */
export function publishWords(tarball: string, version: string, { provenance }: ReleaseOptions): string[] {
  const words = ['publish', tarball, '--access', 'public', provenance ? '--provenance' : '--provenance=false'];
  return version.includes('-') ? [...words, '--tag', 'next'] : words;
}
