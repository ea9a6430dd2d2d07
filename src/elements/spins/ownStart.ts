/** The reader's own file as the beginning of a lattice. */

import { decodeTrainingData } from '../../io/index.js';
import { SpinData } from '../../ising/index.js';
import { SPINS } from './spec.js';

/** A configuration and the file that it comes from. */
export interface OwnStart {
  name: string;
  /** Whether entries were greys, cut in the middle. */
  greys: boolean;
  side: number;
  start: SpinData;
}

/**
 * The first configuration of a file of spins: rows of L × L or of L² bits, or one array of L × L.
 * @throws FormatError or RangeError as `decodeTrainingData`; RangeError if it is no lattice that the figure can show
 */
export function ownStart(name: string, bytes: Uint8Array, greys: boolean): OwnStart {
  const data = decodeTrainingData(bytes, greys ? { threshold: 0.5 } : {}, name);
  const side = sideOf(data);
  const { min, max, multipleOf } = SPINS.properties.size;
  if (side === undefined || side < min || side > max || side % multipleOf !== 0) {
    const [rows, columns] = data.shape;
    throw new RangeError(
      `${name} holds ${data.count} × ${rows} × ${columns} spins: a square lattice is needed, whose side is a multiple of ${multipleOf} from ${min} to ${max}`,
    );
  }
  return {
    name,
    greys,
    side,
    start: new SpinData(1, [side, side], data.bytes.slice(0, side ** 2 / 8), { source: name }),
  };
}

/** Side of the lattice that the first bits of a file are; undefined if they are no square. */
function sideOf({ count, shape: [rows, columns] }: SpinData): number | undefined {
  if (rows > 1) return rows === columns ? rows : undefined;
  if (count === columns) return count; // one lattice, read as its rows
  const side = Math.round(Math.sqrt(columns));
  return side ** 2 === columns ? side : undefined;
}
