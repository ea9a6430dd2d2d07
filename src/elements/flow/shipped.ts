/** Results that are shipped, so that the table is not empty before anything was rerun. */

import type { Estimate } from '../../stats/index.js';
import type { CouplingPoint } from './blockCouplings.js';
import type { ReportedRow, RuleId } from './rows.js';

/** One step of a blocking rule: means over seeds. */
export interface ShippedStep {
  step: number;
  thermal: Estimate | null;
  magnetic: Estimate | null;
  /** What the second half of the operators adds to each. */
  truncation: { thermal: number | null; magnetic: number | null };
}

/** How a study was run. */
export interface ShippedStudy {
  command: string;
  version: string;
  /** SHA-256 of the kernels. */
  kernels: string;
  parameters: Record<string, unknown>;
}

export interface Shipped {
  /** The study rg-zoo. */
  zoo: ShippedStudy & {
    rows: {
      method: string;
      criticalCoupling: Estimate | null;
      thermal: Estimate | null;
      magnetic: Estimate | null;
      cost: string;
      /** CPU seconds of one run on a core of ours. */
      seconds: number;
    }[];
  };
  /** The rules that the page measures itself: seeds 1 to `seeds`, `samples` configurations each. */
  rules: {
    seeds: number;
    samples: number;
    size: number;
    version: string;
    kernels: string;
    rows: Readonly<Record<RuleId, { steps: ShippedStep[]; seconds: number }>>;
  };
  /** Block spins as the page measures them: by K, after each step of 2 × 2 majority. */
  couplings: {
    samples: number;
    size: number;
    seed: number;
    version: string;
    kernels: string;
    lines: { coupling: number; points: CouplingPoint[] }[];
  };
  /**
   * The study couplings-flow, by data: mean |K| between neighbouring units of a layer over that of all pairs, and K
   * between neighbours and second neighbours of each layer, the spins first.
   */
  contrast: ShippedStudy & {
    rows: { data: string; layer: number; contrast: Estimate }[];
    layers: { data: string; points: CouplingPoint[] }[];
  };
  /** Rows of the table that cannot be rerun in the page. */
  reported: ReportedRow[];
}
