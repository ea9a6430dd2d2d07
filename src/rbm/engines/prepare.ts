/**
 * The choice of the engine of a run, and its initial state. There are two kinds: two-valued units and bits (`cd1`,
 * `binary`, `fixed16`), and layers of any kind with numbers as states (`numeric`).
 */

import type { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import type { RealRows } from '../../util/reals.js';
import { BinaryEngine } from './binary.js';
import { Cd1Engine } from './cd1.js';
import { type CheckedOptions, isPlain } from './checkedOptions.js';
import type { Engine } from './engine.js';
import { Fixed16Engine } from './fixed16.js';
import { NumericEngine } from './numeric.js';
import { initialNumericState, isNumeric, type NumericOptions } from './numericState.js';
import { importanceOf, meansOf, momentsOf, numbersOf } from './rows.js';
import { initialState, type TrainingState } from './state.js';

/** An engine that is ready to run. */
export interface Prepared {
  /** The engine, with the state loaded. */
  engine: Engine;
  /** The given state, or the initial one. */
  state: TrainingState;
  /** Means of the visible units over the rows, if these are bits. */
  means?: Float64Array;
}

/**
 * The engine for the options, with its state.
 * @throws TypeError or RangeError for data or an option that the engine does not support
 */
export function prepare(data: BitRows | RealRows, options: CheckedOptions, state?: TrainingState): Prepared {
  const importance = importanceOf(data, options.sampleWeights);
  const prepared = isNumeric(options)
    ? prepareNumeric(data, options, importance, state)
    : prepareBits(data as BitRows, options, importance, state);
  prepared.engine.load(prepared.state);
  return prepared;
}

function prepareBits(
  data: BitRows,
  options: CheckedOptions,
  importance: Float32Array | undefined,
  given: TrainingState | undefined,
): Prepared {
  const means = meansOf(data, importance);
  const state = given ?? initialState(data, means, options);
  if (options.precision === 'fixed16') return { engine: new Fixed16Engine(data, options, means), state, means };
  // the fastest engine that supports the options
  const engine = isPlain(options) ? new Cd1Engine(data, options) : new BinaryEngine(data, options, means, importance);
  return { engine, state, means };
}

function prepareNumeric(
  data: BitRows | RealRows,
  options: NumericOptions,
  importance: Float32Array | undefined,
  given: TrainingState | undefined,
): Prepared {
  const { tied, kinds } = options;
  const numbers = numbersOf(data, kinds);
  if (tied !== undefined && tied.shape.reduce((product, side) => product * side, 1) !== data.width) {
    refuse('tied', `sides of a torus of ${data.width} sites`, tied.shape);
  }
  const moments = momentsOf(numbers, importance, tied !== undefined);
  const state = given ?? initialNumericState(moments, data.count, options);
  return { engine: new NumericEngine(numbers, options, moments, importance), state };
}
