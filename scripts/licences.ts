/** build/LICENSES.md: the licences of all packages whose code is in the files of this one. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING, LIBRARIES } from './libraries.js';

/** What is bundled with packages in it: figures; one file for pages, whose packages are those of build/node as well; elements and their worker. */
const ENTRIES = [...LIBRARIES, 'src/all.ts', 'src/elements/index.ts', 'src/elements/worker.ts'];

/** Licences that allow what is done here, with the text beside. */
const ALLOWED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'Unlicense'];

/** Packages that come without the text of their licence, and where it is. */
const ELSEWHERE: Readonly<Record<string, string>> = { '@assemblyscript/loader': 'node_modules/assemblyscript' };

interface Licence {
  name: string;
  version: string;
  /** SPDX identifier. */
  licence: string;
  text: string;
}

/**
 * Packages whose code is in the build, by name.
 * @throws Error for one whose licence is not among those that are known to allow it, or that has no text of it
 */
async function licences(): Promise<Licence[]> {
  const { metafile } = await build({
    ...BUNDLING,
    ...{ entryPoints: ENTRIES, outdir: 'build', write: false, metafile: true },
    external: ['node:*'],
  });
  const folders = new Set<string>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].map(licenceOf).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function licenceOf(folder: string): Licence {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!ALLOWED.includes(license)) throw new Error(`${name} has the licence ${license}`);
  const place = ELSEWHERE[name] ?? folder;
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no text of its licence`);
  return { name, version, licence: license, text: readFileSync(join(place, file), 'utf8').trim() };
}

const quoted = (text: string) => text.replace(/^/gm, '    ').replace(/^ +$/gm, '');

/** Writes the file. */
export async function writeLicences(): Promise<void> {
  const all = await licences();
  const head = [
    '# Licences of code in this package',
    '',
    'The files of the build hold code of the packages below. The fonts in build/fonts have their licence beside them. This package itself is under the MIT',
    'licence (LICENSE).',
    '',
    ...all.map(({ name, version, licence }) => `- ${name} ${version}: ${licence}`),
  ];
  const texts = [...new Set(all.map(({ text }) => text))].map((text) => {
    const own = all.filter((licence) => licence.text === text);
    return `\n## ${own.map(({ name, version }) => `${name} ${version}`).join(', ')}\n\n${quoted(text)}`;
  });
  writeFileSync('build/LICENSES.md', `${[...head, ...texts].join('\n')}\n`);
}
