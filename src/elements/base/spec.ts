/**
 * What an element has, as data: its attributes and properties, events, parts and custom properties of CSS. The element
 * class, its controls, the manifest (`custom-elements.json`), the types and the page of documentation are made of it.
 */

import { refuse } from '../../util/check.js';

interface Common<T> {
  default: T;
  /** One sentence, with units. */
  doc: string;
  /** Label of its control. */
  label?: string;
  /** Whether it belongs to what a link must say to reproduce the figure. Default true. */
  linked?: boolean;
}

export interface NumberSpec extends Common<number> {
  kind: 'number';
  min: number;
  max: number;
  /** Steps of its slider, and how many decimals are shown. */
  step: number;
  integer?: boolean;
  /** It must be one of the multiples of this number. */
  multipleOf?: number;
  unit?: string;
}

export interface ChoiceSpec<C extends string = string> extends Common<C> {
  kind: 'choice';
  choices: readonly C[];
  /** How each choice is called on the page. */
  names?: Readonly<Record<C, string>>;
}

export interface FlagSpec extends Common<boolean> {
  kind: 'flag';
}

export interface TextSpec extends Common<string> {
  kind: 'text';
}

export type PropertySpec = NumberSpec | ChoiceSpec | FlagSpec | TextSpec;
export type PropertySpecs = Readonly<Record<string, PropertySpec>>;

/** The values of properties that were declared. */
export type ValuesOf<S extends PropertySpecs> = {
  [N in keyof S]: S[N] extends NumberSpec
    ? number
    : S[N] extends ChoiceSpec<infer C>
      ? C
      : S[N] extends FlagSpec
        ? boolean
        : string;
};

export type Value = number | string | boolean;

/** An element: everything about it that is not code. */
export interface FigureSpec<S extends PropertySpecs = PropertySpecs> {
  /** Such as `blockspin-spins`. */
  tag: string;
  /** Name of its class, such as `SpinsElement`. */
  className: string;
  /** One or two sentences. */
  summary: string;
  properties: S;
  /** Name of an event → what it says, and the TypeScript type of its `detail`. */
  events: Readonly<Record<string, { doc: string; detail: string }>>;
  /** Methods beside those of every figure: signature → what it does. */
  methods?: Readonly<Record<string, string>>;
  parts: Readonly<Record<string, string>>;
  /** What of it a seed fixes to the bit: its menu gives the SHA-256 of that. */
  bits?: string;
}

export const numberSpec = <const S extends Omit<NumberSpec, 'kind'>>(spec: S) => ({ kind: 'number', ...spec }) as const;
export const flagSpec = (spec: Omit<FlagSpec, 'kind'>): FlagSpec => ({ kind: 'flag', ...spec });
export const textSpec = (spec: Omit<TextSpec, 'kind'>): TextSpec => ({ kind: 'text', ...spec });
export const choiceSpec = <const C extends string>(spec: Omit<ChoiceSpec<C>, 'kind'>): ChoiceSpec<C> => ({
  kind: 'choice',
  ...spec,
});

/** The properties that every figure has. */
export const EVERY_FIGURE = {
  seed: numberSpec({
    default: 1,
    min: 0,
    max: 2 ** 32 - 1,
    step: 1,
    integer: true,
    doc: 'Seed of all random numbers: the same seed gives the same figure, here and in Node.',
    label: 'seed',
  }),
  paused: flagSpec({
    default: false,
    linked: false,
    doc: 'Whether it waits. A figure also waits while it cannot be seen.',
  }),
  lowPower: flagSpec({
    default: false,
    linked: false,
    doc: 'Whether it saves energy: 15 frames per second and half the work; see lowPowerFigures for the whole page.',
  }),
} satisfies PropertySpecs;

/** Whether a property is about running alone: no scene is told of it, and no `change` tells it. */
export const isOwn = (property: string): boolean => property === 'paused' || property === 'lowPower';

/** Attribute of a property: `fromSize` → `from-size`. */
export const attributeOf = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * The value itself if the property may have it.
 * @throws TypeError or RangeError naming the property, what was expected and what was given
 */
export function checkedValue(name: string, spec: PropertySpec, value: unknown): Value {
  switch (spec.kind) {
    case 'number': {
      const { min, max, integer = false, multipleOf } = spec;
      const expected = `${integer ? 'integer' : 'number'} from ${min} to ${max}${multipleOf ? `, a multiple of ${multipleOf}` : ''}`;
      if (typeof value !== 'number') refuse(name, expected, value, 'type');
      const fits = value >= min && value <= max && (!integer || Number.isInteger(value));
      if (!fits || (multipleOf !== undefined && value % multipleOf !== 0)) refuse(name, expected, value);
      return value;
    }
    case 'choice':
      if (!spec.choices.includes(value as string)) refuse(name, spec.choices.join(', '), value);
      return value as string;
    case 'flag':
      if (typeof value !== 'boolean') refuse(name, 'true or false', value, 'type');
      return value;
    case 'text':
      if (typeof value !== 'string') refuse(name, 'text', value, 'type');
      return value;
  }
}

/**
 * The value that an attribute stands for; a missing attribute (null) stands for the default, or false.
 * @throws TypeError or RangeError as `checkedValue`
 */
export function valueOfAttribute(name: string, spec: PropertySpec, text: string | null): Value {
  if (spec.kind === 'flag') return text !== null && text !== 'false';
  if (text === null) return spec.default;
  if (spec.kind !== 'number') return checkedValue(name, spec, text);
  // Number('') is 0
  return checkedValue(name, spec, text.trim() === '' ? Number.NaN : Number(text));
}

/** The defaults of all properties. */
export function defaultsOf<S extends PropertySpecs>(specs: S): ValuesOf<S> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default])) as ValuesOf<S>;
}
