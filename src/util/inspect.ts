/**
 * How Node's `console.log` shows what holds thousands of numbers: names, sizes and what is short, on a few lines. Nothing else looks at this: the values,
 * JSON, copies and comparisons are as without.
 */

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

/** -1.229 ± 0.015: an error with two digits, the value with as many places; the value alone where no error is known. */
export function shownEstimate(estimate: { mean?: number; value?: number; error: number | null }): unknown {
  const { mean, value, error } = estimate;
  const number = mean ?? value ?? Number.NaN;
  if (error === null) return number;
  const places = error > 0 && Number.isFinite(error) ? Math.max(0, 1 - Math.floor(Math.log10(error))) : 6;
  return new Text(`${number.toFixed(Math.min(20, places))} ± ${error.toFixed(Math.min(20, places))}`);
}
