/** Every portable name at one door, for pages without a bundler: `build/blockspin.min.js`. */

export * from './exact/index.js';
export * from './fields/index.js';
export * from './formats/index.js';
export * from './index.js';
export * from './io/index.js';
export * from './ising/index.js';
export * from './linear/index.js';
export * from './rbm/index.js';
export * from './rg/index.js';
export * from './stats/index.js';
