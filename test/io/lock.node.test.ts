/** One owner for what is written: locks that are held, left by dead processes, lost, and leftovers of writes that were cut off. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createFile, removeIfStill, removeLeftovers } from '../../src/io/disk.js';
import { Lock } from '../../src/io/lock.js';
import { refuses } from '../assert.js';

const test = suite<{ folder: string; path: string }>('io/lock');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'blockspin-lock-'));
  context.path = join(context.folder, 'x.lock');
});

test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

/** The text of a lock of another process. */
const of = (owner: object) => JSON.stringify({ host: hostname(), begun: null, token: 'abc', ...owner });

/** A process that has ended. */
const dead = () => spawnSync(process.execPath, ['--version']).pid as number;

test('a lock has one owner until it is released, and leaves nothing', ({ folder, path }) => {
  const lock = Lock.take(path, 'x');
  lock.check();
  refuses(
    () => Lock.take(path, 'x'),
    Error,
    `x is being written by process ${process.pid} on ${hostname()}; if that process is gone, remove ${path}`,
  );
  assert.equal(readdirSync(folder), ['x.lock']);
  lock.release();
  assert.equal(readdirSync(folder), []);
  Lock.take(path, 'x').release();
});

test('a lock whose process is dead on this host is taken over; of one elsewhere nothing is known', ({ path }) => {
  writeFileSync(path, of({ pid: dead() }));
  Lock.take(path, 'x').release();
  // another container may have had the number of this process
  writeFileSync(path, of({ pid: process.pid }));
  Lock.take(path, 'x').release();
  writeFileSync(path, of({ pid: process.ppid }));
  refuses(() => Lock.take(path, 'x'), Error, new RegExp(`written by process ${process.ppid} on`));
  writeFileSync(path, of({ pid: dead(), host: 'elsewhere' }));
  refuses(
    () => Lock.take(path, 'x'),
    Error,
    /written by process \d+ on elsewhere; if that process is gone, remove .*x\.lock/,
  );
  for (const text of ['', '{', 'null', '{"pid":0}']) {
    writeFileSync(path, text);
    refuses(() => Lock.take(path, 'x'), Error, /written by another process; if/);
  }
});

if (process.platform !== 'linux') console.log('skipped: the time at which a process began, which only Linux tells');
(process.platform === 'linux' ? test : test.skip)(
  'a process that has the number of a dead one is not its owner',
  ({ path }) => {
    writeFileSync(path, of({ pid: process.ppid, begun: '1' }));
    const lock = Lock.take(path, 'x');
    assert.is(JSON.parse(readFileSync(path, 'utf8')).pid, process.pid);
    lock.release();
  },
);

test('a lock that was taken away or removed is noticed before the next write, and not removed', ({ path }) => {
  const lock = Lock.take(path, 'x');
  rmSync(path);
  refuses(
    () => lock.check(),
    Error,
    /x\.lock is gone: x may be written by another process, and this process does not write it/,
  );
  writeFileSync(path, of({ pid: process.ppid }));
  refuses(() => lock.check(), Error, /x\.lock is another process's now/);
  lock.release();
  assert.is(readFileSync(path, 'utf8'), of({ pid: process.ppid }));
});

test('createFile and removeIfStill leave what others have put there', ({ folder, path }) => {
  assert.ok(createFile(path, 'one'));
  assert.not.ok(createFile(path, 'two'));
  removeIfStill(path, Buffer.from('two'));
  assert.is(readFileSync(path, 'utf8'), 'one');
  removeIfStill(path, Buffer.from('one'));
  removeIfStill(path, Buffer.from('one'));
  assert.equal(readdirSync(folder), []);
  refuses(() => createFile(join(folder, 'no', 'x'), ''), Error, /^cannot write .*ENOENT/);
});

test('leftovers of writes are removed, of a folder or of some files; others stay', ({ folder }) => {
  const names = ['a.npz.0123abcd.tmp', 'b.npz.0123abcd.tmp', 'b.npz', 'notes.tmp', 'b.0123ABCD.tmp'];
  for (const name of names) writeFileSync(join(folder, name), '');
  removeLeftovers(join(folder, 'a.'), 'beginning');
  assert.equal(readdirSync(folder).sort(), names.slice(1).sort());
  removeLeftovers(folder, 'folder');
  assert.equal(readdirSync(folder).sort(), names.slice(2).sort());
  removeLeftovers(join(folder, 'none'), 'folder');
  assert.not.ok(existsSync(join(folder, 'none')));
});

test.run();
