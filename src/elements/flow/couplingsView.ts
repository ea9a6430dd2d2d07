/** Couplings in the plane of neighbours and second neighbours, step by step. */

import type { TemplateResult } from 'lit';
import { criticalCoupling } from '../../exact/index.js';
import { grouped } from '../parts/grouped.js';
import { type Mark, plot, type Tone } from '../parts/plot.js';
import type { Table } from '../parts/table.js';
import type { CouplingPoint } from './blockCouplings.js';
import type { CouplingsReport } from './couplingsScene.js';
import { estimateText } from './numbers.js';
import { SHIPPED } from './results.js';

const X = [-0.02, 0.56] as const;
const Y = [-0.03, 0.17] as const;

/** Room of the name of a beginning, in pixels. */
const NAME_WIDTH = 34;

/** Stacks of the study, by their data, and where their names stand from their first layer. */
const STACKS: Readonly<Record<string, { name: string; short: string; tone: Tone; dx: number; dy: number }>> = {
  ising: { name: 'layers of a stack', short: 'a stack', tone: 'second', dx: -0.008, dy: 0.004 },
  shuffled: { name: 'its null: sites shuffled', short: 'its null', tone: 'third', dx: 0.01, dy: -0.006 },
};

/** Below this width names are shorter. */
const NARROW = 480;

type Point = readonly [x: number, y: number, error: number, xError: number];

const pointsOf = (points: readonly CouplingPoint[]): Point[] =>
  points.flatMap(({ nearest, second }) =>
    nearest && second ? [[nearest.value, second.value, second.error ?? 0, nearest.error ?? 0] as const] : [],
  );

/** Shipped numbers have eight digits. */
const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-7;

const textOf = (coupling: number): string => (same(coupling, criticalCoupling) ? 'K_c' : coupling.toFixed(2));

/** Small dots at first, a large one at last. */
function lineOf(points: readonly Point[], tone: Tone | undefined): Mark[] {
  return [
    { kind: 'trace', points: points.map(([x, y]) => [x, y] as const), tone },
    ...points.map(
      (point, k): Mark => ({ kind: 'dots', points: [point], tone, radius: k === points.length - 1 ? 5 : 3 }),
    ),
  ];
}

export function couplingPlane(report: CouplingsReport | undefined, width: number): TemplateResult {
  const live = report?.lines ?? [];
  const shipped = SHIPPED.couplings.lines.filter(
    ({ coupling }) => !live.some((line) => same(line.coupling, coupling) && pointsOf(line.points).length > 1),
  );
  const stacks = SHIPPED.contrast.layers.filter(({ data }) => data in STACKS);
  const marks: Mark[] = [{ kind: 'line', y: 0 }];
  for (const { points } of shipped) marks.push(...lineOf(pointsOf(points), 'quiet'));
  for (const { data, points } of stacks) marks.push(...lineOf(pointsOf(points), STACKS[data].tone));
  for (const { points } of live) marks.push(...lineOf(pointsOf(points), undefined));
  // beginnings lie close together: the present one and K_c come first, others where there is room
  const apart = (NAME_WIDTH / width) * (X[1] - X[0]);
  const named: number[] = [];
  const starts = [...live].reverse().concat(
    shipped.filter(({ coupling }) => same(coupling, criticalCoupling)),
    shipped,
  );
  for (const { coupling } of starts) {
    if (named.some((other) => Math.abs(other - coupling) < apart)) continue;
    named.push(coupling);
    marks.push({ kind: 'name', x: coupling, y: -0.012, text: textOf(coupling), anchor: 'middle', tone: 'quiet' });
  }
  for (const { data, points } of stacks) {
    const [x, y] = pointsOf(points)[1];
    const { name, short, tone, dx, dy } = STACKS[data];
    const text = width < NARROW ? short : name;
    marks.push({ kind: 'name', x: x + dx, y: y + dy, text, anchor: dx < 0 ? 'end' : 'start', tone });
  }
  return plot({
    label: `Couplings in the plane of neighbours and second neighbours. ${couplingsWords(report)}`,
    width,
    height: Math.max(300, Math.min(460, width * 0.5)),
    x: { label: 'K between neighbours', domain: X, ticks: 7, format: (value) => value.toFixed(1) },
    y: { label: 'K between second neighbours', domain: Y, ticks: 5, format: (value) => value.toFixed(2) },
    marks,
  });
}

/** Where the lines end, as sentences. */
export function couplingsWords(report: CouplingsReport | undefined): string {
  const live = report?.lines ?? [];
  const all = [
    ...SHIPPED.couplings.lines.filter(
      ({ coupling }) => !live.some((line) => same(line.coupling, coupling) && pointsOf(line.points).length > 1),
    ),
    ...live,
  ];
  const ends = all.flatMap(({ coupling, points }) => {
    const last = points.filter(({ step, nearest, second }) => step > 0 && nearest && second).at(-1);
    if (!last) return [];
    return [
      `K = ${coupling.toFixed(4)}: ${estimateText(last.nearest)} and ${estimateText(last.second)} after ${last.step} steps`,
    ];
  });
  return `${ends.join('; ')}.`;
}

export function couplingsStatus(report: CouplingsReport | undefined, samples: number): string {
  if (report === undefined) return 'starting';
  return `${grouped(report.count)} of ${grouped(samples)} configurations`;
}

export function couplingsTables(report: CouplingsReport | undefined): readonly Table[] {
  const head = ['step', 'K, neighbours', 'K, second neighbours'];
  const rowsOf = (name: string, points: readonly CouplingPoint[]) =>
    points.map(({ step, nearest, second }) => [name, String(step), estimateText(nearest), estimateText(second)]);
  const linesOf = (lines: CouplingsReport['lines']) =>
    lines.flatMap(({ coupling, points }) => rowsOf(coupling.toFixed(4), points));
  return [
    { title: 'Block spins, shipped', head: ['K', ...head], rows: linesOf(SHIPPED.couplings.lines) },
    { title: 'Block spins, measured here', head: ['K', ...head], rows: linesOf(report?.lines ?? []) },
    {
      title: 'Layers of stacks (study couplings-flow); step 0 are the spins',
      head: ['data', ...head],
      rows: SHIPPED.contrast.layers.flatMap(({ data, points }) => rowsOf(data, points)),
    },
  ];
}
