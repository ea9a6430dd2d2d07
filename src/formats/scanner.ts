/** A reader for the small texts inside binary files: headers in a strict subset of Python or JSON. */

import { FormatError } from '../util/errors.js';

/**
 * Reads a text token by token, with the place of an error in bytes of the file.
 * Nothing in it recurses, so no depth of brackets can exhaust the stack.
 */
export class Scanner {
  /** Index of the next character. */
  at = 0;

  /** @param start offset of the text's first character in the file, in bytes */
  constructor(
    readonly text: string,
    private readonly start: number,
    private readonly path?: string,
  ) {}

  /**
   * Skips spaces and the match of a sticky pattern, and returns the match; undefined, and nothing is skipped, if it
   * does not match.
   */
  try(pattern: RegExp): string | undefined {
    let from = this.at;
    while (isSpace(this.text.charCodeAt(from))) from++;
    pattern.lastIndex = from;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.at = pattern.lastIndex;
    return match[0];
  }

  /**
   * `try` for a token that is required.
   * @throws FormatError if the pattern does not match
   */
  take(pattern: RegExp, expected: string): string {
    return this.try(pattern) ?? this.fail(`header expected ${expected}`);
  }

  /** Offset in the file of character `at`, in bytes. */
  offset(at = this.at): number {
    return this.start + new TextEncoder().encode(this.text.slice(0, at)).length;
  }

  fail(reason: string, at = this.at): never {
    throw new FormatError(reason, this.offset(at), this.path);
  }

  /** @throws FormatError if anything but spaces and line ends is left */
  end(): void {
    this.take(/$/y, 'nothing after its closing brace');
  }
}

/** Space, tab, line feed or carriage return. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 9 || code === 10 || code === 13;
}
