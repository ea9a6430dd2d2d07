/** Which closed form or sum answers for which Hamiltonian, and that they agree where they meet. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { exactAnswer, plainTorusOf } from '../../src/ising/measure/exactAnswer.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, square, triangular } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';

const test = suite('ising/exactAnswer');

function close(actual: number | null | undefined, expected: number, what: string, bound = 1e-11): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) < bound * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, expected ${expected}`,
  );
}

test('small systems by the sum over all states, with all moments', () => {
  const h = isingHamiltonian({ lattice: triangular(3), coupling: -0.3, field: 0.2 });
  const answer = exactAnswer(h)!;
  assert.match(answer.source, '2^9');
  let [z, e, e2, m, a, m2, m4] = [0, 0, 0, 0, 0, 0, 0];
  for (let state = 0; state < 512; state++) {
    const spins = Int8Array.from({ length: 9 }, (_, i) => ((state >> i) & 1 ? 1 : -1));
    const energy = h.energy(spins);
    const weight = Math.exp(-energy);
    const mean = spins.reduce((sum, s) => sum + s, 0) / 9;
    z += weight;
    e += weight * energy;
    e2 += weight * energy * energy;
    m += weight * mean;
    a += weight * Math.abs(mean);
    m2 += weight * mean ** 2;
    m4 += weight * mean ** 4;
  }
  close(answer.logPartition, Math.log(z), 'ln Z');
  close(answer.energy, e / z / 9, 'energy');
  close(answer.specificHeat, (e2 / z - (e / z) ** 2) / 9, 'C');
  close(answer.magnetisation, m / z, 'm');
  close(answer.absoluteMagnetisation, a / z, '|m|');
  close(answer.magnetisation2, m2 / z, 'm²');
  close(answer.magnetisation4, m4 / z, 'm⁴');
});

test('larger tori by Kaufman, rings by the transfer matrix, others not at all', () => {
  const large = exactAnswer(isingHamiltonian({ lattice: square(40), coupling: 0.408 }))!;
  // known to ten decimals, and to eleven
  assert.ok(Math.abs(large.energy - 0.408 * -1.1518211508) < 1e-10, `${large.energy}`);
  assert.ok(Math.abs(large.logPartition - 1421.43257347009) < 1e-10, `${large.logPartition}`);
  assert.is(large.absoluteMagnetisation, null);
  // ln Z of a ring: ln((2 cosh K)^N + (2 sinh K)^N)
  const ring = exactAnswer(isingHamiltonian({ lattice: chain(30), coupling: 0.5 }))!;
  close(ring.logPartition, 30 * Math.log(2 * Math.cosh(0.5)) + Math.log1p(Math.tanh(0.5) ** 30), 'ln Z of a ring');
  close(ring.energy, (-0.5 * (Math.tanh(0.5) + Math.tanh(0.5) ** 29)) / (1 + Math.tanh(0.5) ** 30), 'energy of a ring');
  assert.ok(ring.specificHeat! > 0);
  const inField = isingHamiltonian({ lattice: chain(21), coupling: -0.7, field: 0.4 });
  close(exactAnswer(inField)!.specificHeat, enumerateTerms(inField).heatCapacity / 21, 'C of a ring');
  // every second spin turned, where that can be; around an odd side it cannot
  const turned = exactAnswer(isingHamiltonian({ lattice: square(40, 6), coupling: -0.408 }))!;
  assert.match(turned.source, /^Kaufman 1949/);
  const straight = exactAnswer(isingHamiltonian({ lattice: square(40, 6), coupling: 0.408 }))!;
  for (const name of ['logPartition', 'energy', 'specificHeat'] as const) close(turned[name], straight[name]!, name);
  assert.match(exactAnswer(isingHamiltonian({ lattice: square(40, 5), coupling: -0.408 }))!.source, 'strip');
  assert.is(exactAnswer(isingHamiltonian({ lattice: square(40, 11), coupling: -0.408 })), null);
  // strong couplings, where weights are far below the smallest number
  for (const coupling of [45, 1e4]) {
    for (const lattice of [square(8), triangular(8), square(8, 8, { boundary: 'open' }), square(7, 5)]) {
      const { logPartition, energy, specificHeat } = exactAnswer(isingHamiltonian({ lattice, coupling, field: 1e-3 }))!;
      const bonds = isingHamiltonian({ lattice, coupling: 1 }).couplings.reduce((sum, k) => sum + k, 0) * coupling;
      const both = lattice.sites * 1e-3;
      close(logPartition, bonds + Math.log(2 * Math.cosh(both)), `ln Z at ${coupling}`);
      close(energy * lattice.sites, -bonds - both * Math.tanh(both), `energy at ${coupling}`);
      assert.ok(
        Math.abs((specificHeat! * lattice.sites * Math.cosh(both) ** 2) / both ** 2 - 1) < 1e-5,
        `${specificHeat}`,
      );
    }
  }
  assert.is(exactAnswer(isingHamiltonian({ lattice: square(40), coupling: 0.408, field: 0.1 })), null);
  assert.is(exactAnswer(isingHamiltonian({ lattice: chain(30, { boundary: 'open' }), coupling: 0.4 })), null);
});

test('narrow strips by their transfer matrix, whichever side is the short one', () => {
  const kaufmans = exactAnswer(isingHamiltonian({ lattice: square(6, 5), coupling: 0.4 }))!;
  // a field too small to matter: no longer Kaufman's
  const strips = exactAnswer(isingHamiltonian({ lattice: square(6, 5), coupling: 0.4, field: 1e-9 }))!;
  assert.match(strips.source, 'strip');
  for (const name of ['logPartition', 'energy', 'specificHeat'] as const) close(strips[name], kaufmans[name]!, name);
  // 21 spins: one more than are summed over by default
  for (const lattice of [square(7, 3, { boundary: 'open' }), triangular(3, 7, { boundary: 'open' })]) {
    const h = isingHamiltonian({ lattice, coupling: -0.3, field: 0.2 });
    const all = enumerateTerms(h);
    const found = exactAnswer(h)!;
    assert.match(found.source, 'strip');
    close(found.logPartition, all.logPartition, 'ln Z');
    close(found.energy, all.energy / 21, 'energy');
    close(found.specificHeat, all.heatCapacity / 21, 'C');
    close(found.magnetisation, all.magnetisation, 'm');
  }
  const random = isingHamiltonian({
    lattice: square(3, 7, { boundary: 'open' }),
    coupling: Array.from({ length: 32 }, (_, k) => k / 100),
  });
  assert.is(exactAnswer(random), null);
});

test('the moments of m stand beside the energy where their distribution is quickly summed', () => {
  // 21 to 24 spins, which the sum over all states reaches too when it is asked
  const torus = isingHamiltonian({ lattice: square(4, 6), coupling: 0.4 });
  for (const h of [
    torus,
    hamiltonianFromTerms({ sites: 24, shape: [4, 6], terms: torus.terms }),
    isingHamiltonian({ lattice: square(7, 3), coupling: -0.3, field: 0.1 }),
    isingHamiltonian({ lattice: square(3, 8, { boundary: 'open' }), coupling: 0.5, field: -0.05 }),
    isingHamiltonian({ lattice: chain(22), coupling: 0.9, field: 0.02 }),
  ]) {
    const all = enumerateTerms(h);
    const found = exactAnswer(h)!;
    assert.match(found.source, /(Kaufman|strip|ring).*m by its distribution/);
    close(found.absoluteMagnetisation, all.meanAbsoluteMagnetisation, '|m|');
    close(found.magnetisation2, all.magnetisation2, 'm²');
    close(found.magnetisation4, all.magnetisation4, 'm⁴');
  }
  const eight = exactAnswer(isingHamiltonian({ lattice: square(8), coupling: criticalCoupling }))!;
  const u4 = 1 - eight.magnetisation4! / (3 * eight.magnetisation2! ** 2);
  // Kaufman's ln Z is the sum of the same distribution (test/exact/magnetisation.test.ts)
  close(eight.absoluteMagnetisation, 0.7773310927868, '|m| of 8×8', 1e-12);
  close(u4, 0.61304538494341, 'U4 of 8×8', 1e-12);
  assert.is(exactAnswer(isingHamiltonian({ lattice: triangular(7, 3), coupling: 0.3 }))!.absoluteMagnetisation, null);
  assert.is(exactAnswer(isingHamiltonian({ lattice: square(16), coupling: 0.4 }))!.magnetisation4, null);
});

test('a torus is known by its terms, not by what it is called', () => {
  const torus = isingHamiltonian({ lattice: square(4, 6), coupling: 0.3 });
  assert.equal(plainTorusOf(torus)?.coupling, 0.3);
  assert.equal(
    plainTorusOf(hamiltonianFromTerms({ sites: 24, shape: [4, 6], terms: torus.terms }))?.lattice,
    square(4, 6),
  );
  assert.is(plainTorusOf(hamiltonianFromTerms({ sites: 24, shape: [6, 4], terms: torus.terms })), null);
  assert.is(plainTorusOf(hamiltonianFromTerms({ sites: 24, terms: torus.terms })), null);
  const parameters = torus.parameters;
  const one = [...torus.terms.slice(1), { sites: torus.terms[0].sites, coupling: 0.31 }];
  assert.is(plainTorusOf(hamiltonianFromTerms({ sites: 24, shape: [4, 6], terms: one, parameters })), null);
  assert.is(plainTorusOf(isingHamiltonian({ lattice: square(4), coupling: -0.3 })), null);
  // double bonds of a side of 2
  assert.equal(plainTorusOf(isingHamiltonian({ lattice: square(2, 5), coupling: 0.3 }))?.coupling, 0.3);
  assert.equal(plainTorusOf(isingHamiltonian({ lattice: square(3), coupling: 0 }))?.coupling, 0);
});

test.run();
