/**
 * Moves of chains to where the data are, on plain arrays, equal bit for bit to assembly/rbm/proposals.ts: h → h' ~ q = (1/R) Σ_r p(h|v_r) with
 * probability min(1, p(h') q(h)/(p(h) q(h'))).
 */

import { exp, log } from './math.js';
import { type PanelSum, TWENTY } from './population.js';
import type { Stream } from './streams.js';
import { exp32, roundUp } from './units.js';

const { fround } = Math;

/** Every so many updates. */
export const EVERY = 8;

export interface Proposals {
  tried: number;
  taken: number;
}

/** Chains that are moved at a time, of so many. */
export const movedAtATime = (chains: number) => 4 * Math.ceil(chains / 32);

/** Σ_j softplus(x_j) of each row, panel by panel. */
function norms(x: Float32Array, rows: number, units: number, panel: PanelSum): number[] {
  return Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let first = 0; first < units; first += panel.units) {
      sum += panel.softplus(x.subarray(r * units + first, r * units + Math.min(first + panel.units, units)));
    }
    return sum;
  });
}

/** -F(h) = b·h + Σ_i softplus((c + Wh)_i) of each row; `inputs` are c + Wh. */
function minusFree(
  h: Uint8Array,
  inputs: Float32Array,
  bias: Float32Array,
  rows: number,
  visible: number,
  panel: PanelSum,
): number[] {
  const hidden = bias.length;
  return Array.from({ length: rows }, (_, r) => {
    let free = 0;
    for (let j = 0; j < hidden; j++) if (h[r * hidden + j]) free += bias[j];
    for (let first = 0; first < visible; first += panel.units) {
      const past = Math.min(first + panel.units, visible);
      free += panel.softplus(inputs.subarray(r * visible + first, r * visible + past));
    }
    return free;
  });
}

/** log Σ_r p(h|v_r), `x` the inputs b + vW of the rows. */
function logMixture(h: Uint8Array, x: Float32Array, normOf: number[]): number {
  const hidden = h.length;
  const logs = normOf.map((norm, r) => {
    let sum = fround(-norm);
    for (let j = 0; j < hidden; j++) if (h[j]) sum = fround(sum + x[r * hidden + j]);
    return sum;
  });
  const largest = Math.max(...logs);
  const lanes = [0, 0, 0, 0];
  for (let r = 0; r < roundUp(logs.length, 4); r++) {
    const term = r < logs.length ? exp32(fround(logs[r] - largest)) : exp32(-Infinity);
    lanes[r % 4] = fround(lanes[r % 4] + term);
  }
  return largest + log(lanes[0] + lanes[1] + (lanes[2] + lanes[3]));
}

/**
 * Moves some of the chains; their h, [chains, hidden], changes in place.
 * @param proposed h' of the chains that are moved, [n, hidden]
 * @param x inputs of the hidden units given the R rows of the minibatch
 * @param down c + Wh of so many rows
 */
export function moveChains(
  proposals: Proposals,
  h: Uint8Array,
  proposed: Uint8Array,
  x: Float32Array,
  hiddenBias: Float32Array,
  visible: number,
  down: (h: Uint8Array, rows: number) => Float32Array,
  stream: Stream,
  panel = TWENTY,
): void {
  const hidden = hiddenBias.length;
  const [chains, n, rows] = [h, proposed, x].map(({ length }) => length / hidden);
  const first = Math.floor((stream.fill(1)[0] * chains) / 2 ** 32);
  const places = Array.from({ length: n }, (_, i) => (first + i) % chains);
  const own = Uint8Array.from(
    { length: n * hidden },
    (_, k) => h[places[Math.floor(k / hidden)] * hidden + (k % hidden)],
  );
  const [before, after] = [own, proposed].map((states) =>
    minusFree(states, down(states, n), hiddenBias, n, visible, panel),
  );
  const normOf = norms(x, rows, hidden, panel);
  const numbers = stream.fill(roundUp(n, 4) / 4);
  places.forEach((m, i) => {
    const at = (states: Uint8Array) => states.subarray(i * hidden, (i + 1) * hidden);
    const free = after[i] - before[i];
    const gain = free + (logMixture(at(own), x, normOf) - logMixture(at(proposed), x, normOf));
    if (!(numbers[i] / 2 ** 32 < exp(gain))) return;
    proposals.taken++;
    h.set(at(proposed), m * hidden);
  });
  proposals.tried += n;
}
