/**
 * Stands in for 'uvu' inside the page: the same suites, but each is known by name and it is seen whether it was run.
 * (uvu itself prints to the console and keeps its runners in a queue of nameless functions.)
 */

import { type Callback, suite as makeSuite, test as nameless, type Test } from 'uvu';

/** What uvu's runner of one suite resolves to: its failures as text (true for none), then three counts. */
type Outcome = [errors: string | true, passed: number, skipped: number, total: number];

export interface SuiteRecord {
  name: string;
  /** One for each call of `.run()`. */
  runners: (() => Promise<Outcome>)[];
}

declare global {
  var UVU_QUEUE: (() => Promise<Outcome>)[][];
}

/** Every suite made in this page, in order. */
export const records: SuiteRecord[] = [];

function watch<T>(made: Test<T>, name: string): Test<T> {
  const record: SuiteRecord = { name, runners: [] };
  const run = made.run;
  made.run = () => {
    run();
    record.runners.push(globalThis.UVU_QUEUE[0].pop()!);
  };
  records.push(record);
  return made;
}

export function suite<T = Record<string, unknown>>(title = '', context?: T): Test<T> {
  return watch(makeSuite(title, context), title);
}

let watched = false;

/** The ready-made suite without a name; it counts as a suite of this page from its first use on. */
export const test: Test = new Proxy(nameless, {
  apply: (target, self, args: [string, Callback]) => Reflect.apply(seen(target), self, args),
  get: (target, key, self) => Reflect.get(seen(target), key, self),
});

function seen(target: Test): Test {
  if (!watched) watch(target, '');
  watched = true;
  return target;
}
