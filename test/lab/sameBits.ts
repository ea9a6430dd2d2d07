/** What figures come to in a page, and the same by the package in Node: cases for any browser. */

import { createHash } from 'node:crypto';
import * as assert from 'uvu/assert';
import { bytesOf } from '../../src/elements/base/hash.js';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { flowScene } from '../../src/elements/flow/scene.js';
import { FLOW, type FlowValues } from '../../src/elements/flow/spec.js';
import { quizScene } from '../../src/elements/quiz/scene.js';
import { QUIZ } from '../../src/elements/quiz/spec.js';
import { optionsOf } from '../../src/elements/training/methods.js';
import { passesOf } from '../../src/elements/training/program.js';
import { criticalCoupling } from '../../src/exact/index.js';
import { encodeStack } from '../../src/io/index.js';
import {
  ClippedGaussian,
  chain,
  growLattice,
  Ising,
  isingHamiltonian,
  MultiSpin,
  type MultiSpinOptions,
  reorderSites,
  type SpinData,
  siteOrder,
  square,
} from '../../src/ising/index.js';
import { barsAndStripes, trainRbm, trainStack } from '../../src/rbm/index.js';
import {
  type BlockingRule,
  checkMapping,
  decimationRule,
  majorityRule,
  SpinRbm,
  softRule,
  trainExactly,
} from '../../src/rg/index.js';
import { type FigureUnderTest, until } from './browser.js';

/** What a figure comes to: the hash that it gives, and numbers of its report. */
interface Result {
  hash?: string;
  numbers?: unknown;
}

export interface SameBits {
  name: string;
  /** Name of the figure in an address, and its state there. */
  figure: string;
  state: string;
  /** Steps from its beginning; or else when it has come to its end. */
  steps?: number;
  done?(report: Report): boolean;
  /** Numbers of its report. */
  numbers?(report: Report): unknown;
  node(): Promise<Result>;
}

// reports of all figures
// biome-ignore lint/suspicious/noExplicitAny: each case knows its own
type Report = any;

const sha256 = (...parts: ArrayBufferView[]) => createHash('sha256').update(bytesOf(parts)).digest('hex');

/** Numbers of `Math` may differ from engine to engine in their last bits. */
const digits = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? one.toPrecision(10) : one)) ?? 'null');

/** A page of any browser. */
export interface PageUnderTest {
  evaluate<A, R>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
}

/** What the figure of a page comes to. */
async function resultInPage(page: PageUnderTest, one: SameBits): Promise<Result> {
  const id = `figure-${one.figure}`;
  const report = () =>
    page.evaluate((name) => {
      const { report, failure } = document.getElementById(name) as FigureUnderTest;
      if (failure !== undefined) throw new Error(failure);
      return JSON.stringify(report ?? null);
    }, id);
  await until(`${id} reports`, async () => {
    // figures above it that are loaded move it
    await page.evaluate((name) => document.getElementById(name)!.scrollIntoView({ behavior: 'instant' }), id);
    return (await report()) !== 'null';
  });
  if (one.steps !== undefined) {
    await page.evaluate(
      async ([name, count]) => {
        const figure = document.getElementById(name) as FigureUnderTest;
        figure.pause();
        await figure.reset();
        for (let k = 0; k < count; k++) await figure.step();
        // the report of the last step follows its answer
        await new Promise((resolve) => setTimeout(resolve, 300));
      },
      [id, one.steps] as [string, number],
    );
  }
  if (one.done) await until(`${id} comes to its end`, async () => one.done!(JSON.parse(await report())));
  const result: Result = {};
  const hash = await page.evaluate(async (name) => {
    const figure = document.getElementById(name) as FigureUnderTest;
    return figure.hash().catch(() => null);
  }, id);
  if (hash !== null) result.hash = hash;
  if (one.numbers) result.numbers = digits(one.numbers(JSON.parse(await report())));
  return result;
}

/** What it is by the package, in Node. */
async function resultInNode(one: SameBits): Promise<Result> {
  const { hash, numbers } = await one.node();
  return { ...(hash && { hash }), ...(numbers !== undefined && { numbers: digits(numbers) }) };
}

function spins(state: string, steps: number, options: Omit<MultiSpinOptions, 'lattice'>): SameBits {
  const size = Number(/size=(\d+)/.exec(state)![1]);
  const seed = Number(/seed=(\d+)/.exec(state)![1]);
  return {
    ...{ name: `spins: ${state}`, figure: 'spins', state, steps },
    numbers: ({ energy, magnetisation }) => [energy, magnetisation],
    node: async () => {
      const lattice = new MultiSpin({ lattice: square(size), ...options, seed });
      lattice.advance(steps);
      const { energies, magnetisations } = lattice.measure();
      return { hash: sha256(lattice.configurations().bytes), numbers: [energies[0], magnetisations[0]] };
    },
  };
}

/** Configurations in equilibrium, as lattices up to 1024 begin. */
const equilibrium = async (size: number, coupling: number, seed: number) =>
  (await new Ising({ lattice: square(size), coupling, seed, method: 'wolff' }).burnInAsync()).configurations();

/** A lattice, and its block spins after 1, 2, … steps until the last has this side. */
function levelsOf(finest: SpinData, rule: BlockingRule, least: number, draws: { seed: number; firstRow?: number }) {
  const levels = [finest];
  for (let side = finest.shape[0] / 2; side >= least; side /= 2)
    levels.push(rule.apply(levels[levels.length - 1], draws));
  return levels.map(({ bytes }) => bytes);
}

function blocks(state: string, rule: BlockingRule): SameBits {
  const [size, seed, sweeps] = [256, 5, 8];
  return {
    name: `blocks: ${state}`,
    ...{ figure: 'blocks', state: `size=${size},distance=3,seed=${seed},${state}`, steps: sweeps / 4 },
    node: async () => {
      const parts: Uint8Array[] = [];
      for (const factor of [1 - 3 / 100, 1, 1 + 3 / 100]) {
        const coupling = criticalCoupling / factor;
        const start = await equilibrium(size, coupling, seed);
        const lattice = new MultiSpin({ lattice: square(size), coupling, seed, start });
        lattice.advance(sweeps);
        parts.push(...levelsOf(lattice.configurations(), rule, size / 16, { seed, firstRow: sweeps }));
      }
      return { hash: sha256(...parts) };
    },
  };
}

function fields(control: 'gaussian' | 'shuffled'): SameBits {
  return {
    name: `the stack of the paper beside its null, small: ${control}`,
    figure: 'experiment',
    state: `live=true,size=12,samples=400,network=20-6,epochs=3,layer=2,seed=5,control=${control}`,
    done: ({ hash }) => hash.spins !== null && hash.control !== null,
    numbers: ({ hash }) => hash,
    node: async () => {
      const data = new Ising({ lattice: square(12), coupling: 0.408, seed: 5 }).sample(400);
      const other =
        control === 'gaussian'
          ? new ClippedGaussian({ data, seed: 5 }).sample(400)
          : reorderSites(data, siteOrder(144, 5));
      const how = { algorithm: 'cd', centred: false, schedule: 'constant', precision: 'fixed16' } as const;
      const options = { ...how, hidden: [20, 6], epochs: 3, learningRate: 0.1, momentum: 0.5, l1: 2e-4, seed: 5 };
      const hash = async (rows: SpinData) =>
        sha256(encodeStack((await trainStack(rows, { ...options, outcome: false })).stack));
      return { numbers: { spins: await hash(data), control: await hash(other) } };
    },
  };
}

/** A view of the flow by its own scene, of which test/elements compares the numbers with the package's. */
async function flowReport(values: Partial<FlowValues>): Promise<Report> {
  const scene = flowScene({ ...defaultsOf(FLOW.properties), ...values });
  while (await scene.advance(100));
  return scene.report();
}

const MAP_WEIGHTS = [0.4, -0.16, 0.7, 0.15, 0.44, 0.29, 0.24, -0.01, -0.95, 0.27, 0.07, -0.12];

export const SAME_BITS: readonly SameBits[] = [
  spins('size=64,temperature=2.4,start=random,seed=7', 5, { coupling: 1 / 2.4 }),
  spins('size=160,temperature=1.7,field=0.3,method=heatBath,start=up,seed=8', 40, {
    ...{ coupling: 1 / 1.7, field: 0.3 / 1.7, method: 'heatBath', start: 'up' },
  }),
  spins('size=512,temperature=3,field=-0.1,start=random,seed=9', 20, { coupling: 1 / 3, field: -0.1 / 3 }),
  {
    name: 'spins: grown to 1088',
    ...{ figure: 'spins', state: 'size=1088,temperature=2.4,seed=7', steps: 3 },
    node: async () => {
      let start: SpinData | undefined;
      for await (const { spins } of growLattice({ size: 1088, from: 544, coupling: 1 / 2.4, seed: 7, threads: 1 }))
        start = spins.configurations();
      const lattice = new MultiSpin({ lattice: square(1088), coupling: 1 / 2.4, seed: 7, start: start! });
      lattice.advance(3);
      return { hash: sha256(lattice.configurations().bytes) };
    },
  },
  blocks('rule=majority', majorityRule({ factor: 2 })),
  blocks('rule=soft,weight=0.6', softRule({ factor: 2, weight: 0.6 })),
  blocks('rule=decimation', decimationRule({ factor: 2 })),
  {
    name: 'zoom: a lattice and the block spins of all its levels',
    figure: 'zoom',
    state: 'size=1024,temperature=2.5,seed=4,still=true',
    done: ({ grown }) => grown,
    node: async () => {
      let finest: SpinData | undefined;
      for await (const { spins } of growLattice({ size: 1024, from: 512, coupling: 1 / 2.5, seed: 4, threads: 1 }))
        finest = spins.configurations();
      return { hash: sha256(...levelsOf(finest!, majorityRule({ factor: 2 }), 16, { seed: 4 })) };
    },
  },
  {
    name: 'quiz: the third pair',
    ...{ figure: 'quiz', state: 'distance=5,seed=3', steps: 2 },
    node: async () => {
      const scene = await quizScene({ ...defaultsOf(QUIZ.properties), distance: 5, seed: 3 });
      scene.calls.step();
      scene.calls.step();
      return { hash: sha256(...scene.bits()) };
    },
  },
  {
    name: 'training: weights and likelihoods of three machines',
    figure: 'training',
    state: 'data=bars3,hiddenUnits=4,updates=300,epochs=6,second=cd,third=tempering,speed=0,seed=2',
    done: ({ machines }) => machines.every(({ state }: Report) => state === 'done'),
    node: async () => {
      const rows = barsAndStripes(3);
      const passes = passesOf({ updates: 300, epochs: 6 }, rows.count);
      const parts: Float32Array[] = [];
      for (const algorithm of ['population', 'cd', 'tempering'] as const) {
        const options = { ...optionsOf(algorithm, 0), hidden: 4, epochs: 6, passes, seed: 2, outcome: false } as const;
        const { rbm } = await trainRbm(rows, options);
        parts.push(rbm.weights, rbm.visibleBias, rbm.hiddenBias);
      }
      return { hash: sha256(...parts) };
    },
  },
  {
    name: 'map: weights after training, ΔF, KL, τ',
    figure: 'map',
    state: `lattice=ring-6,hiddenSpins=2,steps=12,weights=${MAP_WEIGHTS.join(' ')}`,
    done: ({ training, stale }) => !stale && (training.steps === 12 || training.over),
    numbers: ({ training: { steps }, check: { deltaF, kl, tau, information } }) => [
      steps,
      deltaF,
      kl,
      tau,
      information,
    ],
    node: async () => {
      const hamiltonian = isingHamiltonian({ lattice: chain(6), coupling: 0.5 });
      const weights = Float64Array.from(MAP_WEIGHTS);
      const start = new SpinRbm({ visible: 6, hidden: 2, weights, constant: 2 * Math.LN2 });
      const trained = trainExactly(hamiltonian, { hidden: 2, start, iterations: 12 });
      const rbm = trained.rbm.withConstant(start.constant);
      const { deltaF, kl, tau, mutualInformation } = checkMapping(hamiltonian, rbm);
      const steps = trained.history[trained.history.length - 1].iteration;
      const hash = sha256(Float64Array.from(rbm.weights), Float64Array.of(rbm.constant));
      return { hash, numbers: [steps, deltaF, kl, tau, mutualInformation] };
    },
  },
  fields('gaussian'),
  fields('shuffled'),
  {
    name: 'flow: exponents of a rule',
    figure: 'verdict',
    state: 'row=positive,size=32,samples=1280,seed=2',
    done: ({ rows }) => rows.positive?.stage === 'done',
    numbers: ({ rows }) => rows.positive.steps,
    node: async () => {
      const { rows } = await flowReport({ row: 'positive', size: 32, samples: 1280, seed: 2 });
      return { numbers: rows.positive.steps };
    },
  },
  {
    name: 'flow: scaling dimensions of two tensor methods',
    figure: 'spectrum',
    state: 'bond=6,otherBond=4,steps=5',
    done: ({ runs }) => runs.every(({ steps }: Report) => steps.length >= 5),
    numbers: ({ runs }) => runs.map(({ steps }: Report) => steps),
    node: async () => {
      const { runs } = await flowReport({ view: 'spectrum', bond: 6, otherBond: 4, steps: 5 });
      return { numbers: runs.map(({ steps }: Report) => steps) };
    },
  },
];

/** The figure of a page has the hash and the numbers that Node has. */
export async function checkSameBits(page: PageUnderTest, one: SameBits): Promise<void> {
  const result = await resultInPage(page, one);
  assert.ok(result.hash !== undefined || result.numbers !== undefined);
  assert.equal(result, await resultInNode(one));
}
