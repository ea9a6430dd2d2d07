/** `blockspin template`: the job file of a scheduler for a plan. */

import type { ParseArgsConfig } from 'node:util';
import { readFileBytes } from '../../io/disk.js';
import { experimentOf } from '../../sweep/folder.js';
import { decodePlan } from '../../sweep/plan.js';
import { type JobFileOptions, jobFile, SCHEDULERS, type Scheduler } from '../../sweep/template.js';
import { oneOf } from '../../util/check.js';
import { secondsOf } from '../words/duration.js';
import { optionalNumber } from '../words/numbers.js';
import { parseWords, UsageError } from '../words/options.js';

const OPTIONS = {
  plan: { type: 'string' },
  out: { type: 'string' },
  experiment: { type: 'string' },
  tasks: { type: 'string' },
  'first-task': { type: 'string' },
  time: { type: 'string' },
  margin: { type: 'string' },
  cpus: { type: 'string' },
  memory: { type: 'string' },
  command: { type: 'string' },
  partition: { type: 'string' },
  image: { type: 'string' },
  'volume-claim': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const TEMPLATE_HELP = `A job file for the points of a plan, on stdout: an array of tasks that run points until none is left, stop with checkpoints before their
time limit, and are queued again if more is left

Usage
  blockspin template slurm --plan plan.jsonl --out DIR [options] > sweep.sh      then: sbatch sweep.sh
  blockspin template pbs   --plan plan.jsonl --out DIR [options] > sweep.pbs     then: qsub sweep.pbs
  blockspin template k8s   --plan plan.jsonl --out DIR [options] > sweep.yaml    then: kubectl apply -f sweep.yaml

Options
  --plan FILE           the plan, with the path that it has where the tasks run
  --out DIR             folder of results, which all tasks share
  --tasks N             number of tasks, at most one per point (default 16, or the number of points if that is smaller)
  --first-task N        number of the first task (default 0)
  --time TIME           time limit of a task (1:00:00, 90m, 1-12:00:00; default 1h)
  --margin TIME         part of it that is kept for stopping (default a tenth, 1 to 10 minutes)
  --cpus N              cores of a task, each for a process (default 1)
  --memory SIZE         memory of a task (500M, 2G; default 2G)
  --command WORDS       how a task calls this command (default node_modules/.bin/blockspin; with k8s blockspin)
  --experiment FILE     the module of the experiment, if it is elsewhere than when it was planned
  --partition NAME      partition or queue (slurm, pbs)
  --image NAME          image of the container (k8s; default blockspin:VERSION)
  --volume-claim NAME   PersistentVolumeClaim with plan and results (k8s; default sweep)`;

/** Runs the command. @throws UsageError for wrong words; FormatError for a plan that is damaged or of another version */
export async function templateCommand(words: string[]): Promise<void> {
  const asked = parseWords(words, OPTIONS, (values, positionals) => {
    if (positionals.length !== 1) throw new RangeError(`"scheduler" expected one of ${SCHEDULERS.join(', ')}`);
    const scheduler: Scheduler = oneOf('scheduler', positionals[0], SCHEDULERS);
    const { plan, out, cpus, memory, command, partition, image, experiment: module } = values;
    if (plan === undefined) throw new RangeError('"plan" expected a plan: --plan FILE');
    if (out === undefined) throw new RangeError('"out" expected a folder for the results: --out DIR');
    const seconds = (name: 'time' | 'margin') =>
      values[name] === undefined ? undefined : secondsOf(name, values[name]);
    return {
      ...{ scheduler, plan, out, module, memory, command, partition, image },
      tasks: optionalNumber('tasks', values.tasks),
      firstTask: optionalNumber('first-task', values['first-task']),
      time: seconds('time'),
      margin: seconds('margin'),
      cpus: optionalNumber('cpus', cpus),
      volumeClaim: values['volume-claim'],
    };
  });
  const text = new TextDecoder().decode(readFileBytes(asked.plan));
  const { experiment, points } = decodePlan(text, await experimentOf(text, asked.module, asked.plan), asked.plan);
  process.stdout.write(fileOf({ ...asked, experiment: experiment.name, points: points.length }));
}

/** The job file; options that do not fit are an error of words. */
function fileOf(options: JobFileOptions): string {
  try {
    return jobFile(options);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
