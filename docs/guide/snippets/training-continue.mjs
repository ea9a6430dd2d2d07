import { logLikelihood, Training, trainRbm } from 'blockspin';
import { decodeTrainingState, encodeTrainingState } from 'blockspin/io';
import { barsAndStripes } from 'blockspin/rbm';

const data = barsAndStripes(4);
const options = { hidden: 8, epochs: 20, passes: 50, seed: 1 };
const equal = (a, b) => a.weights.every((w, k) => w === b.weights[k]);

// #region resume
const identity = { data: 'bars and stripes 4×4', options: JSON.stringify(options) }; // checked when it is read
const half = await Training.start(data, options);
while (half.epoch < 10) await half.runEpoch();
const bytes = encodeTrainingState(half.state(), identity); // a file, for node:fs or the browser
await half.close();

const resumed = await trainRbm(data, { ...options, resume: decodeTrainingState(bytes, identity), outcome: false });
const whole = await trainRbm(data, { ...options, outcome: false });
console.log('interrupted and not: the same bits', equal(resumed.rbm, whole.rbm));
// #endregion resume

// #region longer
const longer = await trainRbm(data, { ...options, initial: whole.rbm, learningRate: 0.02, outcome: false });
const [before, after] = [whole, longer].map((run) => logLikelihood(run.rbm, data).mean.toFixed(2));
console.log('1000 updates', before, 'and 1000 more', after);
// #endregion longer
