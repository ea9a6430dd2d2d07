/** The built page in headless Chromium, driven by playwright-core. */

import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from '../../scripts/browser.js';
import { LAB_POLICY } from '../../src/cli/commands/lab.js';
import { type ServedFolders, serveFolders } from '../../src/cli/words/staticServer.js';

const built = (name: string) => fileURLToPath(new URL(`../../build/${name}/`, import.meta.url));

/** A server of the built files, for one test file, and further folders, such as a page of a test, by their addresses. */
export async function serveLab(extra: ServedFolders = {}): Promise<{ address: string; stop: () => void }> {
  const { server, address } = await serveFolders(
    {
      '/': { folder: built('elements'), policy: LAB_POLICY, index: 'index.html' },
      '/elements/': { folder: built('elements'), policy: LAB_POLICY, index: 'index.js' },
      ...extra,
    },
    0,
  );
  return { address, stop: () => server.close() };
}

/** What a page did that it should not: uncaught errors, messages of the console, breaches of its policy. */
export interface Watched {
  page: Page;
  problems: string[];
}

/** A server of the built files and a browser, for one test file. */
export class LabInChromium {
  private constructor(
    readonly address: string,
    private readonly browser: Browser,
    private readonly stop: () => void,
  ) {}

  /**
   * Starts both; undefined where there is no Chromium and none is required.
   * @param flags of Chromium, beside the usual ones
   */
  static async start(extra: ServedFolders = {}, flags: readonly string[] = []): Promise<LabInChromium | undefined> {
    const executablePath = findChromium();
    if (executablePath === undefined) {
      console.log(`skipped: ${CHROMIUM_MISSING}`);
      return undefined;
    }
    const { address, stop } = await serveLab(extra);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...flags] });
    return new LabInChromium(address, browser, stop);
  }

  /** A page at an address of the server. */
  open(path: string, options: BrowserContextOptions = {}): Promise<Watched> {
    return this.visit(this.address + path, options);
  }

  /** A page of any server on this machine, which may ask that server only. */
  async visit(address: string, options: BrowserContextOptions = {}): Promise<Watched> {
    const { origin } = new URL(address);
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on('requestfailed', (request) => problems.push(`failed request: ${request.url()}`));
    page.on('request', (request) => {
      if (isForeign(request.url(), origin)) problems.push(`request to another server: ${request.url()}`);
    });
    await page.goto(address);
    return { page, problems };
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.stop();
  }
}

/** Whether a request leaves the server of the page. */
export const isForeign = (url: string, address: string): boolean =>
  !url.startsWith(address) && !/^(blob|data):/.test(url);

/** An element of the page as the tests see it. */
export interface FigureUnderTest extends HTMLElement {
  report: Record<string, unknown> | undefined;
  failure: string | undefined;
  running: boolean;
  state: Record<string, unknown>;
  play(): void;
  pause(): void;
  step(): Promise<void>;
  reset(): Promise<void>;
  hash(): Promise<string | null>;
  call(method: string, argument?: unknown): Promise<unknown>;
}

/**
 * Waits until the page fulfils a condition; the page's policy allows no text as code, so it is asked again and again.
 * @throws Error with the name of the condition after so many seconds: a loaded machine may need many per frame
 */
export async function until<T>(name: string, ask: () => Promise<T>, seconds = 120): Promise<T> {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`not within ${seconds} seconds: ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * The first figure of this tag, scrolled to, once it has reported. Figures above it that draw late may push it out of sight, where
 * it would not begin: it is scrolled to until it has.
 * @throws Error as `until`, with the place of the figure in the window
 */
export async function figureOf(page: Page, tag: string): Promise<Locator> {
  const figure = page.locator(tag).first();
  try {
    await until(`${tag} reports`, async () => {
      await figure.scrollIntoViewIfNeeded();
      return figure.evaluate((one) => (one as FigureUnderTest).report !== undefined);
    });
  } catch (error) {
    const place = await figure.evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return {
        top,
        bottom,
        window: innerHeight,
        shown: document.visibilityState,
        text: one.shadowRoot?.textContent?.slice(0, 300),
      };
    });
    throw new Error(`${(error as Error).message}: ${JSON.stringify(place)}`, { cause: error });
  }
  return figure;
}
