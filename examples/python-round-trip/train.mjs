/** Trains an RBM here, and writes it with its data and its answers for Python. */

import { writeFileSync } from 'node:fs';
import { Ising, square, trainRbm } from 'blockspin';
import { encodeNpz } from 'blockspin/formats';
import { exportRbm } from 'blockspin/io';

const data = new Ising({ lattice: square(6), coupling: 0.4, seed: 1 }).sample(2000);
const { rbm, outcome, doubts } = await trainRbm(data, { hidden: 12, epochs: 20, seed: 1 });
for (const doubt of doubts) console.log(`doubt: ${doubt}`);

writeFileSync('model.npz', exportRbm(rbm, 'sklearn')); // components_, intercept_visible_, intercept_hidden_
writeFileSync('model.safetensors', exportRbm(rbm, 'torch')); // W, v_bias, h_bias
const bits = Uint8Array.from({ length: data.count * data.width }, (_, k) =>
  data.bit(Math.floor(k / data.width), k % data.width),
);
writeFileSync(
  'answers.npz',
  encodeNpz({
    rows: { shape: [data.count, data.width], data: bits }, // a spin s is the bit (1 + s)/2
    hidden: { shape: [data.count, rbm.hidden], data: rbm.meanHidden(data) }, // p(h = 1 | v)
    freeEnergy: { shape: [data.count], data: rbm.freeEnergy(data) },
  }),
);
console.log(`log-likelihood per row ${outcome.logLikelihood.mean.toFixed(3)} (${outcome.partition.method} log Z)`);
console.log('written: model.npz, model.safetensors, answers.npz');
