/**
 * The results that the verdict of the lab ships (src/elements/flow/results.ts), all of them in one run of some minutes:
 *
 *     npx blockspin run rg-zoo && npx blockspin run couplings-flow
 *     npx tsx scripts/verdictResults.ts out/rg-zoo/result.json out/couplings-flow/result.json
 *
 * The methods of rg-zoo are run once more, and must give their numbers again; rules and couplings of block spins are
 * measured by the code of the page.
 */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeResults } from '../src/elements/fields/results.js';
import { type CouplingPoint, CouplingRun } from '../src/elements/flow/blockCouplings.js';
import { trainLayer } from '../src/elements/flow/layer.js';
import { type ReportedRow, RULE_IDS, RULE_STEPS, type RuleId } from '../src/elements/flow/rows.js';
import { needsLayer, RuleRun, ruleOf, sampler } from '../src/elements/flow/ruleRun.js';
import type { Shipped, ShippedStep, ShippedStudy } from '../src/elements/flow/shipped.js';
import { criticalCoupling } from '../src/exact/index.js';
import { resultOf } from '../src/experiments/rg-zoo/methods.js';
import type { RgZooResult, Values } from '../src/experiments/rg-zoo/result.js';
import { sampleMean } from '../src/stats/index.js';

const SIZE = 64;
const SAMPLES = 12_800;
const SEEDS = 8;
const BATCH = 1280;
/** Couplings of block spins: where lines begin, and configurations of each. */
const COUPLINGS = [0.4, 0.43, criticalCoupling, 0.45, 0.46];
const FITTED = 12_800;

interface StudyFile {
  experiment: string;
  version: string;
  kernels: string;
  preset: string;
  parameters: Record<string, unknown>;
}

function study<T>(path: string, name: string): StudyFile & T {
  const file = JSON.parse(readFileSync(path, 'utf8')) as StudyFile & T;
  if (file.experiment !== name) throw new Error(`${path} expected a result of ${name}, got ${file.experiment}`);
  return file;
}

const sourceOf = ({ experiment, version, kernels, preset, parameters }: StudyFile): ShippedStudy => ({
  command: `npx blockspin run ${experiment} --preset ${preset}`,
  version,
  kernels,
  parameters,
});

const cpuSeconds = (): number => process.cpuUsage().user / 1e6;

/** Times are told in seconds: a tenth is enough. */
const inTenths = (seconds: number): number => Math.round(10 * seconds) / 10;

/** The study, each method run once more by one thread: for its time, and because it must give the same numbers. */
async function zooOf(path: string): Promise<Shipped['zoo']> {
  const file = study<{ rows: RgZooResult[] }>(path, 'rg-zoo');
  const rows: Shipped['zoo']['rows'] = [];
  for (const { method, criticalCoupling, thermal, magnetic, cost } of file.rows) {
    const started = cpuSeconds();
    const again = await resultOf(method, file.parameters as unknown as Values, { threads: 1 });
    const seconds = inTenths(cpuSeconds() - started);
    const own = { method, criticalCoupling, thermal, magnetic, cost };
    if (JSON.stringify(again) !== JSON.stringify(own)) throw new Error(`${method} does not give its numbers again`);
    rows.push({ ...own, seconds });
    console.error(method, seconds.toFixed(1));
  }
  return { ...sourceOf(file), rows };
}

/** All seeds of one rule: means over seeds with their standard errors, which contain the chance of the training. */
async function measured(id: RuleId): Promise<{ steps: ShippedStep[]; seconds: number }> {
  const started = cpuSeconds();
  const runs: RuleRun[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const filter = needsLayer(id) ? await trainLayer(id === 'sites' ? 'shuffled' : 'lattice', seed) : undefined;
    const run = new RuleRun(ruleOf(id, filter), seed);
    const ising = sampler(SIZE, seed);
    while (run.count < SAMPLES) run.add(ising.sample(BATCH));
    run.update(true);
    if (run.failure) console.error(`${id}, seed ${seed}: ${run.failure}`);
    runs.push(run);
  }
  const seconds = inTenths((cpuSeconds() - started) / SEEDS);
  const mean = (values: (number | null | undefined)[]) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    if (known.length < SEEDS) return null; // where some seeds have none, a mean would be of chosen ones
    const { mean: value, error } = sampleMean(known);
    return { value, error };
  };
  const steps = Array.from({ length: RULE_STEPS }, (_, k): ShippedStep => {
    const of = (quantity: 'thermal' | 'magnetic') => mean(runs.map(({ steps }) => steps[k]?.[quantity]?.value));
    const truncation = (quantity: 'thermal' | 'magnetic') =>
      mean(runs.map(({ steps }) => steps[k]?.truncation[quantity]))?.value ?? null;
    return {
      step: k + 1,
      thermal: of('thermal'),
      magnetic: of('magnetic'),
      truncation: { thermal: truncation('thermal'), magnetic: truncation('magnetic') },
    };
  });
  console.error(id, seconds.toFixed(1), JSON.stringify(steps));
  return { steps, seconds };
}

/** Version and kernels of this run. */
function present(): { version: string; kernels: string } {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return { version, kernels: createHash('sha256').update(readFileSync('build/blockspin.wasm')).digest('hex') };
}

async function rulesOf(): Promise<Shipped['rules']> {
  const rows = {} as Record<RuleId, { steps: ShippedStep[]; seconds: number }>;
  for (const id of RULE_IDS) rows[id] = await measured(id);
  return { seeds: SEEDS, samples: SAMPLES, size: SIZE, ...present(), rows };
}

function couplingsOf(): Shipped['couplings'] {
  const lines = COUPLINGS.map((coupling) => {
    const run = new CouplingRun(coupling, SIZE, 1);
    while (run.count < FITTED) run.advance();
    console.error(coupling.toFixed(4), JSON.stringify(run.points()));
    return { coupling, points: run.points() };
  });
  return { samples: FITTED, size: SIZE, seed: 1, ...present(), lines };
}

interface Sampled {
  shells: { name: string; coupling: number; error: number }[];
}

interface CouplingsFlow {
  layers: { data: string; layer: number; induced: { contrast: { value: number; error: number | null } }[] }[];
  stacks: { data: string; layers: { layer: number; sampled: Sampled | null }[] }[];
}

function contrastOf(path: string): Shipped['contrast'] {
  const file = study<CouplingsFlow>(path, 'couplings-flow');
  return {
    ...sourceOf(file),
    rows: file.layers
      .filter(({ induced, layer }) => layer > 0 && induced.length > 0)
      .map(({ data, layer, induced }) => ({ data, layer, contrast: induced[0].contrast })),
    layers: [...new Set(file.stacks.map(({ data }) => data))].map((data) => ({
      data,
      points: layerPoints(file, data),
    })),
  };
}

/** Couplings of the layers of all stacks of one kind: means over stacks with their standard errors, or of one its own. */
function layerPoints({ stacks }: CouplingsFlow, data: string): CouplingPoint[] {
  const own = stacks.filter((one) => one.data === data);
  return own[0].layers.map(({ layer }): CouplingPoint => {
    const of = (name: string) => {
      const found = own.flatMap(
        ({ layers }) => layers[layer].sampled?.shells.find((shell) => shell.name === name) ?? [],
      );
      if (found.length < own.length) return null;
      if (found.length === 1) return { value: found[0].coupling, error: found[0].error };
      const { mean: value, error } = sampleMean(found.map(({ coupling }) => coupling));
      return { value, error };
    };
    return { step: layer, nearest: of('nearest'), second: of('second') };
  });
}

/** The first layer of the stack of chapter 5: whether its units can be put on a lattice of block spins. */
async function reportedOf(): Promise<ReportedRow[]> {
  const { settings, stacks } = await decodeResults(readFileSync('src/elements/fields/experiment.bin'));
  const [{ radii }] = stacks.get('spins')?.places ?? [];
  const placed = [...radii].filter((radius) => radius < settings.size / 4).length;
  const units = radii.length;
  return [
    {
      kind: 'learned',
      name: `Dense layer, ${units} units`,
      what: 'the first layer of chapter 5',
      thermal: null,
      magnetic: null,
      reason: `block spins need places, which ${placed} of its units have`,
    },
  ];
}

const [zooPath, flowPath] = process.argv.slice(2);
if (zooPath === undefined || flowPath === undefined) {
  throw new Error('expected the result.json of rg-zoo and that of couplings-flow');
}
const contrast = contrastOf(flowPath);
const reported = await reportedOf();
const shipped: Shipped = {
  zoo: await zooOf(zooPath),
  rules: await rulesOf(),
  couplings: couplingsOf(),
  contrast,
  reported,
};
const eightDigits = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(8)) : value);
writeFileSync(
  'src/elements/flow/results.ts',
  `/** Made by scripts/verdictResults.ts: do not edit. */\n\nimport type { Shipped } from './shipped.js';\n\n// biome-ignore format: a file of numbers\nexport const SHIPPED: Shipped = ${JSON.stringify(shipped, eightDigits)};\n`,
);
