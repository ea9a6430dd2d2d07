import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { resolveParameters } from '../../src/experiments/index.js';
import { thermodynamics } from '../../src/experiments/thermodynamics/index.js';
import { checkExperiment } from '../../src/sweep/experimentFile.js';
import {
  combinations,
  decodePlan,
  encodePlan,
  loadExperiment,
  type Plan,
  planOf,
  shardOf,
} from '../../src/sweep/index.js';

const test = suite('sweep/plan');
const loaded = { experiment: thermodynamics };
const small = (given: Record<string, unknown> = {}) =>
  resolveParameters(thermodynamics, 'quick', { sizes: [4, 6], couplings: [0.3, 0.44], ...given });
const ids = ({ points }: Plan) => points.map(({ id }) => id);

test('a plan is read as it was written', () => {
  const plan = planOf(loaded, [small(), small({ seed: 2 })]);
  assert.is(plan.points.length, 8);
  assert.is(new Set(ids(plan)).size, 8);
  const again = decodePlan(encodePlan(plan), loaded, 'plan.jsonl');
  assert.equal(ids(again), ids(plan));
  assert.is(encodePlan(again), encodePlan(plan));
});

test('a changed parameter changes the points that read it, and runs share the points they have in common', () => {
  const plan = planOf(loaded, [small(), small({ sizes: [4, 6, 8] })]);
  assert.is(plan.points.length, 6);
  assert.equal(plan.runs[1].ids.slice(0, 4), plan.runs[0].ids);
  const others = ids(planOf(loaded, [small({ samples: 5000 })]));
  assert.not.ok(others.some((id) => plan.runs[0].ids.includes(id)));
  const defined = ids(planOf({ experiment: { ...thermodynamics, definition: 2 } }, [small()]));
  assert.not.ok(defined.some((id) => plan.runs[0].ids.includes(id)));
});

test('combinations of values, the first varying slowest', () => {
  const runs = combinations(thermodynamics, 'quick', { samples: 500 }, { seed: [1, 2], field: [0, 0.1] });
  assert.equal(
    runs.map(({ seed, field, samples }) => [seed, field, samples]),
    [
      [1, 0, 500],
      [1, 0.1, 500],
      [2, 0, 500],
      [2, 0.1, 500],
    ],
  );
  assert.throws(() => combinations(thermodynamics, 'quick', { seed: 1 }, { seed: [2] }), /"vary"/);
  assert.throws(() => combinations(thermodynamics, 'quick', {}, { field: [1e9] }), /"field"/);
  assert.throws(() => combinations(thermodynamics, 'quick', {}, { colour: [1] }), /"parameter" expected one of/);
});

test('plans that are empty, cut short, damaged, or of another version are refused by name', () => {
  const text = encodePlan(planOf(loaded, [small()]));
  const lines = text.split('\n');
  const refused = (wrong: string, words: RegExp) => assert.throws(() => decodePlan(wrong, loaded, 'p.jsonl'), words);
  refused('', /^p\.jsonl: is empty: it holds no plan/);
  refused('spins\n', /^p\.jsonl: holds no plan of blockspin: line 1 should be JSON/);
  refused('{"a":1}\n', /^p\.jsonl: holds no plan of blockspin/);
  refused(lines.slice(0, 4).join('\n'), /has 4 lines of 6: it is cut short/);
  refused(text.replace('"version":"', '"version":"9.'), /plan of another version \("version" is "9\./);
  refused(text.replace('"definition":1', '"definition":7'), /"definition" is 7 there and 1 here/);
  refused(text.replace('"format":1', '"format":2'), /format 2, and this version reads format 1/);
  refused(
    text.replace('"samples":4000', '"samples":4001'),
    /point "4 0.3" is [0-9a-f]{20} there and [0-9a-f]{20} here/,
  );
  refused(text.replace('"samples":4000', '"samples":-1'), /"samples"/);
  refused(text.replace('"run":0,"parameters"', '"run":1,"parameters"'), /has run 1 where run 0 was expected/);
});

test('the module of an experiment is loaded and checked', async () => {
  const path = join(root, 'test/sweep/experiment.mjs');
  const { experiment, module } = await loadExperiment(undefined, path);
  assert.is(experiment.name, 'squares');
  assert.match(module?.sha256 ?? '', /^[0-9a-f]{64}$/);
  assert.is((await loadExperiment('squares', path)).experiment.name, 'squares');
  const refused = async (name: string | undefined, file: string | undefined, words: RegExp) => {
    const error = await loadExperiment(name, file).catch((reason: Error) => reason);
    assert.match((error as Error).message, words);
  };
  await refused('cubes', path, /is the experiment "squares", not "cubes"/);
  await refused('cubes', undefined, /"experiment" expected one of mehta-schwab, .*, got "cubes"/);
  await refused(undefined, join(root, 'nowhere.mjs'), /nowhere\.mjs/);
  const own = (change: object) => () => checkExperiment({ ...experiment, ...change }, 'mine.mjs');
  assert.throws(() => checkExperiment(3, 'mine.mjs'), /mine\.mjs: its default export should be an experiment, not 3/);
  assert.throws(own({ run: undefined }), /has no function "run"/);
  assert.throws(own({ name: 'My Squares' }), /needs a "name"/);
  assert.throws(own({ parameters: { point: { kind: 'seed', doc: '', default: 1 } } }), /a name other than experiment/);
  assert.throws(own({ presets: { usual: { doc: '', values: { colour: 1 } } } }), /mine\.mjs: .*colour/);
});

test('a point may read only what its experiment says', async () => {
  const { runExperiment } = await import('../../src/experiments/index.js');
  const { experiment } = await loadExperiment(undefined, join(root, 'test/sweep/experiment.mjs'));
  const parameters = resolveParameters(experiment) as never;
  const narrow = { ...experiment, reads: () => ['offset', 'failing', 'ending'] };
  const error = await runExperiment(narrow, parameters, {}).catch((reason: Error) => reason);
  assert.match(
    (error as Error).message,
    /a point of squares read the parameter "pause", which its "reads" does not name/,
  );
  const strange = { ...experiment, reads: () => ['colour'] };
  assert.throws(() => planOf({ experiment: strange }, [parameters]), /"reads" expected one of/);
});

test('shards from words and from schedulers; the count of the scheduler is not trusted', () => {
  assert.equal(shardOf('3/8'), { index: 2, count: 8 });
  for (const words of ['3/2', '0/2', '1/0', 'a/b', '', '-1/2', '1.5/2']) assert.throws(() => shardOf(words), /"shard"/);
  const slurm = { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_COUNT: '2', SLURM_ARRAY_TASK_MIN: '3' };
  assert.equal(shardOf('auto', { shards: 10 }, slurm), { index: 7, count: 10 });
  assert.equal(shardOf('auto', { shards: 10, base: 1 }, { LSB_JOBINDEX: '10' }), { index: 9, count: 10 });
  assert.equal(shardOf('auto', { shards: 4 }, { JOB_COMPLETION_INDEX: '0' }), { index: 0, count: 4 });
  assert.equal(shardOf('auto', { shards: 4 }, { SGE_TASK_ID: 'undefined', PBS_ARRAY_INDEX: '3' }).index, 3);
  assert.throws(() => shardOf('auto', {}, slurm), /--shards N/);
  assert.throws(() => shardOf('auto', { shards: 7 }, slurm), /SLURM_ARRAY_TASK_ID/);
  assert.throws(() => shardOf('auto', { shards: 7, base: 8 }, slurm), /SLURM_ARRAY_TASK_ID/);
  assert.throws(() => shardOf('auto', { shards: 7 }, {}), /in the environment/);
});

test.run();
