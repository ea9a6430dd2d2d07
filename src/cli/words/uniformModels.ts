/** The options for uniform Ising models: lattice, sizes, couplings or temperatures, field. */

import type { ParseArgsConfig } from 'node:util';
import { type ParameterSpec, parseParameter } from '../../experiments/kit/parameters.js';
import { LATTICE_KINDS, latticeOfModel, sidesOf, type UniformModel } from '../../ising/models/uniform.js';
import { oneOf } from '../../util/check.js';
import { checkModelMemory } from './memory.js';
import { numbersOf } from './numbers.js';

/** The options. */
export const MODEL_OPTIONS = {
  lattice: { type: 'string' },
  boundary: { type: 'string' },
  size: { type: 'string' },
  coupling: { type: 'string' },
  temperature: { type: 'string' },
  antiferromagnet: { type: 'boolean' },
  field: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Their help. */
export const MODEL_HELP = `  --lattice KIND        ${LATTICE_KINDS.join(', ')} (default square)
  --boundary B          periodic or open (default periodic)
  --size LIST           sides, such as 8,16,32; of a rectangle 16x24
  --coupling LIST       K = J/kT, such as 0.4,0.44 or 0.38:0.5:13 (from:to:count)
  --temperature LIST    in place of the coupling, T = kT/J = 1/K; energies are then in units of J, otherwise of kT
  --antiferromagnet     with --temperature: J < 0, K = -1/T, T and energies in units of |J|
  --field B             field in units of kT, the same at every site (default 0)`;

/** The values of the options. */
export type ModelValues = Partial<Record<Exclude<keyof typeof MODEL_OPTIONS, 'antiferromagnet'>, string>> & {
  antiferromagnet?: boolean;
};

const COUPLINGS: ParameterSpec = { kind: 'numbers', default: [], low: -100, high: 100, doc: '' };
const TEMPERATURES: ParameterSpec = { kind: 'numbers', default: [], low: 0.01, high: 1e6, doc: '' };
const FIELD: ParameterSpec = { kind: 'number', default: 0, low: -100, high: 100, doc: '' };

/**
 * Every size at every coupling, sizes outermost.
 * @throws TypeError or RangeError for an option that is missing or wrong
 */
export function modelsOf(values: ModelValues): UniformModel[] {
  const { size } = values;
  if (size === undefined) throw new RangeError('"size" expected a list such as 8,16,32, got nothing');
  return modelsOfShapes(
    values,
    size.split(',').map((text) => numbersOf('size', text, 'x')),
  );
}

/**
 * `modelsOf` for known sides, each as one number or all of them; `size` is ignored.
 * @throws TypeError or RangeError for an option that is missing or wrong, and for invalid sides
 */
export function modelsOfShapes(
  values: Omit<ModelValues, 'size'>,
  sides: readonly (readonly number[])[],
): UniformModel[] {
  const lattice = oneOf('lattice', values.lattice ?? 'square', LATTICE_KINDS);
  const boundary = oneOf('boundary', values.boundary ?? 'periodic', ['periodic', 'open']);
  const shapes = sides.map((each) => sidesOf(lattice, each));
  const field = values.field === undefined ? 0 : (parseParameter('field', FIELD, values.field) as number);
  return shapes.flatMap((shape) =>
    couplingsOf(values).map((coupling) => {
      const model = { lattice, boundary, shape, coupling, field };
      checkModelMemory(model);
      latticeOfModel(model); // throws for invalid sides
      return model;
    }),
  );
}

/** The unit of energies for models with these options: J with a temperature, kT with a coupling. */
export function energyUnitOf({ temperature }: ModelValues): 'J' | 'kT' {
  return temperature === undefined ? 'kT' : 'J';
}

/** The couplings, from --coupling or --temperature. */
function couplingsOf({ coupling, temperature, antiferromagnet = false }: Omit<ModelValues, 'size'>): number[] {
  if ((coupling === undefined) === (temperature === undefined)) {
    throw new RangeError('one of --coupling and --temperature is needed, and not both');
  }
  if (coupling !== undefined) {
    if (antiferromagnet)
      throw new RangeError('--antiferromagnet goes with --temperature; a --coupling has its own sign');
    return parseParameter('coupling', COUPLINGS, coupling) as number[];
  }
  const temperatures = parseParameter('temperature', TEMPERATURES, temperature as string) as number[];
  return temperatures.map((t) => (antiferromagnet ? -1 : 1) / t);
}
