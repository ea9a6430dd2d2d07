/** The commands that <blockspin-training> prints for a file give the weights of the figure. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { commandOf } from '../../src/elements/training/program.js';
import { TrainingScene } from '../../src/elements/training/scene.js';
import { TRAINING, type TrainingValues } from '../../src/elements/training/spec.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { decodeRbm } from '../../src/io/rbm.js';
import { folder, here, removeFolders } from '../cli/command.js';

const test = suite('elements/trainingCommand');

test('each command leaves the weights of its machine', async () => {
  const values: TrainingValues = {
    ...defaultsOf(TRAINING.properties),
    data: 'file',
    hiddenUnits: 3,
    second: 'plain',
    third: 'cd10',
    updates: 40,
    epochs: 2,
    speed: 0,
  };
  const bytes = encodeNpy({ shape: [3, 4], data: Float64Array.of(0.9, 0.1, 1, 1, 0, 0.2, 0, 1, 1, 0.8, 0, 0) });
  const scene = await TrainingScene.start(values);
  await scene.calls.load({ name: "the reader's rows.npy", bytes, greys: true });
  const known = { ...scene.report().data!, greys: true };
  while (await scene.advance(20));
  const commands = commandOf(values, scene.report().machines, known)!.split('\n');
  const place = folder();
  writeFileSync(join(place, 'rows.npy'), bytes);
  for (const [k, command] of commands.entries()) {
    assert.ok(command.startsWith("npx blockspin train 'the reader'\\''s rows.npy' --threshold 0.5 "), command);
    const words = command.slice(command.indexOf('--')).split(' ');
    const out = words.indexOf('--out') + 1;
    words[out] = join(place, words[out]);
    const { code, stderr } = await here(['train', join(place, 'rows.npy'), ...words]);
    assert.is(code, 0, stderr);
    const rbm = decodeRbm(readFileSync(join(words[out], 'model.safetensors')));
    assert.equal(rbm.weights, scene.calls.rbm(k).weights, command);
  }
});

test('other data have no command', () => {
  const values = defaultsOf(TRAINING.properties);
  assert.is(commandOf(values, [], { rows: 6, width: 25, measured: 6 }), undefined);
});

test.after(removeFolders);
test.run();
