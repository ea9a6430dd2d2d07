import { logLikelihood, trainRbm } from 'blockspin';
import { barsAndStripes } from 'blockspin/rbm';

const data = barsAndStripes(4); // best possible -3.38
const run = async (options) => logLikelihood((await trainRbm(data, { ...options, outcome: false })).rbm, data).mean;

const show = (setting, nats) => console.log(String(setting).padStart(6), nats.toFixed(2));

console.log('hidden units, 2000 updates');
for (const hidden of [4, 8, 16]) show(hidden, await run({ hidden, epochs: 20, passes: 100 }));
console.log('updates, 16 hidden units');
for (const passes of [10, 100]) {
  show(20 * passes, await run({ hidden: 16, epochs: 20, passes }));
}
console.log('learning rate, 16 hidden units, 2000 updates');
for (const learningRate of [0.005, 0.05, 0.5]) {
  show(learningRate, await run({ hidden: 16, epochs: 20, passes: 100, learningRate }));
}
