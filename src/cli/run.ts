/** `blockspin run`: one experiment, here, with a checkpoint, and everything it leaves behind. */

import { join } from 'node:path';
import { type AnyExperiment, runExperiment, type Summary } from '../experiments/contract.js';
import { ensureWritableFolder, writeFileAtomic } from '../io/node.js';
import type { Figure } from '../viz/figure.js';
import { report } from '../viz/report.js';
import { sha256, version } from '../wasm/binary.js';
import { CheckpointFile } from './checkpointFile.js';
import { writeFigures } from './figures.js';
import { flagOf, type RunOptions, UsageError } from './options.js';
import { ProgressMeter } from './progress.js';
import { Stopped, stoppable } from './stopping.js';
import { printable, summaryText } from './table.js';

export async function run(experiment: AnyExperiment, options: RunOptions): Promise<void> {
  ensureWritableFolder(options.out);
  const checkpoint = new CheckpointFile(options.out);
  if (checkpoint.exists && !options.resume) {
    if (!options.restart) {
      throw new UsageError(
        `${options.out} holds an interrupted run: --resume goes on with it, --restart discards it, --out chooses another folder`,
      );
    }
    checkpoint.remove();
  }

  const meter = new ProgressMeter(process.stderr);
  try {
    const outcome: Summary = await stoppable(options.stopAfter, (signal) =>
      runExperiment(experiment, options.parameters, {
        threads: options.threads,
        signal,
        onProgress: (progress) => meter.show(progress),
        checkpoint,
      }),
    );
    meter.end();
    process.stderr.write(`figures and report …\n`);
    const figures: Figure[] = experiment.figures(outcome);
    const command = commandOf(experiment, options);
    await writeOutcome(experiment, outcome, figures, command, options.out);
    checkpoint.remove();
    process.stdout.write(options.json ? printable(json(outcome.numbers)) : `${summaryText(outcome)}\n`);
    process.stderr.write(`done in ${meter.elapsed()}: ${join(options.out, 'report.html')}\n`);
  } catch (error) {
    meter.end();
    if (error instanceof Stopped) {
      process.stderr.write(
        `${error.reason}; the checkpoint is ${checkpoint.name}\ngo on with: ${resumeCommand(experiment, options)}\n`,
      );
    }
    throw error;
  }
}

/** result.json comes last: where it is, all is. */
async function writeOutcome(
  experiment: AnyExperiment,
  outcome: Summary,
  figures: Figure[],
  command: string,
  folder: string,
): Promise<void> {
  for (const [name, bytes] of Object.entries(outcome.files)) writeFileAtomic(join(folder, name), bytes);
  await writeFigures(folder, figures);
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
  writeFileAtomic(join(folder, 'report.html'), page);
  writeFileAtomic(join(folder, 'result.json'), json(outcome.numbers));
}

function provenanceOf({ numbers }: Summary): Record<string, string> {
  const parameters = (numbers.parameters ?? {}) as Record<string, unknown>;
  return {
    package: `blockspin ${version}`,
    kernels: `SHA-256 ${sha256}`,
    ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

/** The command that makes the same result again: every parameter is named. */
function commandOf(experiment: AnyExperiment, options: RunOptions): string {
  return `npx blockspin run ${experiment.name} ${flagsOf(options)}`;
}

/** What to type to go on: in a checkout `npm start`, as it was begun. */
function resumeCommand(experiment: AnyExperiment, options: RunOptions): string {
  const inCheckout = process.env.npm_lifecycle_event === 'start';
  return inCheckout ? `npm start -- ${flagsOf(options)} --resume` : `${commandOf(experiment, options)} --resume`;
}

function flagsOf(options: RunOptions): string {
  const flags = Object.entries(options.parameters).map(([name, value]) => `--${flagOf(name)} ${quoted(String(value))}`);
  return `${flags.join(' ')} --out ${quoted(options.out)}`;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./,:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function json(numbers: Record<string, unknown>): string {
  return `${JSON.stringify(numbers, null, 2)}\n`;
}
