/** What `<blockspin-fields>` says. */

import type { Progress } from './run.js';
import type { FieldsReport } from './scene.js';
import type { FieldsValues, Side } from './spec.js';
import { workOf } from './work.js';

/** "about 3 min", "about 40 s". */
export function duration(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`;
  return `about ${(seconds / 3600).toFixed(1)} h`;
}

/** Name of a side, with what it was trained on. */
export function nameOf(side: Side, { control, restored }: FieldsValues): string {
  if (side === 'spins') return 'Ising spins';
  if (control === 'gaussian') return 'Control: a Gaussian field, cut at 0';
  return `Control: sites shuffled${restored ? ', put back' : ''}`;
}

/** Where a run is. */
export function stateOf({ stage, layer, epoch, left, seconds }: Progress, epochs: number): string {
  if (stage === 'sampling') return 'Sampling the configurations';
  if (stage === 'trained') return `Trained in ${duration(seconds).slice('about '.length)}`;
  return `Layer ${layer}, epoch ${epoch} of ${epochs}; ${left === null ? 'measuring the speed' : `${duration(left)} left`}`;
}

/** Whether a run gave the bits of the results that came with the element, and if not, which differ. */
export function comparisonOf({ sides, known, source }: FieldsReport): string {
  if (source !== 'live' || !known || !sides.spins?.hash) return '';
  const found = Object.entries({ spins: sides.spins, control: sides.control });
  if (found.every(([, side]) => side?.same === true)) return 'Same bits as the shipped results, in both stacks.';
  const different = found.flatMap(([name, side]) => {
    if (side?.same !== false) return [];
    const layers = side.sameLayers.flatMap((same, k) => (same === false ? [k + 1] : []));
    return [`${name === 'spins' ? 'the stack on the spins' : 'that on the control'} in layer ${layers.join(', ')}`];
  });
  return different.length > 0 ? `Other bits than the shipped results: ${different.join('; ')}.` : '';
}

/** Seconds of work per multiplication, in order of magnitude: to say what a run costs before it has begun. */
export const SECONDS_PER_WORK = 4.5e-11;

/** What training here will cost. */
export function costOf(values: FieldsValues): string {
  const { size, samples, epochs } = values;
  const hidden = values.network.split(/[-,]/).map(Number);
  if (!hidden.every((units) => units > 0)) return '';
  const sizes = [size * size, ...hidden];
  const work = hidden.reduce((sum, units, k) => sum + workOf(samples, sizes[k], units), 0);
  const weights = hidden.reduce((sum, units, k) => sum + units * sizes[k], 0);
  const megabytes = 60 + (4 * samples * sizes[0]) / 8e6 + weights / 1e4;
  return `Both stacks take ${duration(2 * epochs * work * SECONDS_PER_WORK)} and ${Math.round(megabytes)} MB, on one core.`;
}
