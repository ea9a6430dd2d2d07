/** What the rows of the matrix share: the project with the packed package, the tools, the browsers, and the bundles made so far. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PageRunner, startPages } from './browsers.js';
import { BUNDLERS, folderFor } from './bundlers.js';
import { installPacked, installTools } from './project.js';

/** A piece of work that is done at its first use. */
const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
};

export class Matrix {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-matrix-')));
  readonly #bundles = new Map<string, Promise<string>>();
  readonly #browsers = new Map<string, Promise<PageRunner | undefined>>();

  readonly #remove = () => rmSync(this.folder, { recursive: true, force: true });

  constructor() {
    process.once('exit', this.#remove);
  }

  readonly installed = once(() => installPacked(this.folder));
  readonly tools = once(() => installTools(this.folder));

  async project(): Promise<string> {
    return (await this.installed()).project;
  }

  /** Undefined where it is not found and not required. */
  browser(kind: 'Chromium' | 'Firefox'): Promise<PageRunner | undefined> {
    let browser = this.#browsers.get(kind);
    if (browser === undefined) {
      browser = startPages(kind);
      this.#browsers.set(kind, browser);
    }
    return browser;
  }

  /** The folder of what a bundler made, which is made once. */
  bundle(name: string, make?: (project: string, folder: string) => Promise<unknown>): Promise<string> {
    let bundle = this.#bundles.get(name);
    if (bundle === undefined) {
      bundle = (async () => {
        const folder = folderFor(this.folder, name);
        const project = await this.project();
        if (make) await make(project, folder);
        else await BUNDLERS[name].make(project, folder, OWN.has(name) ? '' : await this.tools());
        return folder;
      })();
      this.#bundles.set(name, bundle);
    }
    return bundle;
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers.values()) await (await browser)?.close();
    process.off('exit', this.#remove);
    this.#remove();
  }
}

/** Bundlers that are dev dependencies of this package. */
const OWN: ReadonlySet<string> = new Set(['esbuild', 'Rollup']);
