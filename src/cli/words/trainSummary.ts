/** The outputs of a training run: its log, figures, and a summary of the quality of the model. */

import type { Summary } from '../../experiments/kit/experiment.js';
import { tableOf } from '../../experiments/kit/tables.js';
import { fact, shortNumber } from '../../experiments/kit/text.js';
import type { Outcome } from '../../rbm/diagnosis/outcome.js';
import type { EpochRecord } from '../../rbm/engines/state.js';
import { independentLogLikelihood } from '../../rbm/likelihood/independent.js';
import {
  freeEnergyGap,
  type LogLikelihood,
  pseudoLikelihood,
  unexplainedVariance,
} from '../../rbm/likelihood/likelihood.js';
import type { States } from '../../rbm/model/layers.js';
import type { AnyRbm, Rbm } from '../../rbm/model/rbm.js';
import type { Stack } from '../../rbm/stack/stack.js';
import { BitRows } from '../../util/bits.js';
import { formatEstimate } from '../../util/estimate.js';
import { RealRows } from '../../util/reals.js';
import { lineChart } from '../../viz/charts/chart.js';
import { spectrumChart } from '../../viz/charts/spectrum.js';
import type { Figure } from '../../viz/frame/figure.js';
import { fieldsPanel } from '../../viz/panels/fieldsPanel.js';
import type { LoadedRows } from './dataOptions.js';
import { besideIndependent, doubtsText } from './table.js';

/** The name of the proxy in outputs. */
export const PROXY = 'pseudo-log-likelihood per unit';
/** The measure for real units in place of the proxy. */
const UNEXPLAINED = 'variance unexplained';

/** A trained model. */
export interface Trained {
  /** The RBM, or the lowest one of the stack. */
  rbm: AnyRbm;
  stack?: Stack;
  /** One list of epochs per layer. */
  history: EpochRecord[][];
  best?: { epoch: number; score: number };
  /** The outcome of that RBM, with the doubts of all layers. */
  outcome: Outcome;
}

/** Max products for the pseudo-likelihood of all units. */
const QUICK_PRODUCTS = 1e8;
/** Max rows of data for the evaluation at the end of the run. */
const JUDGED = 2000;
/** Max filters in a figure. */
const FILTERS = 100;

const UNIT_STATES = ['alive', 'off', 'on', 'constant'] as const;

const COLUMNS = [
  'epoch',
  'learningRate',
  'pseudoLikelihood',
  'pseudoLikelihoodError',
  'independent',
  'unexplained',
  'validation',
  'reconstructionError',
  'effectiveShare',
  'pace',
  'moveRate',
  'residue',
  'exchangeRate',
  'models',
  'zeroWeights',
  'largestWeight',
  'largestCoupling',
  'precision',
] as const satisfies readonly (keyof EpochRecord)[];

/** Columns of the optional measurements. */
const WATCHED: readonly [column: string, cell: (record: EpochRecord) => string | number | undefined][] = [
  ['freeEnergyGap', (record) => record.freeEnergyGap],
  ['freeEnergyGapError', (record) => record.freeEnergyGapError],
  ...UNIT_STATES.map((state): [string, (record: EpochRecord) => number | undefined] => [
    `${state}Units`,
    (record) => record.hiddenUnits?.[state],
  ]),
  ['singularValues', (record) => record.singularValues?.join(' ')],
];

/**
 * The log, comma separated, one line per epoch; a cell is empty if the algorithm does not give the number. Columns of
 * optional measurements exist if any was made; singular values share a cell, separated by spaces.
 */
export function logText(history: readonly EpochRecord[][]): string {
  const records = history.flat();
  const watched = WATCHED.filter(([, cell]) => records.some((record) => cell(record) !== undefined));
  const lines = history.flatMap((own, k) =>
    own.map((record) =>
      [k + 1, ...COLUMNS.map((name) => record[name] ?? ''), ...watched.map(([, cell]) => cell(record) ?? '')].join(','),
    ),
  );
  return `${[['layer', ...COLUMNS, ...watched.map(([column]) => column)].join(','), ...lines].join('\n')}\n`;
}

/** The curves of the proxy, and the receptive fields of each layer. */
export function figuresOf(
  { rbm, stack, history }: Trained,
  { rows, shape }: LoadedRows,
  initialDeviation: number,
): Figure[] {
  const independent = (independentLogLikelihood(rows) / rows.width).toFixed(4);
  const curves = history.flatMap((all, k) => {
    const records = all.filter(({ pseudoLikelihood }) => pseudoLikelihood !== undefined);
    const x = records.map(({ epoch }) => epoch);
    const seen = records.filter(({ validation }) => validation !== undefined);
    const own = {
      label: stack ? `layer ${k + 1}` : 'training rows',
      x,
      y: records.map((record) => record.pseudoLikelihood as number),
      error: records.map((record) => record.pseudoLikelihoodError as number),
    };
    const held = {
      label: 'held-out rows',
      x: seen.map(({ epoch }) => epoch),
      y: seen.map(({ validation }) => validation as number),
    };
    return [...(records.length > 0 ? [own] : []), ...(seen.length > 0 ? [held] : [])];
  });
  const layers = stack ? stack.rbms.map((_, k) => k + 1) : [1];
  const fields = (layer: number) => (stack ? stack.receptiveFields(layer) : rbm.mirror().weights);
  return [
    ...(curves.length === 0
      ? []
      : [
          lineChart({
            name: 'training',
            title: 'Training',
            series: curves,
            xLabel: 'epoch',
            yLabel: PROXY,
            caption:
              'Mean log p(v_i | all other v) after each epoch, with standard errors: a proxy for the likelihood, ' +
              `not the likelihood; coin tosses have -0.6931, independent units of the ${stack ? 'first layer’s' : 'training'} rows ${independent}.` +
              (stack ? ' Layers see different data and cannot be compared.' : ''),
          }),
        ]),
    ...layers.flatMap((layer) =>
      spectrum(stack?.rbms[layer - 1] ?? rbm, history[layer - 1], stack && layer, initialDeviation),
    ),
    ...layers.map((layer) => {
      const all = fields(layer);
      const sites = shape[0] * shape[1];
      const shown = all.subarray(0, FILTERS * sites);
      return fieldsPanel({
        name: stack ? `filters-${layer}` : 'filters',
        title: stack ? `Effective receptive fields of layer ${layer}` : 'Weights of the hidden units',
        fields: shown,
        shape: [shape[0], shape[1]],
        ...(stack ? {} : { label: 'weight W', symbol: 'W' }),
        ...(shown.length < all.length ? { caption: `The first ${FILTERS} of ${all.length / sites} units.` } : {}),
      });
    }),
  ];
}

/** Singular values over the epochs in which they were measured, if any. */
function spectrum(rbm: AnyRbm, records: EpochRecord[], layer: number | undefined, initialDeviation: number): Figure[] {
  const watched = records.filter(({ singularValues }) => singularValues !== undefined);
  if (watched.length === 0) return [];
  const count = Math.min(rbm.visible, rbm.hidden);
  // weights of ±1 units are a quarter of those of {0,1} units
  const unit = [rbm.visibleLayer, rbm.hiddenLayer].reduce((x, { kind }) => (kind === 'spins' ? x / 2 : x), 1);
  const edge = unit * initialDeviation * (Math.sqrt(rbm.visible) + Math.sqrt(rbm.hidden));
  const values = watched.map(({ singularValues }) => singularValues as number[]);
  return [
    spectrumChart({
      name: layer === undefined ? 'singular-values' : `singular-values-${layer}`,
      title:
        layer === undefined ? 'Singular values of the weights' : `Singular values of the weights of layer ${layer}`,
      epochs: watched.map(({ epoch }) => epoch),
      values,
      count,
      ...(edge > 0 ? { edge } : {}),
      caption:
        `${values[0].length < count ? `The ${values[0].length} largest of ${count} singular values` : `All ${count} singular values`} of W. ` +
        'Those above the dashed line, where the values of the random start end, are directions that the RBM has learned.',
    }),
  ];
}

/**
 * Numbers and text on the model at the end of the run. They do not depend on the clock, so that an interrupted and
 * resumed run gives the same.
 * @param told its origin: command, data, options
 */
export function trainedSummary(
  data: BitRows | RealRows,
  heldOut: BitRows | undefined,
  trained: Trained,
  told: Record<string, unknown>,
): Pick<Summary, 'answer' | 'facts' | 'tables'> & { numbers: Record<string, unknown> } {
  const { stack, history, best, outcome } = trained;
  const rbm = trained.rbm as Rbm<BitRows, States>;
  const rows = first(data, JUDGED);
  const units = rows.count * rbm.visible * rbm.hidden <= QUICK_PRODUCTS ? 'all' : Math.min(16, data.width);
  const judge = (of: BitRows) => pseudoLikelihood(rbm, of, { units });
  const own = rows instanceof BitRows ? judge(rows) : undefined;
  const left = rows instanceof RealRows ? unexplainedVariance(trained.rbm, rows.values) : undefined;
  const held = heldOut && judge(first(heldOut, JUDGED));
  const gap = heldOut && heldOut.count > 1 ? freeEnergyGap(rbm, rows as BitRows, first(heldOut, JUDGED)) : undefined;
  const likelihood = stack ? undefined : outcome.logLikelihood;
  const exact = outcome.partition?.method === 'exact';
  const last = history.map((records) => records.at(-1));
  const which = units === 'all' ? 'all units' : `${units} random units`;
  const facts = [
    fact('data', `${data.count} rows of ${data.width} units`),
    fact('epochs', history.map((records) => records.length).join(', ')),
    fact('products in', last.map((record) => record?.precision ?? 'none').join(', ')),
    best && fact('kept', `epoch ${best.epoch}`, 'the best by the held-out rows'),
    own && fact(PROXY, own, `${which} of ${rows.count} training rows; a proxy; ${besideIndependent(own)}`),
    left !== undefined && fact(UNEXPLAINED, percentOf(left), `of ${rows.count} training rows, by v → ⟨h⟩ → ⟨v⟩`),
    held && fact('of held-out rows', held, besideIndependent(held)),
    gap && fact('free-energy gap', { value: gap.gap, error: gap.error }, 'held-out minus training'),
    likelihood &&
      fact(
        'log-likelihood per row',
        likelihood,
        `${exact ? exactly(likelihood) : annealed(likelihood)}; ${besideIndependent(likelihood)}`,
      ),
  ];
  return {
    answer: [
      likelihood && exact
        ? 'The error of the log-likelihood is that of these rows as a sample of more; log Z is exact.'
        : `${own ? 'The pseudo-likelihood is a proxy' : 'The share of the variance is not a probability'}: blockspin evaluate gives the likelihood, exact or in a narrower bracket.`,
      ...doubtsText(outcome.doubts),
    ].join('\n\n'),
    facts: facts.filter((one) => one !== undefined && one !== false),
    tables: [
      tableOf(
        'Last epochs',
        last.flatMap((record, k) => (record ? [{ ...record, layer: k + 1 }] : [])),
        [
          { title: 'layer', of: ({ layer }) => String(layer) },
          { title: 'epoch', of: ({ epoch }) => String(epoch) },
          { title: 'rate', of: ({ learningRate }) => shortNumber(learningRate, 3) },
          { title: own ? PROXY : 'proxy', of: proxyOf },
          { title: 'zero weights', of: ({ zeroWeights }) => zeroWeights.toFixed(3) },
          { title: 'largest |W|', of: ({ largestWeight }) => largestWeight.toPrecision(3) },
        ],
      ),
    ],
    numbers: {
      ...told,
      model: 'model.safetensors',
      best: best ?? null,
      judged: {
        rows: rows.count,
        pseudoLikelihood: own ? { ...own, units } : null,
        ...(left === undefined ? {} : { unexplained: left }),
        heldOutPseudoLikelihood: held ?? null,
        freeEnergyGap: gap ?? null,
        logLikelihood: likelihood ?? null,
        modes: outcome.modes ?? null,
        drift: outcome.drift ?? null,
      },
      doubts: outcome.doubts,
      history,
    },
  };
}

const exactly = ({ logPartition }: LogLikelihood) => `exact log Z = ${logPartition.toFixed(6)}`;

/** log Z by a few chains. */
function annealed({ lower, upper, doubt }: LogLikelihood): string {
  const why = doubt === undefined ? '' : `, doubtful, ${doubt}`;
  return `between ${lower.toFixed(2)} and ${upper.toFixed(2)} by a short annealing${why}`;
}

function proxyOf({ pseudoLikelihood: value, pseudoLikelihoodError: error, unexplained: share }: EpochRecord): string {
  if (value === undefined)
    return share === undefined ? '' : `${(100 * share).toFixed(1)} % of the variance unexplained`;
  return error === undefined ? value.toFixed(4) : formatEstimate({ value, error });
}

const percentOf = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The first rows of data. */
function first(data: BitRows, count: number): BitRows;
function first(data: BitRows | RealRows, count: number): BitRows | RealRows;
function first(data: BitRows | RealRows, count: number): BitRows | RealRows {
  const n = Math.min(count, data.count);
  return data instanceof BitRows
    ? new BitRows(n, data.width, data.bytes.slice(0, n * data.stride))
    : new RealRows(n, data.width, data.values.slice(0, n * data.width));
}
