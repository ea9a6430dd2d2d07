/** Independent samples of one lattice, burn-in and pilot run included. */

import { criticalCoupling, Ising, kaufman, type SamplingMethod, type SamplingReport, square } from '../../src/all.js';
import { runWork } from '../../src/ising/chains/chain.js';
import { WolffChain } from '../../src/ising/chains/wolff.js';
import type { Entry } from '../harness.js';
import { agree } from './agree.js';
import { PlainWolff } from './clusters.js';
import { type Body, entry } from './entry.js';

/**
 * 128 replicas against one Wolff chain of ours and one from the textbook, all five τ from sample to sample of a chain.
 */
async function samplesCase(side: number, coupling: number, short: boolean): Promise<Body> {
  // enough for the start-up of the replicas to be a small part
  const count = short ? 2000 : 20_000;
  // one chain of a large lattice is slow: a quarter of the samples, burdened with all of its pilot run
  const fewer = side > 40 ? count / 4 : count;
  let seed = 1;
  const sample = (method: SamplingMethod, rows: number): SamplingReport =>
    new Ising({ lattice: square(side), coupling, seed: seed++, method }).sample(rows).provenance.sampling!;
  // the textbook program has no pilot run: it uses the interval that the other Wolff chain has measured, without
  // burn-in
  const { interval } = sample('wolff', 200);
  const plain = new PlainWolff(side, coupling);
  plain.advance(100 * side ** 2);
  const few = short ? 200 : 500;
  const rows = new Int8Array(few * side ** 2);
  const textbook = () => {
    for (let row = 0; row < few; row++) {
      plain.updates(interval);
      rows.set(plain.spins, row * side ** 2);
    }
  };
  return {
    unit: 'samples',
    work: count,
    contenders: [
      { name: '128 replicas, Wasm', run: () => void sample('replicas', count) },
      { name: 'Wolff, Wasm', run: () => void sample('wolff', fewer), share: fewer / count },
      { name: 'textbook Wolff in TypeScript', run: textbook, share: few / count },
    ],
    check: () => {
      const exact = kaufman(side, side, coupling).energy;
      const scores = (['wolff', 'replicas'] as const).map((method) => {
        const wanted = method === 'wolff' ? fewer : count;
        const { energy, effectiveSamples } = sample(method, wanted);
        const score = (energy!.mean - exact) / energy!.error;
        if (!(Math.abs(score) < 5))
          throw new Error(`${method}: energy ${energy!.mean} ± ${energy!.error}, exact ${exact}`);
        if (!(effectiveSamples! > 0.85 * wanted)) throw new Error(`${method}: ${effectiveSamples} effective samples`);
        return score.toFixed(1);
      });
      let flips = 0;
      const energies = Array.from({ length: few }, () => {
        flips += plain.updates(interval);
        return plain.energy();
      });
      agree('textbook', energies, exact);
      // the same clusters, so that an interval means the same
      const ours = new WolffChain(square(side), coupling, 1);
      const advance = (clusters: number) => runWork(ours.machine, ours.advance(clusters));
      advance(1000);
      const ratio = flips / advance(few * interval);
      if (!(Math.abs(ratio - 1) < 0.2)) throw new Error(`clusters of the textbook are ${ratio} times ours`);
      return `energies within 5 standard errors of Kaufman's (${scores.join(', ')}), at least 85% effective samples`;
    },
  };
}

export function sampleEntries(): Entry[] {
  const group = 'Independent samples';
  const name = (side: number, coupling: string) => `samples of ${side}×${side}, ${coupling}`;
  return [
    entry({ name: name(40, 'K = 0.408'), group }, (short) => samplesCase(short ? 12 : 40, 0.408, short)),
    ...[16, 40, 64].map((side) =>
      entry(
        { name: name(side, 'K_c'), group, series: { name: 'samples at K_c, cost of one', x: side ** 2 } },
        (short) => samplesCase(short ? 12 : side, criticalCoupling, short),
      ),
    ),
  ];
}
