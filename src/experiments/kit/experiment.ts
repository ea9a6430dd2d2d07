/**
 * The contract of an experiment: a question, parameters, independent points, a summary, figures. Command line, pages,
 * tests and clusters use this contract only.
 *
 * Points share nothing and are seeded by their own content, so they may run in any order, and a retry gives the same
 * bytes. A long point saves checkpoints through its context and continues from them. Experiment, version, kernels,
 * preset, parameters and seed are recorded by the runner, not by the experiment.
 */

import type { WorkOptions } from '../../util/work.js';
import type { Figure } from '../../viz/frame/figure.js';
import type { ParameterSpecs, Parametrised, ValuesOf } from './parameters.js';
import type { Table, Verdict } from './verdict.js';

/** The store of a point's checkpoint, from which it can continue. */
export interface CheckpointStore {
  /** Its name in errors: a path. */
  readonly name: string;
  /** The last bytes of an interrupted run, if there are any. */
  load(): Uint8Array | undefined;
  /**
   * Offers a checkpoint: it is saved at once if `now`, otherwise if the last one is old enough, or when the point is
   * stopped before the next offer.
   */
  save(bytes: () => Uint8Array, now: boolean): void;
}

/** The context of a point's run. */
export interface Context extends WorkOptions {
  /** Number of threads. */
  threads?: number;
  /** The store of this point's state, for long points; results of finished points are stored by the runner. */
  checkpoint?: CheckpointStore;
  /** Identity of the point, with which a checkpoint must agree; set by the runner. */
  identity?: Readonly<Record<string, string>>;
}

/** One independent part of the work. */
export interface Point {
  /** Its unique name, which does not change if points are added. */
  readonly key: string;
}

/** The summary of an experiment. */
export interface Summary {
  /** All numbers: JSON, a pure function of the parameters. */
  numbers: Record<string, unknown>;
  /** The answer to the question, in paragraphs, with its limits. */
  answer: string;
  facts: { label: string; value: string; note?: string }[];
  tables: Table[];
  /** The verdicts on the criteria. */
  verdicts?: readonly Verdict[];
  /** Further files, by name. */
  files?: Record<string, Uint8Array>;
}

/** An experiment: its question, parameters, points, summary and figures. */
export interface Experiment<Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>
  extends Parametrised<Specs> {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /**
   * Version of its definition, 1 at first: it grows when the same point gives other numbers than before, so that old
   * results are not mixed with new ones.
   */
  readonly definition?: number;
  /** The points, for these parameters. */
  points(parameters: ValuesOf<Specs>): Own[];
  /**
   * Names of the parameters that `run` reads at this point, if these are not all: it is given these alone. A change of
   * any other parameter leaves the result of the point as it is.
   */
  reads?(point: Own): readonly (keyof Specs & string)[];
  /** Runs one point. */
  run(point: Own, parameters: ValuesOf<Specs>, context: Context): Promise<Result>;
  /**
   * The summary.
   * @param results in the order of the points: plain values and typed arrays, which can be stored; those of all points,
   *   or of some that `summarisesSome` accepts
   */
  summarise(parameters: ValuesOf<Specs>, results: Result[]): Outcome;
  /** Whether `summarise` makes something of the results of these points, of which others are missing; if not given, never. */
  summarisesSome?(results: Result[]): boolean;
  /** The figures. Code for drawing is loaded in this call only, so that lists and runs do without it. */
  figures(outcome: Outcome): Promise<Figure[]>;
}

/** An experiment of any parameters and results. */
// biome-ignore lint/suspicious/noExplicitAny: an engine passes values from one member to the next, and does not look at them
export type AnyExperiment = Experiment<any, any, any, any>;
