import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ising, square } from 'blockspin';
import { decodeNpy, decodeNpz } from 'blockspin/formats';
import { loadSpinData, openSpinFile, saveSpinData } from 'blockspin/node';

const folder = mkdtempSync(join(tmpdir(), 'blockspin-'));
const path = (name) => join(folder, name);
const arrayText = ({ shape, data }) => `${data.constructor.name} [${shape}]`;

// #region write
const data = new Ising({ lattice: square(12), coupling: 0.4, seed: 1 }).sample(500);
for (const name of ['spins.npz', 'spins.npy', 'spins.bits']) saveSpinData(path(name), data);
// #endregion write

// #region look
const entries = decodeNpz(readFileSync(path('spins.npz')));
for (const [name, entry] of Object.entries(entries)) {
  console.log(
    name.padEnd(12),
    typeof entry === 'string' ? `text, ${Object.keys(JSON.parse(entry))}` : arrayText(entry),
  );
}
console.log('spins.npy   ', arrayText(decodeNpy(readFileSync(path('spins.npy')))));
const file = await openSpinFile(path('spins.bits'));
console.log('spins.bits  ', `${file.count} rows of ${file.stride} bytes, shape [${file.shape}]`);
file.close();
// #endregion look

// #region read
for (const name of ['spins.npz', 'spins.npy', 'spins.bits']) {
  const { count, shape, bytes, provenance } = loadSpinData(path(name));
  const equal = Buffer.compare(bytes, data.bytes) === 0;
  console.log(name.padEnd(12), `${count} of [${shape}], the same bits: ${equal}, from ${provenance.source}`);
}
// #endregion read
rmSync(folder, { recursive: true });
