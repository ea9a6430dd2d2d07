/** The processor time of a process, where the system tells it (/proc). */

import { readFileSync } from 'node:fs';

/** CPU-seconds of this process and of all that it has waited for; undefined where /proc does not tell. */
export function cpuSeconds(): number | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return undefined;
  }
}
