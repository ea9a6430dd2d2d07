/**
 * The summary of `rbm-thermodynamics`: RBMs compared with exact values and with Torlai and Melko's energies, and their
 * KL divergence from Boltzmann's P.
 */

import { QUANTITIES } from '../../ising/measure/quantities.js';
import { OBSERVABLES, type Observable } from '../../rg/thermodynamics/observables.js';
import { chainsApart, gapOf, meanOfModels, truthOf } from '../../rg/thermodynamics/rbmRuns.js';
import { spreadOf } from '../../stats/sample.js';
import { type Estimate, formatEstimate } from '../../util/estimate.js';
import { grouped, having } from '../kit/rows.js';
import { type Cell, tableOf } from '../kit/tables.js';
import { counted, fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { judge, type Table, type Verdict } from '../kit/verdict.js';
import type { Result } from './points.js';

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

const symbolOf = (name: Observable) => (name === 'energy' ? 'E' : QUANTITIES[name].symbol);

/**
 * RBMs of one number of hidden units, lattice and temperature, each trained on configurations of its own; and the one that
 * was trained on Boltzmann's P(v) itself.
 */
export const groupsOf = (results: readonly Result[]) =>
  grouped(results, ({ point: { size, temperature, hidden } }) => [size, temperature, hidden])
    .map((all) => {
      const { size, temperature, hidden } = all[0].point;
      const runs = all.filter(({ point }) => point.target === 'configurations');
      return { size, temperature, hidden, runs, limit: all.find(({ point }) => point.target === 'boltzmann') ?? null };
    })
    .filter(({ runs }) => runs.length > 0);
export type Group = ReturnType<typeof groupsOf>[number];

/** Mean over the RBMs of a group, and their standard deviation. */
export const divergenceOf = ({ runs }: Group) => spreadOf(runs.map(({ divergence }) => divergence.value));

/** Energies (mean, and standard deviation over the seeds) and the published one for the same number of hidden units. */
function comparisons(groups: readonly Group[]) {
  return groups.flatMap((group) => {
    const { size, temperature, hidden, runs, limit } = group;
    const published = PUBLISHED.energies.get(hidden);
    const exact = runs[0].exact.energy;
    const same = size === PUBLISHED.size && Math.abs(temperature - PUBLISHED.temperature) < 5e-4;
    if (!same || published === undefined || exact === null) return [];
    const near = (energy: number) => Math.abs(energy - exact) <= Math.abs(published - exact);
    const energy = meanOfModels(runs, 'energy');
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

export function summarise(results: Result[]) {
  const groups = groupsOf(results);
  const published = comparisons(groups);
  const z = chainsApart(results);
  const verdicts = [
    ...published.map((one) => closeness(`RBMs of ${units(one.hidden)}`, one.energy.value, one)),
    ...having(published, 'limit').map((one) => {
      const itself = `an RBM of ${units(one.hidden)} trained on Boltzmann’s distribution itself`;
      return closeness(itself, one.limit.energy, one);
    }),
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

export type Outcome = ReturnType<typeof summarise>;
export type Comparison = ReturnType<typeof comparisons>[number];

function drawing({ drawn }: Result): string {
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
  const rows = grouped(groups, ({ size }) => size).flatMap((own) =>
    grouped(own, ({ hidden }) => hidden).sort(([a], [b]) => a.hidden - b.hidden),
  );
  return tableOf(
    'Largest differences to the exact values',
    rows,
    [
      { title: 'L', of: ([{ size }]) => size },
      { title: 'hidden', of: ([{ hidden }]) => hidden },
      { title: 'RBMs', of: ([{ runs }]) => runs.length },
      { title: 'temperatures', of: (few) => few.length },
      ...OBSERVABLES.map((name) => ({
        title: symbolOf(name),
        of: (few: Group[]) => largest(few.map((group) => gapOf(group.runs, name))),
      })),
      { title: 'KL at most', of: (few) => largest(few.map(divergenceOf)) },
      { title: 'chains apart (σ)', of: (few) => shownLargest(few.flatMap(({ runs }) => chainsApart(runs))) },
    ],
    prose`Of a mean over RBMs, over all temperatures; KL in nats. ⟨|m|⟩ and χ of lattices where they are not known exactly: to
      fresh configurations.`,
  );
}

const shownLargest = (values: number[]): Cell => (values.length > 0 ? Math.max(...values).toFixed(1) : null);

/** For each lattice and temperature exact values and data, and below them the RBMs. */
function valueTable(groups: Group[]): Table {
  type Row = { title: string; of: (name: Observable) => Cell } & Partial<Record<'size' | 'kT' | 'kl' | 'apart', Cell>>;
  const rows = grouped(groups, ({ size, temperature }) => [size, temperature]).flatMap((own): Row[] => {
    const [first] = own;
    const exact = (name: Observable) => {
      const right = truthOf(first.runs, name);
      return first.runs[0].exact[name] === null ? `${formatEstimate(right)} (fresh)` : right.value.toFixed(6);
    };
    return [
      { title: 'exact', of: exact, size: first.size, kT: first.temperature, kl: '0' },
      { title: 'data', of: (name) => spreadOf(first.runs.map(({ data }) => data[name].value)) },
      ...own.flatMap((group): Row[] => [
        {
          title: `${group.hidden} hidden`,
          of: (name) => meanOfModels(group.runs, name),
          kl: divergenceOf(group),
          apart: shownLargest(chainsApart(group.runs)),
        },
        ...having([group], 'limit').map(({ hidden, limit: { model, divergence } }) => ({
          title: `${hidden}, limit`,
          of: (name: Observable) => model[name].value.toFixed(4),
          kl: divergence.value.toPrecision(2),
        })),
      ]),
    ];
  });
  return tableOf(
    'RBMs beside exact values and their training data',
    rows,
    [
      { title: 'L', of: ({ size = '' }) => size },
      { title: 'T', of: ({ kT = '' }) => kT },
      { title: '', of: ({ title }) => title },
      ...OBSERVABLES.map((name) => ({ title: symbolOf(name), of: (row: Row) => row.of(name) })),
      { title: 'KL', of: ({ kl = '' }) => kl },
      { title: 'chains apart (σ)', of: ({ apart = '' }) => apart },
    ],
    prose`E and C per site in units of J and k; KL in nats of the whole lattice. Data and RBMs: mean over the seeds, in brackets
      the standard deviation of one. Limit: the RBM that was trained on Boltzmann’s distribution itself. Chains apart: those
      that began at training rows from those that began at coin tosses, where there are chains.`,
  );
}
