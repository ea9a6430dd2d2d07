/**
 * The API reference as markdown, from the doc comments: `node api.mjs OUT`. A folder per door, a page per name, which
 * stands at the first door of `DOORS` that exports it; later doors link to it.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Application, Comment, Converter, ReflectionKind } from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Doors and their sources; the root last, since most of what it has stands at another door. */
const DOORS = {
  'blockspin/ising': 'src/ising/index.ts',
  'blockspin/rbm': 'src/rbm/index.ts',
  'blockspin/rg': 'src/rg/index.ts',
  'blockspin/fields': 'src/fields/index.ts',
  'blockspin/exact': 'src/exact/index.ts',
  'blockspin/stats': 'src/stats/index.ts',
  'blockspin/linear': 'src/linear/index.ts',
  'blockspin/formats': 'src/formats/index.ts',
  'blockspin/io': 'src/io/index.ts',
  'blockspin/node': 'src/node.ts',
  'blockspin/viz': 'src/viz/index.ts',
  'blockspin/experiments': 'src/experiments/index.ts',
  'blockspin/sweep': 'src/sweep/index.ts',
  'blockspin/bullmq': 'src/bullmq/index.ts',
  'blockspin/elements': 'build/elements/index.d.ts',
  blockspin: 'src/index.ts',
};

const app = await Application.bootstrapWithPlugins({
  entryPoints: Object.values(DOORS).map((file) => root + file),
  tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
  plugin: ['typedoc-plugin-markdown'],
  out: process.argv[2],
  name: 'API reference',
  readme: 'none',
  sortEntryPoints: false,
  sort: ['alphabetical-ignoring-documents'],
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables', '*'],
  excludePrivate: true,
  excludeProtected: true,
  excludeInternal: true,
  excludeExternals: true,
  skipErrorChecking: true,
  disableSources: true,
  disableGit: true,
  entryFileName: 'index',
  hidePageHeader: true,
  pageTitleTemplates: { member: '{name}', module: '{name}', index: '{projectName}' },
  useCodeBlocks: true,
  expandParameters: true,
  parametersFormat: 'table',
  indexFormat: 'table',
  logLevel: 'Warn',
});

// ---- doc comments are plain text with code and lists: nothing else in them is markdown

/** Text in which nothing but code is markdown. */
const plain = (text) =>
  text.replace(/`[^`]*`|[\\*_[\]<>{}|$~#]/g, (found) => (found[0] === '`' ? found : `\\${found}`));

/** Text of a tag: one paragraph, whose lines may be indented. */
const paragraph = (text) => plain(text.replace(/\n +/g, '\n'));

/** Text before the tags: paragraphs, lists, and indented lines, which are formulas or tables and are set as they stand. */
function blocks(text) {
  const found = [];
  for (const line of text.split('\n')) {
    const last = found.at(-1);
    const isList = /^ *- /.test(line) || (last?.kind === 'list' && line.startsWith(' '));
    const kind = isList ? 'list' : line.startsWith('  ') ? 'set' : 'text';
    if (last?.kind === kind) last.lines.push(line);
    else found.push({ kind, lines: [line] });
  }
  return found.map(({ kind, lines }) => (kind === 'set' ? asSet(lines) : plain(lines.join('\n')))).join('\n\n');
}

function asSet(lines) {
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return ['```text', ...lines.map((line) => line.slice(margin)), '```'].join('\n');
}

/** Parts of a comment, neighbouring texts together, each as `markdown` makes it; inline tags stay. */
function partsOf(parts, markdown) {
  const joined = [];
  for (const { kind, text, ...rest } of parts) {
    if (kind === 'inline-tag') joined.push({ kind, text, ...rest });
    else if (joined.at(-1)?.kind === 'text') joined.at(-1).text += text;
    else joined.push({ kind: 'text', text });
  }
  return joined.map((part) => (part.kind === 'text' ? { ...part, text: markdown(part.text) } : part));
}

/** What is behind a door, in the words of docs/names.md. */
const names = readFileSync(`${root}docs/names.md`, 'utf8');
const wordsOf = (door) =>
  names
    .split('\n')
    .find((line) => line.startsWith(`| \`${door}\` |`))
    ?.split('|')[2]
    .trim();

app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const [k, name] of Object.keys(DOORS).entries()) {
    project.children[k].name = name;
    project.children[k].comment = new Comment([{ kind: 'text', text: wordsOf(name) ?? '' }]);
  }
  for (const { comment } of Object.values(project.reflections)) {
    if (!comment) continue;
    comment.summary = partsOf(comment.summary, blocks);
    for (const tag of comment.blockTags) if (tag.tag !== '@example') tag.content = partsOf(tag.content, paragraph);
  }
});

// ---- pages

/** Names that stand at another door as a list; below the title of a name the line that imports it. */
app.renderer.on(MarkdownPageEvent.END, (page) => {
  const { model } = page;
  page.contents = page.contents.replace(/### .*\n\nRe-exports (\[.*\)).*\n(\n\*\*\*\n\n)?/g, '- $1\n');
  if (!model.parent?.kindOf(ReflectionKind.Module)) return;
  const isType = model.kindOf([ReflectionKind.Interface, ReflectionKind.TypeAlias]);
  const line = `import ${isType ? 'type ' : ''}{ ${model.name} } from '${model.parent.name}';`;
  page.contents = page.contents.replace(/^# .*\n/m, (title) => `${title}\n\`\`\`ts\n${line}\n\`\`\`\n`);
});

const project = await app.convert();
// from which of its bases a member comes, is of no use to a reader who cannot import them
for (const reflection of Object.values(project.reflections)) {
  for (const origin of ['inheritedFrom', 'overwrites', 'implementationOf']) delete reflection[origin];
}
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
