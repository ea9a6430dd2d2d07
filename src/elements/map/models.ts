/** The Hamiltonian and the models of `<blockspin-map>`. */

import { chain, type Hamiltonian, hamiltonianFromTerms, isingHamiltonian, square } from '../../ising/index.js';
import { bondRbm, independentHidden, type JointModel, SpinRbm, trainExactly, wrongMarginal } from '../../rg/index.js';
import { LATTICES, type LatticeName } from './lattices.js';
import { APART, COPY, FIELD, type MapValues, SCALE } from './spec.js';
import { weightsOf } from './weights.js';

export function hamiltonianFor({ lattice, coupling }: Pick<MapValues, 'lattice' | 'coupling'>): Hamiltonian {
  const { shape } = LATTICES[lattice as LatticeName];
  const [rows, columns] = shape as readonly number[];
  return isingHamiltonian({ lattice: columns === undefined ? chain(rows) : square(rows, columns), coupling });
}

/**
 * E(v,h), with the constant that the reader has added.
 * @throws RangeError with a sentence if the lattice does not have such a model, or the weights do not fit
 */
export function modelFor(values: MapValues, hamiltonian: Hamiltonian): SpinRbm | JointModel {
  const { model, shift, weights, steps } = values;
  if (model !== 'rbm' && weights.trim() !== '') {
    throw new RangeError(`"weights" can be given for an RBM only, not for the model "${model}"`);
  }
  const made = MAKERS[model](values, hamiltonian);
  if (made instanceof SpinRbm) return made.withConstant(made.constant + shift);
  if (steps > 0) throw new RangeError('Only an RBM can be trained: this energy has no weights');
  const energy: JointModel['energy'] = (v, h) => made.energy(v, h) + shift;
  return { ...made, energy };
}

type Maker = (values: MapValues, hamiltonian: Hamiltonian) => SpinRbm | JointModel;

const MAKERS: Record<MapValues['model'], Maker> = {
  rbm({ hiddenSpins: hidden, weights, seed }, hamiltonian) {
    const visible = hamiltonian.sites;
    const given =
      weights.trim() === '' ? randomWeights(hamiltonian, hidden, seed) : weightsOf(weights, visible, hidden);
    return new SpinRbm({ visible, hidden, weights: given, constant: hidden * Math.LN2 });
  },
  bonds: (_, hamiltonian) => bondRbm(hamiltonian),
  copies: (_, hamiltonian) => copies(hamiltonian),
  wrongMarginal: (_, hamiltonian) =>
    wrongMarginal(
      hamiltonian,
      hamiltonianFromTerms({ sites: hamiltonian.sites, terms: [{ sites: [0], coupling: FIELD }] }),
    ),
  independent: ({ hiddenSpins: hidden }, hamiltonian) =>
    independentHidden(
      hamiltonian,
      hamiltonianFromTerms({
        sites: hidden,
        terms: Array.from({ length: hidden - 1 }, (_, j) => ({ sites: [j, j + 1], coupling: APART })),
      }),
    ),
};

/** The first weights of `trainExactly` for this seed, rounded to the two decimals that are shown. */
function randomWeights(hamiltonian: Hamiltonian, hidden: number, seed: number): Float64Array {
  const { start } = trainExactly(hamiltonian, { hidden, seed, scale: SCALE, iterations: 0 });
  return start.weights.map((weight) => Math.round(100 * weight) / 100);
}

/**
 * Hidden spins in the place of one sublattice: each follows its site with the weight A and has the bonds of that site to
 * the other sublattice. Summed over v, the copied sites leave 2cosh A each and the others the decimated couplings, so
 * H_λ(h) is that of decimation for every A, while the visible marginal becomes the Ising model for A → ∞. ln Z is that
 * of the Ising model for every A with E₀ = ln 2cosh A per hidden spin.
 */
function copies(hamiltonian: Hamiltonian): SpinRbm {
  const { sites, shape, terms } = hamiltonian;
  const columns = shape.length === 1 ? sites : shape[1];
  const isKept = (site: number) => (Math.floor(site / columns) + (site % columns)) % 2 === 0;
  if (terms.some(({ sites: [a, b] }) => isKept(a) === isKept(b))) {
    throw new RangeError(
      'Every second spin can be kept only where every bond joins the two halves: on a ring, or the 2 × 2 torus',
    );
  }
  const kept = Array.from({ length: sites }, (_, site) => site).filter(isKept);
  const hidden = kept.length;
  const weights = new Float64Array(sites * hidden);
  kept.forEach((site, j) => {
    weights[site * hidden + j] = COPY;
  });
  for (const { sites: pair, coupling } of terms) {
    const [own, other] = isKept(pair[0]) ? pair : [pair[1], pair[0]];
    weights[other * hidden + kept.indexOf(own)] = coupling;
  }
  return new SpinRbm({ visible: sites, hidden, weights, constant: hidden * Math.log(2 * Math.cosh(COPY)) });
}
