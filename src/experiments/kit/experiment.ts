/**
 * What an experiment is: a question, parameters, independent points, a summary, figures. The command line, a page, a
 * test and a cluster drive this one contract, and none of them knows what is inside.
 *
 * Points share nothing and are seeded by their own content, so any engine may run them in any order, and a retry gives
 * the same bytes. A long point saves checkpoints through its context and goes on from them. Experiment, version,
 * kernels, preset, parameters and seed are written by the runner, not by the experiment.
 */

import type { WorkOptions } from '../../util/work.js';
import type { Figure } from '../../viz/frame/figure.js';
import type { ParameterSpecs, Parametrised, ValuesOf } from './parameters.js';
import type { Table, Verdict } from './verdict.js';

/** Where a point keeps what it needs to go on later. */
export interface CheckpointStore {
  /** How errors call it: a path. */
  readonly name: string;
  /** The bytes saved last by a run that did not end, if there are any. */
  load(): Uint8Array | undefined;
  /**
   * Offers a checkpoint: taken at once if `now`, else when the last one is old enough, or the point is stopped before
   * it offers another.
   */
  save(bytes: () => Uint8Array, now: boolean): void;
}

export interface Context extends WorkOptions {
  threads?: number;
  /** The state of this point, for those that take long: results of finished points are kept by the runner. */
  checkpoint?: CheckpointStore;
  /** What must agree for a checkpoint to be of this run; the runner gives it. */
  identity?: Readonly<Record<string, string>>;
}

/** One independent piece of the work. */
export interface Point {
  /** Names it among the points of all parameters: it does not change when others are added. */
  readonly key: string;
}

/** What a summary says, whatever the experiment. */
export interface Summary {
  /** Every number: JSON, a pure function of the parameters. */
  numbers: Record<string, unknown>;
  /** The answer to the question, in paragraphs, with its limits. */
  answer: string;
  facts: { label: string; value: string; note?: string }[];
  tables: Table[];
  /** What became of the criteria that were fixed before. */
  verdicts?: readonly Verdict[];
  /** Files beside the figures, by name. */
  files?: Record<string, Uint8Array>;
}

export interface Experiment<Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>
  extends Parametrised<Specs> {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  points(parameters: ValuesOf<Specs>): Own[];
  run(point: Own, parameters: ValuesOf<Specs>, context: Context): Promise<Result>;
  /** @param results in the order of the points: plain values and typed arrays, so that they can be kept */
  summarise(parameters: ValuesOf<Specs>, results: Result[]): Outcome;
  /** Drawing is loaded when it is asked for: what only lists or runs experiments carries none of it. */
  figures(outcome: Outcome): Promise<Figure[]>;
}

/** An experiment of unknown insides. */
// biome-ignore lint/suspicious/noExplicitAny: an engine passes values from one member to the next, and does not look at them
export type AnyExperiment = Experiment<any, any, any, any>;
