/** Progress where nobody watches a terminal: few lines, however many stages there are and however long it takes. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProgressMeter } from '../../src/cli/words/progress.js';

const test = suite('cli/progress');

/** Lines of an hour with a call every half second, a new stage after so many of them. */
function linesOf(callsPerStage: number, seconds: number): string[] {
  const lines: string[] = [];
  const { now } = performance;
  let clock = 0;
  performance.now = () => clock;
  try {
    const meter = new ProgressMeter({ isTTY: false, write: (line: string) => lines.push(line) } as never);
    for (let call = 0; call < 2 * seconds; call++, clock += 500) {
      const stage = `point ${Math.floor(call / callsPerStage)}`;
      meter.show({ stage, done: call, total: 2 * seconds, unit: 'steps', overall: call / (2 * seconds) });
    }
  } finally {
    performance.now = now;
  }
  return lines;
}

test('an hour has some thirty lines, ten minutes less than twenty-five', () => {
  for (const callsPerStage of [1, 10, 1e6]) {
    const hour = linesOf(callsPerStage, 3600).length;
    assert.ok(hour >= 15 && hour <= 40, `${hour} lines`);
    const minutes = linesOf(callsPerStage, 600).length;
    assert.ok(minutes >= 8 && minutes <= 25, `${minutes} lines`);
  }
});

test('the first stages are told as they begin', () => {
  const lines = linesOf(2, 8);
  assert.equal(
    lines.map((line) => line.slice(0, 8).trim()),
    ['point 0', 'point 1', 'point 2', 'point 3', 'point 4', 'point 5', 'point 6', 'point 7'],
  );
});

test.run();
