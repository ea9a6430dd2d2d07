import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';

/**
 * Compares lines with the committed list in test/guards/. `UPDATE_SNAPSHOTS=1 npm test` writes the list anew; the change is then seen in review.
 * @throws if they differ
 */
export function matchesSnapshot(name: string, lines: string[]): void {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const text = `${lines.join('\n')}\n`;
  if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(path, text);
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
  assert.fixture(text, committed, `test/guards/${name} is out of date; if this is meant: UPDATE_SNAPSHOTS=1 npm test`);
}
