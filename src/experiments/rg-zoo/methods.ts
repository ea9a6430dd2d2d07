/** What each method says of the critical point. */

import { criticalCoupling, triangularCriticalCoupling } from '../../exact/onsager.js';
import { square, triangular } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { samplerFor } from '../../ising/samplers/sampler.js';
import { type BlockingRule, majorityRule, softRule } from '../../rg/blocking/rule.js';
import { fixedPoints } from '../../rg/flow/fixedPoints.js';
import { kadanoffOptimum, kadanoffVariational } from '../../rg/flow/kadanoff.js';
import { exponents } from '../../rg/flow/linearise.js';
import { migdalKadanoff, migdalKadanoffFlow } from '../../rg/flow/migdalKadanoff.js';
import { niemeijerVanLeeuwen } from '../../rg/flow/niemeijerVanLeeuwen.js';
import type { FlowEquation, Recursion } from '../../rg/flow/recursion.js';
import { squareDecimation } from '../../rg/flow/squareDecimation.js';
import { matchLattices } from '../../rg/mcrg/matching.js';
import { MonteCarloRg } from '../../rg/mcrg/monteCarloRg.js';
import { hotrg } from '../../rg/tensor/hotrg.js';
import { loopTnr } from '../../rg/tensor/loop.js';
import { isingTensor } from '../../rg/tensor/models.js';
import type { TensorStep } from '../../rg/tensor/step.js';
import { bondWeightedTrg, trg } from '../../rg/tensor/trg.js';
import { linearisedVmcrgAsync } from '../../rg/vmcrg/linearisedVmcrg.js';
import { variationalMcrgAsync } from '../../rg/vmcrg/variationalMcrg.js';
import type { Estimate } from '../../util/estimate.js';
import { pause } from '../../util/work.js';
import { leadingOperators } from '../kit/leadingOperators.js';
import { type Context, staged } from '../kit/study.js';
import type { MethodName, RgZooResult, Values } from './result.js';

/** Weight of maximum likelihood of one hidden unit per 2 × 2 block at K_c, L = 64 (the experiment kernel-weight). */
const LIKELIEST = 1.139;

/** The step of the tensors at which spectra are read: 256 sites. */
const READ_AT = 8;
/** Steps to the phase on one side of K_c, and halvings of the interval of K. */
const PHASE_STEPS = 30;
const HALVINGS = 24;
const LOOP_BOND = 8;
const LOOP_STEPS = 16;
/** Where K_c is looked for. */
const AROUND = [0.42, 0.46] as const;

const exactly = (value: number): Estimate => ({ value, error: null });

/** Names of the parameters that a method reads. */
export function readsOf(method: MethodName): (keyof Values)[] {
  switch (method) {
    case 'mcrg':
    case 'mcrg-soft':
      return ['side', 'samples', 'seed'];
    case 'mcrg-triangles':
      return ['samples', 'seed'];
    case 'vmcrg':
      return ['sweeps', 'seed'];
    case 'trg':
    case 'weighted-trg':
    case 'hotrg':
      return ['bond'];
    default:
      return [];
  }
}

export function resultOf(method: MethodName, parameters: Values, context: Context): Promise<RgZooResult> {
  switch (method) {
    case 'migdal-kadanoff':
      return scheme(method, migdalKadanoff({ dimension: 2 }));
    case 'migdal-kadanoff-limit':
      return scheme(method, migdalKadanoffFlow({ dimension: 2 }));
    case 'decimation':
      return scheme(method, squareDecimation());
    case 'cumulant-1':
      return cumulants(method, 1);
    case 'cumulant-2':
      return cumulants(method, 2);
    case 'kadanoff':
      return kadanoff(method);
    case 'mcrg':
      return monteCarlo(method, majorityRule({ factor: 2 }), 2, parameters, context);
    case 'mcrg-soft':
      return monteCarlo(method, softRule({ factor: 2, weight: LIKELIEST }), 2, parameters, context);
    case 'mcrg-triangles':
      return triangles(method, parameters, context);
    case 'vmcrg':
      return variational(method, parameters, context);
    case 'trg':
      return tensors(method, trg, parameters, context);
    case 'weighted-trg':
      return tensors(method, bondWeightedTrg, parameters, context);
    case 'hotrg':
      return tensors(method, hotrg, parameters, context);
    case 'loop-tnr':
      return loops(method, context);
  }
}

/** A recursion of one coupling. */
async function scheme(method: MethodName, own: Recursion | FlowEquation): Promise<RgZooResult> {
  const found = fixedPoints(own, { from: [0.1], to: [1] });
  const [critical] = found.filter(({ relevant, couplings }) => relevant === 1 && couplings[0] > 0);
  return {
    method,
    criticalCoupling: exactly(critical.couplings[0]),
    thermal: exactly(critical.exponents[0]),
    magnetic: null,
    cost: 'a formula',
  };
}

async function cumulants(method: MethodName, order: 1 | 2): Promise<RgZooResult> {
  const even = niemeijerVanLeeuwen({ order });
  const box = order === 1 ? { from: [0.2], to: [0.5] } : { from: [0.2, -0.05, -0.05], to: [0.4, 0.05, 0.05] };
  const [critical] = fixedPoints(even, box).filter(({ relevant }) => relevant === 1);
  const full = niemeijerVanLeeuwen({ order, field: true });
  const field = new Array<number>(full.couplings.length - even.couplings.length).fill(0);
  const [magnetic] = exponents(full, [...critical.couplings, ...field]);
  return {
    method,
    criticalCoupling: exactly(order === 1 ? critical.couplings[0] : nearestOnly(even)),
    thermal: exactly(critical.exponents[0]),
    magnetic: exactly(magnetic),
    cost: 'a formula',
  };
}

/** K_c of the model with nearest neighbours only: from there the flow ends in neither phase. */
function nearestOnly(recursion: Recursion): number {
  let [low, high] = [0.2, 0.35];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    let at = [middle, ...new Array<number>(recursion.couplings.length - 1).fill(0)];
    for (let step = 0; step < 200 && at[0] > 0.01 && at[0] < 2; step++) at = recursion.map(at);
    if (at[0] < 0.2) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

async function kadanoff(method: MethodName): Promise<RgZooResult> {
  const { couplings } = kadanoffOptimum();
  const [thermal] = exponents(kadanoffVariational(), couplings);
  const [magnetic] = exponents(kadanoffVariational({ field: true }), [...couplings, 0, 0]);
  return { method, criticalCoupling: null, thermal: exactly(thermal), magnetic: exactly(magnetic), cost: 'a formula' };
}

async function monteCarlo(
  method: MethodName,
  rule: BlockingRule,
  step: number,
  { side, samples, seed }: Values,
  context: Context,
): Promise<RgZooResult> {
  const at = (L: number) =>
    samplerFor(isingHamiltonian({ lattice: square(L), coupling: criticalCoupling }), {
      seed: JSON.stringify([seed, 'rg-zoo', method, L]),
      threads: context.threads,
    });
  const rg = new MonteCarloRg({ rule, steps: step, seed });
  await rg.sample(at(side), samples, staged(context, method));
  const own = rg.report().steps[step - 1];
  const part = Math.min(samples, 25_600);
  const [large, small] = [
    await at(side).sampleAsync(part, staged(context, method)),
    await at(side / 2).sampleAsync(part, staged(context, method)),
  ];
  const matched = matchLattices(large, small, { rule, steps: 3, seed }).steps[2].criticalCouplings[0].estimate;
  return {
    method,
    criticalCoupling: matched,
    thermal: own.even.exponent,
    magnetic: own.odd.exponent,
    cost: `${samples.toLocaleString('en')} configurations of ${side}²`,
  };
}

async function triangles(method: MethodName, { samples, seed }: Values, context: Context): Promise<RgZooResult> {
  const side = 54;
  const steps = 4;
  const hamiltonian = isingHamiltonian({ lattice: triangular(side), coupling: triangularCriticalCoupling });
  const sampler = samplerFor(hamiltonian, { seed: JSON.stringify([seed, 'rg-zoo', method]), threads: context.threads });
  const rg = new MonteCarloRg({ rule: majorityRule({ factor: 'sqrt3' }), steps, seed });
  await rg.sample(sampler, samples, staged(context, method));
  const { even, odd } = rg.report().steps[steps - 1];
  return {
    method,
    criticalCoupling: null,
    thermal: even.exponent,
    magnetic: odd.exponent,
    cost: `${samples.toLocaleString('en')} configurations of ${side}²`,
  };
}

async function variational(method: MethodName, { sweeps, seed }: Values, context: Context): Promise<RgZooResult> {
  const side = 45;
  const lattice = square(side);
  const [even, odd] = [leadingOperators('even'), leadingOperators('odd')];
  const options = {
    lattice,
    hamiltonian: isingHamiltonian({ lattice, coupling: criticalCoupling }),
    rule: majorityRule({ factor: 3 }),
    seed: JSON.stringify([seed, 'rg-zoo', method]),
  };
  const work = { ...staged(context, method), ...(context.threads !== undefined && { threads: context.threads }) };
  const { bias } = await variationalMcrgAsync({ ...options, operators: even, ...work });
  const found = await linearisedVmcrgAsync({
    ...options,
    bias: { operators: even, parameters: bias },
    even,
    odd,
    sweeps,
    ...work,
  });
  return {
    method,
    criticalCoupling: null,
    thermal: found.even?.exponent ?? null,
    magnetic: found.odd?.exponent ?? null,
    cost: `${sweeps.toLocaleString('en')} sweeps of 16 lattices of ${side}²`,
  };
}

async function tensors(
  method: MethodName,
  iteration: typeof trg,
  { bond }: Values,
  { signal }: Context,
): Promise<RgZooResult> {
  const steps = iteration(isingTensor({ coupling: criticalCoupling }), { bond, steps: READ_AT });
  const { thermal, magnetic } = await exponentsAtEnd(steps, signal);
  let [low, high]: [number, number] = [...AROUND];
  for (let k = 0; k < HALVINGS; k++) {
    signal?.throwIfAborted();
    await pause();
    const middle = (low + high) / 2;
    if (phasesAt(middle, iteration, bond) < 1.5) low = middle;
    else high = middle;
  }
  return {
    method,
    criticalCoupling: exactly((low + high) / 2),
    thermal,
    magnetic,
    cost: `${READ_AT} steps of χ = ${bond}; ${HALVINGS * PHASE_STEPS} for K_c`,
  };
}

/** Loop-TNR; K_c by its phases would take minutes. */
async function loops(method: MethodName, { signal }: Context): Promise<RgZooResult> {
  const network = isingTensor({ coupling: criticalCoupling });
  const found = await exponentsAtEnd(loopTnr(network, { bond: LOOP_BOND, steps: LOOP_STEPS }), signal);
  return { method, criticalCoupling: null, ...found, cost: `${LOOP_STEPS} steps of χ = ${LOOP_BOND}` };
}

/** y = 2 - Δ of the last step's leading odd state, and of its second even one. */
async function exponentsAtEnd(
  steps: Iterable<TensorStep>,
  signal: AbortSignal | undefined,
): Promise<Pick<RgZooResult, 'thermal' | 'magnetic'>> {
  let last: TensorStep | undefined;
  for (const step of steps) {
    signal?.throwIfAborted();
    await pause();
    last = step;
  }
  const { dimensions } = (last as TensorStep).dimensions({ count: 6 });
  const sigma = dimensions.find(({ charge }) => charge === 1)?.dimension ?? Number.NaN;
  const epsilon = dimensions.filter(({ charge }) => charge === 0)[1]?.dimension ?? Number.NaN;
  return { thermal: exactly(2 - epsilon), magnetic: exactly(2 - sigma) };
}

/** X₁ at the end: the number of phases. */
function phasesAt(coupling: number, iteration: typeof trg, bond: number): number {
  let x1 = Number.NaN;
  for (const step of iteration(isingTensor({ coupling }), { bond, steps: PHASE_STEPS })) {
    ({ x1 } = step);
    // beyond a hundred sites it only comes nearer
    if (step.step > 12 && (Math.abs(x1 - 1) < 0.01 || Math.abs(x1 - 2) < 0.001)) break;
  }
  return x1;
}
