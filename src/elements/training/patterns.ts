/** Patterns that the reader draws, as text: `010-111-010*3 111-101-111` is a cross, three times, and a ring. */

import { refuse } from '../../util/check.js';

export interface Pattern {
  /** Cells, line by line: 0 or 1. */
  cells: number[];
  /** How many rows of the data are this pattern. */
  count: number;
}

export interface Patterns {
  /** [lines, columns] of each. */
  shape: [number, number];
  patterns: Pattern[];
}

/** Three pictures that no Gibbs step connects, with shares of 3, 2 and 1 sixths. */
export const DRAWN = '00100-00100-11111-00100-00100*3 11111-10001-10001-10001-11111*2 10001-01010-00100-01010-10001';

const EXPECTED = 'pictures of equal size such as 010-111-010*3 111-101-111';

/** @throws RangeError for a text that is no list of pictures, or pictures of different sizes */
export function readPatterns(text: string): Patterns {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const words = text.split(/[\s_]+/).filter((word) => word !== '');
  let shape: [number, number] | undefined;
  const patterns = words.map((word) => {
    const [, picture, times = '1'] = /^([01]+(?:-[01]+)*)(?:\*([1-9]\d{0,4}))?$/.exec(word) ?? [];
    if (picture === undefined) refuse('patterns', EXPECTED, shown);
    const lines = picture.split('-');
    shape ??= [lines.length, lines[0].length];
    const [height, width] = shape;
    if (lines.length !== height || lines.some((line) => line.length !== width)) refuse('patterns', EXPECTED, shown);
    return { cells: [...lines.join('')].map(Number), count: Number(times) };
  });
  if (shape === undefined) refuse('patterns', EXPECTED, shown);
  return { shape, patterns };
}

/** The text of patterns. */
export function writePatterns({ shape: [height, width], patterns }: Patterns): string {
  return patterns
    .map(({ cells, count }) => {
      const lines = Array.from({ length: height }, (_, y) => cells.slice(y * width, (y + 1) * width).join(''));
      return lines.join('-') + (count === 1 ? '' : `*${count}`);
    })
    .join(' ');
}

/** The same pictures on a grid of another size: cut, or with empty cells at the right and below. */
export function resized({ shape, patterns }: Patterns, [height, width]: [number, number]): Patterns {
  const cell = (cells: number[], y: number, x: number) => (y < shape[0] && x < shape[1] ? cells[y * shape[1] + x] : 0);
  return {
    shape: [height, width],
    patterns: patterns.map(({ cells, count }) => ({
      cells: Array.from({ length: height * width }, (_, i) => cell(cells, Math.floor(i / width), i % width)),
      count,
    })),
  };
}
