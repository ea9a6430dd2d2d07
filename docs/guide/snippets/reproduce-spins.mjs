import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ising, samplerFor, square, version } from 'blockspin';
import { hamiltonianOfData } from 'blockspin/ising';
import { loadSpinData, saveSpinData } from 'blockspin/node';

const folder = mkdtempSync(join(tmpdir(), 'blockspin-'));
const path = join(folder, 'spins.npz');
saveSpinData(path, new Ising({ lattice: square(12), coupling: 0.4, seed: 'my thesis' }).sample(500));

// #region provenance
const data = loadSpinData(path);
const { source, parameters, seed, sampling, ...made } = data.provenance;
console.log(source, JSON.stringify(parameters), 'seed', seed);
console.log(`${sampling.method}, ${sampling.chains} chains, ${sampling.independence} τ apart`);
// #endregion provenance

// #region kernels
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const kernels = readFileSync(fileURLToPath(import.meta.resolve('blockspin/blockspin.wasm')));
console.log('made by this version:', made.version === version);
console.log('made by these kernels:', made.wasm === sha256(kernels));
// #endregion kernels

// #region again
const { method, independence } = sampling;
const again = samplerFor(hamiltonianOfData(data), { seed, method, independence }).sample(data.count);
console.log('the same spins:', Buffer.compare(again.bytes, data.bytes) === 0);
console.log('SHA-256 of them:', sha256(data.bytes));
// #endregion again
rmSync(folder, { recursive: true });
