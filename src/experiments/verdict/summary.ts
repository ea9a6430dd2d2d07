/** The summary of verdict: the criteria judged cell by cell, controls, nulls, and what the layers look like. */

import { kaufman } from '../../exact/kaufman.js';
import { meanOf } from '../../stats/sample.js';
import type { Estimate } from '../../util/estimate.js';
import { ofKind } from '../kit/rows.js';
import { type Cell as TableCell, tableOf } from '../kit/tables.js';
import { fact, listed, paragraphs, percent, prose, shortNumber } from '../kit/text.js';
import type { Verdict } from '../kit/verdict.js';
import { BLOCK_STACK_NAMES, BLOCK_STACKS } from './blockStacks.js';
import { CELL_NAMES, CELLS, type CellName, SOURCES, type SourceName, sourcesOf } from './cells.js';
import {
  CLAIM_NAMES,
  CLAIMS,
  type ClaimName,
  controlHolds,
  exponentStatistics,
  type Judged,
  judgeRuns,
  type Majority,
  type Statistics,
  statisticsOf,
} from './criteria.js';
import type { LayerExam } from './exam.js';
import type { Blocks, Curve, Reference, Result, Tied, Trained, Values } from './points.js';

/** Runs for which the criteria are registered. */
const REGISTERED = 10;

/** Runs of one cell on one source. */
export interface Group {
  cell: CellName;
  source: SourceName | 'permuted';
  label: string;
  statistics: Statistics[];
  /** Empty for single filters. */
  layers: LayerExam[][];
}

export function summarise(parameters: Values, results: Result[]) {
  const references = ofKind(results, 'reference') as Reference[];
  const [curve] = ofKind(results, 'curve') as Curve[];
  const blocks = ofKind(results, 'blocks') as Blocks[];
  const all = ofKind(results, 'trained') as (Trained | Tied)[];
  const stacks = all.filter((one): one is Trained => 'layers' in one);
  const filters = all.filter((one): one is Tied => 'filter' in one);
  const found = (cell: CellName) =>
    references.find(({ point }) => (point.size === 'large') === (CELLS[cell].enlarged ?? false));
  const majorityOf = (cell: CellName): Majority => found(cell) as Reference;

  const groups: Group[] = CELL_NAMES.filter(found)
    .flatMap((cell) =>
      sourcesOf(cell).map((source): Group => {
        const own = all.filter(({ point }) => point.cell === cell && point.source === source);
        return {
          cell,
          source,
          label: SOURCES[source].label,
          statistics: own.map((one) =>
            'layers' in one ? statisticsOf(one.layers, majorityOf(cell)) : filterStatistics(one, majorityOf(cell)),
          ),
          layers: own.flatMap((one) => ('layers' in one ? [one.layers] : [])),
        };
      }),
    )
    .filter(({ statistics }) => statistics.length > 0);
  const permuted = stacks.flatMap(({ permuted: layers }) => (layers ? [layers] : []));
  groups.push({
    cell: 'paper',
    source: 'permuted',
    label: 'the same weights in a random order',
    statistics: permuted.map((layers) => statisticsOf(layers, majorityOf('paper'))),
    layers: permuted,
  });
  const groupOf = (cell: CellName, source: Group['source']) =>
    groups.find((group) => group.cell === cell && group.source === source);

  const cells = CELL_NAMES.flatMap((cell) => {
    const [data, gaussian] = [groupOf(cell, 'ising'), groupOf(cell, 'gaussian')];
    return data && gaussian ? [{ cell, judged: judgeRuns(data.statistics, gaussian.statistics) }] : [];
  });
  const nulls = groups
    .filter(({ cell, source }) => cell === 'paper' && source !== 'ising')
    .map((group) => ({ ...group, judged: judgeRuns(groupOf('paper', 'ising')!.statistics, group.statistics) }));
  const controls = BLOCK_STACK_NAMES.map((control) => {
    const own = blocks.filter(({ point }) => point.control === control);
    return {
      control,
      label: BLOCK_STACKS[control].label,
      statistics: own.map(({ layers }) => statisticsOf(layers, majorityOf('paper'))),
      layers: own.map(({ layers }) => layers),
    };
  }).filter(({ statistics }) => statistics.length > 1);

  const rows = [
    ...groups.map(({ cell, label, layers }) => ({ name: `${CELLS[cell].label}: ${label}`, layers })),
    ...controls.map(({ label, layers }) => ({ name: label, layers })),
  ].flatMap(({ name, layers }) => layersOf(layers).map((layer) => ({ name, ...layer })));

  const usual = references.find(({ point }) => point.size === 'usual') as Reference;
  const paper = cells.find(({ cell }) => cell === 'paper')!.judged;
  const verdicts = paper.map(verdictOf);
  const { side, coupling } = parameters;
  const exact = kaufman(side, side, coupling).energy;
  const papers = stacks.filter(({ point }) => point.cell === 'paper' && point.source === 'ising');
  const shown = (source: SourceName) =>
    stacks.find(({ point, fields }) => point.cell === 'paper' && point.source === source && fields)?.fields ?? null;
  return {
    parameters,
    groups,
    controls,
    curve,
    filters,
    references,
    verdicts,
    fields: { ising: shown('ising'), gaussian: shown('gaussian') },
    numbers: {
      cells,
      nulls: nulls.map(({ label, judged }) => ({ label, judged })),
      groups: groups.map(({ cell, source, statistics, layers }) => ({
        cell,
        source,
        statistics,
        layers: layersOf(layers),
      })),
      controls: controls.map(({ control, statistics, layers }) => ({ control, statistics, layers: layersOf(layers) })),
      majority: references.map(({ point, ...measured }) => ({ size: point.size, ...measured })),
      curve: curve.weights,
      filters: filters.map(({ point, filter, ...measured }) => ({
        ...{ cell: point.cell, source: point.source, run: point.run, ...measured },
        filter: { ...filter, weights: [...filter.weights] },
      })),
      firstRbm: stacks.map(({ point, pseudoLikelihood, energy, doubts }) => ({
        ...{ cell: point.cell, source: point.source, run: point.run, pseudoLikelihood, energy, doubts },
      })),
    },
    answer: paragraphs(
      prose`The claim of the paper is that the layers of a stack trained on Ising configurations are steps of the
        renormalization group. Six statements that would follow were fixed beforehand, each with bounds and a null: the same
        training on clipped Gaussian fields of the same two-point function, which know nothing of Ising spins beyond it. ${findings(paper)}`,
      parameters.runs < REGISTERED &&
        prose`This is a rehearsal: the criteria are for ${REGISTERED} runs of each kind and the size of the paper. With
          ${parameters.runs} runs intervals are too wide for most bounds, also those of true block spins.`,
      controlText(controls),
      cells.length > 1 &&
        prose`Of the ${cells.length} trainings in the table below, ${listed(
          CLAIM_NAMES.map(
            (claim) =>
              `${passing(cells, claim)} pass${passing(cells, claim) === 1 ? 'es' : ''} in ${CLAIMS[claim].label}`,
          ),
        )}.`,
      prose`What a referee would attack first: at K = ${coupling} the correlation length is ${correlationLength(coupling)}
        sites, so that a layer whose blocks are as large sees independent blocks and has nothing left to renormalise. CD-1
        does not converge to the data's distribution: the first RBM has ${shortNumber(mean(papers.map(({ energy }) => energy.rbm)) / 2, 3)}
        per bond where the data have ${shortNumber(mean(papers.map(({ energy }) => energy.data)) / 2, 3)} (exact ${shortNumber(exact / 2, 3)}).
        Only ${percent(mean(papers.map(({ layers }) => layers[0].form.compact)))} of the fields of the first layer are compact. Exponents
        of a layer need its units on a lattice, and its operators the same on both levels: a layer is evaluated only if an
        optimal assignment places nine of ten units in their own cell of the grid.`,
    ),
    facts: [
      fact('Runs', String(all.length + blocks.length), `${papers.length} of the paper's cell, with data of their own`),
      fact(
        'First RBM, energy per bond',
        estimate(papers.map(({ energy }) => energy.rbm / 2)),
        `data ${shortNumber(exact / 2, 4)} (Kaufman)`,
      ),
    ],
    tables: [
      tableOf(
        'The verdict: all trainings against their Gaussian nulls',
        cells,
        [
          { title: 'Training', of: ({ cell }) => CELLS[cell].label },
          { title: 'Runs', of: ({ judged }) => judged[0].runs },
          ...CLAIM_NAMES.map((claim) => ({
            title: CLAIMS[claim].label,
            of: ({ judged }: (typeof cells)[number]): TableCell => {
              const { interval, finding } = judged.find((one) => one.claim === claim) as Judged;
              return finding === 'not evaluable' || interval === null
                ? finding
                : `${shortNumber(interval.mean, 3)}, ${finding}`;
            },
          })),
        ],
        'Mean over the runs and finding. Bounds, intervals, nulls and probabilities are in the tables that follow.',
      ),
      ...cells.map(({ cell, judged }) => judgedTable(`${CELLS[cell].label}: against its Gaussian null`, judged)),
      tableOf(
        'The paper’s cell against all of its nulls',
        nulls,
        [
          { title: 'Null', of: ({ label }) => label },
          ...CLAIM_NAMES.map((claim) => ({
            title: CLAIMS[claim].label,
            of: ({ judged }: (typeof nulls)[number]): TableCell => {
              const { nullInterval, p } = judged.find((one) => one.claim === claim) as Judged;
              const value = nullInterval ? { value: nullInterval.mean, error: nullInterval.error } : null;
              return `${text(value)}${p === null ? '' : `, p ${shortNumber(p, 2)}`}`;
            },
          })),
        ],
        'Mean of the null with its standard error, and p of the permutation test against the runs on Ising data, not corrected.',
      ),
      tableOf(
        'Positive controls: true block spins through the same exam',
        controls,
        [
          { title: 'Control', of: ({ label }) => label },
          ...CLAIM_NAMES.map((claim) => ({
            title: CLAIMS[claim].label,
            of: ({ statistics }: (typeof controls)[number]): TableCell => {
              const held = controlHolds(statistics, claim);
              const values = statistics.flatMap((one) => one[claim] ?? []);
              return `${text(values.length > 0 ? estimate(values) : null)}${held === null ? '' : held ? ', holds' : ', fails'}`;
            },
          })),
        ],
        'Whether a control holds says what a criterion can see: block spins in a random order must hold, and what irregular or missing units cost is read off here.',
      ),
      tableOf(
        'Layers',
        rows,
        [
          { title: 'Stack', of: ({ name }) => name },
          { title: 'Layer', of: ({ layer }) => layer },
          { title: 'Compact', of: ({ compact }) => percent(compact) },
          { title: 'Area', of: ({ area }) => short(area) },
          { title: 'Spacing', of: ({ spacing }) => short(spacing) },
          { title: 'Roundness', of: ({ roundness }) => short(roundness) },
          { title: 'One patch', of: ({ patch }) => short(patch) },
          { title: 'One sign', of: ({ polarity }) => short(polarity) },
          { title: 'Covered', of: ({ coverage }) => percent(coverage) },
          { title: 'In their cells', of: ({ placed }) => percent(placed) },
          { title: 'Best block', of: ({ match }) => short(match) },
          { title: 'Bits on far spins', of: ({ far }) => short(far) },
          { title: 'R² of m(k)', of: ({ magnetisation }) => short(magnetisation) },
          { title: 'R² of e(k)', of: ({ energy }) => short(energy) },
          { title: 'y_T', of: ({ thermal }) => short(thermal) },
          { title: 'y_h', of: ({ magnetic }) => short(magnetic) },
        ],
        prose`Means over runs of the medians over units, with standard errors. One patch: share of Σr² connected with the
          largest |r|. One sign: |Σ r|r||/Σr². In their cells: after the optimal assignment to a grid. Best block: correlation with
          the best majority block of the layer's size. Bits on far spins: mutual information of a unit with the magnetisation
          outside of half the lattice about it; of majority blocks ${listed(usual.far.map((bits) => shortNumber(bits, 3)))}. y: of
          the step from the spins to the layer, where that is a rule on a lattice.`,
      ),
      tableOf(
        'Layers as block spins at K_c',
        [
          ...usual.flow.map((one, k) => ({ name: 'majority of majorities', layer: k + 1, ...one })),
          ...filters.map(({ point, flow }) => ({
            name: `${CELLS[point.cell].label}, ${SOURCES[point.source].label}, run ${point.run}`,
            layer: 1,
            ...flow,
          })),
          ...rows.filter(({ nearest }) => nearest !== null),
        ],
        [
          { title: 'Stack', of: ({ name }) => name },
          { title: 'Layer', of: ({ layer }) => layer },
          { title: 'Neighbours', of: ({ nearest }) => short(nearest) },
          { title: 'Diagonal', of: ({ nextNearest }) => short(nextNearest) },
          { title: 'Plaquette', of: ({ plaquette }) => short(plaquette) },
          { title: 'Binder ratio', of: ({ binder }) => short(binder) },
          { title: 'ξ / side', of: ({ correlationLength }) => short(correlationLength) },
        ],
        'Means of products of the units on their grid, 1 - ⟨m⁴⟩/(3⟨m²⟩²), and the second-moment correlation length over the side, on configurations at K_c; of layers that are rules on a lattice.',
      ),
      tableOf(
        'Couplings of the layers',
        rows.filter(({ coupled }) => coupled > 0),
        [
          { title: 'Stack', of: ({ name }) => name },
          { title: 'Layer', of: ({ layer }) => layer },
          { title: 'Neighbours over all', of: ({ contrast }) => short(contrast) },
          { title: 'Range', of: ({ range }) => short(range) },
          { title: 'With a range', of: ({ ranged, coupled }) => `${ranged} of ${coupled}` },
          { title: 'Mean order', of: ({ order }) => short(order) },
          { title: 'Odd', of: ({ oddShare }) => short(oddShare) },
          { title: 'K of neighbours', of: ({ nearestCoupling }) => short(nearestCoupling) },
          { title: 'Effective K', of: ({ effective }) => short(effective) },
        ],
        prose`Of the Hamiltonian that the RBM below induces on a layer: mean |K| of neighbouring pairs over that of all (1 if
          distance does not matter); ξ of the decay of |K|, in distances of neighbours, where there is one; mean order of the
          couplings of an even number of spins, weighed by K² (2 for pairs alone), and the share of odd ones. Of the states of
          the layer at K_c, by pseudo-likelihood: K of neighbours, and the K of a square lattice with the same total coupling
          per spin.`,
      ),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;

/** Those of a single filter, which has no areas that grow. */
function filterStatistics({ exponents, kept }: Tied, majority: Majority): Statistics {
  return {
    area: null,
    spacing: null,
    ...exponentStatistics(exponents[0], majority.exponents[0]),
    magnetisation: kept.magnetisation - majority.kept[0].magnetisation,
    energy: kept.energy - majority.kept[0].energy,
  };
}

/** A number of one set of configurations, or a mean over runs. */
const short = (value: number | Estimate | null): TableCell => {
  if (typeof value === 'number') return shortNumber(value, 4);
  return value?.error === null ? shortNumber(value.value, 4) : value;
};

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const estimate = (values: readonly number[]): Estimate => meanOf(values);
const text = (value: Estimate | null): string =>
  value === null ? '–' : value.error === null ? shortNumber(value.value, 3) : formatShort(value);
const formatShort = ({ value, error }: Estimate): string =>
  `${shortNumber(value, 3)} ± ${shortNumber(error as number, 2)}`;

/** Means over runs, layer by layer. */
export function layersOf(runs: readonly LayerExam[][]) {
  return (runs[0] ?? []).map((_, k) => {
    const layers = runs.map((run) => run[k]);
    const of = (value: (layer: LayerExam) => number | null | undefined): Estimate | null => {
      const known = layers.flatMap((layer) => value(layer) ?? []);
      return known.length > 0 ? estimate(known) : null;
    };
    return {
      layer: k + 1,
      runs: layers.length,
      compact: of(({ form }) => form.compact) as Estimate,
      area: of(({ form }) => form.area),
      support: of(({ form }) => form.support),
      radius: of(({ form }) => form.radius),
      spacing: of(({ form }) => form.spacing),
      roundness: of(({ form }) => form.roundness),
      patch: of(({ form }) => form.patch),
      polarity: of(({ form }) => form.polarity),
      coverage: of(({ form }) => form.coverage) as Estimate,
      unevenness: of(({ form }) => form.unevenness),
      dead: of(({ form }) => form.dead),
      placed: of(({ placed }) => placed) as Estimate,
      misfit: of(({ misfit }) => misfit),
      match: of(({ match }) => match),
      far: of(({ far }) => far),
      magnetisation: of(({ kept }) => kept.magnetisation),
      energy: of(({ kept }) => kept.energy),
      thermal: of(({ exponents }) => exponents?.even?.value),
      magnetic: of(({ exponents }) => exponents?.odd?.value),
      nearest: of(({ flow }) => flow?.nearest),
      nextNearest: of(({ flow }) => flow?.nextNearest),
      plaquette: of(({ flow }) => flow?.plaquette),
      binder: of(({ flow }) => flow?.binder),
      correlationLength: of(({ flow }) => flow?.correlationLength),
      coupled: layers.filter(({ couplings }) => couplings !== null).length,
      ranged: layers.filter(({ couplings }) => couplings?.range != null).length,
      range: of(({ couplings }) => couplings?.range),
      contrast: of(({ couplings }) => couplings?.contrast),
      order: of(({ couplings }) => couplings?.order),
      oddShare: of(({ couplings }) => couplings?.oddShare),
      nearestCoupling: of(({ couplings }) => couplings?.nearest),
      effective: of(({ couplings }) => couplings?.effective),
    };
  });
}

function verdictOf({ claim, finding, interval, nullInterval }: Judged): Verdict {
  const { label: _, ...criterion } = CLAIMS[claim];
  return {
    ...criterion,
    control: SOURCES.gaussian.label,
    value: interval?.mean ?? null,
    controlValue: nullInterval?.mean ?? null,
    holds: finding === 'not evaluable' ? null : finding === 'pass',
  };
}

/** Number of trainings that pass in a claim. */
const passing = (cells: readonly { judged: readonly Judged[] }[], claim: ClaimName): number =>
  cells.filter(({ judged }) => judged.some((one) => one.claim === claim && one.finding === 'pass')).length;

/** "Passes: y_T; fails: area per layer and …". */
function findings(judged: readonly Judged[]): string {
  const by = (finding: Judged['finding']) =>
    judged.filter((one) => one.finding === finding).map(({ claim }) => CLAIMS[claim].label);
  const parts = (
    [
      ['pass', 'passes'],
      ['fail', 'fails'],
      ['indistinguishable from null', 'cannot be told from the null'],
      ['not evaluable', 'cannot be evaluated'],
    ] as const
  ).flatMap(([finding, words]) => (by(finding).length > 0 ? [`${words}: ${listed(by(finding))}`] : []));
  const [first, ...rest] = parts.join('; ');
  return `${first.toUpperCase()}${rest.join('')}.`;
}

function controlText(controls: readonly { label: string; statistics: Statistics[] }[]): string | null {
  if (controls.length === 0) return null;
  const held = controls.map(({ label, statistics }) => {
    const by = (wanted: boolean | null) =>
      CLAIM_NAMES.filter((claim) => controlHolds(statistics, claim) === wanted).map((claim) => CLAIMS[claim].label);
    const [fails, cannot] = [by(false), by(null)];
    const rest = [
      ...(fails.length > 0 ? [`fail in ${listed(fails)}`] : []),
      ...(cannot.length > 0 ? [`cannot be evaluated in ${listed(cannot)}`] : []),
    ];
    return `${label} ${rest.length === 0 ? 'hold all six' : rest.join(' and ')}`;
  });
  return prose`The exam itself, on true block spins written as stacks with their units in a random order: ${held.join('; ')}.`;
}

function judgedTable(title: string, judged: readonly Judged[]) {
  const between = (interval: Judged['interval']) =>
    interval === null
      ? null
      : `${shortNumber(interval.mean, 3)} [${shortNumber(interval.low, 3)}, ${shortNumber(interval.high, 3)}]`;
  return tableOf(title, judged, [
    { title: 'Claim', of: ({ claim }) => CLAIMS[claim].label },
    { title: 'Bounds', of: ({ claim }) => `${CLAIMS[claim].atLeast} to ${CLAIMS[claim].atMost}` },
    { title: 'Runs', of: ({ runs, evaluable }) => (evaluable === runs ? runs : `${evaluable} of ${runs}`) },
    { title: 'Mean, 90 % interval', of: ({ interval }) => between(interval) },
    { title: 'Null', of: ({ nullInterval }) => between(nullInterval) },
    { title: 'p, corrected', of: ({ corrected }) => (corrected === null ? null : shortNumber(corrected, 2)) },
    { title: 'Finding', of: ({ finding }) => finding },
  ]);
}

/** ξ of the infinite lattice, along an axis: 1/(ln coth K - 2K) below K_c. */
function correlationLength(K: number): string {
  const inverse = Math.abs(Math.log(1 / Math.tanh(K)) - 2 * K);
  return inverse < 1e-6 ? 'infinite' : shortNumber(1 / inverse, 2);
}
