/** Parts of arguments that are of a wrong kind or size, and sizes for which there is no memory, are named before any work. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as b from '../../src/all.js';
import { refuses } from '../assert.js';

const test = suite('util/parts');

const glass = b.isingHamiltonian({ lattice: b.square(4), coupling: 0.3 });
const weights = new Float32Array(4).fill(0.1);
const bias = new Float32Array(2);
const rbm = new b.Rbm({ visible: 2, hidden: 2, weights, visibleBias: bias, hiddenBias: bias });
const state = b.samplerFor(glass, { method: 'heatBath', seed: 1 } as const) as b.SingleSpin;
const series = new b.Clusters({ hamiltonian: glass, seed: 1 }).improved(400);

const calls: [beginning: string, call: () => unknown][] = [
  [
    '"bonds" expected couplings and fields whose sizes add up',
    () => b.enumerate({ sites: 2, bonds: [], fields: [1e300, 0] }),
  ],
  [
    '"data[1]" expected finite number, got NaN',
    () => b.unexplainedVariance(rbm as never, Float32Array.of(0, Number.NaN)),
  ],
  ['"bonds[0]" expected { a, b, coupling }, got null', () => b.enumerate({ sites: 2, bonds: [null] as never })],
  ['"fields" expected array', () => b.densityOfStates({ sites: 2, bonds: [], fields: null as never })],
  [
    '"lattice" expected a lattice',
    () => b.isingHamiltonian({ lattice: { kind: Object.create(null), shape: [3] } as never, coupling: 1 }),
  ],
  ['"up[1]" expected finite number, got NaN', () => b.bennett([0, Number.NaN], [1])],
  ['"down[0]" expected finite number, got -Infinity', () => b.bennett([0], [Number.NEGATIVE_INFINITY])],
  ['"down" expected array of numbers', () => b.bennett([0], undefined as never)],
  ['"families" expected array', () => b.bennett([0], [0], null as never)],
  ['"data" expected BitRows, got Float32Array', () => b.stackBound(new b.Stack([rbm], [1, 2]), weights as never)],
  ['"series.sites" expected positive integer', () => b.improvedMeasurements({ ...series, sites: Number.NaN })],
  ['"state.chains" expected snapshots', () => b.encodeSamplerState({ ...state.state(), chains: null as never })],
  ['"state.chains[0]" expected snapshot', () => b.encodeSamplerState({ ...state.state(), chains: [null as never] })],
  [
    '"state.chains[0].a" expected number or',
    () => b.encodeSamplerState({ ...state.state(), chains: [{ a: 'x' as never }] }),
  ],
  ['"a" expected tensor { shape, data }', () => b.encodeSafetensors({ tensors: { a: null as never } })],
  ['"metadata" expected texts by name', () => b.encodeSafetensors({ metadata: null as never, tensors: {} })],
  ['"metadata" expected texts by name', () => b.encodeRbm(rbm, null as never)],
  ['"only" expected text, got Symbol(x)', () => b.decodeNpz(b.encodeNpz({}), 'x', { only: Symbol('x') as never })],
  ['"weights" expected text, got Symbol(x)', () => b.rbmFromTensors({}, { weights: Symbol('x') as never })],
  ['"provenance" expected { source: string }', () => new b.SpinData(0, [2, 2], new Uint8Array(0), 3 as never)],
  ['"chains" expected integer in [1, 16384], got 1000000', () => new b.SingleSpin({ hamiltonian: glass, chains: 1e6 })],
  ['"sites of the torus" expected integer in [1, 32768]', () => new b.Translations([1e6, 3])],
  ['"count" expected number for which there is memory', () => new b.BitRows(2 ** 50, 2)],
  ['"count" expected number for which there is memory', () => new b.SingleSpin({ hamiltonian: glass }).sample(2 ** 50)],
  ['"count" expected number for which', () => new b.Clusters({ hamiltonian: glass }).improved(2 ** 50)],
  [
    '"count" expected number for which',
    () => new b.Tempering({ hamiltonian: glass, scales: [0.9, 1] }).sample(2 ** 50),
  ],
];

test('they are named', () => {
  for (const [beginning, call] of calls) {
    assert.throws(
      call,
      (error: Error) =>
        (error instanceof TypeError || error instanceof RangeError) && error.message.startsWith(beginning),
      beginning,
    );
  }
});

test('the bonds of a lattice put together by hand are those of its sides', () => {
  assert.equal(b.bonds({ ...b.square(3), sites: 5 }), b.bonds(b.square(3)));
  refuses(() => b.bonds({ ...b.square(3), shape: [0, 3] }), RangeError, /^"rows"/);
});

test.run();
