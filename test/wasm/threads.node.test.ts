/** Where threads cannot be started, and when they end. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM_MISSING, evaluateInPage, FIREFOX_MISSING, findChromium, findFirefox } from '../../scripts/browser.js';
import { WORKER } from '../../src/wasm/worker.js';
import { runText } from '../program.js';

const test = suite('wasm/threads in Node');

/** What a program prints as JSON, line by line, in a Node process of its own in the root of the project. */
function lines(text: string, ...flags: string[]): unknown[] {
  const { status, signal, stdout, stderr } = runText(text, ...flags);
  assert.equal([status, signal], [0, null], stderr);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/**
 * As Node's permission model has it without --allow-worker: the second worker is refused, so the first has to be ended.
 */
const REFUSED = `
const threads = process.getBuiltinModule('node:worker_threads');
const tell = (value) => console.log(JSON.stringify(value));
let made = 0;
let ended = 0;
threads.Worker = class extends threads.Worker {
  constructor(...args) {
    if (++made % 2 === 0) throw Object.assign(new Error('Access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' });
    super(...args);
    this.on('exit', () => ended++);
  }
};
const notes = [];
console.warn = (note) => notes.push(note);
// of two cores, whatever there are
process.getBuiltinModule('node:os').availableParallelism = () => 2;
`;

const PLAIN = "algorithm: 'cd', centred: false";

for (const [name, options] of [
  ['one plain step', PLAIN],
  ['a population', "algorithm: 'population'"],
  ['16-bit fixed point', "precision: 'fixed16'"],
  ['Gaussian hidden units', "units: { visible: 'bits', hidden: 'gaussian' }"],
] as const) {
  test(`without threads the default does the same alone, with one note: ${name}`, () => {
    const [result] = lines(`${REFUSED}
      const { Training } = await import('./src/rbm/training/training.ts');
      const { randomRows } = await import('./test/physics/enumeration.ts');
      const data = randomRows(120, 150, 1, () => 0.5);
      const weights = [];
      const asked = [];
      for (const threads of [undefined, 1, undefined]) {
        const training = await Training.start(data, { hidden: 200, epochs: 2, ${options}, ...(threads && { threads }) });
        asked.push(training.options.threads);
        while (!training.finished) await training.runEpoch();
        weights.push([...training.state().weights].join());
        await training.close();
      }
      tell({ asked, same: weights.every((w) => w === weights[0]), notes, made, ended });
    `);
    const { notes, ...others } = result as { notes: string[] };
    assert.equal(others, { asked: [2, 1, 1], same: true, made: 2, ended: 1 });
    assert.is(notes.length, 1);
    assert.match(
      notes[0],
      /^blockspin: threads cannot be started here \(Access to this API has been restricted\), so one thread does all the work; /,
    );
  });
}

test('without threads, samplers and lattices do the same alone', () => {
  const [result] = lines(`${REFUSED}
    const { SingleSpin, isingHamiltonian, square } = await import('./src/all.ts');
    const hamiltonian = isingHamiltonian({ lattice: square(6), coupling: 0.3 });
    const bits = [];
    for (const options of [{}, { threads: 1 }]) {
      bits.push([...(await new SingleSpin({ hamiltonian, chains: 2, ...options }).sampleAsync(20)).bytes].join());
    }
    tell({ same: bits[0] === bits[1], notes: notes.length });
  `);
  assert.equal(result, { same: true, notes: 1 });
});

test('a large lattice does without threads too', () => {
  const [result] = lines(`${REFUSED}
    const { MultiSpin, square } = await import('./src/all.ts');
    const found = [];
    for (const options of [{}, { threads: 1 }]) {
      const lattice = new MultiSpin({ lattice: square(1024), coupling: 0.4, ...options });
      await lattice.advanceAsync(3);
      found.push(lattice.measure());
      await lattice.close();
    }
    tell({ same: JSON.stringify(found[0]) === JSON.stringify(found[1]), notes: notes.length });
  `);
  assert.equal(result, { same: true, notes: 1 });
});

test('threads that were asked for and cannot be started are an error with the ways out', () => {
  const results = lines(`${REFUSED}
    const { MultiSpin, SingleSpin, Training, isingHamiltonian, square } = await import('./src/all.ts');
    const { randomRows } = await import('./test/physics/enumeration.ts');
    const lattice = new MultiSpin({ lattice: square(512), coupling: 0.4, threads: 2 });
    const hamiltonian = isingHamiltonian({ lattice: square(6), coupling: 0.3 });
    for (const work of [
      () => Training.start(randomRows(10, 5, 1, () => 0.5), { hidden: 2, threads: 2 }),
      () => new SingleSpin({ hamiltonian, chains: 2, threads: 2 }).sampleAsync(20),
      () => lattice.advanceAsync(1),
      () => lattice.advanceAsync(1), // not only at the first trial
    ]) await work().then(() => tell('done'), (error) => tell(error.message));
    lattice.advance(1);
    await lattice.close();
    tell(notes);
  `);
  assert.equal(results.pop(), [], 'no note beside the error');
  assert.is(results.length, 4);
  for (const message of results) {
    assert.match(
      message as string,
      /^2 threads cannot be started here \(Access to this API has been restricted\): .*worker-src blob:.*; .*--allow-worker.*; threads: 1 needs none/,
    );
  }
});

test('threads of a run and of a lattice that nobody closed end when these are collected, not before', () => {
  const [result] = lines(
    `
    const threads = process.getBuiltinModule('node:worker_threads');
    let made = 0;
    let ended = 0;
    threads.Worker = class extends threads.Worker {
      constructor(...args) {
        super(...args);
        made++;
        this.on('exit', () => ended++);
      }
    };
    const { MultiSpin, Training, square } = await import('./src/all.ts');
    const { randomRows } = await import('./test/physics/enumeration.ts');
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const collect = async () => {
      for (let k = 0; k < 20 && ended < made - 2; k++) {
        gc();
        await pause(20);
      }
    };
    const abandon = async () => {
      const training = await Training.start(randomRows(10, 5, 1, () => 0.5), { hidden: 2, threads: 2 });
      await training.runEpoch();
      const lattice = new MultiSpin({ lattice: square(512), coupling: 0.4, threads: 2 });
      await lattice.advanceAsync(1);
    };
    const kept = await Training.start(randomRows(10, 5, 1, () => 0.5), { hidden: 2, threads: 2 });
    for (let k = 0; k < 3; k++) await abandon();
    await collect();
    const before = { made, ended };
    await kept.runEpoch();
    await kept.close();
    console.log(JSON.stringify({ ...before, closed: ended - before.ended }));
    `,
    '--expose-gc',
  );
  assert.equal(result, { made: 14, ended: 12, closed: 2 });
});

test('in Node a worker can be started from a file', () => {
  const [result] = lines(`
    const { MultiSpin, init, square } = await import('./src/all.ts');
    const threads = process.getBuiltinModule('node:worker_threads');
    const started = [];
    threads.Worker = class extends threads.Worker {
      constructor(file, options) {
        super(file, options);
        started.push(options?.eval ? 'text' : String(file).replace(/.*build/, 'build'));
      }
    };
    await init({ worker: new URL('./build/worker.js', 'file://' + process.cwd() + '/') });
    const bytes = [];
    for (const count of [2, 1]) {
      const lattice = new MultiSpin({ lattice: square(256), coupling: 0.4, threads: count });
      await lattice.advanceAsync(2);
      await lattice.close();
      bytes.push(String(lattice.configurations().bytes));
    }
    console.log(JSON.stringify({ started, same: bytes[0] === bytes[1] }));
  `);
  assert.equal(result, { started: ['build/worker.js', 'build/worker.js'], same: true });
});

/** In a page: what the default and an explicit number of threads do. */
const inPage = `
  import { Training } from './src/rbm/training/training.ts';
  import { randomRows } from './test/physics/enumeration.ts';
  export default async () => {
    const notes = [];
    console.warn = (note) => notes.push(note);
    const data = randomRows(120, 150, 1, () => 0.5);
    const weights = [];
    for (const options of [{}, { threads: 1 }]) {
      const training = await Training.start(data, { hidden: 200, epochs: 1, ...options });
      await training.runEpoch();
      weights.push([...training.state().weights].join());
      await training.close();
    }
    const explicit = await Training.start(data, { hidden: 2, threads: 2 }).then((training) => training.close(), (error) => error.message);
    return { isolated: crossOriginIsolated, notes: notes.length, same: weights[0] === weights[1], ...(explicit && { explicit }) };
  };`;

/**
 * The same work in a worker of the page, with nested workers as threads: long enough for Firefox to collect those that
 * nothing holds.
 */
const inWorker = `
  import { Training } from './src/rbm/training/training.ts';
  import { randomRows } from './test/physics/enumeration.ts';
  async function work() {
    const training = await Training.start(randomRows(3000, 400, 1, () => 0.5), { hidden: 200, epochs: 20, threads: 2 });
    while (!training.finished) await training.runEpoch();
    return { epochs: training.epoch, document: typeof document };
  }
  export default () =>
    typeof document === 'undefined'
      ? work()
      : new Promise(() => {
          globalThis.outer = new Worker('/stdin.js', { type: 'module' });
        });`;

const POLICY = "script-src 'self' 'wasm-unsafe-eval'";

/** In a page: whether a worker from a file gives the weights of one thread; the file, an expression. */
const withFile = (file: string) => `
  import { init } from './src/wasm/init.ts';
  import { Training } from './src/rbm/training/training.ts';
  import { randomRows } from './test/physics/enumeration.ts';
  export default async () => {
    const started = [];
    const Own = globalThis.Worker;
    globalThis.Worker = class extends Own {
      constructor(address, options) {
        super(address, options);
        started.push(String(address).replace(/:.*/, ''));
      }
    };
    await init({ worker: ${file} });
    const data = randomRows(120, 50, 1, () => 0.5);
    const weights = [];
    for (const threads of [2, 1]) {
      const training = await Training.start(data, { hidden: 20, epochs: 1, threads });
      await training.runEpoch();
      weights.push([...training.state().weights].join());
      await training.close();
    }
    return { same: weights[0] === weights[1], started };
  };`;

for (const [browser, program] of [
  ['Chromium', findChromium()],
  ['Firefox', findFirefox()],
] as const) {
  if (program === undefined) console.log(`skipped: ${browser === 'Chromium' ? CHROMIUM_MISSING : FIREFOX_MISSING}`);
  const there = program === undefined ? test.skip : test;
  const page = (source: string, policy?: string, files?: Record<string, string>) =>
    evaluateInPage(source, {
      ...(files && { files }),
      chromium: program as string,
      isolated: true,
      patience: 120_000,
      ...(policy && { policy }),
    });

  there(`${browser}: threads in a page`, async () => {
    assert.equal(await page(inPage), { isolated: true, notes: 0, same: true });
  });

  there(`${browser}: a page whose policy forbids them`, async () => {
    const { explicit, notes, ...others } = (await page(inPage, POLICY)) as { explicit: string; notes: number };
    assert.equal(others, { isolated: true, same: true });
    assert.ok(notes <= 1, 'on one core none is tried');
    assert.match(explicit, /^2 threads cannot be started here \(.*\): .*worker-src blob:/);
  });

  there(`${browser}: a worker from a file, where the policy allows none from a blob`, async () => {
    const files = { '/worker.js': WORKER };
    assert.equal(await page(withFile("'/worker.js'"), POLICY, files), {
      same: true,
      started: ['/worker.js', '/worker.js'],
    });
    // a file of another origin is imported by a blob; what is no worker at all is followed by the built-in text
    const there = "location.origin.replace('127.0.0.1', 'localhost') + '/worker.js'";
    const other = (await page(withFile(there), undefined, files)) as { same: boolean; started: string[] };
    // Chromium refuses a worker of another origin at once, Firefox by an event of the worker
    const tried = browser === 'Firefox' ? ['http', 'blob', 'blob'] : ['blob', 'blob'];
    assert.equal(other, { same: true, started: tried });
    const { same } = (await page(withFile("'/missing.js'"), undefined, files)) as { same: boolean };
    assert.ok(same);
  });

  there(`${browser}: threads in a worker of a page`, async () => {
    assert.equal(await page(inWorker), { epochs: 20, document: 'undefined' });
  });
}

test.run();
