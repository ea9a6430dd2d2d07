/**
 * What the defaults give to models other than one layer of two-valued units, beside CD-1, PCD and a population at
 * several rates with the same number of updates: tables in markdown, in some twenty minutes. `npx tsx
 * bench/defaults/kinds.ts [PATTERN] [--write docs/defaults.md]`
 */

import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type AnyRbm, DivergenceError, type TrainLayersOptions, trainRbm } from '../../src/all.js';
import { writeFileAtomic } from '../../src/io/disk.js';
import { GROUPS, independentOf, KINDS, type KindSet, scoreOf } from './kindZoo.js';
import { median, quantile, regret, upperQuartile } from './regret.js';
import { withTables } from './tables.js';

/** Of the default; the others have the first. */
const SEEDS = [11, 12, 13, 14, 15];

export interface KindWay {
  family: string;
  options: Partial<TrainLayersOptions>;
}

const COMMON = { momentum: 0.5, schedule: 'linear', centred: true, batchSize: 100 } as const;

function atRates(family: string, options: KindWay['options'], rates: readonly number[]): KindWay[] {
  return rates.map((learningRate) => ({ family, options: { ...COMMON, ...options, learningRate } }));
}

/** Steps of real units and of tied weights go further. */
const RATES = { small: [0.005, 0.02, 0.05], large: [0.02, 0.05, 0.1] };
const POPULATION_RATES = [0.005, 0.01, 0.03];

/**
 * What the default is beside. A stack's layers are the study's own kind of RBM (competitors.ts), where populations at
 * several rates have been compared.
 */
export function waysFor({ group }: KindSet): KindWay[] {
  const rates = group === 'stacks' ? RATES.large : RATES.small;
  return [
    ...atRates('CD-1', { algorithm: 'cd' }, rates),
    ...atRates('PCD', { algorithm: 'pcd', chains: 100 }, rates),
    ...(group === 'stacks'
      ? []
      : atRates('population', { algorithm: 'population', chains: 200, momentum: 0.9 }, POPULATION_RATES)),
  ];
}

/** One training: -Infinity where it diverged. */
export interface KindRun {
  family: string;
  rate?: number;
  logLikelihood: number;
  doubts: readonly string[];
}

export interface KindResult {
  set: KindSet;
  independent: number;
  exactBest?: number;
  /** By five seeds. */
  own: readonly KindRun[];
  others: readonly KindRun[];
  /** Of the stack of which this is the second layer. */
  stackDoubts?: readonly string[];
}

/** Trains and judges on the held-out rows. @param shorter options for tests */
async function run(set: KindSet, way: KindWay, seed: number, shorter: Partial<TrainLayersOptions>): Promise<KindRun> {
  const { train, heldOut } = await set.data();
  const { family, options } = way;
  const known = { family, ...(options.learningRate !== undefined && { rate: options.learningRate as number }) };
  const judged = family === 'default';
  try {
    const all = { ...set.options, ...options, seed, threads: 1, outcome: judged, ...shorter };
    const { rbm, doubts } = await trainRbm<never, never>(train, all);
    return { ...known, logLikelihood: scoreOf(rbm as AnyRbm, heldOut), doubts };
  } catch (error) {
    if (error instanceof DivergenceError) return { ...known, logLikelihood: -Infinity, doubts: [error.message] };
    throw error;
  }
}

export async function resultOf(
  set: KindSet,
  seeds: readonly number[] = SEEDS,
  shorter: Partial<TrainLayersOptions> = {},
): Promise<KindResult> {
  const data = await set.data();
  const own: KindRun[] = [];
  for (const seed of seeds) own.push(await run(set, { family: 'default', options: {} }, seed, shorter));
  const others: KindRun[] = [];
  for (const way of waysFor(set)) others.push(await run(set, way, seeds[0], shorter));
  return {
    set,
    independent: independentOf(data),
    ...(data.exactBest !== undefined && { exactBest: data.exactBest }),
    own,
    others,
    ...(data.doubts && { stackDoubts: data.doubts }),
  };
}

const nats = (value: number | undefined) =>
  value === undefined ? '–' : value === -Infinity ? 'none' : value.toFixed(2).replace('-', '−');

const FAMILIES = ['CD-1', 'PCD', 'population'] as const;
const HEAD = [
  'data',
  'independent',
  'default: median, worst',
  'regret: median, upper quartile',
  'doubts',
  'best, by',
  'true',
];

/** The first two lines of a group's table: rates in the head. */
export function head(set: KindSet): string {
  const ways = waysFor(set);
  const families = FAMILIES.filter((family) => ways.some((way) => way.family === family)).map((family) => {
    const rates = ways.filter((way) => way.family === family).map(({ options }) => options.learningRate);
    return `${family} at ${rates.join(', ')}`;
  });
  const cells = [...HEAD, ...families];
  return `| ${cells.join(' | ')} |\n|${'---|'.repeat(cells.length)}`;
}

export function line({ set, independent, exactBest, own, others, stackDoubts }: KindResult): string {
  const likelihoods = own.map((one) => one.logLikelihood);
  const best = [...own, ...others].reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  const scale = { best: best.logLikelihood, independent };
  const regrets = best.logLikelihood > independent ? likelihoods.map((one) => regret(one, scale)) : undefined;
  const families = FAMILIES.map((family) => others.filter((one) => one.family === family)).filter((all) => all.length);
  const cells = [
    set.name,
    nats(independent),
    `${nats(median(likelihoods))}, ${nats(quantile(likelihoods, 0))}`,
    regrets ? `${median(regrets).toFixed(3)}, ${upperQuartile(regrets).toFixed(3)}` : 'none is better',
    own.map(({ doubts }) => doubts.length).join(' ') + (stackDoubts ? ` (stack: ${stackDoubts.length})` : ''),
    best.logLikelihood === -Infinity
      ? '–'
      : `${nats(best.logLikelihood)}, ${best.family}${best.rate === undefined ? '' : ` at ${best.rate}`}`,
    nats(exactBest),
    ...families.map((all) => all.map((one) => nats(one.logLikelihood)).join(', ')),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** As the marks on the page name it. */
export const MAKER = 'bench/defaults/kinds.ts';

async function main(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { write: { type: 'string' } },
    allowPositionals: true,
  });
  const { write: path } = values;
  const [pattern = ''] = positionals;
  // the page is read before minutes are spent
  if (path !== undefined) withTables(path, readFileSync(path, 'utf8'), '', MAKER);
  const lines: string[] = [];
  const print = (text: string) => {
    lines.push(text);
    console.log(text);
  };
  for (const group of GROUPS) {
    const sets = KINDS.filter((set) => set.group === group && set.name.toLowerCase().includes(pattern.toLowerCase()));
    if (sets.length === 0) continue;
    print(`${lines.length ? '\n' : ''}${group[0].toUpperCase()}${group.slice(1)}:\n\n${head(sets[0])}`);
    for (const set of sets) {
      const result = await resultOf(set);
      print(line(result));
      for (const { doubts } of result.own) for (const doubt of doubts) console.error(`  ${doubt}`);
      for (const doubt of result.stackDoubts ?? []) console.error(`  ${doubt}`);
    }
  }
  if (path === undefined) return;
  writeFileAtomic(path, withTables(path, readFileSync(path, 'utf8'), lines.join('\n'), MAKER));
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) await main(argv.slice(2));
