/** Blocks: the numbers and addresses that a kernel reads, four bytes each, in the order of kernels.ts. */

import type { Machine } from './machine.js';

/** Fields of a block, in order. An address is a u32. */
export type Block = Readonly<Record<string, 'u32' | 'f32'>>;

/** Size of a block in bytes. */
export const blockBytes = (block: Block): number => 4 * Object.keys(block).length;

/** Writes all fields of a block. */
export function writeBlock<B extends Block, Name extends string>(
  machine: Machine<Name>,
  region: Name,
  block: B,
  values: Readonly<Record<keyof B & string, number>>,
): void {
  const views = { u32: machine.u32(region), f32: machine.f32(region) };
  Object.entries(block).forEach(([field, type], k) => {
    views[type][k] = values[field];
  });
}

/** Writes some fields of a block. */
export function setFields<B extends Block, Name extends string>(
  machine: Machine<Name>,
  region: Name,
  block: B,
  values: Readonly<Partial<Record<keyof B & string, number>>>,
): void {
  const views = { u32: machine.u32(region), f32: machine.f32(region) };
  const names = Object.keys(block);
  for (const [field, value] of Object.entries(values)) views[block[field]][names.indexOf(field)] = value as number;
}

/** Reads a field of a block. */
export function fieldOf<B extends Block, Name extends string>(
  machine: Machine<Name>,
  region: Name,
  block: B,
  field: keyof B & string,
): number {
  return machine[block[field]](region)[Object.keys(block).indexOf(field)];
}
