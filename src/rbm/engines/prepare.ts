/**
 * The engine of a run, and the state that it begins with. There are two tracks: two-valued units that learn from bits (`cd1`, `binary`, `fixed16`), and layers
 * of any kind, whose states are numbers (`numeric`).
 */

import type { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import type { RealRows } from '../../util/reals.js';
import { BinaryEngine } from './binary.js';
import { Cd1Engine } from './cd1.js';
import type { Engine } from './engine.js';
import { Fixed16Engine } from './fixed16.js';
import { NumericEngine } from './numeric.js';
import { initialNumericState, isNumeric, type NumericOptions } from './numericState.js';
import { type CheckedOptions, isPlain } from './options.js';
import { importanceOf, meansOf, momentsOf, numbersOf } from './rows.js';
import { initialState, type TrainingState } from './state.js';

export interface Prepared {
  /** With the state loaded. */
  engine: Engine;
  /** The given state, or a fresh one. */
  state: TrainingState;
  /** Of the visible units over the rows, where these are bits. */
  means?: Float64Array;
}

/** @throws TypeError or RangeError for data or an option that the engine does not take */
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
  // the fastest that does what is asked for
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
  if (tied !== undefined && tied.reduce((product, side) => product * side, 1) !== data.width) {
    refuse('tied', `sides of a torus of ${data.width} sites`, tied);
  }
  const moments = momentsOf(numbers, importance, tied !== undefined);
  const state = given ?? initialNumericState(moments, data.count, options);
  return { engine: new NumericEngine(numbers, options, moments, importance), state };
}
