/** `Clusters.improved` and `improvedMeasurements`: what is refused, and identities that hold moment by moment. Whether they are right: test/physics/improved.test.ts. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { improvedMeasurements } from '../../src/ising/measure/improved.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Clusters } from '../../src/ising/samplers/clusters.js';

const test = suite('ising/improved');

const seriesOf = (side: [number, number], coupling: number, field = 0, count = 400) =>
  new Clusters({
    hamiltonian: isingHamiltonian({ lattice: square(...side), coupling, field }),
    method: 'swendsenWang',
    seed: 3,
  }).improved(count);

test('refuses what is no series of clusters, and blocks out of range', () => {
  for (const wrong of [null, undefined, {}, [1, 2], 'series']) {
    assert.throws(
      () => improvedMeasurements(wrong as never),
      (error: Error) => error instanceof TypeError && /^"series" expected series of clusters/.test(error.message),
    );
  }
  const series = seriesOf([4, 4], 0.3);
  for (const blocks of [1, 401, 2.5]) {
    assert.throws(() => improvedMeasurements(series, { blocks }), /^"blocks" expected integer in \[2, 400\]/);
  }
  assert.throws(() => improvedMeasurements(seriesOf([16, 16], 0.44, 0, 60)), RangeError);
  assert.is(improvedMeasurements(series, { blocks: 10 }).blocks, 10);
});

test('clusters fill the lattice at every moment', () => {
  // sizes up to 15 are counted one by one
  for (const field of [0, 0.2]) {
    const { count, sites, clusterSize, magnetisation2, all } = seriesOf([3, 5], 0.3, field);
    const { sizes, classes, clusters, largest, magnetisation } = all!;
    assert.is(classes.length, 16);
    for (let row = 0; row < count; row++) {
      const numbers = [...sizes.subarray(row * 16, row * 16 + 16)];
      assert.is(
        numbers.reduce((sum, number, size) => sum + number * size, 0),
        sites,
      );
      assert.is(
        numbers.reduce((sum, number) => sum + number, 0),
        clusters[row],
      );
      assert.is(
        numbers.findLastIndex((number) => number > 0),
        largest[row],
      );
      const squares = numbers.reduce((sum, number, size) => sum + number * size ** 2, 0);
      assert.is(clusterSize[row], squares / sites);
      // a ferromagnet in a field up: M = n everywhere, or -n
      assert.ok(Math.abs(magnetisation2[row] - squares / sites ** 2) < 1e-15);
      assert.ok(magnetisation[row] >= 0 && (field > 0 || magnetisation[row] === 0));
    }
  }
});

test('the two extremes: no bonds, and all of them', () => {
  const free = improvedMeasurements(seriesOf([6, 6], 0));
  assert.equal([free.magnetisation2.mean, free.clusterSize.mean, free.clusterDensity!.mean], [1 / 36, 1, 1]);
  assert.equal([free.energy!.mean, free.magnetisation2.error, free.binderCumulant], [0, null, null]);
  assert.is(free.sizes![0].density, 1);
  assert.ok(free.sizes!.slice(1).every(({ density, error }) => density === 0 && error === null));
  const frozen = improvedMeasurements(seriesOf([6, 6], 30));
  assert.equal([frozen.magnetisation2.mean, frozen.magnetisation4!.mean, frozen.clusterSize.mean], [1, 1, 36]);
  assert.equal([frozen.energy!.mean, frozen.largestFraction!.mean], [-60, 1]);
});

test('Wolff clusters tell less, and say so', () => {
  const found = improvedMeasurements(
    new Clusters({ hamiltonian: isingHamiltonian({ lattice: square(8), coupling: 0.3 }) }).improved(1000),
  );
  const absent = Object.entries(found).flatMap(([name, value]) => (value === null ? [name] : []));
  assert.equal(absent.sort(), [
    'binderCumulant',
    'clusterDensity',
    'energy',
    'largestFraction',
    'magnetisation',
    'magnetisation4',
    'sizes',
  ]);
  // ⟨n⟩ = N⟨m²⟩
  assert.ok(Math.abs(found.clusterSize.mean / 64 - found.magnetisation2.mean) < 1e-12);
  assert.is(found.disorderedSusceptibility!.value, found.susceptibility!.value);
});

test.run();
