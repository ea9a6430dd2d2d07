/** CITATION.cff: reads the part of YAML that such files are written in, and names the fields that its schema misses. */

/** A value of the file. Numbers, dates and truths are texts, as they stand there. */
export type Cff = string | Cff[] | { [name: string]: Cff };

interface Line {
  indent: number;
  text: string;
}

/**
 * The content of a file of maps, lists, plain and quoted texts, and folded blocks (`>` and `>-`).
 * @throws Error naming the line that is of another form
 */
export function readCff(text: string): Cff {
  const lines = text.split('\n').flatMap((raw): Line[] => {
    const indent = raw.search(/\S/);
    return indent < 0 || raw[indent] === '#' ? [] : [{ indent, text: raw.slice(indent).trimEnd() }];
  });
  const [value, end] = readBlock(lines, 0);
  if (end < lines.length) throw new Error(`CITATION.cff: "${lines[end].text}" is out of place`);
  return value;
}

/** The block that begins at a line, and the line after it. */
function readBlock(lines: Line[], start: number): [Cff, number] {
  return lines[start]?.text.startsWith('- ') ? readList(lines, start) : readMap(lines, start);
}

function readList(lines: Line[], start: number): [Cff[], number] {
  const { indent } = lines[start];
  const items: Cff[] = [];
  let at = start;
  while (at < lines.length && lines[at].indent === indent && lines[at].text.startsWith('- ')) {
    const rest = lines[at].text.slice(2).trimStart();
    if (!isField(rest)) {
      items.push(scalar(rest));
      at++;
      continue;
    }
    // a map that begins behind the hyphen: its first field has the place of the others
    const inner = indent + lines[at].text.length - rest.length;
    const [item, next] = readMap([...lines.slice(0, at), { indent: inner, text: rest }, ...lines.slice(at + 1)], at);
    items.push(item);
    at = next;
  }
  return [items, at];
}

const FIELD = /^([\w-]+):(?: +(.*))?$/;
const isField = (text: string) => !/^['"]/.test(text) && FIELD.test(text);

function readMap(lines: Line[], start: number): [{ [name: string]: Cff }, number] {
  const { indent } = lines[start] ?? { indent: 0 };
  const fields: { [name: string]: Cff } = {};
  let at = start;
  while (at < lines.length && lines[at].indent === indent && !lines[at].text.startsWith('- ')) {
    const match = FIELD.exec(lines[at].text);
    if (match === null) throw new Error(`CITATION.cff: "${lines[at].text}" is no field`);
    const [, name, value] = match;
    if (Object.hasOwn(fields, name)) throw new Error(`CITATION.cff: "${name}" stands there twice`);
    at++;
    if (value === '>' || value === '>-') {
      const first = at;
      while (at < lines.length && lines[at].indent > indent) at++;
      fields[name] = lines
        .slice(first, at)
        .map((line) => line.text)
        .join(' ');
    } else if (value === undefined) {
      const next = lines[at];
      if (next === undefined || next.indent < indent || (next.indent === indent && !next.text.startsWith('- '))) {
        throw new Error(`CITATION.cff: "${name}" has no value`);
      }
      [fields[name], at] = readBlock(lines, at);
    } else fields[name] = scalar(value);
  }
  return [fields, at];
}

function scalar(text: string): string {
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (/^[[{&*!|%@`]/.test(text) || /: | #/.test(text)) throw new Error(`CITATION.cff: ${text} needs quotes`);
  return text;
}

const isMap = (value: Cff | undefined): value is { [name: string]: Cff } =>
  typeof value === 'object' && !Array.isArray(value);

const SPDX = /^[A-Za-z0-9.+-]+$/;
const DOI = /^10\.\d{4,9}(\.\d+)?\/[A-Za-z0-9:/_;.()[\]\\-]+$/;
export const DATE = /^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])$/;

/** Fields that the schema 1.2.0 requires, and those that a reader of a citation needs. */
const REQUIRED = ['cff-version', 'message', 'title', 'authors'];
const WANTED = ['type', 'version', 'date-released', 'license', 'abstract', 'keywords'];

/** What is wrong in the content of a CITATION.cff, by the schema 1.2.0. */
export function cffProblems(cff: Cff): string[] {
  if (!isMap(cff)) return ['it holds no fields'];
  const problems = [...REQUIRED, ...WANTED]
    .filter((name) => cff[name] === undefined)
    .map((name) => `${name} is missing`);
  const told = (name: string, right: (text: string) => boolean, expected: string, of = cff, where = '') => {
    const value = of[name];
    if (value !== undefined && !(typeof value === 'string' && right(value))) {
      problems.push(`${where}${name} expected ${expected}, got ${JSON.stringify(value)}`);
    }
  };
  told('cff-version', (text) => text === '1.2.0', '1.2.0');
  told('type', (text) => text === 'software' || text === 'dataset', 'software or dataset');
  told('date-released', (text) => DATE.test(text), 'YYYY-MM-DD');
  told('license', (text) => SPDX.test(text), 'an SPDX identifier');
  problems.push(...authorProblems('authors', cff.authors));
  const { references = [], keywords } = cff;
  if (keywords !== undefined && !(Array.isArray(keywords) && keywords.every((word) => typeof word === 'string'))) {
    problems.push('keywords expected a list of words');
  }
  if (!Array.isArray(references)) return [...problems, 'references expected a list'];
  for (const [k, reference] of references.entries()) {
    const where = `references[${k}].`;
    if (!isMap(reference)) {
      problems.push(`references[${k}] expected fields`);
      continue;
    }
    for (const name of ['type', 'title'])
      if (reference[name] === undefined) problems.push(`${where}${name} is missing`);
    problems.push(...authorProblems(`${where}authors`, reference.authors));
    told('doi', (text) => DOI.test(text), 'a DOI without its resolver', reference, where);
    told('year', (text) => /^\d{4}$/.test(text), 'a year', reference, where);
    told('url', (text) => /^https?:\/\//.test(text), 'an address', reference, where);
  }
  return problems;
}

function authorProblems(where: string, authors: Cff | undefined): string[] {
  if (!Array.isArray(authors) || authors.length === 0) return [`${where} expected at least one`];
  return authors.flatMap((author, k) => {
    const named = isMap(author) && ['name', 'family-names', 'given-names'].some((field) => author[field] !== undefined);
    return named ? [] : [`${where}[${k}] has no name`];
  });
}
