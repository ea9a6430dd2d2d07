/** The record of finished runs: what is in it is not run again by the same code on the same rows and options. */

import type { Outcome } from './run.js';

const FORMAT = 'blockspin-defaults/2';

/** What names a run. */
export interface Key {
  set: string;
  competitor: string;
  budget: number;
  seed: number;
  /** Checksums of the rows and of the options. */
  rows: string;
  options: string;
  /** Checksum of what a short training of the same options comes to (`trainingBits`): the same bits, the same code. */
  bits: string;
}

export type Entry = Key & Outcome;

/** The runs of one line of the file: they differ in the seed. */
const groupOf = ({ set, competitor, budget, rows, options, bits }: Key) => ({
  set,
  competitor,
  budget,
  rows,
  options,
  bits,
});
const nameOf = (key: Key) => JSON.stringify([...Object.values(groupOf(key)), key.seed]);

/** Seed, log-likelihood, updates, budgets spent, seconds, models. */
type Cells = [number, number | null, number, number, number, number?];

function cellsOf({ seed, logLikelihood, updates, spent, seconds, models }: Entry): Cells {
  const short = (value: number) => Number(value.toPrecision(4));
  const known = Number.isFinite(logLikelihood) ? logLikelihood : null;
  const cells: Cells = [seed, known, updates, short(spent), short(seconds)];
  if (models !== undefined) cells.push(short(models));
  return cells;
}

export class Journal {
  readonly #entries = new Map<string, Entry>();

  /** The run of that name, if it is finished. */
  find(key: Key): Entry | undefined {
    return this.#entries.get(nameOf(key));
  }

  add(entry: Entry): void {
    this.#entries.set(nameOf(entry), entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** All entries in the order in which they came. */
  entries(): Entry[] {
    return [...this.#entries.values()];
  }

  /** JSON, one line for the seeds of a run, in the order of their names; a log-likelihood of -Infinity is null. */
  text(): string {
    const groups = new Map<string, Cells[]>();
    for (const entry of this.entries()) {
      const name = JSON.stringify(groupOf(entry)).slice(0, -1);
      groups.set(name, [...(groups.get(name) ?? []), cellsOf(entry)]);
    }
    const lines = [...groups].map(([name, runs]) => {
      const cells = runs.sort((a, b) => a[0] - b[0]).map((cell) => JSON.stringify(cell));
      return `${name},"runs":[${cells.join(',')}]}`;
    });
    return `{"format":"${FORMAT}","groups":[\n${lines.sort().join(',\n')}\n]}\n`;
  }

  /** @throws RangeError naming the path, if the text is of another format */
  static parse(path: string, text: string): Journal {
    const refuse = (got: unknown): never => {
      throw new RangeError(`"${path}" expected runs of the study of defaults (format ${FORMAT}), got ${got}`);
    };
    let content: { format?: unknown; groups?: unknown } | null = null;
    try {
      content = JSON.parse(text);
    } catch {
      refuse('no JSON');
    }
    if (content?.format !== FORMAT || !Array.isArray(content.groups)) return refuse(content?.format);
    const journal = new Journal();
    for (const { runs, ...group } of content.groups) {
      if (typeof group.set !== 'string' || typeof group.competitor !== 'string') refuse('a run without names');
      for (const [seed, known, updates, spent, seconds, models] of runs as Cells[]) {
        const logLikelihood = known ?? Number.NEGATIVE_INFINITY;
        const outcome = { logLikelihood, updates, spent, seconds, ...(models === undefined ? {} : { models }) };
        journal.add({ ...group, seed, ...outcome });
      }
    }
    return journal;
  }
}
