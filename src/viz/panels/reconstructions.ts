/** Panel E: configurations and their reconstructions from the narrowest layer of the network. */

import { integer, knownOptions, lengthOf, refuse, within } from '../../util/check.js';
import { hex, SPIN_DOWN, SPIN_UP, sequential, spinColour } from '../frame/colour.js';
import { type Figure, figure, figureName, MARGIN } from '../frame/figure.js';
import { coordinate, element, strokes } from '../frame/markup.js';
import { formatPercent, HAIRLINE, SOFT_INK, textLine } from '../frame/text.js';
import { fieldImage, imageElement } from './image.js';

/** A configuration with its reconstruction. */
export interface ReconstructionSample {
  /** 0 or 1, rows·columns */
  spins: Uint8Array;
  /** probability of spin up, in [0, 1], rows·columns */
  reconstruction: Float32Array;
  /** fraction of sites whose more probable spin is that of the data, in [0, 1] */
  agreement: number;
}

/** Options of `reconstructionsPanel`. */
export interface ReconstructionsOptions {
  /** [rows, columns] */
  shape: [number, number];
  samples: ReconstructionSample[];
  /** units of the narrowest layer */
  bottleneck: number;
  name?: string;
  title?: string;
  caption?: string;
}

const LABELS = 128;

/**
 * Configurations above, reconstructions below, one column per sample, with the fraction of sites that agree.
 * @throws RangeError for no samples, lengths that do not fit, spins other than 0 and 1, probabilities or agreements
 *   outside [0, 1]
 */
export function reconstructionsPanel(options: ReconstructionsOptions): Figure {
  knownOptions('reconstructionsPanel', options, ['shape', 'samples', 'bottleneck', 'name', 'title', 'caption']);
  const name = figureName(options.name ?? 'panel-e');
  const shape: [number, number] = [integer('shape[0]', options.shape[0]), integer('shape[1]', options.shape[1])];
  const [rows, columns] = shape;
  const sites = rows * columns;
  const bottleneck = integer('bottleneck', options.bottleneck);
  const { samples } = options;
  if (!Array.isArray(samples) || samples.length === 0) refuse('samples', 'at least one sample', samples);
  if (samples.length > 8) refuse('samples', 'at most 8 samples', samples.length);
  samples.forEach((sample, k) => {
    lengthOf(`samples[${k}].spins`, sample.spins, sites);
    lengthOf(`samples[${k}].reconstruction`, sample.reconstruction, sites);
    sample.spins.forEach((spin, i) => {
      if (spin > 1) refuse(`samples[${k}].spins[${i}]`, '0 or 1', spin);
    });
    sample.reconstruction.forEach((probability, i) => {
      within(`samples[${k}].reconstruction[${i}]`, probability, 0, 1);
    });
    within(`samples[${k}].agreement`, sample.agreement, 0, 1);
  });

  const gap = 24;
  const room = 820 - 2 * MARGIN - LABELS;
  const fit = Math.min(200 / Math.max(rows, columns), (room - (samples.length - 1) * gap) / samples.length / columns);
  const site = Math.max(0.5, Math.floor(fit * 2) / 2);
  const tile = { width: columns * site, height: rows * site };
  // A narrow tile still has the text of its column under it.
  const stride = Math.max(tile.width, 112) + gap;
  const pixels = Math.max(1, Math.ceil(2 * site));
  const start = MARGIN + LABELS + Math.max(0, (112 - tile.width) / 2);
  const width = Math.max(580, start + (samples.length - 1) * stride + tile.width + MARGIN);
  const second = tile.height + 44;

  const drawn: string[] = [];
  const label = (y: number, head: string, notes: string[]) => {
    drawn.push(textLine(MARGIN, y, head, { size: 13, bold: true }));
    notes.forEach((note, k) => {
      drawn.push(textLine(MARGIN, y + 18 + 16 * k, note, { fill: SOFT_INK }));
    });
  };
  label(12, 'Data', [`${sites} spins`]);
  label(second + 12, 'Reconstruction', [
    'from the state of',
    `${bottleneck} top ${bottleneck === 1 ? 'unit' : 'units'}`,
  ]);
  samples.forEach((sample, k) => {
    const x = start + k * stride;
    const middle = x + tile.width / 2;
    const pictures = [
      { kind: 'data', y: 0, image: fieldImage(sample.spins, shape, pixels, { colour: spinColour }) },
      {
        kind: 'reconstruction',
        y: second,
        image: fieldImage(sample.reconstruction, shape, pixels, { colour: sequential }),
      },
    ];
    for (const { kind, y, image } of pictures) {
      drawn.push(
        element('g', { class: kind }, imageElement(image, x, y, tile.width, tile.height)),
        element('rect', {
          x,
          y,
          width: tile.width,
          height: tile.height,
          fill: 'none',
          stroke: HAIRLINE,
          'stroke-width': 0.75,
        }),
      );
    }
    const shaft = { top: tile.height + 11, foot: second - 11 };
    drawn.push(
      element('path', {
        d: `${strokes([[middle, shaft.top, middle, shaft.foot]])}M${coordinate(middle - 4)} ${coordinate(shaft.foot - 5)}L${coordinate(middle)} ${coordinate(shaft.foot)}L${coordinate(middle + 4)} ${coordinate(shaft.foot - 5)}`,
        fill: 'none',
        stroke: SOFT_INK,
        'stroke-width': 1.2,
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
      }),
      textLine(middle, second + tile.height + 22, formatPercent(sample.agreement), {
        size: 14,
        bold: true,
        anchor: 'middle',
      }),
      textLine(middle, second + tile.height + 39, 'of sites agree', { size: 11, fill: SOFT_INK, anchor: 'middle' }),
    );
  });

  const foot = second + tile.height + 39 + 36;
  const bar = { x: start, y: foot + 18, width: 200, height: 12 };
  const stops = Array.from({ length: 9 }, (_, k) =>
    element('stop', { offset: `${k * 12.5}%`, 'stop-color': hex(sequential(k / 8)) }),
  );
  drawn.push(
    element('defs', {}, element('linearGradient', { id: `${name}-scale` }, ...stops)),
    textLine(bar.x, foot + 8, 'probability of spin up', { size: 12 }),
    element('rect', { ...bar, fill: `url(#${name}-scale)`, stroke: HAIRLINE, 'stroke-width': 0.75 }),
    ...[0, 0.5, 1].map((p) =>
      textLine(bar.x + p * bar.width, bar.y + 29, String(p), { size: 11, fill: SOFT_INK, anchor: 'middle' }),
    ),
  );
  const swatch = (x: number, colour: string, words: string) =>
    element('rect', { x, y: bar.y, width: 12, height: 12, fill: colour, stroke: HAIRLINE, 'stroke-width': 0.75 }) +
    textLine(x + 19, bar.y + 10.5, words, { size: 11, fill: SOFT_INK });
  drawn.push(
    textLine(bar.x + 252, foot + 8, 'spins of the data', { size: 12 }),
    swatch(bar.x + 252, hex(SPIN_UP), 'up'),
    swatch(bar.x + 310, hex(SPIN_DOWN), 'down'),
  );

  const caption = [
    options.caption,
    `${samples.length === 1 ? 'One configuration' : `${samples.length} configurations`} of ${rows} × ${columns} spins, passed up to ${bottleneck} ${bottleneck === 1 ? 'unit' : 'units'} and down again. Below, the probability of spin up at each site; the percentage is the share of sites where the more probable spin is that of the data.`,
  ]
    .filter((part) => part)
    .join(' ');
  return figure(
    {
      name,
      title: options.title ?? `Configurations rebuilt from ${bottleneck} ${bottleneck === 1 ? 'unit' : 'units'}`,
      caption,
    },
    { width, height: foot + 18 + 29 + 26, body: drawn.join('') },
  );
}
