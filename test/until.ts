/** Waiting for what other processes do. */

import { setTimeout as wait } from 'node:timers/promises';

/** Waits until something is there. @throws Error naming it after two minutes */
export async function until<T>(what: string, there: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + 120_000;
  while (performance.now() < end) {
    const value = await there();
    if (value !== undefined && value !== false) return value;
    await wait(100);
  }
  throw new Error(`waited two minutes for ${what}`);
}
