/**
 * The results that come with the element: trained stacks with their weights in a few bits, the settings and the hashes of
 * the full results. A gzip file of a safetensors file; servers that unpack gzip files themselves do no harm.
 */

import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../formats/index.js';
import { Rbm, Stack } from '../../rbm/index.js';
import type { Mean } from '../../stats/index.js';
import type { Settings } from './experiment.js';
import type { StackHashes } from './hash.js';
import type { LayerPlaces } from './view.js';

/** Name of the file beside the modules of the elements. */
export const RESULTS_FILE = 'experiment.bin';

/** One stack of the file, trained on the spins or on a control. */
export type ResultName = 'spins' | Settings['control'];

export interface Result {
  stack: Stack;
  /** Pseudo-log-likelihood per unit after each epoch, by layer. */
  history: number[][];
  /** Of the stack before its weights were rounded: hashes, and by layer the share of held-out spins that come back. */
  hashes: StackHashes;
  shares: Mean<number>[];
  /** And radii and areas of its fields, by layer; with the sites of a shuffled control put back. */
  places: Pick<LayerPlaces, 'radii' | 'areas'>[];
}

/** All results of one run of the experiment. */
export interface Results {
  /** Without the control: there is a result for each. */
  settings: Omit<Settings, 'control'>;
  version: string;
  stacks: ReadonlyMap<ResultName, Result>;
}

/** Whether a run with these settings has these results. */
export function areOf({ settings }: Results, { control: _, ...others }: Settings): boolean {
  return JSON.stringify(sorted(settings)) === JSON.stringify(sorted(others));
}

const sorted = (object: object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Largest |weight| of a hidden unit in units of its step: coarser in the first layer, which has nine tenths of the
 * weights (scripts/labResults.ts prints what that changes).
 */
const LEVELS = { first: 13, above: 31 };

/** The bytes before compression. */
export function encodeResults({ settings, version, stacks }: Results): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  const exact: Record<string, Pick<Result, 'hashes' | 'shares'>> = {};
  for (const [name, result] of stacks) {
    exact[name] = { hashes: result.hashes, shares: result.shares };
    result.stack.rbms.forEach((rbm, k) => {
      const { visible, hidden, weights, visibleBias, hiddenBias } = rbm;
      const key = `${name}.layer${k + 1}`;
      const steps = new Float32Array(hidden);
      const most = k === 0 ? LEVELS.first : LEVELS.above;
      weights.forEach((w, i) => {
        steps[i % hidden] = Math.max(steps[i % hidden], Math.abs(w) / most);
      });
      // a hidden unit's weights lie side by side, which compresses better
      const levels = new Int8Array(weights.length);
      weights.forEach((w, i) => {
        const [v, h] = [Math.floor(i / hidden), i % hidden];
        levels[h * visible + v] = steps[h] === 0 ? 0 : Math.round(w / steps[h]);
      });
      tensors[`${key}.levels`] = { shape: [hidden, visible], data: levels };
      tensors[`${key}.steps`] = { shape: [hidden], data: steps };
      tensors[`${key}.visibleBias`] = { shape: [visible], data: visibleBias };
      tensors[`${key}.hiddenBias`] = { shape: [hidden], data: hiddenBias };
      for (const of of ['radii', 'areas'] as const) {
        tensors[`${key}.${of}`] = { shape: [hidden], data: roundedTo(8, result.places[k][of]) };
      }
      tensors[`${key}.history`] = {
        shape: [result.history[k].length],
        data: roundedTo(14, result.history[k]),
      };
    });
  }
  const metadata = { settings: JSON.stringify(settings), version, exact: JSON.stringify(exact) };
  return encodeSafetensors({ metadata, tensors });
}

/** Numbers to so many binary places, which compresses better. */
const roundedTo = (places: number, values: Iterable<number>): Float32Array =>
  Float32Array.from(values, (value) => Math.round(value * 2 ** places) / 2 ** places);

/**
 * The results of a file.
 * @throws FormatError if it is not whole
 */
export async function decodeResults(bytes: Uint8Array): Promise<Results> {
  const { metadata, tensors } = decodeSafetensors(await unpacked(bytes), RESULTS_FILE);
  const settings = JSON.parse(metadata.settings) as Results['settings'];
  const exact = JSON.parse(metadata.exact) as Record<ResultName, Pick<Result, 'hashes' | 'shares'>>;
  const stacks = new Map<ResultName, Result>();
  for (const name of Object.keys(exact) as ResultName[]) {
    const floats = (key: string) => tensors[`${name}.${key}`].data as Float32Array;
    const rbms = settings.hidden.map((hidden, k) => {
      const key = `layer${k + 1}`;
      const { shape, data: levels } = tensors[`${name}.${key}.levels`];
      const visible = shape[1];
      const steps = floats(`${key}.steps`);
      const weights = new Float32Array(visible * hidden);
      for (let i = 0; i < weights.length; i++) {
        const [v, h] = [Math.floor(i / hidden), i % hidden];
        weights[i] = Number(levels[h * visible + v]) * steps[h];
      }
      const [visibleBias, hiddenBias] = [floats(`${key}.visibleBias`), floats(`${key}.hiddenBias`)];
      return new Rbm({ visible, hidden, weights, visibleBias, hiddenBias });
    });
    const history = settings.hidden.map((_, k) => [...floats(`layer${k + 1}.history`)]);
    const places = settings.hidden.map((_, k) => ({
      radii: Float64Array.from(floats(`layer${k + 1}.radii`)),
      areas: Float64Array.from(floats(`layer${k + 1}.areas`)),
    }));
    stacks.set(name, { stack: new Stack(rbms, [settings.size, settings.size]), history, places, ...exact[name] });
  }
  return { settings, version: metadata.version, stacks };
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
