/** What the command does when nobody reads what it says. */

/**
 * Lost streams end no work: progress that cannot be told is dropped, and a reader of the results that has gone (EPIPE, or EIO of a closed terminal) is left
 * in peace. Results that cannot be written for another reason, such as a full disk, end with code 1; the files are there all the same.
 */
export function outliveStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || code === 'EIO') return;
    process.stderr.write(`blockspin: cannot write to stdout: ${message}\n`);
    process.exitCode = 1;
  });
}
