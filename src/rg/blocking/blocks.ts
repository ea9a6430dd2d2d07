/**
 * Blocks: which sites of a lattice become one spin. Boxes of b^d sites of a chain, square, triangular or cubic lattice, or
 * the triangles of b = √3.
 *
 * Triangles. The sites (r, c) of a triangular lattice with r + c a multiple of 3 are a triangular lattice of constant √3,
 * turned by 30°. From each of them, the triangle of (0, 0), (0, 1), (1, 1) has one site of each remainder of r + c, so
 * these triangles hold every site once, and their centres are the coarse lattice. Its axes are
 *   rows (1, -1), columns (1, 2)   from a lattice without twist, a turn by +30°
 *   rows (2, 1), columns (-1, 1)   from one with a twist, by -30°
 * so two steps are a plain scale of 3. The torus of the periods (R, 0), (0, C) has in the axes of the coarse lattice
 * periods that are no longer along them: their Hermite normal form (m, -t), (0, n) is a torus of m rows of n columns with
 * a twist t; an L × L torus becomes L/3 rows of L columns with twist L/3, and after the second step L/3 × L/3.
 */

import { SpinData } from '../../ising/data/spinData.js';
import {
  checkAnyLattice,
  describeTold,
  type Lattice,
  type LatticeName,
  nameOfLattice,
  readLatticeName,
} from '../../ising/models/lattice.js';
import { integer, refuse } from '../../util/check.js';

/**
 * b: blocks are b sites of a chain, b × b sites of a square or triangular lattice (rhombi), b × b × b of a cubic one; or
 * [rows, columns], or [layers, rows, columns] of a block; `sqrt3`: the triangles of three sites of a periodic triangular
 * lattice, b = √3 (Niemeijer & van Leeuwen).
 */
export type BlockFactor = number | readonly [number, number] | readonly [number, number, number] | 'sqrt3';

/** Size of the blocks, and number of steps. */
export interface BlockShape {
  factor: BlockFactor;
  /** Number of steps; default 1. The sides must be multiples of b^steps. */
  steps?: number;
}

/** The lattice of configurations. */
export interface SpinLattice {
  /** chain, square, triangular or cubic. */
  kind: string;
  /** Undefined: the data do not name their lattice. */
  name: LatticeName | undefined;
  /** [rows, columns] of a plane or a chain, [layers, rows, columns] of a cubic lattice. */
  sides: number[];
  /** t of a twisted torus. */
  twist: number;
}

/** Blocks of a lattice. */
export interface Blocks {
  lattice: SpinLattice;
  /** Sides of a block, as many as the lattice has; or the triangles. */
  factor: number[] | 'sqrt3';
  /** Sites of a block. */
  size: number;
  /** The lattice of block spins. */
  coarse: SpinLattice;
}

/** @throws TypeError or RangeError unless it is b >= 2, a block of more than one site, or `sqrt3` */
export function checkFactor(factor: unknown, option = 'factor'): BlockFactor {
  if (factor === 'sqrt3') return factor;
  if (!Array.isArray(factor)) return integer(option, factor, 2);
  if (factor.length !== 2 && factor.length !== 3) {
    const triangles = option === 'factor' ? ', or "sqrt3"' : '';
    refuse(option, `a number, [rows, columns] or [layers, rows, columns]${triangles}`, factor);
  }
  const block = factor.map((b, k) => integer(`${option}[${k}]`, b));
  if (block.every((b) => b === 1)) refuse(option, 'a block of more than one site', factor);
  return block as [number, number];
}

/**
 * The blocks of some data.
 * @throws TypeError if not SpinData; RangeError for data of no lattice with sides, a factor of another dimension, or sides
 *   that the blocks do not tile, after all steps: the nearest ones are named
 */
export function checkBlocks(data: SpinData, options: BlockShape): Blocks & { steps: number } {
  return checkBlocksOf(latticeOfData(data), options);
}

/** `checkBlocks` of a lattice. */
export function checkBlocksOf(lattice: SpinLattice, options: BlockShape): Blocks & { steps: number } {
  const factor = checkFactor(options.factor);
  const steps = integer('steps', options.steps ?? 1);
  if (factor === 'sqrt3') checkTriangles(lattice, steps);
  else checkSides(lattice, factor, steps);
  return { ...blocksOf(lattice, factor), steps };
}

/** A lattice, as that of data on it. @throws TypeError or RangeError for a graph, or what is no lattice */
export function spinLattice(lattice: Lattice): SpinLattice {
  const known = checkAnyLattice(lattice);
  if (known.kind === 'graph') refuse('lattice', 'a lattice with sides', 'graph');
  const name = nameOfLattice(known);
  return {
    kind: name.kind,
    name,
    sides: known.kind === 'chain' ? [1, known.sites] : [...known.shape],
    twist: name.twist ?? 0,
  };
}

/** The lattice that the data name; the square lattice where they name none. @throws as `checkBlocks` */
export function latticeOfData(data: SpinData): SpinLattice {
  if (!(data instanceof SpinData)) refuse('data', 'SpinData', data, 'type');
  const { lattice, shape } = data.provenance.parameters ?? {};
  const name = readLatticeName(lattice);
  const kind = lattice === undefined ? 'square' : (name?.kind ?? '');
  if (!['chain', 'square', 'triangular', 'cubic'].includes(kind)) {
    refuse('data', 'data of a chain, a square, triangular or cubic lattice', describeTold(lattice));
  }
  const plane = [...data.shape];
  if (kind !== 'cubic') return { kind, name, sides: plane, twist: name?.twist ?? 0 };
  const sides = Array.isArray(shape) && shape.length === 3 ? (shape as number[]) : [0, 0, 0];
  if (sides[0] * sides[1] !== plane[0] || sides[2] !== plane[1]) {
    refuse('data.provenance.parameters.shape', `[layers, rows, columns] of data of ${plane.join(' × ')} spins`, shape);
  }
  return { kind, name, sides: [...sides], twist: 0 };
}

/** @throws RangeError naming the nearest sides that are multiples of b^steps */
function checkSides(lattice: SpinLattice, blocks: Exclude<BlockFactor, 'sqrt3'>, steps: number): void {
  const { sides, twist } = lattice;
  const factor = factorOf(blocks, sides);
  const where = sides.length === 3 ? 'data.provenance.parameters.shape' : 'data.shape';
  sides.forEach((side, k) => {
    multiple(`${where}[${k}]`, side, factor[k] ** steps, steps === 1 ? '' : ` (${factor[k]}^${steps})`);
  });
  const wide = factor[1] ** steps;
  if (twist % wide !== 0) refuse('data', `a lattice whose twist is a multiple of ${wide}`, twist);
}

/** @throws RangeError naming the nearest sides, if it is not a triangular torus that triangles tile at every step */
function checkTriangles(lattice: SpinLattice, steps: number): void {
  const { kind, name, sides, twist } = lattice;
  if (kind !== 'triangular' || name?.boundary !== 'periodic') {
    refuse('data', 'data of a periodic triangular lattice for "sqrt3"', describeTold(name ?? 'no lattice'));
  }
  if (twist === 0) {
    const power = Math.ceil(steps / 2);
    sides.forEach((side, k) => {
      multiple(`data.shape[${k}]`, side, 3 ** power, steps <= 2 ? '' : ` (3^${power})`);
    });
  }
  let next = lattice;
  for (let step = 0; step < steps; step++) {
    const [rows, columns] = next.sides;
    if ((rows - next.twist) % 3 !== 0 || columns % 3 !== 0) {
      const got = `${rows} rows of ${columns}, twist ${next.twist}${step > 0 ? `, at step ${step + 1}` : ''}`;
      refuse('data', 'a lattice with rows - twist and columns in multiples of 3', got);
    }
    next = triangleLattice(next);
  }
}

function multiple(name: string, side: number, block: number, power: string): void {
  if (side % block === 0) return;
  const near = [Math.floor(side / block), Math.ceil(side / block)].filter((n) => n > 0).map((n) => n * block);
  refuse(name, `a multiple of ${block}${power} such as ${near.join(' or ')}`, side);
}

/** Blocks of a lattice that they tile. */
function blocksOf(lattice: SpinLattice, blocks: BlockFactor): Blocks {
  if (blocks === 'sqrt3') return { lattice, factor: blocks, size: 3, coarse: triangleLattice(lattice) };
  const factor = factorOf(blocks, lattice.sides);
  const sides = lattice.sides.map((side, k) => side / factor[k]);
  const coarse = withTwist({ ...lattice, sides }, lattice.twist / factor[1]);
  return { lattice, factor, size: factor.reduce((product, b) => product * b, 1), coarse };
}

/** One row or one column of spins is a chain. */
export function isChain({ sides }: { sides: readonly number[] }): boolean {
  return sides.length === 2 && sides.includes(1);
}

function factorOf(blocks: Exclude<BlockFactor, 'sqrt3'>, sides: readonly number[]): number[] {
  if (typeof blocks !== 'number') {
    if (blocks.length !== sides.length) {
      refuse(
        'factor',
        sides.length === 3 ? 'a number or [layers, rows, columns]' : 'a number or [rows, columns]',
        blocks,
      );
    }
    return [...blocks];
  }
  // a single spin is no chain
  const along = isChain({ sides }) && sides.some((side) => side > 1);
  return sides.map((side) => (along && side === 1 ? 1 : blocks));
}

function withTwist(lattice: SpinLattice, twist: number): SpinLattice {
  const { twist: _, ...name } = lattice.name ?? { kind: lattice.kind };
  return { ...lattice, twist, ...(lattice.name && { name: twist === 0 ? name : { ...name, twist } }) };
}

/** Axes of the coarse lattice of triangles: [row, column] of a step along its rows, and along its columns. */
function axesOf({ twist }: SpinLattice): { row: [number, number]; column: [number, number] } {
  return twist === 0 ? { row: [1, -1], column: [1, 2] } : { row: [2, 1], column: [-1, 1] };
}

/** The lattice of the triangles' centres. */
function triangleLattice(lattice: SpinLattice): SpinLattice {
  const [rows, columns] = lattice.sides;
  const { row, column } = axesOf(lattice);
  // r = a·row[0] + b·column[0], c = a·row[1] + b·column[1], of determinant 3, by Cramer's rule
  const coarse = (r: number, c: number): [number, number] => [
    (r * column[1] - c * column[0]) / 3,
    (c * row[0] - r * row[1]) / 3,
  ];
  const [a, b] = [coarse(rows, -lattice.twist), coarse(0, columns)];
  // Euclid on the first coordinates leaves one period along the columns and one that leads back to the first row
  let [down, along] = [a, b];
  while (along[0] !== 0) {
    const times = Math.trunc(down[0] / along[0]);
    [down, along] = [along, [down[0] - times * along[0], down[1] - times * along[1]]];
  }
  const width = Math.abs(along[1]);
  const sign = Math.sign(down[0]);
  const twist = (((-sign * down[1]) % width) + width) % width;
  return withTwist({ ...lattice, sides: [Math.abs(down[0]), width] }, twist);
}

/**
 * The sites of each block, u32 [blocks, size], numbered row by row of the lattice of the data; blocks in the order of the
 * sites of the coarse lattice, the sites of a box row by row, those of a triangle as above.
 */
export function sitesOfBlocks({ lattice, factor, size, coarse }: Blocks): Uint32Array {
  const count = coarse.sides.reduce((product, side) => product * side, 1);
  const sites = new Uint32Array(count * size);
  if (factor === 'sqrt3') {
    const { row, column } = axesOf(lattice);
    const columns = coarse.sides[1];
    for (let k = 0; k < count; k++) {
      const a = Math.floor(k / columns);
      const b = k % columns;
      const r = a * row[0] + b * column[0];
      const c = a * row[1] + b * column[1];
      sites[3 * k] = siteAt(lattice, r, c);
      sites[3 * k + 1] = siteAt(lattice, r, c + 1);
      sites[3 * k + 2] = siteAt(lattice, r + 1, c + 1);
    }
    return sites;
  }
  const within = offsetsOf(factor, lattice.sides);
  const corners = offsetsOf(coarse.sides, lattice.sides, factor);
  corners.forEach((corner, k) => {
    within.forEach((offset, i) => {
      sites[k * size + i] = corner + offset;
    });
  });
  return sites;
}

/** The site (r, c) of a twisted torus, any integers. */
function siteAt({ sides: [rows, columns], twist }: SpinLattice, r: number, c: number): number {
  const turns = Math.floor(r / rows);
  const column = c + turns * twist;
  return (r - turns * rows) * columns + column - columns * Math.floor(column / columns);
}

/** The site numbers of a box at the first site of a lattice, row by row; with a spacing of its points. */
export function offsetsOf(box: readonly number[], sides: readonly number[], spacing?: readonly number[]): number[] {
  let all = [0];
  box.forEach((length, k) => {
    const steps = Array.from({ length }, (_, x) => x * (spacing?.[k] ?? 1));
    all = all.flatMap((site) => steps.map((x) => site * sides[k] + x));
  });
  return all;
}

/** What the provenance of data on this lattice says. */
export function toldOf({ kind, name, sides }: SpinLattice): { lattice?: LatticeName; shape: number[] } {
  const shape = kind === 'chain' ? [sides[0] * sides[1]] : [...sides];
  return name === undefined ? { shape } : { lattice: name, shape };
}
