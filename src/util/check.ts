/**
 * Argument checks with one wording: `"coupling" expected finite number, got NaN`.
 * TypeError = wrong kind, RangeError = wrong value. Each returns its argument, checked, so that it can stand in an assignment.
 * Called once, at the public boundary; kernels trust what reaches them.
 */

/** How a value reads in an error message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(show).join(', ')}${value.length > 8 ? ', ...' : ''}]`;
  if (value !== null && typeof value === 'object') return value.constructor?.name ?? 'object';
  return String(value);
}

/** The error of the house wording; TypeError when the value is of the wrong kind altogether. */
export function refuse(name: string, expected: string, value: unknown, kind: 'type' | 'range' = 'range'): never {
  const message = `"${name}" expected ${expected}, got ${show(value)}`;
  throw kind === 'type' ? new TypeError(message) : new RangeError(message);
}

/** @throws TypeError if not a number, RangeError if NaN or infinite. */
export function finite(name: string, value: unknown): number {
  if (typeof value !== 'number') refuse(name, 'finite number', value, 'type');
  if (!Number.isFinite(value)) refuse(name, 'finite number', value);
  return value;
}

/** @throws TypeError if not a number, RangeError if outside [low, high]. */
export function within(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number') refuse(name, `number in [${low}, ${high}]`, value, 'type');
  if (!(value >= low && value <= high)) refuse(name, `number in [${low}, ${high}]`, value);
  return value;
}

/** @throws TypeError if not a number, RangeError if not a finite number > 0. */
export function positive(name: string, value: unknown): number {
  if (typeof value !== 'number') refuse(name, 'number > 0', value, 'type');
  if (!(value > 0 && Number.isFinite(value))) refuse(name, 'number > 0', value);
  return value;
}

/** @throws TypeError if not a number, RangeError if not an integer in [low, high]. */
export function integer(name: string, value: unknown, low = 1, high: number = Number.MAX_SAFE_INTEGER): number {
  const expected =
    high === Number.MAX_SAFE_INTEGER
      ? low === 1
        ? 'positive integer'
        : `integer >= ${low}`
      : `integer in [${low}, ${high}]`;
  if (typeof value !== 'number') refuse(name, expected, value, 'type');
  if (!(Number.isInteger(value) && value >= low && value <= high)) refuse(name, expected, value);
  return value;
}

/** @throws TypeError if not an array, or as `integer` for the first entry that is not a positive integer. */
export function positiveIntegers(name: string, value: unknown): number[] {
  if (!Array.isArray(value) || value.length === 0) refuse(name, 'non-empty array of positive integers', value, 'type');
  return value.map((entry, k) => integer(`${name}[${k}]`, entry));
}

/** @throws RangeError naming the choices. */
export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) refuse(name, `one of ${choices.join(', ')}`, value);
  return value as T;
}

/** @throws RangeError if the lengths differ. */
export function lengthOf<T extends { length: number }>(name: string, value: T, expected: number): T {
  if (value.length !== expected) throw new RangeError(`"${name}" expected length ${expected}, got ${value.length}`);
  return value;
}
