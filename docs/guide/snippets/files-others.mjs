import { gzipSync } from 'node:zlib';
import { encodeIdx, encodeNpy, encodeNpz } from 'blockspin/formats';
import { decodeSpinData, decodeTrainingData } from 'blockspin/io';

const attempt = (title, read) => {
  try {
    const { count, shape } = read();
    console.log(`${title}: ${count} of [${shape}]`);
  } catch (error) {
    console.log(`${title}: ${error.name}: ${error.message}`);
  }
};

// #region spins
const plusMinus = { shape: [2, 2, 2], data: Int8Array.of(1, -1, 1, 1, -1, -1, 1, -1) };
const flat = { shape: [2, 4], data: Float64Array.of(1, 0, 1, 1, 0, 0, 1, 0) };
attempt('±1, int8', () => decodeSpinData(encodeNpy(plusMinus)));
attempt('0/1, float64, flat', () => decodeSpinData(encodeNpz({ x: flat }), { shape: [2, 2] }));
attempt('one entry is 2', () => decodeSpinData(encodeNpy({ shape: [1, 2, 2], data: Int8Array.of(1, 0, 2, 1) })));
attempt('both conventions', () => decodeSpinData(encodeNpy({ shape: [1, 2, 2], data: Int8Array.of(1, 0, -1, 1) })));
// #endregion spins

// #region images
const images = encodeIdx({ shape: [1, 2, 2], data: Uint8Array.of(0, 200, 255, 100) });
attempt('IDX, gzipped', () => decodeTrainingData(gzipSync(images)));
attempt('grey levels', () => decodeTrainingData(encodeNpy({ shape: [1, 4], data: Float32Array.of(0, 0.7, 1, 0.2) })));
attempt('with a threshold', () =>
  decodeTrainingData(encodeNpy({ shape: [1, 4], data: Float32Array.of(0, 0.7, 1, 0.2) }), { threshold: 0.5 }),
);
attempt('cut short', () => decodeTrainingData(images.subarray(0, 17)));
// #endregion images
