/** The manifest and the types of the elements, made from their specs. */

import { CUSTOM_PROPERTIES } from '../src/elements/base/customProperties.js';
import { attributeOf, type FigureSpec, type PropertySpec } from '../src/elements/base/spec.js';

const typeOf = (spec: PropertySpec): string => {
  switch (spec.kind) {
    case 'number':
      return 'number';
    case 'flag':
      return 'boolean';
    case 'choice':
      return spec.choices.map((choice) => `'${choice}'`).join(' | ');
    case 'text':
      return 'string';
  }
};

const rangeOf = (spec: PropertySpec): string =>
  spec.kind === 'number'
    ? ` ${spec.integer ? 'Integer' : 'Number'} from ${spec.min} to ${spec.max}${spec.multipleOf ? `, a multiple of ${spec.multipleOf}` : ''}.`
    : '';

/** Members that every figure has beside its properties. */
const METHODS: Readonly<Record<string, string>> = {
  'play(): void': 'Lets it run; without effect while it cannot be seen.',
  'pause(): void': 'Lets it wait.',
  'step(): Promise<void>': 'Makes the smallest step that the figure has, and waits after it.',
  'reset(): Promise<void>': 'Begins anew, from the seed.',
  'hash(): Promise<string | null>':
    'SHA-256 of what its seed fixes to the bit, as it is now; null where the page is not served by https. Rejects if there is nothing to hash.',
};

/** A manifest by the schema of custom-elements-manifest 1.0.0. */
export function manifestOf(specs: readonly FigureSpec[]): unknown {
  return {
    schemaVersion: '1.0.0',
    modules: specs.map((spec) => {
      const path = `${spec.tag.replace('blockspin-', '')}.js`;
      const declaration = { name: spec.className, module: path };
      return {
        kind: 'javascript-module',
        path,
        declarations: [
          {
            kind: 'class',
            customElement: true,
            name: spec.className,
            tagName: spec.tag,
            description: spec.summary,
            superclass: { name: 'HTMLElement' },
            attributes: Object.entries(spec.properties).map(([name, one]) => ({
              name: attributeOf(name),
              fieldName: name,
              type: { text: typeOf(one) },
              default: String(one.default),
              description: one.doc + rangeOf(one),
            })),
            members: [
              ...Object.entries(spec.properties).map(([name, one]) => ({
                kind: 'field',
                name,
                type: { text: typeOf(one) },
                default: String(one.default),
                description: one.doc + rangeOf(one),
              })),
              ...Object.entries({ ...METHODS, ...spec.methods }).map(([signature, description]) => ({
                kind: 'method',
                name: signature.slice(0, signature.indexOf('(')),
                description,
              })),
            ],
            events: Object.entries(spec.events).map(([name, { doc, detail }]) => ({
              name,
              description: doc,
              type: { text: `CustomEvent<${detail}>` },
            })),
            cssParts: Object.entries(spec.parts).map(([name, description]) => ({ name, description })),
            cssProperties: Object.entries(CUSTOM_PROPERTIES).map(([name, [meaning, light, dark]]) => ({
              name,
              description: `${meaning}; in a dark scheme ${dark}`,
              default: light,
            })),
            slots: [
              { name: '', description: 'Shown in place of the figure where scripts do not run.' },
              { name: 'caption', description: 'A caption below the figure.' },
            ],
          },
        ],
        exports: [
          { kind: 'js', name: spec.className, declaration },
          { kind: 'custom-element-definition', name: spec.tag, declaration },
        ],
      };
    }),
  };
}

/** The class of one element, declared for TypeScript. */
function classOf(spec: FigureSpec): string {
  const fields = Object.entries(spec.properties).map(
    ([name, one]) => `  /** ${one.doc}${rangeOf(one)} Default ${String(one.default)}. */\n  ${name}: ${typeOf(one)};`,
  );
  const methods = Object.entries({ ...METHODS, ...spec.methods }).map(
    ([signature, doc]) => `  /** ${doc} */\n  ${signature};`,
  );
  const events = Object.entries(spec.events).map(
    ([name, { doc, detail }]) =>
      `  /** ${doc} */\n  addEventListener(type: '${name}', listener: (event: CustomEvent<${detail}>) => void, options?: boolean | AddEventListenerOptions): void;`,
  );
  return `/** \`<${spec.tag}>\`: ${spec.summary} */
export declare class ${spec.className} extends HTMLElement {
${fields.join('\n')}
  /** All that a link must say to reproduce the figure. */
  state: Record<string, number | string | boolean>;
  /** Whether it works at present. */
  readonly running: boolean;
${methods.join('\n')}
${events.join('\n')}
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}
`;
}

/** Attributes as templates of JSX and Vue write them; in JSX also what hears events, as React 19 names it. */
function attributesOf(spec: FigureSpec): string {
  const lines = Object.entries(spec.properties).map(
    ([name, one]) => `  /** ${one.doc} */\n  '${attributeOf(name)}'?: ${typeOf(one)};`,
  );
  const events = Object.entries(spec.events).map(
    ([name, { doc, detail }]) => `  /** ${doc} */\n  on${name}?: (event: CustomEvent<${detail}>) => void;`,
  );
  return `export interface ${spec.className}Attributes {\n${[...lines, ...events].join('\n')}\n}\n`;
}

/**
 * Files of types, by name: `index.d.ts` and one per element; `jsx.d.ts` (React and others) and `vue.d.ts`, to be imported
 * for their effect.
 */
export function typesOf(specs: readonly FigureSpec[], elements: readonly string[]): Record<string, string> {
  const map = specs.map((spec) => `    '${spec.tag}': ${spec.className};`).join('\n');
  const index = `${specs.map(classOf).join('\n')}
${specs.map(attributesOf).join('\n')}
/** Lets no figure on the page run, or lets those run again that are not paused themselves. */
export declare function pauseFigures(on: boolean): void;

/**
 * Lets all figures on the page save energy, or lets them run as fast as they can: 15 frames per second and half the work.
 * Until it is called, they do so where the reader asks for reduced motion.
 */
export declare function lowPowerFigures(on: boolean): void;

/**
 * Translates the labels of all figures on the page: of controls and their choices, axes, tables, and common buttons. Each
 * call adds to what is known; labels without a translation stay English, and so do whole sentences.
 * @param texts English label → yours; an empty text takes a translation back
 * @throws TypeError for anything but an object of texts; then nothing has changed
 */
export declare function labels(texts: Readonly<Record<string, string>>): void;

declare global {
  interface HTMLElementTagNameMap {
${map}
  }
}
`;
  const importing = `import type { ${specs.map(({ className }) => `${className}, ${className}Attributes`).join(', ')} } from './index.js';\n`;
  const jsx = `${importing}
type Common = {
  class?: string;
  className?: string;
  id?: string;
  slot?: string;
  style?: unknown;
  children?: unknown;
  key?: string | number;
  ref?: unknown;
};
type Elements = {
${specs.map((spec) => `  '${spec.tag}': ${spec.className}Attributes & Common;`).join('\n')}
};

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
declare global {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
`;
  const vue = `${importing}
declare module 'vue' {
  interface GlobalComponents {
${specs.map((spec) => `    '${spec.tag}': new () => { $props: ${spec.className}Attributes };`).join('\n')}
  }
}
`;
  const each = Object.fromEntries(
    elements.map((name) => {
      const spec = specs.find(({ tag }) => tag === `blockspin-${name}`)!;
      return [`${name}.d.ts`, `export { ${spec.className} } from './index.js';\n`];
    }),
  );
  return { 'index.d.ts': index, 'jsx.d.ts': jsx, 'vue.d.ts': vue, ...each };
}
