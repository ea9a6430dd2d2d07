/** `blockspin run`: runs one experiment, stores its finished points until it is done, and writes its results. */

import { join } from 'node:path';
import type { AnyExperiment, Summary } from '../../experiments/kit/experiment.js';
import { runExperiment } from '../../experiments/kit/runner.js';
import { CheckpointMismatchError } from '../../io/checkpoint.js';
import { DivergenceError, FormatError } from '../../util/errors.js';
import type { Figure } from '../../viz/frame/figure.js';
import { sha256, version } from '../../wasm/binary.js';
import { writeFigures } from '../words/figures.js';
import { flagOf, type RunOptions } from '../words/options.js';
import { OutputFolder } from '../words/outputFolder.js';
import { ProgressMeter } from '../words/progress.js';
import { Stopped, stoppable } from '../words/stopping.js';
import { printable, summaryText } from '../words/table.js';

/** Runs the command. */
export async function run(experiment: AnyExperiment, options: RunOptions): Promise<void> {
  const folder = OutputFolder.open(options.out, options, ['result.json']);
  try {
    await runIn(folder, experiment, options);
  } finally {
    folder.close();
  }
}

async function runIn(folder: OutputFolder, experiment: AnyExperiment, options: RunOptions): Promise<void> {
  const meter = new ProgressMeter(process.stderr);
  try {
    const outcome: Summary = await stoppable(options.stopAfter, (signal) =>
      runExperiment(experiment, options.parameters, {
        threads: options.threads,
        signal,
        onProgress: (progress) => meter.show(progress),
        store: folder.points,
      }),
    );
    meter.end();
    process.stderr.write(`figures and report …\n`);
    const figures: Figure[] = await experiment.figures(outcome);
    const command = commandOf(experiment, options);
    await writeOutcome(experiment, outcome, figures, command, folder);
    folder.removeInterrupted();
    process.stdout.write(options.json ? printable(json(outcome.numbers)) : `${summaryText(outcome)}\n`);
    process.stderr.write(`done in ${meter.elapsed()}: ${join(options.out, 'report.html')}\n`);
  } catch (error) {
    meter.end();
    const advice = adviceAfter(error, folder, experiment, options);
    if (advice) process.stderr.write(`${advice}\n`);
    throw error;
  }
}

/** Advice after an interrupted run, if there is any. */
function adviceAfter(
  error: unknown,
  { checkpoint, points, interrupted }: OutputFolder,
  experiment: AnyExperiment,
  options: RunOptions,
): string | undefined {
  const files = [
    ...(checkpoint.exists ? [`the checkpoint is ${checkpoint.name}`] : []),
    ...(points.count > 0 ? [`finished points are in ${points.folder}`] : []),
  ];
  const kept = files.join(', ') || 'there is no checkpoint yet';
  const again = `continue with: ${resumeCommand(experiment, options)}`;
  if (error instanceof Stopped) return `${error.reason}; ${kept}\n${again}`;
  if (error instanceof DivergenceError) {
    return 'learningRate' in options.parameters
      ? 'all layers of an experiment are trained at one rate: start again with a smaller --learning-rate and --restart'
      : undefined;
  }
  return interrupted && !isRefusal(error) ? `${kept}\n${again}` : undefined;
}

/** Whether the stored files cannot be used, so that --resume would fail again. */
const isRefusal = (error: unknown) => error instanceof FormatError || error instanceof CheckpointMismatchError;

/** Writes the outputs, result.json last: if it exists, all files do. */
async function writeOutcome(
  experiment: AnyExperiment,
  outcome: Summary,
  figures: Figure[],
  command: string,
  folder: OutputFolder,
): Promise<void> {
  folder.removeResults();
  for (const [name, bytes] of Object.entries(outcome.files ?? {})) folder.write(name, bytes);
  await writeFigures((name, content) => folder.write(name, content), figures);
  const { report } = await import('../../viz/report.js');
  const page = report({
    title: experiment.title,
    subtitle: `blockspin run ${experiment.name}`,
    question: experiment.question,
    answer: outcome.answer,
    facts: outcome.facts,
    figures,
    tables: outcome.tables,
    provenance: provenanceOf(outcome),
    command,
  });
  folder.write('report.html', page);
  folder.write('result.json', json(outcome.numbers));
}

function provenanceOf({ numbers }: Summary): Record<string, string> {
  const parameters = (numbers.parameters ?? {}) as Record<string, unknown>;
  return {
    package: `blockspin ${version}`,
    kernels: `SHA-256 ${sha256}`,
    ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

/** The command that reproduces the result, with all parameters. */
function commandOf(experiment: AnyExperiment, options: RunOptions): string {
  return `npx blockspin run ${experiment.name} ${flagsOf(options)}`;
}

/** The command that continues the run: in a checkout `npm start`. */
function resumeCommand(experiment: AnyExperiment, options: RunOptions): string {
  const inCheckout = process.env.npm_lifecycle_event === 'start';
  return inCheckout ? `npm start -- ${flagsOf(options)} --resume` : `${commandOf(experiment, options)} --resume`;
}

function flagsOf(options: RunOptions): string {
  const flags = Object.entries(options.parameters).map(([name, value]) => `--${flagOf(name)} ${quoted(String(value))}`);
  return `${flags.join(' ')} --out ${quoted(options.out)}`;
}

/** A word, quoted for a shell if necessary. */
function quoted(word: string): string {
  return /^[\w./,:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function json(numbers: Record<string, unknown>): string {
  return `${JSON.stringify(numbers, null, 2)}\n`;
}
