/**
 * `tsx test/runtimes/table.ts [--no-clock | --clock]`: asks every row of the matrix and writes the table of
 * docs/runtimes.md between its marks. The clock is read last, in rounds of all runtimes, on a machine that should have
 * nothing else to do; with `--no-clock` its columns keep a dash, with `--clock` nothing else is asked, and the other
 * columns stay as they are. A row that fails fails the program, after the others.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/browser.js';
import { Matrix } from './matrix.js';
import { ALL, answer } from './program.js';
import { type Place, placesOf, questionOf, ROWS, type Row } from './rows.js';

const PAGE = join(root, 'docs/runtimes.md');
const MARKS = /<!-- table -->([\s\S]*)<!-- \/table -->/;
const ROUNDS = 5;
const PLACES: Record<Place, string> = { main: 'main thread', worker: 'in a worker' };

interface Result {
  row: Row;
  version: string;
  bits: string;
  threads: string;
}

/** One text of all places if they agree. */
function together(said: readonly (readonly [Place, string])[]): string {
  if (new Set(said.map(([, text]) => text)).size === 1) return said[0][1];
  return said.map(([place, text]) => `${PLACES[place]}: ${text}`).join('; ');
}

/** What comes out at one place. */
async function resultAt(matrix: Matrix, row: Row, place: Place, expected: Record<string, string>) {
  const question = questionOf(row, place);
  const said = await row.ask(matrix, question, place);
  if (said === undefined) throw new Error(`${row.runtime} is not there`);
  const other = question.parts.filter((part) => said.hashes[part] !== expected[part]);
  if (!row.threads.test(said.threads)) throw new Error(`threads: ${said.threads}`);
  return { bits: other.length > 0 ? `other bits: ${other.join(', ')}` : 'yes', threads: row.why ?? said.threads };
}

async function resultOf(matrix: Matrix, row: Row, expected: Record<string, string>): Promise<Result> {
  const bits: [Place, string][] = [];
  const threads: [Place, string][] = [];
  for (const place of placesOf(row)) {
    try {
      const said = await resultAt(matrix, row, place, expected);
      bits.push([place, said.bits]);
      threads.push([place, said.threads]);
    } catch (error) {
      const [line] = (error as Error).message.split('\n');
      console.error((error as Error).message);
      bits.push([place, `failed: ${line}`]);
      threads.push([place, '-']);
    }
  }
  const version = await row.version(matrix);
  const result = { row, version, bits: together(bits), threads: together(threads) };
  console.log(`${row.runtime} ${version}, ${row.imports}: ${result.bits}; threads: ${result.threads}`);
  return result;
}

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Seconds of each job in rounds of all timed rows, as ratios to the first row of the same round; the medians. */
async function readClock(matrix: Matrix, rows: readonly Row[]): Promise<Map<Row, Record<string, number>>> {
  const ratios = new Map<Row, Record<string, number[]>>(rows.map((row) => [row, {}]));
  for (let round = 0; round < ROUNDS; round++) {
    let first: Record<string, number> | undefined;
    for (const row of rows) {
      const { seconds } = (await row.ask(matrix, { parts: [], clock: true }, 'main'))!;
      first ??= seconds!;
      console.log(`round ${round + 1}: ${row.runtime} ${row.which ?? ''} ${JSON.stringify(seconds)}`);
      for (const [job, value] of Object.entries(seconds!)) {
        const all = ratios.get(row)!;
        all[job] = [...(all[job] ?? []), value / first[job]];
      }
    }
  }
  const medians = (all: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(all).map(([job, values]) => [job, medianOf(values)]));
  return new Map(Array.from(ratios, ([row, all]) => [row, medians(all)]));
}

const HEAD = ['runtime', 'version', 'imports by', 'where', 'same bits', 'threads', 'sampling', 'training'];

const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A row's cells but those of the clock. */
const cellsOf = ({ row, version, bits, threads }: Result): string[] => {
  const where = placesOf(row).length === 2 ? 'main thread, worker' : 'main thread';
  return [row.runtime, version, row.imports, where, bits, threads];
};

/** The cells that the page has, but those of the clock, of the same rows in the same order. */
function cellsOfPage(): string[][] {
  const [, table] = MARKS.exec(readFileSync(PAGE, 'utf8'))!;
  const lines = table.split('\n').filter((line) => line.startsWith('| '));
  const cells = lines.slice(2).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .slice(0, HEAD.length - 2),
  );
  if (String(cells.map(([, , imports]) => imports)) !== String(ROWS.map(({ imports }) => imports))) {
    throw new Error(`${PAGE} has other rows: run this without --clock`);
  }
  return cells;
}

function tableOf(cells: readonly string[][], clock: Map<Row, Record<string, number>> | undefined): string {
  const timeOf = (row: Row, job: string) => clock?.get(row)?.[job]?.toFixed(2) ?? '-';
  const lines = cells.map((own, k) => [...own, timeOf(ROWS[k], 'sampling'), timeOf(ROWS[k], 'training')]);
  const text = [HEAD, HEAD.map(() => '---'), ...lines].map(lineOf).join('\n');
  const timed = clock ? `times on ${cpus()[0].model}, medians of ${ROUNDS} rounds` : 'times were not taken';
  return `${text}\n\nWritten by \`npx tsx test/runtimes/table.ts\` on ${platform()} ${arch()}; ${timed}.`;
}

function write(table: string): void {
  const page = readFileSync(PAGE, 'utf8');
  if (!MARKS.test(page)) throw new Error(`${PAGE} has no marks <!-- table --> and <!-- /table -->`);
  writeFileSync(
    PAGE,
    page.replace(MARKS, () => `<!-- table -->\n${table}\n<!-- /table -->`),
  );
}

/** Asks all rows. */
async function askAll(matrix: Matrix): Promise<string[][]> {
  const { hashes } = await answer({ parts: ALL, threaded: [] });
  const results: Result[] = [];
  for (const row of ROWS) results.push(await resultOf(matrix, row, hashes));
  if (results.some(({ bits }) => bits !== 'yes')) process.exitCode = 1;
  return results.map(cellsOf);
}

async function main(words: readonly string[]): Promise<void> {
  const matrix = new Matrix();
  try {
    const cells = words.includes('--clock') ? cellsOfPage() : await askAll(matrix);
    const timed = ROWS.filter((row) => row.timed);
    const clock = words.includes('--no-clock') ? undefined : await readClock(matrix, timed);
    write(tableOf(cells, clock));
  } finally {
    await matrix.close();
  }
}

// puppeteer takes these signals for its browsers alone
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
await main(process.argv.slice(2));
