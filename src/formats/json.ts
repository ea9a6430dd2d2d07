/**
 * JSON inside a binary file, where each key may occur only once, since readers differ in which of two values they take.
 */

import { FormatError } from '../util/errors.js';

/**
 * Largest depth of brackets, far above what this package writes. Deeper nesting could exhaust the stack of a recursive
 * reader.
 */
const MAX_DEPTH = 500;

/**
 * The value of a JSON text.
 * @param start offset in the file to which an error points, in bytes
 * @param name of the text, in errors
 * @throws FormatError if the text is not JSON or nested too deep, and for a key that an object has twice, at any depth
 */
export function strictJson(text: string, start: number, path?: string, name = 'header'): unknown {
  if (depthOf(text) > MAX_DEPTH) throw new FormatError(`${name} is nested more than ${MAX_DEPTH} deep`, start, path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${name} is not JSON`, start, path);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new FormatError(`${name} key ${twice.slice(0, 60)} occurs twice`, start, path);
  return value;
}

/** Largest number of open brackets, outside of strings. */
function depthOf(text: string): number {
  let [depth, most, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) at += character === '\\' ? 1 : 0;
    else if (character === '{' || character === '[') most = Math.max(most, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return most;
}

/**
 * The first key that an object of this valid JSON repeats, in its quotes. A loop with a stack of its own: no depth of
 * brackets exhausts the engine's.
 */
function repeatedKey(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') objects.push(new Set());
    else if (character === '[') objects.push(undefined);
    else if (character === '}' || character === ']') objects.pop();
    else if (character === '"') {
      const begin = at++;
      while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
      let next = at + 1;
      while (/\s/.test(text[next] ?? '')) next++;
      if (text[next] !== ':') continue;
      const key: string = JSON.parse(text.slice(begin, at + 1));
      const keys = objects[objects.length - 1];
      if (keys?.has(key)) return JSON.stringify(key);
      keys?.add(key);
    }
  }
  return undefined;
}
