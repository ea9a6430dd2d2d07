/** The summary of the exact-map experiment. */

import type { BlockComparison } from '../../rg/map/comparison.js';
import { type Having, having } from '../kit/rows.js';
import { tableOf } from '../kit/tables.js';
import { fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import type { Result, Values } from './points.js';

const IDENTITIES: Criterion = {
  claim: 'H_RG(h) = H_RBM(h) for every weight, before any training and after it',
  statistic: 'share of the models, before and after training, whose identities hold',
  atLeast: 1,
};
const PREFERENCE: Criterion = {
  claim: 'the likelihood does not prefer blocks: a better RBM of four hidden spins than the block-like one was found',
  statistic: 'KL started from blocks − KL from random weights (nats)',
  atLeast: 1e-6,
};

export type Compared = Having<Result, 'couplings'>;
export type Decimating = Having<Result, 'decimation'>;

export const nameOf = ({ side, hidden, start }: Result): string =>
  `${side}×${side}, ${hidden} hidden${start === 'blocks' ? ' (from blocks)' : ''}`;

const lastOf = ({ history }: Result) => history[history.length - 1];

export function summarise(parameters: Values, results: Result[]) {
  const best = results.reduce((one, other) => (lastOf(other).kl < lastOf(one).kl ? other : one));
  const end = lastOf(best);
  const reports = results.flatMap(({ before, after }) => [before, after]);
  const identities = reports.flatMap(({ statements }) => statements.filter(({ kind }) => kind === 'identity'));
  const gap = Math.max(0, ...identities.map((statement) => statement.gap)).toExponential(1);
  const holding = reports.filter((report) => report.identities).length / reports.length;
  const blocks = having(results, 'couplings');
  const [fromBlocks, fromRandom] = (['blocks', 'random'] as const).map((start) =>
    blocks.find((one) => one.start === start),
  );
  const verdicts = [
    judge(IDENTITIES, holding),
    judge(PREFERENCE, fromBlocks && fromRandom ? lastOf(fromBlocks).kl - lastOf(fromRandom).kl : null),
  ];
  const decimating = having(results, 'decimation');
  return {
    parameters,
    results,
    best,
    verdicts,
    numbers: {
      models: results.map(({ weights: _w, energies: _e, before, after, decimation, ...model }) => ({
        ...model,
        before: numbersOf(before),
        after: numbersOf(after),
        decimation: decimation && { copied: decimation.copied, gap: decimation.gap, weakest: decimation.weakest },
      })),
    },
    answer: paragraphs(
      verdictText(verdicts),
      prose`An RBM with T = -E + H performs an exact step when τ(v) = Tr_h e^T = 1 for every v, and that is when its visible
        marginal is the model. H_RG(h) = H_RBM(h) is no part of it: that holds before any training, for every weight, to
        ${gap} here. Training by the exact gradient takes KL to ${end.kl.toExponential(1)} nats in the best model
        (${nameOf(best)}), and log τ from a spread of ${best.history[0].deviation.toFixed(1)} to
        ${end.deviation.toExponential(1)}.`,
      prose`ΔF is another matter. The gradient of KL cannot see a constant in E, so ΔF does not go to zero with KL: at the
        end it is ${end.deltaF.toFixed(2)} with the constant left as it was, and setting that constant makes it zero at
        once, there as before the first step. ΔF = 0 is one number; τ ≡ 1 is one for each of the 2^N states.`,
      blocks.length > 0 &&
        prose`With four hidden spins on the 4×4 torus, one for each 2×2 block, the RBM can be compared with block spins by
          majority; what is started from blocks keeps their symmetry, for the gradient does.`,
      decimating.length > 0 &&
        prose`Some RBMs have found decimation: each hidden spin follows one visible spin, by a weight larger than all its
          others together, and the couplings of the hidden layer are those that decimation leaves between these sites.
          Where the sites kept are one sublattice of a bipartite lattice, such an RBM is the model itself in the limit of
          infinite weights: that is why KL goes to zero and |ΔF| grows.`,
      prose`What this does not show: tori of 9 and 16 spins have no scaling, and four hidden spins no locality.
        That training lowers KL is no argument for block spins: KL = 0 selects no coarse-graining (hidden spins that know
        nothing of the visible ones can be exact too).`,
    ),
    facts: [
      fact('Coupling', `K = ${parameters.coupling}`, 'critical at 0.4407'),
      fact(
        'Identities',
        holding === 1 ? 'all hold' : 'BROKEN',
        `largest gap ${gap}, ${reports.length} models, before and after training`,
      ),
      fact('Best model', nameOf(best), `KL ${end.kl.toExponential(2)} nats after ${end.iteration} steps`),
      fact(
        'Deviation of log τ there',
        end.deviation.toExponential(2),
        `${best.history[0].deviation.toFixed(2)} before training`,
      ),
      fact('ΔF there', end.deltaF.toFixed(3), 'E₀ fixed; a constant makes it 0 at any moment'),
    ],
    tables: [
      tableOf(
        'Models',
        results,
        [
          { title: 'Model', of: nameOf },
          { title: 'Steps', of: (result) => lastOf(result).iteration },
          { title: 'KL (nats)', of: (result) => lastOf(result).kl.toExponential(2) },
          { title: 'KL of all starts', of: ({ kls }) => kls.map((value) => value.toExponential(1)).join(' ') },
          { title: 'log τ: deviation', of: (result) => lastOf(result).deviation.toExponential(1) },
          {
            title: 'largest |log τ|',
            of: ({ after: { tau } }) => Math.max(Math.abs(tau.least), Math.abs(tau.most)).toExponential(1),
          },
          { title: 'ΔF, E₀ fixed', of: (result) => lastOf(result).deltaF.toFixed(3) },
          { title: 'I(v;h) (nats)', of: ({ after }) => after.mutualInformation.toFixed(3) },
        ],
        prose`The largest |log τ| is over all states, however unlikely, with the constant that makes ΔF = 0. ΔF is that with
          E₀ = ln 2 for each hidden spin, which is not trained.`,
      ),
      ...(blocks.length > 0 ? [couplingTable(blocks), blockTable(blocks)] : []),
      ...(decimating.length > 0 ? [decimationTable(decimating)] : []),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;

const numbersOf = ({ statements, deltaF, kl, tau, mutualInformation, exact }: Result['before']) => ({
  exact,
  deltaF,
  kl,
  tau,
  mutualInformation,
  gaps: Object.fromEntries(statements.map(({ formula, gap }) => [formula, gap])),
});

const startOf = ({ start }: Result) => (start === 'blocks' ? 'from blocks' : 'random start');

const couplingTable = (blocks: Compared[]) =>
  tableOf(
    'Couplings of the hidden layer',
    blocks[0].couplings.sets.map((set, k) => ({ set, k })),
    [
      { title: 'Hidden spins', of: ({ set }) => `K(${set.join(',')})` },
      { title: 'Place', of: ({ k }) => ['side by side', 'one above the other', 'diagonal', 'all four'][k >> 1] },
      { title: 'Block spins (majority)', of: ({ k }) => blocks[0].couplings.blocks[k].toFixed(4) },
      ...blocks.map((model) => ({
        title: `RBM, ${startOf(model)}`,
        of: ({ k }: { k: number }) => model.couplings.trained[k].toFixed(4),
      })),
    ],
    prose`From H_RG(h) by Walsh transform. The hidden spins of the RBM are matched to the 2×2 blocks that they weigh most, and
      turned so that they weigh them positively.`,
  );

const blockTable = (blocks: Compared[]) =>
  tableOf(
    'Hidden spins beside blocks',
    blocks,
    [
      { title: 'RBM', of: startOf },
      { title: 'KL (nats)', of: (result) => lastOf(result).kl.toFixed(4) },
      { title: 'mean |W| inside', of: ({ couplings }) => couplings.inside.toFixed(2) },
      { title: 'outside the block', of: ({ couplings }) => couplings.outside.toFixed(2) },
      { title: 'largest |W| over mean', of: ({ couplings }) => couplings.peak.toFixed(1) },
      { title: 'Couplings off by (rms)', of: ({ couplings }) => rmsGap(couplings).toFixed(2) },
    ],
    'Inside and outside of the block of each hidden spin; couplings against those of majority block spins.',
  );

const rmsGap = ({ trained, blocks }: BlockComparison): number =>
  Math.sqrt(trained.reduce((sum, coupling, k) => sum + (coupling - blocks[k]) ** 2, 0) / trained.length);

const decimationTable = (decimating: Decimating[]) =>
  tableOf('RBMs that decimate', decimating, [
    { title: 'Model', of: nameOf },
    { title: 'Sites followed', of: ({ decimation }) => [...decimation.copied].sort((a, b) => a - b).join(', ') },
    { title: 'Weight of at least', of: ({ decimation }) => decimation.weakest.toFixed(1) },
    { title: 'Couplings', of: ({ decimation }) => decimation.sets.length },
    { title: 'Largest difference to decimation', of: ({ decimation }) => decimation.gap.toExponential(1) },
  ]);
