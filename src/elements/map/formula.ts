/** Formulas within sentences: `H_λ(h)` and `Tr_h e^T`, with letters below and above the line. */

import { html, type TemplateResult } from 'lit';

/** A text in which `_x`, `_{x}` is below and `^x`, `^{x}` above the line. */
export function formula(text: string): TemplateResult {
  const parts = text.replaceAll(' = ', '\u00a0=\u00a0').split(/([_^])(?:\{([^}]*)\}|(\p{L}+|\d))/u);
  const pieces: unknown[] = [parts[0]];
  for (let k = 1; k < parts.length; k += 4) {
    const inner = parts[k + 1] ?? parts[k + 2];
    pieces.push(parts[k] === '_' ? html`<sub>${inner}</sub>` : html`<sup>${inner}</sup>`, parts[k + 3]);
  }
  return html`${pieces}`;
}
