/** Which figures of a page have workers. */

/**
 * Workers of figures on a page at a time. Each holds WebAssembly memories, for which browsers reserve gigabytes of
 * addresses; one more ends the worker of the figure that has been out of sight for longest, which begins anew when it is
 * seen again.
 */
const MAX_WORKERS = 5;

/** Figures with a worker, that out of sight for longest first, and what ends it. */
const workers = new Map<object, { needed: () => boolean; end: () => void }>();

/**
 * A figure has a worker, or is seen again.
 * @param needed whether its worker must not be ended: it is in sight, or what it did would be lost
 * @param end ends it
 */
export function keepWorker(figure: object, needed: () => boolean, end: () => void): void {
  workers.delete(figure);
  workers.set(figure, { needed, end });
  if (workers.size <= MAX_WORKERS) return;
  for (const [other, { needed: stays, end: finish }] of workers) {
    if (other === figure || stays()) continue;
    workers.delete(other);
    finish();
    return;
  }
}

/** The worker of a figure has ended. */
export function forgetWorker(figure: object): void {
  workers.delete(figure);
}
