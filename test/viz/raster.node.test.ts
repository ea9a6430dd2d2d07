import { statSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { FACES, rasterise } from '../../src/cli/words/raster.js';
import { diverging } from '../../src/viz/frame/colour.js';
import { textLine, textWidth } from '../../src/viz/frame/text.js';
import { fieldsPanel } from '../../src/viz/panels/fieldsPanel.js';
import { all, parse } from './drawings.js';

const test = suite('cli/raster');

/** Where resvg is not installed there is nothing to test but that. */
const resvg = await import('@resvg/resvg-js').catch(() => undefined);

function document(inside: string, width = 400, height = 40): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, Helvetica, sans-serif"><rect width="${width}" height="${height}" fill="#fff"/>${inside}</svg>`;
}

if (resvg === undefined) {
  test('gives nothing without resvg', async () => {
    assert.is(await rasterise(document('')), undefined);
  });
} else {
  const picture = async (svg: string, width?: number) => decode((await rasterise(svg, width)) as Uint8Array);

  test('twice the size of the document, or the width asked for', async () => {
    const figure = fieldsPanel({ name: 'f', title: 'F', fields: Float32Array.of(1, -1, 0, 0.5), shape: [2, 2] });
    const twice = await picture(figure.svg);
    assert.equal([twice.width, twice.height], [2 * figure.width, 2 * figure.height]);
    assert.is((await picture(figure.svg, 300)).width, 300);
    assert.equal(await rasterise(figure.svg), await rasterise(figure.svg));
  });

  test('sites are flat squares: every pixel of a tile has the colour of its site', async () => {
    const values = Float32Array.of(1, -1, 0, 0.5, -0.5, 0.25);
    const figure = fieldsPanel({ name: 'f', title: 'F', fields: values, shape: [2, 3] });
    const image = all(parse(figure), '.field image')[0];
    const shift = Number(/translate\(0 (\d+)\)/.exec(figure.svg)?.[1]);
    const box = ['x', 'y', 'width', 'height'].map((name) => 2 * Number(image.getAttribute(name)));
    box[1] += 2 * shift;
    const png = await picture(figure.svg);
    let compared = 0;
    // The hairline of the frame covers the outermost two pixels.
    for (let y = 2; y < box[3] - 2; y++) {
      for (let x = 2; x < box[2] - 2; x++) {
        const site = Math.floor((2 * y) / box[3]) * 3 + Math.floor((3 * x) / box[2]);
        const p = ((box[1] + y) * png.width + box[0] + x) * png.channels;
        const seen = Array.from(png.data.slice(p, p + 3));
        if (seen.some((channel, c) => Math.abs(channel - diverging(values[site])[c]) > 1)) {
          assert.unreachable(`pixel ${x}, ${y} is ${seen}`);
        }
        compared++;
      }
    }
    assert.ok(compared > 1000);
  });

  test('text is drawn, and never wider than the layout takes it to be', async () => {
    const lines = [
      'Receptive fields of the middle layer',
      'WIDE MMM @@ %%',
      'W¹ · 1600 × 400 weights ↑',
      '−1.2×10⁻⁵',
      'il|.,: fff',
    ];
    for (const line of lines) {
      for (const bold of [false, true]) {
        const png = await picture(document(textLine(10, 26, line, { size: 16, bold })));
        let right = 0;
        for (let p = 0; p < png.width * png.height; p++) {
          if (png.data[p * png.channels] < 128) right = Math.max(right, p % png.width);
        }
        const width = right / 2 - 10;
        assert.ok(width > 0.6 * textWidth(line, 16, bold), `${line} is drawn: ${width}`);
        assert.ok(width <= textWidth(line, 16, bold) + 1, `${line}: ${width} > ${textWidth(line, 16, bold)}`);
      }
    }
  });

  test('the fonts of the package are there, and have the letters of names and formulas', async () => {
    for (const face of FACES) {
      const { size } = statSync(join(root, 'build/fonts', face));
      assert.ok(size > 50_000 && size < 300_000, `${face}: ${size} bytes`);
    }
    // a letter that is missing is an empty box, the same for all
    const boxes = await Promise.all(
      [...'éłЖλΩ²₃∑√≤→⟨'].map((letter) => picture(document(textLine(10, 26, letter, { size: 16 })))),
    );
    const drawn = new Set(boxes.map(({ data }) => Buffer.from(data).toString('base64')));
    assert.is(drawn.size, boxes.length);
  });

  test('refuses what is not a drawing', async () => {
    for (const [svg, width, message] of [
      [5, undefined, /"svg" expected string, got 5/],
      [document(''), -1, /"width" expected number > 0, got -1/],
      ['<p>no</p>', undefined, /./],
    ] as [string, number | undefined, RegExp][]) {
      let refusal: unknown;
      await rasterise(svg, width).catch((error) => {
        refusal = error;
      });
      assert.instance(refusal, Error);
      assert.match((refusal as Error).message, message);
    }
  });
}

test.run();
