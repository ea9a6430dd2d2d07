/** `blockspin work`: runs points of a plan, beside any number of other workers. */

import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { ParseArgsConfig } from 'node:util';
import { isFolder } from '../../io/disk.js';
import { readPlan, SweepFolder } from '../../sweep/folder.js';
import { checkModule } from '../../sweep/plan.js';
import { shardOf, TASK_VARIABLES } from '../../sweep/shard.js';
import type { WorkOutcome } from '../../sweep/work.js';
import { integer } from '../../util/check.js';
import { quoted } from '../../util/shell.js';
import { secondsOf } from '../words/duration.js';
import { isWorker, workWithJobs } from '../words/jobs.js';
import { optionalNumber } from '../words/numbers.js';
import { jobsOf, parseWords, threadsOf, UsageError } from '../words/options.js';
import { Stopped, stoppable } from '../words/stopping.js';

const OPTIONS = {
  out: { type: 'string' },
  experiment: { type: 'string' },
  shard: { type: 'string' },
  shards: { type: 'string' },
  'first-task': { type: 'string' },
  'run-time': { type: 'string' },
  jobs: { type: 'string' },
  threads: { type: 'string' },
  retry: { type: 'boolean' },
  wait: { type: 'boolean' },
  'change-plan': { type: 'boolean' },
  'stale-after': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const WORK_HELP = `Runs the points of a plan that nobody has finished or is running; any number of such commands may work on one folder at once

Usage
  blockspin work plan.jsonl --out DIR [options]
  blockspin work DIR [options]                    goes on with the plan in that folder

Options
  --out DIR             folder of results, which all workers share
  --jobs N              processes on this machine (default: the number of cores)
  --threads N           threads of each point (default 1); results do not depend on it
  --shard i/n           begins at part i of n equal parts of the points; it goes on with the others
  --shard auto          the same with the number of this task in a job array (${TASK_VARIABLES.slice(0, 3).join(', ')}, ...)
  --shards N            with auto: number of tasks of the whole array
  --first-task N        with auto: number of its first task (default 0)
  --run-time TIME       stops with checkpoints after this time (55m, 90s, 1h30m, 1:30:00), with exit code 75
  --retry               runs points that failed before once more
  --wait                stays until the points that other workers run are done, and takes them over if those end
  --change-plan         makes a folder of another plan one of this plan; results of points that both have stay
  --stale-after TIME    time without a sign of life after which a worker on another machine counts as gone (default 3m)
  --experiment FILE     the module of the experiment, if it is elsewhere than when it was planned

The exit code is 1 if points failed; their messages are in DIR/failed and in blockspin status DIR.`;

/** Time between two looks at the folder with --wait, in ms. */
const WAIT_MS = 2000;

/** Runs the command. @throws UsageError for wrong words, before any work */
export async function workCommand(words: string[]): Promise<void> {
  const asked = parseWords(words, OPTIONS, (values, positionals) => {
    if (positionals.length !== 1) {
      throw new RangeError(
        `"plan" expected one file or folder, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}`,
      );
    }
    if (values.shard !== 'auto') {
      for (const name of ['shards', 'first-task'] as const) {
        if (values[name] !== undefined) throw new RangeError(`--${name} is for --shard auto`);
      }
    }
    const shards = optionalNumber('shards', values.shards);
    const base = optionalNumber('first-task', values['first-task']);
    return {
      ...values,
      plan: positionals[0],
      shard: values.shard === undefined ? undefined : shardOf(values.shard, { shards, base }),
      jobs: jobsOf(values.jobs) ?? availableParallelism(),
      threads: threadsOf(values.threads) ?? 1,
      minutes: values['run-time'] === undefined ? undefined : secondsOf('run-time', values['run-time']) / 60,
      staleAfter:
        values['stale-after'] === undefined
          ? undefined
          : integer('stale-after', 1000 * secondsOf('stale-after', values['stale-after']), 1000),
    };
  });
  const folder = await folderOf(asked);
  const { jobs, threads, shard, staleAfter, retry = false, experiment: module } = asked;
  const outcome = await stoppable(asked.minutes, async (signal) => {
    let again = retry;
    for (;;) {
      const one = await workWithJobs(folder, { jobs, threads, shard, staleAfter, retry: again, module, signal });
      if (one.elsewhere === 0 || !asked.wait) return one;
      again = false;
      await wait(WAIT_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }).catch((error) => {
    if (error instanceof Stopped && !isWorker())
      process.stderr.write(`${error.reason}; go on with: blockspin work ${quoted(folder.path)}\n`);
    throw error;
  });
  if (!isWorker()) tell(folder, outcome);
}

/** The folder of results, with the plan that was asked for. */
async function folderOf(asked: {
  plan: string;
  out?: string;
  experiment?: string;
  'change-plan'?: boolean;
}): Promise<SweepFolder> {
  const { plan: path, out, experiment: module } = asked;
  if (isFolder(path)) {
    if (out !== undefined) throw new UsageError('"out" is the folder itself, if a folder is given');
    const folder = await SweepFolder.open(path, module);
    checkModule(folder.plan);
    return folder;
  }
  if (out === undefined) throw new UsageError('"out" expected a folder for the results: --out DIR');
  const plan = await readPlan(path, module);
  checkModule(plan);
  return SweepFolder.create(out, plan, { change: asked['change-plan'] });
}

function tell(folder: SweepFolder, { failed, elsewhere }: WorkOutcome): void {
  const { points } = folder.plan;
  const finished = folder.finished();
  const done = points.filter(({ id }) => finished.has(id)).length;
  const parts = [`${done} of ${points.length} points are done`];
  if (elsewhere > 0) parts.push(`${elsewhere} are being run by other workers`);
  process.stderr.write(`${parts.join(', ')}: ${folder.path}\n`);
  if (failed > 0) {
    const [first] = points.flatMap(({ id }) => folder.failureOf(id) ?? []);
    const rest = failed > 1 ? `, and ${failed - 1} more` : '';
    throw new Error(
      `${failed} points failed: "${first.key}" (${first.message})${rest}; blockspin work ${quoted(folder.path)} --retry runs them again`,
    );
  }
}
