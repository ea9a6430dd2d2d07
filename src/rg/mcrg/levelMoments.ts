/** Moments of the operators on all levels of coarse-graining. */

import type { SpinData } from '../../ising/data/spinData.js';
import { BlockMoments } from '../../stats/blockMoments.js';
import { refuse } from '../../util/check.js';
import type { Sectors } from './bases.js';
import { type LevelOptions, Levels, rulesOf } from './levels.js';

/** Rows per operator that a result needs at least. */
const MIN_ROWS = 20;

/** Moments of the operators on all levels, of batches of configurations. */
export class LevelMoments {
  readonly #options: LevelOptions;
  #levels: Levels | undefined;
  #moments: Sectors<BlockMoments> | undefined;

  /** @throws TypeError or RangeError for a rule or a number of steps that is none */
  constructor(options: LevelOptions) {
    rulesOf(options);
    this.#options = { ...options };
  }

  /** @throws as `add`; does not use up the data */
  check(data: SpinData): void {
    this.#levels ??= new Levels(data, this.#options);
  }

  /** @throws TypeError or RangeError as `Levels` and its `measure` */
  add(data: SpinData): void {
    this.#levels ??= new Levels(data, this.#options);
    const { names, levels } = this.#levels;
    const count = levels.length;
    this.#moments ??= {
      even: new BlockMoments(count * names.even.length),
      odd: new BlockMoments(count * names.odd.length),
    };
    const sums = this.#levels.measure(data);
    for (const parity of ['even', 'odd'] as const) {
      const n = names[parity].length;
      const row = new Float64Array(count * n);
      for (let r = 0; r < data.count; r++) {
        sums[parity].forEach((own, level) => {
          row.set(own.subarray(r * n, (r + 1) * n), level * n);
        });
        this.#moments[parity].add(row);
      }
    }
  }

  /**
   * The levels and the moments: observable level·n + α is operator α of n on that level.
   * @throws RangeError for fewer than 20 rows per operator
   */
  result(name: string): { levels: Levels; moments: Sectors<BlockMoments> } {
    if (!this.#levels || !this.#moments) throw new RangeError(`"${name}" expected some configurations, got none`);
    const { even, odd } = this.#levels.names;
    const least = MIN_ROWS * Math.max(even.length, odd.length);
    const { count } = this.#moments.even;
    if (count < least) refuse(name, `${least} rows or more for ${least / MIN_ROWS} operators`, count);
    return { levels: this.#levels, moments: this.#moments };
  }
}
