/** The figure as a program for Node. */

import { DIGITS, PLACES } from './digits.js';
import { estimateFor } from './estimate.js';
import { METHODS, type MethodName, optionsOf } from './methods.js';
import { readPatterns } from './patterns.js';
import type { TrainingValues } from './spec.js';

/** Rows per minibatch, the default of the package. */
const BATCH = 100;

/** Passes over the data per epoch, so that all epochs together have about the updates that are asked for. */
export function passesOf({ updates, epochs }: Pick<TrainingValues, 'updates' | 'epochs'>, rows: number): number {
  return Math.max(1, Math.round(((updates / epochs) * Math.min(rows, BATCH)) / rows));
}

/** Updates per epoch. */
export const updatesPerEpoch = (rows: number, passes: number): number =>
  Math.ceil((rows * passes) / Math.min(rows, BATCH));

/** What the program must know of the data. */
export interface KnownData {
  rows: number;
  width: number;
  /** Rows whose likelihood is measured: the first ones. */
  measured: number;
  file?: string;
  greys?: boolean;
}

/** One machine, and the epoch that it has come to. */
export interface Trained {
  algorithm: MethodName;
  epoch: number;
}

/** A program that trains the machines to their present epochs and prints their likelihoods, with the bits of the figure. */
export function programOf(values: TrainingValues, machines: readonly Trained[], data: KnownData): string {
  const { hiddenUnits: hidden, epochs, seed, rate } = values;
  const { lines, imports, first = '' } = rowsOf(values, data);
  const measured = data.measured < data.rows ? 'measured' : 'data';
  const { method, ...annealing } = estimateFor(data.width, hidden);
  const partition = method === 'exact' ? '' : `, { method: '${method}', ${listOf(annealing)}, data: ${measured} }`;
  const ended = machines.every(({ epoch }) => epoch === epochs);
  const ways = machines.map(({ algorithm, epoch }) => {
    const options = `{ ${listOf(optionsOf(algorithm, rate))} }`.replace('{  }', '{}');
    return `  ${ended ? options : `[${options}, ${epoch}]`}, // ${METHODS[algorithm].name.replace('’', "'")}`;
  });
  const common = listOf({ hidden, epochs, passes: passesOf(values, data.rows), seed });
  const body = ended
    ? [
        'for (const options of machines) {',
        '  const { rbm, doubts } = await trainRbm(data, { ...common, ...options });',
        `  console.log(logLikelihood(rbm, ${measured}${partition}).mean, doubts);`,
        '}',
      ]
    : [
        'for (const [options, epoch] of machines) {',
        '  const training = await Training.start(data, { ...common, ...options });',
        '  while (training.epoch < epoch) await training.runEpoch();',
        `  console.log(logLikelihood(training.rbm(), ${measured}${partition}).mean);`,
        '  await training.close();',
        '}',
      ];
  const cut = `const measured = new BitRows(${data.measured}, data.width, data.bytes.slice(0, ${data.measured} * data.stride));`;
  const names = [
    ...imports,
    ...(measured === 'data' ? [] : ['BitRows']),
    'logLikelihood',
    ended ? 'trainRbm' : 'Training',
  ].sort();
  return [
    ...(first === '' ? [] : [first]),
    `import { ${names.join(', ')} } from 'blockspin';`,
    '',
    ...lines,
    ...(measured === 'data' ? [] : [cut]),
    `const common = { ${common} };`,
    'const machines = [',
    ...ways,
    '] as const;',
    ...body,
  ].join('\n');
}

/** Options of the command that are called otherwise than those of the package. */
const WORDS: Readonly<Record<string, string>> = { learningRate: '--learning-rate', centred: '--uncentred' };

/** Commands that train the machines to their end on a file, with the bits of the figure; undefined for other data. */
export function commandOf(values: TrainingValues, machines: readonly Trained[], data: KnownData): string | undefined {
  if (data.file === undefined || values.data !== 'file') return undefined;
  const { hiddenUnits, epochs, seed, rate } = values;
  const words = (options: object) =>
    Object.entries(options).flatMap(([name, value]) => [
      WORDS[name] ?? `--${name}`,
      ...(value === false ? [] : [value]),
    ]);
  const file = /^[\w.-]+$/.test(data.file) ? data.file : `'${data.file.replaceAll("'", "'\\''")}'`;
  return machines
    .map(({ algorithm }, k) => {
      const own = {
        ...(data.greys ? { threshold: 0.5 } : {}),
        hidden: hiddenUnits,
        epochs,
        passes: passesOf(values, data.rows),
        ...optionsOf(algorithm, rate),
        seed,
        out: `machine-${k + 1}`,
      };
      return ['npx blockspin train', file, ...words(own)].join(' ');
    })
    .join('\n');
}

/** Options as they are written in a program. */
function listOf(options: object): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : value}`)
    .join(', ');
}

/** Lines that make the rows, and the names that they import. */
function rowsOf(values: TrainingValues, data: KnownData): { lines: string[]; imports: string[]; first?: string } {
  const arrays = "import { bitRowsFromArray } from 'blockspin/io';";
  switch (values.data) {
    case 'bars':
    case 'bars3':
      return {
        lines: [`const data = barsAndStripes(${values.data === 'bars' ? 4 : 3});`],
        imports: ['barsAndStripes'],
      };
    case 'shifter':
      return { lines: ['const data = labelledShifter(4);'], imports: ['labelledShifter'] };
    case 'bar':
      return {
        lines: [
          'const bits = Array.from({ length: 81 }, (_, k) => ((k % 9) - Math.floor(k / 9) + 9) % 9 < 4 ? 1 : 0);',
          'const data = bitRowsFromArray({ shape: [9, 1, 9], data: Uint8Array.from(bits) });',
        ],
        imports: [],
        first: arrays,
      };
    case 'digits':
      return {
        lines: [
          `const digits = ['${DIGITS.join("', '")}'];`,
          `const bits = [${PLACES.join(', ')}].flatMap((place) => digits.flatMap((digit) => Array.from({ length: 35 }, (_, i) => {`,
          '  const [y, x] = [Math.floor(i / 5) - Math.floor(place / 10), (i % 5) - (place % 10)];',
          '  return y >= 0 && y < 5 && x >= 0 && x < 3 ? Number(digit[3 * y + x]) : 0;',
          '})));',
          'const data = bitRowsFromArray({ shape: [90, 7, 5], data: Uint8Array.from(bits) });',
        ],
        imports: [],
        first: arrays,
      };
    case 'drawn': {
      const { shape, patterns } = readPatterns(values.patterns);
      const rows = patterns.map(({ cells, count }) => `'${cells.join('')}'${count === 1 ? '' : `.repeat(${count})`}`);
      return {
        lines: [
          `const bits = [${rows.join(', ')}].join('');`,
          `const data = bitRowsFromArray({ shape: [${data.rows}, ${shape.join(', ')}], data: Uint8Array.from(bits, Number) });`,
        ],
        imports: [],
        first: arrays,
      };
    }
    case 'ising':
      return {
        lines: [
          `const data = new Ising({ lattice: square(${values.size}), coupling: 1 / ${values.temperature}, seed: ${values.seed} }).sample(${data.rows});`,
        ],
        imports: ['Ising', 'square'],
      };
    case 'file':
      return {
        lines: [
          `const data = decodeTrainingData(readFileSync(${JSON.stringify(data.file ?? 'rows.npz')})${data.greys ? ', { threshold: 0.5 }' : ''});`,
        ],
        imports: [],
        first: "import { readFileSync } from 'node:fs';\nimport { decodeTrainingData } from 'blockspin/io';",
      };
  }
}
