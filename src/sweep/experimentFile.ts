/** The experiment of a sweep: one of the package, or of a module of the user. */

import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { experiments } from '../experiments/index.js';
import type { AnyExperiment } from '../experiments/kit/experiment.js';
import {
  checkParameters,
  type ParameterSpecs,
  type Presets,
  resolveParameters,
} from '../experiments/kit/parameters.js';
import { readFileBytes } from '../io/disk.js';
import { checkPath, oneOf, refuse, show } from '../util/check.js';

/** An experiment, and where it comes from if it does not belong to the package. */
export interface LoadedExperiment {
  readonly experiment: AnyExperiment;
  readonly module?: { readonly path: string; readonly sha256: string };
}

/** Names that results use for other things than parameters. */
const RESERVED = ['experiment', 'definition', 'kernels', 'point', 'format', 'checksum', 'progress'];
const FUNCTIONS = ['points', 'run', 'summarise', 'figures'];

/**
 * The experiment of this name, or, if a module is given, that which the module exports as its default.
 * @throws RangeError for an unknown name; TypeError or RangeError naming what is wrong with the module's experiment;
 *   Error if the module cannot be loaded
 */
export async function loadExperiment(name: string | undefined, module?: string): Promise<LoadedExperiment> {
  if (module === undefined) {
    if (name !== undefined && Object.hasOwn(experiments, name)) return { experiment: experiments[name] };
    const known = Object.keys(experiments).join(', ');
    throw new RangeError(
      `"experiment" expected one of ${known}, or a module by --experiment FILE, got ${name === undefined ? 'nothing' : show(name)}`,
    );
  }
  const path = resolve(checkPath(module));
  const sha256 = createHash('sha256').update(readFileBytes(path)).digest('hex');
  const experiment = checkExperiment(await defaultOf(module), module);
  if (name !== undefined && name !== experiment.name) {
    throw new RangeError(`${module} is the experiment "${experiment.name}", not "${name}"`);
  }
  return { experiment, module: { path, sha256 } };
}

/**
 * The default export of a module of the user.
 * @throws Error if it cannot be loaded
 */
export async function defaultOf(module: string): Promise<unknown> {
  try {
    const exported: { default?: unknown } = await import(pathToFileURL(resolve(module)).href);
    return exported.default;
  } catch (error) {
    throw new Error(`cannot load ${module}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Checks that a value is an experiment.
 * @throws TypeError or RangeError naming what is missing or wrong
 */
export function checkExperiment(value: unknown, owner: string): AnyExperiment {
  const wrong = (what: string): never => {
    throw new TypeError(`${owner}: ${what}`);
  };
  if (typeof value !== 'object' || value === null) {
    return wrong(`its default export should be an experiment, not ${show(value)}`);
  }
  const given = value as Record<string, unknown>;
  for (const name of FUNCTIONS) {
    if (name === 'figures' && given.figures === undefined) continue;
    if (typeof given[name] !== 'function') wrong(`its experiment has no function "${name}"`);
  }
  if (typeof given.name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(given.name)) {
    wrong('its experiment needs a "name" of small letters, digits and dashes');
  }
  const experiment = {
    title: given.name,
    question: '',
    figures: async () => [],
    presets: { usual: { doc: 'the defaults', values: {} } },
    ...given,
  } as unknown as AnyExperiment;
  if (typeof experiment.parameters !== 'object' || experiment.parameters === null) {
    wrong('its experiment has no "parameters"');
  }
  for (const name of Object.keys(experiment.parameters)) {
    if (RESERVED.includes(name)) refuse(`${owner}: parameter`, `a name other than ${RESERVED.join(', ')}`, name);
  }
  try {
    for (const [preset, { values }] of Object.entries(experiment.presets as Presets<ParameterSpecs>)) {
      for (const name of Object.keys(values)) oneOf(`presets.${preset}`, name, Object.keys(experiment.parameters));
      checkParameters(experiment.name, experiment.parameters, resolveParameters(experiment, preset));
    }
  } catch (error) {
    wrong((error as Error).message);
  }
  return experiment;
}
