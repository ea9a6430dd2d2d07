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
  json: boolean;
  help: boolean;
  threads: number | undefined;
  /** Time limit in minutes. */
  stopAfter: number | undefined;
}

/** learningRate → learning-rate */
export function flagOf(parameter: string): string {
  return parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const COMMON = {
  preset: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'boolean' },
  restart: { type: 'boolean' },
  replace: { type: 'boolean' },
  json: { type: 'boolean' },
  threads: { type: 'string' },
  'stop-after': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

/** @throws UsageError naming the option that is unknown or wrong */
export function parseRunOptions(experiment: AnyExperiment, words: string[]): RunOptions {
  const specs = experiment.parameters as Record<string, ParameterSpec>;
  const options: NonNullable<ParseArgsConfig['options']> = { ...COMMON };
  for (const name of Object.keys(specs)) options[flagOf(name)] = { type: 'string' };
  return usage(() => {
    const values = parseArgs({ args: joined(words, options), options, allowPositionals: false }).values as Record<
      string,
      string & boolean
    >;
    const given: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(specs)) {
      const text = values[flagOf(name)];
      if (text !== undefined) given[name] = parseParameter(name, spec, text);
    }
    if (values.resume && values.restart) throw new RangeError('--resume and --restart exclude each other');
    const number = (name: string) => optionalNumber(name, values[name]);
    const threads = number('threads');
    const stopAfter = number('stop-after');
    return {
      parameters: resolveParameters(experiment, values.preset, given),
      out: values.out ?? `out/${experiment.name}`,
      resume: values.resume ?? false,
      restart: values.restart ?? false,
      replace: values.replace ?? false,
      json: values.json ?? false,
      help: values.help ?? false,
      threads: threads === undefined ? undefined : integer('threads', threads, 1, 64),
      stopAfter: stopAfter === undefined ? undefined : positive('stop-after', stopAfter),
    };
  });
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

type OptionValues<O> = { [name in keyof O]?: O[name] extends { type: 'boolean' } ? boolean : string };

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
