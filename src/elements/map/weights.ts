/** Weights as text, as the property of the element has them. */

/**
 * The numbers of a text.
 * @throws RangeError for another count, or an entry that is no finite number
 */
export function weightsOf(text: string, sites: number, hidden: number): Float64Array {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const count = sites * hidden;
  if (words.length !== count) {
    throw new RangeError(
      `"weights" expected ${count} numbers (${sites} sites × ${hidden} hidden spins), got ${words.length}`,
    );
  }
  return Float64Array.from(words, (word) => {
    const weight = Number(word);
    if (!Number.isFinite(weight)) throw new RangeError(`"weights" expected finite numbers, got "${word}"`);
    return weight;
  });
}

/** Numbers as text, without loss. */
export const textOfWeights = (weights: ArrayLike<number>): string => Array.from(weights, String).join(' ');
