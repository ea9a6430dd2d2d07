/** The program that computes the same map without the page. */

import { type LatticeName, lattice } from './lattices.js';
import type { MapReport } from './scene.js';
import { APART, FIELD, type MapValues } from './spec.js';

/** The lines that make `model`, and what they import. */
interface Part {
  ising?: string;
  rg: readonly string[];
  lines: readonly string[];
}

/** A whole program; it prints the statements and ΔF, KL, τ with the bits of the figure. */
export function programOf(values: MapValues, report: MapReport): string {
  const { ising, rg, lines } =
    values.model === 'rbm' || report.constant !== null ? rbm(values, report) : joint(values, report);
  const grid = lattice(values.lattice as LatticeName);
  const isingNames = [grid.slice(0, grid.indexOf('(')), ...(ising ? [ising] : []), 'isingHamiltonian'].sort();
  const rgNames = ['checkMapping', 'describeMapping', ...rg].sort((a, b) => a.localeCompare(b, 'en'));
  return [
    `import { ${isingNames.join(', ')} } from 'blockspin/ising';`,
    `import { ${rgNames.join(', ')} } from 'blockspin/rg';`,
    '',
    `const hamiltonian = isingHamiltonian({ lattice: ${grid}, coupling: ${values.coupling} });`,
    ...lines,
    'console.log(describeMapping(checkMapping(hamiltonian, model)));',
  ].join('\n');
}

function rbm({ model, shift }: MapValues, { sites, hidden, start, constant, training }: MapReport): Part {
  const trained = training.steps > 0;
  const name = trained ? 'start' : 'model';
  const made =
    model === 'bonds'
      ? shift === 0
        ? [`const ${name} = bondRbm(hamiltonian);`]
        : ['const bonds = bondRbm(hamiltonian);', `const ${name} = bonds.withConstant(bonds.constant${plus(shift)});`]
      : [
          `const weights = ${list(start.map(String))};`,
          `const ${name} = new SpinRbm({ visible: ${sites}, hidden: ${hidden}, weights, constant: ${constant} });`,
        ];
  const continued = [
    `const { rbm } = trainExactly(hamiltonian, { hidden: ${hidden}, start, iterations: ${training.steps} });`,
    'const model = rbm.withConstant(start.constant); // in place of the one that makes ΔF = 0',
  ];
  return {
    rg: [model === 'bonds' ? 'bondRbm' : 'SpinRbm', ...(trained ? ['trainExactly'] : [])],
    lines: [...made, ...(trained ? continued : [])],
  };
}

function joint({ model, shift }: MapValues, { sites, hidden }: MapReport): Part {
  const [name, size, terms] =
    model === 'wrongMarginal'
      ? ['wrongMarginal', sites, [`{ sites: [0], coupling: ${FIELD} }`]]
      : [
          'independentHidden',
          hidden,
          Array.from({ length: hidden - 1 }, (_, j) => `{ sites: [${j}, ${j + 1}], coupling: ${APART} }`),
        ];
  const made = `${name as string}(hamiltonian, other)`;
  return {
    ising: 'hamiltonianFromTerms',
    rg: [name as string],
    lines: [
      `const other = hamiltonianFromTerms({ sites: ${size}, terms: ${list(terms as string[])} });`,
      ...(shift === 0
        ? [`const model = ${made};`]
        : [`const own = ${made};`, `const model = { ...own, energy: (v, h) => own.energy(v, h)${plus(shift)} };`]),
    ],
  };
}

const plus = (shift: number): string => (shift < 0 ? ` - ${-shift}` : ` + ${shift}`);

/** An array of a program, wrapped. */
function list(words: readonly string[]): string {
  const short = `[${words.join(', ')}]`;
  if (short.length <= 70) return short;
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 90) lines.push(`  ${word},`);
    else lines[lines.length - 1] = `${last} ${word},`;
  }
  return `[\n${lines.join('\n')}\n]`;
}
