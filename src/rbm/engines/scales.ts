/**
 * Units of measure. Real visible units are trained in units of a power of two near the root of their spread in the
 * data, so that grey levels of 0 … 255 learn like standardised ones: for v = s·v' the model has the parameters W' = sW,
 * c' = sc, γ' = s²γ, and the same energies. For powers of two both conversions are exact, and they are 1 for
 * standardised data.
 */

import type { Parameters } from './state.js';

/** s of each unit: s²/2 <= spread < 2s². */
export function scalesOf(spreads: Float64Array): Float64Array {
  return spreads.map((spread) => {
    let scale = 1;
    while (spread >= 2 * scale * scale) scale *= 2;
    while (spread < (scale * scale) / 2) scale /= 2;
    return scale;
  });
}

/** The power of s by which each array of a state is multiplied for the engine; velocities of Adam are gradients. */
const POWERS = (adam: boolean) =>
  ({
    weights: 1,
    visibleBias: 1,
    precision: 2,
    velocity: adam ? -1 : 1,
    visibleVelocity: adam ? -1 : 1,
    square: -2,
    visibleSquare: -2,
    chainValues: -1,
  }) as const;

/** Parameters in the units of the data → in units of s, or (`back`) the reverse; unchanged arrays are shared. */
export function rescaled<P extends Partial<Parameters>>(
  parameters: P,
  scales: Float64Array,
  adam: boolean,
  back = false,
): P {
  if (scales.every((s) => s === 1)) return parameters;
  const result: Partial<Parameters> = { ...parameters };
  for (const [name, power] of Object.entries(POWERS(adam)) as [keyof ReturnType<typeof POWERS>, number][]) {
    const values = parameters[name];
    if (!values) continue;
    const factors = scales.map((s) => factor(s, back ? -power : power));
    const each = name === 'chainValues' ? 1 : values.length / scales.length;
    result[name] = values.map((x, k) => x * factors[Math.floor(k / each) % scales.length]);
  }
  return result as P;
}

/** s^power by products only. */
function factor(s: number, power: number): number {
  const whole = Math.abs(power) === 2 ? s * s : s;
  return power < 0 ? 1 / whole : whole;
}
