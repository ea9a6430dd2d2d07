/** `<blockspin-flow>` in its worker: the scene of its view. */

import type { Scene } from '../base/scene.js';
import { type CouplingsReport, CouplingsScene } from './couplingsScene.js';
import { type PlaneReport, PlaneScene } from './planeScene.js';
import type { FlowValues } from './spec.js';
import { type SpectrumReport, SpectrumScene } from './spectrumScene.js';
import { type TableReport, TableScene } from './tableScene.js';

export type FlowReport = TableReport | PlaneReport | CouplingsReport | SpectrumReport;

type View = Scene<FlowValues, FlowReport> & { end?(): void };

const VIEWS = { table: TableScene, flow: PlaneScene, couplings: CouplingsScene, spectrum: SpectrumScene };

class FlowScene implements Scene<FlowValues, FlowReport> {
  #view: View;

  constructor(values: FlowValues) {
    this.#view = new VIEWS[values.view](values);
  }

  readonly calls = {
    step: () => (this.#view.calls.step as () => unknown)(),
    reset: () => (this.#view.calls.reset as () => unknown)(),
  };

  set(values: FlowValues, changed: ReadonlySet<string>): void | Promise<void> {
    if (!changed.has('view')) return this.#view.set(values, changed);
    this.#view.end?.();
    this.#view = new VIEWS[values.view](values);
  }

  advance(milliseconds: number): boolean | Promise<boolean> {
    return this.#view.advance(milliseconds);
  }

  draw(): void {}

  report(): FlowReport {
    return this.#view.report();
  }
}

export const flowScene = (values: FlowValues): FlowScene => new FlowScene(values);
