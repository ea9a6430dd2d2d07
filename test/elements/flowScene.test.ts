import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { fitCouplings } from '../../src/elements/flow/blockCouplings.js';
import type { CouplingsReport } from '../../src/elements/flow/couplingsScene.js';
import { shippedNumbers } from '../../src/elements/flow/numbers.js';
import type { PlaneReport } from '../../src/elements/flow/planeScene.js';
import { couplingsProgram, elsewhereOf, ruleProgram } from '../../src/elements/flow/programs.js';
import { RULE_IDS } from '../../src/elements/flow/rows.js';
import { RuleRun, sampler } from '../../src/elements/flow/ruleRun.js';
import { flowScene } from '../../src/elements/flow/scene.js';
import { FLOW, type FlowValues } from '../../src/elements/flow/spec.js';
import type { SpectrumReport } from '../../src/elements/flow/spectrumScene.js';
import type { TableReport } from '../../src/elements/flow/tableScene.js';
import { criticalCoupling } from '../../src/exact/index.js';
import * as root from '../../src/index.js';
import * as ising from '../../src/ising/index.js';
import * as rg from '../../src/rg/index.js';
import { near } from '../assert.js';

const test = suite('elements/flowScene');

const values = (own: Partial<FlowValues>): FlowValues => ({
  ...(defaultsOf(FLOW.properties) as FlowValues),
  size: 32,
  samples: 1280,
  ...own,
});

async function ended(scene: ReturnType<typeof flowScene>) {
  while (await scene.advance(20)) {}
  return scene.report();
}

const rowOf = async (own: Partial<FlowValues>) => {
  const settings = values(own);
  const report = (await ended(flowScene(settings))) as TableReport;
  return report.rows[settings.row]!;
};

/** Runs a program of the menu on the sources and returns what it logs. */
async function logged(program: string): Promise<unknown[][]> {
  const names = [...program.matchAll(/^import \{ (.+) \} from 'blockspin.*';$/gm)].flatMap(([, list]) =>
    list.split(', '),
  );
  const lines: unknown[][] = [];
  const known: Record<string, unknown> = { ...rg, ...ising, ...root };
  const body = program.replace(/^import .*$/gm, '');
  const run = new Function(...names, 'console', `return (async () => {${body}\n})();`);
  await run(...names.map((name) => known[name]), { log: (...line: unknown[]) => lines.push(line) });
  return lines;
}

const exponentsOf = (steps: readonly { step: number; thermal: unknown; magnetic: unknown }[]) =>
  steps.map(({ step, thermal, magnetic }) => [step, thermal, magnetic]);

test('a row of block spins has the numbers of its program, however it is cut into slices', async () => {
  for (const row of ['majority', 'positive'] as const) {
    const own = await rowOf({ row });
    assert.is(own.count, 1280);
    assert.is(own.stage, 'done');
    assert.is(own.failure, null);
    assert.equal(exponentsOf(own.steps), await logged(ruleProgram(row, values({ row }))));
    assert.equal(own.thermal, own.steps[2].thermal);
  }
});

test('a layer and its null are trained in the page as in their programs', async () => {
  for (const row of ['signs', 'sites'] as const) {
    const own = await rowOf({ row });
    assert.is(own.filter?.weights.length, 64);
    assert.ok(own.filter!.weights.reduce((sum, w) => sum + w, 0) > 0, 'aligned');
    assert.equal(exponentsOf(own.steps), await logged(ruleProgram(row, values({ row }))));
  }
});

test('all rules on the same lattices: the plane has the numbers of the rows', async () => {
  const plane = (await ended(flowScene(values({ view: 'flow', samples: 1280 })))) as PlaneReport;
  assert.is(plane.count, 1280);
  assert.equal(Object.keys(plane.rules), RULE_IDS);
  assert.equal(plane.rules.soft?.steps, (await rowOf({ row: 'soft' })).steps);
});

test('another row, seed or a reset begins anew; rows of before stay, but not those of another seed', async () => {
  const scene = flowScene(values({ row: 'majority' }));
  const first = (await ended(scene)) as TableReport;
  await scene.set(values({ row: 'single' }), new Set(['row']));
  await scene.advance(5);
  const both = scene.report() as TableReport;
  assert.equal(both.rows.majority, first.rows.majority);
  assert.ok(both.rows.single!.count > 0);
  await scene.set(values({ row: 'majority', seed: 2 }), new Set(['row', 'seed']));
  const second = (await ended(scene)) as TableReport;
  assert.equal(Object.keys(second.rows), ['majority']);
  assert.not.equal(second.rows.majority!.steps, first.rows.majority!.steps);
  await scene.calls.reset();
  assert.equal(((await ended(scene)) as TableReport).rows.majority, second.rows.majority);
  // a larger goal goes on
  await scene.set(values({ row: 'majority', seed: 2, samples: 2560 }), new Set(['samples']));
  assert.is(((await ended(scene)) as TableReport).rows.majority!.count, 2560);
});

test('a row of the study is made by its code: classical schemes have the shipped numbers', async () => {
  for (const row of ['migdal-kadanoff', 'cumulant-2'] as const) {
    const own = await rowOf({ row });
    const shipped = shippedNumbers(row);
    near(own.thermal!.value, shipped.thermal!.value, 1e-7, row);
    near(own.coupling!.value, shipped.coupling!.value, 1e-7, row);
  }
  const { program, command } = elsewhereOf(values({ row: 'trg' }));
  assert.match(program!, /experiments\['rg-zoo'\].run\(\{ key: 'trg'/);
  assert.is(command, 'npx blockspin run rg-zoo --side 32 --samples 1280 --seed 1');
});

test('couplings of block spins: the numbers of the program, set by set; each K keeps its line', async () => {
  const settings = values({ view: 'couplings', samples: 2560, coupling: 0.43 });
  const scene = flowScene(settings);
  const report = (await ended(scene)) as CouplingsReport;
  assert.is(report.count, 2560);
  const [{ coupling, points }] = report.lines;
  assert.is(coupling, 0.43);
  assert.equal(points[0], { step: 0, nearest: { value: 0.43, error: null }, second: { value: 0, error: null } });
  const lines = await logged(couplingsProgram(settings));
  assert.is(lines.length, 4, 'two sets at two steps');
  const shown = points.slice(1).map(({ step, nearest, second }) => [step, nearest!.value, second!.value]);
  assert.equal(lines.slice(2), shown);
  await scene.set({ ...settings, coupling: 0.45 }, new Set(['coupling']));
  const both = (await ended(scene)) as CouplingsReport;
  assert.equal(
    both.lines.map((line) => line.coupling),
    [0.43, 0.45],
  );
  assert.equal(both.lines[0], report.lines[0]);
  await scene.set(settings, new Set(['coupling']));
  assert.is((scene.report() as CouplingsReport).count, 2560, 'it goes on where it was');
});

test('couplings fitted to the spins themselves are those of the model, within 4.5 σ (p = 7e-6 each)', () => {
  const spins = new ising.Ising({ lattice: ising.square(16), coupling: 0.4, seed: 5 }).sample(1280);
  const fitted = fitCouplings(spins);
  for (const [k, exact] of [0.4, 0, 0].entries()) {
    const { value, error } = fitted[k];
    assert.ok(Math.abs(value - exact) < 4.5 * error, `${k}: ${value} ± ${error}`);
  }
});

test('a rule that cannot be measured is a sentence, and no number', () => {
  const constant = rg.functionRule({ name: 'always up', factor: 2, probability: () => 1 });
  const run = new RuleRun(constant, 1);
  run.add(sampler(32, 1).sample(256));
  run.update();
  assert.equal(run.steps, []);
  assert.match(run.failure!, /operators that fluctuate/);
});

test('spectra: the numbers of the program; the phases on both sides', async () => {
  const settings = { view: 'spectrum', bond: 8, otherBond: 4, steps: 6 } as const;
  const { runs } = (await ended(flowScene(values(settings)))) as SpectrumReport;
  const lines = await logged(elsewhereOf(values(settings)).program!);
  const own = runs.flatMap(({ steps }) =>
    steps.map(({ step, centralCharge, x1, dimensions }) => [
      step,
      centralCharge,
      x1,
      dimensions.map(({ dimension }) => dimension),
    ]),
  );
  assert.equal(own, lines);
  assert.is(runs[0].steps.length, 7);
  near(runs[0].steps[6].dimensions[1].dimension, 1 / 8, 0.005, 'Δ_σ');
  for (const [coupling, phases] of [
    [criticalCoupling - 0.03, 1],
    [criticalCoupling + 0.03, 2],
  ]) {
    const scene = flowScene(values({ view: 'spectrum', bond: 8, other: 'weighted', otherBond: 8, steps: 6 }));
    await scene.advance(1);
    await scene.set(
      values({ view: 'spectrum', bond: 8, other: 'weighted', otherBond: 8, steps: 16, coupling }),
      new Set(['coupling', 'steps']),
    );
    const report = (await ended(scene)) as SpectrumReport;
    for (const { steps } of report.runs) near(steps[16].x1, phases, 1e-3, `X₁ at K = ${coupling}`);
  }
});

test.run();
