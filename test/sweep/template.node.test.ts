/** Job files: what shells and YAML readers make of them, and what is refused. */

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { type JobFileOptions, jobFile } from '../../src/sweep/index.js';
import { version } from '../../src/wasm/binary.js';
import { refuses } from '../assert.js';
import { folder, here, removeFolders } from '../cli/command.js';

const test = suite('sweep/template');
test.after(removeFolders);

const ODD = `it's "$HOME" \`a\` & b; c`;
const GIVEN = { experiment: 'squares', points: 20, plan: `${ODD}.jsonl`, out: ODD };

const posix = process.platform === 'win32' ? test.skip : test;
if (process.platform === 'win32') console.log('skipped: job files in a POSIX shell');

/**
 * Runs a job file in a folder with programs of its own: `worker`, which tells its words and ends with `code`, and those
 * of the scheduler, which tell theirs.
 */
async function inShell(
  text: string,
  { code = 0, state = 'RUNNING', environment = {}, stop = false, shell = 'bash' }: ShellOptions = {},
) {
  const path = folder();
  const program = (name: string, script: string) => {
    writeFileSync(join(path, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  };
  const tells = (name: string) => `printf '%s\\n' "${name} $*" >> "${path}/told"`;
  // one that is told to stop takes its time, and is not to be left behind
  const told = stop === 'at once' ? 'kill -TERM $PPID' : 'echo up';
  const waits = `trap 'sleep 0.3; echo stopped >> "${path}/told"; exit ${code}' TERM\n${told}\nfor ((i = 0; i < 400; i++)); do sleep 0.05; done\nexit 9`;
  program('worker', `printf '%s\\n' "$@" > "${path}/words"\n${stop ? waits : `exit ${code}`}`);
  program('squeue', `${tells('squeue')}\necho ${state}`);
  program('scontrol', tells('scontrol'));
  program('qrerun', `${tells('qrerun')}\nexit 1`);
  writeFileSync(join(path, 'job'), text);
  const child = spawn(shell, [join(path, 'job')], {
    cwd: path,
    env: { ...process.env, PATH: `${path}${delimiter}${process.env.PATH}`, PBS_O_WORKDIR: path, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdout.once('data', () => child.kill('SIGTERM'));
  const ended = await new Promise((resolve) => child.once('close', resolve));
  const lines = (name: string) =>
    existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8').trimEnd().split('\n') : [];
  return { code: ended, stderr, words: lines('words'), told: lines('told') };
}

interface ShellOptions {
  code?: number;
  state?: string;
  environment?: Record<string, string>;
  /** Whether the shell is told to stop by SIGTERM once the worker is up, or in its very first moment. */
  stop?: boolean | 'at once';
  shell?: string;
}

const slurm = (options: Partial<JobFileOptions> = {}) =>
  jobFile({ ...GIVEN, scheduler: 'slurm', command: 'worker', ...options });
const pbs = (options: Partial<JobFileOptions> = {}) =>
  jobFile({ ...GIVEN, scheduler: 'pbs', command: 'worker', ...options });

test('the directives of Slurm and PBS', () => {
  const directives = (text: string, name: string) =>
    text
      .slice(0, text.search(/^[^#\n]/m))
      .split('\n')
      .filter((line) => line.startsWith(`#${name} `))
      .map((line) => line.slice(name.length + 2));
  const given = { tasks: 5, firstTask: 2, time: 90_000, cpus: 4, memory: '1500M', partition: 'long' };
  assert.equal(directives(slurm(given), 'SBATCH'), [
    '--job-name=blockspin-squares',
    '--array=2-6',
    '--partition=long',
    '--nodes=1',
    '--ntasks=1',
    '--cpus-per-task=4',
    '--mem=1500M',
    '--time=25:00:00',
    '--signal=B:TERM@60',
    '--requeue',
    '--open-mode=append',
  ]);
  assert.equal(directives(pbs(given), 'PBS'), [
    '-N blockspin-squares',
    '-J 2-6',
    '-q long',
    '-l select=1:ncpus=4:mem=1500mb',
    '-l walltime=25:00:00',
    '-r y',
    '-j oe',
  ]);
  // an array of PBS has at least two tasks
  assert.not.match(pbs({ tasks: 1 }), '#PBS -J');
  assert.match(slurm({ tasks: 1 }), '#SBATCH --array=0-0\n');
});

test('numbers of tasks that many sites refuse are warned of', () => {
  const many = { points: 5000, tasks: 1001 };
  assert.not.match(slurm(many), 'WARNING');
  assert.match(slurm({ ...many, firstTask: 1 }), /# WARNING: .*MaxArraySize.*\n# one here is 1001/);
});

posix('the words of the worker arrive whole, with its part and its time', async () => {
  for (const text of [slurm({ module: 'my own.mjs', cpus: 3 }), pbs({ module: 'my own.mjs', cpus: 3 })]) {
    assert.is(spawnSync('bash', ['-n'], { input: text }).status, 0);
    const { code, words, told, stderr } = await inShell(text);
    assert.equal([code, told, stderr], [0, [], '']);
    assert.equal(words, [
      ...['work', `${ODD}.jsonl`, '--out', ODD, '--experiment', 'my own.mjs'],
      ...['--shard', 'auto', '--shards', '16', '--first-task', '0', '--jobs', '3', '--run-time', '0:54:00'],
    ]);
  }
  const runTime = async (given: Partial<JobFileOptions>) => (await inShell(slurm(given))).words.at(-1);
  assert.is(await runTime({ time: 600 }), '0:09:00');
  assert.is(await runTime({ time: 360_000 }), '99:50:00');
  assert.is(await runTime({ time: 20, margin: 12.5 }), '0:00:07');
  assert.not.ok((await inShell(pbs({ tasks: 1 }))).words.includes('--shard'));
});

posix('Slurm: 75 queues the task again, unless it was cancelled or makes no progress', async () => {
  const environment = { SLURM_ARRAY_JOB_ID: '17', SLURM_ARRAY_TASK_ID: '4' };
  const asked = 'squeue --noheader --format=%T --jobs=17_4';
  const outcome = async (options: ShellOptions) => {
    const { code, told } = await inShell(slurm(), {
      ...options,
      environment: { ...environment, ...options.environment },
    });
    return [code, told];
  };
  assert.equal(await outcome({ code: 75 }), [75, [asked, 'scontrol requeue 17_4']]);
  assert.equal(await outcome({ code: 75, state: 'COMPLETING' }), [75, [asked]]);
  assert.equal(await outcome({ code: 75, environment: { SLURM_RESTART_COUNT: '100' } }), [75, []]);
  for (const code of [0, 1, 2, 137]) assert.equal(await outcome({ code }), [code, []]);
  assert.equal(await outcome({ code: 75, stop: true }), [75, ['stopped', asked, 'scontrol requeue 17_4']]);
});

posix('a signal in the first moment of the worker reaches it', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => inShell(pbs(), { code: 75, stop: 'at once' })));
  for (const { code, told } of outcomes) assert.equal([code, told[0]], [75, 'stopped']);
});

posix('PBS: 75 asks for another run, and says what to do without the rights for it', async () => {
  const environment = { PBS_JOBID: '17[4].server' };
  for (const stop of [false, true]) {
    const { code, told, stderr } = await inShell(pbs(), { code: 75, stop, environment });
    assert.equal([code, told.filter((line) => line !== 'stopped')], [75, ['qrerun 17[4].server']]);
    assert.is(told.includes('stopped'), stop);
    assert.match(stderr, 'more is left: submit this file again');
  }
  assert.equal((await inShell(pbs(), { code: 1, environment })).told, []);
});

const yaml = spawnSync('python3', ['-c', 'import yaml']).status === 0;
if (!yaml) console.log('skipped: python3 with yaml not found');
const withYaml = yaml ? posix : test.skip;

withYaml('Kubernetes: an Indexed Job in which 75 leads to another run', async () => {
  const text = jobFile({
    ...{ ...GIVEN, scheduler: 'k8s', tasks: 7, time: 7200, cpus: 2, memory: '500M' },
    ...{ command: 'worker', image: 'registry.example:5000/blockspin:1', volumeClaim: 'my-claim' },
  });
  const script = 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))';
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' });
  assert.is(stderr, '');
  const [job, ...others] = JSON.parse(stdout);
  assert.equal(others, []);
  const { template, ...spec } = job.spec;
  assert.equal([job.apiVersion, job.kind, job.metadata.name], ['batch/v1', 'Job', 'blockspin-squares']);
  assert.equal(spec, {
    ...{ completionMode: 'Indexed', completions: 7, parallelism: 7, backoffLimitPerIndex: 5 },
    podFailurePolicy: {
      rules: [
        { action: 'Ignore', onExitCodes: { containerName: 'worker', operator: 'In', values: [75] } },
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        { action: 'FailIndex', onExitCodes: { containerName: 'worker', operator: 'In', values: [1, 2] } },
      ],
    },
  });
  const { containers, volumes, ...pod } = template.spec;
  assert.equal(pod, { restartPolicy: 'Never', activeDeadlineSeconds: 7200, terminationGracePeriodSeconds: 60 });
  assert.equal(volumes, [{ name: 'sweep', persistentVolumeClaim: { claimName: 'my-claim' } }]);
  const [{ command, args, ...container }] = containers;
  assert.equal(container, {
    ...{ name: 'worker', image: 'registry.example:5000/blockspin:1', workingDir: '/sweep' },
    resources: { requests: { cpu: '2', memory: '500Mi' }, limits: { memory: '500Mi' } },
    volumeMounts: [{ name: 'sweep', mountPath: '/sweep' }],
  });
  assert.equal(command, ['/bin/sh', '-c']);
  const { words, code } = await inShell(args[0], { code: 75, shell: 'sh' });
  assert.is(code, 75);
  assert.equal(words, [
    ...['work', `${ODD}.jsonl`, '--out', ODD, '--shard', 'auto', '--shards', '7', '--first-task', '0'],
    ...['--jobs', '2', '--run-time', '1:50:00'],
  ]);
  // the shell becomes the worker, which gets the signals of the pod
  const stopped = await inShell(args[0], { code: 75, stop: true, shell: 'sh' });
  assert.equal([stopped.code, stopped.told], [75, ['stopped']]);
});

test('wrong options are refused by name', () => {
  const refused = (options: object, words: RegExp) =>
    refuses(() => jobFile({ ...GIVEN, scheduler: 'slurm', ...options } as JobFileOptions), RangeError, words);
  refused({ scheduler: 'lsf' }, /^"scheduler" expected one of slurm, pbs, k8s, got "lsf"/);
  refused({ tasks: 21 }, /^"tasks" expected at most 20, since the plan has 20 points, got 21/);
  refused({ tasks: 0 }, /^"tasks"/);
  refused({ points: 0 }, /^"plan" expected plan with points/);
  refused({ firstTask: -1 }, /^"first-task"/);
  refused({ time: 60 }, /^"time" expected at least 5 minutes, unless --margin is given, got "60 s"/);
  refused({ time: 60, margin: 60 }, /^"margin" expected time below the limit of 60 s, got 60/);
  refused({ cpus: 1.5 }, /^"cpus"/);
  refused({ memory: '2GB' }, /^"memory" expected size such as 500M or 2G, got "2GB"/);
  refused({ plan: 'a\nb' }, /^"plan" expected path without control characters/);
  refused({ out: '' }, /^"out"/);
  refused({ partition: 'long; rm' }, /^"partition"/);
  refused({ command: 'a\nb' }, /^"command" expected one line of words/);
  refused({ command: ' ' }, /^"command"/);
  for (const command of ['npx blockspin', ' npm exec blockspin --', 'pnpm blockspin']) {
    refused(
      { command },
      /^"command" expected the command itself, such as node_modules\/\.bin\/blockspin, since npx ends/,
    );
  }
  refused({ image: 'a:1' }, /^--image is for k8s/);
  refused({ volumeClaim: 'a' }, /^--volume-claim is for k8s/);
  const k8s = { scheduler: 'k8s', plan: 'p.jsonl', out: 'o' };
  refused({ ...k8s, partition: 'long' }, /^--partition is for slurm and pbs/);
  refused({ ...k8s, firstTask: 1 }, /^"first-task" expected 0, since indexes of a Job begin there, got 1/);
  refused({ ...k8s, plan: '/p.jsonl' }, /^"plan" expected path relative to the volume, for k8s/);
  refused({ ...k8s, image: 'a b' }, /^"image"/);
  refused({ ...k8s, volumeClaim: 'A' }, /^"volume-claim"/);
  refused({ queue: 'long' }, /queue/);
});

test('as a command: points and experiment are those of the plan', async () => {
  const path = folder();
  const plan = join(path, 'plan.jsonl');
  const module = join(root, 'test/sweep/experiment.mjs');
  await here(['plan', '--experiment', module, '--numbers', '1,2,3', '--out', plan]);
  const given = ['--plan', plan, '--out', 'out'];
  const made = await here(['template', 'slurm', ...given, '--time', '1-12:00:00', '--memory', '2G']);
  assert.is(made.code, 0, made.stderr);
  const own = { plan, out: 'out', experiment: 'squares', points: 3 };
  assert.is(made.stdout, jobFile({ ...own, scheduler: 'slurm', time: 129_600, memory: '2G' }));
  assert.match(made.stdout, '# 3 points of squares on Slurm: 3 tasks');
  assert.match(made.stdout, `\nnode_modules/.bin/blockspin work ${plan} --out out`);
  const refused = async (words: string[], expected: RegExp, code = 2) => {
    const outcome = await here(['template', ...words]);
    assert.is(outcome.code, code, outcome.stderr);
    assert.is(outcome.stdout, '');
    assert.match(outcome.stderr, expected);
  };
  await refused(given, /"scheduler" expected one of slurm, pbs, k8s/);
  await refused(['lsf', ...given], /"scheduler" expected one of slurm, pbs, k8s, got "lsf"/);
  await refused(['slurm', '--out', 'out'], /"plan" expected a plan: --plan FILE/);
  await refused(['slurm', '--plan', plan], /"out" expected a folder/);
  await refused(['slurm', ...given, '--tasks', '4'], /"tasks" expected at most 3/);
  await refused(['slurm', ...given, '--time', 'long'], /"time" expected time such as/);
  await refused(['slurm', ...given, '--queue', 'long'], /--queue/);
  await refused(['k8s', ...given], /"plan" expected path relative to the volume/);
  await refused(['slurm', '--plan', join(path, 'none'), '--out', 'out'], /none/, 1);
  writeFileSync(plan, readFileSync(plan, 'utf8').replace(`"version":"${version}"`, '"version":"9.9.9"'));
  await refused(['slurm', ...given], /is a plan of another version/, 1);
});

test.run();
