import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { settingsOf, trainingData, trainingOptions } from '../../src/elements/fields/experiment.js';
import { hashesOf } from '../../src/elements/fields/hash.js';
import { decodeResults, encodeResults, type ResultName } from '../../src/elements/fields/results.js';
import { type FieldsReport, fieldsScene } from '../../src/elements/fields/scene.js';
import { FIELDS, type FieldsValues } from '../../src/elements/fields/spec.js';
import { StackView } from '../../src/elements/fields/view.js';
import { kaufman } from '../../src/exact/index.js';
import { locality } from '../../src/fields/index.js';
import { decodeStack, encodeStack } from '../../src/io/index.js';
import { ClippedGaussian, Ising, reorderSites, siteOrder, square } from '../../src/ising/index.js';
import { type Stack, trainStack } from '../../src/rbm/index.js';
import { version } from '../../src/wasm/binary.js';

const test = suite('elements/fields');

const SMALL: FieldsValues = {
  ...defaultsOf(FIELDS.properties),
  size: 12,
  samples: 400,
  network: '20-6',
  epochs: 3,
  seed: 5,
};
const LIVE: FieldsValues = { ...SMALL, live: true };

type Scene = ReturnType<typeof fieldsScene>;

/** Until nothing is left to do. */
async function finish(scene: Scene): Promise<FieldsReport> {
  while (await scene.advance(50));
  return scene.report();
}

/** The finished run of LIVE; tests that change nothing share it. */
let whole: Promise<[Scene, FieldsReport]> | undefined;
function finishedRun(): Promise<[Scene, FieldsReport]> {
  const scene = fieldsScene(LIVE);
  whole ??= finish(scene).then((report) => [scene, report]);
  return whole;
}

const stackOf = async (scene: Scene, side: 'spins' | 'control'): Promise<Stack> =>
  decodeStack(await scene.calls.stack(side));

/** The same by the public API alone, with nothing of the element's. */
async function direct(control: FieldsValues['control']): Promise<[Stack, Stack]> {
  const spins = new Ising({ lattice: square(12), coupling: 0.408, seed: 5 }).sample(400);
  const null_ =
    control === 'gaussian'
      ? new ClippedGaussian({ data: spins, seed: 5 }).sample(400)
      : reorderSites(spins, siteOrder(144, 5));
  const options = { hidden: [20, 6], epochs: 3, learningRate: 0.1, momentum: 0.5, l1: 2e-4, seed: 5, outcome: false };
  const how = { algorithm: 'cd', centred: false, schedule: 'constant', precision: 'fixed16' } as const;
  const train = async (data: typeof spins) => (await trainStack(data, { ...options, ...how, threads: 1 })).stack;
  return [await train(spins), await train(null_)];
}

for (const control of ['gaussian', 'shuffled'] as const) {
  test(`${control}: both stacks have the bits of trainStack`, async () => {
    const scene = fieldsScene({ ...LIVE, control });
    const report = await finish(scene);
    const [spins, other] = await direct(control);
    assert.equal(await scene.calls.stack('spins'), encodeStack(spins));
    assert.equal(await scene.calls.stack('control'), encodeStack(other));
    assert.is(report.hash.spins, (await hashesOf(spins)).stack);
    assert.is(report.hash.control, (await hashesOf(other)).stack);
    assert.equal([report.progress?.stage, report.progress?.done, report.progress?.epochs], ['trained', 1, 6]);
    assert.equal(
      report.sides.control?.history.map((layer) => layer.length),
      [3, 3],
    );
  });
}

test('a step is an epoch of both stacks; paused, shown and gone on with, a run has the same bits', async () => {
  const scene = fieldsScene(LIVE);
  await scene.calls.step();
  assert.is(scene.report().progress?.epochs, 1);
  assert.is(scene.report().sides.spins?.layers, 1);
  await scene.calls.step();
  assert.is(scene.report().progress?.epochs, 2);
  // looking at something else is no reason to begin anew
  scene.set({ ...LIVE, layer: 1, unit: 3, side: 'control' }, new Set(['layer', 'unit', 'side']));
  const report = scene.report();
  assert.equal([report.progress?.epochs, report.layer, report.unit?.number, report.unit?.side], [2, 1, 3, 'control']);
  const end = await finish(scene);
  const [, without] = await finishedRun();
  assert.equal(end.hash, without.hash);
});

test('what is shown of a unit is locality of its field', async () => {
  const scene = fieldsScene({ ...LIVE, layer: 2, unit: 4 });
  const report = await finish(scene);
  const stack = await stackOf(scene, 'spins');
  const fields = stack.receptiveFields(2);
  assert.equal(report.unit?.place, locality(fields.subarray(4 * 144, 5 * 144), [12, 12]));
  const radii = Array.from(
    { length: 6 },
    (_, k) => locality(fields.subarray(k * 144, (k + 1) * 144), [12, 12])?.radius,
  );
  assert.equal([...(report.sides.spins?.places.radii ?? [])], radii);
  // a unit that there is not is the last one, a layer the highest
  scene.set({ ...LIVE, layer: 7, unit: 99 }, new Set(['layer', 'unit']));
  assert.equal([scene.report().layer, scene.report().unit?.number], [2, 5]);
});

test('shares of spins that come back: of the layer that is shown, and of block spins', async () => {
  const scene = fieldsScene({ ...LIVE, size: 8, network: '16', layer: 1 });
  const { sides } = await finish(scene);
  const { spins } = sides;
  assert.ok(spins?.measured);
  const { reconstructed, blocks, sign, neighbours, ownNeighbours } = spins.measured;
  // 16 blocks of 2 × 2 spins; both nulls are beaten by more than the errors
  assert.ok(blocks && blocks.mean > 0.85 && blocks.mean < 0.95, `blocks ${blocks?.mean}`);
  assert.ok(sign && sign.mean > 0.65 && sign.mean < blocks.mean);
  assert.ok(reconstructed.mean > 0.6 && reconstructed.mean < 1);
  const exact = -kaufman(8, 8, 0.408).energy / 2;
  assert.ok(Math.abs(neighbours.mean - exact) < 5 * neighbours.error, `neighbours ${neighbours.mean}`);
  assert.ok(ownNeighbours && Math.abs(ownNeighbours.mean) < 1);
});

test('sites of the shuffled control put back: the fields are the same numbers elsewhere', async () => {
  const shuffled = { ...LIVE, control: 'shuffled', layer: 1, side: 'control', unit: 2 } as const;
  const scene = fieldsScene(shuffled);
  const before = await finish(scene);
  scene.set({ ...shuffled, restored: true }, new Set(['restored']));
  const after = await finish(scene);
  assert.equal(after.hash, before.hash);
  assert.is(after.unit?.largest, before.unit?.largest);
  const stack = await stackOf(scene, 'control');
  const order = siteOrder(144, 5);
  const back = new Float32Array(144);
  order.forEach((site, i) => {
    back[site] = stack.receptiveFields(1)[2 * 144 + i];
  });
  assert.equal(after.unit?.place, locality(back, [12, 12]));
  assert.is(after.sides.control?.measured?.blocks?.mean, before.sides.control?.measured?.blocks?.mean);
});

test('other settings begin anew, and the seed decides', async () => {
  const scene = fieldsScene(LIVE);
  await scene.calls.step();
  scene.set({ ...LIVE, seed: 6 }, new Set(['seed']));
  assert.is(scene.report().progress?.epochs, 0);
  const other = await finish(scene);
  const [, first] = await finishedRun();
  assert.not.equal(other.hash.spins, first.hash.spins);
  scene.set(LIVE, new Set(['seed']));
  await scene.calls.step();
  scene.calls.reset();
  assert.is(scene.report().progress?.epochs, 0);
  assert.equal((await finish(scene)).hash, first.hash);
});

let file: Promise<Uint8Array> | undefined;
const smallResults = () => {
  file ??= makeResults();
  return file;
};

/** A file of results of the small run. */
async function makeResults(): Promise<Uint8Array> {
  const values = { ...SMALL, control: 'gaussian' } as const;
  const { control: _, ...settings } = settingsOf(values);
  const data = await trainingData(settingsOf(values));
  const stacks = new Map();
  for (const [name, rows] of [
    ['spins', data.spins],
    ['gaussian', data.control],
  ] as const) {
    const { stack, history } = await trainStack(rows, { ...trainingOptions(settingsOf(values)), threads: 1 });
    const proxies = history.map((records) => records.map(({ pseudoLikelihood = Number.NaN }) => pseudoLikelihood));
    const places = [1, 2].map((layer) => new StackView(stack).places(layer));
    const shares = [0.9, 0.8].map((mean) => ({ mean, error: 0.01 }));
    stacks.set(name satisfies ResultName, { stack, history: proxies, hashes: await hashesOf(stack), shares, places });
  }
  return encodeResults({ settings, version, stacks });
}

test('a file of results: shown at once, weights within half a step, histories to four digits', async () => {
  const bytes = await smallResults();
  const scene = fieldsScene(SMALL);
  assert.is(await scene.advance(10), false);
  assert.equal([scene.report().source, scene.report().wanted], ['none', true]);
  await scene.calls.results(bytes);
  const report = await finish(scene);
  assert.equal([report.source, report.wanted, report.known], ['shipped', false, true]);
  assert.equal(report.sides.spins?.measured?.reconstructed, { mean: 0.8, error: 0.01 }, 'of the full weights');
  const [live, trained] = await finishedRun();
  assert.equal(report.hash, trained.hash, 'hashes are those of the full weights');
  report.sides.spins?.places.radii.forEach((radius, unit) => {
    assert.ok(
      Math.abs(radius - (trained.sides.spins?.places.radii[unit] ?? 0)) <= 2 ** -9,
      'radii of the full weights',
    );
  });
  const [shown, full] = [await stackOf(scene, 'spins'), await stackOf(live, 'spins')];
  shown.rbms.forEach((rbm, k) => {
    const { weights, hidden, visibleBias } = full.rbms[k];
    assert.equal(rbm.visibleBias, visibleBias);
    const largest = new Float64Array(hidden);
    weights.forEach((w, i) => {
      largest[i % hidden] = Math.max(largest[i % hidden], Math.abs(w));
    });
    weights.forEach((w, i) => {
      assert.ok(Math.abs(w - rbm.weights[i]) <= 0.0385 * largest[i % hidden], `weight ${i} of layer ${k + 1}`);
    });
  });
  report.sides.spins?.history.forEach((values, k) => {
    values.forEach((value, e) => {
      assert.ok(Math.abs(value - (trained.sides.spins?.history[k][e] ?? 0)) < 1e-4);
    });
  });
  // of other settings there are no results
  scene.set({ ...SMALL, l1: 0.001 }, new Set(['l1']));
  assert.equal([scene.report().source, scene.report().known, await scene.advance(10)], ['none', false, false]);
});

test('a run is compared with the file: the same bits, or the layers that differ', async () => {
  const bytes = await smallResults();
  const scene = fieldsScene(LIVE);
  await scene.calls.results(bytes);
  const report = await finish(scene);
  assert.equal([report.sides.spins?.same, report.sides.control?.same], [true, true]);
  const results = await decodeResults(bytes);
  results.stacks.get('spins')!.hashes.layers[1] = '0';
  results.stacks.get('spins')!.hashes.stack = '0';
  const other = fieldsScene(LIVE);
  await other.calls.results(encodeResults(results));
  const compared = await finish(other);
  assert.equal([compared.sides.spins?.same, compared.sides.spins?.sameLayers], [false, [true, false]]);
  assert.is(compared.sides.control?.same, true);
});

test('what cannot be is told in a sentence, and mended', async () => {
  const rejection = async (scene: Scene) => {
    try {
      await finish(scene);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const wrong = fieldsScene({ ...LIVE, network: '20-x' });
  assert.match(
    await rejection(wrong),
    /^"network" expected one to eight positive integers such as 400-100-25, got 20-x$/,
  );
  wrong.set(LIVE, new Set(['network']));
  assert.ok((await finish(wrong)).hash.spins);
  const wild = fieldsScene({ ...LIVE, rate: 100 });
  const reason = await rejection(wild);
  assert.match(reason, /^training diverged in epoch \d+: .*smaller learningRate/);
  const none = await fieldsScene(SMALL)
    .calls.stack('spins')
    .catch((error: Error) => error.message);
  assert.is(none, 'there is no stack yet: train it first');
});

test.run();
