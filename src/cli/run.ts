/** `blockspin run`: one experiment, here, with a checkpoint, and everything it leaves behind. */

import { join } from 'node:path';
import { type AnyExperiment, runExperiment, type Summary } from '../experiments/contract.js';
import { ensureWritableFolder, writeFileAtomic } from '../io/node.js';
import type { Figure } from '../viz/figure.js';
import { report } from '../viz/report.js';
import { sha256, version } from '../wasm/binary.js';
import { CheckpointFile } from './checkpointFile.js';
import { flagOf, type RunOptions, UsageError } from './options.js';
import { ProgressMeter } from './progress.js';
import { rasterise } from './raster.js';

/** The run was stopped from outside and left a checkpoint. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor(
    readonly reason: string,
    readonly exitCode: 75 | 130,
  ) {
    super(reason);
  }
}

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
  const controller = new AbortController();
  const stop = (reason: string, code: 75 | 130) => () => controller.abort(new Stopped(reason, code));
  const interrupted = stop('interrupted', 130);
  const terminated = stop('terminated', 75);
  process.once('SIGINT', interrupted); // once: a second Ctrl-C ends the process at once
  process.once('SIGTERM', terminated);
  const minutes = options.stopAfter;
  const timer = minutes && setTimeout(stop(`stopped after ${minutes} minutes`, 75), minutes * 60_000);
  try {
    const outcome: Summary = await runExperiment(experiment, options.parameters, {
      threads: options.threads,
      signal: controller.signal,
      onProgress: (progress) => meter.show(progress),
      checkpoint,
    });
    meter.end();
    process.stderr.write(`figures and report …\n`);
    const figures: Figure[] = experiment.figures(outcome);
    const command = commandOf(experiment, options);
    await writeOutcome(experiment, outcome, figures, command, options.out);
    checkpoint.remove();
    process.stdout.write(options.json ? json(outcome.numbers) : `${summaryText(outcome)}\n`);
    process.stderr.write(`done in ${meter.elapsed()}: ${join(options.out, 'report.html')}\n`);
  } catch (error) {
    meter.end();
    if (error instanceof Stopped) {
      process.stderr.write(
        `${error.reason}; the checkpoint is ${checkpoint.name}\ngo on with: ${resumeCommand(experiment, options)}\n`,
      );
    }
    throw error;
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', terminated);
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
  let png = true;
  for (const figure of figures) {
    writeFileAtomic(join(folder, `${figure.name}.svg`), figure.svg);
    const bytes = await rasterise(figure.svg);
    if (bytes) writeFileAtomic(join(folder, `${figure.name}.png`), bytes);
    else png = false;
  }
  if (!png) process.stderr.write('no PNG files: the optional package @resvg/resvg-js is not installed\n');
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

function summaryText({ answer, facts, tables }: Summary): string {
  const width = Math.max(...facts.map(({ label }) => label.length));
  const lines = facts.map(({ label, value, note }) => `${label.padEnd(width)}  ${value}${note ? `  (${note})` : ''}`);
  const blocks = tables.map(({ title, columns, rows, note }) => {
    const cells = [columns, ...rows.map((row) => row.map(String))];
    const widths = columns.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
    const text = cells.map((row) =>
      row.map((cell, k) => (k ? cell.padStart(widths[k]) : cell.padEnd(widths[k]))).join('  '),
    );
    return [title, ...text, ...(note ? wrap(note) : [])].join('\n');
  });
  return [lines.join('\n'), ...blocks, ...answer.split('\n\n').map((paragraph) => wrap(paragraph).join('\n'))].join(
    '\n\n',
  );
}

function wrap(text: string, width = 100): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
