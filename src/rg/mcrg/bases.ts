/** The operators on all levels of coarse-graining. */

import type { SpinData } from '../../ising/data/spinData.js';
import { type Lattice, readLatticeName } from '../../ising/models/lattice.js';
import { checkList, objectWith, refuse } from '../../util/check.js';
import { fittingOperators, latticeOf, OperatorBasis, operatorBasis, productsOn } from '../operators/basis.js';
import { type LatticeOperator, latticeOperator, standardOperators } from '../operators/latticeOperator.js';
import { GRAPH_OPERATORS, graphOperators, neighbourGraph } from '../operators/neighbourGraph.js';
import type { SpinOperator } from '../operators/productSums.js';

/** The operators of each parity, in the order in which a truncated set takes them. */
export interface Sectors<T> {
  even: T;
  odd: T;
}

/** The bases on each level, and what they are made of. */
export interface Chosen {
  bases: Sectors<OperatorBasis>[];
  operators: Sectors<readonly LatticeOperator[]> | null;
  dimension: number;
  /** Of each level; null where spins have places instead. */
  lattices: (Lattice | null)[];
  /** Sides of each level's lattice, or of its data. */
  shapes: (readonly number[])[];
}

/** Operators that were asked for. */
type Wanted = Partial<Sectors<readonly LatticeOperator[]>> | undefined;

/**
 * The bases of all levels, given one configuration of each: operators of the lattice, or of graphs of neighbours where some
 * spins have places instead of one.
 * @throws TypeError or RangeError for operators of the wrong parity, that do not fit on a level, or for spins with places
 */
export function basesOfLevels(samples: readonly SpinData[], wanted: Wanted): Chosen {
  return samples.some((level) => placesOf(level) !== null)
    ? graphBases(samples, wanted)
    : latticeBases(samples, wanted);
}

function latticeBases(samples: readonly SpinData[], wanted: Wanted): Chosen {
  const lattices = samples.map(latticeOf);
  const kinds = [...new Set(lattices.map(({ kind }) => kind))];
  if (kinds.length > 1) refuse('rule', 'a rule that keeps the kind of lattice', kinds.join(', then '));
  const [kind] = kinds;
  const choose = (parity: 'even' | 'odd'): readonly LatticeOperator[] => {
    const given = wanted?.[parity];
    if (given === undefined) return fittingOperators(lattices[lattices.length - 1], standardOperators(kind, parity));
    checkList(`operators.${parity}`, given, 'list of operators');
    given.forEach((operator, k) => {
      const name = `operators.${parity}[${k}]`;
      const { sites } = objectWith(name, operator, ['name', 'kind', 'sites'], 'LatticeOperator');
      if (sites.length % 2 !== (parity === 'even' ? 0 : 1)) {
        refuse(name, `an ${parity} number of spins`, `${operator.name}, ${sites.length} spins`);
      }
    });
    return given;
  };
  const operators = { even: choose('even'), odd: choose('odd') };
  return {
    bases: lattices.map((lattice) => ({
      even: operatorBasis(lattice, operators.even),
      odd: operatorBasis(lattice, operators.odd),
    })),
    operators,
    dimension: { chain: 1, square: 2, triangular: 2, cubic: 3 }[kind],
    lattices,
    shapes: lattices.map(({ shape }) => shape),
  };
}

/** Bases of graphs of neighbours on all levels, of the operators that every graph has. */
function graphBases(samples: readonly SpinData[], wanted: Wanted): Chosen {
  if (wanted !== undefined) {
    refuse('operators', 'nothing for spins with places, which have the operators of their graph', wanted);
  }
  const graphs = samples.map((level) => graphOperators(level.width, edgesOf(level)));
  const names = (parity: 'even' | 'odd') =>
    GRAPH_OPERATORS[parity].filter((name) => graphs.every((own) => own.some((operator) => operator.name === name)));
  const basis = (own: readonly SpinOperator[], sites: number, parity: 'even' | 'odd') =>
    new OperatorBasis(
      sites,
      names(parity).map((name) => own.find((operator) => operator.name === name) as SpinOperator),
    );
  return {
    bases: graphs.map((own, k) => ({
      even: basis(own, samples[k].width, 'even'),
      odd: basis(own, samples[k].width, 'odd'),
    })),
    operators: null,
    dimension: 2,
    lattices: samples.map((level) => (placesOf(level) ? null : latticeOf(level))),
    shapes: samples.map(({ shape }) => shape),
  };
}

/** Neighbours of spins on a lattice, or by their places. */
function edgesOf(data: SpinData): [number, number][] {
  const told = placesOf(data);
  if (told !== null) return neighbourGraph(told.places, told.torus);
  const lattice = latticeOf(data);
  const { sites } = productsOn(lattice, latticeOperator(lattice.kind, 'nn'));
  return Array.from({ length: sites.length / 2 }, (_, k) => [sites[2 * k], sites[2 * k + 1]]);
}

/** The places of coarse spins that have no lattice (`placedLayerRule`); null for others. */
function placesOf({
  provenance: { parameters = {} },
}: SpinData): { places: Float64Array; torus: [number, number] } | null {
  if (readLatticeName(parameters.lattice)?.kind !== 'places') return null;
  const { places, torus } = parameters as { places: [number, number][]; torus: [number, number] };
  return { places: Float64Array.from(places.flat()), torus };
}
