/** The program that makes the lattice of a figure: what stands in its menu. */

import { isDoubled, seedlingOf } from './growthPlan.js';
import type { LiveStart } from './lattice.js';

/** What `liveLattice` is told, as text of a program. */
export interface LatticeText {
  size: number;
  start: LiveStart | 'file';
  seed: number;
  coupling: string;
  field?: string;
  method?: string;
  /** With start 'file': its name, and whether greys are cut in the middle. */
  file?: { name: string; greys: boolean };
}

/** Names by module. */
export type Imports = Readonly<Record<string, readonly string[]>>;

/**
 * Names that the program needs, and its lines, after which `lattice` is a `MultiSpin`, or with the method 'wolff' an
 * `Ising`.
 */
export function latticeProgram(told: LatticeText): { imports: Imports; lines: string[] } {
  const { size, start, seed, coupling, field, method } = told;
  const clusters = method === 'wolff';
  const beginning = startLines(told);
  const options = [
    ...['lattice: square(size)', 'coupling'],
    ...(field ? [`field: ${field}`] : []),
    ...(method ? [`method: '${method}'`] : []),
    ...['seed', ...beginning.options],
  ];
  const lattice = `new ${clusters ? 'Ising' : 'MultiSpin'}({ ${options.join(', ')} })`;
  const equilibrium = clusters && start === 'grown' && !isDoubled(size) ? '.burnIn()' : '';
  return {
    imports: joinedImports(
      { blockspin: clusters ? ['Ising', 'square'] : ['square'] },
      clusters ? {} : { 'blockspin/ising': ['MultiSpin'] },
      beginning.imports,
    ),
    lines: [
      ...[`const size = ${size};`, `const coupling = ${coupling};`, `const seed = ${seed};`],
      ...beginning.lines,
      `const lattice = ${lattice}${equilibrium};`,
    ],
  };
}

/** Lines that make the beginning, and the options that name it. */
function startLines({ size, start, method, file }: LatticeText): {
  imports: Imports;
  lines: string[];
  options: string[];
} {
  const clusters = method === 'wolff';
  switch (start) {
    case 'up':
      return { imports: {}, lines: [], options: clusters ? [] : ["start: 'up'"] }; // all up is the default of Ising
    case 'random':
      if (!clusters) return { imports: {}, lines: [], options: [] };
      return {
        imports: { 'blockspin/ising': ['MultiSpin'] },
        lines: ['const start = new MultiSpin({ lattice: square(size), coupling, seed }).configurations();'],
        options: ['start'],
      };
    case 'file': {
      const { name, greys } = file ?? { name: 'spins.npz', greys: false };
      return {
        imports: {
          fs: ['readFileSync'],
          'blockspin/io': ['decodeTrainingData'],
          'blockspin/ising': ['SpinData'],
        },
        lines: [
          `const { bytes, provenance } = decodeTrainingData(readFileSync(${JSON.stringify(name)})${greys ? ', { threshold: 0.5 }' : ''});`,
          'const start = new SpinData(1, [size, size], bytes.slice(0, size ** 2 / 8), provenance);',
        ],
        options: ['start'],
      };
    }
    case 'grown':
      if (isDoubled(size)) {
        return {
          imports: { 'blockspin/ising': ['growLattice'] },
          lines: [
            'let start;',
            `for await (const { spins, done, sweeps } of growLattice({ size, from: ${seedlingOf(size)}, coupling, seed })) {`,
            '  if (done === sweeps) start = spins.configurations();',
            '}',
          ],
          options: ['start'],
        };
      }
      if (clusters) return { imports: {}, lines: [], options: [] };
      return {
        imports: { blockspin: ['Ising'] },
        lines: [
          `const ising = new Ising({ lattice: square(size), coupling, seed, method: 'wolff' });`,
          'const start = ising.burnIn().configurations();',
        ],
        options: ['start'],
      };
  }
}

/** The line that makes so many sweeps, each of `clusters` clusters if it is told; none for 0. */
export function sweepLine(sweeps: number, clusters?: number): string[] {
  if (sweeps === 0) return [];
  if (clusters === undefined) return [`lattice.advance(${sweeps});`];
  return [`for (let sweep = 0; sweep < ${sweeps}; sweep++) lattice.advance(${clusters});`];
}

/** A whole program: imports, then lines. */
export function programOf(imports: Imports, lines: readonly string[]): string {
  const heads = Object.entries(imports).map(
    ([module, names]) => `import { ${[...names].sort().join(', ')} } from '${module}';`,
  );
  return [...heads, '', ...lines].join('\n');
}

/** Names of all, by module. */
export function joinedImports(...all: readonly Imports[]): Imports {
  const joined: Record<string, string[]> = {};
  for (const one of all) {
    for (const [module, names] of Object.entries(one)) {
      joined[module] = [...new Set([...(joined[module] ?? []), ...names])];
    }
  }
  return joined;
}
