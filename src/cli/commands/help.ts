/** The help texts, generated from the experiments. */

import type { AnyExperiment } from '../../experiments/kit/experiment.js';
import type { ParameterSpec } from '../../experiments/kit/parameters.js';
import { QUESTIONS } from '../../experiments/questions.js';
import { version } from '../../wasm/binary.js';
import { flagOf } from '../words/options.js';

/** The exit codes of the command. */
export const EXIT_CODES = `Exit codes
  0    done
  1    failed (the message says why)
  2    a word of the command is wrong; nothing was started
  75   stopped by SIGTERM, SIGHUP, --stop-after or --run-time with a checkpoint: run again, with --resume where there is such an option
  130  interrupted (Ctrl-C) with a checkpoint: the same`;

/** The help of `blockspin`. */
export function overview(): string {
  return `blockspin ${version}: renormalization group and restricted Boltzmann machines

Usage
  blockspin run <experiment> [options]    run an experiment; results and figures go to out/<experiment>
  blockspin run <experiment> --help       its question, presets and parameters
  blockspin list                          all experiments
  blockspin sample [options]              configurations of Ising models into files (blockspin sample --help)
  blockspin coarse-grain FILE --out FILE  block spins of configurations (blockspin coarse-grain --help)
  blockspin measure FILE... | [options]   observables with error bars and exact values (blockspin measure --help)
  blockspin train DATA --hidden N         an RBM, or a stack of them, from data (blockspin train --help)
  blockspin evaluate MODEL DATA           log Z, likelihood and its proxies (blockspin evaluate --help)
  blockspin generate MODEL --out FILE     configurations from a model (blockspin generate --help)
  blockspin plan <experiment> [options]   all points of one or many runs, as a file (blockspin plan --help)
  blockspin work PLAN --out DIR           runs points of a plan, beside any number of others (blockspin work --help)
  blockspin status|merge|clean DIR        how far that is; its results as tables; what is no longer needed
  blockspin template slurm|pbs|k8s        a job file for a plan (blockspin template --help)
  blockspin lab [RESULTS...]              the page with every figure alive, on this machine (blockspin lab --help)
  blockspin --version

Experiments
${listing()}

Progress goes to stderr, results to stdout.

${EXIT_CODES}`;
}

/** Lines of names and texts, the second column two spaces after the longest name. */
function inColumns(rows: readonly (readonly [name: string, text: string])[], least = 16): string[] {
  const width = Math.max(least, ...rows.map(([name]) => name.length + 2));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}${text}`);
}

/** The list of experiments. */
export function listing(): string {
  return inColumns(Object.entries(QUESTIONS)).join('\n');
}

/** The help of an experiment. */
export function runHelp(experiment: AnyExperiment): string {
  const specs = Object.entries(experiment.parameters as Record<string, ParameterSpec>);
  const presets = Object.entries(experiment.presets).map(([name, { doc }], k): [string, string] => [
    name,
    `${doc}${k === 0 ? ' (default)' : ''}`,
  ]);
  const parameters = specs.map(([name, spec]): [string, string] => [
    `--${flagOf(name)}`,
    `${spec.doc} (default ${spec.default})`,
  ]);
  return `${experiment.title}
${experiment.question}

Usage
  blockspin run ${experiment.name} [--preset NAME] [--seed N] [--out DIR] [--jobs N] [--resume] [--json]

Presets (--preset)
${inColumns(presets, 22).join('\n')}

Parameters (they override the preset; lists are written 400,100,25)
${inColumns(parameters, 22).join('\n')}

Options
  --out DIR             folder for report.html, the figures, result.json and other files (default out/${experiment.name})
  --resume              continue from the checkpoint in that folder, or start if there is none; the result is the same to the bit
  --change-plan         with --resume: other parameters than before are accepted, and points that do not depend on them are kept
  --restart             discard the checkpoint in that folder, or overwrite a finished result
  --replace             overwrite a finished result, but no checkpoint (as npm start does)
  --jobs N              processes that run points side by side (default 1); the result does not depend on it
  --threads N           threads of each point (default: the number of cores, with several jobs 1); nor on these
  --stop-after MINUTES  stop with a checkpoint after this time
  --json                print result.json on stdout in place of the summary
  --help                this text

${EXIT_CODES}`;
}
