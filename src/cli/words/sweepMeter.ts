/** Progress of a sweep on stderr: a small table that is rewritten on a terminal, few lines elsewhere. */

import type { SweepFolder } from '../../sweep/folder.js';
import type { PointEvent } from '../../sweep/work.js';
import type { Progress } from '../../util/work.js';
import { durationText } from './duration.js';
import { ProgressMeter } from './progress.js';

/** Milliseconds between two updates on a terminal. */
const DRAW_MS = 200;
/** Elsewhere: min milliseconds between two lines, and min share of the time so far. */
const LINE_MS = 5000;
const LINE_SHARE = 0.25;

/** The display of a sweep's progress. */
export class SweepMeter {
  readonly #start = performance.now();
  readonly #total: number;
  /** Points done before this process. */
  readonly #before: number;
  #done = 0;
  #failed = 0;
  readonly #running = new Map<number, { key: string; text: string; share: number }>();
  #shown = Number.NEGATIVE_INFINITY;
  #lines = 0;
  /** Of a sweep in one process, the progress of its points in turn. */
  readonly #single: ProgressMeter;
  readonly #several: boolean;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    folder: SweepFolder,
    jobs: number,
  ) {
    const { points } = folder.plan;
    this.#total = points.length;
    const finished = folder.finished();
    this.#before = points.filter(({ id }) => finished.has(id)).length;
    this.#single = new ProgressMeter(stream);
    this.#several = jobs > 1;
  }

  show(event: PointEvent, job: number): void {
    switch (event.type) {
      case 'begin':
        this.#running.set(job, { key: event.key, text: '', share: 0 });
        break;
      case 'progress':
        this.#running.set(job, { key: event.key, text: stageText(event.progress), share: event.progress.overall ?? 0 });
        break;
      case 'done':
        this.#done++;
        this.#running.delete(job);
        break;
      case 'failed':
        this.#failed++;
        this.#running.delete(job);
        this.#clear();
        this.stream.write(`failed: point "${event.key}": ${event.message}\n`);
        break;
      case 'left':
        this.#running.delete(job);
    }
    if (!this.#several) {
      if (event.type !== 'progress') return;
      const overall = (this.#before + this.#done + (event.progress.overall ?? 0)) / this.#total;
      this.#single.show({ ...event.progress, overall });
      return;
    }
    const now = performance.now();
    const interval = this.stream.isTTY ? DRAW_MS : Math.max(LINE_MS, LINE_SHARE * (now - this.#start));
    if (now - this.#shown < interval) return;
    this.#shown = now;
    if (this.stream.isTTY) {
      this.#clear();
      const width = (this.stream.columns ?? 100) - 1;
      const lines = [this.#line(now), ...this.#jobs()].map((line) => line.slice(0, width));
      this.stream.write(`${lines.join('\n')}\n`);
      this.#lines = lines.length;
    } else {
      this.stream.write(`${this.#line(now)}\n`);
    }
  }

  /** Removes the table from a terminal. */
  end(): void {
    this.#clear();
    this.#single.end();
  }

  /** Time since the start, such as 1:07. */
  elapsed(): string {
    return this.#single.elapsed();
  }

  #clear(): void {
    if (this.stream.isTTY && this.#lines > 0) this.stream.write(`\x1b[${this.#lines}F\x1b[J`);
    this.#lines = 0;
  }

  #line(now: number): string {
    const done = this.#before + this.#done;
    const seconds = (now - this.#start) / 1000;
    const parts = [`${done}/${this.#total} points`];
    if (this.#failed > 0) parts.push(`${this.#failed} failed`);
    const begun = [...this.#running.values()].reduce((sum, { share }) => sum + share, 0);
    const rate = (this.#done + begun) / seconds;
    if (this.#done > 0) {
      parts.push(rate >= 1 ? `${rate.toPrecision(3)} points/s` : `${(60 * rate).toPrecision(3)} points/min`);
      parts.push(`${durationText((this.#total - done - this.#failed - begun) / rate)} left`);
    }
    return parts.join('  ');
  }

  #jobs(): string[] {
    return [...this.#running]
      .sort(([a], [b]) => a - b)
      .map(([job, { key, text }]) => `  ${String(job + 1).padStart(2)}  ${key}  ${text}`);
  }
}

function stageText({ stage, done, total, unit }: Progress): string {
  const count = Number.isInteger(done) ? String(done) : done.toFixed(1);
  return `${stage}  ${count}/${total} ${unit}`;
}
