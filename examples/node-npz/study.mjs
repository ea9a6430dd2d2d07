/** Spins of another program: measured, learned by an RBM, and written as files that other programs read. */

import { writeFileSync } from 'node:fs';
import { logLikelihood, measure, trainRbm } from 'blockspin';
import { kaufman } from 'blockspin/exact';
import { encodeNpz } from 'blockspin/formats';
import { exportRbm } from 'blockspin/io';
import { loadSpinData, saveRbm } from 'blockspin/node';
import { formatEstimate } from 'blockspin/stats';
import { receptiveFieldsPng } from 'blockspin/viz';

const COUPLING = 0.4; // the file does not say at which coupling its spins were sampled
const file = process.argv[2] ?? 'spins.npz';

// the array is recognised: [count, rows, columns], ±1 or 0/1 or bool, any integer or float type
const data = loadSpinData(file);
const [rows, columns] = data.shape;
console.log(`${file}: ${data.count} configurations of ${rows}×${columns} spins`);

// rows of the file count as consecutive: the error bars allow for their correlation
const { energy, absoluteMagnetisation, binderCumulant } = measure(data, { coupling: COUPLING });
const exact = kaufman(rows, columns, COUPLING);
console.log(`energy per spin ${formatEstimate(energy)} J, exact ${exact.energy.toFixed(4)}`);
console.log(`|m| ${formatEstimate(absoluteMagnetisation)}, U4 ${formatEstimate(binderCumulant)}`);

const train = data.slice(0, 2000);
const test = data.slice(2000, data.count);
const { rbm, outcome, doubts } = await trainRbm(train, { hidden: 16, epochs: 30, seed: 1 });
const held = logLikelihood(rbm, test, outcome.partition);
// ln p(s) = -H(s)/kT - ln Z, whose mean over exact samples is the best that a model can have
const best = -COUPLING * exact.energy * rows * columns - exact.logPartition;
console.log(`log-likelihood per configuration, of ${test.count} held-out ones (${outcome.partition.method} log Z):`);
console.log(`  RBM with 16 hidden units ${held.mean.toFixed(2)} ± ${held.error.toFixed(2)}`);
console.log(`  independent spins        ${held.independent.toFixed(2)}`);
console.log(`  the Ising model itself   ${best.toFixed(2)}, on average`);
for (const doubt of doubts) console.log(`  doubt: ${doubt}`);

saveRbm('model.safetensors', rbm); // to be continued here
writeFileSync('model.npz', exportRbm(rbm, 'sklearn')); // components_, intercept_hidden_, intercept_visible_
writeFileSync('features.npz', encodeNpz({ hidden: { shape: [data.count, rbm.hidden], data: rbm.meanHidden(data) } }));
writeFileSync('fields.png', receptiveFieldsPng(rbm, { shape: data.shape, scale: 8 }));
console.log('written: model.safetensors, model.npz, features.npz, fields.png');
