/** `blockspin sample` and `blockspin measure` as their user meets them. */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seedOf } from '../../src/cli/commands/sample.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { spinDataToArray } from '../../src/io/spinArray.js';
import { measure } from '../../src/ising/measure/measure.js';
import { energySeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { Tempering } from '../../src/ising/samplers/tempering.js';
import { loadSpinData, saveSpinData } from '../../src/node.js';
import { blockspin, folder, here, removeFolders } from './command.js';

const test = suite('cli/sample and measure');

test.after(removeFolders);

const LISTS = ['--size', '4,6x8', '--coupling', '0.3,0.44', '--count', '600', '--seed', '5'];

test('sample leaves a file for each size and coupling, and a table with exact energies', async () => {
  const out = folder();
  const { code, stdout, stderr } = await blockspin(['sample', ...LISTS, '--out', out]);
  assert.is(code, 0, stderr);
  const names = ['square-4-K0.3', 'square-4-K0.44', 'square-6x8-K0.3', 'square-6x8-K0.44'];
  assert.equal(
    readdirSync(out).sort(),
    names.map((name) => `${name}.npz`),
  );
  for (const name of names) assert.ok(stdout.includes(`${name}.npz`), stdout);
  assert.match(stdout, /replicas/);
  const data = loadSpinData(join(out, 'square-6x8-K0.44.npz'));
  const seed = seedOf(5, { lattice: 'square', boundary: 'periodic', shape: [6, 8], coupling: 0.44, field: 0 });
  const direct = new Ising({ lattice: square(6, 8), coupling: 0.44, seed }).sample(600);
  assert.equal(data.bytes, direct.bytes);
  assert.equal(data.provenance, JSON.parse(JSON.stringify(direct.provenance)));

  // the same files again only when told how
  const again = await here(['sample', ...LISTS, '--out', out]);
  assert.is(again.code, 2);
  assert.match(again.stderr, /square-4-K0\.3\.npz already exists: --resume continues it/);
  const first = readFileSync(join(out, 'square-4-K0.3.npz'));
  rmSync(join(out, 'square-6x8-K0.3.npz'));
  const resumed = await blockspin(['sample', ...LISTS, '--out', out, '--resume', '--json']);
  assert.is(resumed.code, 0, resumed.stderr);
  assert.equal(readFileSync(join(out, 'square-4-K0.3.npz')), first);
  assert.is(JSON.parse(resumed.stdout).length, 4);
  const other = await here(['sample', ...LISTS.slice(0, -1), '6', '--out', out, '--resume']);
  assert.is(other.code, 2);
  assert.match(other.stderr, /holds other configurations than those of this command/);
});

test('files of one command are independent', async () => {
  const out = folder();
  const words = ['sample', '--size', '16', '--coupling', '0.44,0.441', '--count', '1280', '--out', out];
  assert.is((await here(words)).code, 0);
  const [one, other] = ['0.44', '0.441'].map((k) => energySeries(loadSpinData(join(out, `square-16-K${k}.npz`))));
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = (a: Float64Array, b: Float64Array) => mean(a.map((value, k) => value * b[k])) - mean(a) * mean(b);
  const correlation = covariance(one, other) / Math.sqrt(covariance(one, one) * covariance(other, other));
  // four errors; by one seed it is 0.58
  assert.ok(Math.abs(correlation) < 0.11, `${correlation}`);
});

test('sample stopped by SIGTERM goes on with --resume, to the same bytes', async () => {
  const words = [
    'sample',
    '--size',
    '48',
    '--coupling',
    '0.43',
    '--count',
    '12000',
    '--method',
    'wolff',
    '--format',
    'bits',
  ];
  const [whole, parts] = [folder(), folder()];
  assert.is((await here([...words, '--out', whole])).code, 0);
  const stopped = await blockspin([...words, '--out', parts], { when: /sample .*\d/, signal: 'SIGTERM' });
  assert.is(stopped.code, 75, stopped.stderr);
  assert.match(
    stopped.stderr,
    /terminated; all samples so far are kept.*\ncontinue with the same command and --resume/,
  );
  assert.not.ok(existsSync(join(parts, 'square-48-K0.43.bits')));
  const resumed = await blockspin([...words, '--out', parts, '--resume']);
  assert.is(resumed.code, 0, resumed.stderr);
  assert.equal(readdirSync(parts), ['square-48-K0.43.bits']);
  assert.ok(
    readFileSync(join(parts, 'square-48-K0.43.bits')).equals(readFileSync(join(whole, 'square-48-K0.43.bits'))),
  );
});

test('measure reads files of this package and of others, and agrees with measure()', async () => {
  const out = folder();
  const [own, theirs] = [join(out, 'own.npz'), join(out, 'theirs.npy')];
  assert.is((await here(['sample', '--size', '4', '--coupling', '0.4', '--count', '2000', '--out', out])).code, 0);
  const data = loadSpinData(join(out, 'square-4-K0.4.npz'));
  writeFileSync(theirs, encodeNpy(spinDataToArray(data)));
  const { code, stdout, stderr } = await blockspin(['measure', join(out, 'square-4-K0.4.npz'), '--json']);
  assert.is(code, 0, stderr);
  const { results, ...made } = JSON.parse(stdout);
  const [result] = results;
  const { version, wasm } = data.provenance;
  assert.equal([made.version, made.kernels, made.files], [version, wasm, [join(out, 'square-4-K0.4.npz')]]);
  const sampled = JSON.parse(
    (await here(['measure', '--size', '4', '--coupling', '0.4', '--count', '200', '--seed', '7', '--json'])).stdout,
  );
  assert.equal([sampled.version, sampled.kernels, sampled.seed], [version, wasm, 7]);
  const expected = measure(data);
  assert.ok(Math.abs(result.measured.energy.mean - 0.4 * expected.energy.mean) < 1e-12);
  assert.equal(result.measured.binderCumulant, JSON.parse(JSON.stringify(expected.binderCumulant)));
  assert.match(result.exact.source, /2\^16/);

  const untold = await here(['measure', theirs]);
  assert.is(untold.code, 1);
  assert.match(untold.stderr, /theirs\.npy.*does not record its model: give --coupling or --temperature/);
  const told = await here(['measure', theirs, '--size', '4', '--coupling', '0.4', '--json']);
  assert.is(told.code, 0, told.stderr);
  assert.equal(JSON.parse(told.stdout).results[0].measured, result.measured);
  // its array [2000, 4, 4] tells the sides; flat rows do not
  const sized = await here(['measure', theirs, '--coupling', '0.4', '--json']);
  assert.is(sized.stdout, told.stdout, sized.stderr);
  const { shape, data: spins } = spinDataToArray(data);
  writeFileSync(join(out, 'flat.npy'), encodeNpy({ shape: [shape[0], 16], data: spins }));
  const flat = await here(['measure', join(out, 'flat.npy'), '--coupling', '0.4']);
  assert.is(flat.code, 1);
  assert.match(flat.stderr, /flat\.npy.*does not tell what one configuration is: .*--size/);
  writeFileSync(join(out, 'cubes.npy'), encodeNpy({ shape: [shape[0], 2, 2, 4], data: spins }));
  const cubes = ['measure', join(out, 'cubes.npy'), '--lattice', 'cubic', '--coupling', '0.2', '--json'];
  assert.is(JSON.parse((await here(cubes)).stdout).results[0].size, '2×2×4');
  const other = await here(['measure', join(out, 'cubes.npy'), '--coupling', '0.2']);
  assert.match(other.stderr, /cubes\.npy: "size" expected 1 or 2 sides for a square lattice, got 2x2x4/);
  assert.match((await here(['measure', own])).stderr, /cannot read .*own\.npz/);
});

test('measure takes a set of tempering for what its scale makes of the model', async () => {
  const out = folder();
  const file = join(out, 'rung.npz');
  const hamiltonian = isingHamiltonian({ lattice: square(4), coupling: 0.8, field: 0.4 });
  saveSpinData(file, new Tempering({ hamiltonian, scales: [0.25, 1], seed: 1 }).sample(2000)[0]);
  const { code, stdout, stderr } = await here(['measure', file, '--json']);
  assert.is(code, 0, stderr);
  const [{ measured, exact, model }] = JSON.parse(stdout).results;
  const expected = enumerateTerms(isingHamiltonian({ lattice: square(4), coupling: 0.2, field: 0.1 }));
  assert.equal([model.coupling, model.field], [0.2, 0.1]);
  assert.ok(Math.abs(exact.energy - expected.energy / 16) < 1e-12, `${exact.energy}`);
  assert.ok(Math.abs(measured.energy.mean - exact.energy) < 5 * measured.energy.error, `${measured.energy.mean}`);
});

test('measure takes no more of a file into memory than its limit', async () => {
  const out = folder();
  const data = new Ising({ lattice: square(4), coupling: 0.4, seed: 1 }).sample(2000);
  for (const name of ['data.npz', 'data.bits']) {
    const path = join(out, name);
    saveSpinData(path, data);
    const { code, stderr } = await here(['measure', path, '--limit', '1000']);
    assert.is(code, 1);
    assert.match(
      stderr,
      name.endsWith('.npz') ? /data\.npz.* the limit is 1000/ : /data\.bits has \d+ bytes, more than 1000/,
    );
    assert.is((await here(['measure', path, '--limit', '100000'])).code, 0);
  }
});

test('measure samples lists of models, draws a figure of each quantity, and says how well it agrees', async () => {
  const out = join(folder(), 'new');
  const { code, stdout, stderr } = await here([
    'measure',
    '--lattice',
    'triangular',
    '--size',
    '3,4',
    '--temperature',
    '3:5:3',
    '--count',
    '2000',
    '--out',
    out,
  ]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /Of 30 values \(measured\s−\sexact\)\/error has a root\s+mean square of/);
  const files = readdirSync(out);
  for (const name of ['energy.svg', 'energy.png', 'specific-heat.svg', 'binder-cumulant.svg', 'result.json']) {
    assert.ok(files.includes(name), `${name} in ${files}`);
  }
  const { results, scores } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  assert.is(results.length, 6);
  assert.ok(scores.count >= 24 && scores.largest < 5, JSON.stringify(scores));
});

test('energies are in units of J where a temperature is asked for, of kT with a coupling; antiferromagnets in |J|', async () => {
  const energy = async (...words: string[]) => {
    const models = ['--size', '4', ...words, '--count', '2000'];
    const { code, stdout, stderr } = await here(['measure', ...models, '--json']);
    assert.is(code, 0, stderr);
    const [{ measured, exact, model }] = JSON.parse(stdout).results;
    const table = (await here(['measure', ...models])).stdout;
    const sampled = (await here(['sample', ...models, '--out', folder()])).stdout;
    const unit = measured.energyUnit;
    assert.ok(table.includes(` e/${unit} `) && sampled.includes(` energy/${unit} `), `${table}\n${sampled}`);
    assert.ok(sampled.includes(exact.energy.toFixed(6)), sampled);
    assert.match(table, new RegExp(`^4 +${Number(model.coupling.toPrecision(6))} +2\\.5 `, 'm'));
    const { mean, error } = measured.energy;
    assert.ok(Math.abs(mean - exact.energy) < 5 * error);
    return { unit, exact: exact.energy, coupling: model.coupling };
  };
  const hot = await energy('--temperature', '2.5');
  const strong = await energy('--coupling', '0.4');
  const anti = await energy('--temperature', '2.5', '--antiferromagnet');
  assert.equal([hot.unit, strong.unit, anti.unit], ['J', 'kT', '|J|']);
  assert.equal([hot.coupling, strong.coupling, anti.coupling], [0.4, 0.4, -0.4]);
  assert.ok(Math.abs(strong.exact - 0.4 * hot.exact) < 1e-12);
  // 4×4 has two sublattices: the antiferromagnet has the energies of the ferromagnet
  assert.ok(Math.abs(anti.exact - hot.exact) < 1e-12);
});

test('wrong words end with code 2 and a name, before any work', async () => {
  const out = join(folder(), 'none');
  const file = await here(['sample', '--size', '8', '--coupling', '0.4', '--out', `${out}.npz`]);
  assert.is(file.code, 2);
  assert.match(file.stderr, /--out expected a folder, with files named after their models, got .*none\.npz/);
  assert.not.ok(existsSync(`${out}.npz`));
  for (const [words, pattern] of [
    [['sample'], /"size" expected a list/],
    [['sample', '--size', '8'], /one of --coupling and --temperature/],
    [['sample', '--size', '8', '--coupling', '0.4', '--temperature', '2'], /one of --coupling and --temperature/],
    [['sample', '--size', '8', '--coupling', 'x'], /"coupling/],
    [['sample', '--size', '8', '--temperature', '0'], /"temperature\[0\]"/],
    [['sample', '--size', '1', '--coupling', '0.4'], /"rows" expected integer >= 2/],
    [['sample', '--size', '8', '--coupling', '0.4', '--chains', '5'], /"chains" expected integer in \[128/],
    [['sample', '--size', '8', '--coupling', '0.4', '--independence', '1e9'], /"independence"/],
    [['sample', '--size', '8x8x8', '--coupling', '0.4'], /"size" expected 1 or 2 sides for a square lattice/],
    [
      ['sample', '--size', '8', '--coupling', '0.4', '--method', 'replicas', '--field', '1'],
      /"hamiltonian".*"replicas"/,
    ],
    [['sample', '--size', '8', '--coupling', '0.4', '--count', '0'], /"count"/],
    [['sample', '--size', '8', '--coupling', '0.4', '--lattice', 'honeycomb'], /"lattice" expected one of square/],
    [['sample', '--size', '8', '--coupling', '0.4', '--format', 'csv'], /"format" expected one of npz, npy, bits/],
    [['sample', '--size', '8', '--coupling', '0.4,0.4'], /two models would be written to/],
    [['sample', '--size', '8', '--coupling', '0.4', 'more'], /unexpected word "more"/],
    [['sample', '--size', '8', '--coupling', '0.4', '--colour', 'red'], /--colour/],
    [['sample', '--size', '8', '--coupling', '0.4', '--antiferromagnet'], /--antiferromagnet goes with --temperature/],
    [['measure'], /"size" expected a list/],
    [['measure', 'x.npz', '--coupling', '0.4', '--lattice', 'x'], /"lattice" expected one of/],
    [['measure', 'x.npz', '--limit', '0'], /"limit" expected number > 0, got 0/],
    [['measure', 'x.npz', '--size', '4', '--coupling', '0.4,0.5'], /not a list/],
  ] as const) {
    const { code, stderr, stdout } = await here([...words, '--out', out]);
    assert.is(code, 2, `${words.join(' ')}: ${stderr}`);
    assert.match(stderr, pattern);
    assert.is(stdout, '');
  }
  assert.not.ok(existsSync(out));
  assert.is((await blockspin(['sample', '--size', '1', '--coupling', '0.4', '--out', out])).code, 2);
  assert.not.ok(existsSync(out));
  for (const command of ['sample', 'measure']) {
    const help = await blockspin([command, '--help']);
    assert.is(help.code, 0);
    assert.match(help.stdout, new RegExp(`blockspin ${command} `));
  }
});

test.run();
