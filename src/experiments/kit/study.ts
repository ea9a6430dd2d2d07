/** What every study writes with: its experiment, and the progress of its points. */

import { told, type WorkOptions } from '../../util/work.js';
import type { Experiment, Point, Summary } from './experiment.js';
import type { ParameterSpecs } from './parameters.js';

export type { Context, Point } from './experiment.js';

/** The experiment itself: the types of its points, results and summary follow from its functions. */
export const study = <Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>(
  experiment: Experiment<Specs, Own, Result, Outcome>,
): Experiment<Specs, Own, Result, Outcome> => experiment;

/** Options of long work, with a name in front of its stages. */
export const staged = (context: WorkOptions, name: string): WorkOptions =>
  told(context, ({ stage }) => ({ stage: `${name}: ${stage}` }));

/** Options of long work, with a name in place of its stages. */
export const named = (context: WorkOptions, stage: string): WorkOptions => told(context, () => ({ stage }));
