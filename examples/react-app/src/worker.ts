/** Trains an RBM on the bars and stripes of a 3×3 grid, and tells the exact likelihood after each epoch. */

import { logLikelihood, trainRbm } from 'blockspin';
import { barsAndStripes } from 'blockspin/rbm';
import type { Answer, Request } from './messages';

const tell = (answer: Answer) => postMessage(answer);

addEventListener('message', async ({ data: { hidden, epochs, seed } }: MessageEvent<Request>) => {
  const data = barsAndStripes(3);
  try {
    const { outcome, doubts } = await trainRbm(data, {
      hidden,
      epochs,
      seed,
      passes: 10,
      // 9 visible and a few hidden units: log Z is an exact sum, in less than a millisecond
      validation: (rbm) => logLikelihood(rbm, data).mean,
      onEpoch: ({ epoch, validation }) => tell({ kind: 'epoch', epoch, logLikelihood: validation! }),
    });
    tell({ kind: 'done', logLikelihood: outcome!.logLikelihood!.mean, doubts });
  } catch (error) {
    tell({ kind: 'error', message: String(error) });
  }
});
