/** Results of points as files of a folder. */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OutputFolder } from '../../src/cli/words/outputFolder.js';
import { type AnyExperiment, experiments } from '../../src/experiments/index.js';
import { resolveParameters } from '../../src/experiments/kit/parameters.js';

const test = suite('experiments/point files');
const path = mkdtempSync(join(tmpdir(), 'blockspin-points-'));
test.after(() => rmSync(path, { recursive: true, force: true }));

const open = (given: object = {}) =>
  OutputFolder.open(path, { resume: true, restart: false, ...given }, ['result.json']);

test('a finished point is a file under its key, and its state is gone; another run of the folder finds it', () => {
  const folder = open();
  const { points, checkpoint } = folder;
  assert.not.ok(folder.interrupted);
  checkpoint.save(() => Uint8Array.of(1), true);
  points.save('4×4, from blocks', Uint8Array.of(2, 3));
  assert.not.ok(checkpoint.exists);
  assert.equal(readdirSync(join(path, 'points')), ['4×4, from blocks.safetensors']);
  assert.equal([folder.interrupted, points.count], [true, 1]);
  folder.close();

  assert.throws(() => open({ resume: false }), /holds an interrupted run: --resume continues it/);
  writeFileSync(join(path, 'points', 'flow 1.safetensors.0123abcd.tmp'), '');
  const again = open();
  assert.equal([...(again.points.load('4×4, from blocks') ?? [])], [2, 3]);
  assert.is(again.points.load('4×4, 4'), undefined);
  assert.is(again.points.count, 1);
  assert.equal(readdirSync(join(path, 'points')), ['4×4, from blocks.safetensors']);
  again.close();
  const anew = open({ resume: false, restart: true });
  assert.not.ok(anew.interrupted);
  assert.not.ok(existsSync(join(path, 'points')));
  anew.close();
});

test('keys of all studies have files of their own, in the folder', () => {
  const folder = open();
  const keys = Object.values(experiments).flatMap((experiment: AnyExperiment) =>
    experiment
      .points(resolveParameters(experiment))
      .map((point) => `${experiment.name} ${(point as { key: string }).key}`),
  );
  const all = [...keys, '..', '../a', 'a/b', 'a%2fb', 'a\\b', 'a:b', 'a\u0000b', ''];
  const names = all.map((key) => folder.points.nameOf(key));
  assert.is(new Set(names).size, all.length);
  for (const name of names)
    assert.match(name.slice(folder.points.folder.length + 1), /^[^/\\:%]*(%[0-9a-f]+[^/\\:%]*)*\.safetensors$/);
  folder.close();
});

test.run();
