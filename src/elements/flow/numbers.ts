/** Numbers of the table as texts, and the order of its rows. */

import { type Estimate, formatEstimate } from '../../stats/index.js';
import { SHIPPED } from './results.js';
import { EXACT, isRule, ROW_IDS, type RowId, TRIANGULAR } from './rows.js';
import type { FlowValues } from './spec.js';

/** What a row says. */
export interface RowNumbers {
  coupling: Estimate | null;
  thermal: Estimate | null;
  magnetic: Estimate | null;
}

/** Rules of which the study matched two lattices, which gives K_c. */
const MATCHED: Partial<Record<RowId, string>> = { majority: 'mcrg', soft: 'mcrg-soft' };

const studied = (method: string | undefined) => SHIPPED.zoo.rows.find((row) => row.method === method);

/** The shipped numbers of a row; of a blocking rule those of its last step. */
export function shippedNumbers(id: RowId): RowNumbers {
  if (isRule(id)) {
    const last = SHIPPED.rules.rows[id].steps.at(-1);
    return {
      coupling: studied(MATCHED[id])?.criticalCoupling ?? null,
      thermal: last?.thermal ?? null,
      magnetic: last?.magnetic ?? null,
    };
  }
  const row = studied(id);
  return {
    coupling: row?.criticalCoupling ?? null,
    thermal: row?.thermal ?? null,
    magnetic: row?.magnetic ?? null,
  };
}

/** Seconds of a rerun with the default settings on one core, as measured on ours; layers are trained first. */
export function secondsOf(id: RowId): number {
  // a rerun takes twice the configurations
  if (isRule(id)) return 2 * SHIPPED.rules.rows[id].seconds;
  return studied(id)?.seconds ?? Number.NaN;
}

export function timeText(seconds: number): string {
  if (seconds < 1) return '< 1 s';
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** Without an error the digits that the methods differ in. */
export const estimateText = (estimate: Estimate | null): string =>
  estimate === null ? '–' : estimate.error === null ? estimate.value.toFixed(4) : formatEstimate(estimate);

export const exactCoupling = (id: RowId): number => (TRIANGULAR.includes(id) ? EXACT.triangular : EXACT.square);

/** The rows as they are sorted; those without a number are last. */
export function sortedRows(
  sort: FlowValues['sort'],
  numbers: (id: RowId) => RowNumbers = shippedNumbers,
): readonly RowId[] {
  if (sort === 'kind') return ROW_IDS;
  const distance = (id: RowId): number => {
    if (sort === 'time') return secondsOf(id);
    const { coupling, thermal, magnetic } = numbers(id);
    const [own, exact] = {
      coupling: [coupling, exactCoupling(id)] as const,
      thermal: [thermal, EXACT.thermal] as const,
      magnetic: [magnetic, EXACT.magnetic] as const,
    }[sort];
    return own === null ? Number.POSITIVE_INFINITY : Math.abs(own.value - exact);
  };
  const distances = new Map(ROW_IDS.map((id) => [id, distance(id)]));
  // Infinity - Infinity is no number
  return [...ROW_IDS].sort((a, b) => {
    const [x, y] = [distances.get(a) as number, distances.get(b) as number];
    return x === y ? 0 : x - y;
  });
}
