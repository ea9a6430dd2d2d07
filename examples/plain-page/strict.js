import { formatEstimate, Ising, init, kaufman, measure, square, threadsAvailable } from './blockspin.min.js';

await init({ worker: './worker.js' });
const threads = threadsAvailable() ? 2 : 1; // by default as many as there are cores
const sampler = new Ising({ lattice: square(24), coupling: 0.4, seed: 1, threads });
const data = await sampler.sampleAsync(4000);
const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data.bytes));

document.getElementById('energy').textContent =
  `Energy per spin of the 24×24 Ising model at K = 0.4: ${formatEstimate(measure(data).energy)} J, ` +
  `exact ${kaufman(24, 24, 0.4).energy.toFixed(4)}.`;
document.getElementById('threads').textContent = `Threads: ${threads}. The spins are the same with one; their SHA-256:`;
document.getElementById('hash').textContent = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
