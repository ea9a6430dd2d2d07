import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { streamKey } from '../../src/util/random.js';
import { BLOCK_SCRATCH } from '../../src/wasm/kernels.js';
import { blockRows, boxes } from '../reference/block.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { packed } from '../reference/planes.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rg/block');

type Box = readonly [number, number, number];

/** Layers, rows and columns; of a plane the rows are the layers. */
const boxOf = (sides: readonly number[]): Box =>
  sides.length === 3 ? (sides as unknown as Box) : [sides[0], 1, sides[1]];

/** Bytes from the first plane of a block to those of its sites. */
const offsetsOf = ([, rows, columns]: Box, [layers, ...block]: Box) =>
  Uint32Array.from(boxes([layers, ...block], [layers, ...block])[0], (i) => {
    const [z, y, x] = [Math.floor(i / block[0] / block[1]), Math.floor(i / block[1]) % block[0], i % block[1]];
    return 16 * ((z * rows + y) * columns + x);
  });

const cases: [shape: number[], factor: number[], count: number, lane: number, band: number][] = [
  [[2, 2], [2, 2], 1, 0, 1],
  [[4, 4], [2, 2], 128, 0, 2],
  [[6, 10], [2, 2], 37, 91, 1],
  [[6, 10], [2, 2], 5, 3, 2],
  [[10, 6], [2, 3], 128, 0, 3],
  [[9, 15], [3, 3], 70, 20, 2],
  [[1, 74], [1, 2], 128, 0, 1],
  [[3, 7], [1, 7], 100, 28, 2],
  [[7, 3], [7, 1], 9, 0, 1],
  [[20, 12], [4, 4], 33, 64, 5],
  [[30, 34], [2, 2], 17, 111, 4],
  [[4, 260], [2, 2], 20, 0, 1],
  [[12, 25], [6, 5], 40, 1, 1],
  [[4, 4, 4], [2, 2, 2], 128, 0, 1],
  [[6, 4, 10], [2, 2, 2], 31, 97, 2],
  [[3, 6, 9], [3, 3, 3], 60, 4, 1],
  [[2, 6, 5], [1, 2, 1], 90, 0, 2],
  [[6, 3, 4], [3, 1, 2], 128, 0, 1],
  [[4, 10, 14], [2, 1, 2], 20, 3, 2],
  [[4, 12], [2, 4], 128, 0, 1],
];

for (const [shape, factor, count, lane, band] of cases) {
  const name = `${count} rows of ${shape.join(' × ')} in blocks of ${factor.join(' × ')} from lane ${lane}, band ${band}`;
  test(`${name} are those of the twin`, () => {
    const draws = new Draws(shape[0] * 1000 + shape[1]);
    const [box, block] = [boxOf(shape), boxOf(factor)];
    const [layers, rows, columns] = box;
    const cells = boxes(shape, factor);
    const sites = layers * rows * columns;
    const size = cells[0].length;
    const blocks = cells.length;
    const outStride = Math.ceil(blocks / 8);
    // some configurations are nearly ordered, so that counts of every size occur
    const configurations = Array.from({ length: count }, (_, r) => draws.bits(sites, [0.5, 0.2, 0.9][r % 3]));
    for (const stride of [Math.ceil(sites / 8), Math.ceil(sites / 8) + 5]) {
      for (const rule of [0, 1, 2, 3]) {
        const site = rule === 2 ? draws.integer(0, size - 1) : 0;
        const machine = rubbishMachine({
          bits: count * stride + 32,
          planes: Math.ceil((7 + band * block[0] * rows * columns) / 128) * 2048,
          stream: 64,
          scratch: BLOCK_SCRATCH,
          out: count * outStride,
          thresholds: (size + 1) * 4,
          masks: 12 * (size + 1) * 16,
          offsets: size * 4,
          guard: 64,
        });
        const { kernels, at } = machine;
        machine.u8('bits').set(packed(configurations, stride));
        const key = streamKey('block', 'twin');
        kernels.seedStreams(at.stream, 1, key, 3);
        machine.u32('offsets').set(offsetsOf(box, block));
        // 0, 1, and numbers whose first digits are those of neighbours in between
        const thresholds = Uint32Array.from({ length: size + 1 }, (_, n) =>
          n === 0
            ? 0
            : n === size
              ? 2 ** 32 - 1
              : draws.integer(0, 2) === 0
                ? 2 ** 31 + n
                : draws.integer(0, 2 ** 32 - 2),
        );
        machine.u32('thresholds').set(thresholds);
        writesOnly(machine, { planes: 'all', stream: 'all', scratch: 'all', masks: 'all', out: 'all' }, () =>
          // biome-ignore format: one call
          kernels.blockSpins(at.bits, stride, count, lane, ...box, ...block, at.offsets, rule, site, band, at.stream, at.planes, at.scratch, at.out, outStride, at.thresholds, at.masks, key + 1n, 77),
        );
        const expected = blockRows(configurations, lane, cells, {
          rule: rule === 2 ? 'decimation' : rule === 3 ? 'chance' : 'majority',
          ties: rule === 0 ? new Stream(key, 3) : undefined,
          site,
          ...(rule === 3 && { chance: { thresholds, first: new Stream(key, 3), key: key + 1n, firstBlock: 77 } }),
        });
        sameBits(machine.u8('out').slice(), packed(expected, outStride), `rule ${rule}, stride ${stride}`);
      }
    }
  });
}

for (const [sites, size, cells, count, lane] of [
  [12, 3, 4, 128, 0],
  [300, 3, 100, 40, 71],
  [500, 3, 131, 5, 9],
  [64, 4, 200, 128, 0],
  [20, 7, 9, 33, 2],
  [40, 2, 256, 12, 100],
] as const) {
  test(`${count} rows of ${sites} sites in ${cells} cells of ${size} are those of the twin`, () => {
    const draws = new Draws(sites + size);
    // any sites: cells may overlap
    const lists = Array.from({ length: cells }, () => Array.from({ length: size }, () => draws.integer(0, sites - 1)));
    const [stride, outStride] = [Math.ceil(sites / 8), Math.ceil(cells / 8)];
    const configurations = Array.from({ length: count }, (_, r) => draws.bits(sites, [0.5, 0.2, 0.9][r % 3]));
    for (const rule of [0, 1, 2, 3]) {
      const site = draws.integer(0, size - 1);
      const machine = rubbishMachine({
        bits: count * stride + 32,
        planes: Math.ceil(sites / 128) * 2048,
        stream: 64,
        scratch: BLOCK_SCRATCH,
        out: count * outStride,
        thresholds: (size + 1) * 4,
        masks: 12 * (size + 1) * 16,
        offsets: cells * size * 4,
        guard: 64,
      });
      const { kernels, at } = machine;
      machine.u8('bits').set(packed(configurations, stride));
      machine.u32('offsets').set(Uint32Array.from(lists.flat(), (i) => 16 * i));
      const key = streamKey('cells', 'twin');
      kernels.seedStreams(at.stream, 1, key, 5);
      const thresholds = Uint32Array.from({ length: size + 1 }, (_, n) =>
        n === 0 ? 0 : n === size ? 2 ** 32 - 1 : draws.integer(0, 2 ** 32 - 2),
      );
      machine.u32('thresholds').set(thresholds);
      writesOnly(machine, { planes: 'all', stream: 'all', scratch: 'all', masks: 'all', out: 'all' }, () =>
        // biome-ignore format: one call
        kernels.cellSpins(at.bits, stride, count, lane, sites, cells, size, at.offsets, rule, site, at.stream, at.planes, at.scratch, at.out, outStride, at.thresholds, at.masks, key + 1n, 40),
      );
      const expected = blockRows(configurations, lane, lists, {
        rule: rule === 2 ? 'decimation' : rule === 3 ? 'chance' : 'majority',
        ties: rule === 0 ? new Stream(key, 5) : undefined,
        site,
        ...(rule === 3 && { chance: { thresholds, first: new Stream(key, 5), key: key + 1n, firstBlock: 40 } }),
      });
      sameBits(machine.u8('out').slice(), packed(expected, outStride), `rule ${rule}`);
    }
  });
}

test('an odd block, or another rule, draws no random number', () => {
  const machine = rubbishMachine({ bits: 64, planes: 4096, stream: 64, scratch: BLOCK_SCRATCH, out: 64, offsets: 64 });
  const { kernels, at } = machine;
  machine.u8('bits').fill(0b1011);
  kernels.seedStreams(at.stream, 1, 1n, 0);
  machine.u32('offsets').fill(0);
  const before = machine.u8('stream').slice();
  const run = (block: number, rule: number) =>
    // biome-ignore format: one call
    kernels.blockSpins(at.bits, 5, 4, 0, 6, 1, 6, block, 1, block, at.offsets, rule, 0, 1, at.stream, at.planes, at.scratch, at.out, 2, 0, 0, 0n, 0);
  run(3, 0);
  run(2, 1);
  run(2, 2);
  sameBits(machine.u8('stream').slice(), before, 'stream');
  run(2, 0);
  assert.not.equal(machine.u8('stream').slice(), before);
});

test.run();
