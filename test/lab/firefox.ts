/** The built page in headless Firefox, driven by puppeteer-core over WebDriver BiDi. */

import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { FIREFOX_MISSING, findFirefox } from '../../scripts/browser.js';
import type { ServedFolders } from '../../src/cli/words/staticServer.js';
import { isForeign, serveLab } from './browser.js';

/** A server of the built files and Firefox, for one test file. */
export class LabInFirefox {
  private constructor(
    readonly address: string,
    private readonly browser: Browser,
    private readonly stop: () => void,
  ) {}

  /** Starts both; undefined where there is no Firefox and none is required. */
  static async start(extra: ServedFolders = {}): Promise<LabInFirefox | undefined> {
    const executablePath = findFirefox();
    if (executablePath === undefined) {
      console.log(`skipped: ${FIREFOX_MISSING}`);
      return undefined;
    }
    const { address, stop } = await serveLab(extra);
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
    return new LabInFirefox(address, browser, stop);
  }

  /** A page at an address of the server, and what it did that it should not. */
  async open(path: string): Promise<{ page: Page; problems: string[] }> {
    const page = await this.browser.newPage();
    await page.setViewport({ width: 1200, height: 900 });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`uncaught: ${error instanceof Error ? error.message : error}`));
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on('requestfailed', (request) => problems.push(`failed request: ${request.url()}`));
    page.on('request', (request) => {
      if (isForeign(request.url(), this.address)) problems.push(`request to another server: ${request.url()}`);
    });
    await page.goto(this.address + path);
    return { page, problems };
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.stop();
  }
}
