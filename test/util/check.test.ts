import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  finite,
  instanceOf,
  integer,
  knownOptions,
  lengthOf,
  objectWith,
  oneOf,
  positive,
  positiveIntegers,
  refuse,
  show,
  within,
} from '../../src/util/check.js';
import { refuses } from '../assert.js';

const test = suite('util/check');

test('values as they read in a message', () => {
  assert.is(show('one'), '"one"');
  assert.is(show('say "so"'), '"say \\"so\\""');
  assert.is(show('x'.repeat(60)), `"${'x'.repeat(60)}"`);
  assert.is(show('x'.repeat(61)), `"${'x'.repeat(57)}..."`);
  assert.is(show(Number.NaN), 'NaN');
  assert.is(show(undefined), 'undefined');
  assert.is(show(null), 'null');
  assert.is(show(5n), '5');
  assert.is(show(Symbol('s')), 'Symbol(s)');
  assert.is(show([1, 'two', [3]]), '[1, "two", [3]]');
  assert.is(show([1, 2, 3, 4, 5, 6, 7, 8, 9]), '[1, 2, 3, 4, 5, 6, 7, 8, ...]');
  assert.is(show({}), 'Object');
  assert.is(show(Object.create(null)), 'object');
  assert.is(show(new Float32Array(3)), 'Float32Array');
  assert.is(show(new Date(0)), 'Date');
});

test('refuse throws the house wording, RangeError unless the kind is wrong', () => {
  refuses(() => refuse('seed', 'text', 5), RangeError, '"seed" expected text, got 5');
  refuses(() => refuse('seed', 'text', 5, 'type'), TypeError, '"seed" expected text, got 5');
});

test('finite', () => {
  for (const value of [0, -0, -5, 1e308, 5e-324]) assert.is(finite('x', value), value);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    refuses(() => finite('coupling', value), RangeError, `"coupling" expected finite number, got ${value}`);
  }
  refuses(() => finite('coupling', '1'), TypeError, '"coupling" expected finite number, got "1"');
  refuses(() => finite('coupling', 1n), TypeError, '"coupling" expected finite number, got 1');
  refuses(() => finite('coupling', undefined), TypeError, '"coupling" expected finite number, got undefined');
});

test('within: the ends belong to it', () => {
  for (const value of [0, 0.5, 1]) assert.is(within('p', value, 0, 1), value);
  refuses(() => within('p', 1.0000001, 0, 1), RangeError, '"p" expected number in [0, 1], got 1.0000001');
  refuses(() => within('p', -5e-324, 0, 1), RangeError, '"p" expected number in [0, 1], got -5e-324');
  refuses(() => within('p', Number.NaN, 0, 1), RangeError, '"p" expected number in [0, 1], got NaN');
  refuses(() => within('p', null, 0, 1), TypeError, '"p" expected number in [0, 1], got null');
});

test('positive', () => {
  for (const value of [5e-324, 1, 1e308]) assert.is(positive('rate', value), value);
  for (const value of [0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses(() => positive('rate', value), RangeError, `"rate" expected number > 0, got ${value}`);
  }
  refuses(() => positive('rate', [1]), TypeError, '"rate" expected number > 0, got [1]');
});

test('integer, with each of its wordings', () => {
  assert.is(integer('n', 1), 1);
  assert.is(integer('n', 2 ** 53 - 1), 2 ** 53 - 1);
  assert.is(integer('n', 0, 0), 0);
  assert.is(integer('n', -3, -3, 3), -3);
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    refuses(() => integer('n', value), RangeError, `"n" expected positive integer, got ${value}`);
  }
  refuses(() => integer('n', -1, 0), RangeError, '"n" expected integer >= 0, got -1');
  refuses(() => integer('n', 4, 0, 3), RangeError, '"n" expected integer in [0, 3], got 4');
  refuses(() => integer('n', -1, 0, 3), RangeError, '"n" expected integer in [0, 3], got -1');
  refuses(() => integer('n', '4', 0, 3), TypeError, '"n" expected integer in [0, 3], got "4"');
  refuses(() => integer('n', true), TypeError, '"n" expected positive integer, got true');
});

test('positiveIntegers names the entry that is wrong', () => {
  const sizes = [400, 100, 25];
  assert.equal(positiveIntegers('hidden', sizes), sizes);
  assert.is.not(positiveIntegers('hidden', sizes), sizes, 'a copy');
  refuses(
    () => positiveIntegers('hidden', []),
    TypeError,
    '"hidden" expected non-empty array of positive integers, got []',
  );
  refuses(
    () => positiveIntegers('hidden', 5),
    TypeError,
    '"hidden" expected non-empty array of positive integers, got 5',
  );
  refuses(() => positiveIntegers('hidden', [5, 0]), RangeError, '"hidden[1]" expected positive integer, got 0');
  refuses(() => positiveIntegers('hidden', [5, '6']), TypeError, '"hidden[1]" expected positive integer, got "6"');
});

test('oneOf names the choices', () => {
  assert.is(oneOf('preset', 'quick', ['quick', 'paper']), 'quick');
  refuses(
    () => oneOf('preset', 'slow', ['quick', 'paper']),
    RangeError,
    '"preset" expected one of quick, paper, got "slow"',
  );
  refuses(() => oneOf('preset', 1, ['quick']), RangeError, '"preset" expected one of quick, got 1');
});

const NAMES = ['hidden', 'learningRate', 'l1', 'l2', 'batchSize', 'optimiser'] as const;
type Options = Partial<Record<(typeof NAMES)[number], unknown>>;
const asked = (options: object) => knownOptions('trainRbm', options as Options, NAMES);

test('instanceOf and objectWith', () => {
  const date = new Date(0);
  assert.is(instanceOf('when', date, Date, 'Date'), date);
  refuses(() => instanceOf('when', 5, Date, 'Date'), TypeError, '"when" expected Date, got 5');
  const state = { epoch: 0 };
  assert.is(objectWith('state', state, ['epoch'], 'state'), state);
  for (const [value, shown] of [
    [null, 'null'],
    [{}, 'Object'],
    [undefined, 'undefined'],
    ['a', '"a"'],
  ] as const) {
    refuses(() => objectWith('state', value, ['epoch'], 'state'), TypeError, `"state" expected state, got ${shown}`);
  }
});

test('knownOptions takes what it knows, what is undefined, and instances', () => {
  const options = { hidden: 4, l2: undefined };
  assert.is(asked(options), options);
  asked({});
  asked({ nothing: undefined });
  asked(Object.create(null));
  asked(
    new (class {
      hidden = 4;
      more = 5;
    })(),
  );
});

test('knownOptions names the unknown option and the one that may be meant', () => {
  const refused = (given: string, advice: string) => {
    const message = `"${given}" expected an option of trainRbm, got an unknown name: ${advice}`;
    refuses(() => asked({ hidden: 4, [given]: 5 }), RangeError, message);
  };
  for (const given of [
    'learning_rate',
    'LearningRate',
    'learning-rate',
    'learningrate',
    'leaningRate',
    'learningRates',
  ]) {
    refused(given, 'did you mean learningRate?');
  }
  refused('optimizer', 'did you mean optimiser?');
  refused('L1', 'did you mean l1?');
  refused('l3', 'it has hidden, learningRate, l1, l2, batchSize, optimiser');
  refused('temperature', 'it has hidden, learningRate, l1, l2, batchSize, optimiser');
});

test('knownOptions refuses what is no object of options', () => {
  for (const [value, shown] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['a', '"a"'],
    [[1], '[1]'],
    [new Uint8Array(2), 'Uint8Array'],
  ] as const) {
    const message = `"options" expected { hidden, learningRate, l1, l2, … }, got ${shown}`;
    refuses(() => asked(value as never), TypeError, message);
  }
  const inner = () => knownOptions('sparsity', 5 as never, ['target', 'cost'], 'sparsity');
  refuses(inner, TypeError, '"sparsity" expected { target, cost }, got 5');
});

test('lengthOf', () => {
  const array = new Float32Array(3);
  assert.is(lengthOf('weights', array, 3), array);
  refuses(() => lengthOf('weights', array, 4), RangeError, '"weights" expected length 4, got 3');
});

test.run();
