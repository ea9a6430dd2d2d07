/** Where a worker begins: its part of the points, from words or from the scheduler of a cluster. */

import { integer, knownOptions, objectWith, refuse } from '../util/check.js';

/** Part `index`, from 0, of `count` equal parts. */
export interface Shard {
  index: number;
  count: number;
}

/** Variables in which schedulers tell a task its number, in the order in which they are looked at. */
export const TASK_VARIABLES = [
  'SLURM_ARRAY_TASK_ID',
  'PBS_ARRAY_INDEX',
  'SGE_TASK_ID',
  'LSB_JOBINDEX',
  'AWS_BATCH_JOB_ARRAY_INDEX',
  'JOB_COMPLETION_INDEX',
] as const;

/**
 * The shard of the words `i/n` (from 1 to n), or of `auto`: the number of this task of a job array. The scheduler's
 * count of tasks is not asked: of an array of which two tasks are submitted again it is 2.
 * @param options.shards number of parts, with `auto`
 * @param options.base number of the first task, with `auto`, default 0
 * @throws RangeError for other words, `auto` without a number of parts, or outside of a job array
 */
export function shardOf(
  words: string,
  options: { shards?: number; base?: number } = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Shard {
  const { shards, base = 0 } = knownOptions('shardOf', options, ['shards', 'base']);
  objectWith('environment', environment, [], 'variables by name');
  if (words === 'auto') {
    if (shards === undefined) {
      refuse('shard', '--shards N beside "auto": the number of tasks of the whole array', 'auto');
    }
    const count = integer('shards', shards);
    const name = TASK_VARIABLES.find((variable) => /^\d+$/.test(environment[variable] ?? ''));
    if (name === undefined) refuse('shard', `one of ${TASK_VARIABLES.join(', ')} in the environment, for "auto"`, '');
    const index = Number(environment[name]) - integer('first-task', base, 0);
    if (index < 0 || index >= count) {
      refuse(name, `number from ${base} to ${base + count - 1}, for ${count} tasks from ${base} on`, environment[name]);
    }
    return { index, count };
  }
  const match = /^(\d+)\/(\d+)$/.exec(words);
  if (match === null) refuse('shard', '"auto" or i/n, such as 3/8', words);
  const [place, count] = [Number(match[1]), Number(match[2])];
  if (count < 1 || place < 1 || place > count) refuse('shard', 'i/n with i from 1 to n', words);
  return { index: place - 1, count };
}
