/**
 * The golden program: samples, trains, and hashes every spin and every weight. The hash is a constant: the same in Node and in a page, on one thread and
 * on two. If a change is meant to move it, the change says so in CHANGELOG.md.
 */

import {
  Clusters,
  CouplingFromThePast,
  chain,
  coarseGrain,
  edwardsAnderson,
  Ising,
  IsingReplicas,
  isingHamiltonian,
  MultiSpin,
  SingleSpin,
  square,
  Tempering,
  trainExactly,
  trainRbm,
  trainStack,
  triangular,
} from '../src/all.js';

export const GOLDEN = '7832dc168280dc2a8be6c7a41600b6bcf6b0fc16ef80d4a6a6ca6140248b1311';

export async function golden({ threads }: { threads: number }): Promise<string> {
  const data = new Ising({ lattice: square(16), coupling: 0.408, seed: 'golden' }).sample(500);
  const replicas = new IsingReplicas({ lattice: square(6, 10), coupling: 0.3, seed: 7 });
  replicas.advance(25);
  const { stack } = await trainStack(data, {
    hidden: [43, 25, 7],
    algorithm: 'cd',
    centred: false,
    schedule: 'constant',
    learningRate: 0.1,
    epochs: 3,
    batchSize: 30,
    l1: 2e-4,
    seed: 1,
    threads,
    outcome: false,
  });
  const parts: (Uint8Array | Float32Array | Float64Array)[] = [data.bytes, replicas.configurations().bytes];
  for (const rbm of stack.rbms) parts.push(rbm.weights, rbm.visibleBias, rbm.hiddenBias);
  // means and reconstructions go through the other kernels
  parts.push(stack.reconstruct(data));

  parts.push(...(await otherSamplers(threads)));
  parts.push(coarseGrain(data, { rule: 'majority', factor: 2, steps: 2, seed: 3 }).bytes);
  // the other ways to train, the default refreshed by annealing, and chains of the machine that it made
  const short = { threads, outcome: false } as const;
  const { rbm } = await trainRbm(data, { hidden: 30, epochs: 2, passes: 200, seed: 2, ...short });
  const persistent = await trainRbm(data, { hidden: 30, epochs: 2, seed: 2, algorithm: 'pcd', ...short });
  parts.push(persistent.rbm.weights);
  parts.push(rbm.weights, rbm.visibleBias, rbm.gibbs(data, { steps: 3, seed: 4 }).visible.bytes);
  const sixteen = await trainRbm(data, {
    hidden: 50,
    epochs: 2,
    seed: 6,
    algorithm: 'pcd',
    precision: 'fixed16',
    ...short,
  });
  parts.push(sixteen.rbm.weights, sixteen.rbm.hiddenBias);
  const exact = trainExactly(isingHamiltonian({ lattice: chain(7), coupling: 0.5 }), {
    hidden: 3,
    iterations: 20,
    seed: 5,
  });
  parts.push(exact.rbm.weights);

  const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const bytes = new Uint8Array(total);
  let end = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), end);
    end += part.byteLength;
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Spins of every other sampler, of several chains where it has them. */
async function otherSamplers(threads: number): Promise<Uint8Array[]> {
  const seed = 'golden';
  const field = isingHamiltonian({ lattice: triangular(5, 4), coupling: 0.2, field: 0.1 });
  const glass = edwardsAnderson({ lattice: square(4), distribution: 'gaussian', coupling: 0.7, seed: 1 });
  const chains = { seed, chains: 3, threads };
  const large = new MultiSpin({ lattice: square(64, 32), coupling: 0.42, seed, threads });
  await large.advanceAsync(12);
  await large.close();
  const heatBath = new IsingReplicas({ lattice: square(6), coupling: 0.3, method: 'heatBath', seed });
  heatBath.advance(9);
  const sets = [
    await new Ising({ lattice: square(12), coupling: 0.44, method: 'wolff', ...chains }).sampleAsync(90),
    await new Clusters({ hamiltonian: field, ...chains }).sampleAsync(90),
    await new Clusters({ hamiltonian: glass, method: 'swendsenWang', ...chains }).sampleAsync(90),
    await new SingleSpin({ hamiltonian: field, ...chains }).sampleAsync(90),
    await new SingleSpin({ hamiltonian: glass, method: 'metropolis', ...chains }).sampleAsync(90),
    ...new Tempering({ hamiltonian: glass, scales: [0, 0.5, 1], seed }).sample(40),
    new CouplingFromThePast({ hamiltonian: field, seed }).sample(20),
    new CouplingFromThePast({ hamiltonian: field, method: 'heatBath', seed }).sample(20),
    large.configurations(),
    heatBath.configurations(),
  ];
  return sets.map(({ bytes }) => bytes);
}
