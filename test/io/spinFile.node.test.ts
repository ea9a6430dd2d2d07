/** Spin data on the disk: saving and loading by the name's end, files written in parts and resumed, and sampling straight to a file. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DiskFile } from '../../src/io/disk.js';
import { encodeSpinFile, encodeSpinFileHeader } from '../../src/io/spinFile.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { cubic, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import {
  createSpinFile,
  loadSpinData,
  openSpinFile,
  resumeSpinFile,
  type SpinSource,
  sampleToFile,
  saveSpinData,
} from '../../src/node.js';
import { FormatError } from '../../src/util/errors.js';
import { refuses } from '../assert.js';
import { compiledPaths } from '../program.js';
import { seeded } from './damage.js';

const test = suite<{ folder: string }>('io/spinFileWriter');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'blockspin-spins-'));
});

test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

const below = seeded(5);
const bytes = Uint8Array.from({ length: 40 }, (_, k) => (k % 2 ? below(2) : below(256)));
const content = { shape: [3, 3] as const, provenance: { source: 'a test', parameters: { K: 0.4 } } };
const data = new SpinData(20, content.shape, bytes, content.provenance);
const part = (from: number, to: number) =>
  new SpinData(to - from, content.shape, bytes.slice(2 * from, 2 * to), content.provenance);

/** The error with which a promise is rejected. */
async function rejection(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => assert.unreachable('expected a rejection') as never,
    (error: unknown) => error as Error,
  );
}

test("the name's end chooses the form, and loading gives the same spins", ({ folder }) => {
  for (const ending of ['npz', 'bits', 'npy']) {
    const path = join(folder, `x.${ending}`);
    saveSpinData(path, data);
    const first = readFileSync(path);
    saveSpinData(path, data);
    assert.equal(readFileSync(path), first);
    const back = loadSpinData(path, ending === 'npy' ? { provenance: content.provenance } : {});
    assert.equal(back, data, ending);
  }
  assert.is(loadSpinData(join(folder, 'x.npy')).provenance.source, 'unknown');
  assert.equal(readdirSync(folder).sort(), ['x.bits', 'x.npy', 'x.npz']);
  for (const name of ['x.txt', 'x', '.npz/x', 'x.NPZ', 'x.']) {
    const path = join(folder, name);
    refuses(() => saveSpinData(path, data), RangeError, /"path" expected name that ends in \.npz, \.npy, \.bits, got/);
    refuses(() => loadSpinData(path), RangeError, /"path" expected name that ends in/);
  }
  refuses(() => loadSpinData(join(folder, 'none.npz')), Error, /^cannot read .*none\.npz: ENOENT/);
  writeFileSync(join(folder, 'bad.npz'), 'PK\x03\x04');
  refuses(() => loadSpinData(join(folder, 'bad.npz')), FormatError, /bad\.npz: not a zip archive/);
  refuses(
    () => loadSpinData(join(folder, 'x.npy'), { values: 'bits' }),
    FormatError,
    /x\.npy: array expected only 0 and 1/,
  );
});

test('a .bits file above the limit is not loaded whole, and the message says what to do', ({ folder }) => {
  const path = join(folder, 'x.bits');
  saveSpinData(path, data);
  const size = 4096 + 40;
  assert.is(loadSpinData(path, { limit: size }).count, 20);
  refuses(
    () => loadSpinData(path, { limit: size - 1 }),
    RangeError,
    /x\.bits has 4136 bytes, more than 4135: read it in parts by .*openSpinFile/,
  );
});

test('batches of any sizes make the file that one encoding makes; it has its name only when it is closed', async ({
  folder,
}) => {
  const path = join(folder, 'x.bits');
  for (const cuts of [
    [0, 20],
    [0, 1, 2, 20],
    [0, 7, 7, 14, 20],
  ]) {
    rmSync(path, { force: true });
    const writer = createSpinFile(path, content);
    for (let k = 1; k < cuts.length; k++) {
      writer.append(part(cuts[k - 1], cuts[k]));
      if (k % 2) writer.flush();
      assert.is(writer.count, cuts[k]);
    }
    assert.equal(readdirSync(folder), ['x.bits.partial']);
    assert.match(
      `${await rejection(openSpinFile(`${path}.partial`))}`,
      /FormatError: .*x\.bits\.partial: is unfinished/,
    );
    writer.close();
    assert.equal(readdirSync(folder), ['x.bits']);
    assert.equal(new Uint8Array(readFileSync(path)), encodeSpinFile(data));
    refuses(() => writer.append(data), Error, `${path} is closed`);
    refuses(() => writer.close(), Error, `${path} is closed`);
    writer.discard();
    assert.ok(existsSync(path));
  }
  const spins = await openSpinFile(path);
  assert.equal((await spins.rows(3, 9)).bytes, part(3, 9).bytes);
  spins.close();
});

test('an interrupted file is resumed after the rows of its last flush, and only as what it was begun', ({ folder }) => {
  const path = join(folder, 'x.bits');
  const partial = `${path}.partial`;
  const writer = createSpinFile(path, content);
  writer.append(part(0, 6));
  writer.flush();
  writer.append(part(6, 9)); // and then the process is gone, in the middle of a row
  truncateSync(partial, 4096 + 2 * 8 + 1);
  refuses(
    () => createSpinFile(path, content),
    Error,
    /^cannot write .*x\.bits: .*x\.bits\.partial already exists: it is being written, or writing was interrupted/,
  );
  const other = { ...content, provenance: { source: 'a test', parameters: { K: 0.5 } } };
  refuses(() => resumeSpinFile(path, other), Error, /was begun with another shape or provenance/);
  refuses(() => resumeSpinFile(path, { ...content, shape: [9, 1] }), Error, /was begun with another shape/);
  const resumed = resumeSpinFile(path, content);
  assert.is(resumed.count, 6);
  resumed.append(part(6, 20));
  resumed.close();
  assert.equal(new Uint8Array(readFileSync(path)), encodeSpinFile(data));
  assert.equal(readdirSync(folder), ['x.bits']);
  refuses(() => resumeSpinFile(path, content), Error, /^cannot write .*partial: ENOENT/);

  // Rows after the last flush do not come into the file, even if no others take their place.
  const lost = createSpinFile(path, content);
  lost.append(part(0, 6));
  lost.flush();
  lost.append(part(6, 9));
  resumeSpinFile(path, content).close();
  assert.equal(loadSpinData(path), part(0, 6));

  // Nothing flushed, or no such file at all, or one that lost what it had promised.
  createSpinFile(path, content).append(part(0, 5));
  assert.is(resumeSpinFile(path, content).count, 0);
  writeFileSync(partial, encodeSpinFile(data));
  refuses(() => resumeSpinFile(path, content), Error, /partial is complete: give it its name/);
  writeFileSync(partial, 'PK');
  refuses(() => resumeSpinFile(path, content), FormatError, /partial: not a .bits file/);
  writeFileSync(partial, encodeSpinFileHeader({ count: null, flushed: 7, ...content }, 4096));
  refuses(() => resumeSpinFile(path, content), FormatError, /7 rows end at 4110, past the end/);
});

test('what does not belong is refused, and giving up leaves nothing', ({ folder }) => {
  const path = join(folder, 'x.bits');
  refuses(() => createSpinFile(path, { ...content, shape: [3] as never }), TypeError, /"shape"/);
  refuses(() => createSpinFile(path, { ...content, shape: [3, 0] }), RangeError, /"shape\[1\]"/);
  refuses(() => createSpinFile(path, { ...content, provenance: {} as never }), TypeError, /"provenance"/);
  refuses(() => createSpinFile(join(folder, 'none', 'x.bits'), content), Error, /^cannot write .*: ENOENT/);
  const writer = createSpinFile(path, content);
  const turned = new SpinData(1, [1, 9], Uint8Array.of(1, 1), content.provenance);
  refuses(() => writer.append(turned), RangeError, '"data" expected configurations of shape [3, 3], got [1, 9]');
  refuses(() => writer.append([1] as never), TypeError, /"data" expected SpinData/);
  const long = { source: 'x'.repeat(5000) };
  refuses(
    () => writer.close(long),
    RangeError,
    /"provenance" expected at most 4080 bytes in the file's header, got 50\d\d/,
  );
  writer.discard();
  writer.discard();
  assert.equal(readdirSync(folder), []);
});

test('a file of more than 4 GiB is read anywhere, and is as long as its header says', async ({ folder }) => {
  // A sparse file: only its header and one late row take place on the disk.
  const path = join(folder, 'x.bits');
  const shape = [1024, 1024] as const;
  const stride = 2 ** 17;
  const count = 2 ** 16 + 3;
  const file = new DiskFile(path, 'create');
  file.write(encodeSpinFileHeader({ count, shape, provenance: content.provenance }, 4096), 0);
  file.truncate(4096 + count * stride);
  const late = Uint8Array.from({ length: stride }, (_, k) => k * 7);
  file.write(late, 4096 + (count - 2) * stride);
  file.close();
  const spins = await openSpinFile(path);
  assert.is(spins.count, count);
  const rows = await spins.rows(count - 3, count);
  assert.ok(rows.bytes.every((byte, k) => byte === (k >= stride && k < 2 * stride ? late[k - stride] : 0)));
  spins.close();
  refuses(() => loadSpinData(path), RangeError, /has 8590331904 bytes, more than 1073741824/);
  truncateSync(path, 4096 + count * stride - 1);
  assert.match(`${await rejection(openSpinFile(path))}`, /need 8590327808 bytes, 8590327807 are present/);
});

if (process.platform === 'win32') console.log('skipped: a disk that is full, which Windows cannot be told to be');
(process.platform === 'win32' ? test.skip : test)('a full disk leaves nothing under the final name', ({ folder }) => {
  // A limit on the size of files stands for the disk; the signal that goes with it is ignored, so that writes fail instead.
  const script = `
    import { saveSpinData, sampleToFile } from './src/node.ts';
    import { SpinData } from './src/ising/data/spinData.ts';
    const data = new SpinData(2000, [40, 40], new Uint8Array(400_000).fill(1), { source: 'a test' });
    const messages = [];
    for (const name of ['a.bits', 'a.npy', 'old.bits']) {
      try { saveSpinData(name, data); } catch (error) { messages.push(error.message); }
    }
    await sampleToFile({ sample: () => data }, 6000, 'b.bits', { batch: 2000 }).catch((error) => messages.push(error.message));
    console.log(JSON.stringify(messages));`;
  writeFileSync(join(folder, 'old.bits'), encodeSpinFile(data));
  writeFileSync(join(folder, 'script.mjs'), compiledPaths(script));
  const command = `trap '' XFSZ; ulimit -f 256; exec "$0" script.mjs`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath], { cwd: folder, encoding: 'utf8' });
  const messages = JSON.parse(stdout || `["${stderr.slice(0, 2000)}"]`) as string[];
  assert.is(messages.length, 4, stderr);
  for (const message of messages)
    assert.match(message, /^cannot write (a\.bits|a\.npy|old\.bits|b\.bits\.partial): .*EFBIG/);
  assert.equal(readdirSync(folder).sort(), ['old.bits', 'script.mjs']);
  assert.equal(new Uint8Array(readFileSync(join(folder, 'old.bits'))), encodeSpinFile(data));
});

const samplers: Record<string, () => SpinSource> = {
  'Ising, 128 chains': () => new Ising({ lattice: square(6), coupling: 0.4, seed: 3 }),
  'Ising, one chain': () => new Ising({ lattice: square(6), coupling: 0.4, seed: 3, method: 'wolff' }),
  'SingleSpin on a cube': () =>
    new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: cubic(3), coupling: 0.1, field: 0.1 }), seed: 3 }),
};

test('a file sampled in batches holds the rows of one sample, and how they were sampled', async ({ folder }) => {
  for (const [name, make] of Object.entries(samplers)) {
    const whole = make().sample(1000);
    for (const batch of [1000, 301, 128, 1]) {
      if (batch === 1 && !name.startsWith('Single')) continue;
      const count = batch === 1 ? 7 : 1000;
      const path = join(folder, 'x.bits');
      const steps: number[] = [];
      const provenance = await sampleToFile(make(), count, path, {
        batch,
        onProgress: ({ stage, done, total, unit }) => {
          if (stage === 'sample') steps.push(done);
          if (stage === 'sample') assert.equal([total, unit], [count, 'samples']);
        },
      });
      const read = loadSpinData(path);
      assert.equal(read.bytes, whole.bytes.slice(0, count * whole.stride), `${name}, batches of ${batch}`);
      assert.equal(read.provenance, JSON.parse(JSON.stringify(provenance)));
      assert.is(steps.at(-1), count);
      assert.ok(steps.every((done, k) => k === 0 || done >= steps[k - 1]));
      const { sampling, ...common } = provenance;
      const { sampling: one, ...expected } = whole.provenance;
      assert.equal(common, expected);
      assert.is(sampling?.batches, batch === 1000 ? undefined : Math.ceil(count / batch));
      for (const field of ['method', 'chains', 'interval', 'independence'] as const)
        assert.is(sampling?.[field], one?.[field]);
      if (batch === 1000) assert.equal(sampling, one);
      // With one chain a batch is long enough; 128 chains have but 2 rows each in it.
      if (batch === 301) assert.is(sampling?.energy === null, sampling?.chains === 128, name);
      if (batch === 301 && sampling?.energy) {
        assert.ok(Math.abs(sampling.energy.mean - (one?.energy?.mean ?? Number.NaN)) < 1e-12);
        const ratio = sampling.energy.error / (one?.energy?.error ?? Number.NaN);
        assert.ok(ratio > 0.8 && ratio < 1.25, `${name}: ${ratio}`);
      }
    }
  }
  assert.equal(readdirSync(folder), ['x.bits']);
});

test('a sampler that stops, fails or changes leaves no file; neither does a signal', async ({ folder }) => {
  const path = join(folder, 'x.bits');
  const sampler = () => new Ising({ lattice: square(4), coupling: 0.3 });
  const controller = new AbortController();
  const stopped = sampleToFile(sampler(), 10_000, path, {
    batch: 1000,
    signal: controller.signal,
    onProgress: ({ stage, done }) => stage === 'sample' && done > 3000 && controller.abort(new Error('enough')),
  });
  assert.is((await rejection(stopped)).message, 'enough');
  let calls = 0;
  const turning = {
    sample: (rows: number) => new SpinData(rows, [1, 8], new Uint8Array(rows), { source: `${calls++}` }),
  };
  assert.match(
    (await rejection(sampleToFile(turning, 10, path, { batch: 5 }))).message,
    /"sampler" expected to give data of one/,
  );
  assert.equal(readdirSync(folder), []);
  const none = (async () => sampleToFile({} as never, 10, path))();
  assert.match((await rejection(none)).message, /"sampler" expected object with sample\(count\)/);
  assert.match((await rejection(sampleToFile(sampler(), 0, path))).message, /"count"/);
  assert.match((await rejection(sampleToFile(sampler(), 9, path, { batch: 0 }))).message, /"batch"/);
  // Found before any work.
  const lazy = { sample: () => assert.unreachable() as never };
  assert.match(
    (await rejection(sampleToFile(lazy, 9, join(folder, 'no', 'x.bits')))).message,
    /^cannot write .*ENOENT/,
  );
  writeFileSync(`${path}.partial`, 'of another run');
  assert.match((await rejection(sampleToFile(lazy, 9, path))).message, /x\.bits\.partial already exists/);
});

test('with "resume" an interrupted file goes on where it was, to the same bytes', async ({ folder }) => {
  for (const [name, make] of Object.entries(samplers)) {
    const whole = join(folder, 'whole.bits');
    const path = join(folder, 'parts.bits');
    await sampleToFile(make(), 1000, whole, { batch: 150 });
    // stopped in the pilot run, in the first batch, and twice later
    for (const stop of [{ stage: 'pilot', done: 1 }, { done: 1 }, { done: 420 }, { done: 999 }]) {
      const controller = new AbortController();
      const stopped = sampleToFile(make(), 1000, path, {
        batch: 150,
        resume: true,
        signal: controller.signal,
        onProgress: ({ stage, done }) =>
          stage === (stop.stage ?? 'sample') && done >= stop.done && controller.abort(new Error('enough')),
      });
      const { message } = await rejection(stopped);
      // what was begun is taken up only by the same sampler, count and batch
      if (stop.done > 150) {
        const other = new Ising({ lattice: square(6), coupling: 0.3 });
        assert.match(
          (await rejection(sampleToFile(other, 1000, path, { batch: 150, resume: true }))).message,
          /belongs to another run/,
        );
        assert.match(
          (await rejection(sampleToFile(make(), 900, path, { batch: 150, resume: true }))).message,
          /"count" expected 1000/,
        );
        assert.match(
          (await rejection(sampleToFile(make(), 1000, path, { batch: 99, resume: true }))).message,
          /"batch" expected 150/,
        );
      }
      assert.is(message, 'enough');
    }
    const provenance = await sampleToFile(make(), 1000, path, { batch: 150, resume: true });
    assert.is(provenance.sampling?.batches, 7);
    assert.equal(readFileSync(path), readFileSync(whole), name);
    assert.equal(readdirSync(folder).sort(), ['parts.bits', 'whole.bits']);
  }
  const plain = { sample: () => assert.unreachable() as never };
  const refused = rejection(sampleToFile(plain, 9, join(folder, 'x.bits'), { resume: true }));
  assert.match((await refused).message, /"sampler" expected one with state\(\)/);
});

test('with "resume" a kill at any moment is gone on with, and a larger count takes up what a smaller one has begun', async ({
  folder,
}) => {
  const make = () => new Ising({ lattice: square(6), coupling: 0.4, seed: 3 });
  const [path, whole] = [join(folder, 'x.bits'), join(folder, 'whole.bits')];
  await sampleToFile(make(), 1000, whole, { batch: 150 });
  // a partial file without a state: nobody can go on with it
  for (const partial of ['', encodeSpinFileHeader({ count: null, flushed: 0, ...content }, 4096)]) {
    writeFileSync(`${path}.partial`, partial);
    await sampleToFile(make(), 1000, path, { batch: 150, resume: true });
    assert.equal(readFileSync(path), readFileSync(whole));
    assert.equal(readdirSync(folder).sort(), ['whole.bits', 'x.bits']);
  }
  const controller = new AbortController();
  const stopped = sampleToFile(make(), 500, path, {
    batch: 150,
    resume: true,
    signal: controller.signal,
    onProgress: ({ done }) => done > 300 && controller.abort(new Error('enough')),
  });
  assert.is((await rejection(stopped)).message, 'enough');
  await sampleToFile(make(), 1000, path, { batch: 150, resume: true });
  assert.equal(loadSpinData(path).bytes, loadSpinData(whole).bytes);
  assert.equal(readdirSync(folder).sort(), ['whole.bits', 'x.bits']);
});

test('a kill after the rows were written and before the state was writes no row twice', async ({ folder }) => {
  const make = () => new Ising({ lattice: square(6), coupling: 0.4, seed: 3 });
  const [path, whole] = [join(folder, 'x.bits'), join(folder, 'whole.bits')];
  await sampleToFile(make(), 450, whole, { batch: 150 });
  const controller = new AbortController();
  let before: Uint8Array | undefined;
  const stopped = sampleToFile(make(), 450, path, {
    batch: 150,
    resume: true,
    signal: controller.signal,
    onProgress: ({ stage, done }) => {
      if (stage !== 'sample') return;
      // the state after one batch, and rows of two
      if (done > 150) before ??= readFileSync(`${path}.state`);
      if (done > 300) controller.abort(new Error('enough'));
    },
  });
  assert.is((await rejection(stopped)).message, 'enough');
  writeFileSync(`${path}.state`, before as Uint8Array);
  await sampleToFile(make(), 450, path, { batch: 150, resume: true });
  assert.equal(readFileSync(path), readFileSync(whole));

  // the other way round: fewer rows than the state tells of
  const content = { shape: [3, 3] as const, provenance: { source: 'this test' } };
  const begun = createSpinFile(join(folder, 'y.bits'), content);
  begun.suspend();
  refuses(() => resumeSpinFile(join(folder, 'y.bits'), content, 5), Error, /has 0 rows .* fewer than the 5/);
});

test('a file has one owner; one that lost its lock while it slept leaves the finished file of another alone', async ({
  folder,
}) => {
  const make = () => new Ising({ lattice: square(4), coupling: 0.3, seed: 1 });
  for (const resume of [true, false]) {
    const path = join(folder, `${resume}.bits`);
    let awake = false;
    const sleeper = sampleToFile(make(), 4000, path, {
      batch: 1000,
      resume,
      onProgress: ({ stage, done }) => {
        if (awake || stage !== 'sample' || done < 2500) return;
        awake = true;
        // somebody took the process for dead, removed its lock, and another made the file
        for (const end of ['lock', 'partial', 'state']) rmSync(`${path}.${end}`, { force: true });
        saveSpinData(path, data);
      },
    });
    const second = await rejection(sampleToFile(make(), 4000, path, { batch: 1000, resume }));
    assert.match(second.message, new RegExp(`is being written by process ${process.pid} on`));
    assert.match((await rejection(sleeper)).message, /\.lock is gone: .* may be written by another process/);
    assert.equal(loadSpinData(path), data);
  }
  assert.equal(readdirSync(folder).sort(), ['false.bits', 'true.bits']);
});

test('a path is a text, and nothing is made where it is none', () => {
  const content = { shape: [4, 4] as [number, number], provenance: { source: 'test' } };
  const before = readdirSync('.');
  for (const bad of [5, null, undefined, new Map(), ['a']]) {
    assert.throws(() => createSpinFile(bad as never, content), /"path" expected path of a file/);
    assert.throws(() => resumeSpinFile(bad as never, content), /"path" expected path of a file/);
  }
  assert.throws(() => createSpinFile('', content), /"path" expected path of a file, got ""/);
  assert.equal(readdirSync('.'), before);
});

test.run();
