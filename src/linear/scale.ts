/** Powers of two that bring numbers to where their squares neither overflow nor vanish. */

const FAR = 2 ** 100;

/** The largest modulus of finite numbers; 0 of none. */
export function largestModulus(values: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest;
}

/** A power of two by which the largest modulus comes into [2⁻¹⁰⁰, 2¹⁰⁰]; 1 where it is there already, or 0. */
export function exactScale(values: Float64Array): number {
  const largest = largestModulus(values);
  let scale = 1;
  while (largest * scale > FAR) scale /= FAR;
  while (largest > 0 && largest * scale < 1 / FAR) scale *= FAR;
  return scale;
}

/** The numbers times the scale, in a fresh array. */
export function scaled(values: Float64Array, scale: number): Float64Array {
  return scale === 1 ? values.slice() : values.map((x) => x * scale);
}
