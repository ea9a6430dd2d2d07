/** Configuration of VitePress: pages as scripts/site.ts laid them out in site/source, and the side bar of what is there. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from 'vitepress';
import { NAVIGATION, slugOf, titleOf } from '../../scripts/sitePages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'site/source');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const hasApi = existsSync(join(source, 'api'));

/** Address of a page. */
const addressOf = (path: string): string => `/${path.replace(/\.md$/, '')}`;

function sections(): DefaultTheme.SidebarItem[] {
  return NAVIGATION.map(({ name, pages }) => ({
    text: name,
    items: [
      ...pages.map((page) => {
        const [path, text] = typeof page === 'string' ? [page] : page;
        return { text: text ?? titleOf(readFileSync(join(source, path), 'utf8')), link: addressOf(path) };
      }),
      ...(name === 'Reference' && hasApi ? [{ text: 'API, by door', link: '/api/' }] : []),
    ],
  }));
}

const KINDS = ['functions', 'classes', 'interfaces', 'type-aliases', 'variables'];

/** For each door a side bar of its own with all its names, below a list of the doors. */
function apiSections(): DefaultTheme.SidebarMulti {
  if (!hasApi) return {};
  const inside = readdirSync(join(source, 'api/blockspin'), { withFileTypes: true });
  const rooms = inside.filter((each) => each.isDirectory() && !KINDS.includes(each.name)).map(({ name }) => name);
  const doors = ['blockspin', ...rooms.map((room) => `blockspin/${room}`)];
  const all = [
    { text: 'All documentation', link: addressOf('README.md') },
    { text: 'API', link: '/api/', items: doors.map((text) => ({ text, link: `/api/${text}/` })) },
  ];
  const own = doors.map((door) => {
    const kinds = KINDS.filter((kind) => existsSync(join(source, 'api', door, kind))).map((kind) => ({
      text: kind[0].toUpperCase() + kind.slice(1).replace('-', ' '),
      items: readdirSync(join(source, 'api', door, kind))
        .map((file) => file.replace('.md', ''))
        .sort((a, b) => a.localeCompare(b, 'en'))
        .map((name) => ({ text: name, link: `/api/${door}/${kind}/${name}` })),
    }));
    return [`/api/${door}/`, [...all, ...kinds]] as const;
  });
  return { '/api/': all, ...Object.fromEntries(own) };
}

/** Indices and exponents in running text, as in τ_int, ⟨s⟩_data, e^{-H}, K_c^2 and 2^(n+1). */
const SCRIPT =
  /(?<=(?<![\p{L}_])\p{L}['′]?(?:[_^][\p{L}\p{N}]+)?|[)\]}⟩|])([_^])(\{[^{}]*\}|[-+]?[\p{L}\p{N}]+)|(?<=[\p{L}\p{N})\]}⟩|])(\^)(\([^()]*\)|-?\d+)/gu;

const withScripts = (text: string): string =>
  text.replace(SCRIPT, (_, mark = '^', inner, power, outer) => {
    const tag = mark === '_' ? 'sub' : 'sup';
    const content = (power ? outer : inner).replace(/^[{(](.*)[)}]$/, '$1');
    return `<${tag}>${withScripts(content)}</${tag}>`;
  });

/** Sets indices and exponents in running text; not in titles, whose text is also that of the window, nor in links. */
function setScripts(md: MarkdownRenderer): void {
  md.core.ruler.push('scripts', ({ tokens }) => {
    for (const [k, { children }] of tokens.entries()) {
      if (children === null || tokens[k - 1]?.tag === 'h1') continue;
      let links = 0;
      for (const child of children) {
        if (child.type === 'link_open') links++;
        else if (child.type === 'link_close') links--;
        else if (child.type === 'text' && links === 0) {
          const html = withScripts(md.utils.escapeHtml(child.content));
          if (/<su[bp]>/.test(html)) Object.assign(child, { type: 'html_inline', content: html });
        }
      }
    }
  });
}

/** Attributes of the elements stay attributes: Vue would set them as properties, which take no numbers as text. */
function attributesOnly(node: { type: number; tag?: string; props?: object[] }): void {
  if (node.type !== 1 || !node.tag?.startsWith('blockspin-')) return;
  const word = (content: string, loc: unknown) => ({ type: 4, content, isStatic: true, constType: 3, loc });
  node.props = node.props!.map((prop) => {
    const { type, name, value, loc } = prop as {
      type: number;
      name: string;
      value?: { content: string };
      loc: unknown;
    };
    if (type !== 6) return prop;
    const [arg, exp, attr] = [name, value?.content ?? '', 'attr'].map((text) => word(text, loc));
    return { type: 7, name: 'bind', arg, exp, modifiers: [attr], loc };
  });
}

export default defineConfig({
  title: 'blockspin',
  description: 'The renormalization group and restricted Boltzmann machines in one package.',
  lang: 'en',
  srcDir: 'source',
  outDir: '../build/site',
  cacheDir: '../build/site-cache',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // the search index is larger than what Vite warns of
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  // names of all pages in one file instead of in each page
  metaChunk: true,
  // what is served as it is: the lab, and files that pages link to
  transformPageData({ relativePath, frontmatter }) {
    if (relativePath.startsWith('api/')) Object.assign(frontmatter, { pageClass: 'api', outline: 2 });
  },
  markdown: {
    languageAlias: { mjs: 'js' },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slugOf },
    config(md) {
      setScripts(md);
      const { rules } = md.renderer;
      rules.table_open = () => '<div class="scroll" tabindex="0"><table>\n';
      rules.table_close = () => '</table></div>\n';
      // indented code as that between fences
      rules.code_block = (tokens, k, ...rest) => {
        tokens[k].info = 'text';
        return rules.fence!(tokens, k, ...rest);
      };
    },
  },
  vue: {
    template: {
      compilerOptions: {
        isCustomElement: (tag) => tag.startsWith('blockspin-'),
        nodeTransforms: [attributesOnly as never],
      },
    },
  },
  themeConfig: {
    siteTitle: 'blockspin',
    nav: [
      { text: 'Guide', link: '/README', activeMatch: '^/(README|docs/guide)' },
      { text: 'Subject', link: '/docs/exact-map' },
      ...(hasApi ? [{ text: 'API', link: '/api/', activeMatch: '^/api/' }] : []),
      { text: 'Decisions', link: '/docs/decisions/README', activeMatch: '^/docs/decisions' },
      { text: 'Lab', link: '/lab/index.html', target: '_self' },
      { text: version, link: '/CHANGELOG' },
    ],
    sidebar: { '/': sections(), ...apiSections() },
    outline: { level: [2, 3] },
    docFooter: { prev: 'Previous', next: 'Next' },
    search: {
      provider: 'local',
      options: {
        // of a page of the reference its name alone: with the text, the index would be several times as large
        _render(text, env, md) {
          const html = md.render(text, env).replace(/<su[bp]>/g, ' ');
          return env.relativePath.startsWith('api/') ? (/<h1[\s\S]*?<\/h1>/.exec(html)?.[0] ?? '') : html;
        },
      },
    },
  },
});
