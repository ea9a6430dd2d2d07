/**
 * How Node's `console.log` shows what holds thousands of numbers: names, sizes and what is short, on a few lines.
 * Nothing else looks at this: the values, JSON, copies and comparisons are as without.
 */

import { type Estimate, formatEstimate, type Mean } from './estimate.js';

/** The name by which `util.inspect` asks. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** `util.inspect` as it is handed over, with the options of the call. */
type Inspect = (value: unknown, options: object) => string;

/** A text that is shown without quotation marks. */
class Text {
  constructor(private readonly text: string) {}
  [INSPECT](): string {
    return this.text;
  }
}

/** Entries up to which an array of numbers is shown. */
const SHORT = 6;

/** Long arrays by kind and length, all else as it is. */
function brief(value: unknown): unknown {
  const list = ArrayBuffer.isView(value) || Array.isArray(value);
  const length = list ? (value as unknown as ArrayLike<unknown>).length : 0;
  return length > SHORT ? new Text(`${value?.constructor.name}(${length})`) : value;
}

/** `Name { … }` with the fields on few lines. */
export function shownAs(name: string, fields: object, options: object, inspect: Inspect): string {
  const short = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, brief(value)]));
  return `${name} ${inspect(short, { ...options, breakLength: 120 })}`.trimStart();
}

/** A plain result that is shown by these fields; the property that says so is not counted among its own. */
export function withShownFields<T extends object>(result: T, fieldsOf: (result: T) => object): T {
  const value = (_depth: number, options: object, inspect: Inspect) => shownAs('', fieldsOf(result), options, inspect);
  return Object.defineProperty(result, INSPECT, { value, enumerable: false });
}

/** As papers write it (see `formatEstimate`), without quotation marks; the number itself where no error is known. */
export function shownEstimate(estimate: Estimate | Mean): unknown {
  if (estimate.error === null) return 'mean' in estimate ? estimate.mean : estimate.value;
  return new Text(formatEstimate(estimate));
}
