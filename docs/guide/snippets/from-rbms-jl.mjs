import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BitRows, logLikelihood, logPartition, pseudoLikelihood, Rbm, trainRbm } from 'blockspin';
import { loadRbm, saveRbm } from 'blockspin/node';
import { annealedImportance, barsAndStripes, bitLayer, reluLayer, reverseAnnealing } from 'blockspin/rbm';

const data = barsAndStripes(4); // [rows, units]; there an array of size (units, rows), with the same bytes

// 1 an RBM of any two layers
const mixed = new Rbm({
  visibleLayer: bitLayer(new Float32Array(16)),
  hiddenLayer: reluLayer(new Float32Array(4), new Float32Array(4).fill(1)), // θ, γ
  weights: new Float32Array(16 * 4).fill(0.01), // row-major [visible, hidden]
});
console.log(mixed);

// 2 and 3 initialize! and pcd!, with Adam
let last;
const { rbm, doubts } = await trainRbm(data, {
  hidden: 8,
  algorithm: 'pcd',
  optimiser: 'adam',
  learningRate: 0.01,
  epochs: 20,
  passes: 100, // iters = 20 · 100 · ceil(32/100) = 2000
  steps: 1,
  l2: 1e-4,
  seed: 1,
  onEpoch: (record) => {
    last = record; // callback
  },
});
console.log('epoch', last.epoch, 'pseudo-likelihood', last.pseudoLikelihood.toFixed(3), 'doubts', doubts.length);

// 4 energies
const v = new BitRows(2, 16, data.bytes.slice(0, 4));
const h = rbm.sampleHidden(v, 1); // sample_h_from_v
console.log('E', rbm.energy(v, h).length, 'F', rbm.freeEnergy(v).length);

// 5 and 6 samples, means, variances, modes
console.log('v', rbm.gibbs(v, { steps: 10, seed: 1 }).visible.count, 'mode of h', rbm.modeHidden(v).count);
console.log('⟨h⟩', rbm.meanHidden(v).length, 'its variance', rbm.varianceHidden(v).length);

// 7 log_pseudolikelihood(rbm, v; exact = true), mean over rows
console.log('pseudo-likelihood per unit', pseudoLikelihood(rbm, data, { units: 'all' }).mean.toFixed(4));

// 8 log_partition, log_likelihood, aise, raise
const exact = logPartition(rbm, { method: 'exact' }); // of the cheaper layer
const up = annealedImportance(rbm, { chains: 100, temperatures: 500, data });
const down = reverseAnnealing(rbm, data, { temperatures: up.temperatures, data });
console.log('log Z', exact.estimate.toFixed(2), 'up', up.logPartition.toFixed(2), 'down', down.logPartition.toFixed(2));
console.log('log-likelihood', logLikelihood(rbm, data, exact).mean.toFixed(2));

// 9 mirror
console.log('mirror', rbm.mirror().visible, 'visible units');

// 10 save_rbm, load_rbm
const folder = mkdtempSync(join(tmpdir(), 'guide-'));
saveRbm(join(folder, 'rbm.safetensors'), rbm);
console.log('read', loadRbm(join(folder, 'rbm.safetensors')).weights.length, 'weights');
rmSync(folder, { recursive: true });
