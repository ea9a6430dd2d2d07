/** The figures of exact-map. */

import { lineChart, type Series } from '../../viz/charts/chart.js';
import { scatterChart } from '../../viz/charts/scatter.js';
import type { Figure } from '../../viz/frame/figure.js';
import type { ExactMapResult } from './result.js';
import {
  bestOf,
  type Compared,
  type Decimating,
  type ExactMapSummary,
  hasCouplings,
  hasDecimation,
  nameOf,
} from './summary.js';

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
