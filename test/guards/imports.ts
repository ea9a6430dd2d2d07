/**
 * The layer order of the source tree, checked on syntax trees: imports point only upwards in this list, `node:` modules
 * stay at the rim, and only src/wasm knows that there is WebAssembly.
 */

import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { LIBRARIES } from '../../scripts/libraries.js';

/** Folders on one line share a level and do not import each other; a folder imports itself and anything above it. */
export const LAYERS: readonly (readonly string[])[] = [
  ['util'],
  ['wasm'],
  ['linear'],
  ['exact', 'stats', 'formats'],
  ['ising', 'rbm'],
  ['fields'],
  ['rg'],
  ['io'],
  ['viz'],
  ['experiments'],
  ['elements', 'sweep'],
  ['bullmq'],
  ['index.ts'],
  ['all.ts'],
  ['node.ts'],
  ['cli', 'lab'],
];

/** The same order inside of a folder that has rooms; its `index.ts` (and `main.ts`) stands above all of them. */
export const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ising: [['models'], ['data'], ['chains'], ['measure'], ['samplers']],
  rbm: [['model'], ['likelihood'], ['diagnosis'], ['engines'], ['training'], ['stack']],
  rg: [
    ['tables', 'operators'],
    ['blocking'],
    ['map', 'flow'],
    ['couplings', 'thermodynamics', 'mcrg', 'vmcrg', 'tensor'],
  ],
  viz: [['frame'], ['charts', 'panels']],
  elements: [['base'], ['parts'], ['figure'], ['spins', 'blocks', 'training', 'map', 'fields', 'flow', 'zoom', 'quiz']],
  cli: [['words'], ['commands']],
};

/** The one file of src/wasm that may look for worker threads: not by a static import, which a page could not follow. */
const THREADS = 'src/wasm/threads.ts';

/** The one file that loads modules of users. */
const MODULES_OF_USERS = 'src/sweep/experimentFile.ts';

const mayUseNode = (path: string) =>
  path === 'src/io/disk.ts' || path === 'src/node.ts' || /^src\/(cli|sweep|bullmq)\//.test(path);

interface Import {
  from: string;
  /** The module's name as written; undefined where it is computed. */
  name: string | undefined;
  dynamic: boolean;
  /** Erased by the compiler: `import type`. */
  erased: boolean;
  line: number;
}

interface Source {
  imports: Import[];
  /** Lines on which the name WebAssembly stands, other than in comments and texts. */
  webAssembly: number[];
  /** Lines with a text such as 'node:fs' that is not the name of an import. */
  nodeNames: number[];
}

function read(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const source: Source = { imports: [], webAssembly: [], nodeNames: [] };
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const add = (node: ts.Node, name: ts.Node | undefined, dynamic: boolean, erased: boolean) =>
    source.imports.push({
      from: path,
      name: name && ts.isStringLiteralLike(name) ? name.text : undefined,
      dynamic,
      erased,
      line: lineOf(node),
    });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, false, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node, node.moduleSpecifier, false, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, false, true);
    } else if (ts.isExternalModuleReference(node)) {
      add(node, node.expression, false, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], true, false);
    } else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require') {
      add(node, node.arguments[0], false, false);
    } else if (ts.isIdentifier(node) && node.text === 'WebAssembly') {
      source.webAssembly.push(lineOf(node));
    } else if (ts.isIdentifier(node) && node.text === 'getBuiltinModule') {
      source.nodeNames.push(lineOf(node));
    } else if (ts.isStringLiteralLike(node) && node.text.startsWith('node:') && isBuiltin(node.text)) {
      source.nodeNames.push(lineOf(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return source;
}

/** The source file that a relative import means: `../util/check.js` from src/rbm/model/rbm.ts is src/util/check.ts. */
function target(from: string, name: string): string {
  return posix.join(posix.dirname(from), name).replace(/\.js$/, '.ts');
}

/** The folder (or top-level file) of src that a path belongs to, and its level; undefined outside of src. */
function layer(path: string): { name: string; level: number } | undefined {
  if (!path.startsWith('src/')) return undefined;
  const name = path.split('/')[1];
  return { name, level: LAYERS.findIndex((names) => names.includes(name)) };
}

/** The room of a path and its level in its folder; undefined for files outside of rooms. */
function room(path: string): { folder: string; name: string; level: number } | undefined {
  const [, folder, name, file] = path.split('/');
  const rooms = path.startsWith('src/') && file !== undefined ? ROOMS[folder] : undefined;
  return rooms && { folder, name, level: rooms.findIndex((names) => names.includes(name)) };
}

/** Why a file of one room may not import a file of its folder; undefined if it may. */
function breachOfRooms(from: string, to: string): string | undefined {
  const [own, other] = [room(from), room(to)];
  if (own === undefined || own.level < 0) return undefined;
  if (other === undefined) return to.startsWith(`src/${own.folder}/`) ? `a room imports ${to}` : undefined;
  if (other.folder !== own.folder || other.name === own.name || other.level < own.level) return undefined;
  return `${own.folder}/${own.name} imports ${other.folder}/${other.name}, which is not above it`;
}

/** Groups of files that reach each other by imports, each as `a, b, c`. @param arrows the files that a file imports */
function circles(paths: Iterable<string>, arrows: (path: string) => string[]): string[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.get(path)!);
    stack.push(path);
    for (const to of arrows(path)) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(path, Math.min(low.get(path)!, low.get(to)!));
    }
    if (low.get(path) !== index.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1) found.push(group.sort().join(', '));
  };
  for (const path of paths) if (!index.has(path)) visit(path);
  return found;
}

/** `@scope/name/file` → `@scope/name`. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * All breaches of the order, as `path:line: reason`.
 * @param files source files by path from the repository's root
 * @param dependencies names of packages that are always installed; of those that may be missing; of those that the build
 *   puts into its files, for elements, page and `LIBRARIES`; and of peers that may be missing, which only the folder of this name imports
 */
export function checkImports(
  files: Map<string, string>,
  dependencies: {
    required: string[];
    optional: string[];
    bundled?: string[];
    peers?: Readonly<Record<string, readonly string[]>>;
  },
): string[] {
  const breaches: string[] = [];
  const sources = new Map([...files].map(([path, text]) => [path, read(path, text)] as const));

  for (const [path, { imports, webAssembly, nodeNames }] of sources) {
    const inWasm = path.startsWith('src/wasm/');
    const own = layer(path);
    const breach = (line: number, reason: string) => breaches.push(`${path}:${line}: ${reason}`);
    if (own === undefined || own.level < 0) breach(1, 'not in a folder that the layer order names');

    const ownRoom = room(path);
    if (ownRoom !== undefined && ownRoom.level < 0) breach(1, `${ownRoom.folder}/${ownRoom.name} is not a room`);

    if (!inWasm) for (const line of webAssembly) breach(line, 'names WebAssembly outside of src/wasm');
    const namedByImport = imports.map(({ line }) => line);
    for (const line of nodeNames) {
      if (!mayUseNode(path) && path !== THREADS && !namedByImport.includes(line)) breach(line, 'names a node: module');
    }

    for (const { name, dynamic, erased, line } of imports) {
      if (name === undefined) {
        if (path !== THREADS && path !== MODULES_OF_USERS) breach(line, 'imports a computed name');
      } else if (isBuiltin(name)) {
        const allowed = mayUseNode(path) || (path === THREADS && (dynamic || erased));
        if (!allowed) breach(line, `imports ${name}`);
        else if (!name.startsWith('node:')) breach(line, `imports ${name} without "node:"`);
      } else if (name.startsWith('.')) {
        const to = target(path, name);
        const other = layer(to);
        if (!files.has(to)) breach(line, `imports ${name}, which is not a file of src`);
        else if (own !== undefined && other !== undefined && own.name !== other.name && other.level >= own.level) {
          breach(line, `${own.name} imports ${other.name}, which is not above it`);
        }
        const wrongRoom = breachOfRooms(path, to);
        if (wrongRoom !== undefined) breach(line, wrongRoom);
        if (own?.name === 'lab' && other?.name === 'node.ts') breach(line, 'lab imports node.ts');
      } else {
        const needed = packageOf(name);
        if (needed === '@assemblyscript/loader' && !inWasm) breach(line, `imports ${needed} outside of src/wasm`);
        const peersOf = Object.entries(dependencies.peers ?? {}).find(([, names]) => names.includes(needed))?.[0];
        if (peersOf !== undefined && own?.name !== peersOf) breach(line, `imports ${needed} outside of src/${peersOf}`);
        const optional = peersOf !== undefined || dependencies.optional.includes(needed);
        const mayBundle = /^src\/(elements|lab)\//.test(path) || LIBRARIES.includes(path);
        const bundled = mayBundle && dependencies.bundled?.includes(needed);
        if (!optional && !bundled && !dependencies.required.includes(needed))
          breach(line, `imports ${needed}, not a dependency`);
        if (optional && !dynamic && !(erased && peersOf !== undefined))
          breach(line, `imports ${needed} statically, though it may be missing`);
      }
    }
  }

  for (const erased of [false, true]) {
    const arrows = (path: string) =>
      (sources.get(path)?.imports ?? [])
        .filter((each) => each.name?.startsWith('.') && !each.dynamic && (erased || !each.erased))
        .map(({ name }) => target(path, name as string))
        .filter((to) => files.has(to));
    for (const group of circles(files.keys(), arrows)) {
      breaches.push(`${group}: ${erased ? 'types' : 'imports'} run in a circle`);
    }
  }

  for (const entry of files.keys()) {
    if (!['src/index.ts', 'src/all.ts'].includes(entry) && !entry.startsWith('src/lab/')) continue;
    for (const { path, line, reason } of nodeReachedFrom(entry, sources)) {
      breaches.push(`${path}:${line}: ${reason}, and ${entry} reaches it`);
    }
  }
  return breaches;
}

/** Imports of `node:` modules or of src/io/disk.ts that a browser would follow from `entry`. */
function nodeReachedFrom(
  entry: string,
  sources: Map<string, Source>,
): { path: string; line: number; reason: string }[] {
  const found: { path: string; line: number; reason: string }[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { name, dynamic, erased, line } of sources.get(path)?.imports ?? []) {
      if (name === undefined || dynamic || erased) continue;
      if (isBuiltin(name)) found.push({ path, line, reason: `imports ${name}` });
      if (!name.startsWith('.')) continue;
      const to = target(path, name);
      if (to === 'src/io/disk.ts' || to === 'src/node.ts') found.push({ path, line, reason: `imports ${to}` });
      visit(to);
    }
  };
  visit(entry);
  return found;
}
