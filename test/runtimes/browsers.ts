/** Pages of the matrix: a server of one folder with the headers of a case, and a browser that opens its pages. */

import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { findChromium, findFirefox, ISOLATION, visit } from '../../scripts/browser.js';
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

/** A headless browser for many pages. */
export interface PageRunner {
  readonly version: string;
  /**
   * Asks a page of the program.
   * @throws Error with what the page said if it gives no answer
   */
  ask(address: string, question: Question, where?: 'main' | 'worker', seconds?: number): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts one; undefined where it is not found and not required. */
export async function startPages(kind: 'Chromium' | 'Firefox'): Promise<PageRunner | undefined> {
  const program = kind === 'Chromium' ? findChromium() : findFirefox();
  if (program === undefined) return undefined;
  return kind === 'Chromium' ? DrivenPages.start(program) : new ReportingPages(program);
}

const addressOf = (address: string, question: Question, where: string) =>
  `${address}?${new URLSearchParams({ question: JSON.stringify(question), where })}`;

/** What the page of the program sends. @throws Error with the error in it */
function answerOf(text: string): Answer {
  const answer = JSON.parse(text) as Answer | { error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}

/** A browser that is driven: the answer comes by its console. */
class DrivenPages implements PageRunner {
  private constructor(
    private readonly browser: Browser,
    readonly version: string,
  ) {}

  static async start(executablePath: string): Promise<DrivenPages> {
    const args = ['--no-sandbox', '--disable-gpu', '--no-proxy-server'];
    const browser = await puppeteer.launch({ executablePath, headless: true, args });
    return new DrivenPages(browser, numberIn(await browser.version()));
  }

  async ask(address: string, question: Question, where: 'main' | 'worker' = 'main', seconds = 180): Promise<Answer> {
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
          clearTimeout(watchdog);
          fail(`uncaught in the page: ${error instanceof Error ? error.message : error}`);
        });
        page.on('requestfailed', (request) => said.push(`failed request: ${request.url()}`));
        // the watchdog is the one clock: on a busy machine hundreds of modules take their time
        page.goto(addressOf(address, question, where), { timeout: 0 }).catch((error) => fail(error.message));
      });
      return answerOf(text);
    } finally {
      await page.close();
    }
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/**
 * A browser for each page, which sends its answer itself. Firefox 153 is not driven: under WebDriver BiDi a worker of a page that
 * starts a worker of its own may stop for ever, its timers too (29 of 870 pages; none of 400 without a driver).
 */
class ReportingPages implements PageRunner {
  readonly version: string;

  constructor(private readonly program: string) {
    this.version = numberIn(execFileSync(program, ['--version'], { encoding: 'utf8' }));
  }

  async ask(address: string, question: Question, where: 'main' | 'worker' = 'main', seconds = 180): Promise<Answer> {
    const target = `${addressOf(address, question, where)}&report=`;
    let text = '';
    await visit({
      ...{ chromium: this.program, isolated: false, patience: 1000 * seconds, start: '/', module: '/first.js' },
      bundle: new Map([
        ['/first.js', `location.href = ${JSON.stringify(target)} + encodeURIComponent(location.origin + '/report');`],
      ]),
      onReport: (body) => {
        text = body;
        return undefined;
      },
    });
    return answerOf(text);
  }

  async close(): Promise<void> {}
}

const numberIn = (text: string) => /\d[\d.]*/.exec(text)?.[0] ?? '';
