/** JSON inside a binary file, of which a key may stand only once: readers that disagree on which of two values counts disagree on the file. */

import { FormatError } from '../util/errors.js';

/**
 * The value of a JSON text.
 * @param start offset in the file to which an error points, in bytes
 * @param name of the text, in errors
 * @throws FormatError for what is no JSON, and for a key that an object has twice, at any depth
 */
export function strictJson(text: string, start: number, path?: string, name = 'header'): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${name} is no JSON`, start, path);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new FormatError(`${name} key ${twice.slice(0, 60)} is there twice`, start, path);
  return value;
}

/** The first key that an object of this valid JSON repeats, in its quotes. A loop with a stack of its own: no depth of brackets exhausts the engine's. */
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
