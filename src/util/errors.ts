/** Errors that a caller distinguishes by class; all others are TypeError, RangeError or Error (see check.ts). */

/**
 * A file or byte string that breaks its format: where (path, byte offset) and why.
 * @example
 * try {
 *   decodeSpinData(new Uint8Array(100));
 * } catch (error) {
 *   if (error instanceof FormatError) console.log(error.reason, error.offset);
 * }
 */
export class FormatError extends Error {
  override readonly name = 'FormatError';

  /**
   * @param reason in words, without the place
   * @param offset of the first wrong byte
   * @param path of the file, if there is one
   */
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

/**
 * Training has diverged: weights are no longer finite or moderate. The message names the epoch.
 * @example
 * try {
 *   await trainRbm(new BitRows(8, 4), { hidden: 2, epochs: 1, outcome: false, threads: 1 });
 * } catch (error) {
 *   if (error instanceof DivergenceError) console.log(`diverged in epoch ${error.epoch}`);
 * }
 */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';

  /** @param epoch the epoch in which it happened, from 1 */
  constructor(
    message: string,
    readonly epoch: number,
  ) {
    super(message);
  }
}
