/**
 * `npm run bench [-- --rounds N] [-- PATTERN]`: every case against its baselines, in this process, and against peers outside it where they are found.
 * Prints a table and writes out/bench.json. What is missing is said. `npm run bench -- bars` is another thing: how good each way of training is, on bars
 * and stripes, by ten seeds each; it takes minutes, prints a table and writes out/bars.json.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kaufman } from '../src/exact/kaufman.js';
import { criticalCoupling } from '../src/exact/onsager.js';
import { writeFileAtomic } from '../src/io/node.js';
import { encodeNpz } from '../src/io/npz.js';
import { encodeSpinData } from '../src/io/spinData.js';
import type { SpinData } from '../src/ising/spinData.js';
import { version } from '../src/wasm/binary.js';
import { runStudy, STUDIES, type StudyRow, studyLine } from './cases/barsAndStripes.js';
import { blockCase } from './cases/block.js';
import { swendsenWangCase, wolffCase, wolffName } from './cases/clusters.js';
import { samplesCase } from './cases/ising.js';
import { annealingCase, likelihoodRbm, partitionCase } from './cases/likelihood.js';
import { multiSpinCase, replicasCase, threadsCase } from './cases/multispin.js';
import { trainingCase, trainingData } from './cases/training.js';
import { type Case, measure, type Row, table } from './harness.js';
import { compileC, type Peer, startPeer } from './peers/peer.js';

const words = process.argv.slice(2);
const rounds = words.includes('--rounds') ? Number(words[words.indexOf('--rounds') + 1]) : 7;
if (!Number.isInteger(rounds) || rounds < 5) throw new RangeError(`"rounds" expected integer >= 5, got ${rounds}`);
const pattern = words.find((word, k) => !word.startsWith('--') && words[k - 1] !== '--rounds') ?? '';
const python = process.env.PYTHON ?? '/usr/bin/python3';
const folder = mkdtempSync(join(tmpdir(), 'blockspin-bench-'));
const rows: Row[] = [];
const missing: string[] = [];

if (pattern === 'bars') {
  const studies: StudyRow[] = [];
  for (const study of STUDIES) {
    for (const flipped of [false, true]) {
      studies.push(await runStudy(study, flipped, 10));
      console.log(studyLine(studies.at(-1)!));
    }
  }
  mkdirSync('out', { recursive: true });
  writeFileAtomic('out/bars.json', `${JSON.stringify({ version, seeds: 10, studies }, null, 2)}\n`);
  process.exit(studies.some(({ reached }) => reached === false) ? 1 : 0);
}

/** scikit-learn and NumPy, on the same data, with as many threads as ours. */
async function trainingPeers(threads: number): Promise<Peer[]> {
  const data = join(folder, 'data.npz');
  writeFileAtomic(data, encodeSpinData(trainingData() as SpinData));
  const script = fileURLToPath(new URL('peers/cd1.py', import.meta.url));
  const found: Peer[] = [];
  for (const kind of ['sklearn', 'numpy']) {
    const peer = await startPeer(`${kind} float32`, python, [script, kind, data, '400'], threads);
    if (typeof peer === 'string') missing.push(`${kind} (${python}): ${peer}`);
    else found.push(peer);
  }
  return found;
}

/** Textbook Metropolis in C, if there is a compiler; one sweep of a hundred. */
async function metropolisPeer(side: number): Promise<Peer[]> {
  const program = join(folder, 'metropolis');
  const reason = compileC(fileURLToPath(new URL('peers/metropolis.c', import.meta.url)), program);
  const small = 64;
  const words = [side, 0.408, 1, small, kaufman(small, small, 0.408).energy].map(String);
  const peer = reason ?? (await startPeer('textbook C', program, words, 1));
  if (typeof peer !== 'string') return [{ ...peer, share: 0.01 }];
  missing.push(`textbook Metropolis in C: ${peer}`);
  return [];
}

/** Wolff's algorithm from the textbook in C, if there is a compiler. */
async function wolffPeers(side: number): Promise<Peer[]> {
  const program = join(folder, 'wolff');
  const reason = compileC(fileURLToPath(new URL('peers/wolff.c', import.meta.url)), program);
  const peer = reason ?? (await startPeer('textbook C', program, [`${side}`, `${criticalCoupling}`, '5000000'], 1));
  if (typeof peer === 'string') {
    missing.push(`textbook C: ${peer}`);
    return [];
  }
  return [peer];
}

const wanted = (name: string) => name.toLowerCase().includes(pattern.toLowerCase());

/** NumPy on one thread, on the same machine, doing a share of the work. */
async function likelihoodPeers(kind: string, hidden: number, sizes: number[], share: number): Promise<Peer[]> {
  const { weights, visibleBias, hiddenBias } = likelihoodRbm(784, hidden);
  const model = join(folder, `${kind}.npz`);
  const arrays = { weights: { shape: [784, hidden], data: weights }, visibleBias: { shape: [784], data: visibleBias } };
  writeFileAtomic(model, encodeNpz({ ...arrays, hiddenBias: { shape: [hidden], data: hiddenBias } }));
  const script = fileURLToPath(new URL('peers/likelihood.py', import.meta.url));
  const peer = await startPeer('numpy', python, [script, kind, model, ...sizes.map(String)], 1);
  if (typeof peer !== 'string') return [{ ...peer, share }];
  missing.push(`numpy ${kind} (${python}): ${peer}`);
  return [];
}

async function bench(subject: Case): Promise<void> {
  if (!wanted(subject.name)) return;
  process.stderr.write(`${subject.name} …\n`);
  rows.push(...(await measure(subject, rounds)));
}

const textbook = await metropolisPeer(1024);
await bench(multiSpinCase(1024, 'metropolis', textbook));
for (const peer of textbook) peer.close();
await bench(multiSpinCase(1024, 'heatBath'));
await bench(replicasCase('metropolis'));
await bench(replicasCase('heatBath'));
if (availableParallelism() > 1) await bench(threadsCase(4096, 2));
for (const side of [256, 1024]) {
  if (!wanted(wolffName(side))) continue;
  const peers = await wolffPeers(side);
  await bench(wolffCase(side, peers));
  for (const peer of peers) peer.close();
}
await bench(swendsenWangCase(256));
await bench(swendsenWangCase(1024));
await bench(samplesCase(40, 0.408, 20_000));
await bench(samplesCase(40, criticalCoupling, 20_000));
await bench(blockCase(40, 12_800));
await bench(blockCase(256, 256));
for (const threads of availableParallelism() > 1 ? [1, 2] : [1]) {
  const peers = await trainingPeers(threads);
  await bench(await trainingCase(threads, peers));
  for (const peer of peers) peer.close();
}
for (const hidden of [20, 22]) {
  const peers = await likelihoodPeers('partition', hidden, [2 ** (hidden - 6)], 2 ** -6);
  await bench(partitionCase(hidden, peers));
  for (const peer of peers) peer.close();
}
const annealers = await likelihoodPeers('annealing', 500, [100, 20], 0.2);
await bench(annealingCase(annealers));
for (const peer of annealers) peer.close();
rmSync(folder, { recursive: true, force: true });

const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim() || 'unknown';
const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.version}`;
console.log(`${table(rows)}\n\n${machine}\nblockspin ${version}, commit ${commit}, ${rounds} rounds`);
for (const line of missing) console.log(`missing: ${line}`);
mkdirSync('out', { recursive: true });
writeFileAtomic(
  'out/bench.json',
  `${JSON.stringify({ machine, version, commit, date: new Date().toISOString(), rounds, missing, rows }, null, 2)}\n`,
);
process.exit(0);
