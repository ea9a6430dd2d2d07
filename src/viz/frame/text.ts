/**
 * Text in figures: fonts, widths, line breaks and the format of numbers. Widths are those of DejaVu Sans, the widest
 * font of the list, so that the text fits in every one of them.
 */

import { element, escapeText } from './markup.js';

/** Browsers use the first available font; a rasteriser that has only the DejaVu fonts uses those. */
export const FONT_FAMILY = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";

/** Text, secondary text, thin lines and the background: the only neutral colours of the figures. */
export const INK = '#1c2430';
export const SOFT_INK = '#5a6472';
export const HAIRLINE = '#d6dade';
export const PAPER = '#ffffff';

/** Advance widths of DejaVu Sans, code points 32 to 126, in hundredths of an em. */
const REGULAR = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
  84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61,
  69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
  82, 59, 59, 52, 64, 34, 64, 84,
];

/** The same for DejaVu Sans Bold. */
const BOLD = [
  35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84,
  84, 84, 58, 100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85, 73, 85, 77, 72, 68, 81, 77, 110, 77, 72,
  73, 46, 37, 46, 84, 50, 50, 67, 72, 59, 72, 68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69, 72, 72, 49, 60, 48, 71, 65,
  92, 65, 65, 58, 71, 37, 71, 84,
];

/** Superscript digits and signs are narrow; any other character outside ASCII counts as a wide sign such as × or →. */
const NARROW = '¹²³⁰⁴⁵⁶⁷⁸⁹⁻·’‘ ';

/** Width of a line of text, in the units of `size`; never less than in any font of the list. */
export function textWidth(text: string, size: number, bold = false): number {
  const widths = bold ? BOLD : REGULAR;
  let hundredths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code >= 32 && code < 127) hundredths += widths[code - 32];
    else hundredths += NARROW.includes(character) ? 45 : 100;
  }
  return (hundredths * size) / 100;
}

/** The text in lines no wider than `width`, broken at spaces; a single longer word stays whole on its own line. */
export function wrapText(text: string, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size, bold) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

/** Style of a line of text. */
export interface TextStyle {
  size?: number;
  bold?: boolean;
  italic?: boolean;
  fill?: string;
  anchor?: 'start' | 'middle' | 'end';
}

/** One line of text with its baseline at (x, y). */
export function textLine(x: number, y: number, content: string, style: TextStyle = {}): string {
  return element(
    'text',
    {
      x,
      y,
      'font-size': style.size ?? 12,
      'font-weight': style.bold ? '600' : undefined,
      'font-style': style.italic ? 'italic' : undefined,
      fill: style.fill ?? INK,
      'text-anchor': style.anchor === 'start' ? undefined : style.anchor,
    },
    escapeText(content),
  );
}

const SUPERSCRIPTS: Record<string, string> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** An integer as a superscript. */
export function superscript(value: number): string {
  return [...String(value)].map((character) => SUPERSCRIPTS[character] ?? character).join('');
}

/**
 * A number in the format of figures: at most `digits` significant digits, a true minus sign, powers of ten outside 10⁻³
 * … 10⁶; with `signed`, positive numbers have a plus sign.
 */
export function formatNumber(value: number, digits = 4, signed = false): string {
  if (value === 0) return '0';
  const rounded = Number(Math.abs(value).toPrecision(digits));
  const sign = value < 0 ? '−' : signed ? '+' : '';
  if (rounded >= 1e-3 && rounded < 1e6) return sign + String(rounded);
  const [mantissa, exponent] = rounded.toExponential().split('e');
  return `${sign}${mantissa}×10${superscript(Number(exponent))}`;
}

/** A fraction as a percentage: 0.0042 → "0.42 %", 1 → "100 %", and "0 %" or "100 %" only for exactly 0 or 1. */
export function formatPercent(fraction: number): string {
  if (fraction === 0 || fraction === 1) return `${fraction * 100} %`;
  if (fraction < 1e-4) return '< 0.01 %';
  if (fraction > 0.9999) return '> 99.99 %';
  const percent = fraction * 100;
  return `${percent < 1 || percent > 99 ? percent.toFixed(2) : percent.toFixed(1)} %`;
}
