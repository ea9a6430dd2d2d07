/** What the page and its worker say to each other. */

import type { Row } from '../harness.js';

/** An entry as the page lists it. */
export interface Listed {
  name: string;
  group: string;
  threads: number;
}

/** What the page asks for: the list, or these entries one after the other. It stops the worker by ending it. */
export type Request =
  | { kind: 'list' }
  | { kind: 'run'; names: string[]; rounds: number; short: boolean; shortest: number };

export type Answer =
  | { kind: 'listed'; entries: Listed[]; threads: number; isolated: boolean; resolution: number }
  | { kind: 'begun'; name: string; place: number }
  | { kind: 'round'; done: number }
  | { kind: 'rows'; rows: Row[] }
  | { kind: 'failed'; name: string; reason: string }
  | { kind: 'ended' };
