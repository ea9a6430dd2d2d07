import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { dot, dotRows, jacobiSweep, reflectRows, subtractOuter, turnRows } from '../reference/vectors.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/linear/rows');

const LENGTHS = [1, 2, 3, 4, 7, 8, 9, 16, 21];
const COUNTS = [1, 2, 5];
const LEAST = 1e-250;

const doubles = (draws: Draws, n: number) => Float64Array.from({ length: n }, () => draws.uniform(-1, 1));
const rowsOf = (draws: Draws, count: number, n: number) => Array.from({ length: count }, () => doubles(draws, n));

/** Rows in a machine, two numbers apart, which must stay as they are; and other regions. */
function layOut<Name extends string>(rows: Float64Array[], others: Record<Name, Float64Array>) {
  const stride = 8 * (rows[0].length + 2);
  const sizes = Object.fromEntries(Object.entries<Float64Array>(others).map(([name, x]) => [name, x.byteLength]));
  const machine = rubbishMachine({ rows: stride * rows.length, ...sizes, guard: 64 } as Record<
    Name | 'rows' | 'guard',
    number
  >);
  const space = machine.f64('rows');
  rows.forEach((row, r) => {
    space.set(row, (r * stride) / 8);
  });
  for (const name in others) machine.f64(name).set(others[name]);
  const check = (expected: readonly Float64Array[], what: string) => {
    const all = machine.f64('rows');
    const rubbish = new Float64Array(new Uint8Array(16).fill(0xa5).buffer);
    expected.forEach((row, r) => {
      const from = (r * stride) / 8;
      sameBits(all.slice(from, from + row.length), row, `${what}, row ${r}`);
      sameBits(all.slice(from + row.length, from + row.length + 2), rubbish, `${what}, behind row ${r}`);
    });
  };
  return { machine, stride, check };
}

for (const n of LENGTHS) {
  test(`scalar products, reflections and rotations of rows of ${n} are the twins to the last bit`, () => {
    for (const count of COUNTS) {
      const draws = new Draws(100 * n + count);
      const rows = rowsOf(draws, count, n);
      const vector = doubles(draws, n);
      const what = `${count} rows`;

      const products = layOut(rows, { vector, out: new Float64Array(count) });
      let { kernels, at } = products.machine;
      writesOnly(products.machine, { out: 8 * count }, () =>
        kernels.dotRows(at.vector, at.rows, count, products.stride, n, at.out),
      );
      sameBits(products.machine.f64('out').slice(0, count), dotRows(vector, rows), what);

      const reflected = layOut(rows, { vector });
      ({ kernels, at } = reflected.machine as never);
      writesOnly(reflected.machine, { rows: 'all' }, () =>
        kernels.reflectRows(at.vector, at.rows, count, reflected.stride, n),
      );
      reflected.check(reflectRows(vector, rows), `reflected, ${what}`);

      const pairs = Array.from({ length: count }, () => {
        const angle = draws.uniform(-3, 3);
        return [Math.cos(angle), Math.sin(angle)] as const;
      });
      const turned = layOut(rows, { turns: Float64Array.from(pairs.flat()) });
      const { at: places } = turned.machine;
      writesOnly(turned.machine, { rows: 'all' }, () =>
        turned.machine.kernels.turnRows(places.rows, count, turned.stride, n, places.turns),
      );
      turned.check(turnRows(rows, pairs), `turned, ${what}`);
    }
    const draws = new Draws(n);
    const square = rowsOf(draws, n, n);
    const [w, q] = [doubles(draws, n), doubles(draws, n)];
    const { machine, stride, check } = layOut(square, { w, q });
    const { kernels, at } = machine;
    writesOnly(machine, { rows: 'all' }, () => kernels.subtractOuter(at.rows, n, stride, at.w, at.q));
    check(subtractOuter(square, w, q), 'outer products');
  });

  test(`Jacobi rotations of rows whose first ${n} count are the twin to the last bit, and make them orthogonal`, () => {
    for (const count of COUNTS.filter((each) => each <= n)) {
      const width = n + 3;
      const rows = rowsOf(new Draws(200 * n + count), count, width);
      // one that counts as zero, and one that hardly turns a longer one
      if (count === 5)
        for (const [row, power] of [
          [1, -500],
          [3, -380],
        ])
          rows[row] = rows[row].map((x) => x * 2 ** power);
      const enough = 1e-15 * n;
      const { machine, stride, check } = layOut(rows, { squares: new Float64Array(count) });
      const { kernels, at } = machine;
      for (let sweep = 0; ; sweep++) {
        assert.ok(sweep < 20, 'too many sweeps');
        const twin = jacobiSweep(rows, n, enough, LEAST);
        let rotated = 0;
        writesOnly(machine, { rows: 'all', squares: 8 * count }, () => {
          rotated = kernels.jacobiSweep(at.rows, count, stride, n, width, at.squares, enough, LEAST);
        });
        assert.is(rotated, twin.rotated);
        check(rows, `sweep ${sweep}`);
        sameBits(machine.f64('squares').slice(0, count), twin.squares, 'squares');
        if (rotated === 0) break;
      }
      rows.forEach((row, i) => {
        for (let j = 0; j < i; j++) {
          if (Math.min(dot(row, row, n), dot(rows[j], rows[j], n)) < LEAST) continue;
          const lengths = Math.sqrt(dot(row, row, n) * dot(rows[j], rows[j], n));
          assert.ok(Math.abs(dot(row, rows[j], n)) <= 2 * enough * lengths, `rows ${i} and ${j}`);
        }
      });
    }
  });
}

test.run();
