#!/usr/bin/env node
/** The `blockspin` command. */

import { experiments } from '../experiments/index.js';
import { version } from '../wasm/binary.js';
import { EXIT_CODES, listing, overview, runHelp } from './help.js';
import { MEASURE_HELP, measureCommand } from './measure.js';
import { parseRunOptions, UsageError } from './options.js';
import { run } from './run.js';
import { SAMPLE_HELP, sampleCommand } from './sample.js';
import { Stopped } from './stopping.js';

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
    case 'measure': {
      const [work, help] = { sample: [sampleCommand, SAMPLE_HELP], measure: [measureCommand, MEASURE_HELP] }[command];
      if (words.includes('--help') || words.includes('-h')) {
        process.stdout.write(`${help}\n\n${EXIT_CODES}\n`);
        return;
      }
      return (work as typeof sampleCommand)(words);
    }
    default:
      throw new UsageError(`"command" expected run, sample, measure or list, got ${JSON.stringify(command)}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof Stopped) {
    process.exitCode = error.exitCode;
  } else if (error instanceof UsageError) {
    process.stderr.write(`blockspin: ${error.message}\nsee: blockspin --help\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(
      `blockspin: ${process.env.BLOCKSPIN_DEBUG ? (error as Error).stack : (error as Error).message}\n`,
    );
    process.exitCode = 1;
  }
});
