/** The figures of exact-map. */

import type { LayerEnergies } from '../../rg/map/layerEnergies.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import { scatterChart } from '../../viz/charts/scatter.js';
import type { Figure } from '../../viz/frame/figure.js';
import { seriesOf } from '../kit/charts.js';
import { type Having, having } from '../kit/rows.js';
import { prose } from '../kit/text.js';
import type { Result } from './points.js';
import { type Compared, type Decimating, nameOf, type Outcome } from './summary.js';

/** Min value in the figure: below it there is only rounding. */
const FLOOR = 1e-16;

type Value = (record: Result['history'][number]) => number;

const curve = (label: string, { history }: Result, value: Value): Series =>
  seriesOf(label, history, 'iteration', (record) => Math.max(FLOOR, value(record)));

export function figures({ results, best }: Outcome): Figure[] {
  const blocks = having(results, 'couplings');
  const descent = { xLabel: 'step', yScale: 'log' } as const;
  return [
    lineChart({
      ...descent,
      name: 'kl',
      title: 'KL of every model as it is trained',
      series: results.map((result) => curve(nameOf(result), result, ({ kl }) => kl)),
      yLabel: 'KL(P‖p) in nats',
      caption: prose`Descent by the exact gradient (L-BFGS); of several random starts the best. What a curve settles at is
        what that many hidden spins cannot express, or a local minimum. The torus of side L has 2L² bonds, and with a hidden
        spin for each the RBM would be exact.`,
    }),
    lineChart({
      ...descent,
      name: 'tau',
      title: 'τ becomes constant, ΔF does not become zero',
      series: [
        curve('deviation of log τ', best, ({ deviation }) => deviation),
        curve('half the range of log τ', best, ({ least, most }) => (most - least) / 2),
        curve('KL', best, ({ kl }) => kl),
        curve('|ΔF|, E₀ fixed', best, ({ deltaF }) => Math.abs(deltaF)),
      ],
      yLabel: 'nats',
      caption: prose`${nameOf(best)}. KL is about half the variance of log τ, so both go to zero together; the range includes
        the least likely states. ΔF = -log⟨τ⟩ moves with the weights and stays away from zero: it depends on a constant in E
        that KL cannot see.`,
    }),
    ...having(results, 'energies').slice(-1).flatMap(energyFigures),
    ...(blocks.length > 0 ? [couplingFigure(blocks)] : []),
    ...having(results, 'decimation').map(decimationFigure),
  ];
}

function energyFigures(result: Having<Result, 'energies'>): Figure[] {
  const { before, after } = result.energies;
  const series = (of: (energies: LayerEnergies) => { x: number[]; y: number[] }) => [
    { label: 'after training', ...of(after) },
    { label: 'before training', ...of(before) },
  ];
  return [
    scatterChart({
      name: 'visible-layer',
      title: 'Visible layer: H_RBM(v) = H(v) only once trained',
      series: series(({ visible: { given, rbm } }) => ({ x: given, y: rbm })),
      xLabel: 'H(v)',
      yLabel: 'H_RBM(v)',
      caption: prose`${nameOf(result)}: all ${before.visible.given.length} states, with the constant that makes ΔF = 0 both
        times. The distance from the line is log τ(v).`,
    }),
    scatterChart({
      name: 'hidden-layer',
      title: 'Hidden layer: H_RG(h) = H_RBM(h), trained or not',
      series: series(({ hidden: { rbm, renormalised } }) => ({ x: rbm, y: renormalised })),
      xLabel: 'H_RBM(h)',
      yLabel: 'H_RG(h)',
      caption: prose`${nameOf(result)}: all ${before.hidden.rbm.length} states of the hidden spins. H_RG is summed over v from
        T = -E + H and H as numbers, H_RBM from the RBM’s own formula. The identity says nothing about the training.`,
    }),
  ];
}

const couplingFigure = (blocks: Compared[]): Figure =>
  scatterChart({
    name: 'couplings',
    title: 'The hidden layer’s couplings beside those of block spins',
    series: blocks.map(({ start, couplings }) => ({
      label: start === 'blocks' ? 'RBM started from blocks' : 'RBM from random weights',
      x: couplings.blocks,
      y: couplings.trained,
    })),
    xLabel: 'K̃ of majority block spins',
    yLabel: 'K̃ of the RBM’s hidden spins',
    caption: prose`Six pairs and the four-spin coupling of the four hidden spins of RBMs trained on the 4×4 torus. Block spins
      side by side share two bonds on the 2×2 torus and have equal couplings (4 points), so have the two diagonals. The line
      is equality: hidden spins that were block spins would lie on it.`,
  });

function decimationFigure(result: Decimating): Figure {
  const { decimated, trained, copied } = result.decimation;
  return scatterChart({
    name: `decimation-${result.side}-${result.hidden}`,
    title: 'A hidden layer that has become a decimated one',
    series: [{ label: nameOf(result), x: decimated, y: trained }],
    xLabel: 'K̃ by decimation',
    yLabel: 'K̃ of the RBM’s hidden spins',
    caption: prose`All ${trained.length} couplings of the ${copied.length} hidden spins, each of which copies a visible spin,
      beside those that decimation leaves between the spins copied; many are equal and lie on one another. Nothing in the RBM
      knows which spins are neighbours.`,
  });
}
