/** What the exact-map experiment found: numbers, words and figures. */

import type { Summary } from '../kit/experiment.js';
import type { BlockComparison, DecimationComparison, ExactMapParameters, ExactMapResult } from './result.js';

export interface ExactMapSummary extends Summary {
  parameters: ExactMapParameters;
  results: ExactMapResult[];
}

export function summarise(parameters: ExactMapParameters, results: ExactMapResult[]): ExactMapSummary {
  const best = bestOf(results);
  const end = best.history[best.history.length - 1];
  const blocks = results.filter(hasCouplings);
  const decimating = results.filter(hasDecimation);
  return {
    parameters,
    results,
    numbers: {
      models: results.map(({ side, hidden, start, history, kls, before, after, couplings, decimation }) => ({
        side,
        hidden,
        start,
        kls,
        before: numbersOf(before),
        after: numbersOf(after),
        couplings,
        decimation: decimation && { copied: decimation.copied, gap: decimation.gap, weakest: decimation.weakest },
        history,
      })),
    },
    answer: answer(results, best, blocks, decimating),
    facts: [
      { label: 'Coupling', value: `K = ${parameters.coupling}`, note: 'critical at 0.4407' },
      {
        label: 'Identities',
        value: results.every(({ before, after }) => before.identities && after.identities) ? 'all hold' : 'BROKEN',
        note: `largest gap ${largestGap(results).toExponential(1)}, ${2 * results.length} models, before and after training`,
      },
      {
        label: 'Best model',
        value: nameOf(best),
        note: `KL ${end.kl.toExponential(2)} nats after ${end.iteration} steps`,
      },
      {
        label: 'Deviation of log τ there',
        value: end.deviation.toExponential(2),
        note: `${best.history[0].deviation.toFixed(2)} before training`,
      },
      { label: 'ΔF there', value: end.deltaF.toFixed(3), note: 'E₀ fixed; a constant makes it 0 at any moment' },
    ],
    tables: [modelTable(results), ...(blocks.length > 0 ? [couplingTable(blocks)] : [])],
    files: {},
  };
}

export type Compared = ExactMapResult & { couplings: BlockComparison };

export function hasCouplings(result: ExactMapResult): result is Compared {
  return result.couplings !== null;
}

export type Decimating = ExactMapResult & { decimation: DecimationComparison };

export function hasDecimation(result: ExactMapResult): result is Decimating {
  return result.decimation !== null;
}

const lastOf = ({ history }: ExactMapResult) => history[history.length - 1];

export function bestOf(results: ExactMapResult[]): ExactMapResult {
  return results.reduce((best, result) => (lastOf(result).kl < lastOf(best).kl ? result : best));
}

/** Hidden spins of the models with random starts on one lattice. */
export function nameOf({ side, hidden, start }: ExactMapResult): string {
  return `${side}×${side}, ${hidden} hidden${start === 'blocks' ? ' (from blocks)' : ''}`;
}

function numbersOf({ statements, deltaF, kl, tau, mutualInformation, exact }: ExactMapResult['before']) {
  return {
    exact,
    deltaF,
    kl,
    tau,
    mutualInformation,
    gaps: Object.fromEntries(statements.map(({ formula, gap }) => [formula, gap])),
  };
}

function largestGap(results: ExactMapResult[]): number {
  const gaps = results.flatMap(({ before, after }) => [before, after]).flatMap(({ statements }) => statements);
  return gaps.reduce((most, { kind, gap }) => (kind === 'identity' ? Math.max(most, gap) : most), 0);
}

function answer(results: ExactMapResult[], best: ExactMapResult, blocks: Compared[], decimating: Decimating[]): string {
  const end = lastOf(best);
  const paragraphs = [
    `An RBM with T = -E + H performs an exact step when τ(v) = Tr_h e^T = 1 for every v, and that is when its visible marginal is the model. H_RG(h) = H_RBM(h) is ` +
      `no part of it: that holds before any training, for every weight, to ${largestGap(results).toExponential(1)} here. Training by the exact gradient takes KL to ` +
      `${end.kl.toExponential(1)} nats in the best model (${nameOf(best)}), and log τ from a spread of ${best.history[0].deviation.toFixed(1)} to ` +
      `${end.deviation.toExponential(1)}.`,
    `ΔF is another matter. The gradient of KL cannot see a constant in E, so ΔF does not go to zero with KL: at the end it is ${end.deltaF.toFixed(2)} with the constant left ` +
      `as it was, and setting that constant makes it zero at once, there as before the first step. ΔF = 0 is one number; τ ≡ 1 is one for each of the 2^N states.`,
  ];
  if (blocks.length > 0) paragraphs.push(blockAnswer(blocks));
  for (const result of decimating) paragraphs.push(decimationAnswer(result));
  paragraphs.push(
    'What this does not show: tori of 9 and 16 spins have no scaling, and four hidden spins no locality to speak of. That training lowers KL is no argument for block ' +
      'spins: KL = 0 selects no coarse-graining (hidden spins that know nothing of the visible ones can be exact too).',
  );
  return paragraphs.join('\n\n');
}

function blockAnswer(blocks: Compared[]): string {
  const parts = blocks.map((result) => {
    const { couplings } = result;
    const pairs = couplings.sets.map((set, k) => ({ set, gap: couplings.trained[k] - couplings.blocks[k] }));
    const gap = Math.sqrt(pairs.reduce((sum, { gap }) => sum + gap * gap, 0) / pairs.length);
    return (
      `${result.start === 'blocks' ? 'Started from blocks (whose symmetry the gradient keeps)' : 'From random weights'} it ends at KL = ${lastOf(result).kl.toFixed(4)} with weights of ` +
      `${couplings.inside.toFixed(2)} inside and ${couplings.outside.toFixed(2)} outside a hidden spin's block (mean |W|), the largest weight ` +
      `${couplings.peak.toFixed(1)} times the mean; couplings differ from those of block spins by ${gap.toFixed(2)} (rms).`
    );
  });
  const random = blocks.find(({ start }) => start === 'random');
  const start = blocks.find((result) => result.start === 'blocks');
  const verdict =
    random && start
      ? lastOf(random).kl < lastOf(start).kl - 1e-6
        ? 'So the likelihood does not prefer blocks here: the best RBM found is another one.'
        : 'So no better RBM than the block-like one was found.'
      : '';
  return `With four hidden spins on the 4×4 torus, one for each 2×2 block, the RBM can be compared with block spins by majority. ${parts.join(' ')} ${verdict}`.trim();
}

function decimationAnswer(result: Decimating): string {
  const { copied, gap, weakest } = result.decimation;
  return (
    `The RBM on ${nameOf(result)}, has found decimation. Each of its hidden spins follows one visible spin (sites ${[...copied].sort((a, b) => a - b).join(', ')}), with a weight of at ` +
    `least ${weakest.toFixed(1)}, larger than all its others together; and the couplings of its hidden layer are those that decimation leaves between these sites, the largest ` +
    `difference of all ${result.decimation.sets.length} being ${gap.toExponential(1)}. ` +
    'Where the sites kept are one sublattice of a bipartite lattice, this RBM is the model itself in the limit of infinite weights: that is why KL goes to zero and |ΔF| grows.'
  );
}

function modelTable(results: ExactMapResult[]): Summary['tables'][number] {
  return {
    title: 'Models',
    columns: [
      'Model',
      'Steps',
      'KL (nats)',
      'KL of all starts',
      'log τ: deviation',
      'largest |log τ|',
      'ΔF, E₀ fixed',
      'I(v;h) (nats)',
    ],
    rows: results.map((result) => {
      const { iteration, kl, deviation, deltaF } = lastOf(result);
      const { tau, mutualInformation } = result.after;
      return [
        nameOf(result),
        iteration,
        kl.toExponential(2),
        result.kls.map((value) => value.toExponential(1)).join(' '),
        deviation.toExponential(1),
        Math.max(Math.abs(tau.least), Math.abs(tau.most)).toExponential(1),
        deltaF.toFixed(3),
        mutualInformation.toFixed(3),
      ];
    }),
    note: 'The largest |log τ| is over all states, however unlikely, with the constant that makes ΔF = 0. ΔF is that with E₀ = ln 2 for each hidden spin, which is not trained.',
  };
}

function couplingTable(blocks: Compared[]): Summary['tables'][number] {
  const { sets, blocks: exact } = blocks[0].couplings;
  const kinds = [
    'side by side',
    'side by side',
    'one above the other',
    'one above the other',
    'diagonal',
    'diagonal',
    'all four',
  ];
  return {
    title: 'Couplings of the hidden layer',
    columns: [
      'Hidden spins',
      'Place',
      'Block spins (majority)',
      ...blocks.map(({ start }) => `RBM, ${start === 'blocks' ? 'from blocks' : 'random start'}`),
    ],
    rows: sets.map((set, k) => [
      `K(${set.join(',')})`,
      kinds[k],
      exact[k].toFixed(4),
      ...blocks.map(({ couplings }) => couplings.trained[k].toFixed(4)),
    ]),
    note: 'From H_RG(h) by Walsh transform. The hidden spins of the RBM are matched to the 2×2 blocks that they weigh most, and turned so that they weigh them positively.',
  };
}
