/** Models worth a look. */

import type { MapReport } from './scene.js';
import type { MapValues, ModelName } from './spec.js';
import { signed, size } from './words.js';

export interface Preset {
  name: string;
  values: Partial<MapValues>;
}

export const PRESETS: readonly Preset[] = [
  { name: 'Random weights', values: { lattice: 'ring-6', coupling: 0.5, model: 'rbm', hiddenSpins: 3, seed: 1 } },
  { name: 'Wrong marginal', values: { lattice: 'ring-4', coupling: 0.4, model: 'wrongMarginal' } },
  {
    name: 'Independent hidden spins',
    values: { lattice: 'ring-4', coupling: 0.4, model: 'independent', hiddenSpins: 3 },
  },
  { name: 'A hidden spin per bond', values: { lattice: '2x3', coupling: 0.44, model: 'bonds' } },
  { name: 'Decimation of a ring', values: { lattice: 'ring-8', coupling: 1, model: 'copies' } },
];

/** Whether the figure shows this preset. */
export const isShown = ({ values }: Preset, present: MapValues): boolean =>
  present.weights === '' &&
  present.shift === 0 &&
  present.steps === 0 &&
  Object.entries(values).every(([name, value]) => present[name as keyof MapValues] === value);

const ABOUT: Record<Exclude<ModelName, 'rbm'>, string> = {
  wrongMarginal:
    'E = H(v) + H(h) + g(v) + ln Z̃, after Lin and Tegmark; g is a field on one spin. ΔF = 0, even the hidden spins have the right distribution, and the visible ones do not: τ is not 1, KL is not 0.',
  independent:
    'E = H(v) + H′(h) + ln Z′. Here τ(v) = 1 for every v, so this is an exact step of the renormalization group, and the hidden spins know nothing of the visible ones. Exactness selects no coarse-graining.',
  bonds:
    'A hidden spin on every bond, with weights w and ±w to its two ends, cosh 2w = e^{2|K|}. Summed over, each gives back its bond: τ(v) = 1 for every v, at every K. This RBM is the Ising model, and its hidden spins do know something.',
  copies:
    'Each hidden spin follows one of the even spins with the weight 6, and has its bonds. H_λ(h) is what decimation leaves, on a ring K′ = ½ ln cosh 2K, with any such weight; and the larger it is, the closer is τ to 1. Training finds RBMs like this one by itself.',
};

/** What is shown, in two or three sentences. */
export function aboutText(values: MapValues, report: MapReport): string {
  if (values.model !== 'rbm' && report.training.steps === 0) return ABOUT[values.model];
  const { check, training } = report;
  if (!check) return '';
  const { kl, deltaF } = check;
  if (training.steps > 0) {
    const state = training.converged
      ? 'and the gradient is zero'
      : training.over
        ? 'and no step lowers KL any further'
        : 'so far';
    const flat = kl < 1e-6 ? 'τ has become constant' : kl < 0.1 ? 'τ has become flat' : 'τ becomes flatter';
    return `${training.steps} steps of training ${state}: ${flat}, KL = ${size(kl)}. ΔF went where it liked, to ${signed(deltaF)}: the gradient of KL cannot see a constant in E. The dots never left the diagonal.`;
  }
  if (Math.abs(deltaF) < 1e-9 && kl > 1e-6) {
    return `A constant was added to the energy, and now ΔF = 0. No probability has changed: KL is ${size(kl)}, as it was, and τ is as far from constant. ΔF = 0 is one number and says nothing of the states.`;
  }
  const origin =
    values.weights === ''
      ? 'Random weights: this RBM was trained on nothing.'
      : 'These weights were set by hand, or kept from a training.';
  return `${origin} Still every dot is on the diagonal, H_RG(h) = H_λ(h). Drag a weight or the coupling: the dots move along the diagonal, never off it. What training changes is τ.`;
}
