/** Progress on stderr: one line that is rewritten on a terminal, few lines elsewhere. */

import type { Progress } from '../../util/work.js';

const BAR = 24;
/** Milliseconds between two updates on a terminal. */
const DRAW_MS = 100;
/**
 * Elsewhere: min milliseconds between two lines, and min share of the time so far, which gives about thirty lines per
 * hour.
 */
const LINE_MS = 5000;
const LINE_SHARE = 0.25;
/** Elsewhere: number of lines up to which each new stage has a line at once. */
const MIN_LINES = 10;

/** The display of progress. */
export class ProgressMeter {
  readonly #start = performance.now();
  #stage = '';
  #stageStart = 0;
  #stageDone = 0;
  #shown = Number.NEGATIVE_INFINITY;
  #drawn = false;
  /** Lines written so far, if the output is not a terminal. */
  #lines = 0;
  /** Share of the run that was done before this process. */
  #before: number | undefined;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(progress: Progress): void {
    const now = performance.now();
    if (progress.stage !== this.#stage) {
      this.#stage = progress.stage;
      this.#stageStart = now;
      this.#stageDone = progress.done;
      if (this.stream.isTTY || this.#lines < MIN_LINES) this.#shown = Number.NEGATIVE_INFINITY;
    }
    const interval = this.stream.isTTY ? DRAW_MS : Math.max(LINE_MS, LINE_SHARE * (now - this.#start));
    if (now - this.#shown < interval) return;
    this.#shown = now;
    const line = this.#line(progress, now);
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[K${line.slice(0, (this.stream.columns ?? 100) - 1)}`);
      this.#drawn = true;
    } else {
      this.stream.write(`${line}\n`);
      this.#lines++;
    }
  }

  /** Ends the line on a terminal. */
  end(): void {
    if (this.#drawn) this.stream.write('\r\x1b[K');
    this.#drawn = false;
  }

  /** Time since the start, such as 1:07. */
  elapsed(): string {
    return clock((performance.now() - this.#start) / 1000);
  }

  #line({ stage, done, total, unit, overall, figures }: Progress, now: number): string {
    const seconds = (now - this.#stageStart) / 1000;
    const rate = seconds > 0.5 ? (done - this.#stageDone) / seconds : 0;
    const count = Number.isInteger(done) ? String(done) : done.toFixed(1);
    const parts = [stage.padEnd(8), `${count}/${total} ${unit}`.padEnd(20)];
    if (rate > 0) parts.push(`${rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3)} ${unit}/s`.padEnd(18));
    if (overall !== undefined) {
      const filled = Math.round(BAR * overall);
      parts.push(`${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${(100 * overall).toFixed(0).padStart(3)} %`);
      const elapsed = (now - this.#start) / 1000;
      this.#before ??= overall;
      const here = overall - this.#before;
      if (here > 0.02) parts.push(`${clock((elapsed * (1 - overall)) / here)} left`);
    }
    for (const [name, value] of Object.entries(figures ?? {})) parts.push(`${name} ${Number(value.toPrecision(4))}`);
    return parts.join('  ');
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
