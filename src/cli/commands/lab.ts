/** `blockspin lab`: the page with every figure alive. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ParseArgsConfig } from 'node:util';
import { integer } from '../../util/check.js';
import { optionalNumber } from '../words/numbers.js';
import { parseWords } from '../words/options.js';
import { withResults } from '../words/resultsSection.js';
import { type ServedFolders, serveFolders } from '../words/staticServer.js';
import { readStudies, type Study } from '../words/studyFolder.js';

const OPTIONS = { port: { type: 'string' } } as const satisfies ParseArgsConfig['options'];

/** The port unless another is named, or unless it is taken. */
const USUAL_PORT = 8014;

export const LAB_HELP = `the laboratory: the story in a page with live figures, on this machine

Usage
  blockspin lab [RESULTS...] [--port N]

RESULTS   folders of finished studies (blockspin run): a chapter of the page shows their answers, criteria, numbers and figures

Options
  --port N   port on 127.0.0.1 (default ${USUAL_PORT}, or any free one if it is taken)

The server gives the headers without which browsers have no threads. The page is a few static files (build/elements in the package): any other server
does as well. Ctrl-C ends it.`;

/** What pages of the laboratory need: their own files, WebAssembly, workers. */
export const LAB_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** A report is one file with its styles and pictures in it, and runs no script. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/** The folders that are served: the page's, and those of the studies. */
export function labFolders(lab: string, studies: readonly Study[] = []): ServedFolders {
  const index = join(lab, 'index.html');
  if (!existsSync(index)) throw new Error(`the page is missing: ${lab} (npm run build makes it)`);
  const texts = { 'index.html': withResults(readFileSync(index, 'utf8'), studies) };
  return {
    '/': { folder: lab, policy: LAB_POLICY, index: 'index.html', texts },
    ...Object.fromEntries(
      studies.map(({ name, folder }) => [
        `/results/${name}/`,
        { folder, policy: REPORT_POLICY, index: 'report.html' } as const,
      ]),
    ),
  };
}

/** Serves the page until the process ends. */
export async function labCommand(words: string[]): Promise<void> {
  const { results, port } = parseWords(words, OPTIONS, (values, positionals) => {
    const named = optionalNumber('port', values.port);
    return { results: positionals, port: named === undefined ? undefined : integer('port', named, 0, 65_535) };
  });
  const studies = readStudies(results);
  const folders = labFolders(fileURLToPath(new URL('../elements/', import.meta.url)), studies);
  const { address } = await serveFolders(folders, port ?? USUAL_PORT).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    if (port === undefined) return serveFolders(folders, 0);
    throw new Error(`port ${port} is taken: name another one by --port, or none`);
  });
  process.stdout.write(`${address}/\n`);
  for (const { name, folder } of studies) process.stdout.write(`${address}/#results-${name}   ${folder}\n`);
  process.stderr.write('Ctrl-C ends it.\n');
}
