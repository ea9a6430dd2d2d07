/**
 * The summary of `rbm-thermodynamics`: RBMs compared with exact values and with Torlai and Melko's energies, and their
 * KL divergence from Boltzmann's P.
 */

import { OBSERVABLES, type Observable } from '../../rg/thermodynamics/observables.js';
import { type Estimate, formatEstimate } from '../../util/estimate.js';
import { spreadOf } from '../kit/statistics.js';
import { type Cell, tableOf } from '../kit/tables.js';
import { counted, fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { judge, type Table, type Verdict } from '../kit/verdict.js';
import type { RbmThermodynamicsResult } from './point.js';

/**
 * Energy per site of the 4×4 torus at T = 2.269 by RBMs with N hidden units: G. Torlai & R. G. Melko, Phys. Rev. B 94,
 * 165134 (2016). None of them is that of the likelihood's maximum, which is nearer the exact -1.56577. 4 units:
 * -1.51926 at KL 0.15394, the lowest of 42 starts on Boltzmann's P(v) itself, where 16 of them ended; lesser maxima
 * have E from -1.5131 (KL 0.1686) to -1.5196. 16 units: -1.56577 at KL 5e-6 after 600 steps, still falling. 64 units:
 * 32, one per bond, are exact.
 */
export const PUBLISHED = {
  size: 4,
  temperature: 2.269,
  energies: new Map([
    [4, -1.514],
    [16, -1.564],
    [64, -1.558],
  ]),
};

/** The criterion that an energy is at least as close to the exact one as the published one. */
function closeness(of: string, energy: number, { exact, published }: Pick<Comparison, 'exact' | 'published'>): Verdict {
  const claim = `the energy of ${of} is at least as close to the exact one as Torlai and Melko’s`;
  const criterion = { claim, statistic: '|E − exact| per site', atMost: Math.abs(published - exact) };
  return judge(criterion, Math.abs(energy - exact));
}

const FORGOTTEN = {
  claim: 'chains have forgotten where they began, at training rows or at coin tosses',
  statistic: 'largest |E or ⟨|m|⟩ of the one half − of the other|/error',
  atMost: 4,
};

export const SYMBOLS: Record<Observable, string> = {
  energy: 'E',
  specificHeat: 'C',
  absoluteMagnetisation: '⟨|m|⟩',
  connectedSusceptibility: "χ'",
};

/**
 * RBMs of the same number of hidden units, lattice and temperature, each trained on its own configurations.
 */
export interface Group {
  size: number;
  temperature: number;
  hidden: number;
  runs: RbmThermodynamicsResult[];
  /** The RBM that was trained on Boltzmann's P(v) itself. */
  limit: RbmThermodynamicsResult | null;
}

export function groupsOf(results: readonly RbmThermodynamicsResult[]): Group[] {
  const groups = new Map<string, Group>();
  for (const result of results) {
    const { size, temperature, hidden, target } = result.point;
    const key = JSON.stringify([size, temperature, hidden]);
    const group = groups.get(key) ?? { size, temperature, hidden, runs: [], limit: null };
    groups.set(key, group);
    if (target === 'boltzmann') group.limit = result;
    else group.runs.push(result);
  }
  return [...groups.values()].filter(({ runs }) => runs.length > 0);
}

/** Mean over the RBMs of a group, and their standard deviation. */
export const spreadOfRuns = ({ runs }: Group, of: (run: RbmThermodynamicsResult) => number): Estimate<number> =>
  spreadOf(runs.map(of));
export const meanOfModels = (group: Group, name: Observable) => spreadOfRuns(group, ({ model }) => model[name].value);
export const divergenceOf = (group: Group) => spreadOfRuns(group, ({ divergence }) => divergence.value);

/** The reference value: exact if known, otherwise that of all fresh configurations. */
export function truth({ runs }: Group, name: Observable): Estimate<number> {
  const exact = runs[0].exact[name];
  if (exact !== null) return { value: exact, error: 0 };
  const fresh = runs.map((run) => (run.fresh as Record<Observable, Estimate<number>>)[name]);
  const error = Math.sqrt(fresh.reduce((sum, one) => sum + one.error ** 2, 0)) / fresh.length;
  return { value: spreadOf(fresh.map(({ value }) => value)).value, error };
}

/** Mean - truth, with the standard error of both. */
function gapOf(group: Group, name: Observable): Estimate<number> {
  const [own, right] = [meanOfModels(group, name), truth(group, name)];
  const sampling = Math.hypot(...group.runs.map(({ model }) => model[name].error)) / group.runs.length;
  const error = Math.max(own.error / Math.sqrt(group.runs.length), sampling);
  return { value: own.value - right.value, error: Math.hypot(error, right.error) };
}

/** Energies (mean, and standard deviation over the seeds) and the published one for the same number of hidden units. */
function comparisons(groups: readonly Group[]) {
  return groups.flatMap((group) => {
    const { size, temperature, hidden, runs, limit } = group;
    const published = PUBLISHED.energies.get(hidden);
    const exact = runs[0].exact.energy;
    const same = size === PUBLISHED.size && Math.abs(temperature - PUBLISHED.temperature) < 5e-4;
    if (!same || published === undefined || exact === null) return [];
    const near = (energy: number) => Math.abs(energy - exact) <= Math.abs(published - exact);
    const energy = meanOfModels(group, 'energy');
    // number of RBMs that are at least as close
    const close = runs.filter(({ model }) => near(model.energy.value)).length;
    // the RBM that was trained on Boltzmann's P(v)
    const own = limit && { energy: limit.model.energy.value, divergence: limit.divergence.value };
    // of the training configurations
    const dataError = runs[0].data.energy.error;
    return [
      { hidden, exact, energy, published, closer: near(energy.value), close, runs: runs.length, dataError, limit: own },
    ];
  });
}

export const units = (hidden: number) => counted(hidden, 'hidden unit');
export const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Differences of the halves of the chains in standard errors; none for RBMs with other averages. */
const apart = (runs: RbmThermodynamicsResult[]): number[] =>
  runs.flatMap(({ drawn }) => (drawn.method === 'chains' ? Object.values(drawn.forgotten).map(Math.abs) : []));

export function summarise(results: RbmThermodynamicsResult[]) {
  const groups = groupsOf(results);
  const published = comparisons(groups);
  const z = apart(results);
  const verdicts = [
    ...published.map((one) => closeness(`RBMs of ${units(one.hidden)}`, one.energy.value, one)),
    ...published.flatMap((one) =>
      one.limit
        ? [
            closeness(
              `an RBM of ${units(one.hidden)} trained on Boltzmann’s distribution itself`,
              one.limit.energy,
              one,
            ),
          ]
        : [],
    ),
    ...(z.length > 0 ? [judge(FORGOTTEN, Math.max(...z))] : []),
  ];
  const trainings = results
    .filter(({ point }) => point.target === 'configurations')
    .map(({ point, training }) => `L = ${point.size}, ${point.hidden}: ${training}`);
  return {
    results,
    groups,
    published,
    verdicts,
    numbers: { results, published },
    answer: paragraphs(
      verdictText(verdicts),
      z.length > 0 &&
        prose`Where chains from data and from coin tosses do not agree, values depend on where the chains began, and their
          error bars are too small.`,
      prose`Training maximises the likelihood, which is not the same as matching E, C or χ: none of them is a sufficient
        statistic of an RBM. Too few hidden units give a model that is the nearest one in KL and still has another energy; 2N
        hidden units, one per bond, could be exact. No constraint of symmetry was given: training is free to break
        translations and the flip of all spins.`,
    ),
    facts: [
      fact('Training', unique(trainings).join('. ')),
      fact('Averages of the RBMs', unique(results.map(drawing)).join('; ')),
    ],
    tables: [...(published.length > 0 ? [publishedTable(published)] : []), gapTable(groups), valueTable(groups)],
  };
}

export type RbmThermodynamicsSummary = ReturnType<typeof summarise>;
export type Comparison = ReturnType<typeof comparisons>[number];

function drawing({ drawn }: RbmThermodynamicsResult): string {
  if (drawn.method === 'states') return 'sums over all states (no sampling error)';
  if (drawn.method === 'hidden layer') return `${drawn.count} independent draws, p(h) summed exactly`;
  return `${drawn.chains} chains, ${drawn.burnIn} steps of burn-in, ${drawn.taken} draws ${drawn.spacing} steps apart`;
}

const publishedTable = (published: Comparison[]): Table =>
  tableOf(
    `E per site of the 4×4 torus at T = ${PUBLISHED.temperature}`,
    published,
    [
      { title: 'hidden', of: ({ hidden }) => hidden },
      { title: 'exact', of: ({ exact }) => exact.toFixed(4) },
      { title: 'here', of: ({ energy }) => energy },
      { title: 'off by', of: ({ energy, exact }) => (energy.value - exact).toFixed(4) },
      { title: 'Torlai & Melko', of: ({ published: theirs }) => theirs.toFixed(3) },
      { title: 'off by', of: ({ published: theirs, exact }) => (theirs - exact).toFixed(4) },
      { title: 'mean as close', of: ({ closer }) => (closer ? 'yes' : 'no') },
      { title: 'RBMs as close', of: ({ close, runs }) => `${close} of ${runs}` },
      { title: 'limit', of: ({ limit }) => limit?.energy.toFixed(4) ?? null },
      { title: 'KL of the limit', of: ({ limit }) => limit?.divergence.toPrecision(2) ?? null },
    ],
    prose`In brackets the standard deviation over the seeds. An RBM’s value is the sum over all 2^16 states; the configurations
      of one RBM know E to ±${published[0].dataError.toFixed(4)}. Limit: trained on Boltzmann’s distribution itself, so that
      only the number of hidden units limits it.`,
  );

/** The largest differences of each number of hidden units on each lattice. */
function gapTable(groups: Group[]): Table {
  const largest = (gaps: Estimate<number>[]) =>
    gaps.reduce((most, gap) => (Math.abs(gap.value) > Math.abs(most.value) ? gap : most));
  const rows = unique(groups.map(({ size }) => size)).flatMap((size) => {
    const own = groups.filter((group) => group.size === size);
    const counts = unique(own.map(({ hidden }) => hidden)).sort((a, b) => a - b);
    return counts.map((hidden) => ({ size, hidden, few: own.filter((group) => group.hidden === hidden) }));
  });
  return tableOf(
    'Largest differences to the exact values',
    rows,
    [
      { title: 'L', of: ({ size }) => size },
      { title: 'hidden', of: ({ hidden }) => hidden },
      { title: 'RBMs', of: ({ few }) => few[0].runs.length },
      { title: 'temperatures', of: ({ few }) => few.length },
      ...OBSERVABLES.map((name) => ({
        title: SYMBOLS[name],
        of: ({ few }: (typeof rows)[number]) => largest(few.map((group) => gapOf(group, name))),
      })),
      { title: 'KL at most', of: ({ few }) => largest(few.map(divergenceOf)) },
      { title: 'chains apart (σ)', of: ({ few }) => shownLargest(few.flatMap(({ runs }) => apart(runs))) },
    ],
    prose`Of a mean over RBMs, over all temperatures; KL in nats. ⟨|m|⟩ and χ of lattices where they are not known exactly: to
      fresh configurations.`,
  );
}

const shownLargest = (values: number[]): Cell => (values.length > 0 ? Math.max(...values).toFixed(1) : null);

/** For each lattice and temperature exact values and data, and below them the RBMs. */
function valueTable(groups: Group[]): Table {
  type Row = { group: Group; title: string; of: (name: Observable) => Cell; divergence: Cell; apart: Cell };
  const rows = groups.flatMap((group, k): Row[] => {
    const { size, temperature, hidden, runs, limit } = group;
    const none = { group, divergence: '', apart: '' };
    const exact = (name: Observable) => {
      const right = truth(group, name);
      return runs[0].exact[name] === null ? `${formatEstimate(right)} (fresh)` : right.value.toFixed(6);
    };
    const first = groups[k - 1]?.size !== size || groups[k - 1].temperature !== temperature;
    const heads: Row[] = [
      { ...none, title: 'exact', of: exact, divergence: '0' },
      { ...none, title: 'data', of: (name) => spreadOfRuns(group, ({ data }) => data[name].value) },
    ];
    const own: Row = {
      group,
      title: `${hidden} hidden`,
      of: (name) => meanOfModels(group, name),
      divergence: divergenceOf(group),
      apart: shownLargest(apart(runs)),
    };
    const limits: Row[] = limit
      ? [
          {
            ...none,
            title: `${hidden}, limit`,
            of: (name) => limit.model[name].value.toFixed(4),
            divergence: limit.divergence.value.toPrecision(2),
          },
        ]
      : [];
    return [...(first ? heads : []), own, ...limits];
  });
  return tableOf(
    'RBMs beside exact values and their training data',
    rows,
    [
      { title: 'L', of: ({ group, title }) => (title === 'exact' ? group.size : '') },
      { title: 'T', of: ({ group, title }) => (title === 'exact' ? group.temperature : '') },
      { title: '', of: ({ title }) => title },
      ...OBSERVABLES.map((name) => ({ title: SYMBOLS[name], of: (row: Row) => row.of(name) })),
      { title: 'KL', of: ({ divergence }) => divergence },
      { title: 'chains apart (σ)', of: (row) => row.apart },
    ],
    prose`E and C per site in units of J and k; KL in nats of the whole lattice. Data and RBMs: mean over the seeds, in brackets
      the standard deviation of one. Limit: the RBM that was trained on Boltzmann’s distribution itself. Chains apart: those
      that began at training rows from those that began at coin tosses, where there are chains.`,
  );
}
