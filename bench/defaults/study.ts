/**
 * The study of defaults: every competitor on every data set, at every budget, by several seeds; what they lose by it,
 * and whether the default is what it should be. Portable: who runs the jobs, and where results are kept, the caller
 * says.
 */

import { COMPETITORS, type Competitor, DEFAULT, refusal } from './competitors.js';
import type { Entry, Journal, Key } from './journal.js';
import { reference } from './reference.js';
import {
  type Cell,
  independentLikelihood,
  median,
  ranking,
  regret,
  type Standing,
  standings,
  upperQuartile,
} from './regret.js';
import { type Outcome, optionsChecksum, rowsChecksum, run, trainingBits } from './run.js';
import { type DataSet, evaluated, ZOO } from './zoo.js';

export interface Plan {
  sets: readonly DataSet[];
  competitors: readonly Competitor[];
  /** In units of 500,000 row products, rising. */
  budgets: readonly number[];
  /** Seeds are 1 to this number. */
  seeds: number;
  /** Whether a reference is computed for each set; without it the best known RBM is the best competitor's. */
  reference: boolean;
  /** What a short training by each competitor comes to (`bitsOf`). */
  bits: ReadonlyMap<string, string>;
}

/**
 * Before the study itself: every competitor by few seeds at one budget on the sets for tuning, and of each family only
 * the best goes on.
 */
export const HEATS = { budgets: [3], seeds: 2 };

/** The name under which a reference stands among the competitors. */
export const REFERENCE = 'reference';
/** Visible units of a set that counts as small: there the default has to be near the best competitor. */
const SMALL = 100;
/** Nats per row that the default may be behind the best competitor of equal cost on a small set. */
const MAX_BEHIND = 2;

/** Lower case, and × as x, so that names can be typed. */
const typed = (name: string) => name.toLowerCase().replaceAll('×', 'x').replaceAll('±', '+-');

/** Whether a pattern is found in a name, capitals or not. */
export const finds = (pattern: string, name: string) => typed(name).includes(typed(pattern));

/** Data sets of a role whose name has the pattern. */
export function setsOf(role: DataSet['role'], pattern = ''): DataSet[] {
  return ZOO.filter((set) => set.role === role && finds(pattern, set.name));
}

/** Competitors whose name has the pattern, and the default; and those that this package refuses, with its reason. */
export function competitorsOf(pattern = ''): { competitors: Competitor[]; missing: string[] } {
  const competitors: Competitor[] = [];
  const missing: string[] = [];
  for (const competitor of COMPETITORS) {
    if (competitor.name !== DEFAULT && !finds(pattern, competitor.name)) continue;
    const reason = refusal(competitor);
    if (reason === undefined) competitors.push(competitor);
    else missing.push(`${competitor.name}: ${reason}`);
  }
  return { competitors, missing };
}

/** Checksums of a short training by each, by name. */
export async function bitsOf(competitors: readonly Competitor[]): Promise<Map<string, string>> {
  const bits = new Map<string, string>();
  for (const { name, options } of competitors) bits.set(name, await trainingBits(options));
  return bits;
}

/** The name without its last part, the rate. */
const familyOf = (name: string) => name.replace(/, [^,]*$/, '');

/** The default, and of each family of competitors that one whose regret was least at the worst in the heats. */
export function finalists(competitors: readonly Competitor[], heats: Summary): Competitor[] {
  const best = new Map<string, string>();
  for (const name of ranking(heats.standings)) if (!best.has(familyOf(name))) best.set(familyOf(name), name);
  return competitors.filter(({ name }) => name === DEFAULT || best.get(familyOf(name)) === name);
}

/** The name of a run, from which it can be done in another process. */
export type Job = Pick<Key, 'set' | 'competitor' | 'budget' | 'seed'>;

/** All runs of a plan: seed by seed, so that what is finished early covers all sets; references last. */
export function jobsOf({ sets, competitors, budgets, seeds, reference: wanted }: Plan): Job[] {
  const jobs: Job[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    for (const budget of budgets) {
      for (const { name: set } of sets) {
        for (const { name: competitor } of competitors) jobs.push({ set, competitor, budget, seed });
      }
    }
  }
  if (wanted) for (const { name: set } of sets) jobs.push({ set, competitor: REFERENCE, budget: 0, seed: 1 });
  return jobs;
}

function setNamed(name: string): DataSet {
  const set = ZOO.find((each) => each.name === name);
  if (!set) throw new RangeError(`"set" expected one of the zoo, got ${name}`);
  return set;
}

function competitorNamed(name: string): Competitor {
  const competitor = COMPETITORS.find((each) => each.name === name);
  if (!competitor) throw new RangeError(`"competitor" expected one of the list, got ${name}`);
  return competitor;
}

const checksums = new Map<string, string>();

/** Checksums are asked for very often. */
function remembered(name: string, make: () => string): string {
  const value = checksums.get(name) ?? make();
  checksums.set(name, value);
  return value;
}

const rowsOf = (set: DataSet) => remembered(set.name, () => rowsChecksum(set));

/** What a run is recorded under. */
export function keyOf({ set: name, competitor, budget, seed }: Job, { bits }: Pick<Plan, 'bits'>): Key {
  const set = setNamed(name);
  const rows = rowsOf(set);
  if (competitor === REFERENCE) return { set: name, competitor, budget, seed, rows, options: '', bits: '' };
  const options = remembered(JSON.stringify([name, competitor]), () =>
    optionsChecksum(set, competitorNamed(competitor).options),
  );
  return { set: name, competitor, budget, seed, rows, options, bits: bits.get(competitor) ?? '' };
}

/** Does the work of a job. */
export function work({ set, competitor, budget, seed }: Job): Promise<Outcome> {
  if (competitor === REFERENCE) return reference(setNamed(set));
  return run({ set: setNamed(set), competitor: competitorNamed(competitor), budget, seed });
}

/** What is known of one data set. */
export interface SetSummary {
  set: string;
  visible: number;
  hidden: number;
  rows: number;
  evaluated: number;
  /** Nats per evaluated row. */
  independent: number;
  exactBest?: number;
  /** The best RBM of that many hidden units that any run has found. */
  best: number;
  bestBy: string;
  /** Medians over the seeds, by budget. */
  likelihoods: { budget: number; default?: number; best?: number; bestBy?: string }[];
}

export interface Check {
  what: string;
  passed: boolean;
}

export interface Summary {
  seeds: number;
  budgets: readonly number[];
  sets: SetSummary[];
  standings: Standing[];
  checks: Check[];
  /** Runs of the plan that are not in the journal. */
  unfinished: number;
}

/**
 * Everything that the finished runs of a plan say. Best known RBMs are sought in all runs of the journal on the same
 * rows, by any code.
 */
export function summarise(plan: Plan, journal: Journal): Summary {
  const jobs = jobsOf(plan);
  const entries = jobs.flatMap((job) => journal.find(keyOf(job, plan)) ?? []);
  const cells: Cell[] = [];
  const sets = plan.sets.map((set) => {
    const own = entries.filter((entry) => entry.set === set.name);
    const all = journal.entries().filter((entry) => entry.set === set.name && entry.rows === rowsOf(set));
    return summariseSet(set, plan, own, all, cells);
  });
  return {
    seeds: plan.seeds,
    budgets: plan.budgets,
    sets,
    standings: standings(cells),
    checks: checksOf(sets, cells),
    unfinished: jobs.length - entries.length,
  };
}

/** One set; its cells are added to the list. */
function summariseSet(set: DataSet, plan: Plan, own: Entry[], all: Entry[], cells: Cell[]): SetSummary {
  const data = set.data();
  const rows = evaluated(data);
  const independent = independentLikelihood(data.train, rows);
  const top = all.reduce<{ best: number; bestBy: string }>(
    (sofar, { logLikelihood, competitor }) =>
      logLikelihood > sofar.best ? { best: logLikelihood, bestBy: competitor } : sofar,
    { best: Number.NEGATIVE_INFINITY, bestBy: 'nobody' },
  );
  const likelihoods = plan.budgets.map((budget) => {
    const medians = plan.competitors.flatMap(({ name }) => {
      const values = own
        .filter((entry) => entry.competitor === name && entry.budget === budget)
        .map(({ logLikelihood }) => logLikelihood);
      if (values.length === 0) return [];
      const regrets = values.map((value) =>
        regret(value, { best: Math.max(top.best, independent + 1e-9), independent }),
      );
      cells.push({ set: set.name, competitor: name, budget, regrets });
      return [{ name, value: median(values) }];
    });
    const others = medians.filter(({ name }) => name !== DEFAULT).sort((a, b) => b.value - a.value);
    return {
      budget,
      default: medians.find(({ name }) => name === DEFAULT)?.value,
      best: others[0]?.value,
      bestBy: others[0]?.name,
    };
  });
  const { width: visible, count } = data.train;
  return {
    set: set.name,
    visible,
    hidden: set.hidden,
    rows: count,
    evaluated: rows.count,
    independent,
    exactBest: data.exactBest,
    ...top,
    likelihoods,
  };
}

/** What is asked of the default, at every budget. */
function checksOf(sets: readonly SetSummary[], cells: readonly Cell[]): Check[] {
  const checks: Check[] = [];
  for (const { set, budget, regrets, competitor } of cells) {
    if (competitor !== DEFAULT) continue;
    const [middle, upper] = [median(regrets), upperQuartile(regrets)];
    const found = `regret ${middle.toFixed(2)}, upper quartile ${upper.toFixed(2)}`;
    checks.push({
      what: `${set}, budget ${budget}: default not below independent units (${found})`,
      passed: middle <= 1 && upper <= 1,
    });
  }
  for (const { set, likelihoods } of sets.filter(({ visible }) => visible <= SMALL)) {
    for (const { budget, default: own, best, bestBy } of likelihoods) {
      if (own === undefined || best === undefined) continue;
      const found = `${bestBy} (${(best - own).toFixed(2)} nats)`;
      checks.push({
        what: `${set}, budget ${budget}: default at most ${MAX_BEHIND} nats below the best, ${found}`,
        passed: best - own <= MAX_BEHIND,
      });
    }
  }
  return checks;
}
