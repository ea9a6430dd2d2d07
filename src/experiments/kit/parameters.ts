/**
 * Parameters of an experiment as data: specs define types, defaults, checks, help and the parsing on the command line.
 */

import {
  checkList,
  finite,
  integer,
  knownOptions,
  objectWith,
  oneOf,
  positiveIntegers,
  refuse,
  within,
} from '../../util/check.js';
import { checkSeed, type Seed, seedOfText } from '../../util/random.js';

/** The spec of a parameter: its kind, default and range, with a text for the command line and pages. */
export type ParameterSpec = { doc: string } & (
  | { kind: 'integer'; default: number; low: number; high?: number }
  | { kind: 'number'; default: number; low: number; high: number }
  | { kind: 'integers'; default: readonly number[] }
  | { kind: 'numbers'; default: readonly number[]; low: number; high: number }
  | { kind: 'choice'; default: string; choices: readonly string[] }
  | { kind: 'seed'; default: Seed }
);

/** Specs of parameters, by name. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** The values of parameters, by name. */
export type ValuesOf<Specs extends ParameterSpecs> = { -readonly [name in keyof Specs]: ValueOf<Specs[name]> };

type ValueOf<Spec extends ParameterSpec> = Spec extends { kind: 'integer' | 'number' }
  ? number
  : Spec extends { kind: 'integers' | 'numbers' }
    ? number[]
    : Spec extends { kind: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : Seed;

/** Named sets of parameters; the first is the default. */
export type Presets<Specs extends ParameterSpecs> = Readonly<
  Record<string, { readonly doc: string; readonly values: Partial<ValuesOf<Specs>> }>
>;

/** Something with parameters and presets. */
export interface Parametrised<Specs extends ParameterSpecs = ParameterSpecs> {
  readonly parameters: Specs;
  readonly presets: Presets<Specs>;
}

/**
 * The parameters of a run: defaults, then the preset's, then those given.
 * @throws RangeError or TypeError naming an unknown preset or parameter, or a value out of range
 */
export function resolveParameters<Specs extends ParameterSpecs>(
  experiment: Parametrised<Specs>,
  preset?: string,
  given: Readonly<Record<string, unknown>> = {},
): ValuesOf<Specs> {
  const { parameters: specs, presets } = objectWith(
    'experiment',
    experiment,
    ['parameters', 'presets'],
    'an experiment',
  );
  objectWith('given', given, [], 'parameters by name');
  const names = Object.keys(specs);
  const chosen = oneOf('preset', preset ?? Object.keys(presets)[0], Object.keys(presets));
  for (const name of Object.keys(given)) oneOf('parameter', name, names);
  const values = { ...presets[chosen].values, ...given } as Record<string, unknown>;
  return Object.fromEntries(
    names.map((name) => [name, checkParameter(name, specs[name], values[name] ?? specs[name].default)]),
  ) as ValuesOf<Specs>;
}

/**
 * The name of the preset with these values, apart from seeds; null if there is none.
 * @throws TypeError or RangeError for a preset with an invalid value
 */
export function presetOf<Specs extends ParameterSpecs>(
  of: Parametrised<Specs>,
  parameters: ValuesOf<Specs>,
): string | null {
  const seeds = Object.keys(of.parameters).filter((name) => of.parameters[name].kind === 'seed');
  const text = (values: Record<string, unknown>) =>
    JSON.stringify({ ...values, ...Object.fromEntries(seeds.map((name) => [name, 0])) });
  const own = text(parameters);
  return Object.keys(of.presets).find((name) => text(resolveParameters(of, name)) === own) ?? null;
}

/**
 * Checks that all parameters are there and valid.
 * @throws TypeError or RangeError naming an unknown or missing parameter, or one out of range
 */
export function checkParameters(owner: string, specs: ParameterSpecs, parameters: object): void {
  objectWith('parameters', parameters, [], 'every parameter by name');
  knownOptions(owner, parameters, Object.keys(specs) as never, 'parameters');
  for (const [name, spec] of Object.entries(specs)) checkParameter(name, spec, parameters[name as never]);
}

function checkParameter(name: string, spec: ParameterSpec, value: unknown): unknown {
  switch (spec.kind) {
    case 'integer':
      return integer(name, value, spec.low, spec.high);
    case 'number':
      return within(name, finite(name, value), spec.low, spec.high);
    case 'integers':
      return positiveIntegers(name, value);
    case 'numbers':
      if (!Array.isArray(value) || value.length === 0) refuse(name, 'non-empty array of numbers', value, 'type');
      checkList(name, value, 'non-empty array of numbers');
      return value.map((entry, k) => within(`${name}[${k}]`, finite(`${name}[${k}]`, entry), spec.low, spec.high));
    case 'choice':
      return oneOf(name, value, spec.choices);
    case 'seed':
      return checkSeed(name, value);
  }
}

/**
 * A parameter from its text on a command line.
 * @throws TypeError for another kind of argument, RangeError if the text is not of the parameter's kind
 */
export function parseParameter(name: string, spec: ParameterSpec, text: string): unknown {
  objectWith('spec', spec, ['kind'], 'a parameter of an experiment');
  if (typeof text !== 'string') refuse(name, 'text', text, 'type');
  const number = (part: string) => {
    if (part.trim() === '') refuse(name, 'number', text);
    return Number(part);
  };
  /** 2:2.6:7 means seven numbers from 2 to 2.6. */
  const spaced = (part: string) => {
    const [from, to, count] = part.split(':').map(number);
    if (to === undefined) return [from];
    integer(`${name} (from:to:count)`, count ?? Number.NaN, 2, 10_000);
    return Array.from({ length: count }, (_, k) => Number((from + ((to - from) * k) / (count - 1)).toPrecision(12)));
  };
  switch (spec.kind) {
    case 'integers':
      return checkParameter(name, spec, text.split(',').map(number));
    case 'numbers':
      return checkParameter(name, spec, text.split(',').flatMap(spaced));
    case 'choice':
      return checkParameter(name, spec, text);
    case 'seed':
      return checkParameter(name, spec, seedOfText(name, text));
    default:
      return checkParameter(name, spec, number(text));
  }
}
