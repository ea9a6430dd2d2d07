/** What the experiment `rbm-thermodynamics` found: every RBM beside the exact values and beside Torlai and Melko's energies, and how far it is from Boltzmann's distribution. */

import { square } from '../ising/lattice.js';
import { ising } from '../ising/models.js';
import { lineChart, type Series } from '../viz/chart.js';
import type { Figure } from '../viz/figure.js';
import { sha256, version } from '../wasm/binary.js';
import type { Summary } from './contract.js';
import type { Measured } from './quantities.js';
import { exactValues, OBSERVABLES, type Observable, type RbmThermodynamicsResult } from './rbmThermodynamicsPoint.js';
import { withError } from './thermodynamicsSummary.js';

export interface RbmThermodynamicsSummary extends Summary {
  results: RbmThermodynamicsResult[];
}

/** Energy per site of the 4×4 torus at T = 2.269 by RBMs of so many hidden units: G. Torlai & R. G. Melko, Phys. Rev. B 94, 165134 (2016). */
export const PUBLISHED = {
  size: 4,
  temperature: 2.269,
  energies: new Map([
    [4, -1.514],
    [16, -1.564],
    [64, -1.558],
  ]),
};

const NAMES: Record<Observable, { symbol: string; title: string; axis: string }> = {
  energy: { symbol: 'E', title: 'Energy', axis: 'energy per site, in units of J' },
  specificHeat: { symbol: 'C', title: 'Specific heat', axis: 'specific heat per site, in units of k' },
  absoluteMagnetisation: { symbol: '⟨|m|⟩', title: 'Magnetisation', axis: '⟨|m|⟩ per site' },
  connectedSusceptibility: {
    symbol: "χ'",
    title: 'Susceptibility',
    axis: "χ' = N(⟨m²⟩ − ⟨|m|⟩²), in units of 1/kT",
  },
};

/** The right value: exact where known, otherwise that of fresh configurations. */
function truth({ exact, fresh }: RbmThermodynamicsResult, name: Observable): Measured {
  const value = exact[name];
  return value === null ? (fresh as Record<Observable, Measured>)[name] : { value, error: 0 };
}

/** RBM - truth, with the errors of both. */
function gapOf(result: RbmThermodynamicsResult, name: Observable): Measured {
  const [own, right] = [result.model[name], truth(result, name)];
  return { value: own.value - right.value, error: Math.hypot(own.error, right.error) };
}

/** An energy beside the published one of as many hidden units. */
export interface Comparison {
  hidden: number;
  exact: number;
  energy: number;
  published: number;
  /** Standard error of the energy of the configurations that the RBM was trained on. */
  dataError: number;
  closer: boolean;
}

function comparisons(results: readonly RbmThermodynamicsResult[]): Comparison[] {
  return results.flatMap(({ point, model, data, exact }) => {
    const published = PUBLISHED.energies.get(point.hidden);
    const same = point.size === PUBLISHED.size && Math.abs(point.temperature - PUBLISHED.temperature) < 5e-4;
    if (!same || published === undefined || exact.energy === null) return [];
    const closer = Math.abs(model.energy.value - exact.energy) <= Math.abs(published - exact.energy);
    const { hidden } = point;
    return [
      { hidden, exact: exact.energy, energy: model.energy.value, published, dataError: data.energy.error, closer },
    ];
  });
}

export function summarise(results: RbmThermodynamicsResult[]): RbmThermodynamicsSummary {
  const compared = comparisons(results);
  return {
    results,
    numbers: { experiment: 'rbm-thermodynamics', version, wasm: sha256, results, published: compared },
    answer: answerOf(results, compared),
    facts: factsOf(results),
    tables: [...(compared.length > 0 ? [publishedTable(compared)] : []), valueTable(results)],
    files: {},
  };
}

const units = (hidden: number) => `${hidden} hidden unit${hidden === 1 ? '' : 's'}`;
const listed = (parts: string[]) => parts.join(', ').replace(/, ([^,]*)$/, ' and $1');

function answerOf(results: RbmThermodynamicsResult[], compared: Comparison[]): string {
  const sizes = [...new Set(results.map(({ point }) => point.size))];
  return [...publishedParagraph(compared), ...sizes.map((size) => sizeParagraph(results, size)), ...CAVEATS].join(
    '\n\n',
  );
}

const CAVEATS = [
  'Training maximises the likelihood, which is not the same as matching E, C or χ: none of them is a sufficient statistic of an RBM. Too few hidden units give a model that is the nearest one in KL ' +
    'and still has another energy; 2N hidden units, one a bond, could be exact. No constraint of symmetry was given: translations and the flip of all spins had to be learned.',
];

function publishedParagraph(compared: Comparison[]): string[] {
  if (compared.length === 0) return [];
  const told = compared.map(({ hidden, energy, published, exact, closer }) => {
    const [own, theirs] = [energy, published].map((value) => Math.abs(value - exact).toFixed(4));
    return `${units(hidden)} give ${energy.toFixed(4)}, off by ${own} (theirs ${published}, off by ${theirs}: ${closer ? 'closer than the paper' : 'NOT as close as the paper'})`;
  });
  const [{ exact, dataError }] = compared;
  return [
    `E per site of the 4×4 torus at T = ${PUBLISHED.temperature}, exactly ${exact.toFixed(4)}, beside Torlai and Melko: ${told.join('; ')}. The RBM’s value is the sum over all 2^16 states; the configurations it was trained on know E to ±${dataError.toFixed(4)} themselves.`,
  ];
}

function sizeParagraph(results: RbmThermodynamicsResult[], size: number): string {
  const own = results.filter(({ point }) => point.size === size);
  const counts = [...new Set(own.map(({ point }) => point.hidden))].sort((a, b) => a - b);
  const lines = counts.map((hidden) => {
    const few = own.filter(({ point }) => point.hidden === hidden);
    const worst = (name: Observable) =>
      few.reduce(
        (most, result) => {
          const gap = gapOf(result, name);
          return Math.abs(gap.value) > Math.abs(most.value) ? gap : most;
        },
        gapOf(few[0], name),
      );
    const kl = few.reduce(
      (most, { divergence }) => (divergence.value > most.value ? divergence : most),
      few[0].divergence,
    );
    const gaps = OBSERVABLES.map((name) => `${NAMES[name].symbol} ${withError(worst(name))}`);
    return `${units(hidden)}: ${listed(gaps)}; KL at most ${withError(kl)} nats`;
  });
  const stuck = own.filter(({ drawn }) => drawn.method === 'chains' && !forgot(drawn.forgotten));
  const warning =
    stuck.length === 0
      ? ''
      : ` Chains from data and from coin tosses did not agree at ${listed(stuck.map(({ point }) => `T = ${point.temperature} (${units(point.hidden)})`))}: those values depend on where the chains began, and their error bars are too small.`;
  return `L = ${size}, largest difference to the ${own[0].fresh === null ? 'exact values' : 'exact values (⟨|m|⟩ and χ: to fresh configurations)'} over ${own.length / counts.length} temperatures. ${lines.join('. ')}.${warning}`;
}

/** Halves further apart than this have not forgotten where they began. */
const FAR = 4;
const forgot = (z: { energy: number; absoluteMagnetisation: number }) =>
  Math.max(Math.abs(z.energy), Math.abs(z.absoluteMagnetisation)) < FAR;

function factsOf(results: RbmThermodynamicsResult[]): Summary['facts'] {
  const trainings = [
    ...new Set(results.map(({ point, training }) => `L = ${point.size}, ${point.hidden}: ${training}`)),
  ];
  const draws = new Set(
    results.map(({ drawn }) => {
      if (drawn.method === 'states') return 'sums over all states (no sampling error)';
      if (drawn.method === 'hidden layer') return `${drawn.count} independent draws, p(h) summed exactly`;
      return `${drawn.chains} chains, ${drawn.burnIn} steps of burn-in, ${drawn.taken} draws ${drawn.spacing} steps apart`;
    }),
  );
  const z = results.flatMap(({ drawn }) => (drawn.method === 'chains' ? Object.values(drawn.forgotten) : []));
  return [
    { label: 'Configurations', value: `${results[0].point.samples} at each size and temperature` },
    { label: 'Training', value: trainings.join('. ') },
    { label: 'Averages of the RBMs', value: [...draws].join('; ') },
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
    columns: ['hidden units', 'exact', 'here', 'off by', 'Torlai & Melko', 'off by', 'closer'],
    rows: compared.map(({ hidden, exact, energy, published, closer }) => [
      hidden,
      exact.toFixed(4),
      energy.toFixed(4),
      (energy - exact).toFixed(4),
      published.toFixed(3),
      (published - exact).toFixed(4),
      closer ? 'here' : 'there',
    ]),
    note: `The data themselves know E to ±${compared[0].dataError.toFixed(4)}.`,
  };
}

function valueTable(results: RbmThermodynamicsResult[]): Summary['tables'][number] {
  const rows = results.flatMap((result, k) => {
    const { point, model, data, exact, divergence } = result;
    const before = results[k - 1]?.point;
    const row: (string | number)[] = [
      '',
      '',
      `${point.hidden} hidden`,
      ...OBSERVABLES.map((name) => withError(model[name])),
    ];
    row.push(withError(divergence));
    if (before?.size === point.size && before.temperature === point.temperature) return [row];
    const known = OBSERVABLES.map((name) => {
      const value = exact[name];
      return value === null ? `${withError(truth(result, name))} (fresh)` : value.toFixed(6);
    });
    const trainedOn = OBSERVABLES.map((name) => withError(data[name]));
    return [[point.size, point.temperature, 'exact', ...known, '0'], ['', '', 'data', ...trainedOn, ''], row];
  });
  return {
    title: 'RBMs beside exact values and their training data',
    columns: ['L', 'T', '', ...OBSERVABLES.map((name) => NAMES[name].symbol), 'KL'],
    rows,
    note: 'E and C per site in units of J and k; KL in nats of the whole lattice. Values without an error in brackets are sums over all states.',
  };
}

// ---------------------------------------------------------------------------------------------------------------------------------------- figures

/** Points of an exact curve. */
const CURVE = 81;
/** The least KL that is drawn. */
const FLOOR = 1e-6;

export function figures({ results }: RbmThermodynamicsSummary): Figure[] {
  const sizes = [...new Set(results.map(({ point }) => point.size))];
  return [
    ...sizes.flatMap((size) => OBSERVABLES.map((name) => quantityFigure(results, size, name))),
    klFigure(results),
  ];
}

/** The results of each number of hidden units, in order of temperature. */
function byHidden(results: RbmThermodynamicsResult[], size: number): [number, RbmThermodynamicsResult[]][] {
  const own = results.filter(({ point }) => point.size === size);
  return [...new Set(own.map(({ point }) => point.hidden))].map((hidden) => [
    hidden,
    own.filter(({ point }) => point.hidden === hidden).sort((a, b) => a.point.temperature - b.point.temperature),
  ]);
}

function quantityFigure(results: RbmThermodynamicsResult[], size: number, name: Observable): Figure {
  const groups = byHidden(results, size);
  const [, first] = groups[0];
  const known = first[0].exact[name] !== null;
  const right = known
    ? exactCurve(first, size, name)
    : { x: temperaturesOf(first), y: first.map((r) => truth(r, name).value) };
  const series: Series[] = [
    { label: known ? 'exact' : 'Ising configurations', ...right },
    ...groups.map(
      ([hidden, own], k): Series => ({
        label: units(hidden),
        x: temperaturesOf(own),
        y: own.map(({ model }) => model[name].value),
        error: own.map(({ model }) => model[name].error),
        mark: k % 2 === 0 ? 'crosses' : 'circles',
      }),
    ),
  ];
  const errors = first[0].drawn.method === 'states' ? 'sums over all states, no error' : 'with one standard error';
  return lineChart({
    name: `${NAMES[name].title.toLowerCase().replace(' ', '-')}-${size}`,
    title: `${NAMES[name].title} of trained RBMs, L = ${size}`,
    series,
    xLabel: 'temperature kT/J',
    yLabel: NAMES[name].axis,
    caption: `Marks: RBMs trained on ${first[0].point.samples} configurations of each temperature, ${errors}. Line: ${known ? 'exact' : 'fresh configurations of the Ising model, straight between temperatures'}.`,
  });
}

const temperaturesOf = (results: RbmThermodynamicsResult[]) => results.map(({ point }) => point.temperature);

function exactCurve(own: RbmThermodynamicsResult[], size: number, name: Observable) {
  const temperatures = temperaturesOf(own);
  const [low, high] = [temperatures[0], temperatures[temperatures.length - 1]];
  const x = Array.from({ length: low === high ? 1 : CURVE }, (_, k) => low + ((high - low) * k) / (CURVE - 1));
  const lattice = square(size);
  const y = x.map((t) => exactValues(ising({ lattice, coupling: 1 / t }), t)[name] as number);
  return { x, y };
}

function klFigure(results: RbmThermodynamicsResult[]): Figure {
  const sizes = [...new Set(results.map(({ point }) => point.size))];
  return lineChart({
    name: 'kl',
    title: 'How far trained RBMs are from Boltzmann’s distribution',
    series: sizes.flatMap((size) =>
      byHidden(results, size).map(([hidden, own]): Series => {
        const sites = size * size;
        return {
          label: `L = ${size}, ${hidden}`,
          x: temperaturesOf(own),
          y: own.map(({ divergence }) => Math.max(FLOOR, divergence.value / sites)),
          error: own.map(({ divergence }) => divergence.error / sites),
        };
      }),
    ),
    xLabel: 'temperature kT/J',
    yLabel: 'KL(P‖p) per site, in nats',
    yScale: 'log',
    caption: `Each curve: side of the lattice, number of hidden units. Up to 16 spins by the sum over all states; beyond, the mean of log P − log p over fresh configurations, log Z of the RBM summed or annealed.`,
  });
}
