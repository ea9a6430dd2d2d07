import { Ising, logLikelihood, square, trainRbm } from 'blockspin';
import { independentLogLikelihood } from 'blockspin/rbm';

const data = new Ising({ lattice: square(8), coupling: 0.5, seed: 1 }).sample(2000);
const show = (what, nats) => console.log(what.padEnd(42), nats.toFixed(1));

show('independent units', independentLogLikelihood(data));

const lost = await trainRbm(data, { hidden: 16, epochs: 100, algorithm: 'pcd', outcome: false });
show('PCD, whose chains stay in their modes', logLikelihood(lost.rbm, data).mean);

const hasty = await trainRbm(data, { hidden: 16, epochs: 1, learningRate: 1e-4, outcome: false });
show('one epoch at a tiny rate', logLikelihood(hasty.rbm, data).mean);

const disordered = new Ising({ lattice: square(8), coupling: 0.2, seed: 1 }).sample(2000);
const { rbm } = await trainRbm(data, { hidden: 16, epochs: 40, outcome: false });
show('the default', logLikelihood(rbm, data).mean);
show('the same RBM on rows of another temperature', logLikelihood(rbm, disordered).mean);
