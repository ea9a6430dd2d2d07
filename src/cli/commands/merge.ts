/** `blockspin merge`: the results of a sweep as tables, and as the experiment's own summary. */

import { dirname, join } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { ensureWritableFolder, writeFileAtomic } from '../../io/disk.js';
import { Lock } from '../../io/lock.js';
import { SweepFolder } from '../../sweep/folder.js';
import { parquetOf } from '../../sweep/parquet.js';
import { csvOf, type Row, resultsOf, rowsJson, rowsOf, runRowOf, short, summaryOfRun } from '../../sweep/results.js';
import { parseWords } from '../words/options.js';
import { runCommandText } from '../words/runCommand.js';
import { writeStudy } from '../words/studyFiles.js';
import { printable, summaryText } from '../words/table.js';

const OPTIONS = {
  reports: { type: 'boolean' },
  experiment: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const MERGE_HELP = `Results of a sweep as tables and figures, from the points that are finished so far

Usage
  blockspin merge DIR

Writes into DIR
  points.csv, points.json, points.parquet   a row per point: what varies between runs, the point, the numbers of its result
  runs.csv, runs.json, runs.parquet         a row per run: the numbers of its summary, if there are several runs
  report.html, figures, result.json         the summary of the experiment, if there is one run
  runs/N/...                                the summary of each run, with --reports

Options
  --reports             report, figures and numbers of each run, if there are several
  --experiment FILE     the module of the experiment, if it is elsewhere than when it was planned

A run of which points are missing has a summary if its experiment can make one of some of them; what is missing is said.`;

/** Runs the command. @throws UsageError for wrong words */
export async function mergeCommand(words: string[]): Promise<void> {
  const { path, module, reports } = parseWords(words, OPTIONS, ({ experiment, reports = false }, positionals) => {
    if (positionals.length !== 1) throw new RangeError('"folder" expected one folder of a sweep');
    return { path: positionals[0], module: experiment, reports };
  });
  const folder = await SweepFolder.open(path, module);
  const lock = Lock.take(join(path, 'blockspin.lock'), path);
  try {
    await merge(folder, reports, (name, content) => {
      lock.check();
      const file = join(path, name);
      if (dirname(name) !== '.') ensureWritableFolder(dirname(file));
      writeFileAtomic(file, content);
    });
  } finally {
    lock.release();
  }
}

async function merge(
  folder: SweepFolder,
  reports: boolean,
  write: (name: string, content: Uint8Array | string) => void,
): Promise<void> {
  const { experiment, runs, points, module } = folder.plan;
  const rows = rowsOf(folder);
  if (rows.length === 0) throw new Error(`${folder.path}: none of ${points.length} points is finished`);
  const tables = (name: string, table: readonly Row[]) => {
    write(`${name}.csv`, csvOf(table));
    write(`${name}.json`, rowsJson(folder, table));
    write(`${name}.parquet`, parquetOf(table));
  };
  tables('points', rows);
  const runRows: Row[] = [];
  const without: string[] = [];
  for (const [run, { parameters }] of runs.entries()) {
    const results = resultsOf(folder, run);
    const summary = summaryOfRun(folder, run, results);
    if (summary === undefined) {
      without.push(`run ${run}, for want of ${short(results.missing)}`);
      continue;
    }
    runRows.push(runRowOf(folder, run, summary));
    if (runs.length > 1 && !reports) continue;
    const out = runs.length === 1 ? '' : `runs/${run}/`;
    const command = runCommandText(experiment.name, parameters, join(folder.path, out), module?.path);
    await writeStudy(experiment, summary, command, (name, content) => write(out + name, content));
    if (runs.length === 1) process.stdout.write(`${printable(summaryText(summary))}\n`);
  }
  if (runs.length > 1 && runRows.length > 0) tables('runs', runRows);
  const finished = new Set(rows.map(({ run, key }) => `${run} ${key}`)).size;
  const all = runs.reduce((sum, { ids }) => sum + ids.length, 0);
  process.stderr.write(`${finished} of ${all} points: ${join(folder.path, 'points.csv')}\n`);
  if (without.length > 0) {
    process.stderr.write(`no summary of ${without.length} of ${runs.length} runs: ${short(without)}\n`);
  }
}
