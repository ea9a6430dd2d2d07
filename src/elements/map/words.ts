/** Numbers of the map as words. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

const inDigits = (digits: string, value: number): string =>
  String(Math.abs(value)).replace(/\d/g, (digit) => digits[Number(digit)]);

/** 1 → ₁. */
export const subscript = (value: number): string => inDigits(SUBSCRIPTS, value);

/** A size: 0.1234, and 1.2·10⁻⁵ where four decimals would not show it. */
export function size(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (Math.abs(value) >= 1e-3) return value.toFixed(4);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  return `${mantissa}·10⁻${inDigits(SUPERSCRIPTS, Number(exponent))}`;
}

/** A size that is 0 where it is rounding alone. */
export const rounding = (value: number): string => size(Math.abs(value) < 1e-11 ? 0 : value);

/** KL in nats: accurate far below the rounding of energies, 0 where nothing is left. */
export const divergence = (kl: number): string => size(kl < 1e-25 ? 0 : kl);

/** A signed number with four decimals, 0 where it is rounding alone. */
export const signed = (value: number): string => (Math.abs(value) < 5e-5 ? rounding(value) : value.toFixed(4));
