#!/usr/bin/env node
/** The `blockspin` command. */

import { experiments } from '../experiments/index.js';
import { version } from '../wasm/binary.js';
import { EVALUATE_HELP, evaluateCommand } from './evaluate.js';
import { GENERATE_HELP, generateCommand } from './generate.js';
import { EXIT_CODES, listing, overview, runHelp } from './help.js';
import { MEASURE_HELP, measureCommand } from './measure.js';
import { parseRunOptions, UsageError } from './options.js';
import { run } from './run.js';
import { SAMPLE_HELP, sampleCommand } from './sample.js';
import { Stopped } from './stopping.js';
import { outliveStreams } from './streams.js';
import { printable } from './table.js';
import { TRAIN_HELP, trainCommand } from './train.js';

/** The commands with words of their own, and their help. */
const COMMANDS = {
  sample: [sampleCommand, SAMPLE_HELP],
  measure: [measureCommand, MEASURE_HELP],
  train: [trainCommand, TRAIN_HELP],
  evaluate: [evaluateCommand, EVALUATE_HELP],
  generate: [generateCommand, GENERATE_HELP],
} as const satisfies Record<string, readonly [(words: string[]) => Promise<void>, string]>;

async function main([command, ...words]: string[]): Promise<void> {
  switch (command) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(`${overview()}\n`);
      return;
    case '--version':
    case '-v':
      process.stdout.write(`${version}\n`);
      return;
    case 'list':
      process.stdout.write(`${listing()}\n`);
      return;
    case 'run': {
      const [name, ...rest] = words;
      if (name === '--help' || name === '-h') {
        process.stdout.write(`${overview()}\n`);
        return;
      }
      const experiment = Object.hasOwn(experiments, name ?? '') ? experiments[name] : undefined;
      if (!experiment) {
        const known = Object.keys(experiments).join(', ');
        throw new UsageError(
          `"experiment" expected one of ${known}, got ${name === undefined ? 'nothing' : JSON.stringify(name)}`,
        );
      }
      if (rest.includes('--help') || rest.includes('-h')) {
        process.stdout.write(`${runHelp(experiment)}\n`);
        return;
      }
      return run(experiment, parseRunOptions(experiment, rest));
    }
    case 'sample':
    case 'measure':
    case 'train':
    case 'evaluate':
    case 'generate': {
      const [work, help] = COMMANDS[command];
      if (words.includes('--help') || words.includes('-h')) {
        process.stdout.write(`${help}\n\n${EXIT_CODES}\n`);
        return;
      }
      return work(words);
    }
    default:
      throw new UsageError(
        `"command" expected run, list, ${Object.keys(COMMANDS).join(', ')}, got ${JSON.stringify(command)}`,
      );
  }
}

outliveStreams();
main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof Stopped) {
    process.exitCode = error.exitCode;
  } else if (error instanceof UsageError) {
    process.stderr.write(`blockspin: ${printable(error.message)}\nsee: blockspin --help\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(
      `blockspin: ${printable(String(process.env.BLOCKSPIN_DEBUG ? (error as Error).stack : (error as Error).message))}\n`,
    );
    process.exitCode = 1;
  }
});
