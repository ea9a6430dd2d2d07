/**
 * Loop optimization for tensor network renormalization (loop-TNR) of Yang, Gu & Wen. As in TRG every tensor is cut in
 * two, but all eight halves around a plaquette are fitted together to its four tensors, after the correlations that go
 * round the plaquette and nowhere else have been taken out. So the tensors flow to a fixed point, at criticality too.
 *
 * The network has tensors A and B on the two sublattices. Around the plaquettes with B at the upper left, clockwise:
 *   B(d | l u | r)  A(l | u r | d)  B(u | r d | l)  A(r | d l | u),
 * ring leg in, outer legs, ring leg out. Each is cut between its outer legs, S(in, outer, new) S(new, outer, out).
 */

import { type Matrix, multiply, qr } from '../../linear/index.js';
import { checkNetwork, iterate, largestEntry, type TensorRgOptions, tensorOptions } from './iteration.js';
import { DOWN, LEFT, RIGHT, type TensorNetwork, turned, UP } from './network.js';
import type { TensorStep } from './step.js';
import {
  assemble,
  type BlockTensor,
  contract,
  contractAll,
  flipped,
  identity,
  type Leg,
  matricise,
  opposite,
  permute,
  scaled,
  scaleLeg,
  split,
} from './tensor.js';

/** Rounds of the ring after which its projectors are taken as they are, and the change that ends them sooner. */
const MAX_ROUNDS = 100;
const SETTLED = 1e-13;

/** Singular values of a ring's bond below this share of the largest are correlations that go round in the ring only. */
const FILTERED = 1e-12;

/** Sweeps over the eight halves, and the relative change of the distance that ends them sooner. */
const MAX_SWEEPS = 40;
const SLOW = 1e-4;

/** Share of its largest diagonal entry that is added to the normal matrix of a half, which may be singular. */
const RIDGE = 1e-13;

/**
 * Loop-TNR. Step s has N = 2^s sites per tensor, tensors alternate between the sublattices (`partner`), and the shortest
 * ring of them has two: `dimensions` reads them from the twisted torus of two or four. At K_c of the square Ising model
 * ln Z/N is right to 1.2e-7 at χ = 8, and at χ = 12 the dimensions of spin and energy are right to 5e-4 from step 9 on,
 * also at step 16, where TRG has drifted away. Costs O(χ⁶) per step with a larger factor than TRG.
 * Source: Yang, Gu & Wen, Phys. Rev. Lett. 118, 110504 (2017).
 * @returns the steps 0 to `steps`, each made when it is asked for
 * @throws TypeError for a wrong kind; RangeError for χ outside [1, 128], steps outside [0, 200], a network with entries
 *   that are not finite, or an unknown option
 */
export function loopTnr(network: TensorNetwork, options: TensorRgOptions): IterableIterator<TensorStep> {
  const checked = tensorOptions('loopTnr', options);
  return iterate(checkNetwork(network), checked, ({ tensor, partner, tau }) => {
    const ring = filtered(tensor, partner ?? tensor);
    const { halves, distance } = optimised(ring, checked.bond);
    return { ...joined(halves), tau: turned(tau), discarded: distance };
  });
}

/** The four tensors around a plaquette with B at the upper left, each as (in, outer, outer, out), clockwise. */
function ringOf(a: BlockTensor, b: BlockTensor): BlockTensor[] {
  return [
    permute(b, [DOWN, LEFT, UP, RIGHT]),
    permute(a, [LEFT, UP, RIGHT, DOWN]),
    permute(b, [UP, RIGHT, DOWN, LEFT]),
    permute(a, [RIGHT, DOWN, LEFT, UP]),
  ];
}

/**
 * Takes out what goes round in the ring only. The four bonds of the ring are all kinds of bonds between A and B that
 * there are, so A and B are projected on all their legs.
 */
function filtered(a: BlockTensor, b: BlockTensor): BlockTensor[] {
  const bonds = ringProjectors(ringOf(a, b), Number.POSITIVE_INFINITY);
  // bond k leads from tensor k - 1 of the ring to tensor k: A.up B.down, B.right A.left, A.down B.up, B.left A.right
  const [upward, rightward, downward, leftward] = bonds;
  const project = (tensor: BlockTensor, legs: readonly [number, BlockTensor][]) =>
    legs.reduce((product, [leg, projector]) => {
      const last = contract(product, [leg], projector, [0]);
      return permute(
        last,
        [0, 1, 2, 3].map((k) => (k === leg ? 3 : k < leg ? k : k - 1)),
      );
    }, tensor);
  return ringOf(
    project(a, [
      [UP, upward.onOut],
      [LEFT, rightward.onIn],
      [DOWN, downward.onOut],
      [RIGHT, leftward.onIn],
    ]),
    project(b, [
      [DOWN, upward.onIn],
      [RIGHT, rightward.onOut],
      [UP, downward.onIn],
      [LEFT, leftward.onOut],
    ]),
  );
}

/** Projectors of a bond, each with the leg that it is summed with first and the new leg second. */
interface BondProjectors {
  /** For the leg out of the tensor before the bond. */
  onOut: BlockTensor;
  /** For the leg into the tensor behind it. */
  onIn: BlockTensor;
}

/**
 * For every bond of a ring of tensors (in, …, out) the projectors on what the ring, gone round infinitely often, sees
 * of it: with L and R what triangular factors of all that is before and behind the bond converge to, and L Rᵀ = U s V,
 * they are Rᵀ V s^{-1/2} and s^{-1/2} Uᵀ L, cut to `rank` and to s > 1e-12 of the largest.
 */
function ringProjectors(ring: readonly BlockTensor[], rank: number): BondProjectors[] {
  const before = triangles(ring);
  const mirrored = ring
    .map((tensor) =>
      permute(
        tensor,
        tensor.legs.map((_, k) => tensor.legs.length - 1 - k),
      ),
    )
    .reverse();
  const behind = triangles(mirrored);
  return ring.map((_, k) => {
    const left = before[k]; // new, the leg out
    const right = behind[(ring.length - k) % ring.length]; // new, the leg in
    const { u, s, v } = split(contract(left, [1], right, [1]), [0], rank, FILTERED);
    const root = s.map((x) => 1 / Math.sqrt(x));
    const onOut = contract(right, [0], scaleLeg(flipped(v), 0, root), [1]);
    const onIn = contract(left, [0], scaleLeg(flipped(u), 1, root), [0]);
    return { onOut, onIn };
  });
}

/** At the bond into each tensor of a ring, the triangular factor (new, leg out) of all tensors before it. */
function triangles(ring: readonly BlockTensor[]): BlockTensor[] {
  const last = (tensor: BlockTensor) => tensor.legs.length - 1;
  const start = ring[ring.length - 1];
  let factor = identity(start.legs[last(start)]);
  // a factor has the leg out as its second one
  factor = { legs: [opposite(factor.legs[0]), factor.legs[0]], values: factor.values };
  let found: BlockTensor[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next: BlockTensor[] = [];
    for (const tensor of ring) {
      next.push(factor);
      factor = triangle(contract(factor, [1], tensor, [0]));
    }
    const settled = found.length > 0 && next.every((each, k) => difference(each, found[k]) < SETTLED);
    found = next;
    if (settled) break;
  }
  return found;
}

/** Largest difference of entries; Infinity for other shapes. */
function difference(a: BlockTensor, b: BlockTensor): number {
  if (a.values.length !== b.values.length) return Number.POSITIVE_INFINITY;
  return a.values.reduce((most, x, k) => Math.max(most, Math.abs(x - b.values[k])), 0);
}

/** The factor R of a tensor as a matrix from its last leg to the others, as (new, last leg), its largest entry 1. */
function triangle(tensor: BlockTensor): BlockTensor {
  const last = tensor.legs.length - 1;
  const rows = tensor.legs.map((_, k) => k).slice(0, last);
  const blocks = matricise(tensor, rows, [last]).map((block) => {
    if (block.columns === 0 || block.rows === 0)
      return { rows: 0, columns: block.columns, values: new Float64Array(0) };
    const tall = block.rows >= block.columns ? block : padded(block);
    return qr(tall).r;
  });
  const fresh: Leg = { sizes: blocks.map((block) => block.rows), arrow: 1 };
  const factor = assemble(blocks, [fresh, tensor.legs[last]], 1);
  return scaled(factor, 1 / largestEntry(factor));
}

/** A matrix with rows of zeros below, as many as make it square. */
function padded({ columns, values }: Matrix): Matrix {
  const square = new Float64Array(columns * columns);
  square.set(values);
  return { rows: columns, columns, values: square };
}

/** The halves of a ring's tensors: first cut one by one, with twice the bonds, then by the ring's own projectors. */
function initialHalves(ring: readonly BlockTensor[], bond: number): BlockTensor[] {
  const halves = ring.flatMap((tensor) => {
    const { u, s, v } = split(tensor, [0, 1], 2 * bond);
    const root = s.map(Math.sqrt);
    return [scaleLeg(u, 2, root), scaleLeg(v, 0, root)];
  });
  const bonds = ringProjectors(halves, bond);
  return halves.map((half, k) => {
    const inner = contract(half, [2], bonds[(k + 1) % halves.length].onOut, [0]);
    return permute(contract(inner, [0], bonds[k].onIn, [0]), [2, 0, 1]);
  });
}

/**
 * The eight halves, swept until their distance from the ring hardly falls.
 * @returns `distance`, the squared one as a share of the squared norm of the ring
 */
function optimised(ring: readonly BlockTensor[], bond: number): { halves: BlockTensor[]; distance: number } {
  const halves = initialHalves(ring, bond);
  const norm = closed(ring.map((tensor) => doubled(tensor, tensor, [1, 2])).reduce(joinedTransfer));
  let distance = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const own = halves.map((half) => doubled(half, half, [1]));
    const mixed = ring.map((tensor, i) => overlap(tensor, halves[2 * i], halves[2 * i + 1]));
    const before = distance;
    distance = Math.max(0, 1 + (closed(own.reduce(joinedTransfer)) - 2 * closed(mixed.reduce(joinedTransfer))) / norm);
    if (distance > (1 - SLOW) * before || distance < 1e-15) break;
    const ownBehind = suffixes(own);
    const mixedBehind = suffixes(mixed);
    let ownBefore: BlockTensor | undefined;
    let mixedBefore: BlockTensor | undefined;
    for (let k = 0; k < halves.length; k++) {
      const i = k >> 1;
      const around = rest(ownBehind[k], ownBefore); // out, out', in, in'
      const mixedAround = rest(mixedBehind[i], mixedBefore);
      halves[k] = fitted(around, target(ring[i], halves, k, mixedAround), halves[k]);
      own[k] = doubled(halves[k], halves[k], [1]);
      ownBefore = ownBefore === undefined ? own[k] : joinedTransfer(ownBefore, own[k]);
      if (k % 2 === 1) {
        mixed[i] = overlap(ring[i], halves[k - 1], halves[k]);
        mixedBefore = mixedBefore === undefined ? mixed[i] : joinedTransfer(mixedBefore, mixed[i]);
      }
    }
  }
  return { halves, distance };
}

/** A tensor of a ring with its conjugate, outer legs summed: in, in', out, out'. */
function doubled(a: BlockTensor, b: BlockTensor, outer: readonly number[]): BlockTensor {
  return permute(contract(a, outer, flipped(b), outer), [0, 2, 1, 3]);
}

/** A tensor of the ring with the conjugates of its two halves: in, in', out, out'. */
function overlap(tensor: BlockTensor, first: BlockTensor, second: BlockTensor): BlockTensor {
  const half = contract(tensor, [1], flipped(first), [1]); // in, outer, out, in', new
  return permute(contract(half, [1, 4], flipped(second), [1, 0]), [0, 2, 1, 3]);
}

/** Two of them one after the other. */
function joinedTransfer(a: BlockTensor, b: BlockTensor): BlockTensor {
  return contract(a, [2, 3], b, [0, 1]);
}

/** The trace of a whole ring. */
function closed(ring: BlockTensor): number {
  return contractAll(
    contract(ring, [0, 2], identity(opposite(ring.legs[0])), [0, 1]),
    identity(opposite(ring.legs[1])),
    [0, 1],
  );
}

/** Products of all that follow each; undefined for the last one. */
function suffixes(parts: readonly BlockTensor[]): (BlockTensor | undefined)[] {
  const found = new Array<BlockTensor | undefined>(parts.length).fill(undefined);
  for (let k = parts.length - 2; k >= 0; k--) {
    const next = found[k + 1];
    found[k] = next === undefined ? parts[k + 1] : joinedTransfer(parts[k + 1], next);
  }
  return found;
}

/** A ring without one of its parts: what is behind it, then what is before it. */
function rest(behind: BlockTensor | undefined, before: BlockTensor | undefined): BlockTensor {
  if (behind === undefined) return before as BlockTensor;
  return before === undefined ? behind : joinedTransfer(behind, before);
}

/** The ring without half k of its copy, as that half's legs: in, outer, new or new, outer, out. */
function target(tensor: BlockTensor, halves: readonly BlockTensor[], k: number, around: BlockTensor): BlockTensor {
  if (k % 2 === 0) {
    const half = contract(tensor, [2], flipped(halves[k + 1]), [1]); // in, outer, out, new', out'
    return permute(contract(half, [0, 2, 4], around, [2, 0, 1]), [2, 0, 1]); // outer, new', in'
  }
  const half = contract(tensor, [1], flipped(halves[k - 1]), [1]); // in, outer, out, in', new'
  return permute(contract(half, [0, 2, 3], around, [2, 0, 3]), [1, 0, 2]); // outer, new', out'
}

/** The half that solves N S = W for the environment N of its two bonds; of many the one nearest to the last one. */
function fitted(around: BlockTensor, wanted: BlockTensor, half: BlockTensor): BlockTensor {
  const normal = matricise(around, [3, 1], [2, 0]);
  const [goal, old] = [wanted, half].map((tensor) => matricise(tensor, [0, 2], [1]));
  const blocks = old.map((block, charge) => {
    if (block.rows * block.columns === 0) return block;
    return nearestSolution(normal[charge], goal[charge], block);
  });
  const legs = half.legs;
  return permute(assemble(blocks, [legs[0], legs[2], legs[1]], 2), [0, 2, 1]);
}

/** x + (N + ε)^{-1} (W - N x), by Cholesky's factors. */
function nearestSolution(normal: Matrix, goal: Matrix, x: Matrix): Matrix {
  const n = normal.rows;
  const columns = x.columns;
  const image = multiply(normal, x).values;
  const residual = goal.values.map((value, place) => value - image[place]);
  const lower = normal.values.slice();
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, lower[i * n + i]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? lower[i * n + i] + RIDGE * most : lower[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, RIDGE * most)) : sum / lower[j * n + j];
    }
  }
  const values = x.values.slice();
  const column = new Float64Array(n);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = residual[i * columns + c];
      for (let k = 0; k < i; k++) sum -= lower[i * n + k] * column[k];
      column[i] = sum / lower[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i];
      for (let k = i + 1; k < n; k++) sum -= lower[k * n + i] * column[k];
      column[i] = sum / lower[i * n + i];
      values[i * columns + c] += column[i];
    }
  }
  return { rows: n, columns, values };
}

/**
 * The next A and B: the halves around the plaquettes with A at the upper left, of which half have the first A of the
 * ring, half the second one. The former are the next B: so the next ring is again around a fitted ring, and the others,
 * which were not fitted, are summed to a tensor together with all that goes round in them. (The other way about the
 * distance grows from step to step, and the spectrum drifts as that of TRG.)
 */
function joined(halves: readonly BlockTensor[]): { tensor: BlockTensor; partner: BlockTensor } {
  const [b1Down, b1Up, a1Up, a1Down, b2Up, b2Down, a2Down, a2Up] = halves;
  return {
    partner: plaquette(a1Down, b1Down, a2Up, b2Up),
    tensor: plaquette(
      permute(a2Down, [2, 0, 1]),
      permute(b2Down, [1, 2, 0]),
      permute(a1Up, [2, 0, 1]),
      permute(b1Up, [1, 2, 0]),
    ),
  };
}

/** Four halves around a plaquette: (new, r, d) at the upper left, (d, l, new), (new, l, u) and (u, r, new) clockwise. */
function plaquette(
  upperLeft: BlockTensor,
  upperRight: BlockTensor,
  lowerRight: BlockTensor,
  lowerLeft: BlockTensor,
): BlockTensor {
  const top = contract(upperLeft, [1], upperRight, [1]); // new, d, d, new
  const bottom = contract(lowerRight, [1], lowerLeft, [1]); // new, u, u, new
  return permute(contract(top, [1, 2], bottom, [2, 1]), [3, 0, 1, 2]);
}
