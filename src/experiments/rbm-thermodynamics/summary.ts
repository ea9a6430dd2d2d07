/** What the experiment `rbm-thermodynamics` found: RBMs beside the exact values and beside Torlai and Melko's energies, and how far it is from Boltzmann's distribution. */

import { type Estimate, formatEstimate } from '../../util/estimate.js';
import type { Summary } from '../kit/experiment.js';
import { OBSERVABLES, type Observable, type RbmThermodynamicsResult } from './point.js';

export interface RbmThermodynamicsSummary extends Summary {
  results: RbmThermodynamicsResult[];
}

/**
 * Energy per site of the 4×4 torus at T = 2.269 by RBMs of so many hidden units: G. Torlai & R. G. Melko, Phys. Rev. B 94, 165134 (2016). None of them is that of the
 * likelihood's maximum, which is nearer the exact -1.56577. 4 units: -1.51926 at KL 0.15394, the lowest of 42 starts on Boltzmann's P(v) itself, where 16 of them
 * ended; lesser maxima have E from -1.5131 (KL 0.1686) to -1.5196. 16 units: -1.56577 at KL 5e-6 after 600 steps, still falling. 64 units: 32, one a bond, are exact.
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

export const NAMES: Record<Observable, { symbol: string; title: string; axis: string }> = {
  energy: { symbol: 'E', title: 'Energy', axis: 'energy per site, in units of J' },
  specificHeat: { symbol: 'C', title: 'Specific heat', axis: 'specific heat per site, in units of k' },
  absoluteMagnetisation: { symbol: '⟨|m|⟩', title: 'Magnetisation', axis: '⟨|m|⟩ per site' },
  connectedSusceptibility: {
    symbol: "χ'",
    title: 'Susceptibility',
    axis: "χ' = N(⟨m²⟩ − ⟨|m|⟩²), in units of 1/kT",
  },
};

/** RBMs of as many hidden units on the same lattice at the same temperature, each trained on configurations of its own. */
export interface Group {
  size: number;
  temperature: number;
  hidden: number;
  runs: RbmThermodynamicsResult[];
  /** The one that was trained on Boltzmann's P(v) itself. */
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

/** Mean and standard deviation; 0 of a single value. */
export function spreadOf(values: readonly number[]): Estimate<number> {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { value: mean, error: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** Mean over the RBMs of a group, and how far they are apart (one standard deviation). */
export const meanOf = ({ runs }: Group, name: Observable): Estimate<number> =>
  spreadOf(runs.map(({ model }) => model[name].value));
export const divergenceOf = ({ runs }: Group): Estimate<number> =>
  spreadOf(runs.map(({ divergence }) => divergence.value));

/** The right value: exact where known, otherwise that of all fresh configurations. */
export function truth({ runs }: Group, name: Observable): Estimate<number> {
  const exact = runs[0].exact[name];
  if (exact !== null) return { value: exact, error: 0 };
  const fresh = runs.map((run) => (run.fresh as Record<Observable, Estimate<number>>)[name]);
  const error = Math.sqrt(fresh.reduce((sum, one) => sum + one.error ** 2, 0)) / fresh.length;
  return { value: spreadOf(fresh.map(({ value }) => value)).value, error };
}

/** Mean - truth, with the standard error of both. */
function gapOf(group: Group, name: Observable): Estimate<number> {
  const [own, right] = [meanOf(group, name), truth(group, name)];
  const sampling = Math.hypot(...group.runs.map(({ model }) => model[name].error)) / group.runs.length;
  const error = Math.max(own.error / Math.sqrt(group.runs.length), sampling);
  return { value: own.value - right.value, error: Math.hypot(error, right.error) };
}

/** Energies beside the published one of as many hidden units. */
export interface Comparison {
  hidden: number;
  exact: number;
  /** Mean, and standard deviation over the seeds. */
  energy: Estimate<number>;
  published: number;
  /** Whether the mean is at least as close. */
  closer: boolean;
  /** How many of the RBMs are, and how many there are. */
  close: number;
  runs: number;
  /** Standard error of the energy of the configurations that an RBM was trained on. */
  dataError: number;
  /** E and KL of the RBM that was trained on Boltzmann's P(v). */
  limit: { energy: number; divergence: number } | null;
}

export function comparisons(groups: readonly Group[]): Comparison[] {
  return groups.flatMap((group) => {
    const { size, temperature, hidden, runs, limit } = group;
    const published = PUBLISHED.energies.get(hidden);
    const exact = runs[0].exact.energy;
    const same = size === PUBLISHED.size && Math.abs(temperature - PUBLISHED.temperature) < 5e-4;
    if (!same || published === undefined || exact === null) return [];
    const near = (energy: number) => Math.abs(energy - exact) <= Math.abs(published - exact);
    const energy = meanOf(group, 'energy');
    return [
      {
        hidden,
        exact,
        energy,
        published,
        closer: near(energy.value),
        close: runs.filter(({ model }) => near(model.energy.value)).length,
        runs: runs.length,
        dataError: runs[0].data.energy.error,
        limit: limit && { energy: limit.model.energy.value, divergence: limit.divergence.value },
      },
    ];
  });
}

export function summarise(results: RbmThermodynamicsResult[]): RbmThermodynamicsSummary {
  const groups = groupsOf(results);
  const compared = comparisons(groups);
  return {
    results,
    numbers: { results, published: compared },
    answer: answerOf(groups, compared),
    facts: factsOf(results),
    tables: [...(compared.length > 0 ? [publishedTable(compared)] : []), valueTable(groups)],
    files: {},
  };
}

export const units = (hidden: number) => `${hidden} hidden unit${hidden === 1 ? '' : 's'}`;
export const listed = (parts: string[]) => parts.join(', ').replace(/, ([^,]*)$/, ' and $1');
export const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

function answerOf(groups: Group[], compared: Comparison[]): string {
  const sizes = unique(groups.map(({ size }) => size));
  const own = sizes.map((size) => sizeParagraph(groups.filter((group) => group.size === size)));
  return [...publishedParagraphs(compared), ...own, ...CAVEATS].join('\n\n');
}

const CAVEATS = [
  'Training maximises the likelihood, which is not the same as matching E, C or χ: none of them is a sufficient statistic of an RBM. Too few hidden units give a model that is the nearest one in KL ' +
    'and still has another energy; 2N hidden units, one a bond, could be exact. No constraint of symmetry was given: training is free to break translations and the flip of all spins.',
];

function publishedParagraphs(compared: Comparison[]): string[] {
  if (compared.length === 0) return [];
  const told = compared.map(({ hidden, energy, published, exact, closer, close, runs }) => {
    const [own, theirs] = [energy.value, published].map((value) => Math.abs(value - exact).toFixed(4));
    const verdict = closer ? 'at least as close' : 'NOT as close';
    return `${units(hidden)} give ${formatEstimate(energy)}, the mean off by ${own} (theirs ${published}, off by ${theirs}): ${verdict}, as are ${close} of ${runs} RBMs`;
  });
  const [{ exact, dataError }] = compared;
  const limits = compared.flatMap(({ hidden, limit, published, exact }) => {
    if (limit === null) return [];
    const off = Math.abs(limit.energy - exact);
    const side = off <= Math.abs(published - exact) ? 'nearer the exact value than' : 'NOT as near the exact value as';
    return [
      `${units(hidden)}: E ${limit.energy.toFixed(4)} at KL ${limit.divergence.toPrecision(2)}, ${side} the paper`,
    ];
  });
  return [
    `E per site of the 4×4 torus at T = ${PUBLISHED.temperature}, exactly ${exact.toFixed(4)}, beside Torlai and Melko (in brackets the standard deviation over the seeds): ${told.join('; ')}. An RBM’s value is the sum over all 2^16 states; the configurations it was trained on know E to ±${dataError.toFixed(4)} themselves.`,
    ...(limits.length === 0
      ? []
      : [
          `Trained on Boltzmann’s distribution itself, so that only the number of hidden units limits them: ${limits.join('; ')}.`,
        ]),
  ];
}

function sizeParagraph(own: Group[]): string {
  const [{ size, runs }] = own;
  const counts = unique(own.map(({ hidden }) => hidden)).sort((a, b) => a - b);
  const lines = counts.map((hidden) => {
    const few = own.filter((group) => group.hidden === hidden);
    const worst = (name: Observable) =>
      few
        .map((group) => gapOf(group, name))
        .reduce((most, gap) => (Math.abs(gap.value) > Math.abs(most.value) ? gap : most));
    const kl = few.map(divergenceOf).reduce((most, value) => (value.value > most.value ? value : most));
    const gaps = OBSERVABLES.map((name) => `${NAMES[name].symbol} ${formatEstimate(worst(name))}`);
    return `${units(hidden)}: ${listed(gaps)}; KL at most ${formatEstimate(kl)} nats`;
  });
  const stuck = own.filter((group) =>
    group.runs.some(({ drawn }) => drawn.method === 'chains' && !forgot(drawn.forgotten)),
  );
  const where = stuck.map(({ temperature, hidden }) => `T = ${temperature} (${units(hidden)})`);
  const warning =
    stuck.length === 0
      ? ''
      : ` Chains from data and from coin tosses did not agree at ${listed(where)}: those values depend on where the chains began, and their error bars are too small.`;
  return `L = ${size}, largest difference of a mean over ${runs.length} RBM${runs.length === 1 ? '' : 's'} to the ${runs[0].fresh === null ? 'exact values' : 'exact values (⟨|m|⟩ and χ: to fresh configurations)'} over ${own.length / counts.length} temperatures. ${lines.join('. ')}.${warning}`;
}

/** Halves further apart than this have not forgotten where they began. */
const FAR = 4;
const forgot = (z: { energy: number; absoluteMagnetisation: number }) =>
  Math.max(Math.abs(z.energy), Math.abs(z.absoluteMagnetisation)) < FAR;

function factsOf(results: RbmThermodynamicsResult[]): Summary['facts'] {
  const trainings = unique(
    results
      .filter(({ point }) => point.target === 'configurations')
      .map(({ point, training }) => `L = ${point.size}, ${point.hidden}: ${training}`),
  );
  const draws = unique(
    results.map(({ drawn }) => {
      if (drawn.method === 'states') return 'sums over all states (no sampling error)';
      if (drawn.method === 'hidden layer') return `${drawn.count} independent draws, p(h) summed exactly`;
      return `${drawn.chains} chains, ${drawn.burnIn} steps of burn-in, ${drawn.taken} draws ${drawn.spacing} steps apart`;
    }),
  );
  const samples = unique(results.map(({ point }) => `${point.samples} (L = ${point.size})`));
  const z = results.flatMap(({ drawn }) => (drawn.method === 'chains' ? Object.values(drawn.forgotten) : []));
  return [
    { label: 'Configurations of an RBM', value: samples.join(', ') },
    { label: 'Training', value: trainings.join('. ') },
    { label: 'Averages of the RBMs', value: draws.join('; ') },
    ...(z.length > 0
      ? [
          {
            label: 'Chains from data against chains from coin tosses',
            value: `at most ${Math.max(...z.map(Math.abs)).toFixed(1)} standard errors apart`,
            note: 'E and ⟨|m|⟩',
          },
        ]
      : []),
  ];
}

function publishedTable(compared: Comparison[]): Summary['tables'][number] {
  return {
    title: `E per site of the 4×4 torus at T = ${PUBLISHED.temperature}`,
    columns: [
      'hidden',
      'exact',
      'here',
      'off by',
      'Torlai & Melko',
      'off by',
      'mean as close',
      'RBMs as close',
      'limit',
    ],
    rows: compared.map(({ hidden, exact, energy, published, closer, close, runs, limit }) => [
      hidden,
      exact.toFixed(4),
      formatEstimate(energy),
      (energy.value - exact).toFixed(4),
      published.toFixed(3),
      (published - exact).toFixed(4),
      closer ? 'yes' : 'no',
      `${close} of ${runs}`,
      limit === null ? '–' : limit.energy.toFixed(4),
    ]),
    note: `In brackets the standard deviation over the seeds. The configurations of one RBM know E to ±${compared[0].dataError.toFixed(4)}. Limit: trained on Boltzmann’s distribution itself.`,
  };
}

function valueTable(groups: Group[]): Summary['tables'][number] {
  const rows = groups.flatMap((group, k) => {
    const { size, temperature, hidden, runs, limit } = group;
    const before = groups[k - 1];
    const own: (string | number)[][] = [
      [
        '',
        '',
        `${hidden} hidden`,
        ...OBSERVABLES.map((name) => formatEstimate(meanOf(group, name))),
        formatEstimate(divergenceOf(group)),
      ],
    ];
    if (limit !== null) {
      const values = OBSERVABLES.map((name) => limit.model[name].value.toFixed(4));
      own.push(['', '', `${hidden}, limit`, ...values, limit.divergence.value.toPrecision(2)]);
    }
    if (before?.size === size && before.temperature === temperature) return own;
    const known = OBSERVABLES.map((name) => {
      const right = truth(group, name);
      return runs[0].exact[name] === null ? `${formatEstimate(right)} (fresh)` : right.value.toFixed(6);
    });
    const trainedOn = OBSERVABLES.map((name) => formatEstimate(spreadOf(runs.map(({ data }) => data[name].value))));
    return [[size, temperature, 'exact', ...known, '0'], ['', '', 'data', ...trainedOn, ''], ...own];
  });
  return {
    title: 'RBMs beside exact values and their training data',
    columns: ['L', 'T', '', ...OBSERVABLES.map((name) => NAMES[name].symbol), 'KL'],
    rows,
    note: 'E and C per site in units of J and k; KL in nats of the whole lattice. Data and RBMs: mean over the seeds, in brackets the standard deviation of one. Limit: the RBM that was trained on Boltzmann’s distribution itself.',
  };
}
