/**
 * Every chapter runs for a while, with what a reader does again and again: memory, workers, listeners and nodes of the
 * page are flat after it has settled. 20 seconds per chapter; five minutes in the matrix.
 */

import type { CDPSession, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MATRIX } from '../matrix.js';
import { type FigureUnderTest, LabInChromium, until } from './browser.js';

const test = suite('lab/soak');
// memory is measured at once, not at the next collection of garbage
const lab = await LabInChromium.start({}, ['--enable-blink-features=ForceEagerMeasureMemory']);
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

/** Seconds of a chapter, all of its figures together; the first quarter of each figure's is left to it to settle. */
const SECONDS = MATRIX ? 300 : 20;

/** What a page holds after a collection of garbage. */
interface Held {
  /** Bytes of the page and its workers, WebAssembly memories included. */
  bytes: number;
  /** Nodes of the page, those that are in no document included. */
  nodes: number;
  listeners: number;
  workers: number;
}

/** By how much each may grow: numbers and points that are kept until a run has come to its end. */
const ALLOWED: Held = { bytes: 4e6, nodes: 250, listeners: 4, workers: 0 };

/** The chapters: figures with their states in the address, such that runs end and begin anew while they are watched. */
const CHAPTERS: Record<string, Record<string, string>> = {
  '1, spins': { spins: '' },
  '2, zooming out': { blocks: '', zoom: '', quiz: '' },
  '3, a machine': { training: 'updates=1500,epochs=50' },
  '4, the map': { map: '' },
  '5, the experiment': { experiment: 'live=true,size=16,samples=2000,network=64-16,epochs=10' },
  '6, the verdict': { verdict: 'samples=3840', flow: 'samples=3840', spectrum: 'bond=8,otherBond=4,steps=8' },
};

async function held(page: Page, session: CDPSession): Promise<Held> {
  await session.send('HeapProfiler.collectGarbage');
  const bytes = await page.evaluate(async () => {
    type Measuring = { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
    return (await (performance as unknown as Measuring).measureUserAgentSpecificMemory()).bytes;
  });
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { bytes, nodes: of('Nodes'), listeners: of('JSEventListeners'), workers: page.workers().length };
}

/** What a reader does with a figure, once a second; whether a run that had come to its end was begun anew. */
async function use(page: Page, id: string, second: number): Promise<boolean> {
  return page.evaluate(
    async ([name, k]) => {
      const figure = document.getElementById(name) as FigureUnderTest & { train?: () => void };
      if (figure.failure !== undefined) throw new Error(`${name}: ${figure.failure}`);
      if (name === 'figure-quiz') {
        await figure.step();
        return false;
      }
      if (name === 'figure-spins' && k % 5 === 0) Object.assign(figure, { temperature: 2 + (k % 10) / 10 });
      if (name === 'figure-zoom') Object.assign(figure, { zoom: k % 4, x: (k % 10) / 10 });
      if (figure.running) return false;
      await figure.reset();
      if (figure.train) figure.train();
      else figure.play();
      return true;
    },
    [id, second] as [string, number],
  );
}

/**
 * The least of each while a figure was watched, in the first half of that time and in the second. What has runs that
 * come to an end (`ends`) holds other numbers at other times of a run: it has settled after a first run, and a half
 * sees the beginning of one at least.
 */
async function watched(
  page: Page,
  session: CDPSession,
  id: string,
  seconds: number,
  ends: boolean,
): Promise<[Held, Held]> {
  const figure = page.locator(`#${id}`);
  // a lattice that grows and rules that wait for their layers do not hold yet what they hold later; figures above that
  // draw late may push it out of sight, where it would not begin
  await until(
    `${id} is ready`,
    async () => {
      await figure.scrollIntoViewIfNeeded();
      return figure.evaluate((one) => {
        const { report } = one as FigureUnderTest;
        return report !== undefined && report.grown !== false && report.count !== 0;
      });
    },
    300,
  );
  if (ends) {
    await use(page, id, 0);
    await until(`${id} has come to an end`, () => figure.evaluate((one) => !(one as FigureUnderTest).running), 300);
  }
  const start = performance.now() / 1000;
  interface Half {
    held: Held[];
    begun: number;
  }
  const [first, second]: Half[] = [0, 1].map(() => ({ held: [], begun: 0 }));
  const isSeen = (half: Half) => half.held.length >= 2 && (!ends || half.begun > 0);
  for (let k = 0, share = 0; share < 1 || !isSeen(first) || !isSeen(second); k++) {
    const begun = await use(page, id, k);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    share = (performance.now() / 1000 - start) / seconds;
    if (share < 0.25) continue;
    const half = share > 0.625 && isSeen(first) ? second : first;
    if (begun) half.begun++;
    half.held.push(await held(page, session));
  }
  const names = Object.keys(ALLOWED) as (keyof Held)[];
  return [first, second].map((half) =>
    Object.fromEntries(names.map((name) => [name, Math.min(...half.held.map((one) => one[name]))])),
  ) as unknown as [Held, Held];
}

for (const [chapter, figures] of Object.entries(CHAPTERS)) {
  check(`chapter ${chapter}: nothing grows`, async () => {
    const states = Object.entries(figures).filter(([, state]) => state !== '');
    const { page, problems } = await lab!.open(`/?${new URLSearchParams(states)}`);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    for (const [name, state] of Object.entries(figures)) {
      const seconds = SECONDS / Object.keys(figures).length;
      const [before, after] = await watched(page, session, `figure-${name}`, seconds, state !== '');
      console.log(`${name}: ${JSON.stringify(before)}, ${JSON.stringify(after)}`);
      for (const what of Object.keys(ALLOWED) as (keyof Held)[]) {
        assert.ok(
          after[what] <= before[what] + ALLOWED[what],
          `${name}: ${after[what]} ${what}, before ${before[what]}`,
        );
      }
    }
    assert.equal(problems, []);
    await page.context().close();
  });
}

test.after(() => lab?.close());
test.run();
