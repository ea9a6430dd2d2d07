/** `blockspin run`: a sweep of one run on this machine, and its results when it is done. */

import { join } from 'node:path';
import type { Summary } from '../../experiments/kit/experiment.js';
import { CheckpointMismatchError } from '../../io/checkpoint.js';
import type { LoadedExperiment } from '../../sweep/experimentFile.js';
import { SweepFolder } from '../../sweep/folder.js';
import { planOf } from '../../sweep/plan.js';
import { resultsOf, summaryOfRun } from '../../sweep/results.js';
import { FormatError } from '../../util/errors.js';
import { workWithJobs } from '../words/jobs.js';
import { type RunOptions, UsageError } from '../words/options.js';
import { OutputFolder } from '../words/outputFolder.js';
import { ProgressMeter } from '../words/progress.js';
import { flagsOf, runCommandText } from '../words/runCommand.js';
import { Stopped, stoppable } from '../words/stopping.js';
import { jsonText, writeStudy } from '../words/studyFiles.js';
import { printable, summaryText } from '../words/table.js';

/** Runs the command. */
export async function run(loaded: LoadedExperiment, options: RunOptions): Promise<void> {
  const plan = planOf(loaded, [options.parameters]);
  const output = OutputFolder.open(options.out, options, ['result.json']);
  try {
    if (output.checkpoint.exists) {
      throw new UsageError(
        `${options.out} holds a training, or a run of an older version, that cannot be continued here: --restart discards it`,
      );
    }
    await runIn(output, SweepFolder.create(options.out, plan, { change: options.changePlan }), loaded, options);
  } finally {
    output.close();
  }
}

async function runIn(
  output: OutputFolder,
  folder: SweepFolder,
  loaded: LoadedExperiment,
  options: RunOptions,
): Promise<void> {
  const { experiment, module } = loaded;
  const { parameters, threads, jobs, out } = options;
  const clock = new ProgressMeter(process.stderr);
  try {
    folder.clean();
    const { failed } = await stoppable(options.stopAfter, (signal) =>
      workWithJobs(folder, { jobs, threads: threads ?? (jobs > 1 ? 1 : undefined), signal, retry: true }),
    );
    if (failed > 0) throw failureOf(folder);
    const outcome = summaryOfRun(folder, 0, resultsOf(folder, 0)) as Summary;
    process.stderr.write(`figures and report …\n`);
    const command = runCommandText(experiment.name, parameters, out, module?.path);
    let begun = false;
    await writeStudy(experiment, outcome, command, (name, content) => {
      if (!begun) output.removeResults();
      begun = true;
      output.write(name, content);
    });
    output.removeInterrupted();
    process.stdout.write(options.json ? printable(jsonText(outcome.numbers)) : `${summaryText(outcome)}\n`);
    process.stderr.write(`done in ${clock.elapsed()}: ${join(out, 'report.html')}\n`);
  } catch (error) {
    const advice = adviceAfter(error, folder, loaded, options);
    if (advice) process.stderr.write(`${advice}\n`);
    throw error;
  }
}

/** The error of a run of which points failed: that of the first, and how many there are. */
function failureOf(folder: SweepFolder): Error {
  const { points } = folder.plan;
  const failures = points.flatMap(({ id }) => folder.failureOf(id) ?? []);
  const [first] = failures;
  const where = points.length === 1 ? '' : `point "${first.key}": `;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more points failed)` : '';
  const error = new Error(`${where}${first.message}${more}`);
  error.name = first.error;
  error.stack = first.stack;
  return error;
}

/** Advice after an interrupted run, if there is any. */
function adviceAfter(
  error: unknown,
  folder: SweepFolder,
  { experiment, module }: LoadedExperiment,
  options: RunOptions,
): string | undefined {
  const [begun, finished] = [folder.begun().size, folder.finished().size];
  const files = [
    ...(begun > 0 ? [`the checkpoint is in ${join(folder.path, 'state')}`] : []),
    ...(finished > 0 ? [`finished points are in ${join(folder.path, 'points')}`] : []),
  ];
  const kept = files.join(', ') || 'there is no checkpoint yet';
  // in a checkout npm start is the command
  const inCheckout = process.env.npm_lifecycle_event === 'start';
  const again = inCheckout
    ? `npm start -- ${flagsOf(options.parameters, options.out)}`
    : runCommandText(experiment.name, options.parameters, options.out, module?.path);
  const advice = `${kept}\ncontinue with: ${again} --resume`;
  if (error instanceof Stopped) return `${error.reason}; ${advice}`;
  if ((error as Error).name === 'DivergenceError') {
    return 'learningRate' in options.parameters
      ? 'all layers of an experiment are trained at one rate: start again with a smaller --learning-rate and --restart'
      : undefined;
  }
  return isRefusal(error) ? undefined : advice;
}

/** Whether the stored files cannot be used, so that --resume would fail again. */
const isRefusal = (error: unknown) =>
  error instanceof FormatError ||
  error instanceof CheckpointMismatchError ||
  ['FormatError', 'CheckpointMismatchError'].includes((error as Error).name);
