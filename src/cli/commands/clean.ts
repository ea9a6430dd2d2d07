/** `blockspin clean`: removes what a sweep no longer needs, or all of it. */

import type { ParseArgsConfig } from 'node:util';
import { SweepFolder } from '../../sweep/folder.js';
import { goneAfter, STALE_MS } from '../../sweep/worker.js';
import { secondsOf } from '../words/duration.js';
import { parseWords } from '../words/options.js';

const OPTIONS = {
  all: { type: 'boolean' },
  'stale-after': { type: 'string' },
  experiment: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const CLEAN_HELP = `Removes what a sweep no longer needs: claims of workers that are gone, checkpoints of finished points, parts of files, results of points
that its plan does not have

Usage
  blockspin clean DIR [--all]

Options
  --all                 removes plan, results and failures as well; tables and reports that were merged stay
  --stale-after TIME    time without a sign of life after which a worker on another machine counts as gone (default 3m)
  --experiment FILE     the module of the experiment, if it is elsewhere than when it was planned`;

/** Runs the command. @throws UsageError for wrong words; Error if points are being run and all is to be removed */
export async function cleanCommand(words: string[]): Promise<void> {
  const { path, all, module, staleAfter } = parseWords(words, OPTIONS, (values, positionals) => {
    if (positionals.length !== 1) throw new RangeError('"folder" expected one folder of a sweep');
    const stale = values['stale-after'];
    return {
      path: positionals[0],
      all: values.all ?? false,
      module: values.experiment,
      staleAfter: stale === undefined ? STALE_MS : 1000 * secondsOf('stale-after', stale),
    };
  });
  const folder = await SweepFolder.open(path, module);
  const removed = folder.clean({ all, isGone: goneAfter(folder.workers, staleAfter) });
  process.stderr.write(`${removed} files removed\n`);
}
