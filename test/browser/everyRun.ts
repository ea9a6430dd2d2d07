/**
 * The portable test files that every run repeats in Chromium; `npm run matrix` repeats all. Kernels and seeds give the same bits in Node and in Chromium
 * (test/browser/golden), so a second run of every file says little. What can differ is the engine around them, and of each folder those files are repeated
 * that meet it: `Math`, threads and shared memory, timers and pauses, text and bytes, compression, drawing.
 */

/** Folders of which all files are repeated: formulas on `Math`, pauses and checks, everything that names WebAssembly. */
const FOLDERS = ['exact', 'util', 'wasm'];

const FILES = [
  'assembly/math',
  'assembly/numeric',
  'assembly/random',
  'assembly/units',
  'bench/measure',
  'elements/fields',
  'elements/flowRows',
  'elements/map',
  'elements/trainingScene',
  'experiments/decimation1d',
  'fields/locality',
  'formats/gzip',
  'formats/npy',
  'io/checkpoint',
  'io/rbm',
  'io/values',
  'ising/ising',
  'ising/models',
  'ising/spinData',
  'linear/bits',
  'physics/torus',
  'rbm/numericBits',
  'rbm/rbm',
  'rbm/training',
  'rg/exactTraining',
  'rg/flow/migdalKadanoff',
  'rg/flow/recursion',
  'rg/layers',
  'rg/tensor/rbm',
  'rg/vmcrg/variationalMcrg',
  'rg/tensor/tensor',
  'rg/walsh',
  'stats/estimate',
  'stats/fit',
  'stats/lbfgs',
  'viz/chart',
  'viz/image',
  'viz/picture',
  'viz/report',
  'viz/text',
];

/** Files and folders, as paths from the repository. */
export const EVERY_RUN: readonly string[] = [
  ...FOLDERS.map((name) => `test/${name}/`),
  ...FILES.map((name) => `test/${name}.test.ts`),
];

/** Whether every run repeats a portable test file in Chromium. */
export function isInEveryRun(file: string): boolean {
  return EVERY_RUN.some((path) => (path.endsWith('/') ? file.startsWith(path) : file === path));
}
