// The figure of docs/training.md: magnetisations, log-likelihoods of both modes' rows and pseudo-likelihoods over the epochs, for four ways of training.

import { CATEGORICAL, categoricalInk, hex } from '../build/package/viz/frame/colour.js';
import { figure, MARGIN } from '../build/package/viz/frame/figure.js';
import { element } from '../build/package/viz/frame/markup.js';
import { HAIRLINE, SOFT_INK, textLine } from '../build/package/viz/frame/text.js';

const [UP, DOWN, MODEL, CHAINS, , , PSEUDO] = CATEGORICAL.map((_, k) => k);
const COLUMN = 210;
const GAP = 28;
const LEFT = MARGIN + 52;
const WIDTH = LEFT + 4 * COLUMN + 3 * GAP + MARGIN;
const TICKS = [1, 2, 5, 10, 20, 50, 100];

const TITLES = {
  pcd: ['Persistent chains', "algorithm: 'pcd', the old default"],
  cd: ['Contrastive divergence', "algorithm: 'cd'"],
  tempering: ['Parallel tempering', "algorithm: 'tempering'"],
  population: ['Weighted persistent chains', "algorithm: 'population', the default"],
};

const across = (epoch) => (Math.log(epoch) / Math.log(100)) * COLUMN;

function scale(from, to, height, log = false) {
  const f = log ? (y) => Math.log(-y) : (y) => y;
  return (y) => (height * (f(to) - f(y))) / (f(to) - f(from));
}

function line(points, x, y, colour, width, opacity = 1) {
  const d = points.map((p, k) => `${k ? 'L' : 'M'}${x(p[0]).toFixed(1)} ${y(p[1]).toFixed(1)}`).join('');
  return element('path', {
    d,
    fill: 'none',
    stroke: hex(CATEGORICAL[colour]),
    'stroke-width': width,
    'stroke-opacity': opacity,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  });
}

const rule = (x1, y1, x2, y2, stroke = HAIRLINE, dash) =>
  element('path', { d: `M${x1} ${y1}L${x2} ${y2}`, stroke, 'stroke-width': 1, 'stroke-dasharray': dash, fill: 'none' });

const word = (x, y, text, colour) =>
  textLine(x, y, text, { size: 11.5, bold: true, fill: hex(categoricalInk(colour)) });

/** One row of panels: what is drawn, its axis, and where its words stand. */
const ROWS = [
  {
    label: 'Magnetisation ⟨m⟩',
    height: 130,
    range: [-0.85, 1.05],
    ticks: [-0.5, 0, 0.5, 1],
    lines: [
      ['model', MODEL],
      ['chains', CHAINS],
    ],
  },
  {
    label: 'Log-likelihood of the rows with m > 0 and of those with m < 0, nats per row (logarithmic scale)',
    height: 210,
    range: [-330, -8.5],
    log: true,
    ticks: [-300, -200, -100, -50, -20, -12],
    lines: [
      ['upRows', UP],
      ['downRows', DOWN],
    ],
  },
  {
    label: 'Pseudo-likelihood, nats per unit',
    height: 90,
    range: [-0.45, -0.15],
    ticks: [-0.4, -0.3, -0.2],
    lines: [['pseudo', PSEUDO]],
  },
];

/** Words in the panels: row, way, epoch, value, text, colour. */
const WORDS = [
  [0, 'pcd', 3.1, 0.62, 'the model', MODEL],
  [0, 'pcd', 3.1, -0.36, 'its chains', CHAINS],
  [1, 'pcd', 2.4, -9.8, 'rows with m > 0', UP],
  [1, 'pcd', 1.25, -150, 'rows with m < 0', DOWN],
];

/**
 * @param runs two runs of each way, the second one drawn thinner
 * @param independent log-likelihood of independent units
 */
export function windupFigure(runs, independent) {
  const body = [];
  const names = Object.keys(TITLES);
  names.forEach((name, c) => {
    const x = LEFT + c * (COLUMN + GAP);
    body.push(textLine(x, 12, TITLES[name][0], { size: 13, bold: true }));
    body.push(textLine(x, 28, TITLES[name][1], { size: 11, fill: SOFT_INK }));
  });
  let top = 44;
  ROWS.forEach(({ label, height, range, ticks, lines, log }, r) => {
    body.push(textLine(MARGIN, top + 14, label, { size: 12, fill: SOFT_INK }));
    top += 26;
    const y = scale(range[0], range[1], height, log);
    names.forEach((name, c) => {
      const left = LEFT + c * (COLUMN + GAP);
      const parts = [];
      for (const tick of ticks) {
        parts.push(rule(0, y(tick), COLUMN, y(tick)));
        if (c === 0) {
          const text = String(tick).replace('-', '−');
          parts.push(textLine(-10, y(tick) + 4, text, { size: 11, fill: SOFT_INK, anchor: 'end' }));
        }
      }
      if (r === 1) {
        parts.push(rule(0, y(independent), COLUMN, y(independent), SOFT_INK, '3 3'));
        const text = 'independent units';
        if (c === 1)
          parts.push(textLine(COLUMN, y(independent) + 15, text, { size: 11, fill: SOFT_INK, anchor: 'end' }));
      }
      for (const [what, colour] of lines) {
        for (const [k, run] of [...runs[name].entries()].reverse()) {
          const points = run.points
            .filter((p) => p.model !== undefined && Number.isFinite(p[what]))
            .map((p) => [p.epoch, p[what]]);
          const seen = points.filter((p) => p[1] >= range[0]);
          if (seen.length) parts.push(line(seen, across, y, colour, k ? 1.1 : 2.2, k ? 0.65 : 1));
        }
      }
      if (r === 0 && name === 'cd') {
        parts.push(textLine(0, y(-0.72), 'no chains that persist', { size: 11, fill: SOFT_INK }));
      }
      for (const [row, way, epoch, value, text, colour] of WORDS) {
        if (row === r && way === name) parts.push(word(across(epoch), y(value), text, colour));
      }
      parts.push(rule(0, height, COLUMN, height, SOFT_INK));
      for (const tick of TICKS) {
        parts.push(rule(across(tick), height, across(tick), height + 4, SOFT_INK));
        if (r === ROWS.length - 1) {
          parts.push(textLine(across(tick), height + 18, String(tick), { size: 11, fill: SOFT_INK, anchor: 'middle' }));
        }
      }
      body.push(element('g', { transform: `translate(${left} ${top})` }, ...parts));
    });
    top += height + (r === ROWS.length - 1 ? 38 : 22);
  });
  body.push(textLine(WIDTH - MARGIN, top, 'epochs of 50 updates', { size: 12, fill: SOFT_INK, anchor: 'end' }));
  const title = 'An RBM of 16 hidden units learns the 8×8 Ising model at K = 0.5, in four ways';
  const caption =
    'Four ways of training, two seeds each. With persistent chains the magnetisation of the model goes to 1 while that of the chains stays near 0, ' +
    'the rows with m < 0 lose their probability, and the pseudo-likelihood hardly shows it.';
  return figure({ name: 'training-windup', title, caption }, { width: WIDTH, height: top + 16, body: body.join('') });
}
