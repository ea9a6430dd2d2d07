/**
 * The golden program: samples, trains, and hashes every spin and every weight. The hash is a constant: the same in Node and in a page, on one thread and
 * on two. If a change is meant to move it, the change says so in CHANGELOG.md.
 */

import { Ising, IsingReplicas, square, trainStack } from '../src/index.js';

export const GOLDEN = 'd7be11c8d13971560a6e28b5a1aa4a377cdceb376090188bcc553072b3eabaea';

export async function golden({ threads }: { threads: number }): Promise<string> {
  const data = new Ising({ lattice: square(16), coupling: 0.408, seed: 'golden' }).sample(500);
  const replicas = new IsingReplicas({ lattice: square(6, 10), coupling: 0.3, seed: 7 });
  replicas.sweep(25);
  const { stack } = await trainStack(data, {
    hidden: [43, 25, 7],
    algorithm: 'cd',
    centred: false,
    schedule: 'constant',
    learningRate: 0.1,
    epochs: 3,
    batchSize: 30,
    l1: 2e-4,
    seed: 1,
    threads,
  });
  const parts: (Uint8Array | Float32Array)[] = [data.bytes, replicas.configurations().bytes];
  for (const rbm of stack.rbms) parts.push(rbm.weights, rbm.visibleBias, rbm.hiddenBias);
  // means and reconstructions go through the other kernels
  parts.push(stack.reconstruct(data));

  const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const bytes = new Uint8Array(total);
  let end = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), end);
    end += part.byteLength;
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
