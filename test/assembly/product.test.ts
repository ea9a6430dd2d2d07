import { suite } from 'uvu';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { multiplyPanels, packPanels } from '../reference/matrices.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/linear/product');

const doubles = (draws: Draws, n: number) => Float64Array.from({ length: n }, () => draws.uniform(-1, 1));

const transposed = <T extends Float64Array | Float32Array>(values: T, rows: number, columns: number): T => {
  const result = values.slice() as T;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  return result;
};

test('panels of rows and of columns, float64 and float32, are the twin', () => {
  for (const [lines, terms] of [
    [1, 1],
    [4, 3],
    [5, 7],
    [10, 2],
    [3, 300],
    [4, 8],
    [9, 11],
  ]) {
    const draws = new Draws(lines * 1000 + terms);
    const values = doubles(draws, lines * terms);
    const floats = draws.floats(lines * terms, -1, 1);
    const space = Math.ceil(lines / 4) * 32 * terms;
    const machine = rubbishMachine({ values: values.byteLength, panels: space, guard: 64 });
    const { kernels, at } = machine;
    const what = `${lines} lines of ${terms}`;
    const expect = (expected: Float64Array, name: string, work: () => void) => {
      machine.u8('panels').fill(0xa5);
      writesOnly(machine, { panels: space }, work);
      sameBits(machine.f64('panels').slice(), expected, `${name}, ${what}`);
    };
    machine.f64('values').set(values);
    expect(packPanels(values, lines, terms), 'rows', () =>
      kernels.packPanels(at.values, lines, terms, terms * 8, 8, at.panels),
    );
    machine.f64('values').set(transposed(values, lines, terms));
    expect(packPanels(values, lines, terms), 'columns', () =>
      kernels.packPanels(at.values, lines, terms, 8, lines * 8, at.panels),
    );
    machine.f32('values').set(floats);
    expect(packPanels(floats, lines, terms), 'rows of floats', () =>
      kernels.packFloatPanels(at.values, lines, terms, terms * 4, 4, at.panels),
    );
    machine.f32('values').set(transposed(floats, lines, terms));
    expect(packPanels(floats, lines, terms), 'columns of floats', () =>
      kernels.packFloatPanels(at.values, lines, terms, 4, lines * 4, at.panels),
    );
  }
});

// terms on both sides of a block of 256, rows on both sides of one of 128; one and two rows beyond a panel, with and without
// columns beyond eight; rows of the result that lie apart
for (const [rows, terms, columns] of [
  [1, 1, 1],
  [4, 4, 4],
  [3, 5, 7],
  [17, 33, 65],
  [8, 256, 8],
  [6, 257, 9],
  [1, 520, 3],
  [131, 5, 6],
  [260, 3, 1],
  [2, 3, 130],
  [25, 6, 16],
  [9, 300, 19],
  [6, 258, 8],
]) {
  test(`${rows}×${terms} by ${terms}×${columns}, added to what is there, is the twin to the last bit`, () => {
    const draws = new Draws(rows * 10_000 + terms * 100 + columns);
    const a = doubles(draws, rows * terms);
    const b = doubles(draws, terms * columns);
    const start = doubles(draws, rows * columns);
    const left = packPanels(a, rows, terms);
    const right = packPanels(transposed(b, terms, columns), columns, terms);
    const apart = columns % 2 === 0 ? columns : columns + 3;
    const machine = rubbishMachine({
      left: left.byteLength,
      right: right.byteLength,
      out: 8 * rows * apart,
      guard: 64,
      tile: 128,
    });
    machine.f64('left').set(left);
    machine.f64('right').set(right);
    const out = machine.f64('out').fill(7);
    const rowsOf = (values: Float64Array, stride: number) =>
      Array.from({ length: rows }, (_, i) => values.slice(i * stride, i * stride + columns));
    rowsOf(start, columns).forEach((row, i) => {
      out.set(row, i * apart);
    });
    const { kernels, at } = machine;
    writesOnly(machine, { out: 8 * rows * apart, tile: 'all' }, () =>
      kernels.multiplyPanels(at.left, at.right, rows, columns, terms, at.out, 8 * apart, at.tile),
    );
    const expected = rowsOf(multiplyPanels(a, b, start, rows, terms, columns), columns);
    rowsOf(machine.f64('out'), apart).forEach((row, i) => {
      sameBits(row, expected[i], `row ${i}`);
    });
    const beyond = machine.f64('out').filter((_, k) => k % apart >= columns);
    sameBits(beyond, beyond.slice().fill(7), 'between the rows');
  });
}

test('doubles become floats in place', () => {
  for (const count of [1, 2, 7]) {
    const values = doubles(new Draws(count), count);
    values[0] = count === 2 ? Number.NEGATIVE_INFINITY : 1e-320;
    const machine = rubbishMachine({ values: values.byteLength, guard: 64 });
    machine.f64('values').set(values);
    writesOnly(machine, { values: 4 * count }, () => machine.kernels.roundToFloats(machine.at.values, count));
    sameBits(machine.f32('values').slice(0, count), Float32Array.from(values), `${count} numbers`);
  }
});

test('infinite numbers and NaN reach their rows and columns, and no others', () => {
  const [rows, terms, columns] = [6, 5, 7];
  const draws = new Draws(9);
  const a = doubles(draws, rows * terms);
  const b = doubles(draws, terms * columns);
  a[2 * terms + 1] = Infinity;
  b[3 * columns + 4] = Number.NaN;
  b[1 * columns + 6] = 0;
  const zero = new Float64Array(rows * columns);
  const machine = rubbishMachine({ left: 2 * 32 * terms, right: 2 * 32 * terms, out: zero.byteLength, tile: 128 });
  machine.f64('left').set(packPanels(a, rows, terms));
  machine.f64('right').set(packPanels(transposed(b, terms, columns), columns, terms));
  machine.f64('out').set(zero);
  const { kernels, at } = machine;
  kernels.multiplyPanels(at.left, at.right, rows, columns, terms, at.out, 8 * columns, at.tile);
  const product = machine.f64('out').slice();
  sameBits(product, multiplyPanels(a, b, zero, rows, terms, columns), 'product');
  product.forEach((x, k) => {
    const [i, j] = [Math.floor(k / columns), k % columns];
    if (Number.isFinite(x) !== (i !== 2 && j !== 4)) throw new Error(`element (${i}, ${j}) is ${x}`);
  });
});

test.run();
