import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  DiskFile,
  ensureWritableFolder,
  readFileBytes,
  readIfPresent,
  renameFile,
  writeFileAtomic,
} from '../../src/io/disk.js';

const test = suite<{ folder: string }>('io/node');

const onPosix = process.platform === 'win32' ? test.skip : test;
if (process.platform === 'win32')
  console.log('skipped: links and permissions of folders, which Windows keeps in another way');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'blockspin-io-'));
});

test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

/** Asserts an Error whose message begins so: by text, since paths may hold what a pattern reads otherwise. */
function refuses(work: () => void, beginning: string): void {
  assert.throws(work, (error: unknown) => error instanceof Error && error.message.startsWith(beginning));
}

/** Runs `work` as a user whom permissions bind: root reads and writes anything. */
function asOrdinaryUser(work: () => void): void {
  if (process.geteuid?.() !== 0) {
    work();
    return;
  }
  process.seteuid!(65534);
  try {
    work();
  } finally {
    process.seteuid!(0);
  }
}

test('writes text and bytes, new and over an old file, and leaves nothing else', ({ folder }) => {
  const path = join(folder, 'result.json');
  writeFileAtomic(path, 'ΔF = 0');
  assert.is(readFileSync(path, 'utf8'), 'ΔF = 0');
  writeFileAtomic(path, Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4));
  assert.equal([...readFileBytes(path)], [1, 2, 3]);
  writeFileAtomic(path, new Uint8Array(0));
  assert.is(readFileBytes(path).length, 0);
  assert.equal(readdirSync(folder), ['result.json']);
});

test('a failed write keeps the old content and removes the temporary file', ({ folder }) => {
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'inside'), 'x');
  // The temporary file is written whole; the rename onto a folder fails.
  refuses(() => writeFileAtomic(taken, 'y'), `cannot write ${taken}: `);
  assert.equal(readdirSync(folder), ['taken']);
  assert.throws(() => writeFileAtomic(join(folder, 'missing', 'file'), 'y'), /cannot write .*missing.file: ENOENT/);
  const file = join(folder, 'file');
  writeFileSync(file, 'old');
  assert.throws(() => writeFileAtomic(join(file, 'below'), 'y'), /cannot write .*below: (ENOTDIR|ENOENT)/);
  assert.is(readFileSync(file, 'utf8'), 'old');
  // Bytes that are none: the temporary file is open by then.
  assert.throws(() => writeFileAtomic(file, { length: 3 } as never), /cannot write/);
  assert.is(readFileSync(file, 'utf8'), 'old');
  assert.equal(readdirSync(folder).sort(), ['file', 'taken']);
});

test('errors carry the cause', ({ folder }) => {
  try {
    readFileBytes(join(folder, 'none'));
    assert.unreachable();
  } catch (error) {
    assert.is(((error as Error).cause as NodeJS.ErrnoException).code, 'ENOENT');
  }
});

onPosix('a link at the path is replaced, not followed', ({ folder }) => {
  writeFileSync(join(folder, 'target'), 'kept');
  symlinkSync('target', join(folder, 'link'));
  writeFileAtomic(join(folder, 'link'), 'new');
  assert.is(readFileSync(join(folder, 'target'), 'utf8'), 'kept');
  assert.is(readFileSync(join(folder, 'link'), 'utf8'), 'new');
});

test('reads bytes in fresh memory, at the start of their own buffer', ({ folder }) => {
  const path = join(folder, 'bytes');
  const content = Uint8Array.from({ length: 100_003 }, (_, k) => k * 7);
  writeFileSync(path, content);
  const read = readFileBytes(path);
  assert.is(read.constructor, Uint8Array);
  assert.is(read.byteOffset, 0);
  assert.is(read.buffer.byteLength, content.length);
  assert.equal(read, content);
});

test('reading what cannot be read names the path and the reason', ({ folder }) => {
  refuses(() => readFileBytes(join(folder, 'none')), `cannot read ${join(folder, 'none')}: ENOENT`);
  refuses(() => readFileBytes(folder), `cannot read ${folder}: `);
});

test('readIfPresent tells a missing file from one that cannot be read', ({ folder }) => {
  assert.is(readIfPresent(join(folder, 'none')), undefined);
  assert.is(readIfPresent(join(folder, 'no', 'folder')), undefined);
  writeFileSync(join(folder, 'file'), 'ab');
  assert.equal([...readIfPresent(join(folder, 'file'))!], [97, 98]);
  assert.throws(() => readIfPresent(folder), /cannot read/);
  if (process.platform !== 'win32')
    assert.throws(() => readIfPresent(join(folder, 'file', 'below')), /cannot read .*ENOTDIR/);
});

test('ensureWritableFolder makes folders, accepts those there are, and leaves nothing in them', ({ folder }) => {
  const deep = join(folder, 'a', 'b', 'c');
  ensureWritableFolder(deep);
  assert.ok(existsSync(deep));
  // a process that was killed has left this, the other file is not its
  for (const name of ['.probe.0123abcd.tmp', '.probe.tmp']) writeFileSync(join(deep, name), '');
  ensureWritableFolder(deep);
  assert.equal(readdirSync(deep), ['.probe.tmp']);
});

test('ensureWritableFolder refuses where a file is in the way', ({ folder }) => {
  const file = join(folder, 'file');
  writeFileSync(file, 'x');
  refuses(() => ensureWritableFolder(file), `cannot write to folder ${file}: E`);
  const below = join(file, 'below', 'it');
  refuses(() => ensureWritableFolder(below), `cannot write to folder ${below}: ENOTDIR`);
});

onPosix('no permission is named as the reason, and found before any work', ({ folder }) => {
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  writeFileSync(join(locked, 'file'), 'old');
  chmodSync(folder, 0o755);
  chmodSync(locked, 0o555);
  chmodSync(join(locked, 'file'), 0o600);
  asOrdinaryUser(() => {
    refuses(() => ensureWritableFolder(locked), `cannot write to folder ${locked}: EACCES`);
    assert.throws(() => ensureWritableFolder(join(locked, 'new')), /^cannot write to folder .*new: EACCES/);
    assert.throws(() => writeFileAtomic(join(locked, 'file'), 'new'), /^cannot write .*file: EACCES/);
  });
  assert.is(readFileSync(join(locked, 'file'), 'utf8'), 'old');
  chmodSync(locked, 0o755);
});

test('a file that stays open is read and written anywhere, and its errors name it', ({ folder }) => {
  const path = join(folder, 'open');
  refuses(() => new DiskFile(path, 'read'), `cannot read ${path}: ENOENT`);
  refuses(() => new DiskFile(path, 'edit'), `cannot write ${path}: ENOENT`);
  refuses(() => new DiskFile(join(folder, 'none', 'x'), 'create'), `cannot write ${join(folder, 'none', 'x')}: ENOENT`);
  const file = new DiskFile(path, 'create');
  refuses(() => new DiskFile(path, 'create'), `cannot write ${path}: EEXIST`);
  file.write(Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4), 5);
  assert.is(file.size, 8);
  assert.equal([...file.read(4, 8)], [0, 1, 2, 3]);
  assert.equal([...file.read(6, 100)], [2, 3], 'fewer where the file ends');
  assert.is(file.read(3, 3).length, 0);
  file.truncate(6);
  file.flush();
  file.close();
  refuses(() => file.read(0, 1), `cannot read ${path}: EBADF`);
  refuses(() => file.close(), `cannot close ${path}: EBADF`);
  const again = new DiskFile(path, 'edit');
  again.write(Uint8Array.of(7), 0);
  again.close();
  assert.equal([...readFileBytes(path)], [7, 0, 0, 0, 0, 1]);
  const readOnly = new DiskFile(path, 'read');
  refuses(() => readOnly.write(Uint8Array.of(1), 0), `cannot write ${path}: EBADF`);
  readOnly.close();
  refuses(() => new DiskFile(folder, 'read'), `cannot read ${folder}: it is not a file`);
  renameFile(path, join(folder, 'named'));
  assert.equal(readdirSync(folder), ['named']);
  refuses(() => renameFile(path, join(folder, 'named')), `cannot write ${join(folder, 'named')}: ENOENT`);
});

test.run();
