/** What can be watched while an RBM learns, at chosen epochs: directions of W, hidden units that say nothing, and how far it knows its rows by heart. */

import { BitRows } from '../../util/bits.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { RealRows } from '../../util/reals.js';
import { freeEnergyGap } from '../likelihood/likelihood.js';
import type { AnyRbm, Rbm } from '../model/rbm.js';
import { type HiddenUnit, hiddenUnits } from './hiddenUnits.js';
import { singularValues } from './singularValues.js';

export interface MonitorOptions {
  /** Every so many epochs, and after the last one. Default 1. */
  every?: number;
  /**
   * Singular values of W, the largest first: all, or so many. They are those of the RBM that comes out, in its units. Costs 6·min²·max multiplications of
   * the numbers of units, seconds from 500 by 500 on. Default false.
   */
  singularValues?: boolean | number;
  /** How many two-valued hidden units are alive, off, on or constant (`hiddenUnits`), over 500 training rows. Default false. */
  hiddenUnits?: boolean;
  /** Held-out rows: their free energy minus that of 500 training rows (`freeEnergyGap`). Default: none. */
  heldOut?: BitRows | RealRows;
}

/** What was asked for, of an epoch. */
export interface MonitorRecord {
  singularValues?: number[];
  hiddenUnits?: Record<HiddenUnit['state'], number>;
  freeEnergyGap?: number;
  /** Absent where one row on a side tells none. */
  freeEnergyGapError?: number;
}

/** @throws TypeError or RangeError naming the option */
export function checkMonitor(monitor: MonitorOptions): MonitorOptions {
  if (monitor === null || typeof monitor !== 'object') refuse('monitor', 'object of options', monitor, 'type');
  knownOptions('monitor', monitor, ['every', 'singularValues', 'hiddenUnits', 'heldOut'], 'monitor');
  const { every, singularValues: values, hiddenUnits: units, heldOut } = monitor;
  if (every !== undefined) integer('monitor.every', every);
  if (typeof values === 'number') integer('monitor.singularValues', values);
  else if (values !== undefined && typeof values !== 'boolean') {
    refuse('monitor.singularValues', 'true, false or a number', values, 'type');
  }
  if (units !== undefined && typeof units !== 'boolean') {
    refuse('monitor.hiddenUnits', 'true or false', units, 'type');
  }
  if (heldOut !== undefined && !(heldOut instanceof BitRows || heldOut instanceof RealRows)) {
    refuse('monitor.heldOut', 'BitRows or RealRows', heldOut, 'type');
  }
  return { ...monitor };
}

/** @throws RangeError for held-out rows that are not of the RBM's visible units; TypeError for another kind of rows than the training's */
export function checkHeldOut(heldOut: MonitorOptions['heldOut'], data: BitRows | RealRows): void {
  if (heldOut === undefined) return;
  if (data instanceof BitRows !== heldOut instanceof BitRows) {
    refuse('monitor.heldOut', `${data instanceof BitRows ? 'BitRows' : 'RealRows'} as the data are`, heldOut, 'type');
  }
  if (heldOut.width !== data.width || heldOut.count === 0) {
    const got = `${heldOut.count} of ${heldOut.width}`;
    throw new RangeError(`"monitor.heldOut" expected at least one row of ${data.width} units, got ${got}`);
  }
}

/** @param watched training rows */
export function monitored(monitor: MonitorOptions, rbm: AnyRbm, watched: BitRows | RealRows): MonitorRecord {
  const record: MonitorRecord = {};
  const { singularValues: values, heldOut } = monitor;
  if (values) {
    const all = singularValues(rbm.weights, rbm.visible, rbm.hidden);
    record.singularValues = [...(values === true ? all : all.subarray(0, values))];
  }
  if (monitor.hiddenUnits && rbm.hiddenLayer.levels) {
    const counts = { alive: 0, off: 0, on: 0, constant: 0 };
    for (const { state } of hiddenUnits(rbm as unknown as Rbm, statesOf(watched) as BitRows)) counts[state]++;
    record.hiddenUnits = counts;
  }
  if (heldOut) {
    const { gap, error } = freeEnergyGap(rbm, statesOf(watched), statesOf(heldOut));
    record.freeEnergyGap = gap;
    if (Number.isFinite(error)) record.freeEnergyGapError = error;
  }
  return record;
}

/** Rows as the functions of an RBM take them. */
const statesOf = (rows: BitRows | RealRows) => (rows instanceof BitRows ? rows : rows.values);
