/** The figures as programs: the same numbers in Node. */

import type { Elsewhere } from '../parts/leave.js';
import { EPOCHS, ORDER, POSITIVE, ROWS, SIDE } from './nulls.js';
import {
  CONFIGURATIONS,
  isRule,
  LEAST_SIDE,
  LIKELIEST,
  MOST_STEPS,
  RULE_STEPS,
  type RuleId,
  type StudiedId,
} from './rows.js';
import type { FlowValues, TensorMethod } from './spec.js';

/** The blocking rule of a row as an expression; `filter` is that of `layerLines`. */
function ruleText(id: RuleId): string {
  const of = (weights: string) =>
    `filterRule({ weights: ${weights}, size: ${SIDE}, origin: [${-SIDE / 2}, ${-SIDE / 2}], stride: 2 })`;
  switch (id) {
    case 'majority':
      return 'majorityRule({ factor: 2 })';
    case 'soft':
      return `softRule({ factor: 2, weight: ${LIKELIEST} })`;
    case 'single':
      return 'decimationRule({ factor: 2 })';
    case 'positive':
      return `filterRule({ weights: [${POSITIVE.join(', ')}], size: 4, origin: [-1, -1], stride: 2 })`;
    case 'places':
      return of('order.map((site) => weights[site])');
    case 'signs':
      return of('aligned(weights.map((w, site) => (order[site] % 2 === 0 ? w : -w)))');
    default:
      return of('weights');
  }
}

const nameOfRule = (id: RuleId): string => ruleText(id).slice(0, ruleText(id).indexOf('('));

/** Trains a layer; its filter lies around the strongest weight, with a positive sum. */
function layerLines(id: RuleId, seed: number): string[] {
  if (!['layer', 'sites', 'places', 'signs'].includes(id)) return [];
  const shuffled = id === 'sites';
  return [
    ...(id === 'layer' ? [] : [`const order = [${ORDER.join(', ')}]; // drawn once`]),
    `const aligned = (w) => (w.reduce((sum, x) => sum + x, 0) < 0 ? w.map((x) => -x) : w);`,
    `${shuffled ? 'const sampled' : 'const data'} = new Ising({ lattice: square(${SIDE}), coupling: criticalCoupling, seed: ${seed} }).sample(${ROWS});`,
    ...(shuffled
      ? [
          `const bytes = new Uint8Array(sampled.bytes.length);`,
          `for (let row = 0; row < sampled.count; row++) {`,
          `  order.forEach((site, i) => (bytes[row * sampled.stride + (i >> 3)] |= sampled.bit(row, site) << (i & 7)));`,
          `}`,
          `const data = new SpinData(sampled.count, sampled.shape, bytes, { source: 'spins at shuffled sites' });`,
        ]
      : []),
    `const { rbm } = await trainRbm(data, {`,
    `  hidden: ${SIDE * SIDE}, tied: [${SIDE}, ${SIDE}], units: { visible: 'spins', hidden: 'spins' }, epochs: ${EPOCHS}, outcome: false, seed: ${seed},`,
    `});`,
    `const field = Array.from({ length: ${SIDE * SIDE} }, (_, site) => rbm.weights[site * ${SIDE * SIDE}]);`,
    `const peak = field.reduce((best, w, site) => (Math.abs(w) > Math.abs(field[best]) ? site : best), 0);`,
    `const weights = aligned(field.map((_, k) => {`,
    `  const [y, x] = [Math.floor(k / ${SIDE}) + Math.floor(peak / ${SIDE}) + ${SIDE / 2}, k + (peak % ${SIDE}) + ${SIDE / 2}];`,
    `  return field[(y % ${SIDE}) * ${SIDE} + (x % ${SIDE})];`,
    `}));`,
  ];
}

/** Monte Carlo RG of one rule. */
export function ruleProgram(id: RuleId, { size, samples, seed }: FlowValues): string {
  const layer = layerLines(id, seed);
  return [
    `import { criticalCoupling, Ising, square${layer.length > 0 ? ', trainRbm' : ''} } from 'blockspin';`,
    ...(id === 'sites' ? [`import { SpinData } from 'blockspin/ising';`] : []),
    `import { ${nameOfRule(id)}, MonteCarloRg } from 'blockspin/rg';`,
    '',
    ...layer,
    `const rule = ${ruleText(id)};`,
    `const ising = new Ising({ lattice: square(${size}), coupling: criticalCoupling, seed: ${seed} });`,
    `const rg = new MonteCarloRg({ rule, steps: ${RULE_STEPS}, seed: ${seed} });`,
    `await rg.sample(ising, ${samples});`,
    `for (const { step, even, odd } of rg.report().steps) console.log(step, even.exponent, odd.exponent); // y_T, y_h`,
  ].join('\n');
}

function studyProgram(id: StudiedId, { size, samples, seed }: FlowValues): string {
  return [
    `import { experiments } from 'blockspin/experiments';`,
    '',
    `const parameters = { side: ${size}, samples: ${samples}, sweeps: 20000, bond: 16, seed: ${seed} };`,
    `console.log(await experiments['rg-zoo'].run({ key: '${id}', method: '${id}' }, parameters, {}));`,
  ].join('\n');
}

const FUNCTIONS: Readonly<Record<TensorMethod, string>> = {
  trg: 'trg',
  weighted: 'bondWeightedTrg',
  hotrg: 'hotrg',
  loop: 'loopTnr',
};

function spectrumProgram({ coupling, method, bond, other, otherBond, steps }: FlowValues): string {
  const names = [...new Set([FUNCTIONS[method], FUNCTIONS[other]])];
  const run = (own: TensorMethod, chi: number) => [
    `for (const step of ${FUNCTIONS[own]}(isingTensor({ coupling: ${coupling} }), { bond: ${chi}, steps: ${steps} })) {`,
    `  const { dimensions } = step.dimensions({ count: 9 });`,
    `  console.log(step.step, step.centralCharge, step.x1, dimensions.map(({ dimension }) => dimension));`,
    `}`,
  ];
  return [
    `import { ${['isingTensor', ...names].join(', ')} } from 'blockspin/rg';`,
    '',
    ...run(method, bond),
    ...run(other, otherBond),
  ].join('\n');
}

/** Couplings of block spins at one K, set by set: the means over sets are those of the figure. */
export function couplingsProgram({ coupling, size, samples, seed }: FlowValues): string {
  return [
    `import { Ising, square } from 'blockspin';`,
    `import { groupCouplings, majorityRule } from 'blockspin/rg';`,
    '',
    `const kinds = [[[0, 1], [1, 0]], [[1, 1], [1, -1]], [[0, 2], [2, 0]]]; // neighbours, second and third ones`,
    `const pairs = (side) => kinds.map((steps) => Array.from({ length: side * side }, (_, k) => [Math.floor(k / side), k % side])`,
    `  .flatMap(([y, x]) => steps.map(([down, right]) => [y * side + x, ((y + down) % side) * side + (x + right + side) % side])));`,
    `const ising = new Ising({ lattice: square(${size}), coupling: ${coupling}, seed: ${seed} });`,
    `const sums = [];`,
    `for (let firstRow = 0; firstRow + ${CONFIGURATIONS} <= ${samples}; firstRow += ${CONFIGURATIONS}) {`,
    `  let spins = ising.sample(${CONFIGURATIONS});`,
    `  for (let step = 1; step <= ${MOST_STEPS} && ${size} / 2 ** step >= ${LEAST_SIDE}; step++) {`,
    `    spins = majorityRule({ factor: 2 }).apply(spins, { seed: ${seed}, firstRow });`,
    `    const { couplings } = groupCouplings(spins, pairs(spins.shape[0]));`,
    `    sums[step] = couplings.map((K, g) => K + (sums[step]?.[g] ?? 0));`,
    `    const sets = firstRow / ${CONFIGURATIONS} + 1;`,
    `    console.log(step, sums[step][0] / sets, sums[step][1] / sets);`,
    `  }`,
    `}`,
  ].join('\n');
}

/** What the menu prints. */
export function elsewhereOf(values: FlowValues): Elsewhere {
  const { view, row, size, samples, seed } = values;
  if (view === 'spectrum') return { program: spectrumProgram(values), command: 'npx blockspin run tensor-rg' };
  if (view === 'couplings') return { program: couplingsProgram(values), command: 'npx blockspin run couplings-flow' };
  if (view === 'flow') return { program: `// one of the rules: a trained layer\n${ruleProgram('layer', values)}` };
  if (isRule(row)) return { program: ruleProgram(row, values) };
  return {
    program: studyProgram(row, values),
    command: `npx blockspin run rg-zoo --side ${size} --samples ${samples} --seed ${seed}`,
  };
}
