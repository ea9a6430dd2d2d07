/** The charts of the map. */

import type { TemplateResult } from 'lit';
import { type Mark, plot } from '../parts/plot.js';
import type { MapCheck } from './check.js';
import type { TrainingReport } from './scene.js';
import { signed, size } from './words.js';

/** A domain with round ends around these values, at least so wide: it changes by steps, not with every number. */
export function roundDomain(values: readonly number[], least: number): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const middle = (low + high) / 2;
  const half = Math.max(high - low, least) / 2;
  const power = 10 ** Math.floor(Math.log10(half));
  const step = half / power >= 5 ? 2 * power : half / power >= 2 ? power : power / 2;
  return [Math.floor((middle - half * 1.02) / step) * step, Math.ceil((middle + half * 1.02) / step) * step];
}

/** H_RG(h) against H_λ(h), `width` pixels wide. */
export function energiesPlot({ energies, hiddenStates, hiddenGap }: MapCheck, width: number): TemplateResult {
  const domain = roundDomain(energies.flat(), 1);
  const few = energies.length <= 64;
  return plot({
    label: `H_RG against H_λ for ${hiddenStates} states of the hidden spins: all on the diagonal, the largest difference is ${size(hiddenGap)}.`,
    width,
    height: heightOf(width),
    x: { label: 'H(h) of the machine (kT)', domain, ticks: 4 },
    y: { label: 'H(h) renormalized (kT)', domain, ticks: 4 },
    marks: [
      { kind: 'curve', points: domain.map((end) => [end, end] as const) },
      { kind: 'dots', points: energies, radius: few ? 4 : 2 },
    ],
  });
}

const heightOf = (width: number): number => Math.min(270, Math.round(0.9 * width));

const FLOOR = 1e-16;

/** KL and |ΔF| against the steps of training. */
export function trainingPlot({ history, steps }: TrainingReport, width: number): TemplateResult {
  const kls = history.map(([step, kl]) => [step, Math.max(FLOOR, kl)] as const);
  const decade = 2 * Math.floor(Math.log10(Math.min(1e-2, ...kls.map(([, kl]) => kl))) / 2 - 0.5);
  // a ΔF of zero is at the bottom
  const deltas = history.map(([step, , deltaF]) => [step, Math.max(10 ** decade, Math.abs(deltaF))] as const);
  const top = Math.ceil(Math.log10(Math.max(10, ...[...kls, ...deltas].map(([, value]) => value))));
  const right = [20, 50, 100, 200, 300].find((end) => end >= steps) ?? Math.ceil(steps / 200) * 200;
  return plot({
    label:
      steps === 0
        ? 'KL and |ΔF| against the steps of training: none so far.'
        : `After ${steps} steps of training KL is ${size(kls[kls.length - 1][1])} and |ΔF| is ${size(deltas[deltas.length - 1][1])}.`,
    width,
    height: heightOf(width),
    x: { label: 'step of training', domain: [0, right], ticks: 4 },
    y: { label: 'nats', domain: [10 ** decade, 10 ** top], log: true, format: powerOfTen },
    marks: [
      { kind: 'trace', points: deltas, tone: 'second' },
      { kind: 'trace', points: kls },
      ...(history.length === 0
        ? [{ kind: 'name', x: right / 2, y: 10 ** -0.5, text: 'nothing to train', anchor: 'middle' } as const]
        : []),
      ...endsOf(kls.at(-1), deltas.at(-1), right, decade, top - decade),
    ],
  });
}

type Point = readonly [number, number];

/** The last points with their names: above the higher one and below the lower, so that they never meet. */
function endsOf(
  kl: Point | undefined,
  delta: Point | undefined,
  right: number,
  bottom: number,
  decades: number,
): Mark[] {
  if (!kl || !delta) return [];
  const anchor = kl[0] < right / 2 ? 'start' : 'end';
  const name = (text: string, [x, y]: Point, above: boolean, tone?: 'second'): Mark => ({
    kind: 'name',
    x,
    y: y * 10 ** (decades * (above ? 0.035 : -0.075)),
    text,
    anchor,
    tone,
  });
  const above = delta[1] >= kl[1];
  const atBottom = Math.abs(Math.log10(delta[1]) - bottom) < 0.05 * decades;
  return [
    { kind: 'dots', points: [delta], tone: 'second', radius: 3.5 },
    { kind: 'dots', points: [kl], radius: 3.5 },
    name('|ΔF|', delta, above || atBottom, 'second'),
    name('KL', kl, !above || atBottom),
  ];
}

const powerOfTen = (value: number): string => {
  const exponent = Math.round(Math.log10(value));
  if (exponent >= 0 && exponent <= 2) return String(10 ** exponent);
  return `10${exponent < 0 ? '⁻' : ''}${[...String(Math.abs(exponent))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
};

/** log τ(v) of all states, the likeliest first, with log⟨τ⟩ and ⟨log τ⟩: the distance of the two lines is KL. */
export function tauPlot({ logTau, deltaF, kl, tau }: MapCheck, width: number): TemplateResult {
  const count = logTau.length;
  const domain = roundDomain([0, tau.least, tau.most], 0.2);
  const height = domain[1] - domain[0];
  // room for the names at the right
  const right = (count * (width - 58)) / (width - 58 - 88);
  return plot({
    label: `log τ of ${count} states of the visible spins, from ${tau.least.toFixed(3)} to ${tau.most.toFixed(3)}; log⟨τ⟩ = ${signed(-deltaF)}, ⟨log τ⟩ = ${signed(tau.mean)}, KL = ${size(kl)}.`,
    width,
    height: 210,
    x: { label: `the ${count} states v, likeliest first`, domain: [0, right], ticks: 0 },
    y: { label: 'log τ(v)', domain, ticks: 4 },
    marks: [
      { kind: 'bars', points: logTau.map((value, k) => [k + 0.5, value] as const), width: count > 100 ? 1 : 0.8 },
      {
        kind: 'trace',
        points: [
          [0, 0],
          [count, 0],
        ],
        tone: 'quiet',
      },
      {
        kind: 'trace',
        points: [
          [0, -deltaF],
          [count * 1.01, -deltaF],
        ],
        tone: 'second',
      },
      {
        kind: 'trace',
        points: [
          [0, tau.mean],
          [count * 1.01, tau.mean],
        ],
        tone: 'third',
      },
      // log⟨τ⟩ is never below ⟨log τ⟩: its name is above its line, the other below
      { kind: 'name', x: count * 1.02, y: -deltaF + height * 0.02, text: 'log⟨τ⟩ = -ΔF', tone: 'second' },
      { kind: 'name', x: count * 1.02, y: tau.mean - height * 0.08, text: '⟨log τ⟩', tone: 'third' },
    ],
  });
}
