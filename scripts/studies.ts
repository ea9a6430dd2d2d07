/**
 * Runs every experiment with every preset to its end, by the command: `npm run studies [-- PATTERN ...]`, some hours in
 * total, before a release. A pattern is a regular expression on "experiment preset". Each writes its folder in
 * out/studies. Fails if one ends with an exit code other than 0, writes no figures, or prints a number that is not
 * finite.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { experiments } from '../src/experiments/index.js';
import { root } from './browser.js';

const FOLDER = join(root, 'out/studies');
/** What no summary says. Pictures inside figures are letters, and left out. */
const NO_NUMBER = /\b(NaN|undefined|-?Infinity)\b|\[object/;

/** What is wrong with what a study left; empty if nothing is. */
function faults(out: string): string[] {
  const names = readdirSync(out);
  const figures = names.filter((name) => name.endsWith('.svg'));
  const wrong = [...figures, 'report.html', 'result.json'].flatMap((name) => {
    if (!names.includes(name)) return [`no ${name}`];
    const text = readFileSync(join(out, name), 'utf8').replaceAll(/data:[a-z/]+;base64,[^"]*/g, '');
    const found = NO_NUMBER.exec(text);
    return found ? [`${name} says ${text.slice(Math.max(0, found.index - 40), found.index + 20)}`] : [];
  });
  return figures.length > 0 ? wrong : ['no figures', ...wrong];
}

function study(name: string, preset: string): string[] {
  const out = join(FOLDER, `${name}-${preset}`);
  rmSync(out, { recursive: true, force: true });
  const command = [join(root, 'build/cli/main.js'), 'run', name, '--preset', preset, '--out', out];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return status === 0 ? faults(out) : [`exit code ${status}: ${stderr.trim().split('\n').at(-1)}`];
}

const patterns = process.argv.slice(2).map((word) => new RegExp(word, 'i'));
mkdirSync(FOLDER, { recursive: true });
let failed = 0;
for (const [name, { presets }] of Object.entries(experiments)) {
  for (const preset of Object.keys(presets)) {
    if (patterns.length > 0 && !patterns.some((pattern) => pattern.test(`${name} ${preset}`))) continue;
    const start = performance.now();
    const wrong = study(name, preset);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(
      `${wrong.length > 0 ? '✘' : '•'} ${name}, ${preset}  ${seconds} s${wrong.map((line) => `\n    ${line}`).join('')}`,
    );
    if (wrong.length > 0) failed++;
  }
}
process.exitCode = failed > 0 ? 1 : 0;
