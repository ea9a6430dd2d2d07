/** The machines of `<blockspin-training>`, in their worker. */

import { encodeRbm, exportRbm } from '../../io/index.js';
import type { RbmParameters } from '../../rbm/index.js';
import type { Scene, Stage } from '../base/scene.js';
import { drawMontage } from '../parts/montage.js';
import { pixelOf, signedPixels } from '../parts/pixels.js';
import { type DataReport, type DataSet, dataSetOf, type OwnFile, ownFile } from './dataSet.js';
import { Machine, type MachineReport } from './machine.js';
import type { MethodName } from './methods.js';
import type { TrainingValues } from './spec.js';
import { pictureMontage, tileShape, weightMontage } from './tiling.js';

export interface TrainingReport {
  /** The data, if they have changed since the last report. */
  data?: DataReport;
  /** The epoch of the machine that is farthest. */
  epoch: number;
  machines: MachineReport[];
  /** Scale of the colours of the weights, of each machine. */
  scales: number[];
}

/** Properties that begin everything anew. */
const ANEW = ['data', 'hiddenUnits', 'algorithm', 'second', 'third', 'rate', 'updates', 'epochs', 'seed'] as const;

/** Properties of the data, and the data sets that have them. */
const OF_DATA: Readonly<Record<string, TrainingValues['data']>> = {
  patterns: 'drawn',
  size: 'ising',
  temperature: 'ising',
};

/** The machines that the properties name, without those that are none. */
export function machinesOf({ algorithm, second, third }: TrainingValues): MethodName[] {
  return [algorithm, second, third].filter((name) => name !== 'none');
}

export class TrainingScene implements Scene<TrainingValues, TrainingReport> {
  #values: TrainingValues;
  #file: OwnFile | undefined;
  #set: DataSet | undefined;
  #machines: Machine[] = [];
  #version = 0;
  #told = -1;
  /** When the next epoch is due, in milliseconds. */
  #due = 0;
  /** The epoch that is being made: a long one goes on while messages are answered. False: nothing is left to do. */
  #job: Promise<boolean> | undefined;
  #stop = new AbortController();

  private constructor(values: TrainingValues) {
    this.#values = values;
  }

  static async start(values: TrainingValues): Promise<TrainingScene> {
    const scene = new TrainingScene(values);
    await scene.#begin();
    return scene;
  }

  readonly calls = {
    step: async () => {
      await (this.#job ?? this.#start());
    },
    reset: () => this.#begin(),
    judge: async () => {
      for (const machine of this.#machines) await machine.judge(this.#stop.signal);
    },
    sample: () => {
      for (const machine of this.#machines) machine.draw();
    },
    load: async ({ name, bytes, greys }: { name: string; bytes: Uint8Array; greys: boolean }) => {
      this.#file = ownFile(name, bytes, greys);
      if (this.#values.data === 'file') await this.#begin();
    },
    rbm: (machine: number): RbmParameters => {
      const rbm = this.#machines[machine]?.rbm();
      if (rbm === undefined) throw new Error(`there is no machine ${machine + 1} that has learned anything`);
      const { visible, hidden, weights, visibleBias, hiddenBias } = rbm;
      return { visible, hidden, weights, visibleBias, hiddenBias };
    },
    encoded: ({ machine, format }: { machine: number; format: 'safetensors' | 'sklearn' }) => {
      const rbm = this.#machines[machine]?.rbm();
      if (rbm === undefined) throw new Error(`there is no machine ${machine + 1} that has learned anything`);
      return format === 'safetensors' ? encodeRbm(rbm) : exportRbm(rbm, format);
    },
  };

  bits(): readonly Float32Array[] | undefined {
    const rbms = this.#machines.flatMap((machine) => machine.rbm() ?? []);
    if (rbms.length === 0) return undefined;
    return rbms.flatMap(({ weights, visibleBias, hiddenBias }) => [weights, visibleBias, hiddenBias]);
  }

  async set(values: TrainingValues, changed: ReadonlySet<string>): Promise<void> {
    this.#values = values;
    const anew =
      ANEW.some((name) => changed.has(name)) ||
      Object.entries(OF_DATA).some(([name, data]) => changed.has(name) && values.data === data);
    if (anew) return this.#begin();
    if (changed.has('until')) for (const machine of this.#machines) machine.look(values.until);
    if (changed.has('speed')) this.#due = 0;
  }

  async advance(milliseconds: number): Promise<boolean> {
    if (this.#set === undefined) return true;
    const { speed } = this.#values;
    const end = performance.now() + milliseconds;
    do {
      const now = performance.now();
      if (this.#job === undefined) {
        if (speed > 0 && now < this.#due) return true;
        const interval = speed > 0 ? 1000 / speed : 0;
        // a frame late is made up for, more is not
        this.#due = (now - this.#due < interval ? this.#due : now) + interval;
      }
      const left = await Promise.race([this.#job ?? this.#start(), after(end - now)]);
      if (left === false) return false;
    } while (performance.now() < end);
    return true;
  }

  /** Starts an epoch; whoever waits for it hears of its errors, but an end by `#begin` is none. */
  #start(): Promise<boolean> {
    const { signal } = this.#stop;
    const job = this.#epoch(signal)
      .catch((error: Error) => {
        if (signal.aborted) return true;
        throw error;
      })
      .finally(() => {
        this.#job = undefined;
      });
    job.catch(() => {}); // until somebody waits
    this.#job = job;
    return job;
  }

  /** One epoch of every machine that learns; at their end they are judged. False when nothing is left to do. */
  async #epoch(signal: AbortSignal): Promise<boolean> {
    for (const machine of this.#machines) await machine.epoch(signal);
    if (this.#machines.some(({ learning }) => learning)) return true;
    for (const machine of this.#machines) {
      const { judgement, epoch } = machine.report;
      if (judgement?.epoch !== epoch) await machine.judge(signal);
    }
    return false;
  }

  draw({ canvases, palette }: Stage): void {
    if (this.#set === undefined) return;
    const { width } = this.#set.rows;
    const shape = tileShape(this.#set.report.shape);
    const { hiddenUnits: hidden } = this.#values;
    const [up, down] = [pixelOf(palette.up), pixelOf(palette.down)];
    const signed = signedPixels(palette.paper);
    this.#machines.forEach((machine, k) => {
      const weights = canvases.get(`weights-${k + 1}`);
      const rbm = machine.rbm();
      if (weights && rbm) {
        const scale = scaleOf(machine.report.largestWeight);
        drawMontage(weights, weightMontage(shape, hidden), 0, (j, i) =>
          i < width ? signed(rbm.weights[i * hidden + j] / scale) : 0,
        );
      }
      const samples = canvases.get(`samples-${k + 1}`);
      if (samples) {
        const { pictures } = machine;
        drawMontage(samples, pictureMontage(shape), 0, (r, i) => (i >= width ? 0 : pictures[r]?.[i] ? up : down));
      }
    });
  }

  report(): TrainingReport {
    const fresh = this.#set !== undefined && this.#told !== this.#version;
    this.#told = this.#version;
    return {
      ...(fresh && { data: this.#set?.report }),
      epoch: Math.max(0, ...this.#machines.map(({ report }) => report.epoch)),
      machines: this.#machines.map(({ report }) => report),
      scales: this.#machines.map(({ report }) => scaleOf(report.largestWeight)),
    };
  }

  async #begin(): Promise<void> {
    this.#stop.abort();
    await this.#job?.catch(() => {});
    this.#stop = new AbortController();
    for (const machine of this.#machines) await machine.close();
    this.#machines = [];
    this.#set = undefined; // where the next line throws, nothing is left of the old data
    this.#set = dataSetOf(this.#values, this.#file, ++this.#version);
    this.#due = 0;
    if (this.#set === undefined) return;
    for (const name of machinesOf(this.#values))
      this.#machines.push(await Machine.start(this.#set, name, this.#values));
  }
}

const after = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), Math.max(0, milliseconds)));

/** The weight that has the last colour: a round number, so that it changes rarely. */
function scaleOf(largest: number): number {
  const least = Math.max(largest, 0.01);
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((factor) => factor * power >= least) ?? 10);
}

export const trainingScene = (values: TrainingValues): Promise<TrainingScene> => TrainingScene.start(values);
