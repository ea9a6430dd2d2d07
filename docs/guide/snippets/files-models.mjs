import { Ising, square, trainRbm, trainStack } from 'blockspin';
import { decodeNpz, decodeSafetensors } from 'blockspin/formats';
import { decodeRbm, encodeRbm, encodeStack, exportRbm, rbmFromTensors } from 'blockspin/io';

const data = new Ising({ lattice: square(6), coupling: 0.4, seed: 1 }).sample(256);
const { rbm } = await trainRbm(data, { hidden: 8, epochs: 2, seed: 1, threads: 1, outcome: false });
const { stack } = await trainStack(data, { hidden: [8, 4], epochs: 2, seed: 1, threads: 1, outcome: false });

// #region look
function show(title, tensors) {
  console.log(title);
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    console.log(`  ${name.padEnd(20)} ${data.constructor.name.padEnd(13)} [${shape}]`);
  }
}
const own = decodeSafetensors(encodeRbm(rbm, { data: 'square-6-K0.4' }));
console.log(own.metadata);
show('RBM', own.tensors);
const layers = decodeSafetensors(encodeStack(stack));
console.log(layers.metadata);
show('stack', layers.tensors);
show('for PyTorch', decodeSafetensors(exportRbm(rbm, 'torch')).tensors);
show('for scikit-learn', decodeNpz(exportRbm(rbm, 'sklearn')));
// #endregion look

// #region back
const same = (a, b) => a.every((value, k) => value === b[k]);
const kept = decodeRbm(encodeRbm(rbm));
const returned = rbmFromTensors(decodeNpz(exportRbm(rbm, 'sklearn')));
console.log(
  'own file:',
  same(kept.weights, rbm.weights),
  ' by way of scikit-learn:',
  same(returned.weights, rbm.weights),
);
// #endregion back
