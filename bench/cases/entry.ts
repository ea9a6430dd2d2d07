/** A line of the catalogue from its heading and what it measures. */

import type { Case, Entry } from '../harness.js';

/** A case that still lacks its name; `close` ends its threads, which otherwise wait until the process ends. */
export type Body = Omit<Case, 'name'> & { close?: () => Promise<void> };

/** The case takes its name from the entry. */
export function entry(heading: Omit<Entry, 'make'>, make: (short: boolean) => Body | Promise<Body>): Entry {
  return { ...heading, make: async (short) => ({ name: heading.name, ...(await make(short)) }) };
}

/** `2 threads`. */
export const counted = (threads: number) => `${threads} thread${threads > 1 ? 's' : ''}`;

/** 1, 2, 4, … up to the most there are, which is always among them. */
export function threadCounts(most: number): number[] {
  const counts: number[] = [];
  for (let n = 1; n < most; n *= 2) counts.push(n);
  return [...counts, most];
}
