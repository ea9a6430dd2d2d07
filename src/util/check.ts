/**
 * Argument checks with one wording: `"coupling" expected finite number, got NaN`. TypeError = wrong kind, RangeError =
 * wrong value. Each returns its argument, checked, so that it can stand in an assignment. Called once, at the public
 * boundary; kernels trust what reaches them.
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

/**
 * Checks that a value is an array without holes, which `map`, `forEach` and the like skip silently.
 * @throws TypeError if not an array, or naming the first hole
 */
export function checkList(name: string, value: unknown, expected: string): void {
  if (!Array.isArray(value)) refuse(name, expected, value, 'type');
  const hole = value.findIndex((entry, k) => entry === undefined && !(k in value));
  if (hole >= 0) throw new TypeError(`"${name}[${hole}]" expected an entry, got a hole`);
}

/** @throws TypeError if not an array, or as `integer` for the first entry that is not a positive integer. */
export function positiveIntegers(name: string, value: unknown): number[] {
  if (!Array.isArray(value) || value.length === 0) refuse(name, 'non-empty array of positive integers', value, 'type');
  checkList(name, value, 'non-empty array of positive integers');
  return value.map((entry, k) => integer(`${name}[${k}]`, entry));
}

/** @throws TypeError if not a string */
export function text(name: string, value: unknown, expected = 'text'): string {
  return typeof value === 'string' ? value : refuse(name, expected, value, 'type');
}

/** @throws TypeError if not a string, RangeError if empty */
export function checkPath(path: unknown): string {
  return text('path', path, 'path of a file') || refuse('path', 'path of a file', path);
}

/**
 * Calls `make`, which allocates arrays whose size the argument `name` sets.
 * @throws RangeError naming it where there is no memory for them
 */
export function withRoom<T>(name: string, value: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(name, 'number for which there is memory', value);
  }
}

/** @throws RangeError naming the choices. */
export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) refuse(name, `one of ${choices.join(', ')}`, value);
  return value as T;
}

/** @throws TypeError if it has no length, RangeError if the lengths differ. */
export function lengthOf<T extends { length: number }>(name: string, value: T, expected: number): T {
  if (typeof value?.length !== 'number') refuse(name, `array of length ${expected}`, value, 'type');
  if (value.length !== expected) throw new RangeError(`"${name}" expected length ${expected}, got ${value.length}`);
  return value;
}

/**
 * @param expected the name of the class, which a bundle may have changed
 * @throws TypeError unless the value is an instance of the class
 */
export function instanceOf<T>(
  name: string,
  value: unknown,
  kind: abstract new (...args: never[]) => T,
  expected: string,
): T {
  return value instanceof kind ? value : refuse(name, expected, value, 'type');
}

/**
 * An object identified by its members, such as the result of another function.
 * @param expected the object in words
 * @throws TypeError unless the value is an object with all these members
 */
export function objectWith<T>(name: string, value: T, members: readonly string[], expected: string): T {
  const given = value as Record<string, unknown> | null | undefined;
  if (given === null || typeof given !== 'object' || members.some((member) => given[member] === undefined)) {
    refuse(name, expected, value, 'type');
  }
  return value;
}

/** Number of option names that an error message lists. */
const SHOWN = 4;

/** The names of an object type, of each member of a union. */
type NameOf<T> = T extends unknown ? Extract<keyof T, string> : never;

/**
 * Refuses a value that is no object of options, and an unknown option. An option that is `undefined` counts as left
 * out; of an instance of a class the names are not checked.
 * @param owner the function or class that has these options
 * @param names of all options: the compiler refuses a list that lacks one of the type's
 * @param name of the object itself
 * @throws TypeError if not an object; RangeError naming the unknown option, and the one that may be meant
 */
export function knownOptions<T extends object, const N extends readonly string[]>(
  owner: string,
  options: T,
  names: N & ([Exclude<NameOf<T>, N[number]>] extends [never] ? unknown : { lacks: Exclude<NameOf<T>, N[number]> }),
  name = 'options',
): T {
  if (options === null || typeof options !== 'object' || Array.isArray(options) || ArrayBuffer.isView(options)) {
    refuse(name, `{ ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', …' : ''} }`, options, 'type');
  }
  const prototype = Object.getPrototypeOf(options);
  if (prototype !== null && prototype !== Object.prototype) return options;
  for (const [own, value] of Object.entries(options)) {
    if (names.includes(own) || value === undefined) continue;
    const near = nearest(own, names);
    const advice = near === undefined ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
    throw new RangeError(`${show(own)} expected an option of ${owner}, got an unknown name: ${advice}`);
  }
  return options;
}

/** The name that differs least: in case and underscores alone, or by one letter in three, at most two. */
function nearest(given: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.replace(/[_-]/g, '').toLowerCase();
  const own = plain(given);
  const limit = Math.min(2, Math.floor(own.length / 3));
  const [best] = names
    .map((name) => ({ name, distance: editDistance(own.slice(0, 100), plain(name)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** Letters to insert, take away or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) {
      const replaced = row[k - 1] + (a[i - 1] === b[k - 1] ? 0 : 1);
      next.push(Math.min(row[k] + 1, next[k - 1] + 1, replaced));
    }
    row = next;
  }
  return row[b.length];
}
