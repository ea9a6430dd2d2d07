import { decode } from 'fast-png';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diverging, hex, NEGATIVE, POSITIVE, SPIN_DOWN, SPIN_UP } from '../../src/viz/frame/colour.js';
import type { Figure } from '../../src/viz/frame/figure.js';
import { fieldsPanel } from '../../src/viz/panels/fieldsPanel.js';
import { type GrowthLayer, growthPanel } from '../../src/viz/panels/fieldTree.js';
import { architecturePanel, gridOf } from '../../src/viz/panels/networkSheets.js';
import { type ReconstructionSample, reconstructionsPanel } from '../../src/viz/panels/reconstructions.js';
import { all, bumps, bytesOf, collisions, parse, stripes, words } from './drawings.js';

const test = suite('viz/panels');

const shape: [number, number] = [40, 40];
const paper = [1600, 400, 100, 25];

function growth(shape: [number, number], inputs = 5, scale = 1): GrowthLayer[] {
  const sites = shape[0] * shape[1];
  const below = (width: number) => {
    const fields = bumps(inputs, shape, width);
    return Array.from({ length: inputs }, (_, k) => ({
      unit: 300 + k,
      weight: (k % 2 ? -1 : 1) * (inputs - k) * scale,
      field: fields.slice(k * sites, (k + 1) * sites),
    }));
  };
  const middle = below(0.05);
  return [
    { unit: 11, field: bumps(1, shape, 0.2), inputs: middle },
    { unit: middle[1].unit, field: middle[1].field, inputs: below(0.01) },
  ];
}

function samples(count: number, sites = 1600): ReconstructionSample[] {
  return Array.from({ length: count }, (_, k) => ({
    spins: stripes(sites, 5 + k),
    reconstruction: Float32Array.from({ length: sites }, (_, i) => 0.5 + 0.5 * Math.sin(i / 9 + k)),
    agreement: 0.8 + 0.01 * k,
  }));
}

/** Every panel in the sizes of the paper, and in sizes that strain the layout. */
const drawn: Record<string, () => Figure> = {
  'the stack of the paper': () => architecturePanel({ shape, layers: paper, spins: stripes(1600) }),
  'a chain': () => architecturePanel({ shape: [1, 64], layers: [64, 32, 16, 8, 4, 2] }),
  'layers that are no blocks': () => architecturePanel({ shape: [12, 16], layers: [192, 50, 7] }),
  'a large stack': () => architecturePanel({ shape: [128, 128], layers: [16384, 4096, 1024] }),
  '400 fields': () => fieldsPanel({ name: 'first', title: '400', fields: bumps(400, shape, 0.005), shape }),
  '100 fields': () => fieldsPanel({ name: 'panel-b', title: '100', fields: bumps(100, shape), shape }),
  '25 fields': () => fieldsPanel({ name: 'panel-c', title: '25', fields: bumps(25, shape), shape }),
  'one field': () => fieldsPanel({ name: 'one', title: 'One', fields: bumps(1, [4, 9]), shape: [4, 9] }),
  'small fields': () => fieldsPanel({ name: 'tiny', title: 'T', fields: bumps(64, [2, 2]), shape: [2, 2] }),
  'a tall lattice': () => fieldsPanel({ name: 'tall', title: 'T', fields: bumps(3, [64, 2]), shape: [64, 2] }),
  'minute values': () =>
    fieldsPanel({ name: 'minute', title: 'M', fields: bumps(4, [8, 8]).map((r) => r * 1e-6), shape: [8, 8] }),
  'a growing block': () => growthPanel({ shape, layers: growth(shape) }),
  'eight inputs of little weight': () => growthPanel({ shape, layers: growth(shape, 8, 1.1e-5) }),
  'a growing block of a chain': () => growthPanel({ shape: [64, 1], layers: growth([64, 1], 7, 100) }),
  'three samples': () => reconstructionsPanel({ shape, samples: samples(3), bottleneck: 25 }),
  'one sample': () => reconstructionsPanel({ shape, samples: samples(1), bottleneck: 1 }),
  'eight samples': () => reconstructionsPanel({ shape: [8, 8], samples: samples(8, 64), bottleneck: 1000 }),
};

for (const [what, draw] of Object.entries(drawn)) {
  test(`${what}: well formed, its own ids, a title and a description`, () => {
    const figure = draw();
    const root = parse(figure);
    assert.is(root.tagName, 'svg');
    assert.is(root.getAttribute('viewBox'), `0 0 ${figure.width} ${figure.height}`);
    assert.is(root.querySelector('title')?.textContent, figure.title);
    assert.is(root.querySelector('desc')?.textContent, figure.caption);
    for (const node of all(root, '[id]')) assert.ok(node.getAttribute('id')?.startsWith(`${figure.name}-`));
    assert.not.match(figure.svg, /NaN|undefined|Infinity|http:\/\/(?!www\.w3\.org\/2000\/svg)/);
    assert.is(draw().svg, figure.svg, 'the same input gives the same bytes');
  });

  test(`${what}: no words cut off or on top of each other`, () => {
    const figure = draw();
    assert.ok(words(figure).length > 3);
    assert.equal(collisions(figure), []);
  });
}

test('blocks: equal, as square as can be, or none', () => {
  assert.equal(
    paper.map((units) => gridOf(units, shape).block),
    [
      [1, 1],
      [2, 2],
      [4, 4],
      [8, 8],
    ],
  );
  assert.equal(gridOf(800, shape).block?.sort(), [1, 2]);
  assert.equal(gridOf(8, [1, 64]), { rows: 1, columns: 8, block: [1, 8] });
  const odd = gridOf(7, [12, 16]);
  assert.is(odd.block, undefined);
  assert.ok(odd.rows * odd.columns >= 7 && (odd.rows - 1) * odd.columns < 7);
});

test('A names every layer in both languages, and marks the block only where there is one', () => {
  const figure = architecturePanel({ shape, layers: paper });
  const text = words(figure).map((box) => box.text);
  for (const line of [
    '5 × 5 block spins',
    'one per 8 × 8 = 64 spins',
    'h³ · 25 hidden units',
    'W¹ · 1600 × 400 weights ↑',
  ]) {
    assert.ok(text.includes(line), line);
  }
  assert.is(all(parse(figure), '.sheet').length, 4);
  assert.is(all(parse(figure), '.block').length, 3);
  const odd = architecturePanel({ shape: [12, 16], layers: [192, 50, 7] });
  assert.is(all(parse(odd), '.block').length, 0);
  assert.not.match(odd.caption, /marked in blue/);
});

test('A refuses what is not a stack on the lattice', () => {
  assert.throws(() => architecturePanel({ shape, layers: [1599, 400] }), /"layers\[0\]" expected 40·40 = 1600/);
  assert.throws(() => architecturePanel({ shape, layers: [1600] }), /"layers" expected at least two layers/);
  assert.throws(
    () => architecturePanel({ shape, layers: [1600, 0] }),
    /"layers\[1\]" expected positive integer, got 0/,
  );
  assert.throws(() => architecturePanel({ shape, layers: [] }), /"layers" expected non-empty array/);
  assert.throws(
    () => architecturePanel({ shape, layers: paper, spins: new Uint8Array(7) }),
    /"spins" expected length 1600/,
  );
  assert.throws(
    () => architecturePanel({ shape, layers: paper, spins: new Uint8Array(1600).fill(3) }),
    /"spins\[0\]" expected 0 or 1, got 3/,
  );
});

/** The pixel at the middle of a site of an embedded image. */
function siteColour(image: Element, [rows, columns]: [number, number], row: number, column: number): string {
  const png = decode(bytesOf(image.getAttribute('href') ?? ''));
  assert.is(png.width % columns, 0, 'enlarged by a whole factor');
  assert.is(png.height % rows, 0);
  assert.is(png.width / columns, png.height / rows);
  const factor = png.width / columns;
  const p = (row * factor + (factor >> 1)) * png.width + column * factor + (factor >> 1);
  const [r, g, b] = png.palette ? png.palette[png.data[p]] : png.data.slice(p * png.channels);
  return hex([r, g, b]);
}

test('fields share one scale whose ends the colour bar names', () => {
  const small: [number, number] = [4, 4];
  const fields = new Float32Array(48);
  fields[0] = 0.8;
  fields[16 + 5] = -0.8;
  fields[32 + 10] = 0.4;
  const figure = fieldsPanel({ name: 'f', title: 'F', fields, shape: small });
  const images = all(parse(figure), '.field image');
  assert.is(images.length, 3);
  assert.is(siteColour(images[0], small, 0, 0), hex(diverging(1)));
  assert.is(siteColour(images[1], small, 1, 1), hex(diverging(-1)));
  assert.is(siteColour(images[2], small, 2, 2), hex(diverging(0.5)));
  assert.is(siteColour(images[2], small, 0, 0), hex(diverging(0)));
  const text = words(figure).map((box) => box.text);
  for (const tick of ['−0.8', '−0.4', '0', '+0.4', '+0.8']) assert.ok(text.includes(tick), tick);
  for (const image of images) assert.is(image.getAttribute('image-rendering'), 'pixelated');
  const stops = all(parse(figure), 'stop').map((stop) => stop.getAttribute('stop-color'));
  assert.is(stops[0], hex(diverging(-1)));
  assert.is(stops[(stops.length - 1) / 2], hex(diverging(0)));
  assert.is(stops.at(-1), hex(diverging(1)));
});

test('only an end that clips has an arrow, and the caption says how much', () => {
  const at = (limit?: number) =>
    fieldsPanel({ name: 'f', title: 'F', fields: Float32Array.of(1, -0.5, 0.25, 0), shape: [2, 2], limit });
  assert.is(all(parse(at()), '.clipped-end').length, 0);
  assert.match(at().caption, /the ends, ±1, are the largest \|r\| rounded up, and no value lies beyond/);
  assert.is(all(parse(at(0.8)), '.clipped-end').length, 1);
  assert.match(at(0.8).caption, /±0.8, are a value set beforehand, and 25.0 % of the values lie beyond/);
  assert.is(all(parse(at(0.4)), '.clipped-end').length, 2);
});

test('the percentile, and fields of nothing, are named for what they are', () => {
  const fields = bumps(25, shape);
  fields[5] = 1e4;
  const figure = fieldsPanel({ name: 'f', title: 'F', fields, shape });
  assert.match(figure.caption, /99.9th percentile of \|r\| rounded up/);
  assert.ok(all(parse(figure), '.clipped-end').length >= 1);
  const none = fieldsPanel({ name: 'f', title: 'F', fields: new Float32Array(8), shape: [2, 2] });
  assert.match(none.caption, /every value is zero/);
});

test('B and C refuse bad fields', () => {
  const draw = (fields: Float32Array) => fieldsPanel({ name: 'f', title: 'F', fields, shape: [2, 2] });
  assert.throws(() => draw(new Float32Array(0)), /"fields" expected at least one field of 4 values/);
  assert.throws(() => draw(new Float32Array(7)), /"fields" expected whole fields of 2·2 = 4 values, got "7 values"/);
  assert.throws(() => draw(Float32Array.of(0, 0, Number.NaN, 0)), /"fields\[2\]" expected finite number, got NaN/);
  assert.throws(
    () => fieldsPanel({ name: 'a b', title: '', fields: new Float32Array(4), shape: [2, 2] }),
    /"name" expected/,
  );
  assert.throws(
    () => fieldsPanel({ name: 'f', title: 'F', fields: new Float32Array(4), shape: [2, 2], limit: -1 }),
    /"limit" expected number > 0/,
  );
});

test('D draws one tile a unit, wires of the sign of their weight, and a limit a layer', () => {
  const figure = growthPanel({ shape, layers: growth(shape) });
  const root = parse(figure);
  assert.is(all(root, '.field').length, 1 + 5 + 5);
  const wires = all(root, '.wire').map((wire) => wire.getAttribute('stroke'));
  assert.equal(
    wires.slice(0, 5),
    [0, 1, 2, 3, 4].map((k) => hex(k % 2 ? NEGATIVE : POSITIVE)),
  );
  const widths = all(root, '.wire').map((wire) => Number(wire.getAttribute('stroke-width')));
  for (let k = 1; k < 5; k++) assert.ok(widths[k] < widths[k - 1]);
  const text = words(figure).map((box) => box.text);
  for (const line of ['Layer 3', 'Layer 2', 'Layer 1', 'unit 301', '+5.00', '−4.00'])
    assert.ok(text.includes(line), line);
  assert.is(text.filter((line) => line.startsWith('scale ±')).length, 3);
  assert.is(all(root, 'rect[stroke-width="1.5"]').length, 2, 'the units taken apart are framed');
  assert.match(figure.caption, /largest \|r\| of the fields shown/);
});

test('D refuses a tree that is not connected, and bad numbers', () => {
  const draw = (change: (layers: GrowthLayer[]) => void) => () => {
    const layers = growth([4, 4]);
    change(layers);
    return growthPanel({ shape: [4, 4], layers });
  };
  const refusals: [(layers: GrowthLayer[]) => void, RegExp][] = [
    [(layers) => layers.splice(0), /"layers" expected at least one layer/],
    [
      (layers) => Object.assign(layers[1], { unit: 7 }),
      /"layers\[1\].unit" expected one of the inputs of layers\[0\], got 7/,
    ],
    [(layers) => Object.assign(layers[0], { inputs: [] }), /"layers\[0\].inputs" expected at least one unit/],
    [
      (layers) => Object.assign(layers[0], { field: new Float32Array(3) }),
      /"layers\[0\].field" expected length 16, got 3/,
    ],
    [
      (layers) => Object.assign(layers[0].inputs[2], { weight: Number.NaN }),
      /"layers\[0\].inputs\[2\].weight" expected finite/,
    ],
    [(layers) => Object.assign(layers[1].inputs[0], { field: new Float32Array(9) }), /"layers\[1\].inputs\[0\].field"/],
    [
      (layers) => Object.assign(layers[1], { field: new Float32Array(16) }),
      /"layers\[1\].field" expected the field of the same unit/,
    ],
    [(layers) => layers[0].field.fill(Number.NaN), /"layers\[0\].field\[0\]" expected finite number, got NaN/],
    [(layers) => layers[0].inputs.push(...layers[0].inputs), /"layers\[0\].inputs" expected at most 8 units, got 10/],
  ];
  for (const [change, message] of refusals) assert.throws(draw(change), message);
  assert.not.throws(draw((layers) => Object.assign(layers[1], { inputs: [] })));
});

test('E shows spins and probabilities in one language of colour', () => {
  const spins = Uint8Array.of(1, 0, 0, 1);
  const reconstruction = Float32Array.of(1, 0, 0, 1);
  const figure = reconstructionsPanel({
    shape: [2, 2],
    samples: [{ spins, reconstruction, agreement: 1 }],
    bottleneck: 2,
  });
  for (const kind of ['data', 'reconstruction']) {
    const [image] = all(parse(figure), `.${kind} image`);
    assert.is(siteColour(image, [2, 2], 0, 0), hex(SPIN_UP), kind);
    assert.is(siteColour(image, [2, 2], 0, 1), hex(SPIN_DOWN), kind);
  }
  assert.ok(words(figure).some((box) => box.text === '100 %'));
});

test('E refuses bad samples', () => {
  const draw = (change: Partial<ReconstructionSample>) => () =>
    reconstructionsPanel({ shape: [2, 2], samples: [{ ...samples(1, 4)[0], ...change }], bottleneck: 2 });
  assert.not.throws(draw({}));
  assert.throws(draw({ spins: new Uint8Array(5) }), /"samples\[0\].spins" expected length 4, got 5/);
  assert.throws(draw({ spins: Uint8Array.of(0, 2, 0, 0) }), /"samples\[0\].spins\[1\]" expected 0 or 1, got 2/);
  assert.throws(
    draw({ reconstruction: Float32Array.of(0, 0, 1.5, 0) }),
    /reconstruction\[2\]" expected number in \[0, 1\]/,
  );
  assert.throws(
    draw({ reconstruction: Float32Array.of(Number.NaN, 0, 0, 0) }),
    /reconstruction\[0\]" expected number in/,
  );
  assert.throws(draw({ agreement: 82 }), /"samples\[0\].agreement" expected number in \[0, 1\], got 82/);
  assert.throws(
    () => reconstructionsPanel({ shape: [2, 2], samples: [], bottleneck: 2 }),
    /"samples" expected at least one/,
  );
});

test('titles and captions are text, never markup', () => {
  const figure = fieldsPanel({
    name: 'panel-b',
    title: '<script>alert(1)</script> & "r"',
    caption: '<img src=x onerror=alert(1)>',
    fields: new Float32Array(4),
    shape: [2, 2],
  });
  assert.is(all(parse(figure), 'script, img').length, 0);
  assert.is(parse(figure).querySelector('title')?.textContent, '<script>alert(1)</script> & "r"');
});

test.run();
