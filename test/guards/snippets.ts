/**
 * Code and output in the pages of docs: a block of code that follows `<!-- snippet FILE -->` or `<!-- snippet
 * FILE#REGION -->` is that file of docs/guide/snippets, or what stands between its `// #region` comments; one that
 * follows `<!-- output FILE -->` or `<!-- output FILE#3-7 -->` is what the program prints, or its lines 3 to 7.
 */

/** A block of code that has a source. */
export interface Block {
  kind: 'snippet' | 'output';
  file: string;
  /** Name of a region, or lines as `3-7`; undefined for the whole. */
  part: string | undefined;
  /** Line of the comment, from 1. */
  line: number;
  text: string;
}

const MARK = /^<!-- (snippet|output) ([\w.-]+)(?:#([\w-]+))? -->$/;

/** Lines of a page with the places of its blocks: [first, end) are the lines of the code. */
function placesOf(page: string): { block: Block; first: number; end: number }[] {
  const lines = page.split('\n');
  return lines.flatMap((line, k) => {
    const [, kind, file, part] = MARK.exec(line) ?? [];
    if (kind === undefined) return [];
    const end = lines.indexOf('```', k + 2);
    if (!/^```\w+$/.test(lines[k + 1] ?? '') || end < 0) throw new Error(`line ${k + 1}: no block of code follows`);
    const text = lines.slice(k + 2, end).join('\n');
    const block: Block = { kind: kind as Block['kind'], file, part, line: k + 1, text };
    return [{ block, first: k + 2, end }];
  });
}

/**
 * The blocks of a page that have a source.
 * @throws Error if a comment is not followed by a block of code
 */
export function blocksOf(page: string): Block[] {
  return placesOf(page).map(({ block }) => block);
}

/** The page with other texts in its blocks. */
export function withBlocks(page: string, textOf: (block: Block) => string): string {
  const lines = page.split('\n');
  for (const { block, first, end } of placesOf(page).reverse()) lines.splice(first, end - first, textOf(block));
  return lines.join('\n');
}

/**
 * What of a program or its output a block has: a region without its own indentation, or lines.
 * @throws Error if there is no such part
 */
export function partOf(text: string, part: string | undefined): string {
  const lines = text.trimEnd().split('\n');
  if (part === undefined) return lines.filter((line) => !/^\s*\/\/ #(end)?region /.test(line)).join('\n');
  const range = /^(\d+)-(\d+)$/.exec(part);
  if (range) {
    const [first, last] = range.slice(1).map(Number);
    if (!(first >= 1 && last >= first && last <= lines.length)) throw new Error(`no lines ${part} in ${lines.length}`);
    return lines.slice(first - 1, last).join('\n');
  }
  const [first, end] = ['region', 'endregion'].map((word) =>
    lines.findIndex((line) => line.trim() === `// #${word} ${part}`),
  );
  if (first < 0 || end <= first) throw new Error(`no region ${part}`);
  const inside = lines.slice(first + 1, end);
  const indent = Math.min(...inside.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return inside.map((line) => line.slice(indent)).join('\n');
}
