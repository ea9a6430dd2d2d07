/** Specs of parameters, one line each: what it is, its default, its range. */

import type { Seed } from '../../util/random.js';

export const integer = (doc: string, initial: number, low: number, high?: number) =>
  ({ kind: 'integer', doc, default: initial, low, ...(high !== undefined && { high }) }) as const;

export const number = (doc: string, initial: number, low: number, high: number) =>
  ({ kind: 'number', doc, default: initial, low, high }) as const;

export const integers = (doc: string, initial: readonly number[]) =>
  ({ kind: 'integers', doc, default: initial }) as const;

export const numbers = (doc: string, initial: readonly number[], low: number, high: number) =>
  ({ kind: 'numbers', doc, default: initial, low, high }) as const;

/** The first choice is the default. */
export const choice = <const Choices extends readonly string[]>(doc: string, choices: Choices) =>
  ({ kind: 'choice', doc, default: choices[0], choices }) as const;

export const seed = (initial: Seed = 1) =>
  ({ kind: 'seed', doc: 'any integer or text; the same seed gives the same bits', default: initial }) as const;
