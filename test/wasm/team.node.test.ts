import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runText } from '../program.js';

const test = suite('wasm/team in Node');

/** A team of two on a block of zeros, asked for no minibatches: nothing to do. */
const program = (ending: string) => `
  const { Machine } = await import('./src/wasm/machine.ts');
  const { startTeam } = await import('./src/wasm/team.ts');
  const { LEARNING } = await import('./src/wasm/learning.ts');
  const machine = new Machine(LEARNING, { training: 200 }, true);
  const team = await startTeam(machine, 2);
  ${ending}`;

test('a team that nobody closed does not keep the process alive', () => {
  const { status, signal, stdout, stderr } = runText(
    program(`
      await team.run('trainCd1', machine.at.training, 0, 0);
      console.log(\`ran with \${team.threads}\`);`),
  );
  assert.is(signal, null, stderr);
  assert.is(status, 0, stderr);
  assert.is(stdout, 'ran with 2\n');
});

test('a run keeps the process alive until it is done', () => {
  const { status, stdout, stderr } = runText(
    program(`team.run('trainCd1', machine.at.training, 0, 0).then(() => console.log('done'));`),
  );
  assert.is(status, 0, stderr);
  assert.is(stdout, 'done\n');
});

test('after a failure the threads are gone: the process ends', () => {
  const { status, signal, stdout, stderr } = runText(
    program(`await team.run('nothing').catch((error) => console.log(error.message));`),
  );
  assert.is(signal, null, stderr);
  assert.is(status, 0, stderr);
  assert.match(stdout, /^a thread failed: /);
});

/** Before the program: `first` is the first worker, which a test can end from outside, as the lack of memory does. */
const watched = `
const threads = process.getBuiltinModule('node:worker_threads');
let first;
threads.Worker = class extends threads.Worker {
  constructor(...args) {
    super(...args);
    first ??= this;
  }
};`;

test('a thread that dies at work is an error, not a wait for ever', () => {
  const work = `
    setTimeout(() => first.terminate(), 100);
    for (;;) await team.run('trainCd1', machine.at.training, 0, 0).catch((error) => {
      console.log(error.message);
      process.exit(7);
    });`;
  const { status, signal, stdout, stderr } = runText(`${watched}${program(work)}`);
  assert.is(signal, null, stderr);
  assert.is(status, 7, stderr);
  assert.match(stdout, /^a thread failed: it ended before its work was done, with code 1\n$/);
});

test('a thread that dies while it has nothing to do is an error of the next run', () => {
  const rest = `
    await first.terminate();
    await team.run('trainCd1', machine.at.training, 0, 0).catch((error) => console.log(error.message));`;
  const { status, signal, stdout, stderr } = runText(`${watched}${program(rest)}`);
  assert.is(signal, null, stderr);
  assert.is(status, 0, stderr);
  assert.match(stdout, /^a thread failed: it ended before its work was done/);
});

test('threads start in a process whose text is a module: its flags are theirs too', () => {
  const { status, stdout, stderr } = runText(
    program(`console.log(\`started \${team.threads}\`);`),
    '--input-type=module',
  );
  assert.is(status, 0, stderr);
  assert.is(stdout, 'started 2\n');
});

test.run();
