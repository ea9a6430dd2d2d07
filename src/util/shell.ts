/** Words for a POSIX shell. */

/** A word, quoted for a shell if necessary. */
export function quoted(word: string): string {
  return /^[\w./,:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
