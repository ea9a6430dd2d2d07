import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';

/**
 * Compares lines with the committed list in test/guards/. `UPDATE_SNAPSHOTS=1 npm test` rewrites the list; the change
 * is then seen in review.
 * @throws if they differ
 */
export function matchesSnapshot(name: string, lines: string[]): void {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const text = `${lines.join('\n')}\n`;
  if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(path, text);
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
  assert.fixture(text, committed, `test/guards/${name} is out of date; if this is meant: UPDATE_SNAPSHOTS=1 npm test`);
}

/** What a number may differ from the committed one: by a share of it, or by a few. */
export interface Margin {
  share: number;
  few: number;
}

/**
 * What differs between numbers by name and the committed text, `name 1 2 3` a line; nothing where all are within the
 * margin. Less is said too: the list is to stay near what there is, or it would guard nothing.
 */
export function beyondMargin(
  text: string,
  numbers: ReadonlyMap<string, readonly number[]>,
  columns: readonly string[],
  { share, few }: Margin,
): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const committed = new Map(
    lines.map((line) => {
      const [name, ...rest] = line.split(/ {2,}/);
      return [name, rest.join(' ').split(' ').map(Number)];
    }),
  );
  const problems: string[] = [];
  for (const [name, values] of numbers) {
    const before = committed.get(name);
    if (before === undefined) problems.push(`${name}: new`);
    else if (before.length !== values.length) problems.push(`${name}: ${before.length} numbers, now ${values.length}`);
    else {
      values.forEach((value, k) => {
        if (!(Math.abs(value - before[k]) <= Math.max(few, share * before[k]))) {
          const percent =
            before[k] === 0 ? '' : ` (${value > before[k] ? '+' : ''}${(100 * (value / before[k] - 1)).toFixed(0)} %)`;
          problems.push(`${name}: ${columns[k]} ${before[k]}, now ${value}${percent}`);
        }
      });
    }
  }
  for (const name of committed.keys()) if (!numbers.has(name)) problems.push(`${name}: gone`);
  return problems;
}

/**
 * Compares numbers by name with the committed list in test/guards/, within a margin. `UPDATE_SNAPSHOTS=1 npm test`
 * rewrites the list.
 * @throws naming each that is beyond it
 */
export function staysNear(
  name: string,
  numbers: ReadonlyMap<string, readonly number[]>,
  columns: readonly string[],
  margin: Margin,
): void {
  const path = fileURLToPath(new URL(name, import.meta.url));
  if (process.env.UPDATE_SNAPSHOTS === '1') {
    const width = Math.max(...[...numbers.keys()].map((each) => each.length));
    const lines = [...numbers].map(([each, values]) => `${each.padEnd(width)}  ${values.join(' ')}`);
    writeFileSync(path, `# ${columns.join(', ')}\n${lines.join('\n')}\n`);
  }
  const problems = beyondMargin(existsSync(path) ? readFileSync(path, 'utf8') : '', numbers, columns, margin);
  if (problems.length === 0) return;
  const advice = `test/guards/${name} is out of date; if this is meant: UPDATE_SNAPSHOTS=1 npm test`;
  assert.unreachable([...problems, advice].join('\n'));
}
