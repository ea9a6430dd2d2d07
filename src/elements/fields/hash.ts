/** Hashes of stacks, by which runs are compared. */

import { encodeStack } from '../../io/index.js';
import type { Stack } from '../../rbm/index.js';
import { bytesOf, sha256 } from '../base/hash.js';

/** Of the stack as a safetensors file (`encodeStack`), and of each layer's weights, visible and hidden biases. */
export interface StackHashes {
  stack: string | null;
  layers: (string | null)[];
}

/** The hashes of a stack. */
export async function hashesOf(stack: Stack): Promise<StackHashes> {
  const layers: (string | null)[] = [];
  for (const { weights, visibleBias, hiddenBias } of stack.rbms) {
    layers.push(await sha256(bytesOf([weights, visibleBias, hiddenBias])));
  }
  return { stack: await sha256(encodeStack(stack)), layers };
}
