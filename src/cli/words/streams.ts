/** Behaviour without a reader of stdout or stderr. */

/**
 * Errors of streams do not stop the work: progress is dropped, and so are results if their reader has closed the pipe
 * (EPIPE, or EIO of a closed terminal). Results that cannot be written for another reason, such as a full disk, give
 * exit code 1; the files are written in any case.
 */
export function outliveStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || code === 'EIO') return;
    process.stderr.write(`blockspin: cannot write to stdout: ${message}\n`);
    process.exitCode = 1;
  });
}
