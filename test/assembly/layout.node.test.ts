import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ANNEALING_FIELDS } from '../../src/rbm/bitChains.js';
import { FIXED_FIELDS } from '../../src/rbm/fixedLayout.js';
import { LAYERED_FIELDS } from '../../src/rbm/layeredLayout.js';
import {
  LEARNING_FIELDS,
  POPULATION_FIELDS,
  PROPOSALS_FIELDS,
  STEP_FIELDS,
  TRAINING_FIELDS,
} from '../../src/rbm/layout.js';
import {
  EXACT_BLOCKS,
  FIXED_BITS,
  FIXED_GROUPS,
  FIXED_PANEL,
  FIXED_SCALES,
  FIXED_SCRATCH,
  FIXED_TABLES,
  PANEL,
  STREAM,
  TABLES,
} from '../../src/wasm/kernels.js';

const test = suite('assembly/layout');

const source = (name: string) => readFileSync(new URL(`../../assembly/${name}`, import.meta.url), 'utf8');

/** Fields of a class in AssemblyScript, in order, with their types. */
function fieldsOf(text: string, name: string): [field: string, type: string][] {
  const body = new RegExp(`class ${name} \\{\\n([^}]*)\\}`).exec(text)?.[1];
  assert.type(body, 'string', `class ${name} not found`);
  const lines = body!.split('\n').filter((line) => line.replace(/\/\/.*/, '').trim() !== '');
  return lines.map((line) => {
    const field = /^\s*(\w+): (\w+)(?: \| null)?;/.exec(line);
    assert.ok(field, `not a field: ${line}`);
    return [field![1], field![2]];
  });
}

for (const [file, name, known, floats] of [
  ['training', 'Training', TRAINING_FIELDS, ['rate', 'momentum', 'lambda']],
  ['fixedTraining', 'FixedTraining', FIXED_FIELDS, ['rate', 'momentum', 'lambda']],
  ['learning', 'Learning', LEARNING_FIELDS, ['target', 'cost']],
  ['population', 'Population', POPULATION_FIELDS, ['limit', 'momentum', 'lambda', 'pace', 'effective', 'paces']],
  ['proposals', 'Proposals', PROPOSALS_FIELDS, []],
  ['layered', 'Layered', LAYERED_FIELDS, []],
  ['descent', 'Step', STEP_FIELDS, ['momentum', 'lambda', 'decay', 'limit']],
  ['annealing', 'Annealing', ANNEALING_FIELDS, []],
] as const) {
  test(`the fields of ${name} are those that src/rbm writes, in order`, () => {
    const fields = fieldsOf(source(`rbm/${file}.ts`), name);
    assert.equal(
      fields.map(([field]) => field),
      [...known],
    );
    // four bytes each, and floats where it writes floats
    for (const [field, type] of fields) {
      const float = (floats as readonly string[]).includes(field);
      // an address may have the name of the block that lies there
      assert.ok(
        float ? type === 'f32' : ['u32', 'usize', 'Population', 'Proposals'].includes(type),
        `${field}: ${type}`,
      );
    }
  });
}

test('the constants that both sides know are the same', () => {
  const constants = (name: string) =>
    new Map([...source(name).matchAll(/const (\w+): \w+ = ([^;]+);/g)].map(([, constant, value]) => [constant, value]));
  const panel = constants('rbm/panel.ts');
  assert.is(panel.get('PANEL'), String(PANEL));
  assert.is(panel.get('ROW'), String(4 * PANEL));
  assert.is(panel.get('ENTRY'), String(4 * PANEL));
  assert.is(panel.get('TABLE'), '16 * ROW');
  assert.is(Number(panel.get('BLOCK')) * 16 * 4 * PANEL, TABLES);
  for (const file of ['training', 'learning', 'annealing']) {
    assert.ok(source(`rbm/${file}.ts`).includes(`rank * ${TABLES}`), `tables of a thread in ${file}.ts`);
  }
  const fixed = constants('rbm/fixedPoint.ts');
  assert.is(fixed.get('COLUMNS'), String(FIXED_PANEL));
  assert.is(fixed.get('BITS'), String(FIXED_BITS));
  assert.is(fixed.get('GROUPS'), String(FIXED_GROUPS));
  assert.is(fixed.get('FIXED_TABLES'), String(FIXED_TABLES));
  assert.is(FIXED_TABLES, FIXED_GROUPS * 2 ** FIXED_BITS * 2 * FIXED_PANEL);
  assert.is(fixed.get('SCALES'), String(FIXED_SCALES));
  assert.is(constants('rbm/fixedTraining.ts').get('FIXED_SCRATCH'), String(FIXED_SCRATCH));
  assert.is(constants('rbm/exactModel.ts').get('BLOCKS'), String(EXACT_BLOCKS));
  assert.ok(source('random.ts').includes(`((<usize>t) << ${Math.log2(STREAM)})`), 'bytes of a stream');
});

test.run();
