/** Numbers and seeds from the words of a command line. */

import { refuse } from '../../util/check.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @throws RangeError if the whole word is not a number (Infinity is allowed) */
export function numberOf(name: string, word: string): number {
  const text = word.trim();
  return NUMBER.test(text) || text === 'Infinity' ? Number(text) : refuse(name, 'number', word);
}

/** @throws RangeError as `numberOf`, unless there is no word */
export function optionalNumber(name: string, word: string | undefined): number | undefined {
  return word === undefined ? undefined : numberOf(name, word);
}

/** Numbers between separators. @throws RangeError as `numberOf`, for each of them */
export function numbersOf(name: string, word: string, separator: string): number[] {
  return word.split(separator).map((part) => {
    const text = part.trim();
    return NUMBER.test(text) ? Number(text) : refuse(name, `numbers with "${separator}" between them`, word);
  });
}
