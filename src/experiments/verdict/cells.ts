/** What is trained: cells (a coupling and a way to train), and the data of each: Ising configurations, and nulls. */

import { criticalCoupling } from '../../exact/onsager.js';
import { SpinData } from '../../ising/data/spinData.js';
import { square } from '../../ising/models/lattice.js';
import { ClippedGaussian } from '../../ising/samplers/clippedGaussian.js';
import { Ising } from '../../ising/samplers/ising.js';
import type { TrainingOptions } from '../../rbm/engines/options.js';
import type { Seed } from '../../util/random.js';
import type { WorkOptions } from '../../util/work.js';
import { generator } from '../../wasm/draws.js';

/** The training of the paper: plain CD-1, rate 0.1, momentum 0.5, minibatches of 100. */
const PAPER = {
  algorithm: 'cd',
  steps: 1,
  centred: false,
  schedule: 'constant',
  learningRate: 0.1,
  momentum: 0.5,
  batchSize: 100,
  precision: 'fixed16',
} as const satisfies Partial<TrainingOptions>;

/** A coupling, and a way to train. */
export interface Cell {
  readonly label: string;
  /** K of the training data. */
  readonly coupling: (K: number) => number;
  readonly training: Partial<TrainingOptions>;
  /** Epochs over those of the paper's cell. */
  readonly epochs: number;
  /** Whether it has all nulls; otherwise the Gaussian one. */
  readonly allNulls?: boolean;
  /** A single layer with one filter at every second site, in place of a stack. */
  readonly tied?: boolean;
  /** Sides and units over those of the paper's cell. */
  readonly enlarged?: boolean;
}

const given = (K: number) => K;
const critical = () => criticalCoupling;
/** One filter has four hundred times less noise in its gradient than a unit of its own. */
const TIED = { ...PAPER, precision: 'float32' } as const;

export type CellName =
  | 'paper'
  | 'critical'
  | 'ordered'
  | 'cd10'
  | 'pcd'
  | 'equilibrium'
  | 'tied'
  | 'tied critical'
  | 'large';
export const CELLS: Readonly<Record<CellName, Cell>> = {
  paper: { label: 'CD-1 as in the paper', coupling: given, training: PAPER, epochs: 1, allNulls: true },
  critical: { label: 'CD-1 at K_c', coupling: critical, training: PAPER, epochs: 0.5 },
  ordered: { label: 'CD-1 at K = 0.5', coupling: () => 0.5, training: PAPER, epochs: 0.5 },
  cd10: { label: 'CD-10', coupling: given, training: { ...PAPER, steps: 10 }, epochs: 0.25 },
  pcd: { label: 'PCD', coupling: given, training: { ...PAPER, algorithm: 'pcd' }, epochs: 0.5 },
  equilibrium: { label: 'weighted population', coupling: given, training: { precision: 'fixed16' }, epochs: 0.5 },
  tied: { label: 'one filter, CD-1', coupling: given, training: TIED, epochs: 0.1, tied: true },
  'tied critical': { label: 'one filter, CD-1 at K_c', coupling: critical, training: TIED, epochs: 0.1, tied: true },
  large: { label: 'CD-1, four layers', coupling: given, training: PAPER, epochs: 0.25, enlarged: true },
};
export const CELL_NAMES = Object.keys(CELLS) as CellName[];

/** Data of a training. */
export interface Source {
  readonly label: string;
  /** Over the L1 penalty of the parameters; with it the data are no null, and have as many runs as other cells. */
  readonly l1?: number;
  sample(request: SourceRequest, work: WorkOptions): Promise<SpinData>;
}

export interface SourceRequest {
  side: number;
  /** K of the cell. */
  coupling: number;
  count: number;
  seed: Seed;
}

const isingAt =
  (couplingOf: (K: number) => number) =>
  ({ side, coupling, count, seed }: SourceRequest, work: WorkOptions): Promise<SpinData> =>
    new Ising({ lattice: square(side), coupling: couplingOf(coupling), seed }).sampleAsync(count, work);

/** K of the null at low temperature. */
const COLD = 0.6;

export type SourceName = 'ising' | 'gaussian' | 'coins' | 'cold' | 'discs' | 'unpenalised' | 'penalised';
const ising = isingAt(given);
export const SOURCES: Readonly<Record<SourceName, Source>> = {
  ising: { label: 'Ising data', sample: ising },
  gaussian: {
    label: 'clipped Gaussian fields, same G(r)',
    async sample(request, work) {
      const data = await ising(request, work);
      return new ClippedGaussian({ data, seed: request.seed }).sampleAsync(request.count, { signal: work.signal });
    },
  },
  coins: { label: 'K = 0', sample: isingAt(() => 0) },
  cold: { label: `K = ${COLD}`, sample: isingAt(() => COLD) },
  discs: { label: 'overlapping discs', sample: async (request) => discs(request) },
  unpenalised: { label: 'Ising data, no L1', l1: 0, sample: ising },
  penalised: { label: 'Ising data, 5 × L1', l1: 5, sample: ising },
};

/** The sources of a cell: the data themselves and the Gaussian null, or all. */
export const sourcesOf = (cell: CellName): SourceName[] =>
  CELLS[cell].allNulls ? (Object.keys(SOURCES) as SourceName[]) : ['ising', 'gaussian'];

/** Smooth pictures without physics: 6 to 12 discs of radius 2 to L/5 anywhere on the torus, each turning over what it covers. */
function discs({ side, count, seed }: SourceRequest): SpinData {
  const below = generator(seed, 'discs');
  const stride = Math.ceil((side * side) / 8);
  const bytes = new Uint8Array(count * stride);
  for (let row = 0; row < count; row++) {
    const spins = new Uint8Array(side * side).fill(below(2));
    for (let n = 6 + below(7); n > 0; n--) {
      const [y, x] = [below(side), below(side)];
      const radius = 2 + below(Math.max(1, Math.floor(side / 5) - 1));
      for (let v = -radius; v <= radius; v++) {
        for (let u = -radius; u <= radius; u++) {
          if (u * u + v * v > radius * radius) continue;
          spins[((y + v + side) % side) * side + ((x + u + side) % side)] ^= 1;
        }
      }
    }
    spins.forEach((bit, i) => {
      bytes[row * stride + (i >> 3)] |= bit << (i & 7);
    });
  }
  return new SpinData(count, [side, side], bytes, { source: 'overlapping discs', seed });
}
