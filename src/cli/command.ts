/** The `blockspin` command: dispatch of its words, and exit codes. */

import { version } from '../wasm/binary.js';
import { EXIT_CODES, listing, overview, runHelp } from './commands/help.js';
import { parseRunOptions, takeExperiment, UsageError } from './words/options.js';
import { Stopped } from './words/stopping.js';
import { printable } from './words/table.js';

/**
 * The commands and their help texts. They are loaded when they are called, so that a process reads only the code it
 * needs.
 */
const COMMANDS = {
  sample: async () => {
    const { sampleCommand, SAMPLE_HELP } = await import('./commands/sample.js');
    return [sampleCommand, SAMPLE_HELP] as const;
  },
  'coarse-grain': async () => {
    const { coarseGrainCommand, COARSE_GRAIN_HELP } = await import('./commands/coarseGrain.js');
    return [coarseGrainCommand, COARSE_GRAIN_HELP] as const;
  },
  measure: async () => {
    const { measureCommand, MEASURE_HELP } = await import('./commands/measure.js');
    return [measureCommand, MEASURE_HELP] as const;
  },
  train: async () => {
    const { trainCommand } = await import('./commands/train.js');
    const { TRAIN_HELP } = await import('./words/trainOptions.js');
    return [trainCommand, TRAIN_HELP] as const;
  },
  evaluate: async () => {
    const { evaluateCommand, EVALUATE_HELP } = await import('./commands/evaluate.js');
    return [evaluateCommand, EVALUATE_HELP] as const;
  },
  lab: async () => {
    const { labCommand, LAB_HELP } = await import('./commands/lab.js');
    return [labCommand, LAB_HELP] as const;
  },
  generate: async () => {
    const { generateCommand, GENERATE_HELP } = await import('./commands/generate.js');
    return [generateCommand, GENERATE_HELP] as const;
  },
  plan: async () => {
    const { planCommand, PLAN_HELP } = await import('./commands/plan.js');
    return [planCommand, PLAN_HELP] as const;
  },
  work: async () => {
    const { workCommand, WORK_HELP } = await import('./commands/work.js');
    return [workCommand, WORK_HELP] as const;
  },
  status: async () => {
    const { statusCommand, STATUS_HELP } = await import('./commands/status.js');
    return [statusCommand, STATUS_HELP] as const;
  },
  merge: async () => {
    const { mergeCommand, MERGE_HELP } = await import('./commands/merge.js');
    return [mergeCommand, MERGE_HELP] as const;
  },
  clean: async () => {
    const { cleanCommand, CLEAN_HELP } = await import('./commands/clean.js');
    return [cleanCommand, CLEAN_HELP] as const;
  },
  template: async () => {
    const { templateCommand, TEMPLATE_HELP } = await import('./commands/template.js');
    return [templateCommand, TEMPLATE_HELP] as const;
  },
} satisfies Record<string, () => Promise<readonly [(words: string[]) => Promise<void>, string]>>;

async function work([command, ...words]: readonly string[]): Promise<void> {
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
      if (words[0] === '--help' || words[0] === '-h') {
        process.stdout.write(`${overview()}\n`);
        return;
      }
      const { name, module, rest } = takeExperiment(words);
      const { experimentOfWords } = await import('./commands/plan.js');
      const loaded = await experimentOfWords(name, module);
      if (rest.includes('--help') || rest.includes('-h')) {
        process.stdout.write(`${runHelp(loaded.experiment)}\n`);
        return;
      }
      const options = parseRunOptions(loaded.experiment, rest);
      return (await import('./commands/run.js')).run(loaded, options);
    }
    default: {
      if (Object.hasOwn(COMMANDS, command)) {
        const [commandWork, help] = await COMMANDS[command as keyof typeof COMMANDS]();
        if (words.includes('--help') || words.includes('-h')) {
          process.stdout.write(`${help}\n\n${EXIT_CODES}\n`);
          return;
        }
        return commandWork(words);
      }
      throw new UsageError(
        `"command" expected run, list, ${Object.keys(COMMANDS).join(', ')}, got ${JSON.stringify(command)}`,
      );
    }
  }
}

/** Runs a command; errors are written to stderr. @returns the exit code */
export async function runCommand(words: readonly string[]): Promise<number> {
  try {
    await work(words);
    return 0;
  } catch (error) {
    if (error instanceof Stopped) return error.exitCode;
    if (error instanceof UsageError) {
      process.stderr.write(`blockspin: ${printable(error.message)}\nsee: blockspin --help\n`);
      return 2;
    }
    const { stack, message } = error as Error;
    process.stderr.write(`blockspin: ${printable(String(process.env.BLOCKSPIN_DEBUG ? stack : message))}\n`);
    return 1;
  }
}
