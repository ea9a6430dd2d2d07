/** Colours of the scheme, light or dark, that is in force at an element. */

import type { Palette } from './messages.js';

type Rgb = readonly [number, number, number];

/** A pixel on which colours are painted, to be read as numbers: style sheets write them in a dozen ways. */
let pixel: CanvasRenderingContext2D | null | undefined;

/** The colour that a custom property of the theme has at this element. */
function colourAt(element: HTMLElement, property: string): Rgb {
  const probe = document.createElement('span');
  probe.className = 'hidden';
  probe.style.setProperty('color', `var(${property})`);
  element.shadowRoot?.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  if (pixel === null) return [128, 128, 128];
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** The colours with which the scene of this element draws. */
export function currentPalette(element: HTMLElement): Palette {
  return {
    up: colourAt(element, '--_spin-up'),
    down: colourAt(element, '--_spin-down'),
    paper: colourAt(element, '--_paper'),
  };
}

const listeners = new Set<() => void>();
let watching = false;

/** Called when the reader's system or the page (`data-theme` of the root element) changes between light and dark. */
export function onSchemeChange(listener: () => void): () => void {
  if (!watching) {
    watching = true;
    const tell = () => listeners.forEach((one) => void one());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
    new MutationObserver(tell).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['data-theme', 'class', 'style'],
    });
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}
