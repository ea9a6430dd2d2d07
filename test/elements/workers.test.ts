import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { forgetWorker, keepWorker } from '../../src/elements/base/workers.js';

const test = suite('elements/workers');

test('one worker too many ends that of the figure out of sight for longest, never one that is needed', () => {
  const needed = new Set<string>(['a', 'c']);
  const ended: string[] = [];
  const figures = new Map(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, { name }]));
  const keep = (name: string) =>
    keepWorker(
      figures.get(name)!,
      () => needed.has(name),
      () => ended.push(name),
    );
  for (const name of ['a', 'b', 'c', 'd', 'e']) keep(name);
  assert.equal(ended, []);
  keep('b'); // seen again
  keep('f');
  assert.equal(ended, ['d']);
  forgetWorker(figures.get('e')!); // removed from the page
  keep('g');
  assert.equal(ended, ['d']);
  keep('e');
  assert.equal(ended, ['d', 'b']);
  for (const name of ['e', 'f', 'g', 'd']) needed.add(name);
  keep('d');
  assert.equal(ended, ['d', 'b'], 'all are needed: none is ended');
});

test.run();
