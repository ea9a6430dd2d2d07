/** Named Hamiltonians: the Ising model on any lattice, and the Edwards-Anderson spin glass. */

import { finite, knownOptions, lengthOf, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { normalNumbers } from '../../wasm/draws.js';
import { STREAM } from '../../wasm/kernels.js';
import { machineForCall } from '../../wasm/machine.js';
import { SAMPLING } from '../../wasm/sampling.js';
import { bonds, diagonals, plaquettes } from './bonds.js';
import { type Hamiltonian, hamiltonianFromTable } from './hamiltonian.js';
import { checkAnyLattice, type Lattice, nameOfLattice } from './lattice.js';
import { TermTable } from './termTable.js';

/** Options of `isingHamiltonian`. */
export interface IsingModelOptions {
  lattice: Lattice;
  /** K = J/kT, any sign: one number, or one per bond in the order of `bonds(lattice)`. */
  coupling: number | ArrayLike<number>;
  /** B = field/kT: one number, or one per site. Default 0. */
  field?: number | ArrayLike<number>;
  /** Coupling of next-nearest neighbours in units of kT; square lattice only. Default 0. */
  nextNearest?: number;
  /** Coupling of the four spins of each plaquette in units of kT; square lattice only. Default 0. */
  plaquette?: number;
}

/**
 * The Ising model H = -Σ_⟨ij⟩ K_ij s_i s_j - Σ_i B_i s_i - K₂ Σ_⟨⟨ij⟩⟩ s_i s_j - K₄ Σ_□ s s s s, in units of kT. Double
 * bonds of a periodic side of 2 add up.
 * @throws TypeError for a wrong kind; RangeError for a number that is not finite, a list of a wrong length, or a term
 *   that the lattice does not have
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: square(4), coupling: 0.44, field: 0.1 });
 * measure(samplerFor(hamiltonian).sample(1000)).magnetisation;
 */
export function isingHamiltonian(options: IsingModelOptions): Hamiltonian {
  knownOptions('isingHamiltonian', options, ['lattice', 'coupling', 'field', 'nextNearest', 'plaquette']);
  const lattice = checkAnyLattice(options.lattice);
  const pairs = bonds(lattice);
  const couplings = numbers('coupling', options.coupling, pairs.length / 2, 'bond');
  const fields = numbers('field', options.field === undefined ? 0 : options.field, lattice.sites, 'site');
  const nextNearest = finite('nextNearest', options.nextNearest ?? 0);
  const plaquette = finite('plaquette', options.plaquette ?? 0);
  const groups = [{ groups: pairs, size: 2, coupling: couplings }];
  if (nextNearest !== 0) groups.push({ groups: diagonals(lattice), size: 2, coupling: () => nextNearest });
  if (plaquette !== 0) groups.push({ groups: plaquettes(lattice), size: 4, coupling: () => plaquette });
  const terms = tableOf(groups, lattice.sites, fields);
  const told = (value: number | ArrayLike<number>) => (typeof value === 'number' ? value : Array.from(value));
  return hamiltonianFromTable(terms, {
    sites: lattice.sites,
    shape: lattice.shape,
    parameters: {
      ...provenanceOf(lattice),
      coupling: told(options.coupling),
      ...(options.field === undefined ? {} : { field: told(options.field) }),
      ...(nextNearest === 0 ? {} : { nextNearest }),
      ...(plaquette === 0 ? {} : { plaquette }),
    },
  });
}

/** Options of `edwardsAnderson`. */
export interface EdwardsAndersonOptions {
  lattice: Lattice;
  /** bimodal: K_ij = ±K with equal probability; gaussian: K_ij = K·N(0, 1). */
  distribution: 'bimodal' | 'gaussian';
  /**
   * K = J/kT, the scale of the couplings; the same seed gives the same couplings in units of K at every K. Default 1.
   */
  coupling?: number;
  /** B = field/kT, the same at every site. Default 0. */
  field?: number;
  /** Seed of the couplings. Default 1. */
  seed?: Seed;
}

/**
 * The spin glass of Edwards & Anderson (J. Phys. F 5, 965, 1975): independent random couplings on the bonds of a
 * lattice. They come from the kernels' generator, so a seed gives the same sample of disorder on every engine; Gaussian
 * couplings are float32 numbers times K. The two bonds of a double bond (periodic side of 2) have independent
 * couplings, which add up, for signs possibly to 0.
 * @throws TypeError or RangeError for an option of a wrong kind or value
 */
export function edwardsAnderson(options: EdwardsAndersonOptions): Hamiltonian {
  knownOptions('edwardsAnderson', options, ['lattice', 'distribution', 'coupling', 'field', 'seed']);
  const lattice = checkAnyLattice(options.lattice);
  const distribution = oneOf('distribution', options.distribution, ['bimodal', 'gaussian']);
  const scale = finite('coupling', options.coupling ?? 1);
  const field = finite('field', options.field ?? 0);
  const seed = checkSeed('seed', options.seed ?? 1);
  const disorder = distribution === 'bimodal' ? signs : normals;
  const coupling = disorder(bonds(lattice).length / 2, seed).map((value) => scale * value);
  return hamiltonianFromTable(
    tableOf([{ groups: bonds(lattice), size: 2, coupling: (k) => coupling[k] }], lattice.sites, () => field),
    {
      sites: lattice.sites,
      shape: lattice.shape,
      parameters: {
        model: 'Edwards-Anderson',
        ...provenanceOf(lattice),
        distribution,
        coupling: scale,
        field,
        seed,
      },
    },
  );
}

function provenanceOf(lattice: Lattice): Record<string, unknown> {
  const edges = lattice.kind === 'graph' ? { edges: lattice.edges } : {};
  return { lattice: nameOfLattice(lattice), shape: [...lattice.shape], ...edges };
}

/** n random signs: the leading bits of the first n numbers of a stream. */
function signs(n: number, seed: Seed): Float64Array {
  const vectors = Math.max(1, Math.ceil(n / 4));
  const machine = machineForCall(SAMPLING, { stream: STREAM, out: vectors * 16 });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, streamKey(seed, 'edwardsAnderson'), 0);
  kernels.fillRandom(at.stream, at.out, vectors);
  return Float64Array.from(machine.u32('out').subarray(0, n), (word) => (word >>> 31 ? 1 : -1));
}

/** n normal numbers. */
const normals = (n: number, seed: Seed): Float64Array =>
  Float64Array.from(normalNumbers(streamKey(seed, 'edwardsAnderson'), n));

/** A function that returns entry k of a list, or the same number for all k; checked. */
function numbers(name: string, value: number | ArrayLike<number>, length: number, of: string): (k: number) => number {
  if (typeof value === 'number') {
    finite(name, value);
    return () => value;
  }
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && 'length' in value)) {
    refuse(name, `finite number, or one per ${of}`, value, 'type');
  }
  lengthOf(name, value, length);
  for (let k = 0; k < length; k++) finite(`${name}[${k}]`, value[k]);
  return (k) => value[k];
}

/** Groups of sites, `size` each, and the coupling of group k. */
interface Groups {
  groups: Uint32Array;
  size: number;
  coupling: (k: number) => number;
}

/** A term for each group, then the fields that are not 0. */
function tableOf(all: readonly Groups[], sites: number, fields: (site: number) => number): TermTable {
  let inField = 0;
  for (let site = 0; site < sites; site++) if (fields(site) !== 0) inField++;
  const terms = all.reduce((sum, { groups, size }) => sum + groups.length / size, inField);
  const table = new TermTable(
    terms,
    all.reduce((sum, { groups }) => sum + groups.length, inField),
  );
  for (const { groups, size, coupling } of all) {
    for (let k = 0; k * size < groups.length; k++) table.add(groups, k * size, (k + 1) * size, coupling(k));
  }
  for (const site = [0]; site[0] < sites; site[0]++) {
    const field = fields(site[0]);
    if (field !== 0) table.add(site, 0, 1, field);
  }
  return table;
}
