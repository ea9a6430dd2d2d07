/** What is named as slower is slower, and noise is not named: on rows made up with a known change and a known spread. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare, comparisonText, noiseOf, slower } from '../../bench/compare.js';
import { parseReport } from '../../bench/report.js';
import { example, type Made, report, row } from './reports.js';

const test = suite('bench/compare');

/** Before and after of one row, by two seeds. */
function verdict(before: Made, after: Made, seed = 1) {
  const comparison = compare(report([row(before, seed)]), report([row(after, seed + 1000)]));
  return { comparison, verdict: comparison.changes[0].verdict, named: slower(comparison).length };
}

test('a slower row is named, and a faster one', () => {
  for (let seed = 1; seed <= 50; seed++) {
    assert.is(verdict({ mean: 100 }, { mean: 85 }, seed).verdict, 'slower', `seed ${seed}`);
    assert.is(verdict({ mean: 100 }, { mean: 120 }, seed).verdict, 'faster', `seed ${seed}`);
    assert.is(verdict({ mean: 100 }, { mean: 97 }, seed).verdict, 'same', `seed ${seed}`);
  }
});

test('a noisy row is not named for a change of the same size', () => {
  // a change of one deviation: about one seed in fifty is beyond the noise by chance
  let named = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const noisy = verdict({ mean: 100, noise: 0.15 }, { mean: 85, noise: 0.15 }, seed);
    if (noisy.verdict !== 'same') named++;
  }
  assert.ok(named <= 12, `${named} of 200`);
});

test('without a change hardly anything is named', () => {
  // 2000 rows each; with seven rounds and normal noise of 5 % the chance is below 1 in 1000, of 10 % about 1 in 400 a side
  for (const [noise, most] of [
    [0.02, 0],
    [0.05, 6],
    [0.1, 24],
  ]) {
    let named = 0;
    for (let seed = 1; seed <= 2000; seed++) if (verdict({ noise }, { noise }, seed).verdict !== 'same') named++;
    assert.ok(named <= most, `${named} at ${noise}`);
  }
});

test('a machine that was slower all the time is no slower row', () => {
  const slow = verdict({ mean: 100, speed: 0.4 }, { mean: 70, speed: 0.28 });
  assert.is(slow.verdict, 'same');
  assert.ok(Math.abs(slow.comparison.machine! - 0.7) < 0.02);
  assert.ok(slow.comparison.changes[0].change < -0.3 && Math.abs(slow.comparison.changes[0].corrected) < 0.05);
  // nor does a faster calibration make one of a row that did not move
  assert.is(verdict({ mean: 100, speed: 0.4 }, { mean: 100, speed: 0.5 }).verdict, 'same');
  // what is slower beyond the machine is
  assert.is(verdict({ mean: 100, speed: 0.4 }, { mean: 40, speed: 0.28 }).verdict, 'slower');
  // a calibration that jumps about is noise
  assert.is(verdict({ mean: 100, speedNoise: 0.2 }, { mean: 85, speedNoise: 0.2 }).verdict, 'same');
});

test('the noise, by hand', () => {
  const before = row({ rate: [100 / Math.exp(0.03), 100, 100 * Math.exp(0.03)], machine: [1, 1, 1] });
  const after = row({ rate: [100 / Math.exp(0.04), 100, 100 * Math.exp(0.04)], machine: [1, 1, 1] });
  assert.ok(Math.abs(noiseOf(before, after) - 0.15) < 1e-12); // 3 √(0.03² + 0.04²)
  assert.is(noiseOf(row({ noise: 0, speedNoise: 0 }), row({ noise: 0, speedNoise: 0 })), 0.05);
});

test('twins and peers are not judged, and said', () => {
  for (const kind of ['twin', 'peer'] as const) {
    const { comparison, verdict: found, named } = verdict({ kind }, { kind, mean: 5e5 });
    assert.equal([found, named], ['slower', 0]);
    assert.match(comparisonText(comparison, example()), /not judged:\n {2}−50 %/);
  }
});

test('rows of one run alone are said', () => {
  const before = report([row({ case: 'old' }), row({ case: 'kept' })]);
  const after = report([row({ case: 'kept', mean: 7e5 }), row({ case: 'new' })]);
  const comparison = compare(before, after);
  assert.equal([comparison.gone, comparison.added, comparison.changes.length], [['old: Wasm'], ['new: Wasm'], 1]);
  const text = comparisonText(comparison, before);
  assert.match(text, /commit abcdef012345/);
  assert.match(text, /slower:\n {2}−30 % \(−30 % by the calibration, noise ±\d+ %\) {2}kept: Wasm/);
  assert.match(text, /older run alone:\n {2}old: Wasm/);
  assert.match(text, /newer run alone:\n {2}new: Wasm/);
  assert.match(text, /0 of 1 within their noise/);
});

test('a run compared with itself', () => {
  const comparison = compare(example(), example());
  assert.equal(slower(comparison), []);
  assert.match(comparisonText(comparison, example()), /slower: nothing\nfaster: nothing\n4 of 4 within/);
});

test('short forms are not compared with long ones', () => {
  const comparison = compare(example(), { ...example(), short: true });
  assert.is(comparison.refusal, 'one of them has the short forms');
  assert.equal(slower(comparison), []);
});

test('a report comes back from its file, and files of another format are refused by name', () => {
  const text = JSON.stringify(example());
  assert.equal(JSON.parse(JSON.stringify(parseReport('a.json', text))), JSON.parse(text));
  const refused = (content: string, pattern: RegExp) =>
    assert.throws(
      () => parseReport('old.json', content),
      (error: Error) => pattern.test(error.message) || assert.unreachable(error.message),
    );
  refused('{', /^"old\.json" expected a report of the benchmarks \(format blockspin-bench\/1\), got "no JSON"/);
  refused('[]', /^"old\.json" expected format blockspin-bench\/1, got undefined/);
  refused('null', /^"old\.json" expected format/);
  refused('{"version":"0.1.0","rows":[]}', /^"old\.json" expected format blockspin-bench\/1, got undefined/);
  refused(text.replace('bench/1', 'bench/0'), /got "blockspin-bench\/0"/);
  refused(JSON.stringify({ ...example(), rows: undefined }), /expected lists of rows/);
  refused(JSON.stringify(example()).replace(/"rate":\[[^\]]*\]/, '"rate":[1,null,3]'), /three numbers > 0 as rate/);
});

test.run();
