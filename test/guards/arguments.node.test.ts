/**
 * Every argument of everything public, of a wrong kind: it is taken, or refused by name; no error comes from the
 * inside.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as api from '../../src/all.js';
import * as experiments from '../../src/experiments/index.js';
import * as files from '../../src/node.js';
import * as sweeps from '../../src/sweep/index.js';
import * as viz from '../../src/viz/index.js';

const test = suite('guards/arguments');

const folder = mkdtempSync(join(tmpdir(), 'blockspin-arguments-'));
// a text is a path, too
const home = process.cwd();
process.chdir(folder);
test.after(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

const exact = experiments.experiments['exact-map'];
const asked = experiments.resolveParameters(exact, undefined, { small: [2], large: [2], iterations: 2, restarts: 1 });
const plan = sweeps.planOf({ experiment: exact }, [asked]);
writeFileSync('plan.jsonl', sweeps.encodePlan(plan));
const sweep = sweeps.SweepFolder.create(join(folder, 'sweep'), plan);
const stored = await sweeps.ObjectSweep.create(sweeps.folderObjects(join(folder, 'objects')), 'sweep', plan);
const lattice = api.square(4);
const model = api.isingHamiltonian({ lattice, coupling: 0.4 });
const data = new api.Ising({ lattice, coupling: 0.4 }).sample(256);
const replica = new api.Ising({ lattice, coupling: 0.4, seed: 2 }).sample(256);
const ordered = new api.Ising({ lattice, coupling: 0.6 }).sample(1000);
const eight = new api.Ising({ lattice: api.square(8), coupling: 0.4 }).sample(256);
const majority = api.majorityRule({ factor: 2 });
const few = { even: [api.latticeOperator('square', 'nn')], odd: [api.latticeOperator('square', 'field')] };
const numbers = Float64Array.from({ length: 1000 }, (_, k) => ((k * 40503) % 1009) / 1009);
const zeros = { weights: new Float32Array(32), visibleBias: new Float32Array(16), hiddenBias: new Float32Array(2) };
const rbm = new api.Rbm({ visible: 16, hidden: 2, ...zeros });
const tied = api.translationInvariant({
  shape: [4, 4],
  filters: Float32Array.from({ length: 16 }, (_, i) => (i < 2 ? 1 : 0)),
});
// a hidden unit that sees one site
const spot = new api.Rbm({
  visible: 16,
  hidden: 1,
  ...zeros,
  weights: tied.weights.filter((_, k) => k % 16 === 0).map((w, i) => (i === 0 ? w : 0)),
  hiddenBias: new Float32Array(1),
});
const stack = new api.Stack([rbm], [4, 4]);
const pair = api.isingHamiltonian({ lattice: api.square(2, 2, { boundary: 'open' }), coupling: 0.4 });
const small = new api.Rbm({
  visible: 4,
  hidden: 1,
  weights: new Float32Array(4).fill(0.1),
  visibleBias: new Float32Array(4),
  hiddenBias: new Float32Array(1),
});
const spins = api.spinRbmFromBits({
  visible: 4,
  hidden: 1,
  weights: new Float32Array(4).fill(0.1),
  visibleBias: new Float32Array(4),
  hiddenBias: new Float32Array(1),
});
const series = api.canonicalSeries(data, { coupling: 0.4 });
const other = api.canonicalSeries(new api.Ising({ lattice, coupling: 0.45 }).sample(256), { coupling: 0.45 });
const larger = [0.4, 0.45].map((coupling) =>
  api.canonicalSeries(new api.Ising({ lattice: api.square(8), coupling }).sample(256), { coupling }),
);
const curves = [new api.MultiHistogram([series, other]), new api.MultiHistogram(larger)];
const source = new api.Ising({ lattice, coupling: 0.4 });
const npy = { shape: [256, 4, 4], data: api.spinDataToArray(data).data };
const bits = new api.BitRows(3, 4);
const training = await api.Training.start(bits, { hidden: 1, epochs: 1, threads: 1 });
const run = await api.trainRbm(bits, { hidden: 1, epochs: 2, outcome: false, threads: 1 });
const tensors = {
  W: { shape: [4, 2], data: new Float32Array(8) },
  a: { shape: [4], data: new Float32Array(4) },
  b: { shape: [2], data: new Float32Array(2) },
};
const spinFile = join(folder, 'spins.bits');
files.saveSpinData(spinFile, data);
const rbmFile = join(folder, 'rbm.safetensors');
files.saveRbm(rbmFile, rbm);
const operator = api.majorityOperator(4, [[0, 1, 2, 3]]);
const symmetric = { rows: 2, columns: 2, values: Float64Array.of(2, 1, 1, 2) };
const collapse = [4, 8, 16].flatMap((size) =>
  [0.4, 0.42, 0.44, 0.46, 0.48].map((coupling) => ({
    size,
    coupling,
    value: Math.tanh((coupling - 0.44) * size),
    error: 0.01,
  })),
);
const tensor = api.isingTensor({ coupling: 0.4 });

/** A call that works, of each function of two arguments or more. */
const CALLS: Record<string, readonly unknown[]> = {
  BitRows: [1, 4, new Uint8Array(1)],
  MultiHistogram: [[series, other], {}],
  Products: [],
  RealRows: [1, 4, new Float32Array(4)],
  SpinData: [256, [4, 4], data.bytes, data.provenance],
  Stack: [[rbm], [4, 4]],
  annealedImportance: [small, { chains: 10, temperatures: 10 }],
  bennett: [
    [1, 2, 3],
    [1, 2, 3],
    [0, 1, 2],
  ],
  binderCrossing: [...curves, [0.41, 0.46]],
  binderCumulant: [numbers, {}],
  binderRatio: [numbers, {}],
  binning: [numbers, {}],
  bitCouplings: [spins, [[0, 1]]],
  bitRowsFromArray: [npy, {}],
  bitRowsFromImages: [{ shape: [2, 2, 2], data: new Uint8Array(8) }, {}],
  blocks: [lattice, 2],
  blockMeans: [data, { factor: 2 }],
  bondCoupling: [0.4, 0.4],
  bondWeightedTrg: [tensor, { bond: 4, steps: 1 }],
  canonicalEnsemble: [api.torusDensityOfStates(4, 4), 0.4],
  canonicalSeries: [data, { coupling: 0.4 }],
  chain: [4, {}],
  connectedCorrelationLength: [ordered, {}],
  latticeOperator: ['square', 'nn'],
  latticeOperators: ['square', { range: 1, order: 2, parity: 'even' }],
  OperatorPotential: [api.operatorBasis(lattice, [api.latticeOperator('square', 'nn')]), [0.1]],
  operatorHamiltonian: [lattice, [api.latticeOperator('square', 'nn')], [0.4]],
  OperatorBasis: [2, [{ name: 'nn', order: 2, sites: Uint32Array.of(0, 1) }]],
  operatorBasis: [lattice, [api.latticeOperator('square', 'nn')]],
  standardOperators: ['square', 'even'],
  graphOperators: [2, [[0, 1]]],
  neighbourGraph: [Float64Array.of(0, 0, 1, 1), [2, 2]],
  matchLattices: [eight, data, { rule: majority, operators: few, steps: 2 }],
  monteCarloRg: [eight, { rule: majority, operators: few }],
  hotrg: [tensor, { bond: 4, steps: 1 }],
  linkOverlapSeries: [data, replica, model],
  loopTnr: [tensor, { bond: 4, steps: 1 }],
  measureOverlap: [data, replica, {}],
  overlapSeries: [data, replica],
  chainAutocorrelation: [rbm, data, { count: 100 }],
  refine: [data, 2],
  coarseGrain: [data, { factor: 2, rule: 'majority' }],
  collapseQuality: [collapse, { criticalCoupling: 0.44, nu: 1, exponent: 0 }],
  connectedSusceptibility: [numbers, 16, {}],
  correlationLength: [data, {}],
  findCrossing: [
    ...curves,
    ({ magnetisation4: a, magnetisation2: b }: Record<string, number>) => a / b ** 2,
    [0.41, 0.46],
  ],
  cubic: [2, 2, 2, {}],
  decimate: [0.4, 2],
  eigenvalues: [[1, 2, 3, 4], 2],
  exponents: [api.migdalKadanoff({ dimension: 2 }), [0.3]],
  fixedPoints: [api.squareDecimation(), { from: [0.1], to: [1], starts: 2 }],
  flowLine: [api.squareDecimation(), [0.4], 2],
  flowLogPartition: [api.squareDecimation(), [0.4]],
  latticeLogPartition: [rbm, { shape: [4, 4], bond: 4 }],
  latticeLogPartitionAsync: [rbm, { shape: [4, 4], bond: 4 }],
  linearise: [api.squareDecimation(), [0.4]],
  rbmTensor: [api.bondRbm(model), { shape: [4, 4] }],
  rbmTensorLogPartition: [api.bondRbm(model), { shape: [4, 4], bond: 4 }],
  separatrix: [api.squareDecimation(), { from: [0.1], to: [1], tolerance: 0.01 }],
  decimateInField: [0.4, 0.1, 2],
  tensorEnergy: [(coupling: number) => api.isingTensor({ coupling }), { coupling: 0.3, bond: 4, steps: 2 }],
  trg: [tensor, { bond: 4, steps: 1 }],
  undecimateInField: [0.4, 0.1],
  decimationOperator: [4, [0, 2], 1],
  decodeIdx: [api.encodeIdx({ shape: [2, 2], data: new Uint8Array(4) }), 'path', {}],
  decodeNpy: [api.encodeNpy(npy), 'path'],
  decodeNpz: [api.encodeNpz({ a: npy }), 'path', {}],
  decodeRbm: [api.encodeRbm(rbm), 'path'],
  decodeSafetensors: [api.encodeRbm(rbm), 'path'],
  decodeSamplerState: [api.encodeSamplerState(source.state()), source.identity, 'path'],
  decodeOwnSpinData: [api.encodeSpinData(data), 'path'],
  decodeSpinFile: [api.encodeSpinFile(data), 'path'],
  decodeStack: [api.encodeStack(stack), 'path'],
  decodeStackState: [api.encodeStackState({ finished: [], current: training.state() }, { a: '1' }), { a: '1' }, 'path'],
  decodeTrainingState: [api.encodeTrainingState(training.state(), { a: '1' }), { a: '1' }, 'path'],
  describeHamiltonian: [model, {}],
  disorderedSusceptibility: [numbers, 16, {}],
  encodeNpz: [{ a: npy }, {}],
  encodeRbm: [rbm, {}],
  encodeStack: [stack, {}],
  encodeStackState: [{ finished: [], current: training.state() }, { a: '1' }],
  encodeTrainingState: [training.state(), { a: '1' }],
  energyHistogram: [data, {}],
  equilibriumCheck: [rbm, data, { chains: 20, steps: 20 }],
  exactCouplings: [spins, {}],
  exportRbm: [rbm, 'torch'],
  fieldSusceptibility: [numbers, 16, {}],
  fitCollapse: [collapse, { criticalCoupling: 0.44, nu: 1, exponent: 0 }, { fixed: ['nu', 'exponent'] }],
  freeEnergyGap: [rbm, data, data],
  fromBitTerms: [2, [{ sites: [0, 1], coupling: 1 }]],
  functionOperator: [2, 1, () => 0, 'name'],
  gaussianLayer: [new Float32Array(4), new Float32Array(4).fill(1)],
  graph: [3, [[0, 1]]],
  groupCouplings: [data, [[[0, 1]]], {}],
  hamiltonianOf: [new Float64Array(16), {}],
  hiddenUnits: [rbm, data],
  rbmFromTensors: [tensors, { weights: 'W', visibleBias: 'a', hiddenBias: 'b' }],
  improvedMeasurements: [new api.Clusters({ hamiltonian: model }).improved(100), {}],
  independentHidden: [pair, pair],
  integratedAutocorrelation: [numbers, {}],
  inverseBinderRatio: [numbers, {}],
  isingPseudoLikelihood: [data, 0.4],
  jackknife: [[numbers], ([a]: number[]) => a, {}],
  kadanoffOperator: [4, [[0, 1, 2, 3]], 1, {}],
  kaufman: [4, 4, 0.4],
  klDivergence: [small, new Float64Array(16).fill(1 / 16), 0],
  loadSpinData: [spinFile, {}],
  loadTrainingData: [spinFile, {}],
  locality: [new Float32Array(16).fill(1), [4, 4]],
  logLikelihood: [small, new api.BitRows(2, 4), {}],
  logPartition: [small, {}],
  logPartitionAsync: [small, {}],
  majorityOperator: [4, [[0, 1, 2, 3]], 1],
  checkMapping: [pair, spins, {}],
  maximiseLikelihood: [bits, { hidden: 1 }],
  maximiseLikelihoodAsync: [bits, { hidden: 1 }],
  measure: [data, {}],
  mutualInformation: [pair, operator],
  onsagerCorrelationLength: [0.4, 'row'],
  optimiseOperator: [
    pair,
    { family: (p: number[]) => api.majorityOperator(4, [[0, 1, 2, 3]], p[0]), principle: 'kl', start: [1] },
  ],
  parseParameter: ['name', { kind: 'integer', default: 1, low: 0, doc: '' }, '1'],
  picture: [data, 0, {}],
  pseudoLikelihood: [rbm, data, {}],
  quadratureCouplings: [spins, [[0, 1]], {}],
  rbmOperator: [pair, spins],
  decodeSpinData: [api.encodeNpy(npy), {}, 'path'],
  decodeTrainingData: [api.encodeNpy(npy), {}, 'path'],
  realRowsFromArray: [npy, {}],
  receptiveFieldsPng: [rbm, { shape: [4, 4] }],
  reorderSites: [data, api.siteOrder(16)],
  siteOrder: [16, 1],
  reluLayer: [new Float32Array(4), new Float32Array(4).fill(1)],
  resolveParameters: [experiments.experiments['exact-map'], 'quick', {}],
  createSpinFile: [join(folder, 'created.bits'), { shape: [4, 4], provenance: data.provenance }],
  reverseAnnealing: [small, new api.BitRows(10, 4), { temperatures: 10 }],
  reweight: [series, 0.41, ({ energy }: { energy: number }) => energy, {}],
  sample: [model, { count: 10 }],
  sampleStack: [stack, { count: 1, steps: 1 }],
  sampleStackAsync: [stack, { count: 1, steps: 1 }],
  sampleToFile: [source, 10, join(folder, 'sampled.bits'), {}],
  sampledCouplings: [spins, [[0, 1]], { samples: 10 }],
  sampledVariationalStep: [data, api.majorityOperator(16, [[0, 1, 2, 3]]), {}],
  majorityRule: [{ factor: 2 }],
  decimationRule: [{ factor: 2 }],
  softRule: [{ factor: 2, weight: 1 }],
  productRule: [[api.majorityRule({ factor: 2 })]],
  iteratedRule: [api.majorityRule({ factor: 2 }), 2],
  functionRule: [{ name: 'coin', factor: 2, probability: () => 0.5 }],
  layerRule: [rbm, {}],
  filterRule: [{ weights: [1, 1, 1, 1], size: 2, stride: 2 }],
  placedLayerRule: [spot, { shape: [4, 4] }],
  tiedFilterOf: [tied, { shape: [4, 4], stride: 1 }],
  Translations: [[4, 4], 2],
  ruleOperator: [api.majorityRule({ factor: 2 }), api.square(4)],
  probabilityUp: [api.majorityRule({ factor: 2 }).spins!(api.square(4))[0], data.spins(0)],
  samplerFor: [model, {}],
  methodFor: [model, {}],
  saveRbm: [rbmFile, rbm, {}],
  polynomialFit: [[1, 2, 3], [1, 2, 3.5], [1, 1, 1], 1],
  saveSpinData: [spinFile, data],
  saveStack: [join(folder, 'stack.safetensors'), stack, {}],
  matchFreeEnergy: [pair, spins],
  multiply: [symmetric, symmetric, { transposeA: true }],
  truncatedSvd: [symmetric, 1, { start: { rows: 2, columns: 1, values: Float64Array.of(1, 0) } }],
  singularValues: [new Float32Array(4).fill(1), 2, 2],
  specificHeat: [numbers, 16, 0.4, {}],
  spinDataFromArray: [npy, {}],
  square: [4, 4, {}],
  stackBound: [stack, data, { samples: 2 }],
  straightLine: [
    [1, 2, 3],
    [1, 2, 3.5],
    [1, 1, 1],
  ],
  structureFactor: [data, {}],
  structureFactorSeries: [data, [0, 1]],
  temperingScalesAsync: [{ hamiltonian: pair, from: 0.5, to: 1 }, {}],
  termGroups: [model, 1e-9],
  torusDensityOfStates: [4, 4],
  exactTrainingSteps: [pair, { hidden: 1 }],
  trainExactly: [pair, { hidden: 1 }],
  trainExactlyAsync: [pair, { hidden: 1 }],
  trainRbm: [bits, { hidden: 1, epochs: 1, outcome: false }],
  trainStack: [data, { hidden: [2], epochs: 1 }],
  trainingOutcome: [rbm, data, {}],
  trainingOutcomeAsync: [rbm, data, {}],
  triangular: [4, 4, {}],
  twoPointSeries: [data, [0, 1]],
  unexplainedVariance: [small, new Float32Array(8)],
  variationalStep: [pair, operator],
  weightsMoved: [run.history, 0.01],
  wrongMarginal: [pair, pair],
  assignToGrid: [
    [[0, 2], [0, 0], null, [2, 2]],
    [4, 4],
    [2, 2],
  ],
  assignment: [[4, 1, 2, 3], 2],
  blockMatch: [data, data, 2],
  couplingOrder: [spins, {}],
  densePotential: [4, { hidden: 2 }],
  filterPotential: [lattice, { filters: 1, size: [2, 2] }],
  filterCouplings: [api.filterPotential(lattice, { filters: 1, size: [2, 2] })],
  fitFilters: [
    lattice,
    { operators: [api.latticeOperator('square', 'nn')], couplings: [0.3], filters: 1, size: [2, 2] },
  ],
  farInformation: [data, data, [...Array(16).keys()].map((i) => [Math.floor(i / 4), i % 4])],
  fieldForm: [
    [0, 1, 0, 1],
    [2, 2],
  ],
  layerForm: [[[0, 1, 0, 1]], [2, 2]],
  longWaveShare: [data, data],
  meanInterval: [[1, 2, 3], 0.9],
  permutationTest: [[1, 2], [3, 4], {}],
  combinations: [exact, undefined, {}, {}],
  decodePlan: [sweeps.encodePlan(plan), { experiment: exact }, 'plan.jsonl'],
  fetchResults: [stored, join(folder, 'fetched')],
  loadExperiment: ['exact-map'],
  planOf: [{ experiment: exact }, [asked]],
  readPlan: [join(folder, 'plan.jsonl')],
  resultsOf: [sweep, 0],
  shardOf: ['1/2', {}, {}],
  simulateSweep: [[1], { points: 3, workers: 2 }],
  statusOf: [sweep, 1000],
  summaryOfRun: [sweep, 0, { keys: [], points: [], results: [], missing: ['one'] }],
  workOn: [sweep, {}],
  runExperiment: [
    {
      ...experiments.experiments['exact-map'],
      parameters: {},
      points: () => [{ key: 'one' }],
      reads: () => [],
      run: async () => 1,
      summarise: () => ({}),
    },
    {},
    {},
  ],
};

const exports: Record<string, unknown> = { ...api, ...files, ...experiments, ...viz, ...sweeps };

/** Parameters of a function or of a class's own constructor, by its text. */
function parametersOf(called: object): string[] {
  if (isClass(called) && !/\bconstructor\(/.test(String(called))) return [];
  const text = String(called).replace(/^class[\s\S]*?\bconstructor(?=\()/, '');
  const list: string[] = [''];
  let depth = 0;
  for (const letter of text.slice(text.indexOf('(') + 1)) {
    if (letter === ')' && depth === 0) break;
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) list.push('');
    else list[list.length - 1] += letter;
  }
  return list.filter((name) => name.trim() !== '');
}
/** What no argument of this package is, or not in most places. */
const WRONG = [undefined, null, 5, -1.5, Number.NaN, 'text', true, 5n, [], [null], {}, () => 1, new Map()];

const isClass = (called: object) => /^class/.test(String(called));

async function call(called: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown> {
  return isClass(called) ? Reflect.construct(called, args) : Reflect.apply(called, undefined, args);
}

test('a call of each is known', () => {
  const missing = Object.entries(exports)
    .filter(([name, called]) => typeof called === 'function' && parametersOf(called).length > 1 && !(name in CALLS))
    .map(([name]) => name);
  // constructors that are not for users, what goes on with a file of createSpinFile, and parts that the runner of
  // experiments calls
  const constructors = ['CheckpointMismatchError', 'DivergenceError', 'FormatError', 'SpinFile', 'Training'];
  const ofSweeps = ['ObjectSweep', 'SweepFolder'];
  const parts = ['checkParameters', 'judge', 'presetOf', 'provenanceOf'];
  assert.equal(missing, [...constructors, 'resumeSpinFile', ...parts, ...ofSweeps]);
});

for (const [name, args] of Object.entries(CALLS)) {
  test(name, async () => {
    const called = exports[name] as (...args: never[]) => unknown;
    await call(called, args);
    const wrong: string[] = [];
    for (const place of args.keys()) {
      for (const value of WRONG) {
        const changed = args.map((argument, k) => (k === place ? value : argument));
        try {
          await call(called, changed);
        } catch (error) {
          const { message, constructor: kind } = error as Error;
          const own = /^".*" expected |^[^ ]+: /.test(message) || kind !== TypeError;
          const inside = /Cannot|is not |undefined's|reading|iterable|Invalid|Symbol value/.test(message);
          if (!own || inside) wrong.push(`#${place} ${String(value)}: ${kind.name} ${message}`);
        }
      }
    }
    assert.is(wrong.join('\n'), '');
  });
}

test.run();
