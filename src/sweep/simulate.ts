/** How long a sweep would take with many workers, by simulation from measured costs of points. */

import { finite, integer, knownOptions, refuse, within } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { generator } from '../wasm/draws.js';

/** Options of `simulateSweep`; all times in seconds. */
export interface SimulationOptions {
  /** Number of points. */
  points: number;
  workers: number;
  /** Failures of a worker per hour, such as nodes that go down; default 0. */
  failuresPerHour?: number;
  /** Time between two checkpoints of a point, default 15; Infinity for points without. */
  checkpointEvery?: number;
  /** Time until a failed worker is back, default 600. */
  downTime?: number;
  /** Time until the claim of a failed worker counts as gone, default 180. */
  staleAfter?: number;
  /** Time that a worker needs for a point beside its cost: claim, files; default 0.05. */
  overhead?: number;
  /** Whether every worker has its part of the points and nothing else, as with a plain job array; default false. */
  split?: boolean;
  seed?: Seed;
}

/** What a simulated sweep came to. */
export interface Simulation {
  /** Seconds until the last point is done. */
  seconds: number;
  /** Cost of all points, shared among all workers: no schedule is faster. */
  ideal: number;
  /** Seconds from when the first worker finds nothing to do to the end. */
  tail: number;
  /** Share of the workers' time that went into points that were finished. */
  efficiency: number;
  /** Seconds of work that were lost by failures. */
  lost: number;
  failures: number;
}

const OPTIONS = [
  ...(['points', 'workers', 'failuresPerHour', 'checkpointEvery', 'downTime', 'staleAfter', 'overhead'] as const),
  ...(['split', 'seed'] as const),
] as const;

/**
 * Simulates a sweep: workers take the next point that nobody has, in the order of the plan; a worker fails at random
 * times, its point goes on from the last checkpoint once its claim counts as gone, and the worker is back later.
 * @param costs measured seconds of points; those of the sweep are drawn from them
 * @throws TypeError or RangeError for wrong costs or options
 */
export function simulateSweep(costs: readonly number[], options: SimulationOptions): Simulation {
  if (!Array.isArray(costs) || costs.length === 0) refuse('costs', 'non-empty array of seconds', costs, 'type');
  for (const [k, cost] of costs.entries()) within(`costs[${k}]`, finite(`costs[${k}]`, cost), 0, 1e9);
  knownOptions('simulateSweep', options, OPTIONS);
  const { failuresPerHour = 0, checkpointEvery = 15, downTime = 600, staleAfter = 180 } = options;
  const { overhead = 0.05, split = false, seed = 1 } = options;
  const points = integer('points', options.points, 1, 10_000_000);
  const workers = integer('workers', options.workers, 1, 1_000_000);
  within('failuresPerHour', finite('failuresPerHour', failuresPerHour), 0, 1e6);
  for (const [name, value] of Object.entries({ downTime, staleAfter, overhead }))
    within(name, finite(name, value), 0, 1e9);
  checkSeed('seed', seed);
  if (!(checkpointEvery > 0)) refuse('checkpointEvery', 'positive number', checkpointEvery);
  const below = generator(seed, 'simulated sweep');
  const uniform = () => below(2 ** 32) / 2 ** 32;
  const left = Float64Array.from({ length: points }, () => costs[Math.floor(uniform() * costs.length)]);
  const total = left.reduce((sum, cost) => sum + cost, 0);
  const meanLife = failuresPerHour > 0 ? 3600 / failuresPerHour : Number.POSITIVE_INFINITY;

  // one queue of points and one of workers that wait for some, or one of each per worker
  const queues = Array.from({ length: split ? workers : 1 }, (_, w) => ({
    next: split ? Math.floor((w * points) / workers) : 0,
    end: split ? Math.floor(((w + 1) * points) / workers) : points,
    back: [] as number[],
    idle: [] as number[],
  }));
  const queueOf = (worker: number) => queues[split ? worker : 0];
  const events = new Events();
  let [seconds, lost, failures] = [0, 0, 0];
  let firstIdle = Number.POSITIVE_INFINITY;

  const begin = (worker: number, point: number, now: number) => {
    const need = left[point] + overhead;
    const life = -Math.log(1 - uniform()) * meanLife;
    if (life >= need) {
      seconds = Math.max(seconds, now + need);
      events.add(now + need, { worker });
      return;
    }
    failures++;
    const worked = Math.max(0, life - overhead);
    const saved = Number.isFinite(checkpointEvery) ? Math.floor(worked / checkpointEvery) * checkpointEvery : 0;
    left[point] -= saved;
    lost += worked - saved;
    events.add(now + life + downTime, { worker });
    events.add(now + life + (split ? downTime : staleAfter), { point, of: worker });
  };

  for (let worker = 0; worker < workers; worker++) events.add(0, { worker });
  for (let event = events.take(); event !== undefined; event = events.take()) {
    const { time, what } = event;
    if ('point' in what) {
      const queue = queueOf(what.of);
      const worker = queue.idle.pop();
      if (worker === undefined) queue.back.push(what.point);
      else begin(worker, what.point, time);
      continue;
    }
    const queue = queueOf(what.worker);
    const point = queue.back.pop() ?? (queue.next < queue.end ? queue.next++ : undefined);
    if (point !== undefined) begin(what.worker, point, time);
    else {
      queue.idle.push(what.worker);
      firstIdle = Math.min(firstIdle, time);
    }
  }
  return {
    seconds,
    ideal: total / workers,
    tail: Math.max(0, seconds - firstIdle),
    efficiency: total / (workers * seconds),
    lost,
    failures,
  };
}

/** A worker is free, or the point of a worker that failed is to be had again. */
type What = { worker: number } | { point: number; of: number };

/** Events in the order of their times: a binary heap. */
class Events {
  readonly #heap: { time: number; what: What }[] = [];

  add(time: number, what: What): void {
    const heap = this.#heap;
    let k = heap.push({ time, what }) - 1;
    for (let up = (k - 1) >> 1; k > 0 && heap[k].time < heap[up].time; up = (k - 1) >> 1) {
      [heap[k], heap[up]] = [heap[up], heap[k]];
      k = up;
    }
  }

  take(): { time: number; what: What } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let k = 0; ; ) {
      const [a, b] = [2 * k + 1, 2 * k + 2];
      let least = k;
      if (a < heap.length && heap[a].time < heap[least].time) least = a;
      if (b < heap.length && heap[b].time < heap[least].time) least = b;
      if (least === k) return first;
      [heap[k], heap[least]] = [heap[least], heap[k]];
      k = least;
    }
  }
}
