// Real numbers × weights in float64, for what must be exact (energies, likelihoods) and for units that are not two-valued.
//
// Weights lie in panels of 8 columns, f64 [columns/8][inputs][8], so that a panel is read contiguously while its eight running sums stay in registers.
//
//   rows     f32 [rows, inputs]
//   panel    f64 [inputs, 8]
//   out      f64 [rows, 8]      added to, one input after another
//
// Cost: four multiplications and four additions of two doubles an input, row and panel.

/** out += rows × panel, for one panel of 8 columns; inputs and rows > 0. */
export function denseProduct(rows: usize, count: u32, inputs: u32, panel: usize, out: usize): void {
  const length = (<usize>inputs) << 2;
  const end = out + ((<usize>count) << 6);
  do {
    let sum0 = v128.load(out);
    let sum1 = v128.load(out, 16);
    let sum2 = v128.load(out, 32);
    let sum3 = v128.load(out, 48);
    let weights = panel;
    const stop = rows + length;
    do {
      const x = f64x2.splat(<f64>load<f32>(rows));
      sum0 = f64x2.add(sum0, f64x2.mul(x, v128.load(weights)));
      sum1 = f64x2.add(sum1, f64x2.mul(x, v128.load(weights, 16)));
      sum2 = f64x2.add(sum2, f64x2.mul(x, v128.load(weights, 32)));
      sum3 = f64x2.add(sum3, f64x2.mul(x, v128.load(weights, 48)));
      weights += 64;
      rows += 4;
    } while (rows < stop);
    v128.store(out, sum0);
    v128.store(out, sum1, 16);
    v128.store(out, sum2, 32);
    v128.store(out, sum3, 48);
    out += 64;
  } while (out < end);
}
