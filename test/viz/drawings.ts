/** What the figure tests share: smooth fields to draw, and a reader that finds every word of an SVG and the room it takes. */

import { DOMParser } from 'linkedom';
import type { Figure } from '../../src/viz/frame/figure.js';
import { textWidth } from '../../src/viz/frame/text.js';

/** Smooth fields with one bump each, of both signs: deterministic, periodic, [units, rows·columns]. */
export function bumps(units: number, [rows, columns]: readonly [number, number], width = 0.02): Float32Array {
  const fields = new Float32Array(units * rows * columns);
  for (let u = 0; u < units; u++) {
    const [y, x] = [(u * 7 + 3) % rows, (u * 11 + 5) % columns];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const away = 2 - Math.cos((2 * Math.PI * (r - y)) / rows) - Math.cos((2 * Math.PI * (c - x)) / columns);
        fields[(u * rows + r) * columns + c] =
          (u % 3 === 0 ? -1 : 1) * (1 + (u % 5) / 10) * Math.exp(-away / width / 4);
      }
    }
  }
  return fields;
}

/** Stripes of up and down spins. */
export function stripes(sites: number, period = 7): Uint8Array {
  return Uint8Array.from({ length: sites }, (_, i) => (i % period < period / 2 ? 1 : 0));
}

/** The SVG of a figure as a document; parsed as XML, so that it must be well formed. */
export function parse(figure: { svg: string }): SVGSVGElement {
  return new DOMParser().parseFromString(figure.svg, 'image/svg+xml').documentElement as unknown as SVGSVGElement;
}

/** Every element of a selector. */
export function all(root: Element, selector: string): Element[] {
  return [...root.querySelectorAll(selector)];
}

export interface Box {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function inherited(node: Element, attribute: string): string | undefined {
  for (let at: Element | null = node; at !== null; at = at.parentElement) {
    const value = at.getAttribute(attribute);
    if (value !== null) return value;
  }
  return undefined;
}

/** Boxes of all words of a figure in its own coordinates, by the widest face of the font stack. */
export function words(figure: Figure): Box[] {
  return all(parse(figure), 'text').map((node) => {
    const size = Number(inherited(node, 'font-size'));
    const length = (value: string | null) =>
      value?.endsWith('em') ? size * Number.parseFloat(value) : Number(value ?? 0);
    let x = length(node.getAttribute('x'));
    let y = length(node.getAttribute('y')) + length(node.getAttribute('dy'));
    for (let at: Element | null = node; at !== null; at = at.parentElement) {
      const shift = /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(at.getAttribute('transform') ?? '');
      if (shift !== null) {
        x += Number(shift[1]);
        y += Number(shift[2]);
      }
    }
    const text = node.textContent ?? '';
    const width = textWidth(text, size, inherited(node, 'font-weight') === '600');
    const anchor = inherited(node, 'text-anchor');
    const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x;
    return { text, left, right: left + width, top: y - 0.76 * size, bottom: y + 0.22 * size };
  });
}

/** What is wrong with the words of a figure: outside the plate, or on top of each other. */
export function collisions(figure: Figure): string[] {
  const boxes = words(figure);
  const found: string[] = [];
  boxes.forEach((a, k) => {
    if (a.left < 0 || a.right > figure.width || a.top < 0 || a.bottom > figure.height)
      found.push(`"${a.text}" is cut off`);
    for (const b of boxes.slice(k + 1)) {
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
        found.push(`"${a.text}" meets "${b.text}"`);
      }
    }
  });
  return found;
}

/** Bytes behind a data URI. */
export function bytesOf(uri: string): Uint8Array {
  return Uint8Array.from(atob(uri.slice(uri.indexOf(',') + 1)), (character) => character.charCodeAt(0));
}
