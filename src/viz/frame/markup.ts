/** Elements, escaping and numbers of XML, for SVG and HTML. Equal input gives equal bytes. */

/** Whether XML 1.0 allows the character; it forbids controls and lone surrogates even if escaped. */
function isAllowed(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that is safe between tags and inside quoted attributes; characters that XML forbids become U+FFFD. */
export function escapeText(text: string): string {
  let safe = '';
  for (const character of text) {
    safe += isAllowed(character.codePointAt(0) as number) ? (ENTITIES[character] ?? character) : '\ufffd';
  }
  return safe;
}

/** A coordinate: two decimals at most, never "-0", never an exponent. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? '0' : String(rounded);
}

/**
 * One element. Numbers are written as coordinates, `undefined` attributes are left out, attribute values are escaped;
 * children are markup (escape text with {@link escapeText}).
 */
export function element(
  name: string,
  attributes: Record<string, string | number | undefined>,
  ...children: string[]
): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    tag += ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeText(value)}"`;
  }
  return children.length === 0 ? `${tag}/>` : `${tag}>${children.join('')}</${name}>`;
}

/** Path data of straight strokes, each [x1, y1, x2, y2]. */
export function strokes(segments: readonly (readonly [number, number, number, number])[]): string {
  return segments
    .map(([x1, y1, x2, y2]) => `M${coordinate(x1)} ${coordinate(y1)}L${coordinate(x2)} ${coordinate(y2)}`)
    .join('');
}

/** Path data of a closed polygon of corners [x, y]. */
export function polygon(corners: readonly (readonly [number, number])[]): string {
  return `M${corners.map(([x, y]) => `${coordinate(x)} ${coordinate(y)}`).join('L')}Z`;
}
