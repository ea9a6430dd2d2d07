import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logLikelihood, trainRbm } from 'blockspin';
import { decodeNpz, decodeSafetensors } from 'blockspin/formats';
import { exportRbm, rbmFromTensors } from 'blockspin/io';
import { loadRbm, saveRbm } from 'blockspin/node';
import { barsAndStripes } from 'blockspin/rbm';

const folder = mkdtempSync(join(tmpdir(), 'guide-'));
const data = barsAndStripes(4);
const { rbm, history } = await trainRbm(data, { hidden: 8, epochs: 10, passes: 100, outcome: false });

// #region safetensors
const path = join(folder, 'bars.safetensors');
saveRbm(path, rbm, { data: 'bars and stripes 4×4', epochs: String(history.length) });

const { metadata, tensors } = decodeSafetensors(readFileSync(path)); // what any reader of safetensors finds
console.log(metadata);
for (const [name, { shape }] of Object.entries(tensors)) console.log(name, shape);

const again = loadRbm(path);
console.log(
  'same weights:',
  again.weights.every((w, k) => w === rbm.weights[k]),
);
console.log('log-likelihood', logLikelihood(again, data).mean.toFixed(4), logLikelihood(rbm, data).mean.toFixed(4));
// #endregion safetensors

// #region sklearn
writeFileSync(join(folder, 'bars.npz'), exportRbm(rbm, 'sklearn'));
const arrays = decodeNpz(readFileSync(join(folder, 'bars.npz')));
console.log(
  Object.entries(arrays)
    .map(([name, { shape }]) => `${name} [${shape}]`)
    .join(', '),
);
console.log('and back:', logLikelihood(rbmFromTensors(arrays), data).mean.toFixed(4));
// #endregion sklearn

rmSync(folder, { recursive: true });
