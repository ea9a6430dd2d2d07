/**
 * RBMs of other programs, from their named arrays: scikit-learn's BernoulliRBM (`np.savez('rbm.npz',
 * components_=rbm.components_, …)`), and anything with weights and two biases, such as the state dict of a PyTorch
 * module. Read the file by `decodeNpz` or `decodeSafetensors`.
 */

import { checkedShape, codeOf } from '../formats/numeric.js';
import type { Tensor } from '../formats/safetensors.js';
import { type Floats, LAYER_KINDS, LAYERS, type LayerKind } from '../rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../rbm/model/rbm.js';
import { knownOptions, oneOf, refuse, text } from '../util/check.js';

/** Names of each array in other programs; of a name such as `rbm.W` the part after the last dot counts. */
const KNOWN = {
  weights: ['components_', 'weights', 'weight', 'W', 'w'],
  visibleBias: [
    'intercept_visible_',
    'visibleBias',
    'visible_bias',
    'bias_visible',
    'v_bias',
    'vbias',
    'vb',
    'bv',
    'b_v',
  ],
  hiddenBias: ['intercept_hidden_', 'hiddenBias', 'hidden_bias', 'bias_hidden', 'h_bias', 'hbias', 'hb', 'bh', 'b_h'],
} as const;

type Part = keyof typeof KNOWN;

/** Options of `rbmFromTensors`. */
export interface TensorOptions {
  /**
   * Names of the arrays, if they are not among the usual ones: `components_`, `weight`, `W`, `v_bias`, `visible_bias`,
   * `vb`, `h_bias`, …
   */
  weights?: string;
  visibleBias?: string;
  hiddenBias?: string;
  /**
   * What the rows of the weights are. By default it follows from the lengths of the biases, and scikit-learn's
   * `components_` are [hidden, visible]; it is required for other square matrices.
   */
  rows?: 'visible' | 'hidden';
  /** The kind of units of the energy -c·v - b·h - vᵀWh. Default 'bits', {0,1}. Real units have precision 1. */
  visible?: LayerKind;
  hidden?: LayerKind;
}

/**
 * An RBM from the arrays of another program. Weights are rounded to float32; biases of float64 stay float64. Other
 * entries of a file are ignored.
 * @param tensors result of `decodeNpz` or `decodeSafetensors(…).tensors`, or arrays with their shapes
 * @throws TypeError or RangeError naming the array that is missing, present under two names, ambiguous, of another
 *   shape, or not finite
 */
export function rbmFromTensors(
  tensors: Readonly<Record<string, Tensor | string>>,
  options: TensorOptions = {},
): AnyRbm {
  knownOptions('rbmFromTensors', options, ['weights', 'visibleBias', 'hiddenBias', 'rows', 'visible', 'hidden']);
  if (tensors === null || typeof tensors !== 'object') refuse('tensors', 'object of arrays by name', tensors, 'type');
  const visible = oneOf('visible', options.visible ?? 'bits', LAYER_KINDS);
  const hidden = oneOf('hidden', options.hidden ?? 'bits', LAYER_KINDS);
  if (options.rows !== undefined) oneOf('rows', options.rows, ['visible', 'hidden']);
  for (const part of Object.keys(KNOWN) as Part[]) if (options[part] !== undefined) text(part, options[part]);
  const weights = find(tensors, 'weights', options.weights);
  const visibleBias = vector(find(tensors, 'visibleBias', options.visibleBias));
  const hiddenBias = vector(find(tensors, 'hiddenBias', options.hiddenBias));
  const { name } = weights;
  const { shape } = weights.tensor;
  const sizes = [visibleBias.length, hiddenBias.length];
  const got = `[${shape.join(', ')}]`;
  const fits = (rows: number, columns: number) => shape.length === 2 && shape[0] === rows && shape[1] === columns;
  const upright = fits(sizes[0], sizes[1]);
  const lying = fits(sizes[1], sizes[0]);
  if (!upright && !lying) {
    throw new RangeError(
      `"${name}" expected ${sizes[0]} visible by ${sizes[1]} hidden units, as the biases have, either way, got ${got}`,
    );
  }
  const told = options.rows ?? (last(name) === 'components_' ? 'hidden' : undefined);
  if (told === undefined && upright && lying) {
    throw new RangeError(`"rows" expected visible or hidden, since "${name}" of shape ${got} could be either`);
  }
  const rows = told ?? (upright ? 'visible' : 'hidden');
  if (rows === 'visible' ? !upright : !lying) {
    throw new RangeError(
      `"rows" ${rows}, but "${name}" of shape ${got} has ${sizes.join(' visible and ')} hidden units`,
    );
  }
  const [v, h] = sizes;
  const values = numbers(weights);
  const matrix = new Float32Array(v * h);
  for (let i = 0; i < v; i++) {
    for (let j = 0; j < h; j++) matrix[i * h + j] = values[rows === 'visible' ? i * h + j : j * v + i];
  }
  return new Rbm({
    visibleLayer: LAYERS[visible](visibleBias),
    hiddenLayer: LAYERS[hidden](hiddenBias),
    weights: matrix,
  });
}

interface Found {
  name: string;
  tensor: Tensor;
}

/** The array of a part, by the name in the options or by the usual names. */
function find(tensors: Readonly<Record<string, Tensor | string>>, part: Part, told?: string): Found {
  const names = Object.keys(tensors);
  const known: readonly string[] = KNOWN[part];
  const matches =
    told === undefined ? names.filter((name) => known.includes(last(name))) : names.filter((n) => n === told);
  if (matches.length !== 1) {
    const expected = told === undefined ? `one array such as ${known.slice(0, 4).join(', ')}` : `an array "${told}"`;
    const found = matches.length > 1 ? `${matches.join(' and ')}` : names.join(', ').slice(0, 200) || 'nothing';
    throw new RangeError(`"${part}" expected ${expected}, got ${found}`);
  }
  const [name] = matches;
  const tensor = tensors[name];
  if (tensor === null || typeof tensor !== 'object') refuse(name, 'array', tensor, 'type');
  codeOf(`${name}.data`, tensor.data);
  checkedShape(`${name}.shape`, tensor.shape, tensor.data);
  return { name, tensor };
}

function last(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** [units], possibly with sides of length 1, as in [1, units]. */
function vector(found: Found): Floats {
  const { name, tensor } = found;
  if (tensor.shape.filter((side) => side !== 1).length > 1 || tensor.shape.length === 0 || tensor.data.length === 0) {
    throw new RangeError(`"${name}" expected one number per unit, got shape [${tensor.shape.join(', ')}]`);
  }
  return numbers(found);
}

/** @throws RangeError for an entry that is not finite in float32 */
function numbers({ name, tensor: { data } }: Found): Floats {
  const values = data instanceof Float32Array ? data.slice() : Float64Array.from(data as ArrayLike<number>, Number);
  const bad = (values as Float64Array).findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad >= 0) refuse(`${name}[${bad}]`, 'finite number', values[bad]);
  return values;
}
