/** A Slurm of one node on this machine: daemons with their own folder, ports and keys, stopped by their numbers. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../until.js';

const run = promisify(execFile);

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'setpriv'];

/**
 * Why there can be no cluster here, if so.
 * @throws Error with the reason, if BLOCKSPIN_REQUIRE_SLURM=1
 */
export function slurmMissing(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const isThere = (program: string) =>
    folders.some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  const without = PROGRAMS.filter((program) => !isThere(program));
  const reason =
    without.length > 0
      ? `Slurm not found (no ${without.join(', ')}; Debian: slurm-wlm, munge)`
      : process.getuid?.() !== 0
        ? 'the daemons of Slurm are started by root'
        : undefined;
  if (reason !== undefined && process.env.BLOCKSPIN_REQUIRE_SLURM === '1') throw new Error(reason);
  return reason;
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A task of an array as `scontrol` tells of it. */
export interface Task {
  index: number;
  state: string;
  exitCode: string;
  restarts: number;
}

/** A running cluster. */
export class SlurmCluster {
  readonly #daemons: ChildProcess[] = [];
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(private readonly path: string) {
    const PATH = `${process.env.PATH}${delimiter}/usr/sbin`;
    this.#environment = { ...process.env, PATH, SLURM_CONF: join(path, 'slurm.conf') };
  }

  /** Starts the daemons, and waits until the node takes jobs. */
  static async start(): Promise<SlurmCluster> {
    const path = mkdtempSync(join(tmpdir(), 'blockspin-slurm-'));
    const cluster = new SlurmCluster(path);
    try {
      await cluster.#start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async #start(): Promise<void> {
    const { path } = this;
    chmodSync(path, 0o755); // munged is another user
    for (const name of ['munge', 'state', 'spool']) mkdirSync(join(path, name));
    const ids = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'munge'])).stdout)));
    const munge = (name: string) => join(path, 'munge', name);
    writeFileSync(munge('key'), randomBytes(128), { mode: 0o400 });
    for (const owned of [join(path, 'munge'), munge('key')]) chownSync(owned, ids[0], ids[1]);
    const files = ['socket', 'key-file', 'pid-file', 'log-file', 'seed-file'];
    this.#daemon('setpriv', [
      ...['--reuid', 'munge', '--regid', 'munge', '--clear-groups', 'munged', '--foreground', '--num-threads=2'],
      ...files.map((file) => `--${file}=${munge(file.replace('-file', ''))}`),
    ]);
    const host = hostname().split('.')[0];
    const [controller, node] = [await freePort(), await freePort()];
    writeFileSync(
      join(path, 'slurm.conf'),
      `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${munge('socket')}
CredType=cred/munge
MpiDefault=none
MailProg=/bin/true
SlurmctldPort=${controller}
SlurmdPort=${node}
StateSaveLocation=${path}/state
SlurmdSpoolDir=${path}/spool
SlurmctldLogFile=${path}/slurmctld.log
SlurmdLogFile=${path}/slurmd.log
SlurmctldPidFile=${path}/slurmctld.pid
SlurmdPidFile=${path}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=${host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE
`,
    );
    this.#daemon('slurmctld', ['-D']);
    this.#daemon('slurmd', ['-D']);
    await until('an idle node', async () => (await this.command('sinfo', '-h', '-o', '%T').catch(() => '')) === 'idle');
  }

  #daemon(program: string, words: readonly string[]): void {
    this.#daemons.push(spawn(program, words, { env: this.#environment, stdio: 'ignore' }));
  }

  /** Runs a command of Slurm. @returns its stdout */
  async command(program: string, ...words: string[]): Promise<string> {
    return (await run(program, words, { env: this.#environment })).stdout.trim();
  }

  /** Submits a job file in a folder. @returns the number of the job */
  async submit(folder: string, file: string, environment: Record<string, string>, ...words: string[]): Promise<string> {
    const options = { cwd: folder, env: { ...this.#environment, ...environment } };
    return (await run('sbatch', ['--parsable', ...words, file], options)).stdout.trim();
  }

  /** The tasks of an array, as far as they are told apart: those that have begun are. */
  async tasks(job: string): Promise<Task[]> {
    const text = await this.command('scontrol', '--oneliner', 'show', 'job', job);
    return text.split('\n').map((line) => {
      const told = (name: string) => new RegExp(` ${name}=(\\S+)`).exec(line)?.[1] ?? '';
      return {
        index: Number(told('ArrayTaskId')),
        state: told('JobState'),
        exitCode: told('ExitCode'),
        restarts: Number(told('Restarts')),
      };
    });
  }

  /** Waits until no task of a job is queued or running. */
  async end(job: string): Promise<Task[]> {
    return until(`the end of job ${job}`, async () => {
      const tasks = await this.tasks(job);
      return tasks.every(({ state }) => !/PENDING|RUNNING|COMPLETING/.test(state)) && tasks;
    });
  }

  /** Ends all jobs and the daemons. */
  async stop(): Promise<void> {
    await this.command('scancel', '--user=root').catch(() => {});
    await until('the end of all jobs', async () => (await this.command('squeue', '-h').catch(() => '')) === '').catch(
      () => {},
    );
    for (const daemon of this.#daemons.reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null || daemon.pid === undefined) continue;
      const ended = new Promise((resolve) => daemon.once('close', resolve));
      daemon.kill('SIGTERM');
      const killing = setTimeout(() => daemon.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(killing);
    }
    rmSync(this.path, { recursive: true, force: true });
  }
}
