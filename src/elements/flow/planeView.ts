/** The exponents of all blocking rules in one plane, step by step. */

import { html, type TemplateResult } from 'lit';
import { grouped } from '../parts/grouped.js';
import { type Mark, perPixel, plot, type Tone } from '../parts/plot.js';
import type { Table } from '../parts/table.js';
import { estimateText } from './numbers.js';
import type { PlaneReport } from './planeScene.js';
import { SHIPPED } from './results.js';
import { EXACT, RULE_IDS, RULES, type RuleId } from './rows.js';

const X = [0.7, 1.45] as const;
const Y = [1.65, 2.02] as const;

/** The colour of each kind of rule. */
const TONES: Readonly<Record<string, Tone | undefined>> = { blocks: undefined, learned: 'second', null: 'third' };

/** A name of the chart: beside the first step that is in it or the last one, so many pixels away. */
interface Place {
  text: string;
  at: 'first' | 'last';
  right: number;
  down: number;
}

/** Names stand where lines end; those that end in one place stand below each other. */
const PLACES: Readonly<Record<RuleId, Place>> = {
  majority: { text: 'majority', at: 'last', right: 14, down: 12 },
  soft: { text: 'soft vote', at: 'last', right: 14, down: 25 },
  single: { text: 'decimation', at: 'last', right: -9, down: -5 },
  layer: { text: 'trained layer', at: 'last', right: -10, down: 9 },
  sites: { text: 'null: shuffled sites', at: 'last', right: -9, down: -3 },
  places: { text: 'null: weights shuffled', at: 'last', right: 12, down: 4 },
  signs: { text: 'null: random signs', at: 'first', right: 0, down: -12 },
  positive: { text: 'null: never trained', at: 'last', right: 17, down: 36 },
};

/** Below this width names are shorter: that a rule is a null is told by its colour. */
const NARROW = 480;

/** How near to the exact point a rule is said to be there: more than its error bars, less than the chart shows. */
const THERE = { thermal: 0.02, magnetic: 0.005 };

type Point = readonly [x: number, y: number, error: number, xError: number];
type Steps = readonly {
  thermal: { value: number; error: number | null } | null;
  magnetic: { value: number; error: number | null } | null;
}[];

const pointsOf = (steps: Steps): Point[] =>
  steps.flatMap(({ thermal, magnetic }) =>
    thermal && magnetic ? [[thermal.value, magnetic.value, magnetic.error ?? 0, thermal.error ?? 0] as const] : [],
  );

const inside = ([x, y]: Point): boolean => x >= X[0] && x <= X[1] && y >= Y[0] && y <= Y[1];

export function exponentPlane(report: PlaneReport | undefined, width: number): TemplateResult {
  const height = Math.max(320, Math.min(520, width * 0.56));
  const [across, along] = perPixel(X, Y, width, height);
  const marks: Mark[] = [
    { kind: 'line', x: EXACT.thermal },
    { kind: 'line', y: EXACT.magnetic },
    {
      kind: 'name',
      x: X[0] + 4 * across,
      y: EXACT.magnetic - 13 * along,
      text: 'exact: 1 and 15/8',
      tone: 'quiet',
    },
  ];
  const said: string[] = [];
  for (const id of RULE_IDS) {
    const tone = TONES[RULES[id].kind];
    const live = pointsOf(report?.rules[id]?.steps ?? []);
    const shipped = pointsOf(SHIPPED.rules.rows[id].steps);
    const points = live.length > 0 ? live : shipped;
    if (points.length === 0) continue;
    const own = live.length > 0 ? tone : 'quiet';
    marks.push({ kind: 'trace', points: points.map(([x, y]) => [x, y] as const), tone: own });
    points.forEach((point, n) => {
      // the last step is the largest
      marks.push({ kind: 'dots', points: [point], tone: own, radius: n === points.length - 1 ? 5 : 3 });
    });
    const { text: whole, at, right, down } = PLACES[id];
    const text = width < NARROW ? whole.replace('null: ', '') : whole;
    const place = at === 'last' ? points.findLast(inside) : points.find(inside);
    if (place) {
      const anchor = right < 0 ? 'end' : 'start';
      marks.push({ kind: 'name', x: place[0] + right * across, y: place[1] - down * along, text, anchor, tone: own });
    }
    const [x, y] = points[points.length - 1];
    said.push(`${text} ${x.toFixed(2)} and ${y.toFixed(3)}`);
  }
  return plot({
    label: `Exponents of blocking rules in the plane of y_T and y_h after three steps: ${said.join('; ')}; exact 1 and 1.875.`,
    width,
    height,
    x: { label: 'thermal exponent of the step', domain: X, ticks: 8, format: (value) => value.toFixed(1) },
    y: { label: 'magnetic exponent of the step', domain: Y, ticks: 7, format: (value) => value.toFixed(2) },
    marks,
  });
}

export function planeStatus(report: PlaneReport | undefined, samples: number): string {
  if (report === undefined) return 'starting';
  const { training, count } = report;
  if (training) return `training ${training.what}: ${Math.floor(100 * training.done)} %`;
  return `${grouped(count)} of ${grouped(samples)} configurations, shown to ${RULE_IDS.length} rules`;
}

/** Which rules are at the exact point after their last step, and which are not, by the numbers that are shown. */
function arrivals(report: PlaneReport | undefined): string {
  const [there, off]: [string[], string[]] = [[], []];
  for (const id of RULE_IDS) {
    const live = report?.rules[id]?.steps ?? [];
    const { steps } = SHIPPED.rules.rows[id];
    const last = (pointsOf(live).length > 0 ? live : steps)[steps.length - 1];
    const point = last && pointsOf([last])[0];
    if (point === undefined || !inside(point)) continue;
    const [thermal, magnetic] = [point[0] - EXACT.thermal, point[1] - EXACT.magnetic];
    const near = Math.abs(thermal) <= THERE.thermal && Math.abs(magnetic) <= THERE.magnetic;
    const name = PLACES[id].text.replace('null: ', '');
    if (near) there.push(name);
    else off.push(`${name} ${point[0].toFixed(3)} and ${point[1].toFixed(3)}`);
  }
  if (there.length + off.length === 0) return '';
  return `After the third step ${there.length} of ${there.length + off.length} are within ${THERE.thermal} of 1 and ${THERE.magnetic} of 15/8${there.length > 0 ? ` (${there.join(', ')})` : ''}${off.length > 0 ? `; the others are at ${off.join(', ')}` : ''}.`;
}

/** Where the rules are, and those without a place in the plane, as sentences. */
export function planeNotes(report: PlaneReport | undefined): TemplateResult {
  const outside = RULE_IDS.filter((id) => {
    const live = report?.rules[id]?.steps ?? [];
    const points = pointsOf(live.length > 0 ? live : SHIPPED.rules.rows[id].steps);
    return !points.some(inside);
  });
  if (outside.length === 0) return html`${arrivals(report)}`;
  const names = outside.map((id) => RULES[id].name.toLowerCase().replace('… ', '')).join(', ');
  return html`${arrivals(report)} Not in the picture, since no step has both exponents there: ${names}.`;
}

export function planeTables(report: PlaneReport | undefined): readonly Table[] {
  const rows = RULE_IDS.flatMap((id) =>
    SHIPPED.rules.rows[id].steps.map(({ step, thermal, magnetic }, k) => {
      const live = report?.rules[id]?.steps[k];
      return [
        RULES[id].name,
        String(step),
        estimateText(thermal),
        estimateText(live?.thermal ?? null),
        estimateText(magnetic),
        estimateText(live?.magnetic ?? null),
      ];
    }),
  );
  return [
    {
      title: 'Exponents by step: shipped, and measured here',
      head: ['rule', 'step', 'y_T', 'y_T, here', 'y_h', 'y_h, here'],
      rows,
    },
  ];
}
