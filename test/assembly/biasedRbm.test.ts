/** Hidden units in the bias of walkers, against their twins in test/reference, bit for bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fieldTable, signedCouplings } from '../../src/rg/vmcrg/fieldTable.js';
import { streamKey } from '../../src/util/random.js';
import * as twin from '../reference/biased.js';
import * as hiddenTwin from '../reference/biasedRbm.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/biasedRbm');
const KEY = streamKey(2, 'biased test');
const [WALKERS, WIDTH, GROUPS, SEEN, BLOCKS, PARAMETERS] = [16, 8, 5, 3, 6, 7];
const WEIGHTS = [1, 1, 1];

/** Blocks of three sites that see three groups of eight units each, by tied weights or by their own. */
function prepare(tied: boolean, seed: number) {
  const draws = new Draws(seed);
  const sites = BLOCKS * WEIGHTS.length;
  const order = draws.permutation(sites);
  const blocks: twin.Blocks = {
    sites: Array.from({ length: BLOCKS }, (_, b) => [...order.slice(3 * b, 3 * b + 3)]),
    weights: WEIGHTS,
  };
  const pairs = (count: number, of: number): twin.Products[] => [
    {
      coupling: Math.fround(draws.uniform(-0.5, 0.5)),
      products: Array.from({ length: count }, () => [...draws.permutation(of).subarray(0, 2)]),
    },
  ];
  const [fine, coarse] = [pairs(2 * sites, sites), pairs(6, BLOCKS)];
  const own = () => Array.from({ length: SEEN }, () => Array.from({ length: WIDTH }, () => draws.uniform(-0.6, 0.6)));
  const shared = own();
  const w = Array.from({ length: BLOCKS }, () => (tied ? shared : own()));
  const to32 = (sign: number) =>
    w.map((block) => block.map((group) => group.map((x) => Math.fround(Math.exp(sign * 2 * x)))));
  const hidden: hiddenTwin.HiddenUnits = {
    rest: Array.from({ length: GROUPS * WIDTH }, () => Math.fround(Math.exp(draws.uniform(-0.5, 0.5)))),
    windows: Array.from({ length: BLOCKS }, () => [...draws.permutation(GROUPS).subarray(0, SEEN)]),
    ...{ plus: to32(1), minus: to32(-1), width: WIDTH },
  };
  const parameter = () => draws.integer(0, PARAMETERS - 1);
  const names = () => Array.from({ length: SEEN }, () => Array.from({ length: WIDTH }, parameter));
  const sharedNames = names();
  const weightOf = Array.from({ length: BLOCKS }, () => (tied ? sharedNames : names()));
  const biasOf = Array.from({ length: GROUPS * WIDTH }, parameter);

  const fineTable = fieldTable(sites, Uint32Array.from(blocks.sites.flat()), flat(fine));
  const coarseTable = fieldTable(
    BLOCKS,
    Uint32Array.from({ length: BLOCKS }, (_, k) => k),
    flat(coarse),
  );
  const each = tied ? 1 : BLOCKS;
  const machine = rubbishMachine({
    ...{ spins: 16 * sites, coarse: 16 * BLOCKS, sums: 16 * BLOCKS, order: 4 * sites, weights: 3 },
    ...{ fineTable: fineTable.byteLength, fineCouplings: 4, coarseTable: coarseTable.byteLength, coarseCouplings: 4 },
    ...{ stream: 64, scratch: 144 + 64 * 3 + 128, units: 64 * GROUPS * WIDTH, rest: 4 * GROUPS * WIDTH },
    ...{ windows: 4 * BLOCKS * SEEN, factors: 8 * each * SEEN * WIDTH, weightOf: 4 * each * SEEN * WIDTH },
    ...{ biasOf: 4 * GROUPS * WIDTH, energies: 128, gradients: 64 * PARAMETERS, guard: 64 },
  });
  machine.u32('order').set(blocks.sites.flat().map((site) => 16 * site));
  machine.u8('weights').set(WEIGHTS);
  machine.u32('fineTable').set(fineTable);
  machine.u32('coarseTable').set(coarseTable);
  machine.f32('fineCouplings').set(signedCouplings(flat(fine), [fine[0].coupling]));
  machine.f32('coarseCouplings').set(signedCouplings(flat(coarse), [coarse[0].coupling]));
  machine.f32('rest').set(hidden.rest);
  machine.u32('windows').set(hidden.windows.flat().map((group) => 64 * WIDTH * group));
  const blocksOf = <T>(list: readonly T[]) => list.slice(0, each);
  const [plus, minus] = [hidden.plus, hidden.minus].map((list) => blocksOf(list).flat(2));
  machine.f32('factors').set(plus.flatMap((p, k) => [p, minus[k]]));
  machine.u32('weightOf').set(
    blocksOf(weightOf)
      .flat(2)
      .map((k) => 64 * k),
  );
  machine.u32('biasOf').set(biasOf.map((k) => 64 * k));
  const walkers = Array.from({ length: WALKERS }, () => draws.bits(sites));
  machine.u8('spins').set(planes(walkers));
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, KEY, 0);
  const base = [at.spins, at.coarse, at.sums, at.order, at.weights, BLOCKS, 3] as const;
  kernels.blockSums(...base);
  const stride = tied ? 0 : 8 * SEEN * WIDTH;
  const units = [at.units, GROUPS * WIDTH, at.rest, at.windows, at.factors, stride, SEEN, WIDTH] as const;
  return { machine, walkers, blocks, fine, coarse, hidden, weightOf, biasOf, base, units };
}

const flat = (groups: readonly twin.Products[]) =>
  groups.map(({ products }) => ({ order: products[0].length, sites: Uint32Array.from(products.flat()) }));
const planes = (rows: readonly Uint8Array[]) =>
  Uint8Array.from({ length: WALKERS * rows[0].length }, (_, k) => rows[k % WALKERS][Math.floor(k / WALKERS)]);

for (const tied of [true, false]) {
  for (const heatBath of [false, true]) {
    test(`${tied ? 'tied' : 'own'} weights, ${heatBath ? 'heat bath' : 'Metropolis'}: spins are the twin’s`, () => {
      const { machine, walkers, blocks, fine, coarse, hidden, base, units } = prepare(tied, heatBath ? 3 : 4);
      const { kernels, at } = machine;
      const stream = new Stream(KEY);
      for (const sweeps of [1, 4, 0, 3]) {
        const fields = hiddenTwin.hiddenFields(
          hidden,
          walkers.map((spins) => twin.blockSpins(spins, blocks)),
        );
        const expected = twin.biasedSweeps(walkers, blocks, fine, coarse, heatBath, stream, sweeps, fields);
        let turned = -1;
        const written = {
          spins: 'all',
          coarse: 'all',
          sums: 'all',
          stream: 'all',
          scratch: 'all',
          units: 'all',
        } as const;
        writesOnly(machine, written, () => {
          // biome-ignore format: one call
          turned = kernels.biasedRbmSweeps(...base, at.fineTable, at.fineCouplings, at.coarseTable, at.coarseCouplings, heatBath ? 1 : 0, at.stream, at.scratch, sweeps, ...units);
        });
        assert.is(turned, expected, `${sweeps} sweeps`);
        sameBits(machine.u8('spins').slice(), planes(walkers), 'spins');
        sameBits(
          machine.u8('coarse').slice(),
          planes(walkers.map((spins) => twin.blockSpins(spins, blocks))),
          'blocks',
        );
      }
    });
  }

  test(`${tied ? 'tied' : 'own'} weights: energies and gradients are the twin’s`, () => {
    const { machine, walkers, blocks, hidden, weightOf, biasOf, units } = prepare(tied, 9);
    const { kernels, at } = machine;
    const states = walkers.map((spins) => twin.blockSpins(spins, blocks));
    writesOnly(machine, { units: 'all', scratch: 'all', energies: 'all' }, () =>
      kernels.rbmBiasEnergies(at.coarse, BLOCKS, ...units, at.scratch, at.energies),
    );
    sameBits(
      machine.f64('energies').slice(),
      Float64Array.from(states, (coarse) => hiddenTwin.hiddenEnergy(hidden, coarse)),
      'energies',
    );
    machine.f32('gradients').fill(0.5);
    writesOnly(machine, { units: 'all', scratch: 'all', gradients: 'all' }, () =>
      kernels.rbmBiasGradients(at.coarse, BLOCKS, ...units, at.scratch, at.weightOf, at.biasOf, at.gradients),
    );
    const found = machine.f32('gradients').slice();
    states.forEach((coarse, walker) => {
      const expected = new Float32Array(PARAMETERS).fill(0.5);
      hiddenTwin.hiddenGradient(hidden, coarse, biasOf, weightOf, expected);
      sameBits(
        Float32Array.from({ length: PARAMETERS }, (_, k) => found[k * WALKERS + walker]),
        expected,
        `gradient of walker ${walker}`,
      );
    });
  });
}

test.run();
