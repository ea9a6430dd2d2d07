/** Times as words of the command line. */

import { UsageError } from './options.js';

const SECONDS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 };

/**
 * A time such as 55m, 90s, 1h30m or 1:30:00 in seconds.
 * @throws UsageError for other words, or a time that is not positive
 */
export function secondsOf(name: string, words: string): number {
  const clock = /^(?:(\d+)-)?(\d+):(\d\d):(\d\d)$/.exec(words);
  const parts = [...words.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)];
  let seconds = Number.NaN;
  if (clock) {
    const [days, hours, minutes, rest] = clock.slice(1).map((part) => Number(part ?? 0));
    seconds = ((days * 24 + hours) * 60 + minutes) * 60 + rest;
  } else if (parts.length > 0 && parts.map(([whole]) => whole).join('') === words) {
    seconds = parts.reduce((sum, [, value, unit]) => sum + Number(value) * SECONDS[unit], 0);
  }
  if (!(seconds > 0)) {
    throw new UsageError(`"${name}" expected time such as 55m, 90s, 1h30m or 1:30:00, got ${JSON.stringify(words)}`);
  }
  return seconds;
}

/** Seconds as 0.31 s, 45 s, 12 min, 3.5 h or 2.1 days. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}

/** Bytes as 12 kB, 3.4 MB or 1.2 GB. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
