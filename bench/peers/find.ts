/**
 * The peers of each case: programs of others, and plain C, that do the same work in another process. Each is believed
 * only after a result of its own has been checked. Whatever is not found is said.
 */

import {
  barsAndStripes,
  encodeNpz,
  encodeSpinData,
  isingTensor,
  logPartition,
  type Matrix,
  multiply,
  operatorBasis,
  type Rbm,
  SpinData,
  square,
  standardOperators,
  truncatedSvd,
} from '../../src/all.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { agree, close } from '../cases/agree.js';
import { BIASED_SIDES, biasedName } from '../cases/biased.js';
import { CLUSTER_SIDES, swendsenWangName, swendsenWangSteps, WOLFF_FLIPS, wolffName } from '../cases/clusters.js';
import { FIELDS, FIELDS_NAME, fieldStack } from '../cases/fields.js';
import {
  ANNEALING,
  likelihoodRbm,
  MODEL_VISIBLE,
  PARTITION_STATES,
  PARTITION_UNITS,
  partitionName,
  partitionStates,
} from '../cases/likelihood.js';
import {
  fallingMatrix,
  MATRIX_SIZES,
  matrixFactors,
  matrixName,
  matrixTimes,
  TRUNCATED,
  TRUNCATED_NAME,
} from '../cases/linear.js';
import { MCRG_NAME, OPERATORS, OPERATORS_NAME, operatorSamples } from '../cases/operators.js';
import { factorsOf, PRODUCT_ROWS, PRODUCT_TIMES, PRODUCTS } from '../cases/products.js';
import { REACH, REACH_NAME } from '../cases/reach.js';
import { COUPLING, LATTICE_SIDES, latticeName, latticeSweeps, REPLICAS, replicasName } from '../cases/singleSpin.js';
import { START_NAME } from '../cases/startUp.js';
import { TENSOR_BONDS, TENSOR_STEPS, type TensorMethod, tensorLogPartition, tensorName } from '../cases/tensor.js';
import * as training from '../cases/training.js';
import { monteCarloRgPeer, variationalPeer } from './monteCarloRg.js';
import type { Peer } from './peer.js';
import { freshProcesses } from './process.js';
import { numbersOf, Search } from './search.js';

/** As many as a kernel may have. */
const MAX_THREADS = 64;

/** The energies of a greeting against Kaufman's. */
const energiesOf = (side: number, coupling: number) => (greeting: Record<string, unknown>) => {
  const energies = numbersOf(greeting.energies);
  if (energies.length < 20) throw new Error(`energies: ${energies.length} numbers, expected 20 or more`);
  agree('energy', energies, kaufman(side, side, coupling).energy);
};

/** Sides of the lattices that the programs check themselves on. */
const CHECKED = 64;

/** So many lattices, `sweeps` sweeps of each: C takes one after the other, NumPy all together. */
async function metropolis(search: Search, lattices: number, side: number, sweeps: number): Promise<void> {
  const check = energiesOf(CHECKED, COUPLING);
  const few = Math.ceil(1e7 / side ** 2);
  await search.c('textbook C', 'metropolis.c', [side, COUPLING, few, CHECKED], {
    share: few / (lattices * sweeps),
    check,
  });
  const together = Math.ceil(few / lattices);
  await search.python('NumPy checkerboard', 'checkerboard.py', [lattices, side, COUPLING, together, CHECKED], {
    share: together / sweeps,
    check,
  });
}

const criticalEnergies = energiesOf(CHECKED, criticalCoupling);

async function wolff(search: Search, side: number): Promise<void> {
  const words = [side, criticalCoupling, WOLFF_FLIPS, CHECKED];
  await search.c('textbook C', 'wolff.c', words, { check: criticalEnergies });
}

async function swendsenWang(search: Search, side: number): Promise<void> {
  const words = [side, criticalCoupling, swendsenWangSteps(side), CHECKED];
  await search.c('textbook C, union-find', 'swendsenWang.c', words, { check: criticalEnergies });
}

async function product(search: Search, inputs: number, outputs: number): Promise<void> {
  const { bits, weights } = factorsOf(inputs, outputs);
  const arrays = {
    bits: { shape: [PRODUCT_ROWS, inputs], data: bits },
    weights: { shape: [inputs, outputs], data: weights },
  };
  const row = Float64Array.from({ length: outputs }, (_, j) =>
    bits.subarray(0, inputs).reduce((sum, bit, i) => sum + bit * weights[i * outputs + j], 0),
  );
  const factors = search.file('factors.npz', encodeNpz(arrays));
  await search.python('NumPy float32', 'product.py', [factors, PRODUCT_TIMES], {
    check: (greeting) => void close('product', numbersOf(greeting.row), row, 1e-5 * Math.sqrt(inputs)),
  });
}

const TRAINERS = [
  ['sklearn', 'scikit-learn BernoulliRBM float32, its PCD'],
  ['numpy', 'NumPy float32'],
  ['torch', 'PyTorch float32'],
] as const;

async function trainers(search: Search, algorithm: training.Divergence, size: training.TrainingSize, threads: number) {
  const { side, hidden, rows } = size;
  const few = Math.min(rows, Math.ceil((5000 * 640_000) / (side ** 2 * hidden) / training.BATCH) * training.BATCH);
  const data = search.file('data.npz', encodeSpinData(training.trainingData(side, rows)));
  const small = search.file('small.npz', encodeSpinData(training.smallData()));
  const { rate, hidden: smallHidden, epochs } = training.LEARNT;
  const { independent, ours } = await training.learnt(algorithm);
  const check = (equal: boolean) => (greeting: Record<string, unknown>) => {
    const [likelihood] = numbersOf(greeting.likelihood);
    if (!(likelihood > independent + 1)) throw new Error(`log-likelihood ${likelihood} of ${independent} for free`);
    if (equal) close('log-likelihood', [likelihood], [ours], 0.5);
  };
  const words = [few, hidden, training.RATE, training.MOMENTUM, training.BATCH, small, smallHidden, rate, epochs];
  for (const [kind, name] of TRAINERS) {
    await search.python(name, 'training.py', [kind, algorithm, data, ...words], {
      threads,
      share: few / rows,
      check: check(kind !== 'sklearn'),
    });
  }
}

async function reach(search: Search): Promise<void> {
  const rows = barsAndStripes(REACH.side);
  const images = new SpinData(rows.count, [REACH.side, REACH.side], rows.bytes, { source: 'bars and stripes' });
  const data = search.file('bars.npz', encodeSpinData(images));
  for (const [kind, name] of TRAINERS.slice(0, 2)) {
    const words = [kind, data, REACH.hidden, REACH.rate, REACH.target, REACH.every, REACH.most];
    await search.python(name, 'reach.py', words, {
      check: (greeting) => {
        const [reached] = numbersOf(greeting.reached);
        // no RBM can do better than the rows themselves
        if (!(reached >= REACH.target && reached <= -rows.count * Math.log(rows.count) + 5)) {
          throw new Error(`log-likelihood ${reached} after at most ${REACH.most} updates, wanted ${REACH.target}`);
        }
      },
    });
  }
}

function modelFile(search: Search, name: string, { visible, hidden, weights, visibleBias, hiddenBias }: Rbm): string {
  const arrays = {
    weights: { shape: [visible, hidden], data: weights },
    visibleBias: { shape: [visible], data: visibleBias },
    hiddenBias: { shape: [hidden], data: hiddenBias },
  };
  return search.file(name, encodeNpz(arrays));
}

async function partition(search: Search, hidden: number): Promise<void> {
  const small = likelihoodRbm(MODEL_VISIBLE, 10);
  const exact = logPartition(small, { method: 'exact' }).estimate;
  const files = [
    modelFile(search, 'model.npz', likelihoodRbm(MODEL_VISIBLE, hidden)),
    modelFile(search, 'small.npz', small),
  ];
  await search.python('NumPy float64', 'likelihood.py', ['partition', ...files, PARTITION_STATES], {
    share: PARTITION_STATES / partitionStates(MODEL_VISIBLE, hidden),
    check: (greeting) => void close('log Z', numbersOf(greeting.logPartition), [exact], 1e-12 * exact),
  });
}

async function annealing(search: Search): Promise<void> {
  const { hidden, chains, temperatures } = ANNEALING;
  const small = likelihoodRbm(MODEL_VISIBLE, 10);
  const exact = logPartition(small, { method: 'exact' }).estimate;
  const files = [
    modelFile(search, 'model.npz', likelihoodRbm(MODEL_VISIBLE, hidden)),
    modelFile(search, 'small.npz', small),
  ];
  await search.python('NumPy float32', 'likelihood.py', ['annealing', ...files, chains, temperatures], {
    check: (greeting) => {
      const [estimate, error] = numbersOf(greeting.logPartition);
      if (!(Math.abs(estimate - exact) < 5 * error && error < 1)) {
        throw new Error(`log Z ${estimate} ± ${error}, exact ${exact}`);
      }
    },
  });
}

async function fields(search: Search): Promise<void> {
  const stack = fieldStack(FIELDS.side, FIELDS.hidden);
  const arrays = Object.fromEntries(
    stack.rbms.map(({ visible, hidden, weights }, k) => [`w${k + 1}`, { shape: [visible, hidden], data: weights }]),
  );
  const expected = stack.receptiveFields(FIELDS.hidden.length).subarray(0, FIELDS.side ** 2);
  const times = 10;
  await search.python('NumPy float64', 'fields.py', [search.file('weights.npz', encodeNpz(arrays)), times], {
    share: times,
    check: (greeting) => void close('field', numbersOf(greeting.field), expected, 1e-6),
  });
}

async function operators(search: Search): Promise<void> {
  const { side, count, times } = OPERATORS;
  const data = operatorSamples(side, count);
  const spins = new Int8Array(count * side * side);
  for (let row = 0; row < count; row++) spins.set(data.spins(row), row * side * side);
  const expected = operatorBasis(square(side), standardOperators('square', 'even')).measure(data).subarray(0, 7);
  const file = search.file('spins.npz', encodeNpz({ spins: { shape: [count, side, side], data: spins } }));
  await search.python('NumPy int8', 'operators.py', [file], {
    share: 1 / times,
    check: (greeting) => void close('sums', numbersOf(greeting.sums), expected, 0),
  });
}

const arrayOf = ({ rows, columns, values }: Matrix) => ({ shape: [rows, columns], data: values });

async function matrixProduct(search: Search, n: number): Promise<void> {
  const [a, b] = matrixFactors(n);
  const file = search.file('matrices.npz', encodeNpz({ a: arrayOf(a), b: arrayOf(b) }));
  const row = multiply({ rows: 1, columns: n, values: a.values.slice(0, n) }, b).values;
  await search.python('NumPy float64', 'linear.py', ['product', file, matrixTimes(n)], {
    check: (greeting) => void close('product', numbersOf(greeting.row), row, 1e-15 * n),
  });
}

async function decomposition(search: Search): Promise<void> {
  const { size, rank, ratio } = TRUNCATED;
  const a = fallingMatrix(size, ratio);
  const { s } = truncatedSvd(a, rank);
  const file = search.file('matrix.npz', encodeNpz({ a: arrayOf(a) }));
  await search.python('NumPy, all of it', 'linear.py', ['svd', file, rank], {
    check: (greeting) => void close('values', numbersOf(greeting.values), s, 1e-12 * s[0]),
  });
}

async function tensor(search: Search, method: TensorMethod, bond: number): Promise<void> {
  const expected = tensorLogPartition(method, isingTensor({ coupling: criticalCoupling }), bond, TENSOR_STEPS);
  await search.python('NumPy, full SVD, without parity', 'tensor.py', [method, bond, TENSOR_STEPS], {
    check: (greeting) => void close('ln Z', [Number(greeting.value)], [expected], 1e-8),
  });
}

/** What is looked for, by the entry's name. */
function finders(): Map<string, (search: Search) => Promise<void>> {
  const finders = new Map<string, (search: Search) => Promise<void>>();
  for (const side of LATTICE_SIDES) {
    finders.set(latticeName('metropolis', side), (search) => metropolis(search, 1, side, latticeSweeps(side)));
  }
  const { side, sweeps } = REPLICAS;
  finders.set(replicasName('metropolis'), (search) => metropolis(search, 128, side, sweeps));
  for (const side of CLUSTER_SIDES) {
    finders.set(wolffName(side), (search) => wolff(search, side));
    finders.set(swendsenWangName(side), (search) => swendsenWang(search, side));
  }
  for (const method of ['trg', 'btrg'] as const) {
    for (const bond of TENSOR_BONDS) finders.set(tensorName(method, bond), (search) => tensor(search, method, bond));
  }
  for (const { name, inputs, outputs } of PRODUCTS) finders.set(name, (search) => product(search, inputs, outputs));
  for (const algorithm of ['cd', 'pcd'] as const) {
    for (const size of training.SIZES) {
      for (let threads = 1; threads <= MAX_THREADS; threads++) {
        for (const precision of ['float32', 'fixed16'] as const) {
          const name = training.trainingName(algorithm, size, threads, precision);
          finders.set(name, (search) => trainers(search, algorithm, size, threads));
        }
      }
    }
  }
  finders.set(REACH_NAME, reach);
  for (const hidden of PARTITION_UNITS) finders.set(partitionName(hidden), (search) => partition(search, hidden));
  finders.set(ANNEALING.name, annealing);
  finders.set(FIELDS_NAME, fields);
  finders.set(OPERATORS_NAME, operators);
  finders.set(MCRG_NAME, monteCarloRgPeer);
  for (const side of BIASED_SIDES) finders.set(biasedName(side), (search) => variationalPeer(search, side));
  for (const n of MATRIX_SIZES) finders.set(matrixName(n), (search) => matrixProduct(search, n));
  finders.set(TRUNCATED_NAME, decomposition);
  finders.set(START_NAME, async (search) => {
    const processes = await freshProcesses();
    if (typeof processes === 'string') search.missing.push(`fresh Node process for "${START_NAME}": ${processes}`);
    else search.found.push(...processes);
  });
  return finders;
}

/** Names of the entries that peers are looked for. */
export const namesWithPeers = (): string[] => [...finders().keys()];

/**
 * Starts the peers of an entry; an entry without any has none missing either.
 * @param name of the entry
 * @param folder for data and compiled programs, removed by the caller
 * @returns those that were found, to be closed by the caller, and what is missing in words
 */
export async function findPeers(name: string, folder: string): Promise<{ found: Peer[]; missing: string[] }> {
  const search = new Search(name, folder);
  await finders().get(name)?.(search);
  return { found: search.found, missing: search.missing };
}
