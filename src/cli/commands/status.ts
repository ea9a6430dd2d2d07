/** `blockspin status`: how far a sweep is. */

import type { ParseArgsConfig } from 'node:util';
import { SweepFolder } from '../../sweep/folder.js';
import { type Simulation, simulateSweep } from '../../sweep/simulate.js';
import { costsIn, type SweepStatus, statusOf } from '../../sweep/status.js';
import { integer } from '../../util/check.js';
import { bytesText, durationText, secondsOf } from '../words/duration.js';
import { optionalNumber } from '../words/numbers.js';
import { parseWords } from '../words/options.js';
import { printable } from '../words/table.js';

const OPTIONS = {
  json: { type: 'boolean' },
  workers: { type: 'string' },
  'stale-after': { type: 'string' },
  experiment: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const STATUS_HELP = `How far a sweep is: points done, running, failed and left, time left, and size on the disk

Usage
  blockspin status DIR [--json]

Options
  --workers N           also how long the points that are left would take with N workers, by simulation from the costs so far
  --json                all of it as JSON
  --stale-after TIME    time without a sign of life after which a worker on another machine counts as gone (default 3m)
  --experiment FILE     the module of the experiment, if it is elsewhere than when it was planned`;

/** Most failures that are shown. */
const MAX_FAILURES = 10;

/** Runs the command. @throws UsageError for wrong words */
export async function statusCommand(words: string[]): Promise<void> {
  const { path, json, module, staleAfter, workers } = parseWords(words, OPTIONS, (values, positionals) => {
    if (positionals.length !== 1) throw new RangeError('"folder" expected one folder of a sweep');
    const stale = values['stale-after'];
    return {
      path: positionals[0],
      json: values.json ?? false,
      workers: integer('workers', optionalNumber('workers', values.workers) ?? 0, 0, 1_000_000),
      module: values.experiment,
      staleAfter: stale === undefined ? undefined : 1000 * secondsOf('stale-after', stale),
    };
  });
  const folder = await SweepFolder.open(path, module);
  const status = statusOf(folder, staleAfter);
  const costs = costsIn(folder).map(({ seconds }) => seconds);
  if (workers > 0 && costs.length === 0) throw new Error(`${path}: no point is finished, so its cost is not known yet`);
  const simulated = workers > 0 && status.left > 0 ? simulateSweep(costs, { points: status.left, workers }) : undefined;
  const all = simulated ? { ...status, simulated: { workers, ...simulated } } : status;
  const text = json ? JSON.stringify(all, null, 2) : [statusText(status), ...forecast(workers, simulated)].join('\n');
  process.stdout.write(`${printable(text)}\n`);
}

function forecast(workers: number, simulated: Simulation | undefined): string[] {
  if (simulated === undefined) return [];
  const { seconds, efficiency } = simulated;
  const busy = `${(100 * efficiency).toFixed(0)} % of their time at work`;
  return [`  with ${workers} workers ${durationText(seconds)}, ${busy} (simulated)`];
}

function statusText(status: SweepStatus): string {
  const share = (count: number) => `${String(count).padStart(8)}  ${((100 * count) / status.points).toFixed(1)} %`;
  const lines = [
    `${status.experiment}: ${status.points} points in ${status.runs} ${status.runs === 1 ? 'run' : 'runs'}`,
    `  done         ${share(status.done)}`,
    `  running      ${share(status.running)}`,
    `  failed       ${share(status.failed)}`,
    `  left         ${share(status.left)}${status.interrupted > 0 ? `  (${status.interrupted} with a checkpoint)` : ''}`,
    `  workers      ${String(status.workers).padStart(8)}`,
  ];
  if (status.secondsPerPoint !== null) lines.push(`  per point    ${durationText(status.secondsPerPoint).padStart(8)}`);
  if (status.secondsLeft !== null && status.left > 0) {
    lines.push(`  time left    ${durationText(status.secondsLeft).padStart(8)}  with the workers of now`);
  }
  lines.push(`  size         ${bytesText(status.bytes).padStart(8)}`);
  for (const { key, run, message } of status.failures.slice(0, MAX_FAILURES)) {
    lines.push(`failed: run ${run}, point "${key}": ${message}`);
  }
  const more = status.failures.length - MAX_FAILURES;
  if (more > 0) lines.push(`and ${more} more failures (--json names all)`);
  return lines.join('\n');
}
