/**
 * Times of a frame of `<blockspin-spins>` in headless Chromium: `tsx scripts/labFrames.ts [SIZE ...]` (default 4096). First
 * the parts of a frame one by one, in a page that does nothing else: least and median by the clock. Then the figure in
 * the built lab: frames, sweeps between two of them, and by the browser's trace the CPU time of the main thread per
 * frame (that of a worker's frames is in no trace). Headless Chromium renders in software: what it does with a finished
 * picture is no part of ours, and a machine with other work has few frames.
 */

import { type Browser, chromium, type Page } from 'playwright-core';
import { type FigureUnderTest, figureOf, serveLab } from '../test/lab/browser.js';
import { CHROMIUM_MISSING, evaluateInPage, findChromium } from './browser.js';

/** Times that each part is measured. */
const TIMES = 150;
/** Seconds for which the figure is watched. */
const SECONDS = 6;

const sizes = process.argv.slice(2).map(Number);
if (sizes.some((size) => !(size % 32 === 0 && size > 0))) throw new RangeError('"SIZE" expected multiples of 32');
const executablePath = findChromium();
if (executablePath === undefined) throw new Error(CHROMIUM_MISSING);

/** [least, median] milliseconds of each part, the parts in turn. */
async function parts(size: number): Promise<Record<string, [number, number]>> {
  const source = `
    import { MultiSpin, square } from './src/ising/index.ts';
    import { blockFor, SpinPicture } from './src/elements/parts/spinPicture.ts';
    export default async () => {
      const lattice = new MultiSpin({ lattice: square(${size}), coupling: 0.4406868, seed: 1, threads: 1 });
      const b = blockFor(${size});
      const side = ${size} / b;
      const sums = new Int16Array(side * side);
      const canvas = new OffscreenCanvas(side, side);
      const picture = new SpinPicture();
      const palette = { up: [29, 43, 64], down: [243, 240, 233], paper: [255, 255, 255] };
      const works = {
        'one sweep': () => lattice.advance(1),
        'reduction': () => lattice.blockSums(b, { out: sums }),
        'reduction, palette and putImageData': () => {
          lattice.blockSums(b, { out: sums });
          picture.draw(canvas, sums, side, side, b, palette);
        },
        'energy and magnetisation, ten times per second': () => lattice.measure(),
      };
      const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
      for (let k = 0; k < ${TIMES}; k++) {
        for (const [name, work] of Object.entries(works)) {
          const start = performance.now();
          work();
          times[name].push(performance.now() - start);
        }
        if (k % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      return Object.fromEntries(Object.entries(times).map(([name, all]) => {
        all.sort((a, b) => a - b);
        return [name, [all[0], all[all.length >> 1]]];
      }));
    };`;
  return (await evaluateInPage(source, { chromium: executablePath!, isolated: true })) as Record<
    string,
    [number, number]
  >;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of CPU time. */
  tdur?: number;
  args: { name?: string; data?: { url?: string } };
}

/** Frames of the figure's worker, and per frame sweeps and CPU milliseconds of the main thread. */
async function figure(browser: Browser, page: Page, address: string, size: number) {
  await page.goto(`${address}/?spins=size=${size},start=random`);
  const element = await figureOf(page, 'blockspin-spins');
  const sweeps = () => element.evaluate((one) => (one as FigureUnderTest).report!.sweeps as number);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  const before = await sweeps();
  await new Promise((resolve) => setTimeout(resolve, 1000 * SECONDS));
  const done = (await sweeps()) - before;
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const ofMain = ({ pid, tid }: TraceEvent) => mains.some((main) => main.pid === pid && main.tid === tid);
  const script = traceEvents.find((event) => event.args.data?.url?.startsWith(address) && ofMain(event))!;
  const own = traceEvents.filter(({ pid, ph }) => pid === script.pid && ph === 'X');
  const onMain = own.filter(({ name, tid }) => tid === script.tid && name === 'ThreadControllerImpl::RunTask');
  const frames = own.filter(({ name, tid }) => tid !== script.tid && name === 'FireAnimationFrame').length;
  const main = onMain.reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0);
  return { frames, sweeps: done / frames, main: main / frames };
}

const { address, stop } = await serveLab();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const size of sizes.length > 0 ? sizes : [4096]) {
  const measured = await parts(size);
  console.log(`${size} × ${size}, least and median of ${TIMES} by the clock:`);
  for (const [name, [least, median]] of Object.entries(measured)) {
    console.log(`  ${name}: ${least.toFixed(2)} and ${median.toFixed(2)} ms`);
  }
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const { frames, sweeps, main } = await figure(browser, page, address, size);
  console.log(
    `  in the page: ${(frames / SECONDS).toFixed(0)} frames per second, ${sweeps.toFixed(1)} sweeps between two; main thread ${main.toFixed(1)} ms of CPU time per frame`,
  );
  await page.close();
}
await browser.close();
stop();
