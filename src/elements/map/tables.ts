/** The tables behind the charts. */

import type { Table } from '../parts/table.js';
import type { MapCheck } from './check.js';
import type { MapReport } from './scene.js';

/** All numbers of a check, without loss. */
export function tablesOf(check: MapCheck, { sites, training }: MapReport): Table[] {
  const spins = (state: number, n: number) =>
    Array.from({ length: n }, (_, i) => ((state >> i) & 1 ? '+' : '-')).join('');
  return [
    {
      title: 'Statements',
      head: ['statement', 'kind', 'holds', 'largest difference', 'tolerance'],
      rows: check.statements.map(({ formula, kind, holds, gap, tolerance }) => [
        formula,
        kind,
        holds ? 'yes' : 'no',
        String(gap),
        String(tolerance),
      ]),
    },
    {
      title: 'Energies of the hidden spins (kT)',
      head: ['state', 'H_λ(h)', 'H_RG(h)'],
      rows: check.energies.map(([own, renormalised], k) => [String(k + 1), String(own), String(renormalised)]),
    },
    {
      title: 'log τ(v), the likeliest state first',
      head: ['spins', 'log τ'],
      rows: check.logTau.map((value, k) => [spins(check.states[k], sites), String(value)]),
    },
    {
      title: 'Training',
      head: ['step', 'KL (nats)', 'ΔF'],
      rows: training.history.map((row) => row.map(String)),
    },
  ];
}
