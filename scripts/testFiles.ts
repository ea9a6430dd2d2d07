/**
 * Runs test files one after another in this process: `node testFiles.js MARK FILE...`, all compiled
 * (scripts/compile.ts). What a file says on stdout and stderr ends with a line of both streams,
 * `MARK {"file": ..., "report": ...}`, by which scripts/test.ts tells the files apart; a file without such a line did
 * not run to its end.
 */

import { pathToFileURL } from 'node:url';
import type { SuiteReport } from '../test/browser/page.js';
import { cpuSeconds } from './cpu.js';

/** What one file in a process comes to. */
export interface ProcessReport {
  file: string;
  suites: Omit<SuiteReport, 'name'>[];
  /**
   * What went wrong outside of the tests: a failed import, an uncaught error, an unhandled rejection, work that does
   * not end.
   */
  errors: string[];
  seconds: number;
  /** CPU-seconds, with those of ended child processes; the first file has those of the process's start. */
  cpu?: number;
  /** Set where the file left something running: its process ends here, and the next file needs another. */
  last?: true;
}

/** uvu's runner of one suite: its failures as text (true for none), then three counts. */
type Runner = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

/** Seconds that a file may leave timers, threads or servers running before the next file begins. */
const GRACE = 5;

const globals = globalThis as unknown as { UVU_DEFER: number; UVU_INDEX: number; UVU_QUEUE: (Runner | null)[][] };
const [mark, ...files] = process.argv.slice(2);

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What keeps this process from ending, by name. */
const running = (): string[] => process.getActiveResourcesInfo();

/** Those of `names` that are more than `before`. */
function added(names: string[], before: string[]): string[] {
  const rest = [...before];
  return names.filter((name) => {
    const place = rest.indexOf(name);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}

let current: ProcessReport | undefined;
let ended = false;
/** CPU-seconds of the files before. */
let spent = 0;

function report(): void {
  const cpu = cpuSeconds();
  if (cpu !== undefined) {
    current!.cpu = cpu - spent;
    spent = cpu;
  }
  const line = `\n${mark} ${JSON.stringify(current)}\n`;
  process.stdout.write(line);
  process.stderr.write(line);
  current = undefined;
}

async function runFile(file: string): Promise<void> {
  const own: ProcessReport = { file, suites: [], errors: [], seconds: 0 };
  const start = performance.now();
  current = own;
  ended = false;
  globals.UVU_QUEUE = [[]];
  try {
    await import(pathToFileURL(file).href);
    for (const run of globals.UVU_QUEUE[0]) {
      if (run === null) continue;
      const [errors, passed, skipped, total] = await run();
      own.suites.push({ passed, skipped, total, errors: errors === true ? '' : errors });
    }
  } catch (error) {
    own.errors.push(describe(error));
  }
  own.seconds = (performance.now() - start) / 1000;
  ended = true;
}

for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(kind, (error: unknown) => current?.errors.push(`${kind}: ${describe(error)}`));
}
// The last file is reported when nothing is left to do, as it alone would end its process.
process.on('exit', () => {
  if (current !== undefined && ended) report();
});

globals.UVU_DEFER = 1;
globals.UVU_INDEX = 0;
// opened here, so that they do not count as left by the first file that writes
void [process.stdout, process.stderr];
for (const [k, file] of files.entries()) {
  const before = running();
  await runFile(file);
  if (k === files.length - 1) break;
  const limit = performance.now() + 1000 * GRACE;
  let left: string[];
  do {
    // a rejection is known as unhandled only after the task in which nobody took it
    await new Promise((resolve) => setImmediate(resolve));
    left = added(running(), before);
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  } while (left.length > 0 && performance.now() < limit);
  if (left.length > 0) {
    current!.errors.push(`still running ${GRACE} s after the tests: ${left.join(', ')}`);
    current!.last = true;
    process.exit();
  }
  report();
}
