/** `npm run bench -- defaults`: the study from the command line, with its results in bench/defaults/results.json. */

import { mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readIfPresent, writeFileAtomic } from '../../src/io/disk.js';
import { workAll } from './crew.js';
import { Journal } from './journal.js';
import {
  bitsOf,
  competitorsOf,
  finalists,
  HEATS,
  type Job,
  jobsOf,
  keyOf,
  type Plan,
  type Summary,
  setsOf,
  summarise,
} from './study.js';
import { likelihoodTable, rankingTable, report, withTables } from './tables.js';

const USAGE = `npm run bench -- defaults [options]

Trains every competitor on every data set at equal cost and says what each loses at the worst: first all rates of each
family in heats (budget 3, 2 seeds, the data sets for tuning), then of each family the best of them. What is finished is
in bench/defaults/results.json, and is not run again while a short training comes to the same bits: the study can be
stopped and gone on with. One study at a time writes that file.

--seeds N              runs of each, by seeds 1 to N; default 10
--budget LIST          budgets in units of 500,000 row products; default 1,3,10
--only PATTERN         data sets in whose name it is found; default all
--competitors PATTERN  competitors in whose name it is found, and the default; default all
--apart                the data sets that were kept apart, in place of those for tuning
--all                  every rate of each family, without heats
--no-reference         no long reference runs: the best known RBM is that of the best run
--jobs N               runs at a time, each in a process of its own; default 1
--report               runs nothing: the tables of what is finished
--list                 names data sets and competitors and ends
--write FILE           replaces the tables between the marks of that page, such as docs/defaults.md
`;

const FOLDER = 'bench/defaults';
const PATH = `${FOLDER}/results.json`;
/** Milliseconds between two times that results are written, at least: the file is written whole. */
const BETWEEN_WRITES = 5000;

interface Asked extends Omit<Plan, 'bits'> {
  missing: string[];
  jobs: number;
  /** Whether every rate goes through. */
  all: boolean;
  /** Whether nothing is run. */
  report: boolean;
  list: boolean;
  write?: string;
}

/** @throws RangeError naming the option */
function asked(words: readonly string[]): Asked | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seeds: { type: 'string', default: '10' },
      budget: { type: 'string', default: '1,3,10' },
      only: { type: 'string', default: '' },
      competitors: { type: 'string', default: '' },
      apart: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      'no-reference': { type: 'boolean', default: false },
      jobs: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const whole = (name: 'seeds' | 'jobs', high: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 1 && value <= high) return value;
    throw new RangeError(`"--${name}" expected integer in [1, ${high}], got ${values[name]}`);
  };
  const budgets = values.budget.split(',').map(Number);
  if (!budgets.every((budget, k) => budget > (k === 0 ? 0 : budgets[k - 1]) && budget <= 1e4)) {
    throw new RangeError(`"--budget" expected rising numbers in (0, 10000], got ${values.budget}`);
  }
  const sets = setsOf(values.apart ? 'apart' : 'tuning', values.only);
  if (sets.length === 0) throw new RangeError(`no data set has "${values.only}" in its name: --list names them`);
  return {
    sets,
    ...competitorsOf(values.competitors),
    budgets,
    seeds: whole('seeds', 1000),
    reference: !values['no-reference'],
    jobs: whole('jobs', 64),
    all: values.all,
    report: values.report,
    list: values.list,
    ...(values.write === undefined ? {} : { write: values.write }),
  };
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

function readJournal(): Journal {
  const bytes = readIfPresent(PATH);
  return bytes === undefined ? new Journal() : Journal.parse(PATH, new TextDecoder().decode(bytes));
}

/** Runs what the journal lacks. */
async function complete(
  plan: Plan & { jobs: number; report: boolean },
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  const all = jobsOf(plan);
  const left = all.filter((job) => journal.find(keyOf(job, plan)) === undefined);
  say(`${all.length} runs, ${all.length - left.length} of them finished before`);
  if (left.length === 0 || plan.report) return;
  mkdirSync(FOLDER, { recursive: true });
  const save = () => writeFileAtomic(PATH, journal.text());
  signal.addEventListener('abort', save, { once: true });
  let written = performance.now();
  let done = all.length - left.length;
  try {
    await workAll(
      left,
      Math.min(plan.jobs, left.length),
      (job, outcome) => {
        journal.add({ ...keyOf(job, plan), ...outcome });
        say(progress(++done, all.length, job, outcome));
        if (performance.now() - written < BETWEEN_WRITES) return;
        save();
        written = performance.now();
      },
      signal,
    );
  } finally {
    save();
  }
}

function progress(done: number, total: number, job: Job, outcome: { logLikelihood: number; seconds: number }): string {
  const { set, competitor, budget, seed } = job;
  const result = `${outcome.logLikelihood.toFixed(3)} nats  ${outcome.seconds.toFixed(1)} s`;
  return `${`${done}/${total}`.padStart(11)}  ${set}: ${competitor}, budget ${budget}, seed ${seed}  ${result}`;
}

function show(summary: Summary, missing: readonly string[]): void {
  console.log(`${rankingTable(summary)}\n\n${likelihoodTable(summary)}\n`);
  const failed = summary.checks.filter(({ passed }) => !passed);
  for (const { what } of failed) console.log(`FAILED: ${what}`);
  console.log(`${summary.checks.length - failed.length} of ${summary.checks.length} checks passed`);
  for (const line of missing) console.log(`missing: ${line}`);
  if (summary.unfinished > 0) console.log(`missing: ${summary.unfinished} runs that are not finished`);
}

/** Runs what is asked for and prints it. @returns the exit code: 1 if a check failed, 130 if it was stopped */
export async function defaults(words: readonly string[], signal: AbortSignal): Promise<number> {
  const given = asked(words);
  if (given === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (given.list) {
    for (const { name, role } of given.sets) console.log(`${role.padEnd(8)} ${name}`);
    for (const { name } of given.competitors) console.log(name);
    for (const line of given.missing) console.log(`missing: ${line}`);
    return 0;
  }
  // files are read before minutes are spent
  const journal = readJournal();
  const page = given.write === undefined ? undefined : readFileSync(given.write, 'utf8');
  if (page !== undefined) withTables(given.write as string, page, '');
  const plan = { ...given, bits: await bitsOf(given.competitors) };
  if (!plan.all) {
    const heats = { ...plan, ...HEATS, sets: setsOf('tuning'), reference: false };
    await complete(heats, journal, signal);
    if (signal.aborted) return 130;
    plan.competitors = finalists(plan.competitors, summarise(heats, journal));
  }
  await complete(plan, journal, signal);
  const summary = summarise(plan, journal);
  show(summary, plan.missing);
  if (page !== undefined)
    writeFileAtomic(plan.write as string, withTables(plan.write as string, page, report(summary)));
  if (signal.aborted) return 130;
  return summary.checks.every(({ passed }) => passed) ? 0 : 1;
}
