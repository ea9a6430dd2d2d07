/**
 * The files of `blockspin sample`: existing files are compared with those of the command, and reused if they agree.
 * Each is sampled as .bits, which can be continued, and then converted to the requested format; `.bits.state` exists
 * until that is done, and distinguishes such a .bits file from one of the user's.
 */

import { existsSync } from 'node:fs';
import { fnv1a64 } from '../../io/checkpoint.js';
import { readFileBytes, readIfPresent, removeIfPresent, removeLeftovers, writeFileAtomic } from '../../io/disk.js';
import { Lock } from '../../io/lock.js';
import { lockName, type SpinSource, sampleToOwnFile, stateName } from '../../io/sampleToFile.js';
import { partialName } from '../../io/spinFileWriter.js';
import type { Provenance, SpinData } from '../../ising/data/spinData.js';
import { planeOf } from '../../ising/data/spinData.js';
import { hamiltonianOfModel, type UniformModel } from '../../ising/models/uniform.js';
import { type SamplerOptions, samplerFor } from '../../ising/samplers/sampler.js';
import { loadSpinData, saveSpinData } from '../../node.js';
import type { WorkOptions } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { UsageError } from './options.js';

/** The options for existing files. */
export interface Intent {
  resume: boolean;
  restart: boolean;
}

/** The sampling of each file. */
export interface Sampling {
  count: number;
  options: SamplerOptions;
}

/** The content of `.npy.json`, for an .npy file, which holds only spins. */
interface NpyRecord {
  count: number;
  shape: readonly [number, number];
  /** Hash of the bytes of the .npy file. */
  fnv1a64: string;
  provenance: Provenance;
}

/** One output file, with a lock for this process until `release`. */
export class SampleFile {
  readonly #bits: string;
  readonly #lock: Lock;
  /** Provenance of an existing file that is reused. */
  #provenance: Provenance | undefined;

  /** @throws Error if another process writes this file */
  constructor(
    readonly path: string,
    readonly model: UniformModel,
    private readonly sampling: Sampling,
  ) {
    this.#bits = path.replace(/\.[^.]+$/, '.bits');
    this.#lock = Lock.take(lockName(this.#bits), path);
  }

  release(): void {
    this.#lock.release();
  }

  /** Checks existing files before any work. @throws UsageError if they may be neither used nor overwritten */
  prepare({ resume, restart }: Intent): void {
    removeLeftovers(this.path.replace(/[^.]+$/, ''), 'beginning');
    if (!resume && !restart) this.#refuseAny();
    if (this.#bits !== this.path && existsSync(this.#bits) && !existsSync(stateName(this.#bits))) {
      throw new UsageError(
        `${this.#bits} already exists, and would be overwritten while ${this.path} is sampled: --format bits keeps it, --out chooses another folder`,
      );
    }
    if (restart) this.#removeAll();
    else if (resume) this.#check();
  }

  /** Samples the file, or continues it, unless it is complete. @returns its provenance */
  async make(work: WorkOptions): Promise<Provenance> {
    if (this.#provenance) return this.#provenance;
    const { count, options } = this.sampling;
    const source = samplerFor(hamiltonianOfModel(this.model), options) as SpinSource;
    // a sampler without a state starts again
    const resume = source.state !== undefined;
    if (!resume) removeIfPresent(partialName(this.#bits));
    const provenance = await sampleToOwnFile(source, count, this.#bits, { ...work, resume }, this.#lock);
    this.#lock.check();
    if (this.#bits !== this.path) this.#convert(provenance);
    removeIfPresent(stateName(this.#bits));
    return provenance;
  }

  #convert(provenance: Provenance): void {
    const data = loadSpinData(this.#bits, { limit: Number.MAX_SAFE_INTEGER });
    saveSpinData(this.path, data);
    if (this.path.endsWith('.npy')) {
      const sum = fnv1a64(readFileBytes(this.path));
      const record: NpyRecord = { count: data.count, shape: data.shape, fnv1a64: sum, provenance };
      writeFileAtomic(recordName(this.path), `${JSON.stringify(record, null, 2)}\n`);
    }
    removeIfPresent(this.#bits);
  }

  /** Removes all files that a run of this command can have left, but no .bits file of the user's. */
  #removeAll(): void {
    const state = stateName(this.#bits);
    if (existsSync(state)) removeIfPresent(this.#bits);
    for (const left of [this.path, recordName(this.path), partialName(this.#bits), state]) removeIfPresent(left);
  }

  #refuseAny(): void {
    const all = [this.path, partialName(this.#bits), stateName(this.#bits)];
    const there = all.find((path) => existsSync(path));
    if (!there) return;
    throw new UsageError(
      `${there} already exists: --resume continues it, --restart overwrites it, --out chooses another folder`,
    );
  }

  /** Checks that the file is the one of this command, or a shorter one with the same rows. */
  #check(): void {
    if (!existsSync(this.path) || this.#isBetween()) return;
    const { data, provenance } = this.#there();
    const { count } = this.sampling;
    const differences = differencesOf(data, provenance, this.model, this.sampling.options);
    if (data.count > count) differences.unshift(`${data.count} configurations there and ${count} here`);
    // only the same kernels give the same rows
    const older = provenance.version !== version || provenance.wasm !== sha256;
    if (data.count < count && older) differences.push('it is from an older version, whose rows cannot be continued');
    if (differences.length > 0) {
      throw new UsageError(
        `${this.path} holds other configurations than those of this command (${differences.join('; ')}): --restart overwrites it, --out chooses another folder`,
      );
    }
    if (data.count === count) this.#take(provenance);
  }

  /** Whether a run was killed during the conversion of the finished .bits file, which is then repeated. */
  #isBetween(): boolean {
    return this.#bits !== this.path && existsSync(this.#bits) && existsSync(stateName(this.#bits));
  }

  #take(provenance: Provenance): void {
    this.#provenance = provenance;
    // files of a run that was killed at its end
    if (!existsSync(partialName(this.#bits))) removeIfPresent(stateName(this.#bits));
  }

  /** @throws UsageError if the sampling of an .npy file is not recorded */
  #there(): { data: SpinData; provenance: Provenance } {
    const data = loadSpinData(this.path, { limit: Number.MAX_SAFE_INTEGER });
    if (!this.path.endsWith('.npy')) return { data, provenance: data.provenance };
    const record = recordOf(this.path);
    const same = record && record.count === data.count && String(record.shape) === String(data.shape);
    if (same && record.fnv1a64 === fnv1a64(readFileBytes(this.path))) return { data, provenance: record.provenance };
    const why = record ? `${recordName(this.path)} describes another file` : `there is no ${recordName(this.path)}`;
    throw new UsageError(
      `${this.path} does not record how it was sampled, and ${why}: --restart overwrites it, --out chooses another folder`,
    );
  }
}

function recordName(path: string): string {
  return `${path}.json`;
}

function recordOf(path: string): NpyRecord | undefined {
  const bytes = readIfPresent(recordName(path));
  try {
    const record = bytes && (JSON.parse(new TextDecoder().decode(bytes)) as NpyRecord);
    return record && typeof record.provenance === 'object' && record.provenance !== null ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Parameters that a sampler adds to those of the Hamiltonian. */
const OF_SAMPLERS = ['method', 'order', 'updates', 'scale', 'scales', 'sweepsPerSwap'];

/** The differences of the configurations from those of a sampler with these options, as text. */
function differencesOf(data: SpinData, there: Provenance, model: UniformModel, options: SamplerOptions): string[] {
  const here = expected(model, options);
  const told = (there.sampling ?? {}) as unknown as { [name: string]: unknown };
  const parameters = (there.parameters ?? {}) as { [name: string]: unknown };
  const names = [...Object.keys(parameters), ...Object.keys(here.parameters)];
  const pairs: [name: string, there: unknown, here: unknown][] = [
    ['shape', data.shape, planeOf(model.shape)],
    ['seed', there.seed, here.seed],
    ['sampler', there.source, here.source],
    ...[...new Set(names)]
      .filter((name) => !OF_SAMPLERS.includes(name))
      .map((name): [string, unknown, unknown] => [name, parameters[name], here.parameters[name]]),
    ...(['method', 'chains', 'independence', 'order'] as const)
      .filter((name) => here[name] !== undefined)
      .map((name): [string, unknown, unknown] => [name, told[name], here[name]]),
  ];
  return pairs
    .map(([name, a, b]) => [name, JSON.stringify(a) ?? 'absent', JSON.stringify(b) ?? 'absent'])
    .filter(([, a, b]) => a !== b)
    .map(([name, a, b]) => `"${name}" is ${a} there and ${b} here`);
}

interface Expected {
  source: string;
  seed: unknown;
  parameters: { [name: string]: unknown };
  method?: string;
  chains?: number;
  independence?: number;
  order?: string;
}

/** The expected provenance, from the sampler's identity; tempering has none before it has found its scales. */
function expected(model: UniformModel, options: SamplerOptions): Expected {
  const hamiltonian = hamiltonianOfModel(model);
  const { identity } = samplerFor(hamiltonian, options) as SpinSource;
  const { seed = 1, independence = 5 } = options;
  if (identity === undefined) {
    const { parameters } = hamiltonian;
    return { source: 'blockspin Tempering', seed, method: 'tempering', independence, parameters };
  }
  const found = JSON.parse(identity) as Expected;
  // for coupling from the past the identity names the updates
  return found.source === 'blockspin CouplingFromThePast' ? { ...found, method: 'couplingFromThePast' } : found;
}
