import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ising, square } from 'blockspin';
import { encodeIdx, encodeNpz } from 'blockspin/formats';
import { loadTrainingData } from 'blockspin/node';
import { barsAndStripes } from 'blockspin/rbm';

const folder = mkdtempSync(join(tmpdir(), 'guide-'));

// #region npz
// stands for np.savez('own.npz', X=X) with X of shape [6, 9], entries 0 and 1 of any type
const X = Uint8Array.from({ length: 6 * 9 }, (_, k) => (k % 7 < 3 ? 1 : 0));
writeFileSync(join(folder, 'own.npz'), encodeNpz({ X: { shape: [6, 9], data: X } }));

const own = loadTrainingData(join(folder, 'own.npz'), { shape: [3, 3] });
console.log('npz', own.count, 'rows of', own.width, 'units, shape', own.shape, 'first row', own.row(0).join(''));
// #endregion npz

// #region idx
// stands for train-images-idx3-ubyte.gz: five grey pictures of 2×3 pixels
const greys = Uint8Array.from({ length: 5 * 6 }, (_, k) => (k * 50) % 256);
writeFileSync(join(folder, 'images.gz'), gzipSync(encodeIdx({ shape: [5, 2, 3], data: greys })));

const cut = loadTrainingData(join(folder, 'images.gz')); // greys of an IDX file: 1 above the middle
const drawn = loadTrainingData(join(folder, 'images.gz'), { stochastic: 1 }); // 1 with its grey as probability
console.log('idx', cut.count, 'rows, shape', cut.shape, 'cut', cut.row(1).join(''), 'drawn', drawn.row(1).join(''));
// #endregion idx

// #region built-in
const bars = barsAndStripes(4); // all 32 of them
const spins = new Ising({ lattice: square(6), coupling: 0.44, seed: 1 }).sample(2000); // made here, independent
console.log('bars and stripes', bars.count, 'rows of', bars.width);
console.log(
  'Ising',
  spins.count,
  'rows of',
  spins.width,
  'mean',
  (spins.means().reduce((a, b) => a + b) / 36).toFixed(3),
);
// #endregion built-in

rmSync(folder, { recursive: true });
