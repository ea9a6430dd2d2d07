import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Experiment,
  experiments,
  judge,
  type Point,
  parseParameter,
  presetOf,
  resolveParameters,
  runExperiment,
  type Summary,
  verdictTable,
} from '../../src/experiments/index.js';
import { identityOf } from '../../src/experiments/kit/runner.js';
import { mehtaSchwab } from '../../src/experiments/mehta-schwab/index.js';
import { thermodynamics } from '../../src/experiments/thermodynamics/index.js';
import { encodeCheckpoint } from '../../src/io/checkpoint.js';
import type { Progress } from '../../src/util/work.js';
import { sha256, version } from '../../src/wasm/binary.js';
import { pointsInMemory } from './pointsInMemory.js';

const test = suite('experiments/contract');
const TINY = { side: 6, samples: 150, hidden: [11, 4], epochs: 2, batchSize: 40 };

test('presets are resolved, and given values win', () => {
  assert.is(resolveParameters(mehtaSchwab, undefined).epochs, 30);
  assert.is(resolveParameters(mehtaSchwab, 'paper').epochs, 200);
  const given = resolveParameters(mehtaSchwab, 'paper', { epochs: 7, hidden: [9] });
  assert.equal([given.epochs, given.hidden, given.side, given.l1], [7, [9], 40, 2e-4]);
});

test('the paper: 40×40 at K = 0.408, 20,000 samples, 400-100-25, rate 0.1, momentum 0.5, L1 2e-4, minibatch 100', () => {
  const { seed, ...paper } = resolveParameters(mehtaSchwab, 'paper');
  assert.is(seed, 1);
  assert.equal(paper, {
    side: 40,
    coupling: 0.408,
    samples: 20_000,
    hidden: [400, 100, 25],
    epochs: 200,
    learningRate: 0.1,
    momentum: 0.5,
    l1: 2e-4,
    batchSize: 100,
    precision: 'float32',
  });
});

test('unknown names and values out of range are refused by name', () => {
  const resolve = (given: Record<string, unknown>, preset?: string) => () =>
    resolveParameters(mehtaSchwab, preset, given);
  assert.throws(resolve({}, 'huge'), /"preset" expected one of quick, paper, got "huge"/);
  assert.throws(resolve({ colour: 1 }), /"parameter" expected one of side/);
  assert.throws(resolve({ coupling: Number.NaN }), /"coupling" expected finite number, got NaN/);
  assert.throws(resolve({ side: 3.5 }), /"side"/);
  assert.throws(resolve({ side: 0 }), /"side"/);
  assert.throws(resolve({ hidden: [] }), /"hidden"/);
  assert.throws(resolve({ hidden: [400, 2.5] }), /"hidden\[1\]"/);
  assert.throws(resolve({ seed: -1 }), /"seed"/);
  assert.throws(resolve({ momentum: 1 }), /"momentum"/);
});

test('parameters are read from text', () => {
  const specs = mehtaSchwab.parameters;
  assert.equal(parseParameter('hidden', specs.hidden, '400,100'), [400, 100]);
  assert.is(parseParameter('l1', specs.l1, '2e-4'), 2e-4);
  assert.is(parseParameter('seed', specs.seed, '12'), 12);
  assert.is(parseParameter('seed', specs.seed, 'twelve'), 'twelve');
  for (const text of ['', ' ', 'x', '1,,2', '1,']) {
    assert.throws(() => parseParameter('hidden', specs.hidden, text), /"hidden/);
  }
});

test('every experiment is listed under its name, with a question and a first preset that resolves', () => {
  for (const [name, experiment] of Object.entries(experiments)) {
    assert.is(experiment.name, name);
    assert.match(experiment.question, /\?$/);
    assert.ok(experiment.points(resolveParameters(experiment, undefined)).length > 0);
  }
});

test('a tiny mehta-schwab: numbers, files, figures A to E, no NaN anywhere, and the same numbers twice', async () => {
  const parameters = resolveParameters(mehtaSchwab, 'quick', TINY);
  const stages = new Set<string>();
  let last = 0;
  const outcome = await runExperiment(mehtaSchwab, parameters, {
    threads: 1,
    onProgress: ({ stage, overall = 0 }) => {
      stages.add(stage);
      assert.ok(overall >= last - 1e-9 && overall <= 1 + 1e-9, `overall went from ${last} to ${overall}`);
      last = overall;
    },
  });
  assert.ok(stages.has('sample') && stages.has('layer 1') && stages.has('layer 2'));
  const names = (await mehtaSchwab.figures(outcome)).map(({ name }) => name);
  assert.equal(names, ['panel-a', 'panel-b', 'panel-c', 'panel-d', 'panel-e', 'training']);
  assert.equal(Object.keys(outcome.files), ['data.npz', 'weights.safetensors']);
  const text = JSON.stringify(outcome.numbers);
  assert.not.match(text, /NaN|Infinity/);
  // JSON turns NaN into null: where a number is undefined on purpose, the field says so
  const again = await runExperiment(mehtaSchwab, parameters, { threads: 1 });
  assert.is(JSON.stringify(again.numbers), text);
  const { compact } = (outcome.numbers.fields as { compact: number }[])[1];
  assert.equal(
    outcome.verdicts?.map(({ value, holds }) => [value, holds]),
    [
      [compact, compact >= 0.8],
      [compact, compact >= 0.3],
    ],
  );
  assert.match(outcome.answer, /^It (holds|does not hold) that the top layer looks like block spins/);
});

test('one layer, and fewer samples than a minibatch, work as well', async () => {
  const given = { ...TINY, hidden: [5], samples: 30, batchSize: 100 };
  const outcome = await runExperiment(mehtaSchwab, resolveParameters(mehtaSchwab, 'quick', given), {});
  assert.is((await mehtaSchwab.figures(outcome)).length, 5);
});

test('a point that was stopped goes on from its state; a state of another seed is refused, one of another point is none', async () => {
  const parameters = resolveParameters(mehtaSchwab, 'quick', { ...TINY, epochs: 6 });
  const whole = await runExperiment(mehtaSchwab, parameters, { threads: 1 });
  const store = pointsInMemory();
  const controller = new AbortController();
  const stages = new Set<string>();
  const run = (onProgress: (progress: Progress) => void, given: object = {}) =>
    runExperiment(
      mehtaSchwab,
      { ...parameters, ...given },
      { threads: 1, store, signal: controller.signal, onProgress },
    ).then(
      (outcome) => outcome,
      (error: Error) => error,
    );
  const stopped = await run(({ stage, done }) => {
    if (stage === 'layer 2' && done >= 3) controller.abort(new Error('enough'));
  });
  assert.is((stopped as Error).message, 'enough');
  const saved = store.checkpoints.get('stack');
  assert.ok(saved);
  assert.is(store.results.size, 0);

  const refused = await runExperiment(mehtaSchwab, { ...parameters, seed: 2 }, { threads: 1, store }).catch(
    (error) => error,
  );
  assert.match(refused.message, /store\/stack, unfinished belongs to another run: "seed" is "1" there and "2" here/);
  assert.is(store.checkpoints.get('stack'), saved);

  const context = { threads: 1, store, onProgress: ({ stage }: Progress) => stages.add(stage) };
  const resumed = await runExperiment(mehtaSchwab, parameters, context);
  assert.not.ok(stages.has('layer 1'), 'it was finished');
  assert.is(JSON.stringify(resumed.numbers), JSON.stringify(whole.numbers));
  assert.equal(resumed.files['weights.safetensors'], whole.files['weights.safetensors']);
  assert.is(store.checkpoints.size, 0);
  stages.clear();
  const kept = await runExperiment(mehtaSchwab, parameters, context);
  assert.is(stages.size, 0, 'the result was kept');
  assert.is(JSON.stringify(kept.numbers), JSON.stringify(whole.numbers));
  assert.equal(kept.files, whole.files);
});

/** A store, and a context that stops the run when the stage `at` begins. */
function stopping(at: string) {
  const controller = new AbortController();
  const store = pointsInMemory();
  const onProgress = ({ stage }: Progress) => stage === at && controller.abort(new Error('enough'));
  return { store, context: { store, signal: controller.signal, onProgress } };
}

test('of several points the finished ones are kept, typed arrays and all, and are not run again', async () => {
  const ran: string[] = [];
  interface Result {
    key: string;
    values: Float64Array;
    nested: unknown[];
  }
  const several: Experiment<
    { seed: { kind: 'seed'; default: 1; doc: string } },
    Point,
    Result,
    Summary & { results: Result[] }
  > = {
    name: 'several',
    title: 'Several points',
    question: 'Are they kept?',
    parameters: { seed: { kind: 'seed', default: 1, doc: 'a seed' } },
    presets: { only: { doc: 'the only one', values: {} } },
    points: () => [1, 2, 3].map((k) => ({ key: `point ${k}` })),
    run: async ({ key }, _parameters, { signal, onProgress }) => {
      onProgress?.({ stage: key, done: 0, total: 1, unit: 'steps' });
      signal?.throwIfAborted();
      ran.push(key);
      const k = Number(key.at(-1));
      return {
        key,
        none: undefined,
        values: Float64Array.of(k / 3, 1e-300),
        nested: [{ bits: Uint8Array.of(k) }, null],
      };
    },
    summarise: (_parameters, results) => ({
      numbers: { count: results.length },
      results,
      answer: '',
      facts: [],
      tables: [],
      verdicts: [
        judge({ claim: 'there are points', statistic: 'how many', atLeast: 2, control: 'none' }, results.length, 0),
      ],
    }),
    figures: async () => [],
  };
  const whole = await runExperiment(several, { seed: 7 }, {});
  const owned = await runExperiment(several, { seed: 7 }, { identity: {} } as never).catch((error: Error) => error);
  assert.match((owned as Error).message, /runExperiment.*identity|identity.*runExperiment/);
  assert.equal(whole.numbers, {
    experiment: 'several',
    version,
    kernels: sha256,
    preset: 'only',
    parameters: { seed: 7 },
    criteria: whole.verdicts,
    count: 3,
  });
  assert.equal(
    whole.tables.map(({ rows }) => rows),
    [[['there are points', 'how many', 'at least 2', '3', '0 (none)', 'yes']]],
  );
  const { store, context } = stopping('point 3');
  const stopped = await runExperiment(several, { seed: 7 }, context).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.is(stopped?.message, 'enough');
  ran.length = 0;
  const resumed = await runExperiment(several, { seed: 7 }, { store });
  assert.equal(ran, ['point 3']);
  assert.equal(JSON.stringify(resumed), JSON.stringify(whole));
  assert.equal(resumed.results[0].values, Float64Array.of(1 / 3, 1e-300));

  // sound as checkpoints are, but not the result of this point
  const own = identityOf(several, { seed: 7 }, { key: 'point 1' });
  assert.equal(own, { experiment: 'several', definition: '1', kernels: sha256, seed: '7', point: '{"key":"point 1"}' });
  const others: [progress: Record<string, unknown>, point: string, words: RegExp][] = [
    [{ finished: {} }, own.point, /^store\/point 1: is a checkpoint, but not the result of a point/],
    [{ result: { values: { $tensor: '5' } } }, own.point, /^store\/point 1: has no tensor "5", which its result names/],
    [
      { result: 1 },
      'point 2',
      /^store\/point 1 belongs to another run: "point" is "point 2" there and "{\\"key\\":\\"point 1\\"}" here/,
    ],
  ];
  for (const [progress, point, words] of others) {
    const damaged = pointsInMemory();
    damaged.save(own, encodeCheckpoint({ identity: { ...own, point }, progress, tensors: {} }));
    const error = await runExperiment(several, { seed: 7 }, { store: damaged }).catch((reason: Error) => reason);
    assert.match((error as Error).message, words);
  }
});

test('criteria hold within their thresholds, and where nothing was computed nothing is told', () => {
  const range = { claim: 'near 1', statistic: 'x', atLeast: 0.9, atMost: 1.1 };
  assert.equal(
    [0.9, 1.1, 1.2, 0.8, null].map((value) => judge(range, value).holds),
    [true, true, false, false, null],
  );
  assert.is(judge({ claim: 'small', statistic: 'x', atMost: 2 }, 2.5).holds, false);
  const { rows, columns } = verdictTable([judge(range, null), judge({ claim: 'small', statistic: 'x', atMost: 2 }, 1)]);
  assert.equal(columns, ['Claim', 'Statistic', 'Holds if', 'Found', 'Holds']);
  assert.equal(rows, [
    ['near 1', 'x', '0.9 to 1.1', '–', 'cannot be told'],
    ['small', 'x', 'at most 2', '1', 'yes'],
  ]);
});

test('every result names its preset, and whatever is no preset is called none', async () => {
  assert.is(presetOf(mehtaSchwab, resolveParameters(mehtaSchwab, 'paper', { seed: 12 })), 'paper');
  assert.is(presetOf(mehtaSchwab, resolveParameters(mehtaSchwab, 'paper', { epochs: 3 })), null);
  for (const experiment of Object.values(experiments)) {
    for (const preset of Object.keys(experiment.presets)) {
      assert.is(presetOf(experiment, resolveParameters(experiment, preset)), preset);
    }
    const keys = experiment.points(resolveParameters(experiment)).map(({ key }: Point) => key);
    assert.is(new Set(keys).size, keys.length, `keys of ${experiment.name}`);
  }
});

test('thermodynamics: stopped between points and gone on, the same numbers; exact values within the error bars', async () => {
  const parameters = resolveParameters(thermodynamics, 'quick', {
    sizes: [4, 6],
    couplings: [0.3, 0.44, 0.5],
    samples: 1000,
  });
  const whole = await runExperiment(thermodynamics, parameters, {});
  assert.match(whole.answer, /^It holds that what is measured agrees with what is known exactly.*\n\nOf 30 values/);
  assert.match(String(whole.tables[2].rows[0][2]), /^0\.4/);
  const { store, context } = stopping('L = 6, K = 0.44');
  const stopped = await runExperiment(thermodynamics, parameters, context).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.is(stopped?.message, 'enough');
  const resumed = await runExperiment(thermodynamics, parameters, { store });
  assert.is(JSON.stringify(resumed.numbers), JSON.stringify(whole.numbers));
  const figures = await thermodynamics.figures(resumed);
  assert.equal(
    figures.map(({ name }) => name),
    [
      'energy',
      'specific-heat',
      'absolute-magnetisation',
      'connected-susceptibility',
      'binder-cumulant',
      'correlation-length',
    ],
  );
  assert.not.match(JSON.stringify(resumed.numbers), /NaN|Infinity/);
  const other = { ...parameters, samples: 1001 };
  const refused = await runExperiment(thermodynamics, other, { store }).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.match(refused?.message ?? '', /belongs to another run: "samples" is "1000" there and "1001" here/);
});

test('thermodynamics: frozen configurations have values without error bars, ordered ones a connected ξ', async () => {
  const parameters = resolveParameters(thermodynamics, 'quick', {
    sizes: [8],
    couplings: [2],
    samples: 400,
  });
  const { answer, tables, numbers, results } = await runExperiment(thermodynamics, parameters, {});
  const { columns, rows, note } = tables[1];
  const cell = (row: number, column: string) => rows[row][columns.indexOf(column)];
  // all 400 configurations are ground states
  assert.equal(
    ['e/kT', 'C', '⟨|m|⟩', 'U4', 'ξ'].map((column) => cell(0, column)),
    ['-4.00000', '–', '1.00000', '0.666667', 'ordered'],
  );
  assert.equal(
    ['e/kT', 'C', '⟨|m|⟩', 'U4'].map((column) => cell(1, column)),
    ['-3.999998', '0.000029', '1.000000', '0.666667'],
  );
  assert.match(note!, /e in units of kT.*did not fluctuate/);
  assert.match(
    answer,
    /^It cannot be told whether what is measured agrees.*\n\nWhat is known exactly did not fluctuate/,
  );
  // the series are for reweighting, not for the file
  assert.is(results[0].series!.spinSums.length, 400);
  assert.not.ok('series' in (numbers.results as object[])[0]);
});

test('thermodynamics: crossings of U4 by reweighting, K_c within 4 errors; too wide a mesh is said to be', async () => {
  const crossing = async (couplings: number[], sizes: number[], samples: number) => {
    const parameters = resolveParameters(thermodynamics, 'quick', {
      sizes,
      couplings,
      samples,
    });
    return runExperiment(thermodynamics, parameters, {});
  };
  const near = await crossing([0.42, 0.47], [8, 16], 4000);
  const [{ coupling, between, sizes }] = near.numbers.crossings as {
    sizes: string[];
    between: number[];
    coupling: { value: number; error: number };
  }[];
  assert.equal(
    [sizes, between],
    [
      ['8', '16'],
      [0.42, 0.47],
    ],
  );
  // straight lines from 0.42 to 0.47 would be off by some 0.004; 8 and 16 cross within 0.0005 of K_c
  assert.ok(coupling.error < 0.003, `${coupling.error}`);
  assert.ok(
    Math.abs(coupling.value - 0.4406868) < 4 * coupling.error + 0.0005,
    `${coupling.value} ± ${coupling.error}`,
  );
  assert.match(near.answer, /The infinite lattice orders at K_c = 0\.440687/);
  const far = await crossing([0.3, 0.9], [8, 16], 1000);
  assert.equal(far.numbers.crossings, [{ sizes: ['8', '16'], between: [0.3, 0.9], coupling: null }]);
  assert.match(far.tables[2].note!, /too far apart to be joined/);
  assert.equal(far.tables[2].rows, [['8, 16', '0.3 and 0.9', '–', '–']]);
});

test('runExperiment refuses what is no experiment, and unknown, missing and wrong parameters and names of the context', async () => {
  const parameters = resolveParameters(thermodynamics);
  const { seed: _, ...less } = parameters;
  for (const [args, message] of [
    [[{}, parameters, {}], /^"experiment" expected an experiment, got Object$/],
    [
      [thermodynamics, { ...parameters, seeds: 3 }, {}],
      /^"seeds" expected an option of thermodynamics.*did you mean seed\?/,
    ],
    [[thermodynamics, less, {}], /^"seed" expected /],
    [[thermodynamics, { ...parameters, samples: 0 }, {}], /^"samples" expected /],
    [
      [thermodynamics, parameters, { thread: 1 }],
      /^"thread" expected an option of runExperiment.*did you mean threads\?/,
    ],
  ] as const) {
    const error = await runExperiment(...(args as unknown as Parameters<typeof runExperiment>)).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    assert.match(error?.message ?? 'accepted', message);
  }
});

test.run();
