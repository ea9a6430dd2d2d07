/** The text of the lab: one page of its chapters, formulas in MathML. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import temml from 'temml';

/**
 * `$…$` in a text → MathML. A dollar sign that stands for itself is not used in the chapters.
 * @throws Error for a formula that cannot be read, with its text
 */
export function withFormulas(text: string): string {
  return text.replace(/\$\$?([^$]+)\$\$?/g, (whole, formula) => {
    // browsers without a mathematical font do not lower the subscripts of MathML
    const letter = /^([A-Za-z])(?:_\{?(?:\\mathrm\{)?(\w+)\}*)?$/.exec(formula);
    if (letter) return `<var>${letter[1]}</var>${letter[2] ? `<sub>${letter[2]}</sub>` : ''}`;
    const mathML = temml.renderToString(formula, { displayMode: whole.startsWith('$$'), throwOnError: true });
    // display="block" says the same, and strict policies forbid style attributes
    const plain = mathML.replaceAll(' style="display:block math;"', '');
    // at narrow widths it scrolls, by keys as well
    return whole.startsWith('$$') ? plain.replace('<math', '<math tabindex="0"') : plain;
  });
}

/** A list of links to the chapters, by their ids and titles. */
function contentsOf(chapters: string): string {
  const heads = chapters.matchAll(/<section id="([\w-]+)".*?<h2[^>]*><span class="number">\d<\/span>\s*(.*?)<\/h2>/gs);
  return [...heads].map(([, id, title]) => `<li><a href="#${id}">${title.trim()}</a></li>`).join('\n');
}

/** The page `page.html` of a folder with the files of its `chapters` in the order of their names. */
export function pageText(folder: string): string {
  const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
  const chapters = readdirSync(join(folder, 'chapters')).sort();
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const text = chapters.map((name) => read('chapters', name)).join('\n');
  return read('page.html')
    .replace('<!-- contents -->', () => contentsOf(text))
    .replace('<!-- chapters -->', () => withFormulas(text))
    .replaceAll('%version%', version);
}
