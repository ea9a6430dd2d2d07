/**
 * Single-spin updates: multi-spin coding, of one lattice and of 128, and tables of any Hamiltonian, against the same
 * written as everybody writes it first. Checked bit for bit against the readable twins, and by energies that are known
 * exactly.
 */

import {
  cubic,
  edwardsAnderson,
  enumerateTerms,
  type Hamiltonian,
  IsingReplicas,
  isingHamiltonian,
  kaufman,
  MultiSpin,
  SingleSpin,
  type SpinUpdate,
  square,
} from '../../src/all.js';
import { runWork } from '../../src/ising/chains/chain.js';
import { SingleSpinChain } from '../../src/ising/chains/singleSpinChain.js';
import { BitRows } from '../../src/util/bits.js';
import { streamKey } from '../../src/util/random.js';
import * as multispinTwin from '../../test/reference/multispin.js';
import { Shishua } from '../../test/reference/shishua.js';
import { singleSpin as singleSpinTwin } from '../../test/reference/singleSpin.js';
import { Stream } from '../../test/reference/streams.js';
import type { Entry } from '../harness.js';
import { agree, same } from './agree.js';
import { type Body, counted, entry, threadCounts } from './entry.js';
import { Uniform } from './uniform.js';

/** Of the ordered cases: below K_c, so that single-spin updates forget their start soon. */
export const COUPLING = 0.408;

const UPDATES: Record<SpinUpdate, string> = { metropolis: 'Metropolis', heatBath: 'heat bath' };
const METHODS = ['metropolis', 'heatBath'] as const;

/**
 * One lattice, one site after the other, from independent random spins: what updates cost is soon what it is in
 * equilibrium.
 */
class PlainLattice {
  readonly #spins: Int8Array;
  readonly #random = new Uniform(1);

  constructor(
    readonly side: number,
    readonly coupling: number,
    readonly method: SpinUpdate,
  ) {
    this.#spins = Int8Array.from({ length: side * side }, () => (this.#random.next() < 0.5 ? 1 : -1));
  }

  sweep(count: number): void {
    const { side } = this;
    const spins = this.#spins;
    const metropolis = this.method === 'metropolis';
    // for Σ s' = -4, -2, …: of a flip that costs 2K·s·Σ s', and of spin +1
    const sums = [-4, -2, 0, 2, 4];
    const flips = sums.map((sum) => Math.min(1, Math.exp(-2 * this.coupling * sum)));
    const up = sums.map((sum) => 1 / (1 + Math.exp(-2 * this.coupling * sum)));
    for (let sweep = 0; sweep < count; sweep++) {
      for (let y = 0; y < side; y++) {
        const row = y * side;
        const above = (y === 0 ? side - 1 : y - 1) * side;
        const below = (y === side - 1 ? 0 : y + 1) * side;
        for (let x = 0; x < side; x++) {
          const left = x === 0 ? side - 1 : x - 1;
          const right = x === side - 1 ? 0 : x + 1;
          const sum = spins[above + x] + spins[below + x] + spins[row + left] + spins[row + right];
          const u = this.#random.next();
          if (!metropolis) spins[row + x] = u < up[sum / 2 + 2] ? 1 : -1;
          else if (u < flips[(spins[row + x] * sum) / 2 + 2]) spins[row + x] = -spins[row + x];
        }
      }
    }
  }

  /** Per site, in units of J. */
  energy(): number {
    const { side } = this;
    const spins = this.#spins;
    let sum = 0;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const right = spins[y * side + ((x + 1) % side)];
        const below = spins[((y + 1) % side) * side + x];
        sum += spins[y * side + x] * (right + below);
      }
    }
    return -sum / spins.length;
  }

  /** After `settling` sweeps, `apart` sweeps apart. */
  energies(count: number, settling: number, apart: number): number[] {
    this.sweep(settling);
    return Array.from({ length: count }, () => {
      this.sweep(apart);
      return this.energy();
    });
  }
}

/** The plain updates sample the right distribution: energies of a small lattice against Kaufman's. */
function checkPlain(method: SpinUpdate, short: boolean): void {
  const side = short ? 12 : 32;
  agree(
    `plain ${method}`,
    new PlainLattice(side, COUPLING, method).energies(50, 1000, 100),
    kaufman(side, side, COUPLING).energy,
  );
}

/** Some sweeps of 96 × 48 spins, spin by spin. */
function checkMultiSpin(method: SpinUpdate): void {
  const [rows, columns, seed, sweeps] = [96, 48, 3, 3];
  const spins = new MultiSpin({ lattice: square(rows, columns), coupling: COUPLING, method, seed });
  const packing = multispinTwin.stripPacking(rows, columns);
  packing.lattices[0].set(spins.configurations().row(0));
  const bandRows = Math.ceil(128 / packing.words);
  const key = streamKey(seed, 'multi-spin');
  const streams = Array.from({ length: Math.ceil(packing.rows / bandRows) }, (_, band) => Shishua.of(key, band));
  multispinTwin.multispin(packing, method, COUPLING, streams, bandRows, sweeps);
  spins.advance(sweeps);
  same('spins', spins.configurations().row(0), packing.lattices[0]);
}

/** Some sweeps of 128 lattices of 6 × 4, spin by spin. */
function checkReplicas(method: SpinUpdate, coupling: number | number[]): void {
  const [rows, columns, seed, sweeps] = [6, 4, 3, 3];
  const replicas = new IsingReplicas({ lattice: square(rows, columns), coupling, method, seed });
  const packing = multispinTwin.replicaPacking(rows, columns);
  const before = replicas.configurations();
  packing.lattices.forEach((lattice, r) => {
    lattice.set(before.row(r));
  });
  multispinTwin.multispin(packing, method, coupling, [Shishua.of(streamKey(seed, 'replicas'))], rows, sweeps);
  replicas.advance(sweeps);
  const after = replicas.configurations();
  packing.lattices.forEach((lattice, r) => {
    same(`replica ${r}`, after.row(r), lattice);
  });
}

export const LATTICE_SIDES = [256, 1024, 4096];
/** Sweeps of one round: about half a billion updates. */
export const latticeSweeps = (side: number) => Math.ceil(5e8 / side ** 2);
export const latticeName = (method: SpinUpdate, side: number) =>
  `${UPDATES[method]}, one lattice ${side}×${side}, K = ${COUPLING}`;

function latticeCase(method: SpinUpdate, side: number, short: boolean): Body {
  const sweeps = short ? 4 : latticeSweeps(side);
  const few = short ? 1 : Math.ceil(4e6 / side ** 2);
  const spins = new MultiSpin({ lattice: square(side), coupling: COUPLING, method, seed: 1, threads: 1 });
  const plain = new PlainLattice(side, COUPLING, method);
  return {
    unit: 'updates',
    work: sweeps * side ** 2,
    contenders: [
      { name: 'Wasm, one bit a spin', run: () => spins.advance(sweeps) },
      { name: 'plain TypeScript', run: () => plain.sweep(few), share: few / sweeps },
    ],
    check: () => {
      checkMultiSpin(method);
      checkPlain(method, short);
      // larger lattices would take long to relax to where their small errors matter
      const size = short ? 64 : 256;
      const lattice = new MultiSpin({ lattice: square(size), coupling: COUPLING, method, seed: 2, threads: 1 });
      lattice.advance(2000);
      const energies = Array.from({ length: 40 }, () => {
        lattice.advance(100);
        return lattice.measure().energies[0];
      });
      const score = agree('one bit a spin', energies, kaufman(size, size, COUPLING).energy);
      return `spins equal the twin's; energy ${score} standard errors from Kaufman's`;
    },
  };
}

export const REPLICAS = { side: 40, sweeps: 400 };
export const replicasName = (method: SpinUpdate) => `${UPDATES[method]}, 128 replicas of 40×40, K = ${COUPLING}`;

function replicasCase(method: SpinUpdate, short: boolean): Body {
  const { side, sweeps } = short ? { side: 12, sweeps: 20 } : REPLICAS;
  const each = Array.from({ length: 128 }, (_, r) => 0.2 + 0.0016 * r);
  const start = (coupling: number | number[]) =>
    new IsingReplicas({ lattice: square(side), coupling, method, seed: 1 });
  const replicas = start(COUPLING);
  const own = start(each);
  const plain = new PlainLattice(side, COUPLING, method);
  return {
    unit: 'updates',
    work: sweeps * side ** 2 * 128,
    contenders: [
      { name: 'Wasm', run: () => replicas.advance(sweeps) },
      { name: 'Wasm, a coupling for each', run: () => own.advance(sweeps) },
      { name: 'plain TypeScript, one after the other', run: () => plain.sweep(sweeps), share: 1 / 128 },
    ],
    check: () => {
      checkReplicas(method, COUPLING);
      checkReplicas(method, each);
      checkPlain(method, short);
      const exact = kaufman(side, side, COUPLING).energy;
      replicas.advance(2000);
      own.advance(2000);
      const differences = own.measure().energies.map((energy, r) => energy - kaufman(side, side, each[r]).energy);
      agree('own couplings', differences, 0);
      const score = agree('replicas', replicas.measure().energies, exact);
      return `spins equal the twin's; energy ${score} standard errors from Kaufman's`;
    },
  };
}

/** Sweeps of a lattice that several cores share, against one core. */
function threadsCase(side: number, threads: number, short: boolean): Body {
  const sweeps = short ? 2 : 20;
  const start = (count: number, lattice: number) =>
    new MultiSpin({ lattice: square(lattice), coupling: COUPLING, seed: 1, threads: count });
  const many = start(threads, short ? 256 : side);
  const one = start(1, short ? 256 : side);
  return {
    unit: 'updates',
    work: sweeps * many.lattice.sites,
    contenders: [
      { name: `Wasm, ${counted(threads)}`, run: () => many.advanceAsync(sweeps) },
      ...(threads > 1 ? [{ name: 'Wasm, 1 thread', run: () => one.advanceAsync(sweeps) }] : []),
    ],
    check: async () => {
      checkMultiSpin('metropolis');
      const [a, b] = [start(threads, 256), start(1, 256)];
      await a.advanceAsync(10);
      b.advance(10);
      await a.close();
      same('spins', a.configurations().bytes, b.configurations().bytes);
      return "spins equal the twin's, and on one thread the same";
    },
    close: async () => {
      for (const lattice of [many, one]) await lattice.close();
    },
  };
}

/** Any Hamiltonian, one site after the other, from lists of its terms. */
class PlainSpins {
  readonly #spins: Int8Array;
  readonly #around: { coupling: number; others: number[] }[][];
  readonly #random = new Uniform(1);

  constructor(
    readonly hamiltonian: Hamiltonian,
    readonly method: SpinUpdate,
  ) {
    this.#spins = Int8Array.from({ length: hamiltonian.sites }, () => (this.#random.next() < 0.5 ? 1 : -1));
    this.#around = Array.from(this.#spins, () => []);
    for (const { sites, coupling } of hamiltonian.terms) {
      for (const site of sites) this.#around[site].push({ coupling, others: sites.filter((other) => other !== site) });
    }
  }

  sweep(count: number): void {
    const spins = this.#spins;
    const metropolis = this.method === 'metropolis';
    for (let sweep = 0; sweep < count; sweep++) {
      for (let site = 0; site < spins.length; site++) {
        let field = 0;
        for (const { coupling, others } of this.#around[site]) {
          let product = coupling;
          for (const other of others) product *= spins[other];
          field += product;
        }
        const u = this.#random.next();
        if (!metropolis) spins[site] = u < 1 / (1 + Math.exp(-2 * field)) ? 1 : -1;
        else if (u < Math.exp(-2 * spins[site] * field)) spins[site] = -spins[site];
      }
    }
  }

  /** Per site, in units of kT. */
  energy(): number {
    let sum = 0;
    for (const { sites, coupling } of this.hamiltonian.terms) {
      sum += sites.reduce((product, site) => product * this.#spins[site], coupling);
    }
    return -sum / this.#spins.length;
  }
}

interface GeneralModel {
  name: string;
  full: () => Hamiltonian;
  /** So few spins that all states can be summed. */
  few: () => Hamiltonian;
}

const glass = (sides: [number, number, number]) =>
  edwardsAnderson({ lattice: cubic(...sides), distribution: 'bimodal', coupling: 0.5, field: 0.1, seed: 1 });
const manySpins = (side: number) =>
  isingHamiltonian({ lattice: square(side), coupling: 0.3, nextNearest: 0.05, plaquette: 0.1, field: 0.02 });

const GLASS: GeneralModel = {
  name: 'spin glass 16×16×16',
  full: () => glass([16, 16, 16]),
  few: () => glass([3, 3, 2]),
};
const FOUR_SPINS: GeneralModel = {
  name: '64×64 with diagonals and four-spin terms',
  full: () => manySpins(64),
  few: () => manySpins(4),
};

/** Bits against the twin, energies of both against the sum over all states. */
function checkGeneral(few: Hamiltonian, method: SpinUpdate): string {
  const order = 'sequential';
  const seed = 3;
  const bits = new SingleSpinChain(few, { method, order }, seed, undefined);
  const stateOf = (chain: SingleSpinChain) => new BitRows(1, few.sites, chain.present().bits).row(0);
  const spins = stateOf(bits);
  const stream = new Stream(streamKey(seed, 'singleSpin', 0));
  singleSpinTwin(spins, few.terms, { metropolis: method === 'metropolis', anyOrder: false }, stream, 50);
  runWork(bits.machine, bits.advance(50));
  same('spins', stateOf(bits), spins);

  const exact = enumerateTerms(few).energy / few.sites;
  const plain = new PlainSpins(few, method);
  plain.sweep(100);
  const theirs = Array.from({ length: 400 }, () => {
    plain.sweep(30);
    return plain.energy();
  });
  agree('plain', theirs, exact);
  const energies: number[] = [];
  runWork(bits.machine, bits.series(1000, 30, false), ({ bondSums }) => {
    for (const sum of bondSums) energies.push(-sum / few.sites);
  });
  return agree('Wasm', energies, exact);
}

function generalCase({ full, few }: GeneralModel, method: SpinUpdate, short: boolean): Body {
  const hamiltonian = short ? few() : full();
  const sweeps = short ? 100 : Math.ceil(4e6 / hamiltonian.sites);
  const spins = new SingleSpin({ hamiltonian, method, order: 'sequential', seed: 1 });
  const plain = new PlainSpins(hamiltonian, method);
  const share = 1 / 4;
  return {
    unit: 'updates',
    work: sweeps * hamiltonian.sites,
    contenders: [
      { name: 'SingleSpin, Wasm', run: () => spins.advance(sweeps) },
      { name: 'plain TypeScript, lists of terms', run: () => plain.sweep(sweeps * share), share },
    ],
    check: () =>
      `spins equal the twin's; energy of a few spins ${checkGeneral(few(), method)} standard errors from the sum over all states`,
  };
}

const THREADED_SIDE = 4096;

export function singleSpinEntries(threads: number): Entry[] {
  const group = 'Single-spin updates';
  const general: [GeneralModel, SpinUpdate][] = [
    [GLASS, 'metropolis'],
    [GLASS, 'heatBath'],
    [FOUR_SPINS, 'heatBath'],
  ];
  return [
    ...LATTICE_SIDES.map((side) =>
      entry(
        {
          name: latticeName('metropolis', side),
          group,
          series: { name: 'Metropolis, cost of an update', x: side ** 2 },
        },
        (short) => latticeCase('metropolis', short ? 128 : side, short),
      ),
    ),
    entry({ name: latticeName('heatBath', 1024), group }, (short) =>
      latticeCase('heatBath', short ? 128 : 1024, short),
    ),
    ...threadCounts(threads).map((count) =>
      entry(
        {
          name: `Metropolis, one lattice ${THREADED_SIDE}×${THREADED_SIDE} on ${counted(count)}`,
          group,
          threads: count,
          series: { name: 'Metropolis on threads', x: count },
        },
        (short) => threadsCase(THREADED_SIDE, count, short),
      ),
    ),
    ...METHODS.map((method) => entry({ name: replicasName(method), group }, (short) => replicasCase(method, short))),
    ...general.map(([model, method]) =>
      entry({ name: `${UPDATES[method]}, any Hamiltonian: ${model.name}`, group }, (short) =>
        generalCase(model, method, short),
      ),
    ),
  ];
}
