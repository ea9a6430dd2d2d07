/**
 * `blockspin/io`: RBMs, stacks, configurations and states of training and sampling ↔ bytes. Files themselves are in
 * `blockspin/node`.
 */

export { CheckpointMismatchError } from './checkpoint.js';
export { exportRbm } from './exportRbm.js';
export { rbmFromTensors, type TensorOptions } from './importRbm.js';
export { decodeRbm, encodeRbm } from './rbm.js';
export { decodeSamplerState, encodeSamplerState } from './samplerState.js';
export { type SpinArrayOptions, spinDataFromArray, spinDataToArray } from './spinArray.js';
export { decodeOwnSpinData, decodeSpinData, encodeSpinData, type SpinDecodeOptions } from './spinData.js';
export { type ByteSource, decodeSpinFile, encodeSpinFile, SpinFile } from './spinFile.js';
export { decodeStack, encodeStack } from './stack.js';
export {
  type BitRowsOptions,
  bitRowsFromArray,
  bitRowsFromImages,
  decodeTrainingData,
  type GreyOptions,
  realRowsFromArray,
  type TrainingDataOptions,
} from './trainingData.js';
export { decodeStackState, decodeTrainingState, encodeStackState, encodeTrainingState } from './trainingState.js';
