/** The registered criteria are those of the code. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { criteriaText } from '../../src/experiments/verdict/criteria.js';

const test = suite('experiments/verdictText');

test('docs/experiments/verdict.md has the criteria of the study, word for word', () => {
  const text = readFileSync(join(root, 'docs/experiments/verdict.md'), 'utf8');
  assert.ok(text.includes(criteriaText()), criteriaText());
});

test.run();
