/**
 * The results that come with <blockspin-fields>: `npx tsx scripts/labResults.ts [--epochs N] [--out FILE]`
 *   trains the stack of the element's default settings on the spins and on both controls (ten minutes of one core in
 *   all), and writes src/elements/fields/experiment.bin. A stack that is finished stays in out/lab-results and is not trained again.
 * The file is committed, so that a build does not train. Its hashes are those of the full weights; what rounding them
 * to a few bits changes is printed.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { constants, gzipSync } from 'node:zlib';
import { defaultsOf } from '../src/elements/base/spec.js';
import { heldOutData, settingsOf, trainingData, trainingOptions } from '../src/elements/fields/experiment.js';
import { hashesOf } from '../src/elements/fields/hash.js';
import { MEASURED, reconstructedShare } from '../src/elements/fields/measurements.js';
import {
  decodeResults,
  encodeResults,
  RESULTS_FILE,
  type Result,
  type ResultName,
} from '../src/elements/fields/results.js';
import { FIELDS } from '../src/elements/fields/spec.js';
import { StackView } from '../src/elements/fields/view.js';
import { decodeStack, encodeStack } from '../src/io/index.js';
import { siteOrder } from '../src/ising/index.js';
import { type Stack, trainStack } from '../src/rbm/index.js';
import { version } from '../src/wasm/binary.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { values: flags } = parseArgs({ options: { epochs: { type: 'string' }, out: { type: 'string' } } });
const out = flags.out ?? join('src/elements/fields', RESULTS_FILE);
const cache = 'out/lab-results';

const defaults = defaultsOf(FIELDS.properties);
const values = { ...defaults, epochs: Number(flags.epochs ?? defaults.epochs) };
const { control: _, ...settings } = settingsOf(values);

/** The order by which the sites of the shuffled control are put back. */
const orderOf = (name: ResultName) => (name === 'shuffled' ? siteOrder(settings.size ** 2, settings.seed) : undefined);

async function train(name: ResultName): Promise<Result> {
  const own = settingsOf({ ...values, control: name === 'spins' ? 'shuffled' : name });
  const files = ['safetensors', 'json'].map((kind) => join(cache, `${name}-${own.epochs}.${kind}`));
  let stack: Stack;
  let history: number[][];
  if (files.every((file) => existsSync(file))) {
    stack = decodeStack(readFileSync(files[0]), files[0]);
    history = JSON.parse(readFileSync(files[1], 'utf8'));
  } else {
    const data = (await trainingData(own))[name === 'spins' ? 'spins' : 'control'];
    const trained = await trainStack(data, {
      ...trainingOptions(own),
      onEpoch: (layer, { epoch }) => {
        if (epoch % 10 === 0) console.log(`${name}: layer ${layer}, epoch ${epoch}`);
      },
    });
    stack = trained.stack;
    history = trained.history.map((records) => records.map(({ pseudoLikelihood = Number.NaN }) => pseudoLikelihood));
    mkdirSync(cache, { recursive: true });
    writeFileSync(files[0], encodeStack(stack));
    writeFileSync(files[1], JSON.stringify(history));
  }
  const held = (await heldOutData(own, MEASURED))[name === 'spins' ? 'spins' : 'control'];
  const shares: Result['shares'] = [];
  for (const layer of own.hidden.keys()) {
    shares.push(await reconstructedShare(stack, held.slice(0, MEASURED), layer + 1));
  }
  const view = new StackView(stack, orderOf(name));
  const places = [...own.hidden.keys()].map((k) => view.places(k + 1));
  return { stack, history, hashes: await hashesOf(stack), shares, places };
}

const stacks = new Map<ResultName, Result>();
for (const name of ['spins', 'gaussian', 'shuffled'] as const) stacks.set(name, await train(name));
// weights are noise to the last bit: a search for repetitions costs room
const bytes = gzipSync(encodeResults({ settings, version, stacks }), { level: 9, strategy: constants.Z_HUFFMAN_ONLY });
writeFileSync(out, bytes);
console.log(`${out}: ${bytes.length} bytes`);

const rounded = await decodeResults(bytes);
for (const [name, { stack, hashes, shares }] of stacks) {
  console.log(`${name}: ${hashes.stack}`);
  for (const layer of settings.hidden.keys()) {
    const [full, few] = [stack, rounded.stacks.get(name)!.stack].map((one) => {
      const { radii, areas } = new StackView(one, orderOf(name)).places(layer + 1);
      const [radius, area] = [radii, areas].map((values) => values.slice().sort()[values.length >> 1]);
      const compact = radii.filter((value) => value < settings.size / 4).length;
      return `compact ${compact} of ${radii.length}, radius ${radius.toFixed(2)}, area ${area.toFixed(1)}`;
    });
    const { mean, error } = shares[layer];
    console.log(`  layer ${layer + 1}: back ${mean.toFixed(4)} ± ${error.toFixed(4)}; ${full}; rounded: ${few}`);
  }
}
