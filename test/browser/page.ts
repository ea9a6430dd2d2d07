/**
 * What a test page does: import one bundled test file (`?file=...`), run its suites in order, report them, go to the next page.
 * A fresh page for each file keeps their globals and memories apart, as the processes do in Node.
 */

import { records } from './uvu.js';

export interface SuiteReport {
  name: string;
  passed: number;
  skipped: number;
  total: number;
  /** uvu's own text of each failing test: name, message, difference, stack. */
  errors: string;
}

export interface FileReport {
  file: string;
  suites: SuiteReport[];
  /** What went wrong outside of the tests: a failed import, an uncaught error, an unhandled rejection, a suite never run. */
  errors: string[];
}

declare global {
  /** Errors caught by the page's first script, which runs before any module is loaded. */
  var UNCAUGHT: string[];
}

/** An error with its stack; a stack of Chromium starts with the message. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}

/** uvu prints dots by console.log, one a line; the report holds all that matters. */
const quiet = () => {};

async function runFile(file: string): Promise<FileReport> {
  const report: FileReport = { file, suites: [], errors: [] };
  const log = console.log;
  try {
    await import(file);
    for (const { name, runners } of records) {
      if (runners.length === 0) report.errors.push(`suite "${name}" is never run`);
      for (const run of runners) {
        console.log = quiet;
        const [errors, passed, skipped, total] = await run();
        console.log = log;
        report.suites.push({ name, passed, skipped, total, errors: errors === true ? '' : errors });
      }
    }
  } catch (error) {
    report.errors.push(describe(error));
  }
  console.log = log;
  // A rejection is reported as unhandled only after the task in which nobody took it.
  await new Promise((resolve) => setTimeout(resolve, 20));
  report.errors.push(...globalThis.UNCAUGHT);
  return report;
}

const file = new URLSearchParams(location.search).get('file')!;
const response = await fetch('/report', { method: 'POST', body: JSON.stringify(await runFile(file)) });
const next = await response.text();
if (next !== '') location.replace(next);
