/** Energy per site in units of J of the 4×4 torus, by the sum over all states; nothing of the package is used. */
export function exactEnergy(temperature: number): number {
  let [z, e] = [0, 0];
  for (let s = 0; s < 65536; s++) {
    let bonds = 0;
    for (let i = 0; i < 16; i++) {
      const spin = (k: number) => 2 * ((s >> k) & 1) - 1;
      bonds += spin(i) * (spin((i & 12) | ((i + 1) & 3)) + spin((i + 4) & 15));
    }
    const weight = Math.exp((bonds - 32) / temperature);
    z += weight;
    e -= (weight * bonds) / 16;
  }
  return e / z;
}
