/**
 * How Node's `console.log` shows objects that hold thousands of numbers: names, sizes and short fields, on a few lines.
 * Nothing else is affected: values, JSON, copies and comparisons stay the same.
 */

import { type Estimate, formatEstimate, type Mean } from './estimate.js';

/** The method that `util.inspect` calls. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** `util.inspect` as it is passed to that method, with the options of the call. */
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

/** A long array by its kind and length; any other value unchanged. */
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

/** A plain result that `console.log` shows by these fields; the property that does so is not enumerable. */
export function withShownFields<T extends object>(result: T, fieldsOf: (result: T) => object): T {
  const value = (_depth: number, options: object, inspect: Inspect) => shownAs('', fieldsOf(result), options, inspect);
  return Object.defineProperty(result, INSPECT, { value, enumerable: false });
}

/** An estimate as `formatEstimate` writes it, without quotation marks; the number itself where no error is known. */
export function shownEstimate(estimate: Estimate | Mean): unknown {
  if (estimate.error === null) return 'mean' in estimate ? estimate.mean : estimate.value;
  return new Text(formatEstimate(estimate));
}
