/** `blockspin coarse-grain`: block spins of a file of configurations. */

import { resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import type { SpinDecodeOptions } from '../../io/spinData.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { loadSpinData, saveSpinData } from '../../node.js';
import { type CoarseGrainOptions, coarseGrain } from '../../rg/blocking/block.js';
import { checkFactor } from '../../rg/blocking/blocks.js';
import { integer, oneOf, positive, positiveIntegers, refuse } from '../../util/check.js';
import { seedOfText } from '../../util/random.js';
import { limitOf } from '../words/dataOptions.js';
import { numbersOf, optionalNumber } from '../words/numbers.js';
import { parseWords, UsageError } from '../words/options.js';
import { makeOutputFile, type OutputFile, outputFileOf } from '../words/outputFile.js';
import { printable, summaryText } from '../words/table.js';

const OPTIONS = {
  rule: { type: 'string' },
  factor: { type: 'string' },
  steps: { type: 'string' },
  ties: { type: 'string' },
  weight: { type: 'string' },
  site: { type: 'string' },
  seed: { type: 'string' },
  array: { type: 'string' },
  shape: { type: 'string' },
  limit: { type: 'string' },
  out: { type: 'string' },
  restart: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

/** The help of the command. */
export const COARSE_GRAIN_HELP = `Block spins: each block of the lattice becomes one spin of a coarser lattice, by the majority of its spins or by one of them

Usage
  blockspin coarse-grain FILE --rule RULE --factor B --out FILE [options]

FILE: .npz, .npy or .bits, of this package or from elsewhere, of a chain, a square, triangular or cubic lattice with sides in multiples of B^steps; a
lattice that the file does not name is square. The output ends in .npz or .bits, which record the origin of the spins and all steps, or in .npy, which holds only ±1

Blocks
  --rule RULE           majority: the sign of the sum of the spins; decimation: one spin of the block, the others are summed over;
                        soft: +1 or -1 with probability proportional to exp(+w sum) or exp(-w sum)
  --factor B            blocks are B x B sites, on a chain B sites, on a cubic lattice B x B x B; or ROWSxCOLUMNS or LAYERSxROWSxCOLUMNS of a
                        block; sqrt3: the triangles of a triangular lattice whose sides are multiples of 3
  --steps N             number of steps (default 1); a majority of majorities is not the majority of the larger block
  --ties T              ties of the majority in blocks of an even number of sites: random (default), or first: the block's upper left spin
  --weight W            w of the soft rule
  --site ROW,COLUMN     the spin of the block that decimation keeps, with the layer before them on a cubic lattice (default: the first)
  --seed S              of ties and of the soft rule: number or text (default 1)

Input
  --array NAME          name of the array in an .npz file from elsewhere
  --shape ROWSxCOLUMNS  shape of one configuration, if the file has flat rows
  --limit BYTES         max size of a .bits file, or of a decompressed file (default 2^30)

Output
  --restart             overwrite an existing file
  --json                print the result as JSON`;

interface Asked extends OutputFile {
  file: string;
  reading: SpinDecodeOptions;
  options: CoarseGrainOptions;
  json: boolean;
}

/**
 * Runs the command.
 * @throws UsageError for wrong words, before any work; Error with the path for data without such blocks
 */
export async function coarseGrainCommand(words: string[]): Promise<void> {
  const asked = parseCoarseGrain(words);
  const data = loadSpinData(asked.file, asked.reading);
  const coarse = blocksOf(data, asked);
  await makeOutputFile(asked, () => saveSpinData(asked.out, coarse));
  report(data, coarse, asked);
}

function parseCoarseGrain(words: string[]): Asked {
  return parseWords(words, OPTIONS, (values, positionals): Asked => {
    if (positionals.length !== 1) {
      throw new RangeError(`expected one file, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}`);
    }
    const [file] = positionals;
    const { array, shape } = values;
    const output = outputFileOf(values);
    if (resolve(output.out) === resolve(file)) refuse('out', 'another file than the input', output.out);
    const steps = optionalNumber('steps', values.steps);
    const { site } = values;
    const weight = optionalNumber('weight', values.weight);
    return {
      ...output,
      file,
      reading: {
        limit: limitOf(values.limit),
        ...(array === undefined ? {} : { array }),
        ...(shape === undefined ? {} : { shape: positiveIntegers('shape', numbersOf('shape', shape, 'x')) }),
      },
      options: {
        rule: oneOf('rule', values.rule, ['majority', 'decimation', 'soft']),
        factor: factorOf(values.factor),
        ...(steps === undefined ? {} : { steps: integer('steps', steps) }),
        ...(values.ties === undefined ? {} : { ties: oneOf('ties', values.ties, ['random', 'first'] as const) }),
        ...(weight === undefined ? {} : { weight: positive('weight', weight) }),
        ...(site === undefined ? {} : { site: numbersOf('site', site, ',') }),
        seed: seedOfText('seed', values.seed ?? '1'),
      },
      json: values.json ?? false,
    };
  });
}

/** The factor from its text: 2, 2x4, 2x2x4 or sqrt3. */
function factorOf(text: string | undefined): CoarseGrainOptions['factor'] {
  if (text === undefined) throw new RangeError('"factor" expected a number of sites, or ROWSxCOLUMNS, got nothing');
  if (text === 'sqrt3') return text;
  const numbers = numbersOf('factor', text, 'x');
  return checkFactor(numbers.length === 1 ? numbers[0] : numbers);
}

/**
 * The block spins of the data.
 * @throws Error with the path if the file has no such blocks; UsageError for options that are invalid for any file
 */
function blocksOf(data: SpinData, { file, options }: Asked): SpinData {
  try {
    return coarseGrain(data, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (error.message.startsWith('"data')) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw new UsageError(error.message);
  }
}

function report(data: SpinData, coarse: SpinData, { file, out, json, options }: Asked): void {
  const { count, shape, provenance } = coarse;
  if (json) {
    process.stdout.write(
      printable(`${JSON.stringify({ file: out, from: file, count, shape, provenance }, null, 2)}\n`),
    );
    return;
  }
  const facts = [
    { label: 'configurations', value: String(count) },
    { label: 'lattice', value: `${data.shape.join(' × ')} to ${shape.join(' × ')} sites` },
    { label: 'rule', value: options.rule },
    { label: 'file', value: out },
  ];
  const answer =
    'Block spins have couplings of every range: blockspin measure, which needs a known model, does not accept them; blockObservables does.';
  process.stdout.write(`${summaryText({ facts, tables: [], answer })}\n`);
}
