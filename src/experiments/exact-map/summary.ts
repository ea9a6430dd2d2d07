/** What the exact-map experiment found: numbers, words and figures. */

import { lineChart, type Series } from '../../viz/chart.js';
import type { Figure } from '../../viz/figure.js';
import { scatterChart } from '../../viz/scatter.js';
import { sha256, version } from '../../wasm/binary.js';
import type { Summary } from '../kit/experiment.js';
import type { BlockComparison, DecimationComparison, ExactMapResult } from './index.js';

export interface ExactMapSummary extends Summary {
  results: ExactMapResult[];
}

export function summarise(results: ExactMapResult[]): ExactMapSummary {
  const { parameters } = results[0];
  const best = bestOf(results);
  const end = best.history[best.history.length - 1];
  const blocks = results.filter(hasCouplings);
  const decimating = results.filter(hasDecimation);
  return {
    results,
    numbers: {
      experiment: 'exact-map',
      version,
      wasm: sha256,
      parameters: {
        ...parameters,
        small: hiddenOf(results, 3),
        large: hiddenOf(results, 4),
      },
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

type Compared = ExactMapResult & { couplings: BlockComparison };

function hasCouplings(result: ExactMapResult): result is Compared {
  return result.couplings !== null;
}

type Decimating = ExactMapResult & { decimation: DecimationComparison };

function hasDecimation(result: ExactMapResult): result is Decimating {
  return result.decimation !== null;
}

const lastOf = ({ history }: ExactMapResult) => history[history.length - 1];

function bestOf(results: ExactMapResult[]): ExactMapResult {
  return results.reduce((best, result) => (lastOf(result).kl < lastOf(best).kl ? result : best));
}

/** Hidden spins of the models with random starts on one lattice. */
function hiddenOf(results: ExactMapResult[], side: number): number[] {
  return results.filter((result) => result.side === side && result.start === 'random').map(({ hidden }) => hidden);
}

function nameOf({ side, hidden, start }: ExactMapResult): string {
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

// ---------------------------------------------------------------------------------------------------------------------------------------- figures

/** The least value that is drawn: below it everything is rounding. */
const FLOOR = 1e-16;

export function figures({ results }: ExactMapSummary): Figure[] {
  const best = bestOf(results);
  const shown = results.filter(({ energies }) => energies !== null).at(-1);
  const blocks = results.filter(hasCouplings);
  return [
    lineChart({
      name: 'kl',
      title: 'KL of every model as it is trained',
      series: results.map((result) => curve(nameOf(result), result, ({ kl }) => kl)),
      xLabel: 'step',
      yLabel: 'KL(P‖p) in nats',
      yScale: 'log',
      caption:
        'Descent by the exact gradient (L-BFGS); of several random starts the best. What a curve settles at is what that many hidden spins cannot express, or a local minimum. ' +
        'The torus of side L has 2L² bonds, and with a hidden spin for each the RBM would be exact.',
    }),
    lineChart({
      name: 'tau',
      title: 'τ becomes constant, ΔF does not become zero',
      series: [
        curve('deviation of log τ', best, ({ deviation }) => deviation),
        curve('half the range of log τ', best, ({ least, most }) => (most - least) / 2),
        curve('KL', best, ({ kl }) => kl),
        curve('|ΔF|, E₀ fixed', best, ({ deltaF }) => Math.abs(deltaF)),
      ],
      xLabel: 'step',
      yLabel: 'nats',
      yScale: 'log',
      caption:
        `${nameOf(best)}. KL is about half the variance of log τ, so both go to zero together; the range includes the least likely states. ΔF = -log⟨τ⟩ moves with the weights ` +
        'and stays away from zero: it depends on a constant in E that KL cannot see.',
    }),
    ...(shown ? energyFigures(shown) : []),
    ...(blocks.length > 0 ? [couplingFigure(blocks)] : []),
    ...results.filter(hasDecimation).map(decimationFigure),
  ];
}

function curve(
  label: string,
  { history }: ExactMapResult,
  value: (record: ExactMapResult['history'][number]) => number,
): Series {
  return {
    label,
    x: history.map(({ iteration }) => iteration),
    y: history.map((record) => Math.max(FLOOR, value(record))),
  };
}

function energyFigures(result: ExactMapResult): Figure[] {
  const { before, after } = result.energies as NonNullable<ExactMapResult['energies']>;
  return [
    scatterChart({
      name: 'visible-layer',
      title: 'Visible layer: H_RBM(v) = H(v) only once trained',
      series: [
        { label: 'after training', x: after.visible.given, y: after.visible.rbm },
        { label: 'before training', x: before.visible.given, y: before.visible.rbm },
      ],
      xLabel: 'H(v)',
      yLabel: 'H_RBM(v)',
      caption: `${nameOf(result)}: all ${before.visible.given.length} states, with the constant that makes ΔF = 0 both times. The distance from the line is log τ(v).`,
    }),
    scatterChart({
      name: 'hidden-layer',
      title: 'Hidden layer: H_RG(h) = H_RBM(h), trained or not',
      series: [
        { label: 'after training', x: after.hidden.rbm, y: after.hidden.renormalised },
        { label: 'before training', x: before.hidden.rbm, y: before.hidden.renormalised },
      ],
      xLabel: 'H_RBM(h)',
      yLabel: 'H_RG(h)',
      caption:
        `${nameOf(result)}: all ${before.hidden.rbm.length} states of the hidden spins. H_RG is summed over v from T = -E + H and H as numbers, H_RBM from the RBM’s own formula. ` +
        'The identity says nothing about the training.',
    }),
  ];
}

function couplingFigure(blocks: Compared[]): Figure {
  return scatterChart({
    name: 'couplings',
    title: 'The hidden layer’s couplings beside those of block spins',
    series: blocks.map(({ start, couplings }) => ({
      label: start === 'blocks' ? 'RBM started from blocks' : 'RBM from random weights',
      x: couplings.blocks,
      y: couplings.trained,
    })),
    xLabel: 'K̃ of majority block spins',
    yLabel: 'K̃ of the RBM’s hidden spins',
    caption:
      'Six pairs and the four-spin coupling of the four hidden spins of RBMs trained on the 4×4 torus. Block spins side by side share two bonds on the 2×2 torus and have ' +
      'equal couplings (4 points), so have the two diagonals. The line is equality: hidden spins that were block spins would lie on it.',
  });
}

function decimationFigure(result: Decimating): Figure {
  const { decimated, trained, copied } = result.decimation;
  return scatterChart({
    name: `decimation-${result.side}-${result.hidden}`,
    title: 'A hidden layer that has become a decimated one',
    series: [{ label: nameOf(result), x: decimated, y: trained }],
    xLabel: 'K̃ by decimation',
    yLabel: 'K̃ of the RBM’s hidden spins',
    caption:
      `All ${trained.length} couplings of the ${copied.length} hidden spins, each of which copies a visible spin, beside those that decimation leaves between the spins copied; many ` +
      'are equal and lie on one another. Nothing in the RBM knows which spins are neighbours.',
  });
}
