/** Errors that a caller tells apart by class; all others are TypeError, RangeError or Error (see check.ts). */

/** A file or a byte string that is not what it claims to be: where (path, byte offset) and why. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  constructor(
    readonly reason: string,
    readonly offset: number,
    readonly path?: string,
  ) {
    super(`${path ?? 'data'}: ${reason} (at byte ${offset})`);
  }

  /** The same error with the path of the file it came from. */
  at(path: string): FormatError {
    return new FormatError(this.reason, this.offset, path);
  }
}

/** Training left the region of finite, moderate weights; the message names the epoch. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    message: string,
    readonly epoch: number,
  ) {
    super(message);
  }
}
