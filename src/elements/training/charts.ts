/** The curves of learning. */

import type { TemplateResult } from 'lit';
import { type Mark, plot, type Tone } from '../parts/plot.js';
import type { DataReport } from './dataSet.js';
import type { MachineReport } from './machine.js';
import { METHODS } from './methods.js';

export const TONES: readonly Tone[] = ['first', 'second', 'third'];

/** Of the drawing, in a wide and in a narrow figure; letters are 11 high. */
const WIDTH = { wide: 500, narrow: 340 };
const HEIGHT = 240;

export type Room = keyof typeof WIDTH;
/** Room for names at the right, and height of the drawing area and of a name. */
const ROOM = 84;
const AREA = HEIGHT - 56;
const LINE = 13;

/** Smallest distance from the best model that is drawn, in nats. */
const FLOOR = 1e-3;

const shown = (value: number): string => value.toFixed(2);

/** Mean log-likelihood per row against epochs, between independent units and the best possible model. */
export function likelihoodPlot(
  data: DataReport,
  machines: readonly MachineReport[],
  epochs: number,
  room: Room,
): TemplateResult {
  const { best, independent, bestName } = data;
  const span = Math.max(best - independent, 0.1);
  const domain = [independent - 0.3 * span, best + 0.12 * span] as const;
  const clamp = (value: number) => Math.min(domain[1], Math.max(domain[0], value));
  const ends = machines.map(({ curve }) => curve.at(-1)?.[1]);
  return plot({
    label: `Log-likelihood per row: ${wordsOf(machines)}; independent units have ${shown(independent)}, ${bestName} ${shown(best)}.`,
    width: WIDTH[room],
    height: HEIGHT,
    right: ROOM,
    x: { label: 'epoch', domain: [0, epochs] },
    y: { label: 'log-likelihood per row (nats)', domain },
    marks: [
      ...tracesOf(machines, clamp),
      // after the curves, so that names can be read where they cross
      { kind: 'line', y: best, name: `${bestName} ${shown(best)}` },
      { kind: 'line', y: independent, name: `independent units ${shown(independent)}` },
      ...namesOf(
        machines,
        ends.map((value) => value && clamp(value)),
        epochs,
        (value) => ((domain[1] - value) / (domain[1] - domain[0])) * AREA,
        (place) => domain[1] - (place / AREA) * (domain[1] - domain[0]),
        (k) => (ends[k] !== undefined && ends[k] < domain[0] ? `↓ ${ends[k].toFixed(0)}` : ''),
      ),
    ],
  });
}

/** Distance from the best possible model, on a logarithmic axis: the relative entropy of data and model. */
export function distancePlot(
  data: DataReport,
  machines: readonly MachineReport[],
  epochs: number,
  room: Room,
): TemplateResult {
  const { best, independent, bestName } = data;
  const top = 10 ** Math.ceil(Math.log10(Math.max(1, best - independent) * 1.2));
  const clamp = (value: number) => Math.min(top, Math.max(FLOOR, best - value));
  const decades = Math.log10(top / FLOOR);
  const distances = machines.map(({ curve }) => curve.at(-1)).map((point) => point && clamp(point[1]));
  const name = bestName === 'best possible' ? 'the best possible' : bestName;
  return plot({
    label: `Distance from ${name}: ${machines.map((machine) => `${METHODS[machine.algorithm].short} ${machine.logLikelihood === null ? 'unknown' : (best - machine.logLikelihood).toPrecision(2)}`).join(', ')} nats per row.`,
    width: WIDTH[room],
    height: HEIGHT,
    right: ROOM,
    x: { label: 'epoch', domain: [0, epochs] },
    y: { label: `nats per row below ${name}`, domain: [FLOOR, top], log: true, format: decade },
    marks: [
      ...tracesOf(machines, clamp),
      ...namesOf(
        machines,
        distances,
        epochs,
        (value) => (Math.log10(top / value) / decades) * AREA,
        (place) => top / 10 ** ((place / AREA) * decades),
        () => '',
      ),
    ],
  });
}

const decade = (value: number): string =>
  value >= 0.001 ? String(Number(value.toPrecision(1))) : value.toExponential(0);

const wordsOf = (machines: readonly MachineReport[]): string =>
  machines
    .map(
      ({ algorithm, logLikelihood }) =>
        `${METHODS[algorithm].short} ${logLikelihood === null ? 'unknown' : shown(logLikelihood)}`,
    )
    .join(', ');

/** One curve per machine; the first machine is drawn last, on top. */
function tracesOf(machines: readonly MachineReport[], y: (logLikelihood: number) => number): Mark[] {
  return machines
    .map(
      ({ curve }, k): Mark => ({
        kind: 'trace',
        points: curve.map(([epoch, value]) => [epoch, y(value)] as const),
        tone: TONES[k],
      }),
    )
    .reverse();
}

/** Names at the right of the curves, moved apart where they would touch. */
function namesOf(
  machines: readonly MachineReport[],
  values: readonly (number | undefined)[],
  epochs: number,
  placeOf: (value: number) => number,
  valueAt: (place: number) => number,
  more: (k: number) => string,
): Mark[] {
  const wanted = values
    .flatMap((value, k) => (value === undefined ? [] : [{ k, place: placeOf(value) + 4 }]))
    .sort((a, b) => a.place - b.place || a.k - b.k);
  for (let n = 1; n < wanted.length; n++) wanted[n].place = Math.max(wanted[n].place, wanted[n - 1].place + LINE);
  // those that were pushed below the axis go up again
  for (let n = wanted.length - 1, floor = AREA + 4; n >= 0; n--, floor -= LINE) {
    wanted[n].place = Math.min(wanted[n].place, floor);
  }
  return wanted.map(({ k, place }) => ({
    kind: 'name',
    x: epochs * 1.015,
    y: valueAt(place),
    text: `${METHODS[machines[k].algorithm].short} ${more(k)}`.trim(),
    tone: TONES[k],
  }));
}
