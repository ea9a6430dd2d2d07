/** Peers: believed only with right results, and what is not there is said. */

import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { latticeName } from '../../bench/cases/singleSpin.js';
import { START_NAME } from '../../bench/cases/startUp.js';
import { findPeers } from '../../bench/peers/find.js';
import { fastestBlas, startPeer } from '../../bench/peers/peer.js';

const test = suite('bench/peers');

const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'blockspin-peers-')));
  return folders.at(-1)!;
};
test.after(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

/** With other interpreters for the time of `work`. */
async function withPrograms<T>(programs: { PYTHON?: string; CC?: string }, work: () => Promise<T>): Promise<T> {
  const before = { PYTHON: process.env.PYTHON, CC: process.env.CC };
  Object.assign(process.env, programs);
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** A program that says `greeting` and then answers every line. */
function fake(greeting: string): string {
  const path = join(folder(), 'fake');
  writeFileSync(path, `#!/bin/sh\necho '${greeting}'\nwhile read line; do echo 1; done\n`);
  chmodSync(path, 0o755);
  return path;
}

const NAMES = {
  metropolis: latticeName('metropolis', 1024),
  training: 'CD-1, 784-500, 1 thread',
  partition: 'exact log Z, 784-20',
};

test('an entry without peers has none, and none missing', async () => {
  assert.equal(await findPeers('no such entry', folder()), { found: [], missing: [] });
});

test('no interpreter, no compiler: a line for each peer, naming it, the entry and the reason', async () => {
  const programs = { PYTHON: '/nowhere/python3', CC: '/nowhere/cc' };
  await withPrograms(programs, async () => {
    const { found, missing } = await findPeers(NAMES.metropolis, folder());
    assert.equal(found, []);
    assert.is(missing.length, 2);
    assert.match(missing[0], /^textbook C for "Metropolis, one lattice 1024×1024.*" \(\/nowhere\/cc\): .*ENOENT/);
    assert.match(missing[1], /^NumPy checkerboard for "Metropolis.*" \(\/nowhere\/python3\): .*ENOENT/);
    const trainers = await findPeers(NAMES.training, folder());
    assert.equal(trainers.found, []);
    assert.is(trainers.missing.length, 3);
    for (const line of trainers.missing) assert.match(line, /ENOENT/);
  });
});

test('a compiler that fails is told with its last line', async () => {
  const cc = join(folder(), 'cc');
  writeFileSync(cc, '#!/bin/sh\necho first >&2\necho "no such target" >&2\nexit 1\n');
  chmodSync(cc, 0o755);
  await withPrograms({ CC: cc, PYTHON: '/nowhere/python3' }, async () => {
    const { missing } = await findPeers(NAMES.metropolis, folder());
    assert.match(missing[0], /: no such target$/);
  });
});

test('a peer whose results are wrong is refused, with the reason', async () => {
  const wrong = Array.from({ length: 50 }, (_, k) => -1.5 - 0.001 * (k % 7));
  const cases: [name: string, greeting: object | string, reason: RegExp][] = [
    [NAMES.metropolis, { versions: {}, energies: wrong }, /refused: energy: mean -1\.50/],
    // a fixed number in place of a simulation has no error to be within
    [NAMES.metropolis, { versions: {}, energies: wrong.map(() => -1.05) }, /refused: energy/],
    [NAMES.metropolis, { versions: {}, energies: wrong.slice(0, 3) }, /refused: energies: 3 numbers/],
    [NAMES.metropolis, { versions: {} }, /refused: the greeting's number 0 is undefined/],
    [NAMES.metropolis, { versions: {}, energies: [...wrong, 'x'] }, /refused: the greeting's number 50 is "x"/],
    [NAMES.metropolis, 'Segmentation fault', /refused: .*JSON/],
    // such as of independent units
    [NAMES.training, { versions: {}, likelihood: -11.09 }, /refused: log-likelihood -11.09 of -11/],
    [NAMES.training, { versions: {}, likelihood: null }, /refused: the greeting's number 0 is null/],
    [NAMES.partition, { versions: {}, logPartition: [551.2] }, /refused: log Z: number 0 is 551.2/],
  ];
  for (const [name, greeting, reason] of cases) {
    const program = fake(typeof greeting === 'string' ? greeting : JSON.stringify(greeting));
    await withPrograms({ PYTHON: program, CC: '/nowhere/cc' }, async () => {
      const { found, missing } = await findPeers(name, folder());
      assert.equal(found, [], name);
      const refused = missing.filter((line) => !line.includes('/nowhere/cc'));
      assert.ok(refused.length > 0);
      for (const line of refused) assert.match(line, reason);
    });
  }
});

test('a peer that is right runs until it is closed; one that dies is told by name', async () => {
  const greeting = { versions: { shell: '1' }, answer: 42 };
  const seen: unknown[] = [];
  const options = { words: [], share: 0.5, check: ({ answer }: Record<string, unknown>) => void seen.push(answer) };
  const peer = await startPeer('shell', { command: fake(JSON.stringify(greeting)), ...options });
  if (typeof peer === 'string') return assert.unreachable(peer);
  assert.is(peer.name, 'shell (shell 1)');
  assert.is(peer.share, 0.5);
  assert.equal(peer.greeting, greeting);
  assert.equal(seen, [42]);
  for (let k = 0; k < 3; k++) await peer.run();
  peer.close();
  let reason = '';
  await Promise.resolve(peer.run()).catch((error: Error) => {
    reason = error.message;
  });
  assert.match(reason, /^shell ended/);
});

test('a peer that ends at once is missing, with what it complained of', async () => {
  const path = join(folder(), 'ends');
  writeFileSync(path, '#!/bin/sh\necho "Traceback" >&2\necho "ModuleNotFoundError: no torch" >&2\nexit 1\n');
  chmodSync(path, 0o755);
  const reason = await startPeer('x', { command: path, words: [], check: () => {} });
  assert.is(reason, 'ModuleNotFoundError: no torch');
  writeFileSync(path, '#!/bin/sh\nexit 0\n');
  assert.is(await startPeer('x', { command: path, words: [], check: () => {} }), 'it ended at once');
});

test('what there is here is right: the C programs, the scripts and the fresh process', async () => {
  // on a machine without Python or a compiler these are missing, which is said; nothing may be refused
  for (const name of [
    NAMES.metropolis,
    'Wolff, 64×64, K_c',
    'Swendsen-Wang, 64×64, K_c',
    NAMES.partition,
    START_NAME,
  ]) {
    const files = folder();
    const { found, missing } = await findPeers(name, files);
    for (const line of missing) assert.not.match(line, /refused/);
    for (const peer of found) {
      assert.match(peer.name, / \(.+ .+\)$/);
      await peer.run();
      peer.close();
    }
    assert.ok(found.length + missing.length > 0);
    // data are put where the caller said
    if (found.some((peer) => peer.name.startsWith('textbook C'))) assert.ok(readdirSync(files).length > 0);
  }
});

/** A Python whose BLAS has this speed with each of its kernels; one that it does not know ends as by a signal. */
function pythonOf(speeds: Record<string, number>): string {
  const path = join(folder(), 'python');
  const cases = Object.entries(speeds).map(([core, speed]) => `${core}) echo ${speed};;`);
  writeFileSync(path, `#!/bin/sh\ncase "\${OPENBLAS_CORETYPE:-own}" in ${cases.join(' ')} *) exit 132;; esac\n`);
  chmodSync(path, 0o755);
  return path;
}

test('NumPy has the fastest kernels of its BLAS, and its own unless others are faster by a tenth', () => {
  assert.is(fastestBlas(pythonOf({ own: 20, Haswell: 45, SkylakeX: 68 })), 'SkylakeX');
  assert.is(fastestBlas(pythonOf({ own: 20, Haswell: 45 })), 'Haswell');
  assert.is(fastestBlas(pythonOf({ own: 60, Haswell: 45, SkylakeX: 64 })), undefined);
  assert.is(fastestBlas('/nowhere/python'), undefined);
});

test.run();
