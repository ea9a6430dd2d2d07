import { Ising, isingHamiltonian, samplerFor, square } from 'blockspin';
import { MultiSpin, magnetisationSeries } from 'blockspin/ising';
import { formatEstimate, integratedAutocorrelation, jackknife } from 'blockspin/stats';

// 1 tasks: parameters are values, a list of them is an array
const tasks = [2.2, 2.4, 2.6].map((T) => ({ T, L: 16 }));

// 2 sweeps, thermalization and binsize are chosen by a pilot run
for (const { T, L } of tasks) {
  const data = new Ising({ lattice: square(L), coupling: 1 / T, seed: `T=${T}` }).sample(1000);
  const { energy, tauEnergy, interval } = data.provenance.sampling;
  console.log(`T=${T}`, formatEstimate(energy), 'τ', tauEnergy.toFixed(2), 'updates between samples', interval);
}

// 3 and 4 sweep!, measure!: move a chain yourself and keep a series
const chain = new MultiSpin({ lattice: square(32), coupling: 1 / 2.4, seed: 1 });
chain.advance(500); // thermalization
const series = { m2: [], m4: [] };
for (let k = 0; k < 4000; k++) {
  chain.advance(5); // five sweeps
  const m = chain.measure().magnetisations[0];
  series.m2.push(m ** 2);
  series.m4.push(m ** 4);
}

// 5 means, errors and autocorrelation times
const own = integratedAutocorrelation(series.m2);
console.log(
  '⟨m²⟩',
  formatEstimate(own),
  'τ_int',
  own.tau.toFixed(1),
  'in Carlo’s convention',
  (own.tau - 0.5).toFixed(1),
);

// 6 evaluables: functions of means, by the jackknife
const [m2, m4] = [series.m2, series.m4].map((values) => Float64Array.from(values));
const { corrected, error } = jackknife([m2, m4], ([second, fourth]) => second ** 2 / fourth);
console.log('BinderRatio', formatEstimate({ value: corrected, error }));

// 7 checkpoints: the state of a chain
const state = chain.state();
const again = new MultiSpin({ lattice: square(32), coupling: 1 / 2.4, seed: 1 });
again.restore(state);
chain.advance(10);
again.advance(10);
console.log('continues with the same bits', chain.measure().magnetisations[0] === again.measure().magnetisations[0]);

// 8 a model of your own: any Hamiltonian of ±1 spins
const model = isingHamiltonian({ lattice: square(6), coupling: 0.3, field: 0.1, plaquette: 0.05 });
const spins = samplerFor(model, { seed: 1 }).sample(1000);
console.log(
  spins.provenance.sampling.method,
  'm',
  formatEstimate(integratedAutocorrelation(magnetisationSeries(spins))),
);
