/** An element whose properties are declared as data. */

import { LitElement } from 'lit';
import {
  attributeOf,
  checkedValue,
  defaultsOf,
  type FigureSpec,
  isOwn,
  type PropertySpecs,
  type Value,
  type ValuesOf,
  valueOfAttribute,
} from '../base/spec.js';

/**
 * The properties of an element: those of its `spec`, as properties, as attributes and together as `state`. A wrong
 * property throws; of a wrong attribute the sentence is kept, and the property stays as it was.
 */
export abstract class DeclaredElement<S extends PropertySpecs> extends LitElement {
  /** What the element has; given by `define`. */
  static spec: FigureSpec;

  readonly values: ValuesOf<S>;
  /** Sentences about wrong attributes, by property. */
  readonly #wrong = new Map<string, string>();
  /** Changes that are told at the end of this turn, all at once. */
  #news: Record<string, Value> | undefined;

  constructor() {
    super();
    this.values = defaultsOf(this.spec.properties) as ValuesOf<S>;
  }

  override connectedCallback(): void {
    // set before the element was defined, a property lies on the object itself and would hide that of the class; who
    // set it is gone, so that a wrong one is told as that of an attribute
    for (const name of Object.keys(this.spec.properties)) {
      if (!Object.hasOwn(this, name)) continue;
      const value = (this as Record<string, unknown>)[name];
      delete (this as Record<string, unknown>)[name];
      this.#attempt(name, () => value);
    }
    super.connectedCallback();
  }

  /** What the element has. */
  get spec(): FigureSpec {
    return (this.constructor as typeof DeclaredElement).spec;
  }

  static override get observedAttributes(): string[] {
    // biome-ignore-start lint/complexity/noThisInStatic: of the class that asks, not of this one
    super.observedAttributes; // Lit gathers the styles of a class here
    return Object.keys(this.spec?.properties ?? {}).map(attributeOf);
    // biome-ignore-end lint/complexity/noThisInStatic: as above
  }

  /**
   * Sets a property.
   * @throws TypeError or RangeError if it may not have this value
   */
  assign(name: string, value: unknown): void {
    const checked = checkedValue(name, this.spec.properties[name], value);
    this.#wrong.delete(name);
    const old = this.values[name];
    this.requestUpdate(name, old);
    if (old === checked) return;
    (this.values as Record<string, Value>)[name] = checked;
    this.assigned(name);
    if (isOwn(name)) return;
    if (this.#news === undefined) queueMicrotask(() => this.flush());
    this.#news = { ...this.#news, [name]: checked };
  }

  override attributeChangedCallback(attribute: string, old: string | null, text: string | null): void {
    super.attributeChangedCallback(attribute, old, text);
    const found = Object.entries(this.spec.properties).find(([name]) => attributeOf(name) === attribute);
    if (found === undefined || old === text) return;
    const [name, spec] = found;
    this.#attempt(name, () => valueOfAttribute(attribute, spec, text));
  }

  /** Sets a property where nobody would hear an error: its sentence is kept. */
  #attempt(name: string, value: () => unknown): void {
    try {
      this.assign(name, value());
    } catch (error) {
      this.#wrong.set(name, (error as Error).message);
      this.requestUpdate();
    }
  }

  /** What is wrong with attributes, as sentences. */
  protected get wrongAttributes(): readonly string[] {
    return [...this.#wrong.values()];
  }

  /**
   * All that a link must say to reproduce the figure: the properties that differ from their defaults. Setting it sets
   * these, and all others to their defaults.
   * @throws TypeError or RangeError, when set, for an unknown property or a value that one may not have; then nothing
   *   has changed
   */
  get state(): Record<string, Value> {
    const differing = Object.entries(this.spec.properties)
      .filter(([, { linked = true }]) => linked)
      .filter(([name, { default: usual }]) => this.values[name] !== usual);
    return Object.fromEntries(differing.map(([name]) => [name, this.values[name] as Value]));
  }

  set state(state: Record<string, Value>) {
    const { properties } = this.spec;
    for (const [name, value] of Object.entries(state)) {
      if (!Object.hasOwn(properties, name)) throw new RangeError(`"state" has an unknown property "${name}"`);
      checkedValue(name, properties[name], value);
    }
    for (const [name, { linked = true, default: usual }] of Object.entries(properties)) {
      if (linked) this.assign(name, state[name] ?? usual);
    }
  }

  /** Tells of changes now, if there are any. */
  protected flush(): void {
    const news = this.#news;
    this.#news = undefined;
    if (news === undefined) return;
    this.changed(news);
    this.dispatchEvent(new CustomEvent('change', { detail: news, bubbles: true, composed: true }));
  }

  /** A property has another value, at once. */
  protected assigned(_name: string): void {}

  /** All properties but those about running alone that have other values, at the end of the turn. */
  protected changed(_values: Readonly<Record<string, Value>>): void {}
}

/** Gives a class its properties and, in a page, its tag. An element of that name which is there already stays. */
export function define<S extends PropertySpecs>(
  spec: FigureSpec<S>,
  element: (new () => DeclaredElement<S>) & { spec: FigureSpec },
): void {
  element.spec = spec as unknown as FigureSpec;
  for (const name of Object.keys(spec.properties)) {
    Object.defineProperty(element.prototype, name, {
      get(this: DeclaredElement<S>) {
        return this.values[name];
      },
      set(this: DeclaredElement<S>, value: unknown) {
        // frameworks set properties to the texts of templates
        const spec = element.spec.properties[name];
        this.assign(name, typeof value === 'string' ? valueOfAttribute(attributeOf(name), spec, value) : value);
      },
      enumerable: true,
      configurable: true,
    });
  }
  if (typeof customElements !== 'undefined' && !customElements.get(spec.tag)) {
    customElements.define(spec.tag, element as unknown as CustomElementConstructor);
  }
}
