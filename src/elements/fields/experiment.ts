/** The experiment as the element runs it: its settings, its data, and how both stacks are trained. */

import { ClippedGaussian, Ising, reorderSites, type SpinData, siteOrder, square } from '../../ising/index.js';
import type { StackOptions } from '../../rbm/index.js';
import type { FieldsValues } from './spec.js';

/** What decides a run. */
export interface Settings {
  size: number;
  coupling: number;
  samples: number;
  hidden: number[];
  epochs: number;
  rate: number;
  l1: number;
  control: FieldsValues['control'];
  seed: number;
}

/**
 * The settings among the values of the element's properties.
 * @throws RangeError if `network` is not a list of positive integers
 */
export function settingsOf(values: FieldsValues): Settings {
  const { size, coupling, samples, epochs, rate, l1, control, seed } = values;
  const hidden = values.network.split(/[-,]/).map((text) => (/^\s*\d{1,6}\s*$/.test(text) ? Number(text) : 0));
  if (hidden.length > 8 || hidden.some((units) => units === 0)) {
    throw new RangeError(`"network" expected one to eight positive integers such as 400-100-25, got ${values.network}`);
  }
  return { size, coupling, samples, hidden, epochs, rate, l1, control, seed };
}

/** The options of `trainStack`: contrastive divergence as in the paper, its products in 16-bit fixed point. */
export function trainingOptions({ hidden, epochs, rate, l1, seed }: Settings) {
  return {
    hidden,
    epochs,
    algorithm: 'cd',
    centred: false,
    schedule: 'constant',
    learningRate: rate,
    momentum: 0.5,
    l1,
    precision: 'fixed16',
    seed,
    outcome: false,
  } as const satisfies StackOptions;
}

/** The data of both stacks. */
export interface ExperimentData {
  spins: SpinData;
  control: SpinData;
}

/**
 * Independent configurations, and the control made of them.
 * @throws the reason of the signal if it stops
 */
export async function trainingData(settings: Settings, signal?: AbortSignal): Promise<ExperimentData> {
  const { size, coupling, samples, control, seed } = settings;
  const spins = await new Ising({ lattice: square(size), coupling, seed }).sampleAsync(samples, { signal });
  if (control === 'shuffled') return { spins, control: reorderSites(spins, siteOrder(spins.width, seed)) };
  return { spins, control: await new ClippedGaussian({ data: spins, seed }).sampleAsync(samples, { signal }) };
}

/** Configurations from which the spectrum of a held-out control is taken. */
const SPECTRUM = 4000;

/** `count` configurations of each kind on which no stack was trained: of another seed. */
export async function heldOutData(settings: Settings, count: number, signal?: AbortSignal): Promise<ExperimentData> {
  const { size, coupling, control, seed } = settings;
  const sampler = new Ising({ lattice: square(size), coupling, seed: JSON.stringify([seed, 'held out']) });
  if (control === 'gaussian') {
    const many = await sampler.sampleAsync(Math.max(count, SPECTRUM), { signal });
    const other = new ClippedGaussian({ data: many, seed: JSON.stringify([seed, 'held out']) });
    return { spins: many, control: await other.sampleAsync(count, { signal }) };
  }
  const spins = await sampler.sampleAsync(count, { signal });
  return { spins, control: reorderSites(spins, siteOrder(spins.width, seed)) };
}
