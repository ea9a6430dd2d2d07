/** Commands as texts that a user can run again. */

import { quoted } from '../../util/shell.js';
import { flagOf } from './options.js';

/** The command that makes a run again, with all parameters. @param module of an experiment of the user */
export function runCommandText(
  experiment: string,
  parameters: Readonly<Record<string, unknown>>,
  out: string,
  module?: string,
): string {
  const own = module === undefined ? '' : ` --experiment ${quoted(module)}`;
  return `npx blockspin run ${experiment}${own} ${flagsOf(parameters, out)}`;
}

/** Parameters and output folder as options. */
export function flagsOf(parameters: Readonly<Record<string, unknown>>, out: string): string {
  const flags = Object.entries(parameters).map(([name, value]) => `--${flagOf(name)} ${quoted(String(value))}`);
  return `${flags.join(' ')} --out ${quoted(out)}`;
}
