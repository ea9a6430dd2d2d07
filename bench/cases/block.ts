/** Block spins: the kernel against the plain loop over sites. */

import {
  BitRows,
  type BlockingRule,
  coarseGrain,
  criticalCoupling,
  filterRule,
  Ising,
  layerRule,
  majorityRule,
  probabilityUp,
  Rbm,
  SpinData,
  softRule,
  square,
  triangular,
} from '../../src/all.js';
import type { Entry } from '../harness.js';
import { same } from './agree.js';
import { type Body, entry } from './entry.js';

/** Majority of 2 × 2 bit by bit, ties to the first spin of the block; without branches, which would be mispredicted. */
function plainMajority({ count, shape: [rows, columns], stride, bytes }: SpinData): Uint8Array {
  const outStride = Math.ceil((rows * columns) / 32);
  const result = new Uint8Array(count * outStride);
  for (let r = 0; r < count; r++) {
    const start = r * stride;
    const bit = (i: number) => (bytes[start + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const first = bit(i);
        const up = first + bit(i + 1) + bit(i + columns) + bit(i + columns + 1);
        // 3 and 4 are a majority, 2 with the first spin up as well
        result[r * outStride + (block >> 3)] |= ((up + first + 1) >> 2) << (block & 7);
      }
    }
  }
  return result;
}

function blockCase(side: number, count: number): Body {
  const spins = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' });
  const data = spins.sample(count);
  const ours = () => coarseGrain(data, { rule: 'majority', factor: 2, ties: 'first' });
  // so often in a round, since once is a millisecond
  const times = 20;
  return {
    unit: 'sites',
    work: times * count * side * side,
    contenders: [
      {
        name: 'Wasm',
        run: () => {
          for (let k = 0; k < times; k++) ours();
        },
      },
      { name: 'plain TypeScript', run: () => void plainMajority(data), share: 1 / times },
    ],
    check: () => {
      same('block spins', ours().bytes, plainMajority(data));
      return 'the same bits';
    },
  };
}

/** w of greatest likelihood for 2 × 2 blocks at K_c, L = 40. */
const WEIGHT = 1.147;

/** The soft rule site by site, with the engine's own random numbers. */
function plainSoft({ count, shape: [rows, columns], stride, bytes }: SpinData): Uint8Array {
  const outStride = Math.ceil((rows * columns) / 32);
  const result = new Uint8Array(count * outStride);
  const probabilities = [0, 1, 2, 3, 4].map((up) => 1 / (1 + Math.exp(-2 * WEIGHT * (2 * up - 4))));
  for (let r = 0; r < count; r++) {
    const start = r * stride;
    const bit = (i: number) => (bytes[start + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const up = bit(i) + bit(i + 1) + bit(i + columns) + bit(i + columns + 1);
        if (Math.random() < probabilities[up]) result[r * outStride + (block >> 3)] |= 1 << (block & 7);
      }
    }
  }
  return result;
}

/** By the number of spins up in a block: how many standard errors its share of +1 is from the rule's probability, at most. */
function softScore({ count, shape: [rows, columns], stride, bytes }: SpinData, coarse: Uint8Array): number {
  const outStride = Math.ceil((rows * columns) / 32);
  const blocks = new Float64Array(5);
  const ups = new Float64Array(5);
  for (let r = 0; r < count; r++) {
    const bit = (i: number) => (bytes[r * stride + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const up = bit(i) + bit(i + 1) + bit(i + columns) + bit(i + columns + 1);
        blocks[up]++;
        ups[up] += (coarse[r * outStride + (block >> 3)] >> (block & 7)) & 1;
      }
    }
  }
  return Math.max(
    ...[0, 1, 2, 3, 4].map((up) => {
      const p = 1 / (1 + Math.exp(-2 * WEIGHT * (2 * up - 4)));
      return Math.abs(ups[up] - blocks[up] * p) / Math.sqrt(blocks[up] * p * (1 - p));
    }),
  );
}

function softCase(side: number, count: number): Body {
  const data = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' }).sample(
    count,
  );
  const rule = softRule({ factor: 2, weight: WEIGHT });
  const majority = () => coarseGrain(data, { rule: 'majority', factor: 2 });
  const times = 10;
  const repeated = (work: () => unknown) => () => {
    for (let k = 0; k < times; k++) work();
  };
  return {
    unit: 'sites',
    work: times * count * side * side,
    contenders: [
      { name: 'Wasm', run: repeated(() => rule.apply(data)) },
      { name: 'Wasm, majority with random ties', run: repeated(majority) },
      { name: 'plain TypeScript', run: () => void plainSoft(data), share: 1 / times },
    ],
    check: () => {
      const scores = [rule.apply(data).bytes, plainSoft(data)].map((coarse) => softScore(data, coarse));
      if (!scores.every((score) => score < 5)) throw new Error(`shares are ${scores} standard errors off`);
      return `shares of +1 within ${Math.max(...scores).toFixed(1)} standard errors of the rule's probabilities`;
    },
  };
}

/** Rows of random bits. */
function randomBytes(count: number, width: number): Uint8Array {
  const rbm = new Rbm({
    visible: 1,
    hidden: width,
    weights: new Float32Array(width),
    visibleBias: new Float32Array(1),
    hiddenBias: new Float32Array(width),
  });
  return rbm.sampleHidden(new BitRows(count, 1), 'bits of the benchmark').bytes;
}

/** Majority of 2 × 2 × 2 bit by bit, ties to the first spin of the block. */
function plainCube({ count, stride, bytes }: SpinData, side: number): Uint8Array {
  const outStride = Math.ceil(side ** 3 / 64);
  const result = new Uint8Array(count * outStride);
  const [row, layer] = [side, side * side];
  for (let r = 0; r < count; r++) {
    const start = r * stride;
    const bit = (i: number) => (bytes[start + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let z = 0; z < side; z += 2) {
      for (let y = 0; y < side; y += 2) {
        for (let x = 0; x < side; x += 2, block++) {
          const i = z * layer + y * row + x;
          const first = bit(i);
          const near = first + bit(i + 1) + bit(i + row) + bit(i + row + 1);
          const far = bit(i + layer) + bit(i + layer + 1) + bit(i + layer + row) + bit(i + layer + row + 1);
          // 5 and more are a majority, 4 with the first spin up as well
          result[r * outStride + (block >> 3)] |= ((near + far + first + 3) >> 3) << (block & 7);
        }
      }
    }
  }
  return result;
}

function cubeCase(side: number, count: number): Body {
  const bytes = randomBytes(count, side ** 3);
  const parameters = { lattice: { kind: 'cubic', boundary: 'periodic' }, shape: [side, side, side] };
  const cube = new SpinData(count, [side * side, side], bytes, { source: 'benchmark', parameters });
  const plane = new SpinData(count, [side * side, side], bytes, { source: 'benchmark' });
  const rule = majorityRule({ factor: 2, ties: 'first' });
  const times = 10;
  const repeated = (data: SpinData) => () => {
    for (let k = 0; k < times; k++) rule.apply(data);
  };
  return {
    unit: 'sites',
    work: times * count * side ** 3,
    contenders: [
      { name: 'Wasm', run: repeated(cube) },
      { name: 'Wasm, 2 × 2 of a plane', run: repeated(plane) },
      { name: 'plain TypeScript', run: () => void plainCube(cube, side), share: 1 / times },
    ],
    check: () => {
      same('block spins', rule.apply(cube).bytes, plainCube(cube, side));
      return 'the same bits';
    },
  };
}

/** Triangles of b = √3, against 2 × 2 on the same spins. */
function triangleCase(side: number, count: number): Body {
  const bytes = randomBytes(count, side * side);
  const { kind, boundary, shape } = triangular(side);
  const data = new SpinData(count, shape, bytes, {
    source: 'benchmark',
    parameters: { lattice: { kind, boundary }, shape },
  });
  const rule = majorityRule({ factor: 'sqrt3' });
  const times = 10;
  return {
    unit: 'sites',
    work: times * count * side * side,
    contenders: [
      {
        name: 'Wasm',
        run: () => {
          for (let k = 0; k < times; k++) rule.apply(data);
        },
      },
      { name: 'plain TypeScript', run: () => void drawnPlainly(rule, data), share: 1 / times },
    ],
    check: () => {
      same('block spins', rule.apply(data).bytes, drawnPlainly(rule, data));
      return 'the same bits';
    },
  };
}

/** P(S'|v) of every coarse spin from its definition, with the engine's own random numbers. */
function drawnPlainly(rule: BlockingRule, data: SpinData): Uint8Array {
  const { kind } = (data.provenance.parameters?.lattice ?? { kind: 'square' }) as { kind: string };
  const spins = rule.spins!(kind === 'triangular' ? triangular(...data.shape) : square(...data.shape));
  const stride = Math.ceil(spins.length / 8);
  const result = new Uint8Array(data.count * stride);
  for (let r = 0; r < data.count; r++) {
    const v = data.spins(r);
    spins.forEach((spin, k) => {
      if (Math.random() < probabilityUp(spin, v)) result[r * stride + (k >> 3)] |= 1 << (k & 7);
    });
  }
  return result;
}

/** The soft rule as a filter of four equal weights. */
function filterCase(side: number, count: number): Body {
  const data = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' }).sample(
    count,
  );
  const rule = filterRule({ weights: new Array<number>(4).fill(WEIGHT), size: 2, stride: 2 });
  return {
    unit: 'sites',
    work: count * side * side,
    contenders: [
      { name: 'Wasm', run: () => void rule.apply(data) },
      { name: 'plain TypeScript', run: () => void plainUnits(data) },
    ],
    check: () => {
      const score = softScore(data, rule.apply(data).bytes);
      if (!(score < 5)) throw new Error(`shares are ${score} standard errors off`);
      return `shares of +1 within ${score.toFixed(1)} standard errors of the rule's probabilities`;
    },
  };
}

/** The same as the hidden layer of a dense RBM. */
function layerCase(side: number, count: number): Body {
  const data = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' }).sample(
    count,
  );
  const rbm = blockRbm(side);
  const rule = layerRule(rbm, { shape: [side / 2, side / 2] });
  return {
    unit: 'sites',
    work: count * side * side,
    contenders: [
      { name: 'Wasm', run: () => void rule.apply(data) },
      { name: 'means in Wasm, bits in TypeScript', run: () => void plainLayer(rbm, data), kind: 'twin' },
    ],
    check: () => {
      const score = softScore(data, rule.apply(data).bytes);
      if (!(score < 5)) throw new Error(`shares are ${score} standard errors off`);
      return `shares of +1 within ${score.toFixed(1)} standard errors of the rule's probabilities`;
    },
  };
}

/** A number of the engine for every unit of every row. */
function plainLayer(rbm: Rbm, data: SpinData): Uint8Array {
  const means = rbm.meanHidden(data);
  const stride = Math.ceil(rbm.hidden / 8);
  const result = new Uint8Array(data.count * stride);
  for (let r = 0, at = 0; r < data.count; r++) {
    for (let k = 0; k < rbm.hidden; k++) {
      if (Math.random() < means[at++]) result[r * stride + (k >> 3)] |= 1 << (k & 7);
    }
  }
  return result;
}

/** An exponential and a random number for every unit. */
function plainUnits({ count, shape: [rows, columns], stride, bytes }: SpinData): Uint8Array {
  const outStride = Math.ceil((rows * columns) / 32);
  const result = new Uint8Array(count * outStride);
  for (let r = 0; r < count; r++) {
    const start = r * stride;
    const spin = (i: number) => 2 * ((bytes[start + (i >> 3)] >> (i & 7)) & 1) - 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const input =
          WEIGHT * spin(i) + WEIGHT * spin(i + 1) + WEIGHT * spin(i + columns) + WEIGHT * spin(i + columns + 1);
        if (Math.random() < 1 / (1 + Math.exp(-2 * input))) result[r * outStride + (block >> 3)] |= 1 << (block & 7);
      }
    }
  }
  return result;
}

/** Bits: a hidden unit of weights 4w and bias -8w is a spin of weight w. */
function blockRbm(side: number): Rbm {
  const half = side / 2;
  const [visible, hidden] = [side * side, half * half];
  const weights = new Float32Array(visible * hidden);
  for (let i = 0; i < visible; i++) {
    const unit = half * Math.floor(i / side / 2) + Math.floor((i % side) / 2);
    weights[i * hidden + unit] = 4 * WEIGHT;
  }
  const hiddenBias = new Float32Array(hidden).fill(-8 * WEIGHT);
  return new Rbm({ visible, hidden, weights, visibleBias: new Float32Array(visible), hiddenBias });
}

export function blockEntries(): Entry[] {
  const sizes: [number, number][] = [
    [40, 12_800],
    [256, 256],
  ];
  return [
    ...sizes.map(([side, count]) =>
      entry({ name: `block spins, ${count} of ${side}×${side}, b = 2`, group: 'Block spins' }, (short) =>
        short ? blockCase(16, 130) : blockCase(side, count),
      ),
    ),
    ...sizes.map(([side, count]) =>
      entry({ name: `soft rule, ${count} of ${side}×${side}, b = 2`, group: 'Block spins' }, (short) =>
        short ? softCase(16, 130) : softCase(side, count),
      ),
    ),
    entry({ name: 'block spins, 1024 of 32×32×32, b = 2', group: 'Block spins' }, (short) =>
      short ? cubeCase(8, 130) : cubeCase(32, 1024),
    ),
    entry({ name: 'triangles, 12800 of 39×39, b = √3', group: 'Block spins' }, (short) =>
      short ? triangleCase(9, 130) : triangleCase(39, 12_800),
    ),
    entry({ name: 'layer of 400 units, 3200 of 40×40, b = 2', group: 'Block spins' }, (short) =>
      short ? layerCase(16, 130) : layerCase(40, 3200),
    ),
    entry({ name: 'filter at 400 sites, 12800 of 40×40, b = 2', group: 'Block spins' }, (short) =>
      short ? filterCase(16, 130) : filterCase(40, 12_800),
    ),
  ];
}
