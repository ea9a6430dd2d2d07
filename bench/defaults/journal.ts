/** The record of finished runs: what is in it is not run again by the same kernels on the same rows and options. */

import type { Outcome } from './run.js';

const FORMAT = 'blockspin-defaults/1';

/** What names a run. */
export interface Key {
  set: string;
  competitor: string;
  budget: number;
  seed: number;
  /** Checksums of the rows and of the options. */
  rows: string;
  options: string;
  /** SHA-256 of the kernels; of no matter for a reference. */
  kernels: string;
}

export type Entry = Key & Outcome;

const nameOf = ({ set, competitor, budget, seed, rows, options, kernels }: Key) =>
  JSON.stringify([set, competitor, budget, seed, rows, options, kernels]);

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

  /** JSON, one line an entry; a log-likelihood of -Infinity is null. */
  text(): string {
    const lines = this.entries().map((entry) => JSON.stringify(entry));
    return `{"format":"${FORMAT}","runs":[\n${lines.join(',\n')}\n]}\n`;
  }

  /** @throws RangeError naming the path, if the text is of another format */
  static parse(path: string, text: string): Journal {
    const refuse = (got: unknown): never => {
      throw new RangeError(`"${path}" expected runs of the study of defaults (format ${FORMAT}), got ${got}`);
    };
    let content: { format?: unknown; runs?: unknown } | null = null;
    try {
      content = JSON.parse(text);
    } catch {
      refuse('no JSON');
    }
    if (content?.format !== FORMAT || !Array.isArray(content.runs)) return refuse(content?.format);
    const journal = new Journal();
    for (const entry of content.runs) {
      if (typeof entry?.set !== 'string' || typeof entry.competitor !== 'string') refuse('a run without names');
      journal.add({ ...entry, logLikelihood: entry.logLikelihood ?? Number.NEGATIVE_INFINITY });
    }
    return journal;
  }
}
