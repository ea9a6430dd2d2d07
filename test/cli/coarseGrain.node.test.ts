/** `blockspin coarse-grain` as its user meets it. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sample } from '../../src/all.js';
import { COARSE_GRAIN_HELP, coarseGrainCommand } from '../../src/cli/commands/coarseGrain.js';
import { UsageError } from '../../src/cli/words/options.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { cubic, type Lattice, readLattice, square, triangular } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { loadSpinData, saveSpinData } from '../../src/node.js';
import { type CoarseGrainOptions, coarseGrain } from '../../src/rg/blocking/block.js';
import { rejection } from '../rbm/runs.js';
import { blockspin, folder, here, removeFolders } from './command.js';

const test = suite('cli/coarse-grain');

test.after(removeFolders);

const data = new Ising({ lattice: square(12, 24), coupling: 0.4, seed: 3 }).sample(50);
const file = join(folder(), 'spins.npz');
saveSpinData(file, data);

test('the file holds what coarseGrain gives, with where it came from', async () => {
  const out = folder();
  const cases: [name: string, words: string[], options: CoarseGrainOptions][] = [
    [
      'a.npz',
      ['--rule', 'majority', '--factor', '2', '--steps', '2', '--seed', '7'],
      { rule: 'majority', factor: 2, steps: 2, seed: 7 },
    ],
    [
      'b.bits',
      ['--rule', 'majority', '--factor', '3x4', '--ties', 'first'],
      { rule: 'majority', factor: [3, 4], ties: 'first' },
    ],
    [
      'c.npz',
      ['--rule', 'decimation', '--factor', '2', '--site', '1,0'],
      { rule: 'decimation', factor: 2, site: [1, 0] },
    ],
  ];
  for (const [name, words, options] of cases) {
    const path = join(out, name);
    const { code, stdout, stderr } = await blockspin(['coarse-grain', file, ...words, '--out', path, '--json']);
    assert.is(code, 0, stderr);
    const found = loadSpinData(path);
    const expected = coarseGrain(data, options);
    assert.equal(found.bytes, expected.bytes, name);
    assert.equal([found.count, found.shape], [expected.count, expected.shape]);
    // undefined options are no part of a file
    assert.equal(found.provenance, JSON.parse(JSON.stringify(expected.provenance)));
    assert.equal(JSON.parse(stdout).provenance, found.provenance);
  }
  assert.equal(readdirSync(out).sort(), ['a.npz', 'b.bits', 'c.npz']);
});

test('cubic and triangular lattices keep their names', async () => {
  const out = folder();
  for (const [lattice, words, options] of [
    [
      cubic(4, 4, 6),
      ['--rule', 'decimation', '--factor', '2x2x3', '--site', '1,0,2'],
      { rule: 'decimation', factor: [2, 2, 3], site: [1, 0, 2] },
    ],
    [triangular(6), ['--rule', 'majority', '--factor', 'sqrt3'], { rule: 'majority', factor: 'sqrt3' }],
  ] as [Lattice, string[], CoarseGrainOptions][]) {
    const fine = sample(isingHamiltonian({ lattice, coupling: 0.2 }), { count: 20 });
    const [from, to] = [join(out, `${lattice.kind}.npz`), join(out, `${lattice.kind} blocks.npz`)];
    saveSpinData(from, fine);
    const { code, stderr } = await here(['coarse-grain', from, ...words, '--out', to]);
    assert.is(code, 0, stderr);
    const found = loadSpinData(to);
    assert.equal(found.bytes, coarseGrain(fine, options).bytes);
    const coarse = lattice.kind === 'cubic' ? cubic(2, 2, 2) : triangular(2, 6, { twist: 2 });
    assert.equal(readLattice(found.provenance.parameters!), coarse);
  }
});

test('flat arrays of others are told their shape; text says what was done; nothing is replaced unless told', async () => {
  const out = folder();
  const flat = join(out, 'flat.npy');
  const spins = Int8Array.from({ length: 50 * 288 }, (_, k) => 2 * data.bit(Math.floor(k / 288), k % 288) - 1);
  writeFileSync(flat, encodeNpy({ shape: [50, 288], data: spins }));
  const path = join(out, 'new', 'blocks.npy');
  const words = ['coarse-grain', flat, '--rule', 'majority', '--factor', '3', '--out', path];
  const first = await blockspin([...words, '--shape', '12x24']);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stdout, /configurations +50\nlattice +12 × 24 to 4 × 8 sites\nrule +majority\n/);
  assert.equal(loadSpinData(path).bytes, coarseGrain(data, { rule: 'majority', factor: 3 }).bytes);
  const before = readFileSync(path);
  const again = await blockspin([...words, '--shape', '12x24', '--factor', '2']);
  assert.is(again.code, 2);
  assert.match(again.stderr, /blocks\.npy already exists: --restart overwrites it, --out chooses another file/);
  assert.ok(readFileSync(path).equals(before));
  const replaced = await blockspin([...words, '--shape', '12x24', '--factor', '2', '--restart']);
  assert.is(replaced.code, 0, replaced.stderr);
  assert.equal(loadSpinData(path).shape, [6, 12]);
});

test('wrong words and wrong data are refused before anything is written', async () => {
  const out = join(folder(), 'none');
  const path = join(out, 'blocks.npz');
  const other = join(folder(), 'triangular.npz');
  saveSpinData(other, sample(isingHamiltonian({ lattice: triangular(4), coupling: 0.1 }), { count: 5 }));
  const cube = join(folder(), 'cube.npy');
  writeFileSync(cube, encodeNpy({ shape: [2, 4, 4, 4], data: new Int8Array(128).fill(1) }));
  const majority = ['--rule', 'majority', '--factor', '2'];
  const cases: [usage: boolean, words: string[], message: RegExp][] = [
    [true, majority, /expected one file, got none/],
    [true, [file, '--factor', '2'], /"rule" expected one of majority, decimation, soft, got undefined/],
    [
      true,
      [file, '--rule', 'average', '--factor', '2'],
      /"rule" expected one of majority, decimation, soft, got "average"/,
    ],
    [true, [file, '--rule', 'majority'], /"factor" expected a number of sites, or ROWSxCOLUMNS, got nothing/],
    [true, [file, '--rule', 'majority', '--factor', '1'], /"factor" expected integer >= 2, got 1/],
    [true, [file, '--rule', 'majority', '--factor', '1x1'], /"factor" expected a block of more than one site/],
    [true, [file, '--rule', 'majority', '--factor', '2x'], /"factor" expected numbers with "x" between them/],
    [true, [file, ...majority, '--steps', '0'], /"steps" expected positive integer, got 0/],
    [true, [file, ...majority, '--site', '0,1'], /"site" expected nothing for the rule majority/],
    [true, [file, '--rule', 'decimation', '--factor', '2', '--ties', 'first'], /"ties" expected nothing for the rule/],
    [
      true,
      [file, '--rule', 'decimation', '--factor', '2', '--site', '0,2'],
      /"site\[1\]" expected integer in \[0, 1\]/,
    ],
    [
      true,
      [file, ...majority, '--out', 'x.csv'],
      /"out" expected a file that ends in \.npz, \.npy or \.bits, got x\.csv/,
    ],
    [true, [file, ...majority, '--restart', '--out', file], /"out" expected another file than the input/],
    [false, ['none.npz', ...majority], /cannot read none\.npz/],
    [
      false,
      [file, '--rule', 'majority', '--factor', '5'],
      /spins\.npz: "data\.shape\[0\]" expected a multiple of 5 such as 10 or 15/,
    ],
    [
      false,
      [other, '--rule', 'majority', '--factor', 'sqrt3'],
      /triangular\.npz: "data\.shape\[0\]" expected a multiple of 3 such as 3 or 6, got 4/,
    ],
    [
      false,
      [cube, ...majority],
      /cube\.npy: "data" expected data of a chain, a square, triangular or cubic lattice, got "unknown, 3 dimensions"/,
    ],
  ];
  for (const [usage, words, message] of cases) {
    const error = await rejection(coarseGrainCommand(['--out', path, ...words]));
    assert.match((error as Error).message, message);
    assert.is(error instanceof UsageError, usage, words.join(' '));
  }
  assert.not.ok(existsSync(out));
  const help = await blockspin(['coarse-grain', '--help']);
  assert.ok(help.code === 0 && help.stdout.startsWith(COARSE_GRAIN_HELP));
});

test.run();
