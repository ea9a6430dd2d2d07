// The numbers and the figure of docs/training.md. After `npm run build`: node docs/training.mjs

import { writeFileSync } from 'node:fs';
import {
  BitRows,
  exactAnswer,
  Ising,
  isingHamiltonian,
  logPartition,
  Rbm,
  square,
  Training,
  trainRbm,
} from 'blockspin';
import { independentLogLikelihood } from 'blockspin/rbm';
import { rasterise } from '../build/cli/raster.js';
import { windupFigure } from './trainingFigure.mjs';

const SITES = 64;
const EPOCHS = 100;
/** Minibatches of an epoch: 5000 rows in hundreds. */
const UPDATES = 50;
/** Epochs at which everything is computed. */
const WATCHED = new Set(
  Array.from({ length: EPOCHS }, (_, k) => k + 1).filter((e) => e <= 8 || e === 15 || e === 25 || e % 10 === 0),
);
const SHOWN = [1, 2, 5, 10, 20, 50, 100];

const old = { algorithm: 'pcd', learningRate: 0.02, momentum: 0.5 };
const WAYS = {
  pcd: old,
  cd: { ...old, algorithm: 'cd' },
  tempering: { ...old, algorithm: 'tempering' },
  trajectory: { ...old, algorithm: 'trajectory' },
  population: { algorithm: 'population' },
  uncentred: { ...old, centred: false },
};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const heading = (text) => console.log(`\n${text}`);
/** Lines of columns, the first row being their names. */
function table(rows) {
  for (const row of rows) console.log(row.map((cell, k) => String(cell).padStart(k ? 12 : 6)).join(''));
}

/** Magnetisation of each row. */
function magnetisations(rows) {
  const own = new Float64Array(rows.count);
  for (let r = 0; r < rows.count; r++) {
    let ones = 0;
    for (let i = 0; i < SITES; i++) ones += rows.bit(r, i);
    own[r] = (2 * ones) / SITES - 1;
  }
  return own;
}

/** Mean magnetisation of chains, and the share of those with m > 0, by their weights. */
function chainsOf(state, count) {
  if (!state.chains) return {};
  const own = magnetisations(new BitRows(count, SITES, state.chains.slice(0, (count * SITES) / 8)));
  const weights = state.chainLogWeights?.map(Math.exp) ?? new Float64Array(count).fill(1);
  const all = weights.reduce((sum, w) => sum + w, 0);
  const average = (of) => own.reduce((sum, m, k) => sum + weights[k] * of(m), 0) / all;
  return { chains: average((m) => m), up: average((m) => (m > 0 ? 1 : m < 0 ? 0 : 0.5)) };
}

/** The rows that are chosen, in a set of their own. */
function pick(rows, chosen) {
  const places = Array.from({ length: rows.count }, (_, r) => r).filter(chosen);
  const own = new BitRows(places.length, rows.width);
  places.forEach((r, k) => {
    own.bytes.set(rows.bytes.subarray(r * rows.stride, (r + 1) * rows.stride), k * rows.stride);
  });
  return own;
}

const logZ = (rbm) => logPartition(rbm, { method: 'exact' }).estimate;
/** The same RBM in a field: c + field on every visible unit. */
const inField = ({ weights, visibleBias, hiddenBias, visible, hidden }, field) =>
  new Rbm({ visible, hidden, weights, hiddenBias, visibleBias: visibleBias.map((c) => c + field) });
/** ⟨m⟩ of an RBM, exactly: the derivative of log Z with respect to a field. */
function magnetisation(rbm) {
  const field = 2 ** -10;
  return (logZ(inField(rbm, field)) - logZ(inField(rbm, -field))) / field / SITES - 1;
}

/** Sum over hidden units of what a step of W gives c when it is taken about their means λ, averaged over visible units. */
function centringShare(before, after) {
  if (!after.hiddenOffset) return 0;
  let sum = 0;
  after.hiddenOffset.forEach((lambda, j) => {
    const middle = (lambda + before.hiddenOffset[j]) / 2;
    for (let i = 0; i < SITES; i++) {
      const k = i * after.hiddenOffset.length + j;
      sum += (after.weights[k] - before.weights[k]) * middle;
    }
  });
  return sum / SITES;
}

/** Trains epoch by epoch and looks at everything. */
async function watch(name, data, seed) {
  const m = magnetisations(data);
  const [up, down] = [pick(data, (r) => m[r] > 0), pick(data, (r) => m[r] < 0)];
  const training = await Training.start(data, { hidden: 16, epochs: EPOCHS, seed, ...WAYS[name] });
  const { momentum, chains: count } = training.options;
  const points = [];
  let before = training.state();
  while (!training.finished) {
    const record = await training.runEpoch();
    const { epoch, learningRate } = record;
    const state = training.state();
    const bias = mean(state.visibleBias) - mean(before.visibleBias);
    const own = chainsOf(state, count);
    const point = {
      epoch,
      ...own,
      residue: record.residue === undefined ? undefined : -record.residue,
      // what c has moved by, without the part that centring gives it, in units of rate × updates: the mean residue of the epoch
      integrated: ((bias + centringShare(before, state)) * (1 - momentum)) / (learningRate * UPDATES),
      pseudo: record.pseudoLikelihood,
      record,
    };
    before = state;
    if (WATCHED.has(epoch)) {
      const rbm = training.rbm();
      const z = logZ(rbm);
      const [a, b] = [up, down].map((rows) => -mean(rbm.freeEnergy(rows)) - z);
      const all = (a * up.count + b * down.count) / (up.count + down.count);
      Object.assign(point, { model: magnetisation(rbm), upRows: a, downRows: b, all, bias: mean(state.visibleBias) });
      if (epoch === 5) point.rbm = rbm;
    }
    points.push(point);
  }
  const { doubts } = await training.outcome();
  const result = { name, seed, data, m, up, down, points, rbm: training.rbm(), doubts };
  await training.close();
  return result;
}

/** Squared distance of the two modes in what a step adds up, c, b and W, about μ and λ or about 0. */
function distance({ data, up, down }, rbm, centred) {
  const means = [up, down].map((rows) => ({ v: rows.means(), h: columns(rbm.meanHidden(rows), rows.count) }));
  const of = (i, part) => means[0][part][i] - means[1][part][i];
  const mu = centred ? data.means() : new Float64Array(SITES);
  const lambda = centred ? columns(rbm.meanHidden(data), data.count) : new Float64Array(rbm.hidden);
  const joint = [up, down].map((rows) => products(rows, rbm, mu, lambda));
  const square = (values) => values.reduce((sum, value) => sum + value * value, 0);
  return {
    biases: square(Array.from(mu, (_, i) => of(i, 'v'))) + square(Array.from(lambda, (_, j) => of(j, 'h'))),
    weights: square(joint[0].map((value, k) => value - joint[1][k])),
  };
}

function columns(values, rows) {
  const width = values.length / rows;
  return Float64Array.from({ length: width }, (_, j) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += values[r * width + j];
    return sum / rows;
  });
}

/** ⟨(v - μ)(p(h|v) - λ)⟩ over rows. */
function products(rows, rbm, mu, lambda) {
  const p = rbm.meanHidden(rows);
  const sums = new Float64Array(SITES * rbm.hidden);
  for (let r = 0; r < rows.count; r++) {
    for (let i = 0; i < SITES; i++) {
      const v = (rows.bit(r, i) - mu[i]) / rows.count;
      for (let j = 0; j < rbm.hidden; j++) sums[i * rbm.hidden + j] += v * (p[r * rbm.hidden + j] - lambda[j]);
    }
  }
  return sums;
}

const dataOf = (seed) => new Ising({ lattice: square(8), coupling: 0.5, seed }).sample(5000);

const runs = {};
for (const name of Object.keys(WAYS)) {
  runs[name] = [];
  for (const seed of [1, 2]) {
    runs[name].push(await watch(name, dataOf(seed), seed));
  }
}

heading('1. The data: 8×8 Ising at K = 0.5, 5000 rows');
const exact = exactAnswer(isingHamiltonian({ lattice: square(8), coupling: 0.5 }));
console.log(`log-likelihood of the Ising model itself: ${(-exact.logPartition - SITES * exact.energy).toFixed(2)}`);
for (const { seed, data, m, up } of runs.pcd) {
  const independent = independentLogLikelihood(data).toFixed(1);
  const share = ((100 * up.count) / data.count).toFixed(1);
  console.log(`seed ${seed}: ${share} % up, ⟨m⟩ ${mean(m).toFixed(3)}, independent units ${independent}`);
}

for (const run of runs.pcd) {
  heading(`1. pcd as it was the default, seed ${run.seed}`);
  table([
    ['epoch', 'chains up %', 'chains ⟨m⟩', 'model ⟨m⟩', 'up rows', 'down rows', 'pseudo', 'mean c'],
    ...SHOWN.map((e) => run.points[e - 1]).map((p) => [
      p.epoch,
      (100 * p.up).toFixed(0),
      p.chains.toFixed(2),
      p.model.toFixed(3),
      p.upRows.toFixed(1),
      p.downRows.toFixed(1),
      p.pseudo.toFixed(4),
      p.bias.toFixed(2),
    ]),
  ]);
  const freed = run.points.find((p, k) => k > 2 && Math.abs(p.up - run.points[2].up) > 1e-9)?.epoch;
  console.log(`share of up-chains as at epoch 3 until epoch ${freed ? freed - 1 : EPOCHS}`);
}

for (const run of runs.pcd) {
  heading(`1. The residue of the visible units, data minus chains, seed ${run.seed}`);
  const over = (from, to, of) => mean(run.points.slice(from - 1, to).map(of)).toFixed(4);
  table([
    ['epochs', 'integrated', 'chains', 'true'],
    ...[
      [3, 5],
      [6, 10],
      [11, 20],
      [21, 50],
      [51, 100],
    ].map(([from, to]) => [
      `${from}-${to}`,
      over(from, to, (p) => p.integrated),
      over(from, to, (p) => p.residue),
      mean(
        run.points
          .slice(from - 1, to)
          .filter((p) => p.model !== undefined)
          .map((p) => (mean(run.m) - p.model) / 2),
      ).toFixed(3),
    ]),
  ]);
  const { up: share, rbm } = run.points[4];
  const apart = distance(run, rbm, true);
  const plain = distance(run, rbm, false);
  const wrong = run.up.count / run.data.count - share;
  const perUpdate = (square, rate) => (rate / (1 - old.momentum)) * wrong * square;
  const odds = (e) => run.points[e - 1].upRows - run.points[e - 1].downRows;
  const rate = mean(run.points.slice(2, 5).map((p) => p.record.learningRate));
  console.log(
    `shares differ by ${wrong.toFixed(4)}; squared distance of the modes: biases ${apart.biases.toFixed(1)},`,
  );
  console.log(`  centred weights ${apart.weights.toFixed(2)}, weights that are not ${plain.weights.toFixed(0)}`);
  console.log(`log odds of the modes, nats an update, epochs 3 to 5: ${((odds(5) - odds(2)) / 150).toFixed(3)}`);
  console.log(`  predicted ${perUpdate(apart.biases + apart.weights, rate).toFixed(3)}`);
}

heading('1. All ways, 5000 updates each');
table([
  ['seed', 'algorithm', 'up rows', 'down rows', 'all', 'pseudo', 'model ⟨m⟩', 'odds from', 'odds to'],
  ...Object.values(runs).flatMap((pair) =>
    pair.map(({ name, seed, points }) => {
      const { upRows, downRows, all, pseudo, model } = points[EPOCHS - 1];
      const odds = points.filter((p) => p.epoch >= 10 && p.model !== undefined).map((p) => p.upRows - p.downRows);
      const numbers = [upRows, downRows, all].map((value) => value.toFixed(2));
      const range = [Math.min(...odds), Math.max(...odds)].map((value) => value.toFixed(2));
      return [seed, name, ...numbers, pseudo.toFixed(4), model.toFixed(2), ...range];
    }),
  ),
]);

for (const { seed, points } of runs.trajectory) {
  console.log(`trajectory, seed ${seed}: ${points.at(-1).record.models} models on the ladder at the end`);
}

heading('2. Frozen chains, and a step of the visible biases: 4000 samples of an RBM');
{
  // h of all 2^16 states by their probability, then v given h: exact samples
  const { rbm } = runs.tempering[0];
  const states = new BitRows(
    2 ** 16,
    16,
    Uint8Array.from({ length: 2 ** 17 }, (_, k) => (k % 2 ? k >> 9 : k >> 1)),
  );
  const free = rbm.mirror().freeEnergy(states);
  const least = free.reduce((a, b) => Math.min(a, b));
  const weights = free.map((f) => Math.exp(least - f));
  const total = weights.reduce((a, b) => a + b, 0);
  const count = 4000;
  const hidden = new BitRows(count, 16);
  for (let s = 0, k = 0, sum = 0; s < states.count; s++) {
    sum += weights[s] / total;
    for (; k < count && k + 0.5 < sum * count; k++) hidden.bytes.set(states.bytes.subarray(2 * s, 2 * s + 2), 2 * k);
  }
  const samples = rbm.sampleVisible(hidden, 1);
  table([
    ['Δc', 'exact', 'weighted', 'share %', 'plain', '100 steps', '1000 steps'],
    ...[0, 0.005, 0.01, 0.02].map((field) => {
      const moved = inField(rbm, field);
      const after = moved.freeEnergy(samples);
      const delta = rbm.freeEnergy(samples).map((f, k) => f - after[k]);
      return [field, ...weighted(samples, delta, moved)];
    }),
  ]);

  function weighted(rows, delta, moved) {
    const own = magnetisations(rows);
    const w = delta.map(Math.exp);
    const [sum, squares] = [w.reduce((a, b) => a + b, 0), w.reduce((a, b) => a + b * b, 0)];
    const after = (steps) => mean(magnetisations(moved.gibbs(rows, { steps, seed: 2 }).visible)).toFixed(3);
    return [
      magnetisation(moved).toFixed(3),
      (own.reduce((a, m, k) => a + w[k] * m, 0) / sum).toFixed(3),
      ((100 * sum * sum) / squares / rows.count).toFixed(1),
      mean(own).toFixed(3),
      after(100),
      after(1000),
    ];
  }
}

for (const run of runs.population) {
  heading(`2. The population, seed ${run.seed}`);
  table([
    ['epoch', 'share', 'pace', 'chains ⟨m⟩', 'model ⟨m⟩', 'up rows', 'down rows', 'largest W'],
    ...SHOWN.map((e) => run.points[e - 1]).map((p) => [
      p.epoch,
      p.record.effectiveShare.toFixed(3),
      p.record.pace.toFixed(2),
      p.chains.toFixed(2),
      p.model.toFixed(2),
      p.upRows.toFixed(2),
      p.downRows.toFixed(2),
      p.record.largestWeight.toFixed(2),
    ]),
  ]);
}

heading('2. The population with other seeds, after 5000 updates');
table([['seed', 'up rows', 'down rows', 'all'], ...(await Promise.all([3, 4, 5, 6].map(otherSeed)))]);

async function otherSeed(seed) {
  const data = dataOf(seed);
  const { rbm } = await trainRbm(data, { hidden: 16, epochs: EPOCHS, seed, outcome: false });
  const m = magnetisations(data);
  const z = logZ(rbm);
  const free = rbm.freeEnergy(data);
  const of = (chosen) => (-mean(Array.from(free).filter((_, r) => chosen(m[r]))) - z).toFixed(2);
  return [seed, of((x) => x > 0), of((x) => x < 0), of(() => true)];
}

heading('3. Row products of an update: 100 rows in a minibatch, 10 temperatures, 16 units enumerated');
{
  const [rows, chains, rungs, units] = [100, 100, 10, 16];
  const models = runs.trajectory[0].points.at(-1).record.models;
  console.log(`cd ${5 * rows}, pcd ${2 * rows + 3 * chains}, population ${2 * rows + 4.43 * 2 * chains},`);
  console.log(
    `  tempering ${2 * rows + (2 * rungs + 2) * chains}, trajectory of ${models} ${2 * rows + (3 * models + 2) * chains},`,
  );
  console.log(`  exact ${2 * rows + 2 ** units * (1 + 4 / units)}`);
}

heading('3. What training.outcome() says of them');
for (const { name, seed, doubts } of Object.values(runs).flat()) {
  console.log(`${name}, seed ${seed}: ${doubts.length ? doubts.join('\n  ') : 'no doubts'}`);
}

heading('3. Everything left to the package: trainRbm(data, { hidden: 16 })');
for (const { data, seed } of runs.pcd) {
  const { history, outcome, doubts } = await trainRbm(data, { hidden: 16, seed });
  const modes = outcome.modes.map((mode) => mode.logLikelihood.toFixed(2)).join(' and ');
  console.log(
    `seed ${seed}: ${history.length} epochs, log-likelihood ${outcome.logLikelihood.mean.toFixed(2)}, modes ${modes}`,
  );
  console.log(`  ${doubts.length ? doubts.join('\n  ') : 'no doubts'}`);
}

const { svg } = windupFigure(runs, independentLogLikelihood(runs.pcd[0].data));
const png = await rasterise(svg);
const path = new URL('training-windup.png', import.meta.url);
if (png) writeFileSync(path, png);
else console.log('no PNG: @resvg/resvg-js is not installed');
