/** What is the likelihood of an RBM that Python has trained? Exactly, by a sum over all states of the hidden units. */

import { readFileSync } from 'node:fs';
import { logLikelihood } from 'blockspin';
import { decodeNpz } from 'blockspin/formats';
import { rbmFromTensors } from 'blockspin/io';
import { loadTrainingData } from 'blockspin/node';

const rows = loadTrainingData('answers.npz', { array: 'rows' });
for (const file of process.argv.slice(2)) {
  const rbm = rbmFromTensors(decodeNpz(readFileSync(file), file));
  const { mean, error, independent } = logLikelihood(rbm, rows);
  console.log(
    `${file}: ${rbm.visible} visible, ${rbm.hidden} hidden units; log-likelihood per row ` +
      `${mean.toFixed(3)} ± ${error.toFixed(3)}, independent units ${independent.toFixed(3)}`,
  );
}
