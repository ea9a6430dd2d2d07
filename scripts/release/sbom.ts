/**
 * The bill of materials of a release, CycloneDX 1.6: what is in the tarball, not what npm would install. `npm sbom` knows
 * dependencies; here libraries are in the build and so among the development dependencies, of which most are tools.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages, type Locked, lockedPackages, readLicence } from './dependencies.js';
import type { Problem } from './problem.js';
import { manifestOf } from './repository.js';
import { filesOf } from './tarball.js';

/** A package, or a file, in the release. */
export interface Component {
  type: 'library' | 'file';
  'bom-ref': string;
  name: string;
  version?: string;
  description?: string;
  scope?: 'required';
  hashes?: { alg: 'SHA-256' | 'SHA-512'; content: string }[];
  licenses?: { license: { id: string } | { name: string } }[];
  purl?: string;
  externalReferences?: { type: 'distribution'; url: string }[];
  properties?: { name: string; value: string }[];
}

export interface Sbom {
  $schema: string;
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  serialNumber: string;
  version: 1;
  metadata: {
    timestamp: string;
    component: Component;
    tools: { components: { type: 'application'; name: string; version: string }[] };
  };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** Where the fonts come from. */
const FONTS = 'dejavu-fonts-ttf';
/** The identifier of a licence, and not a combination of several. */
const SPDX = /^[A-Za-z0-9.+-]+$/;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** `pkg:npm/…`, the @ of a scope written as %40. */
export const purlOf = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function library(locked: Locked, place: string): Component {
  const { name, version, licence, integrity, resolved } = locked;
  const purl = purlOf(name, version);
  const digest = /^sha512-(.+)$/.exec(integrity ?? '')?.[1];
  const told = readLicence(locked) ?? licence ?? 'unknown';
  return {
    ...{ type: 'library', 'bom-ref': purl, name, version, scope: 'required' },
    ...(digest && { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }),
    licenses: [{ license: SPDX.test(told) ? { id: told } : { name: told } }],
    purl,
    ...(resolved?.startsWith('https:') && { externalReferences: [{ type: 'distribution', url: resolved }] }),
    properties: [{ name: 'blockspin:place', value: place }],
  };
}

function file(folder: string, path: string, description: string): Component {
  return {
    ...{ type: 'file', 'bom-ref': `file:${path}`, name: path, description },
    hashes: [{ alg: 'SHA-256', content: sha256(readFileSync(join(folder, path))) }],
  };
}

/**
 * The bill of materials of an unpacked tarball. Equal packages of equal commits give equal bytes.
 * @param folder of the unpacked package
 * @param of tarball: SHA-256 of the tarball; date: of the commit, ISO 8601
 */
export function sbomOf(root: string, folder: string, of: { tarball: string; date: string }): Sbom {
  const { name = '', version = '', license = '', dependencies = {} } = manifestOf(folder);
  const locked = new Map(lockedPackages(root).map((one) => [`${one.name}@${one.version}`, one]));
  const found = (packageName: string, packageVersion?: string): Locked => {
    const all = [...locked.values()];
    const one =
      packageVersion === undefined
        ? all.find((other) => other.name === packageName)
        : locked.get(`${packageName}@${packageVersion}`);
    if (one === undefined) throw new Error(`${packageName} is in the package, and not in package-lock.json`);
    return one;
  };
  const bundled = bundledPackages(folder);
  const installed = Object.keys(dependencies).filter((each) => bundled.every((one) => one.name !== each));
  const libraries = [
    ...bundled.map((one) =>
      library(
        found(one.name, one.version),
        one.name in dependencies ? 'in the build, and a dependency' : 'in the build',
      ),
    ),
    ...installed.map((each) => library(found(each), 'a dependency')),
    ...(existsSync(join(folder, 'build/fonts'))
      ? [library(found(FONTS), 'a part of its characters, in build/fonts')]
      : []),
  ];
  const files = filesOf(folder)
    .filter((path) => /^build\/.*\.(wasm|ttf)$/.test(path))
    .map((path) => file(folder, path, path.endsWith('.wasm') ? 'kernels' : 'a font of the figures'));
  const purl = purlOf(name, version);
  const own: Component = {
    ...{ type: 'library', 'bom-ref': purl, name, version, purl },
    licenses: [{ license: { id: license } }],
    hashes: [{ alg: 'SHA-256', content: of.tarball }],
  };
  const components = [...libraries, ...files];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(of.tarball)}`,
    version: 1,
    metadata: {
      timestamp: of.date,
      component: own,
      tools: { components: [{ type: 'application', name: 'blockspin scripts/release.ts', version }] },
    },
    components,
    dependencies: [
      { ref: purl, dependsOn: components.map((component) => component['bom-ref']) },
      ...components.map((component) => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
  };
}

/** A UUID of version 8 from the digits of a hash. */
function uuidOf(hash: string): string {
  const digits = `${hash.slice(0, 12)}8${hash.slice(13, 16)}8${hash.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What of the fields of a bill of materials the specification 1.6 would not take, and what it says of nothing. */
export function sbomProblems(sbom: Sbom): Problem[] {
  const problems: Problem[] = [];
  const expect = (holds: boolean, text: string) => {
    if (!holds) problems.push({ check: 'sbom', text });
  };
  expect(sbom.bomFormat === 'CycloneDX' && sbom.specVersion === '1.6', 'is not CycloneDX 1.6');
  expect(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sbom.serialNumber), 'has no serial number');
  expect(!Number.isNaN(Date.parse(sbom.metadata.timestamp)), 'has no time');
  const all = [sbom.metadata.component, ...sbom.components];
  const refs = new Set(all.map((component) => component['bom-ref']));
  expect(refs.size === all.length, 'names a component twice');
  expect(
    sbom.components.some(({ type }) => type === 'library'),
    'has no library',
  );
  for (const { type, name, version, hashes = [], licenses = [], purl } of all) {
    expect(name !== '', 'has a component without a name');
    for (const { alg, content } of hashes) {
      const right = /^[0-9a-f]+$/.test(content) && content.length === (alg === 'SHA-256' ? 64 : 128);
      expect(right, `${name}: ${alg} of ${content.length} digits`);
    }
    expect(hashes.length > 0, `${name}: no hash`);
    if (type === 'file') continue;
    expect(purl === purlOf(name, version ?? ''), `${name}: purl ${purl}`);
    expect(licenses.length === 1, `${name}: no licence`);
    for (const { license } of licenses) {
      const known = 'id' in license ? SPDX.test(license.id) : license.name !== 'unknown';
      expect(known, `${name}: licence ${JSON.stringify(license)}`);
    }
  }
  for (const { ref, dependsOn } of sbom.dependencies) {
    for (const each of [ref, ...dependsOn]) expect(refs.has(each), `names ${each}, which is no component`);
  }
  return problems;
}
