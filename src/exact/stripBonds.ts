/** A checked strip, and what its two methods (`stripSums.ts`, `stripSeries.ts`) have in common. */

/** Bonds and field of a strip; `strip.ts` says what they are. */
export interface StripBonds {
  width: number;
  across: number;
  along: number;
  diagonal: number;
  field: number;
  /** Whether a row is a ring. */
  ring: boolean;
}

/** ln Z, or of each row ln λ, with derivatives by a factor on all of H, and by B. */
export interface StripDerivatives {
  log: number;
  /** ⟨-H⟩. */
  first: number;
  /** ⟨H²⟩ - ⟨H⟩². */
  second: number;
  /** ⟨Σ s⟩. */
  field: number;
}

/**
 * One state of each orbit of a row's states under rotation (on a ring), and under the flip of all spins if `flip`, with
 * the orbit's size.
 */
export function rowOrbits({ width, ring }: StripBonds, flip: boolean): { state: number; count: number }[] {
  const size = 2 ** width;
  const orbits = new Map<number, number>();
  for (let s = 0; s < size; s++) {
    let least = s;
    for (let r = 0; r < (ring ? width : 1); r++) {
      const turned = ((s << r) | (s >>> (width - r))) & (size - 1);
      least = Math.min(least, turned, flip ? size - 1 - turned : turned);
    }
    orbits.set(least, (orbits.get(least) ?? 0) + 1);
  }
  return Array.from(orbits, ([state, count]) => ({ state, count }));
}
