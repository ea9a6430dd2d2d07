/** The program that gives the bits of the figure. */

import type { FieldsValues } from './spec.js';

/** A program for Node that prints the SHA-256 of both stacks. */
export function programOf({
  size,
  coupling,
  samples,
  network,
  epochs,
  rate,
  l1,
  control,
  seed,
}: Omit<FieldsValues, 'live' | 'layer' | 'unit' | 'side' | 'restored' | 'paused' | 'lowPower'>): string {
  const made =
    control === 'gaussian'
      ? `new ClippedGaussian({ data: spins, seed: ${seed} }).sample(${samples})`
      : `reorderSites(spins, siteOrder(${size ** 2}, ${seed}))`;
  return [
    `import { createHash } from 'node:crypto';`,
    `import { encodeStack, Ising, square, trainStack } from 'blockspin';`,
    `import { ${control === 'gaussian' ? 'ClippedGaussian' : 'reorderSites, siteOrder'} } from 'blockspin/ising';`,
    '',
    `const spins = new Ising({ lattice: square(${size}), coupling: ${coupling}, seed: ${seed} }).sample(${samples});`,
    `const control = ${made};`,
    `for (const data of [spins, control]) {`,
    `  const { stack } = await trainStack(data, {`,
    `    hidden: [${network.split(/[-,]/).join(', ')}], epochs: ${epochs}, seed: ${seed},`,
    `    algorithm: 'cd', centred: false, schedule: 'constant', learningRate: ${rate}, momentum: 0.5, l1: ${l1},`,
    `    precision: 'fixed16', outcome: false,`,
    `  });`,
    `  console.log(createHash('sha256').update(encodeStack(stack)).digest('hex'));`,
    `}`,
  ].join('\n');
}
