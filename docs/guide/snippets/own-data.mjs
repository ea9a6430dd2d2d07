import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { criticalCoupling, Ising, measure, square } from 'blockspin';
import { spinDataFromArray } from 'blockspin/io';
import { loadSpinData, saveSpinData } from 'blockspin/node';
import { formatEstimate } from 'blockspin/stats';

const folder = mkdtempSync(join(tmpdir(), 'spins-'));
const made = new Ising({ lattice: square(16), coupling: criticalCoupling, seed: 1 }).sample(500);
saveSpinData(join(folder, 'spins.npy'), made); // ±1, int8 [500, 16, 16], as of np.save
writeFileSync(join(folder, 'spins.csv'), Array.from({ length: 500 }, (_, row) => made.spins(row).join(',')).join('\n'));

// #region npy
const data = loadSpinData(join(folder, 'spins.npy'));
console.log(data.count, data.shape, data.provenance.source);
const { energy } = measure(data, { coupling: criticalCoupling });
console.log(`energy ${formatEstimate(energy)}`);
// #endregion npy
// #region csv
const lines = readFileSync(join(folder, 'spins.csv'), 'utf8').trim().split('\n');
const rows = lines.map((line) => line.split(',').map(Number));
const array = { shape: [rows.length, rows[0].length], data: Int8Array.from(rows.flat()) };
const same = spinDataFromArray(array, { shape: [16, 16], provenance: { source: 'my experiment' } });
console.log(same.count, same.shape, same.provenance.source);
// #endregion csv
// #region wrong
array.data[300] = 2;
try {
  spinDataFromArray(array, { shape: [16, 16] });
} catch (error) {
  console.log(error.message);
}
// #endregion wrong
rmSync(folder, { recursive: true });
