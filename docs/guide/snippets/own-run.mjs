import { resolveParameters, runExperiment } from 'blockspin/experiments';
import experiment from './own-experiment.mjs';

const parameters = resolveParameters(experiment, 'quick', { temperatures: [2, 2.6] });
const { answer, numbers } = await runExperiment(experiment, parameters, { threads: 1 });
console.log(answer);
console.log(`provenance and numbers: ${Object.keys(numbers).join(', ')}`);
