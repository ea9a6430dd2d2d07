/**
 * A large lattice looked at: its rows, sums over its blocks, its energy, from the words in which it lies, against plain
 * loops over the same words.
 */

import { MultiSpin, refine, SpinData, square } from '../../src/all.js';
import { refineSpins } from '../../test/reference/refine.js';
import type { Entry } from '../harness.js';
import { same } from './agree.js';
import { type Body, entry } from './entry.js';

const SIDE = 4096;

/** The words of both sublattices, and how they are read one spin after the other. */
class PlainWords {
  readonly #planes: Uint8Array;

  constructor(
    spins: MultiSpin,
    readonly side: number,
  ) {
    this.#planes = spins.state().chains[0].planes as Uint8Array;
  }

  /** Calls `visit` with each site and its spin, 0 or 1. */
  #each(visit: (site: number, bit: number) => void): void {
    const { side } = this;
    const [height, width] = [side / 16, side / 8];
    const words = width / 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const word = 16 * ((((x + y) & 1) * (height + 2) + y + 1) * (words + 2) + (x >> 1) + 1);
        for (let a = 0; a < 16; a++) {
          const byte = this.#planes[word + a];
          for (let b = 0; b < 8; b++) visit((a * height + y) * side + b * width + x, (byte >> b) & 1);
        }
      }
    }
  }

  bits(): Uint8Array {
    const bytes = new Uint8Array(this.side ** 2 / 8);
    this.#each((site, bit) => {
      bytes[site >> 3] |= bit << (site & 7);
    });
    return bytes;
  }

  blockSums(b: number): Int8Array {
    const { side } = this;
    const wide = side / b;
    const sums = new Int8Array(wide ** 2);
    const shift = Math.log2(side);
    this.#each((site, bit) => {
      sums[Math.floor((site >> shift) / b) * wide + Math.floor((site & (side - 1)) / b)] += 2 * bit - 1;
    });
    return sums;
  }

  /** Energy and magnetisation per site. */
  moment(): [number, number] {
    const { side } = this;
    const bytes = this.bits();
    const spin = (site: number) => 2 * ((bytes[site >> 3] >> (site & 7)) & 1) - 1;
    let [energy, sum] = [0, 0];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const own = spin(y * side + x);
        sum += own;
        energy -= own * (spin(((y + 1) % side) * side + x) + spin(y * side + ((x + 1) % side)));
      }
    }
    return [energy / side ** 2, sum / side ** 2];
  }
}

/** Calls of ours in a round, since one is a millisecond. */
const TIMES = 8;

function lookCase(short: boolean, ours: (spins: MultiSpin) => unknown, plain: (words: PlainWords) => unknown): Body {
  const side = short ? 128 : SIDE;
  const spins = new MultiSpin({ lattice: square(side), coupling: 0.44, seed: 1, threads: 1 });
  spins.advance(20);
  const words = new PlainWords(spins, side);
  return {
    unit: 'spins',
    work: TIMES * side ** 2,
    contenders: [
      {
        name: 'Wasm',
        run: () => {
          for (let k = 0; k < TIMES; k++) ours(spins);
        },
      },
      { name: 'plain TypeScript', run: () => void plain(words), share: 1 / TIMES },
    ],
    check: () => {
      same('bits', spins.configurations().bytes, words.bits());
      same('block sums', Uint8Array.from(spins.blockSums(4)), Uint8Array.from(words.blockSums(4)));
      const { energies, magnetisations } = spins.measure();
      same(
        'energy and magnetisation',
        Float64Array.of(energies[0], magnetisations[0]),
        Float64Array.from(words.moment()),
      );
      return 'the same bits and sums';
    },
  };
}

function refineCase(short: boolean): Body {
  const side = short ? 128 : 1024;
  const spins = new MultiSpin({ lattice: square(side), coupling: 0.44, seed: 1, threads: 1 });
  spins.advance(20);
  const data = spins.configurations();
  const plain = () => {
    const bytes = new Uint8Array(side ** 2 / 2);
    for (let y = 0; y < 2 * side; y++) {
      for (let x = 0; x < 2 * side; x++) {
        const site = (y >> 1) * side + (x >> 1);
        const fine = y * 2 * side + x;
        bytes[fine >> 3] |= ((data.bytes[site >> 3] >> (site & 7)) & 1) << (fine & 7);
      }
    }
    return bytes;
  };
  return {
    unit: 'fine spins',
    work: TIMES * 4 * side ** 2,
    contenders: [
      {
        name: 'Wasm',
        run: () => {
          for (let k = 0; k < TIMES; k++) refine(data, 2);
        },
      },
      { name: 'plain TypeScript', run: () => void plain(), share: 1 / TIMES },
    ],
    check: () => {
      same('refined spins', refine(data, 2).bytes, plain());
      const few = new SpinData(1, [2, 3], Uint8Array.of(0b101100), { source: 'bench' });
      same('six spins', refine(few, 2).row(0), refineSpins(few.row(0), 2, 3, 2));
      return 'the same bits';
    },
  };
}

export function liveLatticeEntries(): Entry[] {
  const group = 'A live lattice';
  const title = (what: string) => `${what}, one lattice ${SIDE}×${SIDE}`;
  return [
    entry({ name: title('sums of 4×4 blocks'), group }, (short) =>
      lookCase(
        short,
        (spins) => spins.blockSums(4),
        (words) => words.blockSums(4),
      ),
    ),
    entry({ name: title('configuration as rows of bits'), group }, (short) =>
      lookCase(
        short,
        (spins) => spins.configurations(),
        (words) => words.bits(),
      ),
    ),
    entry({ name: title('energy and magnetisation'), group }, (short) =>
      lookCase(
        short,
        (spins) => spins.measure(),
        (words) => words.moment(),
      ),
    ),
    entry({ name: 'refine, 1024×1024 to 2048×2048', group }, refineCase),
  ];
}
