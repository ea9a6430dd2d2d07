/**
 * What Lit asks for where there is no document, so that a server may import the elements. In place of Lit's own stand-in
 * for a whole document (`@lit-labs/ssr-dom-shim`, see scripts/elements.ts), which reads every name of the global scope
 * of a page before its first picture.
 */

/** Elements by their tags; nothing makes one of them. */
const defined = new Map<string, CustomElementConstructor>();

export const customElements = {
  define: (tag: string, element: CustomElementConstructor): void => {
    defined.set(tag, element);
  },
  get: (tag: string): CustomElementConstructor | undefined => defined.get(tag),
};

export class HTMLElement {}
