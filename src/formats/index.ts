/** `blockspin/formats`: npy, npz, safetensors and IDX as bytes. */

export { decodeIdx, encodeIdx } from './idx.js';
export { decodeNpy, encodeNpy, type NpyArray } from './npy.js';
export { decodeNpz, encodeNpz } from './npz.js';
export { decodeSafetensors, encodeSafetensors, type Tensor } from './safetensors.js';
