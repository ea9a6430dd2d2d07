/** Parsing of the words of a command line; wrong words are a UsageError before any work. */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { AnyExperiment } from '../../experiments/kit/experiment.js';
import { type ParameterSpec, parseParameter, resolveParameters } from '../../experiments/kit/parameters.js';
import { integer, positive } from '../../util/check.js';

import { optionalNumber } from './numbers.js';

/** A wrong word of the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options of `blockspin run`. */
export interface RunOptions {
  parameters: Record<string, unknown>;
  out: string;
  resume: boolean;
  restart: boolean;
  replace: boolean;
  /** With resume: a run with other parameters goes on, and keeps the points that do not depend on them. */
  changePlan: boolean;
  json: boolean;
  threads: number | undefined;
  /** Number of processes; 1 is this one. */
  jobs: number;
  /** Time limit in minutes. */
  stopAfter: number | undefined;
}

/** learningRate → learning-rate */
export function flagOf(parameter: string): string {
  return parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const RUN = {
  preset: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'boolean' },
  restart: { type: 'boolean' },
  replace: { type: 'boolean' },
  'change-plan': { type: 'boolean' },
  json: { type: 'boolean' },
  threads: { type: 'string' },
  jobs: { type: 'string' },
  'stop-after': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** @throws UsageError naming the option that is unknown or wrong */
export function parseRunOptions(experiment: AnyExperiment, words: string[]): RunOptions {
  return parseExperimentWords(experiment, words, RUN, (values, given) => {
    if (values.resume && values.restart) throw new RangeError('--resume and --restart exclude each other');
    if (values['change-plan'] && !values.resume) throw new RangeError('--change-plan is for --resume');
    const stopAfter = optionalNumber('stop-after', values['stop-after']);
    return {
      parameters: resolveParameters(experiment, values.preset, given),
      out: values.out ?? `out/${experiment.name}`,
      resume: values.resume ?? false,
      restart: values.restart ?? false,
      replace: values.replace ?? false,
      changePlan: values['change-plan'] ?? false,
      json: values.json ?? false,
      threads: threadsOf(values.threads),
      jobs: jobsOf(values.jobs) ?? 1,
      stopAfter: stopAfter === undefined ? undefined : positive('stop-after', stopAfter),
    };
  });
}

/** Number of threads of a point; undefined if it is not said. */
export function threadsOf(word: string | undefined): number | undefined {
  const threads = optionalNumber('threads', word);
  return threads === undefined ? undefined : integer('threads', threads, 1, 64);
}

/** Number of processes; undefined if it is not said. */
export function jobsOf(word: string | undefined): number | undefined {
  const jobs = optionalNumber('jobs', word);
  return jobs === undefined ? undefined : integer('jobs', jobs, 1, 1024);
}

/**
 * Parses words among which are the parameters of an experiment.
 * @param check converts the command's own values, and is told the parameters that are given
 * @throws UsageError naming the option that is unknown or wrong
 */
export function parseExperimentWords<O extends NonNullable<ParseArgsConfig['options']>, T>(
  experiment: AnyExperiment,
  words: string[],
  own: O,
  check: (values: OptionValues<O>, given: Record<string, unknown>) => T,
): T {
  const specs = experiment.parameters as Record<string, ParameterSpec>;
  const options: NonNullable<ParseArgsConfig['options']> = { ...own };
  for (const name of Object.keys(specs)) options[flagOf(name)] = { type: 'string' };
  return usage(() => {
    const { values } = parseArgs({ args: joined(words, options), options, allowPositionals: false });
    const texts = values as Record<string, string | undefined>;
    const given: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(specs)) {
      const text = Object.hasOwn(own, flagOf(name)) ? undefined : texts[flagOf(name)];
      if (text !== undefined) given[name] = parseParameter(name, spec, text);
    }
    return check(values as OptionValues<O>, given);
  });
}

/** The experiment that words name, first or by --experiment FILE, and the rest of them. */
export function takeExperiment(words: readonly string[]): { name?: string; module?: string; rest: string[] } {
  const rest = [...words];
  const name = rest[0] !== undefined && !rest[0].startsWith('-') ? rest.shift() : undefined;
  const at = rest.findIndex((word) => word === '--experiment' || word.startsWith('--experiment='));
  if (at < 0) return { name, rest };
  const [word, next] = rest.slice(at, at + 2);
  const joint = word.includes('=');
  const module = joint ? word.slice(word.indexOf('=') + 1) : next;
  if (module === undefined || module === '') throw new UsageError('"experiment" expected a file after --experiment');
  rest.splice(at, joint ? 1 : 2);
  return { name, module, rest };
}

/**
 * Parses the words of a command with its own options; `check` converts them.
 * @throws UsageError naming the option that is unknown or wrong
 */
export function parseWords<O extends NonNullable<ParseArgsConfig['options']>, T>(
  words: string[],
  options: O,
  check: (values: OptionValues<O>, positionals: string[]) => T,
): T {
  return usage(() => {
    const { values, positionals } = parseArgs({ args: joined(words, options), options, allowPositionals: true });
    return check(values as OptionValues<O>, positionals);
  });
}

type OptionValues<O> = {
  [name in keyof O]?: O[name] extends { type: 'boolean' }
    ? boolean
    : O[name] extends { multiple: true }
      ? string[]
      : string;
};

/** Joins `--coupling -0.5` to --coupling=-0.5 for parseArgs, since the value of an option may be a negative number. */
function joined(words: readonly string[], options: NonNullable<ParseArgsConfig['options']>): string[] {
  const result: string[] = [];
  for (let k = 0; k < words.length; k++) {
    const name = words[k].startsWith('--') ? words[k].slice(2) : '';
    const takesText = Object.hasOwn(options, name) && options[name].type === 'string';
    if (takesText && /^-\.?\d/.test(words[k + 1] ?? '')) result.push(`${words[k]}=${words[++k]}`);
    else result.push(words[k]);
  }
  return result;
}

/** Converts errors of checks and of parseArgs to a UsageError. */
function usage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
