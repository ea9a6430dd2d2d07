/**
 * The couplings of the layers of a stack: those of the Hamiltonians that its RBMs induce on a layer, and those of the
 * configurations that data drive up to it.
 */

import { fieldsOf, placeSites, placeUnits, type UnitPlaces } from '../../fields/places.js';
import type { SpinData } from '../../ising/data/spinData.js';
import type { Stack } from '../../rbm/stack/stack.js';
import { meanOf, meansOf } from '../../stats/sample.js';
import type { BitRows } from '../../util/bits.js';
import type { Seed } from '../../util/random.js';
import type { Work } from '../../util/work.js';
import { spinRbmFromBits } from '../map/spinRbm.js';
import { contrastOf, couplingsByDistance, type DistanceCouplings } from './byDistance.js';
import { type ShellCouplings, shellCouplings } from './shells.js';

/** The pair couplings of the Hamiltonian that an RBM induces on a layer, which is its hidden (below) or visible one. */
export type InducedCouplings = { from: 'below' | 'above' } & DistanceCouplings;

/** A layer, and its couplings. */
export interface LayerCouplings extends Omit<UnitPlaces, 'shape' | 'signs'> {
  /** 0 is the data. */
  layer: number;
  units: number;
  /**
   * Of all pairs only the strongest among compact units, two per unit; among all units if fewer than half are compact,
   * so that centres have little meaning. Empty if fewer than two units have a centre.
   */
  induced: InducedCouplings[];
  /** Of the configurations; null if fewer than three units have a centre, or vary. */
  sampled: ShellCouplings | null;
}

/**
 * The couplings of the data and of every layer above.
 * @param fresh configurations that the stack was not trained on
 * @param options.pairs pairs drawn at each distance, in layers of more than 100 units
 */
export function* stackCouplings(
  stack: Stack,
  fresh: SpinData,
  { pairs, seed }: { pairs: number; seed: Seed },
): Work<LayerCouplings[]> {
  const layers: LayerCouplings[] = [];
  let states: BitRows = fresh;
  for (let layer = 0; layer <= stack.rbms.length; layer++) {
    if (layer > 0) states = stack.rbms[layer - 1].sampleHidden(states, JSON.stringify([seed, 'states', layer]));
    const places = layer === 0 ? placeSites(fresh.shape) : placeUnits(fieldsOf(stack, layer), fresh.shape);
    const { spacing, centres, narrow, compact, radius } = places;
    const induced: InducedCouplings[] = [];
    for (const from of ['below', 'above'] as const) {
      const rbm = rbmBeside(stack, layer, from);
      if (!rbm || centres.filter((centre) => centre).length < 2) continue;
      const found = yield* couplingsByDistance(rbm, places, { pairs, seed, stage: `couplings of layer ${layer}` });
      induced.push({ from, ...found, strongest: found.strongest && strongestOf(found.strongest, places) });
    }
    const sampled = shellCouplings(states, places);
    layers.push({ layer, units: centres.length, spacing, centres, narrow, compact, radius, induced, sampled });
  }
  return layers;
}

/** The strongest pairs of compact units, two per unit; of all units if fewer than half are compact. */
function strongestOf(pairs: [number, number, number][], { narrow, compact, centres }: UnitPlaces) {
  const shown = compact < 0.5 ? centres.map((centre) => centre !== null) : narrow;
  return pairs.filter(([j, k]) => shown[j] && shown[k]).slice(0, 2 * shown.filter((is) => is).length);
}

/** The RBM with this layer as its visible layer: the one above, or the mirror image of the one below. */
function rbmBeside({ rbms }: Stack, layer: number, from: InducedCouplings['from']) {
  if (from === 'above') return layer < rbms.length ? spinRbmFromBits(rbms[layer]) : null;
  return layer > 0 ? spinRbmFromBits(rbms[layer - 1].mirror()) : null;
}

/** Statistics of the Hamiltonian that an RBM induces on a layer. */
const OF_HAMILTONIANS = {
  share: ({ nearest }) => nearest.share,
  uniform: ({ nearest }) => nearest.pairs,
  /** Mean |K| of pairs about one spacing apart over the mean |K| of all: 1 if couplings do not depend on distance. */
  contrast: ({ bins }) => contrastOf(bins),
  effective: ({ effective }) => effective,
  correction: ({ correction }) => correction,
} satisfies Record<string, (one: InducedCouplings) => number>;

/** One layer of several stacks: means with their standard errors over the stacks; null where no stack has a value. */
export function meanCouplings(layers: readonly LayerCouplings[]) {
  const sampled = layers.flatMap((one) => one.sampled ?? []);
  const mean = (values: number[]) => (values.length > 0 ? meanOf(values) : null);
  return {
    units: layers[0].units,
    spacing: layers[0].spacing,
    ...meansOf(layers, { compact: ({ compact }) => compact, radius: ({ radius }) => radius }),
    induced: (['below', 'above'] as const).flatMap((from) => {
      const all = layers.flatMap(({ induced }) => induced.filter((one) => one.from === from));
      return all.length > 0 ? [{ from, ...meansOf(all, OF_HAMILTONIANS), ranges: all.map(({ range }) => range) }] : [];
    }),
    nearest: mean(sampled.map(({ nearest }) => nearest.value)),
    effective: mean(sampled.map(({ effective }) => effective.value)),
  };
}
