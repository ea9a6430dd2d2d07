import { BitRows, trainRbm } from 'blockspin';
import { annealedImportance, barsAndStripes, chainAutocorrelation } from 'blockspin/rbm';

const data = barsAndStripes(4);
const { rbm } = await trainRbm(data, { hidden: 16, seed: 1, outcome: false });

const kinds = new Set(Array.from({ length: data.count }, (_, r) => data.row(r).join('')));
/** How many of the 30 kinds there are, and the shares of the blank image and of what is neither bars nor stripes. */
function shares(name, rows, weightOf = () => 1) {
  const share = new Map();
  let all = 0;
  for (let r = 0; r < rows.count; r++) {
    const text = rows.row(r).join('');
    share.set(text, (share.get(text) ?? 0) + weightOf(r));
    all += weightOf(r);
  }
  const percent = (total) => `${((100 * total) / all).toFixed(1)} %`;
  const wrong = [...share].reduce((sum, [text, weight]) => (kinds.has(text) ? sum : sum + weight), 0);
  const found = [...kinds].filter((text) => share.has(text)).length;
  console.log(
    name.padEnd(16),
    found,
    'kinds, blank',
    percent(share.get('0'.repeat(16)) ?? 0),
    'neither',
    percent(wrong),
  );
}

// #region shares
shares('data', data); // prints kinds of image, share of the blank one, share of what is neither bars nor stripes
const zeros = new BitRows(1000, 16);
const chains = rbm.gibbs(zeros, { steps: 1000, seed: 2 }).visible;
shares('Gibbs, from 0', chains);
const { states, logWeights, effectiveSize } = annealedImportance(rbm, { chains: 500, data, seed: 2 });
shares('annealing', states, (r) => Math.exp(logWeights[r] - Math.max(...logWeights)));
console.log('effective samples of the annealing', effectiveSize.toFixed(0));
// #endregion shares

// #region memory
const { freeEnergy, magnetisation } = chainAutocorrelation(rbm, data, { count: 100, every: 10 });
const text = (tau) => (tau === null ? 'null' : tau.toFixed(1));
console.log('τ_int in units of 10 steps: F', text(freeEnergy.tau), 'mean of v', text(magnetisation.tau));
// #endregion memory
