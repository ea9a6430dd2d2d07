/** The numbers beside the charts. */

import { html, type TemplateResult } from 'lit';
import { grouped } from '../parts/grouped.js';
import type { CouplingGroup, MapCheck } from './check.js';
import { formula } from './formula.js';
import type { MapReport } from './scene.js';
import type { MapValues } from './spec.js';
import { divergence, rounding, signed, size } from './words.js';

/** ΔF, KL and their like. */
export function numberList(check: MapCheck, values: MapValues): TemplateResult {
  const { deltaF, kl, tau, information, hiddenGap, hiddenStates } = check;
  return html`<dl class="numbers">
    <dt>${formula('largest |H_RG - H_λ|')}</dt><dd>${size(hiddenGap)} <span class="quiet">of ${grouped(hiddenStates)} hidden states</span></dd>
    <dt>${formula('ΔF = F_h - F_v')}</dt><dd>${signed(deltaF)}</dd>
    <dt>${formula('KL(P‖p_λ)')}</dt><dd>${divergence(kl)} <span class="quiet">nats: the distance of the two lines above</span></dd>
    <dt>log τ(v)</dt><dd>${signed(tau.least)} … ${signed(tau.most)} <span class="quiet">deviation ${rounding(tau.deviation)}</span></dd>
    <dt>I(v;h)</dt><dd>${rounding(information)} <span class="quiet">nats: what h knows of v</span></dd>
    <dt>couplings of h</dt><dd>${couplingsText(check.groups, values)}</dd>
  </dl>`;
}

/** Only where a check takes so long that the reader waits for it. */
export function workText(report: MapReport | undefined): string {
  if (!report?.stale) return '';
  return report.milliseconds > 200 ? `computing: about ${(report.milliseconds / 1000).toFixed(1)} s` : 'computing';
}

/** How far training has come. */
export function stepsText({ training }: MapReport): string {
  const { steps, over, converged } = training;
  if (steps === 0 && over) return 'the gradient is zero here';
  const state = converged ? ', converged' : over ? ', at an end' : '';
  return `${steps} ${steps === 1 ? 'step' : 'steps'}${state}`;
}

/** Couplings of H_RG(h), and on a ring what decimation leaves. */
function couplingsText(
  groups: readonly CouplingGroup[] | null,
  { lattice, coupling, model }: MapValues,
): TemplateResult {
  if (groups === null) return html`<span class="quiet">not computed for so many</span>`;
  const NAMES = ['', 'field', 'pair', 'triple'];
  // the sign of a hidden spin is arbitrary: couplings that differ by it alone are named together
  const sizes: { order: number; K: number; count: number; both: boolean }[] = [];
  for (const { order, coupling: K, count } of groups) {
    const same = sizes.find((one) => one.order === order && Math.abs(Math.abs(one.K) - Math.abs(K)) < 1e-4);
    if (same) {
      same.count += count;
      same.both = true;
    } else sizes.push({ order, K, count, both: false });
  }
  const all = sizes.map(
    ({ order, K, count, both }) =>
      `${NAMES[order] ?? `${order} spins`} ${both ? `±${Math.abs(K).toFixed(4)}` : K.toFixed(4)}${count > 1 ? ` (${count})` : ''}`,
  );
  const text = all.length === 0 ? 'none' : `${all.slice(0, 3).join(', ')}${all.length > 3 ? ', …' : ''}`;
  if (!lattice.startsWith('ring') || model === 'wrongMarginal' || model === 'independent') return html`${text}`;
  const K = Math.log(Math.cosh(2 * coupling)) / 2;
  return html`${text} <span class="quiet">decimation: ${K.toFixed(4)}</span>`;
}
