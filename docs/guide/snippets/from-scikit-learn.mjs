import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logLikelihood, pseudoLikelihood, Training } from 'blockspin';
import { decodeNpz } from 'blockspin/formats';
import { bitRowsFromArray, exportRbm, rbmFromTensors } from 'blockspin/io';
import { loadRbm, saveRbm } from 'blockspin/node';
import { barsAndStripes } from 'blockspin/rbm';

const bars = barsAndStripes(4);
const X = Float32Array.from({ length: 32 * 16 }, (_, k) => bars.bit(Math.floor(k / 16), k % 16)); // row-major [32, 16]

// 1 data, 2 the same kind of training (PCD-1), 3 epochs one by one
const data = bitRowsFromArray({ shape: [32, 16], data: X });
const training = await Training.start(data, {
  hidden: 8, // n_components
  algorithm: 'pcd', // stochastic maximum likelihood
  learningRate: 0.1,
  schedule: 'constant',
  momentum: 0,
  centred: false,
  batchSize: 10,
  epochs: 20,
  passes: 50, // n_iter = 1000, in 20 epochs of 50 passes
  seed: 1, // random_state
});
while (!training.finished) await training.runEpoch(); // partial_fit
const rbm = training.rbm();
const { doubts } = await training.outcome();
await training.close();

// 4 transform, 5 gibbs
const features = rbm.meanHidden(data);
console.log(
  'transform',
  [features.length / 8, 8],
  features.slice(0, 3).every((p) => p >= 0 && p <= 1),
);
const { visible } = rbm.gibbs(data, { steps: 1, seed: 2 });
console.log('gibbs', [visible.count, visible.width]);

// 6 score_samples: its mean over rows is an estimate of `total`
const { total, totalError } = pseudoLikelihood(rbm, data, { units: 'all' });
console.log('pseudo-likelihood', total.toFixed(3), '±', totalError.toFixed(3));

// 7 components_, intercept_visible_, intercept_hidden_
console.log('components_', [rbm.hidden, rbm.visible], rbm.mirror().weights.length);
console.log('intercepts', rbm.visibleBias.length, rbm.hiddenBias.length);

// 8 _free_energy
console.log('free energies', rbm.freeEnergy(data).length);

// 9 joblib.dump and load
const folder = mkdtempSync(join(tmpdir(), 'guide-'));
saveRbm(join(folder, 'rbm.safetensors'), rbm);
console.log('saved and read', loadRbm(join(folder, 'rbm.safetensors')).hidden, 'hidden units');
rmSync(folder, { recursive: true });

// 10 to scikit-learn and back, by .npz
const back = rbmFromTensors(decodeNpz(exportRbm(rbm, 'sklearn')));
console.log(
  'the same free energies',
  back.freeEnergy(data).every((f, r) => Math.abs(f - rbm.freeEnergy(data)[r]) < 1e-12),
);

// and what it does not have
const { mean, independent } = logLikelihood(rbm, data);
console.log('log-likelihood', mean.toFixed(2), 'independent units', independent.toFixed(2), 'doubts', doubts.length);
