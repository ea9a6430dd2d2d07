/**
 * Optional measurements at chosen epochs of a training: singular values of W, hidden units without information, and
 * overfitting.
 */

import { BitRows } from '../../util/bits.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { RealRows } from '../../util/reals.js';
import { freeEnergyGap } from '../likelihood/likelihood.js';
import type { AnyRbm, Rbm } from '../model/rbm.js';
import { type HiddenUnit, hiddenUnits } from './hiddenUnits.js';
import { singularValues } from './singularValues.js';

/** Options of the measurements at chosen epochs of a training. */
export interface MonitorOptions {
  /** Number of epochs between two measurements; the last epoch is always measured. Default 1. */
  every?: number;
  /**
   * Singular values of W, the largest first: all, or this number. They are those of the resulting RBM, in its units.
   * The cost is 6·min²·max multiplications in the numbers of units: seconds from 500 by 500. Default false.
   */
  singularValues?: boolean | number;
  /**
   * Numbers of two-valued hidden units that are alive, off, on or constant (`hiddenUnits`), over 500 training rows.
   * Default false.
   */
  hiddenUnits?: boolean;
  /** Held-out rows: their free energy minus that of 500 training rows (`freeEnergyGap`). Default: none. */
  heldOut?: BitRows | RealRows;
}

/** The measurements of an epoch. */
export interface MonitorRecord {
  singularValues?: number[];
  hiddenUnits?: Record<HiddenUnit['state'], number>;
  freeEnergyGap?: number;
  /** Absent if there is only one row of one kind. */
  freeEnergyGapError?: number;
}

/**
 * The options, checked.
 * @throws TypeError or RangeError naming the option
 */
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

/** @throws RangeError for held-out rows of another width; TypeError for another kind of rows than the training's */
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

/**
 * The measurements of an epoch.
 * @param watched training rows
 */
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

/** Rows as states of an RBM. */
const statesOf = (rows: BitRows | RealRows) => (rows instanceof BitRows ? rows : rows.values);
