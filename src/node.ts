/** `blockspin/node`: reading and writing files, and sampling to files. */

import { encodeNpy } from './formats/npy.js';
import { DiskFile, readFileBytes, writeFileAtomic } from './io/disk.js';
import { decodeRbm, encodeRbm } from './io/rbm.js';
import { spinDataToArray } from './io/spinArray.js';
import { decodeSpinData, encodeSpinData, type SpinDecodeOptions } from './io/spinData.js';
import { encodeSpinFile, isSpinFile } from './io/spinFile.js';
import { decodeStack, encodeStack } from './io/stack.js';
import { refuseStranger } from './io/stranger.js';
import { decodeTrainingData, TRAINING_DATA_OPTIONS, type TrainingDataOptions } from './io/trainingData.js';
import type { SpinData } from './ising/data/spinData.js';
import type { States } from './rbm/model/layers.js';
import type { AnyRbm, Rbm } from './rbm/model/rbm.js';
import type { Stack } from './rbm/stack/stack.js';
import type { BitRows } from './util/bits.js';
import { knownOptions, positive, refuse } from './util/check.js';

export { type SampleToFileOptions, type SpinSource, sampleToFile } from './io/sampleToFile.js';
export {
  createSpinFile,
  openSpinFile,
  resumeSpinFile,
  type SpinFileContent,
  type SpinFileWriter,
} from './io/spinFileWriter.js';

const ENCODERS: Record<string, (data: SpinData) => Uint8Array> = {
  '.npz': encodeSpinData,
  '.npy': (data) => encodeNpy(spinDataToArray(data)),
  '.bits': encodeSpinFile,
};

/** Default of the largest .bits file that is loaded as a whole, in bytes. */
const MAX_BYTES = 2 ** 30;

/**
 * Writes configurations in the format of the name's ending; a file of that name is replaced only when the new one is
 * whole.
 *   .npz   bits, shape and provenance, compressed (see `encodeSpinData`)
 *   .npy   ±1 as int8 [count, rows, columns], as `np.load` gives them; the provenance is lost
 *   .bits  bits, shape and provenance, of any size (see `encodeSpinFile`)
 * @throws TypeError if an argument is of the wrong kind; RangeError for another ending, or as `encodeSpinData`; Error
 *   if it cannot be written
 */
export function saveSpinData(path: string, data: SpinData): void {
  writeFileAtomic(path, ENCODERS[endingOf(path)](data));
}

/**
 * Configurations of a .npz, .npy or .bits file, of this package or of other programs (see `SpinDecodeOptions`).
 * @param options.limit largest size in bytes of a .bits file, default 1 GiB (larger ones are read in parts), and of the
 *   content of a compressed file, default 4 GiB
 * @throws TypeError or RangeError for a wrong option; RangeError for another ending, or a .bits file above the limit;
 *   FormatError with the path as `decodeSpinData`; Error if it cannot be read
 */
export function loadSpinData(path: string, options: SpinDecodeOptions = {}): SpinData {
  knownOptions('loadSpinData', options, ['array', 'shape', 'values', 'packed', 'provenance', 'limit']);
  const limit = positive('limit', options.limit ?? MAX_BYTES);
  endingOf(path);
  const file = new DiskFile(path, 'read');
  const { size } = file;
  const beginning = file.read(0, Math.min(size, 8));
  file.close();
  if (isSpinFile(beginning) && size > limit) {
    const advice = 'read it in parts by (await openSpinFile(path)).batches(), or give a larger "limit"';
    throw new RangeError(`${path} has ${size} bytes, more than ${limit}: ${advice}`);
  }
  return decodeSpinData(readFileBytes(path), options, path);
}

function endingOf(path: string): string {
  const ending = /\.[^./\\]*$/.exec(path)?.[0] ?? '';
  return Object.hasOwn(ENCODERS, ending)
    ? ending
    : refuse('path', `name that ends in ${Object.keys(ENCODERS).join(', ')}`, path);
}

/**
 * Writes a stack as safetensors (see `encodeStack`); a file of that name is replaced only when the new one is whole.
 * @throws TypeError or RangeError as `encodeStack`; Error if it cannot be written
 */
export function saveStack(path: string, stack: Stack, metadata?: Record<string, string>): void {
  writeFileAtomic(path, encodeStack(stack, metadata));
}

/**
 * The stack of a safetensors file.
 * @throws FormatError with the path if the file is not one that `saveStack` could have written; Error if it cannot be
 *   read
 */
export function loadStack(path: string): Stack {
  return decodeStack(readSafetensors(path), path);
}

/**
 * Writes an RBM as safetensors (see `encodeRbm`); a file of that name is replaced only when the new one is whole.
 * @throws TypeError or RangeError as `encodeRbm`; Error if it cannot be written
 */
export function saveRbm(path: string, rbm: AnyRbm, metadata?: Record<string, string>): void {
  writeFileAtomic(path, encodeRbm(rbm, metadata));
}

/**
 * The RBM of a safetensors file; its type is that of an RBM with two-valued units unless the caller names another (see
 * `decodeRbm`).
 * @throws FormatError with the path if the file is not one that `saveRbm` could have written; Error if it cannot be
 *   read
 */
export function loadRbm<V extends States = BitRows, H extends States = BitRows>(path: string): Rbm<V, H> {
  return decodeRbm<V, H>(readSafetensors(path), path);
}

function readSafetensors(path: string): Uint8Array {
  const bytes = readFileBytes(path);
  refuseStranger(bytes, 'safetensors', path);
  return bytes;
}

/**
 * Training data of a .npz, .npy, .bits or IDX file, gzipped or not (see `decodeTrainingData`).
 * @throws TypeError or RangeError for a wrong option; FormatError with the path as `decodeTrainingData`; Error if it
 *   cannot be read
 */
export function loadTrainingData(path: string, options: TrainingDataOptions = {}): SpinData {
  knownOptions('loadTrainingData', options, TRAINING_DATA_OPTIONS);
  return decodeTrainingData(readFileBytes(path), options, path);
}
