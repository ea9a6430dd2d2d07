// The ABI, first part: numbers and random streams, which are in every binary. Of the three parts (sampling.ts and learning.ts are the others) scripts/abi.ts makes
// src/wasm/kernels.ts, every function that TypeScript calls with one line of doc, beside the classes whose blocks the kernels read, and sizes.ts. Pointers are byte
// offsets into the imported memory, 16-byte aligned; lengths count elements. Kernels trust their arguments: the checks are in src/. They allocate nothing, keep
// nothing between calls and never throw.

/** eˣ within 1 ulp. */
export { exp } from './math';
/** Natural logarithm within 1 ulp. */
export { log } from './math';
/** log(1 + eˣ) within 2.7 ulp. */
export { softplus } from './math';
/** 1/(1 + e^-x) within 2.2 ulp. */
export { sigmoid } from './math';
/** The f32 sigmoid of the kernels, in place. */
export { sigmoidArray } from './math';
/** The f32 exponential of the kernels, in place. */
export { expArray } from './math';

/** Output n of SplitMix64. */
export { splitMix } from './random';
/** Streams first, first + 1, … of a key, 64 bytes each. */
export { seedStreams } from './random';
/** The next `count` vectors of four 32-bit numbers. */
export { fillRandom } from './random';
/** Vectors of 128 bits, each set with probability threshold/2³². */
export { bernoulliBits } from './random';
/** A random permutation of 0..n-1. */
export { shuffle } from './random';
/** n floats from N(0, deviation²). */
export { fillNormal } from './random';
