/** Positive controls: true block spins written as stacks of RBMs, from perfect ones to irregular ones with units missing. */

import { shortest } from '../../fields/locality.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { Stack } from '../../rbm/stack/stack.js';
import type { Seed } from '../../util/random.js';
import { type Below, generator, shuffled } from '../../wasm/draws.js';

/** A control. */
export interface BlockStackKind {
  readonly label: string;
  /** Centres of the blocks: on a grid, up to half a block away from it in each direction, or anywhere (Voronoi cells). */
  readonly centres: 'grid' | 'jittered' | 'anywhere';
  /** Share of the units of each layer that are missing: all of their weights are zero. */
  readonly missing: number;
}

const kind = (label: string, centres: BlockStackKind['centres'], missing = 0): BlockStackKind => ({
  label,
  centres,
  missing,
});

export const BLOCK_STACKS = {
  majority: kind('majority blocks', 'grid'),
  jittered: kind('jittered blocks', 'jittered'),
  irregular: kind('Voronoi cells', 'anywhere'),
  'majority less 10 %': kind('majority blocks, 10 % missing', 'grid', 0.1),
  'majority less half': kind('majority blocks, 50 % missing', 'grid', 0.5),
  'majority less 90 %': kind('majority blocks, 90 % missing', 'grid', 0.9),
} as const satisfies Record<string, BlockStackKind>;
export type BlockStackName = keyof typeof BLOCK_STACKS;
export const BLOCK_STACK_NAMES = Object.keys(BLOCK_STACKS) as BlockStackName[];

/** Weight of each ±1 spin of a block: P(wrong sign) of a sum of 2 is e^{-2·2·2}. */
const WEIGHT = 2;

type Place = readonly [row: number, column: number];

/**
 * A stack of block spins on an L×L torus whose units are in a random order. On a grid unit j of a layer is the majority of the
 * units below it in its cell; jittered, of as many that are nearest to its centre; anywhere, of those that are nearer to its
 * centre than to any other.
 * @param hidden squares, each a quarter of what is below it, or another divisor
 */
export function blockStack(
  side: number,
  hidden: readonly number[],
  { centres, missing }: BlockStackKind,
  seed: Seed,
): Stack {
  const below = generator(seed, 'block stack');
  let places: Place[] = Array.from({ length: side * side }, (_, i) => [Math.floor(i / side), i % side]);
  const rbms: Rbm[] = [];
  for (const units of hidden) {
    const own = shuffled(placesOf(units, side, centres, below), below);
    const members = membersOf(places, own, side, centres === 'anywhere');
    const dead = new Set(shuffled(own.keys(), below).slice(0, Math.round(missing * units)));
    rbms.push(
      majorityRbm(
        places.length,
        members.map((list, j) => (dead.has(j) ? [] : list)),
      ),
    );
    places = own;
  }
  return new Stack(rbms, [side, side]);
}

function placesOf(units: number, side: number, centres: BlockStackKind['centres'], below: Below): Place[] {
  const grid = Math.round(Math.sqrt(units));
  const cell = side / grid;
  const uniform = () => below(2 ** 32) / 2 ** 32;
  return Array.from({ length: units }, (_, k): Place => {
    if (centres === 'anywhere') return [side * uniform(), side * uniform()];
    const middle: Place = [(Math.floor(k / grid) + 0.5) * cell - 0.5, ((k % grid) + 0.5) * cell - 0.5];
    if (centres === 'grid') return middle;
    return [middle[0] + (uniform() - 0.5) * cell, middle[1] + (uniform() - 0.5) * cell];
  });
}

/** Units below of each unit: those nearest to its centre, as many for each, or all to whose place it is the nearest. */
function membersOf(places: readonly Place[], centres: readonly Place[], side: number, cells: boolean): number[][] {
  const distance = (a: Place, b: Place) => shortest(a[0] - b[0], side) ** 2 + shortest(a[1] - b[1], side) ** 2;
  if (!cells) {
    const size = Math.round(places.length / centres.length);
    return centres.map((centre) =>
      [...places.keys()]
        .map((i) => ({ i, far: distance(places[i], centre) }))
        .sort((a, b) => a.far - b.far || a.i - b.i)
        .slice(0, size)
        .map(({ i }) => i),
    );
  }
  const members = centres.map((): number[] => []);
  places.forEach((place, i) => {
    const far = centres.map((centre) => distance(place, centre));
    members[far.indexOf(Math.min(...far))].push(i);
  });
  return members;
}

/** P(h_j = 1|v) = 1/(1 + e^{-2wΣs}) of the spins s = 2v - 1 of each list; ½ for an empty one. A flip of all spins changes no E. */
function majorityRbm(visible: number, members: readonly (readonly number[])[]): Rbm {
  const hidden = members.length;
  const weights = new Float32Array(visible * hidden);
  const visibleBias = new Float32Array(visible);
  members.forEach((list, j) => {
    for (const i of list) {
      weights[i * hidden + j] = 4 * WEIGHT;
      visibleBias[i] -= 2 * WEIGHT;
    }
  });
  return new Rbm({
    visible,
    hidden,
    weights,
    visibleBias,
    hiddenBias: Float32Array.from(members, (list) => -2 * WEIGHT * list.length),
  });
}
