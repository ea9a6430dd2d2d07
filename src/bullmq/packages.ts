/** The packages of the queue, which users install beside this one. */

import type { QueueBase } from 'bullmq';

/**
 * BullMQ, which is loaded at the first use.
 * @throws Error saying what to install if it, or ioredis, is not there
 */
export async function bullmq(): Promise<typeof import('bullmq')> {
  try {
    // BullMQ itself looks for ioredis only when it connects
    await import('ioredis');
    return await import('bullmq');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('blockspin/bullmq needs the packages bullmq and ioredis: npm install bullmq ioredis', {
      cause: error,
    });
  }
}

/**
 * Waits until a queue or worker is connected.
 * @throws Error with the first thing that goes wrong before: it would try again without end
 */
export async function connected(one: QueueBase): Promise<void> {
  let refused: (error: Error) => void = () => {};
  const problem = new Promise<never>((_, reject) => {
    refused = reject;
  });
  one.on('error', refused);
  try {
    await Promise.race([one.waitUntilReady(), problem]);
  } catch (error) {
    one.on('error', () => {}); // those that come until it is closed
    await one.close();
    const { message, code } = error as NodeJS.ErrnoException;
    throw new Error(`cannot connect to Redis: ${message || code}`, { cause: error });
  } finally {
    one.off('error', refused);
  }
}
