/** Constructors of parameter specs: text, default and range. */

import type { Seed } from '../../util/random.js';

export type { ValuesOf } from './parameters.js';

/** An integer. */
export const integer = (doc: string, initial: number, low: number, high?: number) =>
  ({ kind: 'integer', doc, default: initial, low, ...(high !== undefined && { high }) }) as const;

/** A number. */
export const number = (doc: string, initial: number, low: number, high: number) =>
  ({ kind: 'number', doc, default: initial, low, high }) as const;

/** A list of positive integers. */
export const integers = (doc: string, initial: readonly number[]) =>
  ({ kind: 'integers', doc, default: initial }) as const;

/** A list of numbers. */
export const numbers = (doc: string, initial: readonly number[], low: number, high: number) =>
  ({ kind: 'numbers', doc, default: initial, low, high }) as const;

/** One of several texts; the first is the default. */
export const choice = <const Choices extends readonly string[]>(doc: string, choices: Choices) =>
  ({ kind: 'choice', doc, default: choices[0], choices }) as const;

/** A seed. */
export const seed = (initial: Seed = 1) =>
  ({ kind: 'seed', doc: 'any integer or text; the same seed gives the same bits', default: initial }) as const;
