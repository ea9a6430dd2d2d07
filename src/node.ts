/** `blockspin/node`: files. Everything else is in `blockspin`. */

import { readFileBytes, writeFileAtomic } from './io/node.js';
import { decodeSpinData, encodeSpinData } from './io/spinData.js';
import { decodeStack, encodeStack } from './io/stack.js';
import type { SpinData } from './ising/spinData.js';
import type { Stack } from './rbm/stack.js';

/** Writes configurations as .npz (see `encodeSpinData`); a file of that name is replaced only once the new one is whole. */
export function saveSpinData(path: string, data: SpinData): void {
  writeFileAtomic(path, encodeSpinData(data));
}

/** @throws FormatError with the path if the file is not one that `saveSpinData` could have written */
export function loadSpinData(path: string): SpinData {
  return decodeSpinData(readFileBytes(path), path);
}

/** Writes a stack as safetensors (see `encodeStack`); a file of that name is replaced only once the new one is whole. */
export function saveStack(path: string, stack: Stack, metadata?: Record<string, string>): void {
  writeFileAtomic(path, encodeStack(stack, metadata));
}

/** @throws FormatError with the path if the file is not one that `saveStack` could have written */
export function loadStack(path: string): Stack {
  return decodeStack(readFileBytes(path), path);
}
