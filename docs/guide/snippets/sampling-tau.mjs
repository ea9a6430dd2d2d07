import { criticalCoupling, exactAnswer, isingHamiltonian, square } from 'blockspin';
import { SingleSpin } from 'blockspin/ising';
import { binning, formatEstimate, integratedAutocorrelation, sampleMean } from 'blockspin/stats';

const hamiltonian = isingHamiltonian({ lattice: square(8), coupling: criticalCoupling });
const sampler = new SingleSpin({ hamiltonian, seed: 1 });
sampler.advance(1000); // burn-in
const series = [];
for (let k = 0; k < 20_000; k++) {
  sampler.advance(); // one sweep
  series.push(Math.abs(sampler.measure().magnetisations[0]));
}
const { mean, error, tau, tauError, window, effectiveSamples } = integratedAutocorrelation(series);
console.log(`τ_int of |m| ${formatEstimate({ value: tau, error: tauError })} sweeps, summed up to W = ${window}`);
console.log(`⟨|m|⟩ ${formatEstimate({ mean, error })}, ${effectiveSamples.toFixed(0)} effective samples of 20000`);
console.log(`      ${formatEstimate(binning(series))} by binning`);
console.log(`      ${formatEstimate(sampleMean(series))} if correlation is ignored: an error that is too small`);
console.log(`      ${exactAnswer(hamiltonian).absoluteMagnetisation.toFixed(5)} exact`);
