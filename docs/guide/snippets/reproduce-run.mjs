import { experiments, runExperiment } from 'blockspin/experiments';

const { thermodynamics } = experiments;
const parameters = {
  ...{ lattice: 'square', boundary: 'periodic', field: 0, method: 'auto' },
  ...{ sizes: [8], couplings: [0.42, 0.44], samples: 500, seed: 'my thesis' },
};

// #region twice
const run = async (threads) => (await runExperiment(thermodynamics, parameters, { threads })).numbers;
const first = await run(1);
const { experiment, version: _, kernels, preset, parameters: told } = first;
console.log(experiment, preset, `kernels ${kernels.length} hexadecimal digits`);
console.log(JSON.stringify(told));
console.log('on two threads the same numbers:', JSON.stringify(await run(2)) === JSON.stringify(first));
// #endregion twice
