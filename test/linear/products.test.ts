import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FloatMatrix, type Matrix, multiply, Products } from '../../src/all.js';
import { multiplyToFloats, multiplyWritten } from '../../src/linear/products.js';
import { refuses } from '../assert.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { multiplyPanels } from '../reference/matrices.js';
import { randomMatrix, transposedTwin } from './matrices.js';

const test = suite('linear/products');

const twin = (a: Matrix, b: Matrix) =>
  multiplyPanels(a.values, b.values, new Float64Array(a.rows * b.columns), a.rows, a.columns, b.columns);

for (const [rows, terms, columns] of [
  [1, 1, 1],
  [3, 5, 7],
  [17, 33, 65],
  [70, 2, 3],
  [2, 300, 5],
  [3, 2, 90],
  // a small factor beside a large one, which is packed in parts
  [3, 600, 90],
  [90, 600, 3],
]) {
  test(`${rows}×${terms} by ${terms}×${columns}, with all transposes, is three plain loops to the last bit`, () => {
    const draws = new Draws(rows * 10_000 + terms * 100 + columns);
    const a = randomMatrix(draws, rows, terms);
    const b = randomMatrix(draws, terms, columns);
    const expected = twin(a, b);
    const floats = Float32Array.from(expected);
    const products = new Products();
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const left = transposeA ? transposedTwin(a) : a;
        const right = transposeB ? transposedTwin(b) : b;
        for (const call of [multiply, products.multiply.bind(products)]) {
          const product = call(left, right, { transposeA, transposeB });
          assert.equal([product.rows, product.columns], [rows, columns]);
          sameBits(product.values, expected, `transposes ${transposeA}, ${transposeB}`);
        }
        const rounded = multiplyToFloats(left, right, { transposeA, transposeB });
        sameBits(rounded.values, floats, `floats, transposes ${transposeA}, ${transposeB}`);
      }
    }
  });
}

test('float32 numbers are the float64 numbers that they are', () => {
  const draws = new Draws(3);
  const values = draws.floats(6 * 5, -1, 1);
  const floats = { rows: 6, columns: 5, values };
  const doubles = { rows: 6, columns: 5, values: Float64Array.from(values) };
  const b = randomMatrix(draws, 5, 9);
  sameBits(multiply(floats, b).values, twin(doubles, b), 'left');
  sameBits(
    multiply(b, floats, { transposeA: true, transposeB: true }).values,
    twin(transposedTwin(b), transposedTwin(doubles)),
    'right',
  );
  const wide = { rows: 2, columns: 300, values: draws.floats(600, -1, 1) };
  const tall = { rows: 301, columns: 300, values: draws.floats(301 * 300, -1, 1) };
  const asDoubles = ({ rows, columns, values }: FloatMatrix) => ({ rows, columns, values: Float64Array.from(values) });
  const expected = twin(asDoubles(wide), transposedTwin(asDoubles(tall)));
  sameBits(multiply(wide, tall, { transposeB: true }).values, expected, 'in parts');
});

test('factors that are written where the product is made, and the product taken from there', () => {
  const draws = new Draws(6);
  for (const [rows, terms, columns] of [
    [3, 4, 5],
    [9, 300, 130],
    [130, 300, 9],
  ]) {
    const [a, b] = [randomMatrix(draws, rows, terms), randomMatrix(draws, terms, columns)];
    const written = ({ values, ...sides }: Matrix) => ({ ...sides, write: (to: Float64Array) => to.set(values) });
    let product = new Float64Array(0);
    multiplyWritten(written(a), written(b), (values) => {
      product = values.slice();
    });
    sameBits(product, twin(a, b), `${rows}×${terms}×${columns}`);
  }
});

test('one memory for products of all sizes, larger and smaller ones after each other', () => {
  const products = new Products();
  assert.is(products.bytes, 0);
  const draws = new Draws(4);
  const results: [Matrix, Float64Array][] = [];
  for (const n of [3, 120, 2, 200, 50]) {
    const [a, b] = [randomMatrix(draws, n, n + 1), randomMatrix(draws, n + 1, n)];
    const before = products.bytes;
    results.push([products.multiply(a, b), twin(a, b)]);
    assert.ok(products.bytes >= before, `${products.bytes} bytes after ${before}`);
  }
  // also those of a memory that is gone
  for (const [product, expected] of results) sameBits(product.values, expected, `${product.rows} rows`);
  const held = products.bytes;
  products.multiply(randomMatrix(draws, 150, 150), randomMatrix(draws, 150, 150));
  assert.is(products.bytes, held);
});

test('infinite numbers and NaN go where three loops take them', () => {
  const draws = new Draws(5);
  const [a, b] = [randomMatrix(draws, 6, 5), randomMatrix(draws, 5, 7)];
  a.values[2 * 5 + 1] = Infinity;
  a.values[4 * 5 + 3] = Number.NaN;
  b.values[1 * 7 + 6] = 0;
  sameBits(multiply(a, b).values, twin(a, b), 'product');
});

test('what is refused', () => {
  const a = randomMatrix(new Draws(1), 3, 4);
  const b = randomMatrix(new Draws(2), 3, 4);
  refuses(() => multiply(a, b), RangeError, '"b" expected matrix of 4 rows, got "3×4"');
  refuses(
    () => multiply(a, { ...b, rows: 4, columns: 3 }, { transposeB: true }),
    RangeError,
    '"b" expected matrix of 4 columns, got "4×3"',
  );
  refuses(
    () => multiply(a, b, { transposeC: true } as never),
    RangeError,
    /^"transposeC" expected an option of multiply/,
  );
  refuses(() => multiply(a, b, { transposeB: 1 as never }), TypeError, '"transposeB" expected true or false, got 1');
  refuses(() => multiply({ ...a, rows: 4 }, b), RangeError, '"a.values" expected 4×4 values, got "12 values"');
  refuses(() => multiply({ ...a, rows: 0 }, b), RangeError, '"a.rows" expected positive integer, got 0');
  refuses(() => multiply(a, { ...b, values: [1] as never }), TypeError, /^"b.values" expected Float64Array/);
  refuses(() => multiply(5 as never, b), TypeError, /^"a" expected matrix/);
});

test.run();
