/** Pages of the matrix: a server of one folder with the headers of a case, and a browser that opens its pages. */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { findChromium, findFirefox, ISOLATION } from '../../scripts/browser.js';
import type { Answer, Question } from './program.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** Headers of a page that may share memory, under a Content-Security-Policy if one is given. */
export const headersOf = (isolated: boolean, policy?: string): Record<string, string> => ({
  ...(isolated && ISOLATION),
  ...(policy !== undefined && { 'Content-Security-Policy': policy }),
});

/** Serves a folder on 127.0.0.1. */
export async function serve(
  folder: string,
  headers: Record<string, string>,
): Promise<{ address: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(path) || !statSync(path).isFile()) return response.writeHead(404).end();
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What a page says. */
export interface Seen {
  answer: Answer;
  /** Warnings of the page's console, without those of the browser itself. */
  warnings: string[];
}

/** One headless browser for many pages. */
export class PageRunner {
  private constructor(
    private readonly browser: Browser,
    readonly version: string,
  ) {}

  /** Starts it; undefined where it is not found and not required. */
  static async start(kind: 'Chromium' | 'Firefox'): Promise<PageRunner | undefined> {
    const executablePath = kind === 'Chromium' ? findChromium() : findFirefox();
    if (executablePath === undefined) return undefined;
    const browser = await puppeteer.launch(
      kind === 'Chromium'
        ? { executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'] }
        : { browser: 'firefox', executablePath, headless: true },
    );
    return new PageRunner(browser, /\d[\d.]*/.exec(await browser.version())?.[0] ?? '');
  }

  /**
   * Asks a page of the program.
   * @throws Error with what the page said if it gives no answer
   */
  async ask(address: string, question: Question, where: 'main' | 'worker' = 'main', seconds = 180): Promise<Seen> {
    const page = await this.browser.newPage();
    const said: string[] = [];
    try {
      const text = await new Promise<string>((resolve, reject) => {
        const fail = (reason: string) => reject(new Error(`${reason}\n${said.join('\n')}`));
        const watchdog = setTimeout(() => fail(`no answer from ${address} within ${seconds} s`), 1000 * seconds);
        page.on('console', (message) => {
          const line = message.text();
          if (!line.startsWith('ANSWER ')) return said.push(line);
          clearTimeout(watchdog);
          resolve(line.slice(7));
        });
        page.on('pageerror', (error) => {
          const text = error instanceof Error ? error.message : String(error);
          // Firefox reports here what a policy has blocked, which the program handles
          if (text.startsWith('Content-Security-Policy:')) return said.push(text);
          clearTimeout(watchdog);
          fail(`uncaught in the page: ${text}`);
        });
        page.on('requestfailed', (request) => said.push(`failed request: ${request.url()}`));
        const query = new URLSearchParams({ question: JSON.stringify(question), where });
        // the watchdog is the one clock: on a busy machine hundreds of modules take their time
        page.goto(`${address}?${query}`, { timeout: 0 }).catch((error) => fail(error.message));
      });
      const answer = JSON.parse(text) as Answer | { error: string };
      if ('error' in answer) throw new Error(answer.error);
      return { answer, warnings: said };
    } finally {
      await page.close();
    }
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
