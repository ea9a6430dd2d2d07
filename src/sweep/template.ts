/**
 * Job files of schedulers for the points of a plan: texts, ready to be submitted. A task of the job is a worker that
 * begins at its own part of the points and goes on with the others until none is left, so it does not matter how many
 * tasks run at a time, in which order, or whether some are lost.
 */

import { integer, knownOptions, oneOf, positive, refuse, text } from '../util/check.js';
import { quoted } from '../util/shell.js';
import { version } from '../wasm/binary.js';

/** Schedulers for which there is a job file. */
export const SCHEDULERS = ['slurm', 'pbs', 'k8s'] as const;
/** A scheduler for which there is a job file. */
export type Scheduler = (typeof SCHEDULERS)[number];

/** What a job file is made of. */
export interface JobFileOptions {
  scheduler: Scheduler;
  /** Name of the experiment. */
  experiment: string;
  /** Number of points of the plan. */
  points: number;
  /** Path of the plan, as seen from where the tasks run. */
  plan: string;
  /** Folder of results, which all tasks share. */
  out: string;
  /** Module of a user's experiment, if it is elsewhere than the plan says. */
  module?: string;
  /** Number of tasks, at most one per point; default 16, or the number of points if that is smaller. */
  tasks?: number;
  /** Number of the first task, default 0. */
  firstTask?: number;
  /** Time limit of a task in seconds, default one hour. */
  time?: number;
  /** Part of the time limit that is kept for stopping, in seconds; default a tenth of it, 1 to 10 minutes. */
  margin?: number;
  /** Cores of a task, each for a process; default 1. */
  cpus?: number;
  /** Memory of a task, such as 500M or 2G (the default). */
  memory?: string;
  /** How a task calls this package's command, in words of a shell; default by scheduler. */
  command?: string;
  /** Partition or queue (slurm, pbs). */
  partition?: string;
  /** Image of the container (k8s); default blockspin with the present version. */
  image?: string;
  /** PersistentVolumeClaim with plan and results (k8s), default sweep. */
  volumeClaim?: string;
}

const OPTIONS = [
  ...['scheduler', 'experiment', 'points', 'plan', 'out', 'module', 'tasks', 'firstTask', 'time', 'margin'],
  ...['cpus', 'memory', 'command', 'partition', 'image', 'volumeClaim'],
] as (keyof JobFileOptions)[];

const DEFAULT_TASKS = 16;
/** Slurm's MaxArraySize, unless a site sets another: all numbers of tasks are below it. */
const MAX_ARRAY_SIZE = 1001;
/** Restarts of a task of Slurm by this file: ends a loop of a point that makes no progress within the time limit. */
const MAX_RESTARTS = 100;
/** Seconds before the time limit at which Slurm signals; it may do so up to a minute earlier. */
const SIGNAL_SECONDS = 60;

/** Shortest time limit for which margin and signal of their usual lengths leave time for work. */
const MIN_SECONDS = 300;

/** The options, checked and whole. */
interface Job extends Required<Omit<JobFileOptions, 'partition' | 'module'>> {
  partition?: string;
  /** The command of a task, line by line. */
  lines: string[];
}

/**
 * The job file of a scheduler.
 * @throws TypeError or RangeError naming a wrong option
 */
export function jobFile(options: JobFileOptions): string {
  const job = checked(options);
  return { slurm: slurmFile, pbs: pbsFile, k8s: k8sFile }[job.scheduler](job);
}

function checked(options: JobFileOptions): Job {
  knownOptions('jobFile', options, OPTIONS);
  const { scheduler, experiment, points, plan, out, module, time = 3600, cpus = 1, memory = '2G' } = options;
  oneOf('scheduler', scheduler, SCHEDULERS);
  named('experiment', experiment, /^[a-z][a-z0-9-]*$/, 'name of an experiment');
  if (integer('points', points, 0) === 0) refuse('plan', 'plan with points', 'a plan without any');
  for (const [name, path] of Object.entries({ plan, out, ...(module !== undefined && { experiment: module }) })) {
    named(name, path, /^[^\p{Cc}\u2028\u2029]+$/u, 'path without control characters');
    if (scheduler === 'k8s' && path.startsWith('/')) refuse(name, 'path relative to the volume, for k8s', path);
  }
  const tasks = integer('tasks', options.tasks ?? Math.min(points, DEFAULT_TASKS));
  if (tasks > points) refuse('tasks', `at most ${points}, since the plan has ${points} points`, tasks);
  const firstTask = integer('first-task', options.firstTask ?? 0, 0);
  if (scheduler === 'k8s' && firstTask !== 0) refuse('first-task', '0, since indexes of a Job begin there', firstTask);
  integer('time', time, 1);
  if (options.margin === undefined && time < MIN_SECONDS) {
    refuse('time', `at least ${spoken(MIN_SECONDS)}, unless --margin is given`, `${time} s`);
  }
  const margin = positive('margin', options.margin ?? Math.min(600, Math.max(60, Math.round(time / 10))));
  if (margin >= time) refuse('margin', `time below the limit of ${time} s`, margin);
  integer('cpus', cpus, 1, 1024);
  named('memory', memory, /^[1-9]\d*[MGT]$/, 'size such as 500M or 2G');
  for (const name of ['partition', 'image', 'volumeClaim'] as const) {
    if (options[name] === undefined || (name === 'partition') === (scheduler !== 'k8s')) continue;
    const flag = name === 'volumeClaim' ? 'volume-claim' : name;
    throw new RangeError(`--${flag} is for ${name === 'partition' ? 'slurm and pbs' : 'k8s'}`);
  }
  const { partition, image = `blockspin:${version}`, volumeClaim = 'sweep' } = options;
  if (partition !== undefined) named('partition', partition, /^[\w.,@-]+$/, 'name of a partition or queue');
  named('image', image, /^[\w.:/@-]+$/, 'name of an image');
  named('volume-claim', volumeClaim, /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'name of a PersistentVolumeClaim');
  const { command = scheduler === 'k8s' ? 'blockspin' : 'node_modules/.bin/blockspin' } = options;
  named(
    'command',
    command,
    /^[^\p{Cc}\u2028\u2029]*[^\s\p{Cc}\u2028\u2029][^\p{Cc}\u2028\u2029]*$/u,
    'one line of words',
  );
  if (/^\s*(npx|npm|yarn|pnpm)\s/.test(command)) {
    refuse(
      'command',
      'the command itself, such as node_modules/.bin/blockspin, since npx ends at a signal and leaves the worker running',
      command,
    );
  }
  const whole = { scheduler, experiment, points, plan, out, tasks, firstTask, time, margin, cpus, memory, command };
  const array = scheduler !== 'pbs' || tasks > 1;
  const lines = [
    `${command} work ${quoted(plan)} --out ${quoted(out)}${module === undefined ? '' : ` --experiment ${quoted(module)}`}`,
    ...(array ? [`--shard auto --shards ${tasks} --first-task ${firstTask}`] : []),
    `--jobs ${cpus} --run-time ${clock(Math.max(1, Math.floor(time - margin)))}`,
  ];
  return { ...whole, partition, image, volumeClaim, lines };
}

function named(name: string, value: unknown, pattern: RegExp, expected: string): void {
  if (!pattern.test(text(name, value, expected))) refuse(name, expected, value);
}

/** Seconds as 1:30:00. */
function clock(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A time in words, such as 6 minutes. */
function spoken(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} minute${seconds === 60 ? '' : 's'}` : `${seconds} s`;
}

/** First lines of every file: what it is. */
function heading({ experiment, points, tasks }: Job, name: string): string[] {
  const each = Math.ceil(points / tasks);
  return [
    `# ${points} points of ${experiment} on ${name}: ${tasks === 1 ? 'one task' : `${tasks} tasks, up to ${each} points each`}.`,
    '# A task begins at its own part of the points and goes on with the others until none is left, so tasks may be lost,',
    '# cancelled or submitted again at any time: what is finished is kept, what is unfinished goes on from its checkpoint.',
  ];
}

/** Lines of a shell script that run the worker, and pass signals on to it. */
function running({ lines }: Job): string[] {
  return [
    `# The worker ($!) runs beside this shell, which would not listen to signals otherwise, and is told to stop by SIGTERM:`,
    '# it writes its checkpoints and ends with 75. A signal ends "wait" early, so that is called again.',
    `trap '[ -n "$!" ] || exit 75; told=yes; kill -TERM "$!"' TERM`,
    `${lines.join(' \\\n  ')} &`,
    'while told=no; wait "$!"; code=$?; [ "$told" = yes ]; do :; done',
  ];
}

function slurmFile(job: Job): string {
  const { experiment, tasks, firstTask, time, margin, cpus, memory, partition, out, command } = job;
  const last = firstTask + tasks - 1;
  const size =
    last < MAX_ARRAY_SIZE
      ? []
      : [
          '#',
          `# WARNING: many sites allow numbers of tasks up to ${MAX_ARRAY_SIZE - 1} only (scontrol show config | grep MaxArraySize), and the last`,
          `# one here is ${last}. Fewer tasks do the same work: each then runs more points.`,
        ];
  const signal = [
    `# A second safeguard: this shell is told to stop ${SIGNAL_SECONDS} to ${SIGNAL_SECONDS + 60} seconds before the limit.`,
    `#SBATCH --signal=B:TERM@${SIGNAL_SECONDS}`,
  ];
  return script([
    '#!/bin/bash',
    ...heading(job, 'Slurm'),
    '#',
    '#   sbatch FILE                     submits it, from the folder to which the paths below are relative',
    `#   sbatch --array=3,7 FILE         submits some tasks only`,
    `#   ${command} status ${quoted(out)}`,
    '#                                   how far it is',
    ...size,
    '',
    `#SBATCH --job-name=blockspin-${experiment}`,
    '# These numbers belong to --shards and --first-task below: change all or none.',
    `#SBATCH --array=${firstTask}-${last}`,
    ...(partition === undefined ? [] : [`#SBATCH --partition=${partition}`]),
    '#SBATCH --nodes=1',
    '#SBATCH --ntasks=1',
    `#SBATCH --cpus-per-task=${cpus}`,
    `#SBATCH --mem=${memory}`,
    `# The time limit is written twice, since Slurm does not tell a task when it ends: here, and as --run-time below, which`,
    `# leaves ${spoken(margin)} for stopping.`,
    `#SBATCH --time=${clock(time)}`,
    ...(time < MIN_SECONDS ? [] : signal),
    '# A task whose node fails or which is preempted is queued again, and its output is appended.',
    '#SBATCH --requeue',
    '#SBATCH --open-mode=append',
    '',
    ...running(job),
    '',
    '# 75: stopped in time, and more is left. Slurm does not repeat a task by itself, so this one asks for it, unless it was',
    '# cancelled (it is not RUNNING then). Slurm waits two minutes before it starts a task again.',
    `task="\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"`,
    `if [ "$code" -eq 75 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MAX_RESTARTS} ] &&`,
    '  [ "$(squeue --noheader --format=%T --jobs="$task")" = RUNNING ]; then',
    '  scontrol requeue "$task"',
    'fi',
    'exit "$code"',
  ]);
}

function pbsFile(job: Job): string {
  const { experiment, tasks, firstTask, time, margin, cpus, memory, partition, out, command } = job;
  const array = [
    '# These numbers belong to --shards and --first-task below: change all or none.',
    `#PBS -J ${firstTask}-${firstTask + tasks - 1}`,
  ];
  return script([
    '#!/bin/bash',
    ...heading(job, 'PBS'),
    '#',
    '#   qsub FILE                       submits it, from the folder to which the paths below are relative',
    `#   ${command} status ${quoted(out)}`,
    '#                                   how far it is',
    '#   qsub -W depend=afterany:ID FILE submits it once more, to be run when job ID (1234[].server) has ended: what is left',
    '#                                   then goes on, and tasks that find nothing left end at once',
    '',
    `#PBS -N blockspin-${experiment}`,
    ...(tasks > 1 ? array : []),
    ...(partition === undefined ? [] : [`#PBS -q ${partition}`]),
    `#PBS -l select=1:ncpus=${cpus}:mem=${memory.toLowerCase()}b`,
    `# The time limit is written twice: here, and as --run-time below, which leaves ${spoken(margin)} for stopping.`,
    `#PBS -l walltime=${clock(time)}`,
    '# A task whose node fails is queued again.',
    '#PBS -r y',
    '#PBS -j oe',
    '',
    'cd "$PBS_O_WORKDIR" || exit 1',
    ...running(job),
    '',
    '# 75: stopped in time, and more is left. To queue a running task again takes the rights of an operator of PBS; without',
    '# them, submit this file once more, now or beforehand (see above).',
    'if [ "$code" -eq 75 ]; then',
    '  qrerun "$PBS_JOBID" || echo "more is left: submit this file again" >&2',
    'fi',
    'exit "$code"',
  ]);
}

function k8sFile(job: Job): string {
  const { experiment, tasks, time, margin, cpus, memory, image, volumeClaim, lines, command, out } = job;
  const name = `blockspin-${experiment}`.slice(0, 50).replace(/-+$/, '');
  return script([
    ...heading(job, 'Kubernetes'),
    '#',
    '#   kubectl apply -f FILE           submits it',
    `#   kubectl get job ${name}`,
    `#   ${command} status ${quoted(out)}`,
    '#                                   how far it is, in a container with the volume',
    '#',
    `# Before: an image with Node and this package (FROM node:22, RUN npm install --global blockspin@${version}), and a volume`,
    '# with the plan in it that all pods may write at a time (ReadWriteMany). For backoffLimitPerIndex Kubernetes 1.29 or later.',
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    '  # Each pod has its number in JOB_COMPLETION_INDEX. completions belongs to --shards below: change both or none.',
    '  completionMode: Indexed',
    `  completions: ${tasks}`,
    `  parallelism: ${tasks}`,
    '  # Repetitions of a task that crashes, such as for want of memory.',
    '  backoffLimitPerIndex: 5',
    '  podFailurePolicy:',
    '    rules:',
    '      # 75: stopped in time, and more is left. It is started again, as often as necessary.',
    '      - action: Ignore',
    '        onExitCodes:',
    '          containerName: worker',
    '          operator: In',
    '          values: [75]',
    '      # A node was drained, or the pod was preempted: the same.',
    '      - action: Ignore',
    '        onPodConditions:',
    '          - type: DisruptionTarget',
    '            status: "True"',
    '      # 1: points failed, and their messages are recorded; 2: a word of the command is wrong. Not to be repeated.',
    '      - action: FailIndex',
    '        onExitCodes:',
    '          containerName: worker',
    '          operator: In',
    '          values: [1, 2]',
    '  template:',
    '    spec:',
    '      restartPolicy: Never',
    `      # The time limit is written twice: here in seconds, and as --run-time below, which leaves ${spoken(margin)} for stopping.`,
    `      activeDeadlineSeconds: ${time}`,
    '      # Time between SIGTERM, after which the worker writes its checkpoints and ends with 75, and SIGKILL.',
    '      terminationGracePeriodSeconds: 60',
    '      containers:',
    '        - name: worker',
    `          image: ${JSON.stringify(image)}`,
    '          # Paths of the command are relative to the volume.',
    '          workingDir: /sweep',
    '          # "exec", so that it is the worker that gets signals.',
    '          command: ["/bin/sh", "-c"]',
    '          args:',
    '            - |',
    ...`exec ${lines.join(' \\\n  ')}`.split('\n').map((line) => `              ${line}`),
    '          resources:',
    '            requests:',
    `              cpu: "${cpus}"`,
    `              memory: ${memory}i`,
    '            limits:',
    `              memory: ${memory}i`,
    '          volumeMounts:',
    '            - name: sweep',
    '              mountPath: /sweep',
    '      volumes:',
    '        - name: sweep',
    '          persistentVolumeClaim:',
    `            claimName: ${JSON.stringify(volumeClaim)}`,
  ]);
}

const script = (lines: readonly string[]) => `${lines.join('\n')}\n`;
