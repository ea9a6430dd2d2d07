/** `blockspin plan`: all points of one or many runs of an experiment, as a file. */

import type { ParseArgsConfig } from 'node:util';
import type { AnyExperiment } from '../../experiments/kit/experiment.js';
import { type ParameterSpec, parseParameter } from '../../experiments/kit/parameters.js';
import { writeFileAtomic } from '../../io/disk.js';
import { type LoadedExperiment, loadExperiment } from '../../sweep/experimentFile.js';
import { combinations, encodePlan, planOf } from '../../sweep/plan.js';
import { flagOf, parseExperimentWords, takeExperiment, UsageError } from '../words/options.js';

const OPTIONS = {
  preset: { type: 'string' },
  vary: { type: 'string', multiple: true },
  out: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const PLAN_HELP = `All points of one or many runs of an experiment, one per line, for blockspin work

Usage
  blockspin plan <experiment> [--preset NAME] [parameters] [--vary NAME=VALUES ...] > plan.jsonl
  blockspin plan --experiment FILE [...]          an experiment of your own: FILE exports it as its default

Options
  --vary NAME=VALUES    a run for each of these values of a parameter, and, if the option is given several times, for each combination:
                        seed=1,2,3 or learning-rate=0.01:0.1:10 (from:to:count); lists are set apart by semicolons: hidden=400,100;200,50
  --preset NAME         the preset that all runs begin with
  --out FILE            write the plan there rather than to stdout
  and the parameters of the experiment (blockspin run <experiment> --help)

Points that several runs have in common are run once. A plan belongs to one version of the package and of the experiment.`;

/** Runs the command. @throws UsageError for wrong words */
export async function planCommand(words: string[]): Promise<void> {
  const { name, module, rest } = takeExperiment(words);
  const loaded = await experimentOfWords(name, module);
  const { experiment } = loaded;
  const { runs, out } = parseExperimentWords(experiment, rest, OPTIONS, ({ preset, vary = [], out }, given) => ({
    runs: combinations(experiment, preset, given, variedOf(experiment, vary)),
    out,
  }));
  const text = encodePlan(planOf(loaded, runs));
  if (out === undefined) process.stdout.write(text);
  else writeFileAtomic(out, text);
}

/** The experiment that words name; a wrong name or module is an error of words. */
export async function experimentOfWords(
  name: string | undefined,
  module: string | undefined,
): Promise<LoadedExperiment> {
  try {
    return await loadExperiment(name, module);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Values by parameters, of words such as seed=1,2,3. */
function variedOf(experiment: AnyExperiment, vary: readonly string[]): Record<string, unknown[]> {
  const specs = experiment.parameters as Record<string, ParameterSpec>;
  const names = new Map(Object.keys(specs).flatMap((name) => [[name, name] as const, [flagOf(name), name] as const]));
  const varied: Record<string, unknown[]> = {};
  for (const words of vary) {
    const [flag, values] = [words.slice(0, words.indexOf('=')), words.slice(words.indexOf('=') + 1)];
    const name = names.get(flag);
    if (!words.includes('=') || name === undefined) {
      throw new UsageError(
        `"vary" expected NAME=VALUES with a name of ${[...Object.keys(specs)].map(flagOf).join(', ')}, got ${JSON.stringify(words)}`,
      );
    }
    if (varied[name]) throw new UsageError(`"vary" names ${flag} twice`);
    varied[name] = valuesOf(name, specs[name], values);
    const distinct = new Set(varied[name].map((value) => JSON.stringify(value)));
    if (distinct.size < varied[name].length) throw new UsageError(`"vary" gives ${flag} a value twice: ${values}`);
  }
  return varied;
}

function valuesOf(name: string, spec: ParameterSpec, words: string): unknown[] {
  const each = (part: string) => parseParameter(name, spec, part);
  if (spec.kind === 'integers' || spec.kind === 'numbers') return words.split(';').map(each);
  return words.split(',').flatMap((part) => {
    if (!/^[^:]+:[^:]+:[^:]+$/.test(part) || spec.kind === 'choice') return [each(part)];
    const range = { kind: 'numbers', doc: '', default: [], low: -Infinity, high: Infinity } as const;
    return (parseParameter(name, range, part) as number[]).map((value) => each(String(value)));
  });
}
