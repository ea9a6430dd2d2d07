/** The registered criteria are those of the code, and the numbers of the main report those of the study. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { FINDINGS, MAJORITY, STUDY, studyText } from '../../src/experiments/mehta-schwab/verdictFindings.js';
import { criteriaText } from '../../src/experiments/verdict/criteria.js';

const test = suite('experiments/verdictText');

test('docs/experiments/verdict.md has the criteria of the study, word for word', () => {
  const text = readFileSync(join(root, 'docs/experiments/verdict.md'), 'utf8');
  assert.ok(text.includes(criteriaText()), criteriaText());
});

test('the main report quotes the numbers of docs/experiments/verdict.json', () => {
  const study = JSON.parse(readFileSync(join(root, 'docs/experiments/verdict.json'), 'utf8'));
  const same = ([value, error]: readonly [number, number], found: { value: number; error: number }, what: string) => {
    assert.ok(Math.abs(value - found.value) < 0.1 * found.error, `${what}: ${value} and ${found.value}`);
    assert.ok(Math.abs(error / found.error - 1) < 0.1, `${what}: error ${error} and ${found.error}`);
  };
  const layersOf = (source: string) =>
    study.groups.find((one: { cell: string; source: string }) => one.cell === 'paper' && one.source === source).layers;
  for (const [side, source] of [
    ['spins', 'ising'],
    ['null', 'gaussian'],
  ] as const) {
    const layers = layersOf(source);
    const { layers: quoted, thermal, magnetic } = FINDINGS[side];
    assert.is(layers.length, quoted.length);
    quoted.forEach(({ area, compact }, k) => {
      assert.is(layers[k].runs, STUDY.runs);
      same(area, layers[k].area, `area of layer ${k + 1}, ${side}`);
      same(compact, layers[k].compact, `compact share of layer ${k + 1}, ${side}`);
    });
    same(thermal, layers[2].thermal, `y_T, ${side}`);
    same(magnetic, layers[2].magnetic, `y_h, ${side}`);
  }
  const majority = study.majority.find((one: { size: string }) => one.size === 'usual').exponents;
  same(MAJORITY.thermal, majority[2].even, 'y_T, majority');
  same(MAJORITY.magnetic, majority[2].odd, 'y_h, majority');
  const { judged } = study.cells.find((one: { cell: string }) => one.cell === 'paper');
  assert.is(judged.length, STUDY.claims);
  assert.is(judged.filter((one: { finding: string }) => one.finding === 'pass').length, STUDY.passed);
  const { epochs, coupling, side, hidden } = study.parameters;
  assert.equal([epochs, coupling, side ** 2, ...hidden], [STUDY.epochs, STUDY.coupling, ...STUDY.units]);
  assert.ok(studyText().includes('none passes'), studyText());
});

test.run();
